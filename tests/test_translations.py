"""The catalogues are complete and compiled, and a sheet in another language is in that language."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from grader.bank.languages import translated
from grader.bank.read import read_problems
from grader.bank.sample import sample, sample_parts
from grader.resources import template_directory
from grader.sheets.base import Look
from grader.sheets.document import make_key, make_sheet
from grader.sheets.html import FORMAT as HTML
from grader.sheets.markdown import FORMAT as MARKDOWN
from grader.sheets.templates import Templates
from grader.sheets.words import day, number, points
from grader.translations import languages, translation

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "grader" / "translations"
FOREIGN = [code for code in languages() if code != "en"]
PLACEHOLDER = re.compile(r"%\(\w+\)s|`[^`]*`")

BANK = """\
- id: power
  kind: derivative
  title: {en: A power, de: Eine Potenz}
  difficulty: 1
  parameters: {n: {integer: [3, 60]}}
  given: {f: 'x^n + x', wrt: x}
  statement:
    en: Differentiate $f(x) = {{ f }}$.
    de: Leiten Sie $f(x) = {{ f }}$ ab.
  hints: [{en: Term by term., de: Summand für Summand.}, Only in English.]
  solution:
  - {en: 'Term by term:', de: 'Summand für Summand:'}
  - '${{ answer }}$'
"""


MEND = "run: pybabel compile -D grader -d grader/translations"


def catalogue_of(language: str):
    """The catalogue that people edit."""
    pofile = pytest.importorskip("babel.messages.pofile")
    text = (FOLDER / language / "LC_MESSAGES" / "grader.po").read_bytes()
    return pofile.read_po(io.BytesIO(text), locale=language)


def extracted() -> set[tuple[str | None, str | tuple[str, str]]]:
    """Every message of the templates and the package: (context, message or both numbers of it)."""
    babel = pytest.importorskip("babel.messages.extract")
    found = set()
    for path in sorted((ROOT / "templates").glob("*.j2")):
        options = {"silent": "false"}
        if path.name.endswith(".tex.j2"):
            options |= {"comment_start_string": r"\#{", "comment_end_string": "}"}
        with path.open("rb") as file:
            for _, message, _, context in babel.extract("jinja2", file, options=options):
                found.add((context, message))
    for path in sorted((ROOT / "grader").rglob("*.py")):
        with path.open("rb") as file:
            for _, message, _, context in babel.extract("python", file):
                found.add((context, message))
    return found


@pytest.mark.parametrize("language", FOREIGN)
def test_nothing_is_left_in_english(language):
    messages = extracted()
    assert len(messages) > 40
    catalogue = catalogue_of(language)
    told = {(m.context, m.id) for m in catalogue if m.id and all(m.string if isinstance(m.id, tuple) else [m.string])}
    assert messages == told
    for message in catalogue:
        if message.id:
            ids, strings = (
                (message.id, message.string) if isinstance(message.id, tuple) else ([message.id], [message.string])
            )
            for said, original in zip(strings, ids, strict=True):
                # What a program fills in, and what is typed, is the same in every language.
                assert sorted(PLACEHOLDER.findall(said)) == sorted(PLACEHOLDER.findall(original)), said


@pytest.mark.parametrize("language", FOREIGN)
def test_the_compiled_catalogue_is_of_today(language):
    compiled = translation(language)
    for message in catalogue_of(language):
        if isinstance(message.id, tuple):
            assert message.string == tuple(compiled.ngettext(*message.id, n) for n in (1, 2)), MEND
        elif message.id and message.context:
            assert compiled.pgettext(message.context, message.id) == message.string, MEND
        elif message.id:
            assert compiled.gettext(message.id) == message.string, MEND


def test_unknown_languages_are_an_error():
    with pytest.raises(KeyError):
        translation("tlh")


def test_numbers_and_days():
    assert (number("5/2", "de"), points("5/2", "de"), points(1, "de")) == ("2,5", "2,5 Punkte", "1 Punkt")
    assert day("2026-10-03T08:05", "de") == "3. Oktober 2026, 08:05"


@pytest.fixture
def german():
    problem = translated(read_problems(BANK, "topic.yaml")[0], "de")
    return {str(n): instance for n, seed in enumerate((1, 2), 1) for instance in sample_parts(problem, seed)}


def test_the_numbers_are_the_same_in_every_language(german):
    english = sample(read_problems(BANK, "topic.yaml")[0], 1)
    assert german["1"].task == english.task and german["1"].parameters == english.parameters
    assert english.statement.startswith("Differentiate") and german["1"].statement.startswith("Leiten Sie")
    assert german["1"].hints == ("Summand für Summand.", "Only in English.")
    assert german["1"].title == "Eine Potenz"
    assert german["1"].solution.startswith("Summand") and english.solution.startswith("Term by term")


def test_a_german_sheet_is_german(german):
    sheet = make_sheet(
        title="Blatt 1", course="", sheet="b1", due="2026-10-31", instructions="", student="ada", name="Ada",
        items=german, look=Look(language="de"),
    )  # fmt: skip
    templates = Templates([template_directory()])
    page = HTML.render(sheet, templates, "ada")
    assert '<html lang="de">' in page and "Aufgabe 1" in page and "31. Oktober 2026" in page
    assert "Geben Sie einen Ausdruck" in page and "Problem" not in page
    key = MARKDOWN.render(make_key(sheet, german), templates, "ada")
    assert "Lösung: Blatt 1" in key and "Nur für Lehrende" in key and "Schwierigkeit 1 von 5" in key


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{de: Leiten Sie ab.}", "needs the English one"),
        ("{en: Differentiate., german: Ableiten.}", "'german' is no code of a language"),
        ("{en: Differentiate., de: [x]}", "a text in 'de' is needed"),
        ("{en: Differentiate., de: 'Leiten Sie {{ g }} ab.'}", "unknown name 'g'"),
    ],
)
def test_faulty_translations(text, fault):
    from grader.errors import AuthorErrors

    lines = BANK.split("\n")
    start = lines.index("  statement:")
    source = "\n".join([*lines[:start], f"  statement: {text}", *lines[start + 3 :]])
    with pytest.raises(AuthorErrors, match=fault):
        read_problems(source, "topic.yaml")


GERMAN = ("pow-int", "chain-trigpow", "prod-exp-poly", "def-poly", "grad-at", "stat-cubic", "tangent")


@pytest.mark.parametrize("name", GERMAN)
def test_problems_of_the_bank_in_german(name):
    """Every text of them is said in German, of the same numbers."""
    from grader.bank.languages import translated
    from grader.bank.read import load_bank
    from grader.bank.sample import sample
    from grader.bank.steps import texts_of
    from grader.resources import bank_directory

    problem = load_bank([bank_directory()])[name]
    texts = [problem.statement, *problem.hints]
    texts += [text for step in problem.solution for text in step.texts.get("say", ())]
    assert all("de" in text.translations for text in texts) and "de" in problem.titles
    assert list(texts_of(problem.solution))
    english, german = sample(problem, 3), sample(translated(problem, "de"), 3)
    assert english.parameters == german.parameters and english.task == german.task
    assert english.statement != german.statement
    left = re.sub(r"\$[^$]*\$", "", f"{german.statement} {german.solution} {german.title} {' '.join(german.hints)}")
    assert not re.search(r"\b(the|is|and|of|with|holds|for|find)\b", left, re.IGNORECASE), left
