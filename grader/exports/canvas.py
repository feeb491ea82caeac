"""What Canvas imports ("QTI .zip file"): questions for a number or a choice, a group for each problem.

Canvas reads QTI 1.2 with fields of its own; the layout is that of the packages it exports.  From
each group a quiz draws one variant at random.  Formulas are Canvas's equation images, which it
shows as MathML too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from html import escape
from urllib.parse import quote
from xml.etree.ElementTree import Element

from grader.bank.instance import Instance
from grader.exports.base import Collection, Entry, Export, Exported, LeftOut
from grader.exports.moodle import how_to_type, name_of
from grader.exports.package import zipped
from grader.exports.page import Picture, asked, image, one_line, picture
from grader.exports.qti import identifier_of
from grader.exports.questions import (
    Choice,
    Numeric,
    asks_for,
    choice,
    decimal,
    feedback_by_label,
    numeric,
)
from grader.exports.xml import element, to_bytes
from grader.records import record
from grader.sheets.prose import to_html

_CP = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
_QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
_CANVAS = "http://canvas.instructure.com/xsd/cccv1p0"
_FOLDER = "%24IMS-CC-FILEBASE%24/images/"
_SMALLEST = Fraction(1, 1000)
"""Canvas keeps four decimals of an answer: smaller numbers would lose their digits."""


@record
class _Item:
    """A question as XML, with the pictures that it shows."""

    xml: Element
    pictures: tuple[Picture, ...]


def _write(collection: Collection) -> Exported:
    left: list[LeftOut] = []
    groups: list[Element] = []
    pictures: dict[str, Picture] = {}
    count, points = 0, Fraction(0)
    for entry in collection.entries:
        for index, first in enumerate(entry.variants[0].parts):
            made = list(_items(collection, entry, index, left))
            if made:
                groups.append(_group(collection, entry, first, [item.xml for item in made]))
                pictures |= {p.name: p for item in made for p in item.pictures}
                count += len(made)
                points += first.points
    name = identifier_of(collection.sheet)
    files = {
        "imsmanifest.xml": _manifest(collection, name, list(pictures)),
        f"{name}/{name}.xml": _assessment(collection, name, groups),
        f"{name}/assessment_meta.xml": _about(collection, name, points),
        **{f"images/{p.name}": p.content for p in pictures.values()},
    }
    notes = (
        "Canvas gives no partial credit here, and says of a wrong number only that it is wrong.",
        "Import it under Settings, Import Course Content, as a QTI .zip file.",
    )
    return Exported(zipped(files), count, tuple(left), notes)


def _items(collection: Collection, entry: Entry, index: int, left: list[LeftOut]) -> Iterator[_Item]:
    for variant in entry.variants:
        instance = variant.parts[index]
        number, options = numeric(instance), choice(instance)
        if number is not None and number.value and abs(number.value) < _SMALLEST:
            why = "its answer is so small that the four decimals which Canvas keeps are too few"
            left.append(LeftOut(instance.problem, variant.name, why))
        elif number is not None:
            yield _numerical(collection, entry, variant.name, instance, number)
        elif options is not None:
            yield _multiple_choice(collection, entry, variant.name, instance, options)
        else:
            why = f"it asks for {asks_for(instance)}; Canvas checks only numbers and choices"
            left.append(LeftOut(instance.problem, variant.name, why))


def _html(markdown: str) -> str:
    return to_html(markdown, _equation)


def _equation(latex: str, display: bool) -> str:
    # Canvas decodes the address twice.
    address = quote(quote(latex, safe=""), safe="")
    shown = escape(latex)
    tag = (
        f'<img class="equation_image" title="{shown}" src="/equation_images/{address}?scale=1" '
        f'alt="LaTeX: {shown}" data-equation-content="{shown}">'
    )
    return f'<p style="text-align: center;">{tag}</p>' if display else tag


def _material(html: str) -> Element:
    return element("material", element("mattext", html, texttype="text/html"))


def _fields(**values: str) -> Element:
    return element(
        "qtimetadata",
        *(
            element("qtimetadatafield", element("fieldlabel", name), element("fieldentry", value))
            for name, value in values.items()
        ),
    )


def _numerical(collection: Collection, entry: Entry, variant: str, instance: Instance, number: Numeric) -> _Item:
    low, high = number.value - number.tolerance, number.value + number.tolerance
    condition = element(
        "or",
        element("varequal", decimal(number.value), respident="response1"),
        element(
            "and",
            element("vargte", decimal(low), respident="response1"),
            element("varlte", decimal(high), respident="response1"),
        ),
    )
    box = element(
        "response_str",
        element("render_fib", element("response_label", ident="answer1"), fibtype="Decimal"),
        ident="response1",
        rcardinality="Single",
    )
    statement = f"{instance.statement}\n\n{how_to_type(number, collection.language)}"
    right = _right(condition)
    return _item(collection, entry, variant, instance, "numerical_question", statement, box, [right], [], "answer1")


def _right(*condition: Element) -> Element:
    """The branch that earns all points."""
    return element(
        "respcondition",
        element("conditionvar", *condition),
        element("setvar", "100", action="Set", varname="SCORE"),
        continue_="No",
    )


def _multiple_choice(collection: Collection, entry: Entry, variant: str, instance: Instance, options: Choice) -> _Item:
    names = [str(1000 + k) for k in range(len(options.options))]
    labels = [
        element("response_label", _material(_html(option)), ident=name)
        for name, option in zip(names, options.shown, strict=True)
    ]
    box = element("response_lid", element("render_choice", *labels), ident="response1", rcardinality="Single")
    mistakes = feedback_by_label(instance)
    branches, said = [], []
    for name, label in zip(names, options.labels, strict=True):
        if label in mistakes:
            shown = element("displayfeedback", feedbacktype="Response", linkrefid=f"{name}_fb")
            test = element("conditionvar", element("varequal", name, respident="response1"))
            branches.append(element("respcondition", test, shown, continue_="Yes"))
            text = element("flow_mat", _material(_html(mistakes[label].feedback)))
            said.append(element("itemfeedback", text, ident=f"{name}_fb"))
    branches.append(_right(element("varequal", names[options.right], respident="response1")))
    statement, kind = asked(instance, options), "multiple_choice_question"
    return _item(collection, entry, variant, instance, kind, statement, box, branches, said, ",".join(names))


def _item(
    collection: Collection,
    entry: Entry,
    variant: str,
    instance: Instance,
    kind: str,
    statement: str,
    box: Element,
    branches: Sequence[Element],
    said: Sequence[Element],
    answers: str,
) -> _Item:
    name = identifier_of(name_of(collection, variant, instance))
    pictures = (picture(instance.figure, name),) if instance.figure is not None else ()
    parts = [_html(instance.stem)] if instance.stem else []
    parts += [*(image(p, _FOLDER) for p in pictures), _html(statement)]
    fields = _fields(
        question_type=kind,
        points_possible=decimal(instance.points),
        original_answer_ids=answers,
        assessment_question_identifierref=f"{name}_question",
    )
    score = element("outcomes", element("decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal"))
    xml = element(
        "item",
        element("itemmetadata", fields),
        element("presentation", _material("\n".join(parts)), box),
        element("resprocessing", score, *branches),
        *said,
        element("itemfeedback", element("flow_mat", _material(_html(instance.solution))), ident="general_fb"),
        ident=name,
        title=one_line(f"{entry.number}{instance.part} {instance.title} {variant}"),
    )
    # What is said of every answer.
    always = element(
        "respcondition",
        element("conditionvar", element("other")),
        element("displayfeedback", feedbacktype="Response", linkrefid="general_fb"),
        continue_="Yes",
    )
    xml[2].insert(1, always)
    return _Item(xml, pictures)


def _group(collection: Collection, entry: Entry, first: Instance, items: Sequence[Element]) -> Element:
    points = element("selection_extension", element("points_per_item", decimal(first.points)))
    selection = element("selection", element("selection_number", "1"), points)
    return element(
        "section",
        element("selection_ordering", selection),
        *items,
        ident=identifier_of(f"{collection.sheet}-{first.problem}"),
        title=one_line(f"{entry.number}{first.part} {entry.title}"),
    )


def _assessment(collection: Collection, name: str, groups: Sequence[Element]) -> bytes:
    root = element(
        "questestinterop",
        element(
            "assessment",
            _fields(cc_maxattempts="1"),
            element("section", *groups, ident="root_section"),
            ident=name,
            title=one_line(collection.title),
        ),
        xmlns=_QTI,
    )
    return to_bytes(root)


def _about(collection: Collection, name: str, points: Fraction) -> bytes:
    root = element(
        "quiz",
        element("title", one_line(collection.title)),
        element("description"),
        element("shuffle_answers", "false"),
        element("scoring_policy", "keep_highest"),
        element("quiz_type", "assignment"),
        element("points_possible", decimal(points)),
        element("show_correct_answers", "false"),
        element("allowed_attempts", "1"),
        element("available", "false"),
        xmlns=_CANVAS,
        identifier=name,
    )
    return to_bytes(root)


def _manifest(collection: Collection, name: str, pictures: Sequence[str]) -> bytes:
    about = f"{name}_meta"
    kind = "associatedcontent/imscc_xmlv1p1/learning-application-resource"
    resources = [
        element(
            "resource",
            element("file", href=f"{name}/{name}.xml"),
            element("dependency", identifierref=about),
            identifier=name,
            type="imsqti_xmlv1p2",
        ),
        element(
            "resource",
            element("file", href=f"{name}/assessment_meta.xml"),
            identifier=about,
            type=kind,
            href=f"{name}/assessment_meta.xml",
        ),
    ]
    for picture_name in pictures:
        href = f"images/{picture_name}"
        resources.append(
            element(
                "resource",
                element("file", href=href),
                identifier=identifier_of(f"image-{picture_name}"),
                type="webcontent",
                href=href,
            )
        )
    root = element(
        "manifest",
        element("metadata", element("schema", "IMS Content"), element("schemaversion", "1.1.3")),
        element("organizations"),
        element("resources", *resources),
        xmlns=_CP,
        identifier=f"{name}_manifest",
    )
    return to_bytes(root)


EXPORT = Export(
    "canvas", ".canvas.zip", "what Canvas imports: questions for a number and multiple choice, in groups", _write
)
