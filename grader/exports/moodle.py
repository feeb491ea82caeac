"""Moodle XML for a Moodle without plugins: questions for a number, and multiple choice.

The format: https://docs.moodle.org/en/Moodle_XML_format.  Each problem becomes a category of
variants, from which a quiz draws one at random.
"""

from __future__ import annotations

import base64
from fractions import Fraction
from xml.etree.ElementTree import Element

from grader.bank.instance import Instance
from grader.exports.base import Collection, Entry, Export, Exported, LeftOut
from grader.exports.page import Picture, asked, html, image, one_line, picture
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
from grader.exports.xml import element, to_bytes
from grader.translations import translation

# Question::get_fraction_options of Moodle: others are refused on import.
_SHARES = tuple(
    Fraction(share)
    for share in (
        "100 90 83.33333 80 75 70 66.66667 60 50 40 33.33333 30 25 20 16.66667 14.28571 12.5 11.11111 10 5 0"
    ).split()
)
FOLDER = "@@PLUGINFILE@@/"


def _write(collection: Collection) -> Exported:
    quiz, left, count = element("quiz"), [], 0
    for entry in collection.entries:
        for index in range(len(entry.variants[0].parts)):
            made = []
            for variant in entry.variants:
                question = _question(collection, entry, variant.name, variant.parts[index])
                if isinstance(question, str):
                    left.append(LeftOut(variant.parts[index].problem, variant.name, question))
                else:
                    made.append(question)
            if made:
                quiz.append(category(collection, entry, entry.variants[0].parts[index].part))
                quiz.extend(made)
                count += len(made)
    return Exported(to_bytes(quiz), count, tuple(left))


def category(collection: Collection, entry: Entry, part: str = "") -> Element:
    """From here on questions belong to the category of this problem."""
    names = [collection.title, f"{entry.number}{part} {entry.title}"]
    path = "/".join(["$course$/top", *(one_line(name).replace("/", "//") for name in names)])
    return element("question", element("category", text(path)), type="category")


def text(content: str) -> Element:
    return element("text", content)


def rich(tag: str, content: str, pictures: tuple[Picture, ...] = ()) -> Element:
    """HTML with the files it shows."""
    files = (
        element("file", base64.b64encode(p.content).decode("ascii"), name=p.name, path="/", encoding="base64")
        for p in pictures
    )
    return element(tag, text(content), *files, format="html")


def head(collection: Collection, entry: Entry, variant: str, instance: Instance) -> list[Element]:
    """What every question begins with, but its text."""
    title = f"{entry.number}{instance.part} {instance.title} {variant}"
    return [element("name", text(one_line(title)))]


def shown(instance: Instance, name: str, statement: str) -> tuple[str, tuple[Picture, ...]]:
    """Stem, picture and statement as HTML, and the pictures."""
    parts = [html(instance.stem)] if instance.stem else []
    pictures = (picture(instance.figure, name),) if instance.figure is not None else ()
    parts += [image(p, FOLDER) for p in pictures]
    parts.append(html(statement))
    return "\n".join(parts), pictures


def grade(instance: Instance) -> Element:
    return element("defaultgrade", decimal(instance.points))


def tail(idnumber: str, penalty: str) -> list[Element]:
    return [element("penalty", penalty), element("hidden", "0"), element("idnumber", idnumber)]


def _question(collection: Collection, entry: Entry, variant: str, instance: Instance) -> Element | str:
    number = numeric(instance)
    if number is not None:
        return _numerical(collection, entry, variant, instance, number)
    options = choice(instance)
    if options is not None:
        return multichoice(collection, entry, variant, instance, options)
    return f"it asks for {asks_for(instance)}; Moodle itself has only numbers and choices (STACK has more)"


def name_of(collection: Collection, variant: str, instance: Instance) -> str:
    """A permanent name, for files and as the id by which an import recognises a question."""
    return f"{collection.sheet}-{instance.problem}-{variant}"


def how_to_type(number: Numeric, language: str) -> str:
    """What a platform takes as a number, in a sentence."""
    _ = translation(language).gettext
    if number.rounded is None:
        return _("Type the number as a decimal.")
    return _("Type the number as a decimal, rounded to %(digits)s significant digits or more exactly.") % {
        "digits": number.rounded
    }


def _numerical(collection: Collection, entry: Entry, variant: str, instance: Instance, number: Numeric) -> Element:
    name = name_of(collection, variant, instance)
    body, pictures = shown(instance, name, f"{instance.statement}\n\n{how_to_type(number, collection.language)}")
    answers = [_answer(number.value, number.tolerance, Fraction(1), "")]
    answers += [
        _answer(value, number.tolerance, mistake.credit, mistake.feedback)
        for value, mistake in wrong_numbers(instance, number)
    ]
    return element(
        "question",
        *head(collection, entry, variant, instance),
        rich("questiontext", body, pictures),
        rich("generalfeedback", html(instance.solution)),
        grade(instance),
        *tail(name, "0.1"),
        *answers,
        element("unitgradingtype", "0"),
        element("unitpenalty", "0.1"),
        element("showunits", "3"),
        element("unitsleft", "0"),
        type="numerical",
    )


def _answer(value: Fraction, tolerance: Fraction, share: Fraction, feedback: str) -> Element:
    return element(
        "answer",
        text(decimal(value)),
        element("tolerance", decimal(tolerance)),
        rich("feedback", html(feedback)),
        fraction=fraction(share),
        format="moodle_auto_format",
    )


def fraction(share: Fraction) -> str:
    """A share as Moodle's nearest percentage."""
    return decimal(min(_SHARES, key=lambda known: abs(known - 100 * share)), 7)


def multichoice(collection: Collection, entry: Entry, variant: str, instance: Instance, options: Choice) -> Element:
    name = name_of(collection, variant, instance)
    body, pictures = shown(instance, name, asked(instance, options))
    mistakes = feedback_by_label(instance)
    answers = []
    for index, (label, option) in enumerate(zip(options.labels, options.shown, strict=True)):
        mistake = mistakes.get(label)
        share = Fraction(1) if index == options.right else mistake.credit if mistake is not None else Fraction(0)
        answers.append(
            element(
                "answer",
                text(html(option)),
                rich("feedback", html(mistake.feedback) if mistake is not None else ""),
                fraction=fraction(share),
                format="html",
            )
        )
    return element(
        "question",
        *head(collection, entry, variant, instance),
        rich("questiontext", body, pictures),
        rich("generalfeedback", html(instance.solution)),
        grade(instance),
        *tail(name, "0.3333333"),
        element("single", "true"),
        element("shuffleanswers", "false"),
        element("answernumbering", "none"),
        *answers,
        type="multichoice",
    )


EXPORT = Export(
    "moodle",
    ".moodle.xml",
    "Moodle XML, questions for a number and multiple choice; needs no plugin",
    _write,
)
