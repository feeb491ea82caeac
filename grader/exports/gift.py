r"""GIFT: a number or a choice as text, which Moodle and many others read.

The format: https://docs.moodle.org/en/GIFT_format.  ``~ = # { } :`` and the backslash are escaped,
and a question is one paragraph: a blank line would end it.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from grader.bank.instance import Instance, NamedMistake
from grader.exports.base import Collection, Entry, Export, Exported, LeftOut
from grader.exports.moodle import fraction, how_to_type, name_of
from grader.exports.page import asked, html, one_line
from grader.exports.questions import (
    Choice,
    Numeric,
    asks_for,
    choice,
    decimal,
    feedback_by_label,
    numeric,
    wrong_numbers,
)

_ESCAPED = str.maketrans({c: f"\\{c}" for c in "\\~=#{}:"})


def _write(collection: Collection) -> Exported:
    blocks = [f"// {one_line(collection.title)}, sheet {one_line(collection.sheet)}"]
    left, count = [], 0
    for entry in collection.entries:
        for index in range(len(entry.variants[0].parts)):
            made = []
            for variant in entry.variants:
                instance = variant.parts[index]
                question = _question(collection, entry, variant.name, instance)
                if question is None:
                    left.append(LeftOut(instance.problem, variant.name, _reason(instance)))
                else:
                    made.append(question)
            if made:
                part = entry.variants[0].parts[index].part
                names = [collection.title, f"{entry.number}{part} {entry.title}"]
                path = "/".join(["$course$/top", *(one_line(name).replace("/", "//") for name in names)])
                blocks += [f"$CATEGORY: {path}", *made]
                count += len(made)
    notes = ("GIFT has no points: every question counts the same until you say otherwise.",)
    return Exported(("\n\n".join(blocks) + "\n").encode(), count, tuple(left), notes)


def _reason(instance: Instance) -> str:
    if instance.figure is not None:
        return "it has a picture; GIFT has none"
    return f"it asks for {asks_for(instance)}; GIFT has only numbers and choices"


def _escaped(text: str) -> str:
    return one_line(text).translate(_ESCAPED)


def _question(collection: Collection, entry: Entry, variant: str, instance: Instance) -> str | None:
    if instance.figure is not None:
        return None
    number, options = numeric(instance), choice(instance)
    if number is not None:
        statement = f"{instance.statement}\n\n{how_to_type(number, collection.language)}"
        answers = ["#", *_numbers(instance, number)]
    elif options is not None:
        statement = asked(instance, options)
        answers = ["", *_options(instance, options)]
    else:
        return None
    title = f"{entry.number}{instance.part} {instance.title} {variant}"
    text = html(instance.stem) + html(statement)
    answers.append(f"####{_escaped(html(instance.solution))}")
    body = "\n".join(answers)
    comment = f"// [id:{name_of(collection, variant, instance)}]"
    return f"{comment}\n::{_escaped(title)}::[html]{_escaped(text)}{{{body}\n}}"


def _numbers(instance: Instance, number: Numeric) -> Iterator[str]:
    yield f"=%100%{decimal(number.value)}:{decimal(number.tolerance)}#"
    for value, mistake in wrong_numbers(instance, number):
        yield f"=%{_share(mistake.credit)}%{decimal(value)}:{decimal(number.tolerance)}#{_said(mistake)}"


def _options(instance: Instance, options: Choice) -> Iterator[str]:
    mistakes = feedback_by_label(instance)
    for index, (label, option) in enumerate(zip(options.labels, options.shown, strict=True)):
        mistake = mistakes.get(label)
        mark = "=" if index == options.right else f"~%{_share(mistake.credit)}%" if mistake and mistake.credit else "~"
        yield f"{mark}{_escaped(html(option))}#{_said(mistake) if mistake else ''}"


def _said(mistake: NamedMistake) -> str:
    return _escaped(html(mistake.feedback))


def _share(share: Fraction) -> str:
    return fraction(share)


EXPORT = Export("gift", ".gift.txt", "GIFT, questions for a number and multiple choice; no pictures", _write)
