"""What a sheet carries inside for programs: who it belongs to and what each item asks, not the answers.

``grader answer`` makes a blank answer file of it, and ``grader check`` can read typed answers
in their right shapes.  It is JSON: in Markdown inside a comment, in HTML in a ``meta`` element.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from html.parser import HTMLParser
from typing import Any

from grader.errors import AuthorError, Place
from grader.sheets.base import Document
from grader.translations import ENGLISH, languages

NAME = "grader-sheet"
_LONGEST_BRIEF = 240
_MARKDOWN = re.compile(rf"<!-- {NAME} (\{{[^\n]*\}}) -->")


@dataclass(frozen=True, slots=True)
class Item:
    """``brief``: the statement in one line; ``points`` as text; ``expects``: what
    `grader.submission.Expectation.to_line` wrote."""

    number: str
    brief: str
    hint: str
    points: str
    expects: str


@dataclass(frozen=True, slots=True)
class Outline:
    title: str
    course: str
    sheet: str
    student: str
    name: str
    variant: str
    items: tuple[Item, ...]
    language: str = ENGLISH


def outline(document: Document) -> Outline:
    items = tuple(
        Item(
            number=q.number,
            brief=_brief(f"{q.stem} {q.statement}" if q.stem else q.statement),
            hint=_brief(q.hint),
            points=str(q.points),
            expects=q.expects.to_line(),
        )
        for q in document.questions
    )
    d = document
    return Outline(d.title, d.course, d.sheet, d.student, d.name, d.variant, items, d.language)


def to_json(outline: Outline) -> str:
    """One line of ASCII that can stand in a comment: it holds no ``<``, ``>`` and ``--``."""
    text = json.dumps(asdict(outline), ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", r"\u003c").replace(">", r"\u003e").replace("--", r"-\u002d")


def from_sheet(text: str, source: str) -> Outline:
    """The outline inside a sheet in Markdown or HTML, or a notebook; raises AuthorError when there is none."""
    found = _MARKDOWN.findall(text)
    if not found and text.lstrip().startswith("{"):
        found = _in_notebook(text)
    if not found:
        reader = _Meta()
        reader.feed(text)
        found = reader.found
    place = Place(source)
    if not found:
        fault = "this is not a sheet, or what programs need was cut out of it"
        raise AuthorError(place, fault, "give the .md, .html or .ipynb file as it was handed out")
    try:
        return _outline(json.loads(found[-1]))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        fault = f"what this sheet holds for programs is damaged: {error}"
        raise AuthorError(place, fault, "give the .md, .html or .ipynb file as it was handed out") from None


def _in_notebook(text: str) -> list[str]:
    try:
        body = json.loads(text)["metadata"]["grader"]["outline"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return []
    return [json.dumps(body)]


class _Meta(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "meta" and given.get("name") == NAME:
            self.found.append(given.get("content") or "")


def _outline(body: Any) -> Outline:
    items = tuple(
        Item(
            number=str(item["number"]),
            brief=str(item["brief"]),
            hint=str(item["hint"]),
            points=str(item["points"]),
            expects=str(item["expects"]),
        )
        for item in body["items"]
    )
    return Outline(
        title=str(body["title"]),
        course=str(body["course"]),
        sheet=str(body["sheet"]),
        student=str(body["student"]),
        name=str(body["name"]),
        variant=str(body["variant"]),
        items=items,
        language=_language(body.get("language", ENGLISH)),
    )


def _language(code: object) -> str:
    """A language that there is, whatever a sheet of another version says."""
    return str(code) if code in languages() else ENGLISH


def _brief(markdown: str) -> str:
    line = " ".join(markdown.split())
    if len(line) <= _LONGEST_BRIEF:
        return line
    cut = line[:_LONGEST_BRIEF].rsplit(" ", 1)[0]
    return f"{cut} ..."
