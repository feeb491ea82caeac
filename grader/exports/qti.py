"""A QTI 2.1 package: items for a number or a choice, and a test that draws a variant of each.

The format: IMS Question & Test Interoperability 2.1 (Assessment Test, Section and Item Information
Model).  Formulas are MathML, pictures SVG.  In the test each problem is a section from which one
variant is drawn, and the parts of a variant stay together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TypeAlias
from xml.etree.ElementTree import Element, fromstring

from grader.bank.instance import Instance, NamedMistake
from grader.exports.base import Collection, Entry, Export, Exported, LeftOut, Variant
from grader.exports.moodle import how_to_type, name_of
from grader.exports.package import zipped
from grader.exports.page import Picture, asked, one_line, picture
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
from grader.exports.xml import clean, element, to_bytes
from grader.records import record
from grader.sheets.prose import to_html

_QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
_CP = "http://www.imsglobal.org/xsd/imscp_v1p1"
_MATHS = "http://www.w3.org/1998/Math/MathML"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA = f"{_QTI} http://www.imsglobal.org/xsd/qti/qtiv2p1/imsqti_v2p1.xsd"


@record
class _Item:
    """A finished item: its name as an identifier, its file, and the pictures beside it."""

    identifier: str
    content: bytes
    pictures: tuple[Picture, ...]


def _write(collection: Collection) -> Exported:
    left: list[LeftOut] = []
    sections, files, resources, count = [], {}, [], 0
    for entry in collection.entries:
        drawn: list[list[_Item]] = []
        for variant in entry.variants:
            items = _items(collection, entry, variant, left)
            if items:
                drawn.append(items)
        if not drawn:
            continue
        sections.append(_section(entry, drawn))
        for item in (item for items in drawn for item in items):
            count += 1
            files[f"items/{item.identifier}.xml"] = item.content
            files |= {f"items/{p.name}": p.content for p in item.pictures}
            resources.append(_resource(item))
    test = _test(collection, sections)
    manifest = _manifest(collection, resources, [r.get("identifier", "") for r in resources])
    whole = {"imsmanifest.xml": manifest, "test.xml": test, **files}
    return Exported(zipped(whole), count, tuple(left))


def _items(collection: Collection, entry: Entry, variant: Variant, left: list[LeftOut]) -> list[_Item]:
    made = []
    for instance in variant.parts:
        number, options = numeric(instance), choice(instance)
        if number is None and options is None:
            why = f"it asks for {asks_for(instance)}; QTI checks only numbers and choices"
            left.append(LeftOut(instance.problem, variant.name, why))
            continue
        made.append(_item(collection, entry, variant.name, instance, number or options))
    return made


def _item(
    collection: Collection, entry: Entry, variant: str, instance: Instance, question: Numeric | Choice | None
) -> _Item:
    assert question is not None
    identifier = identifier_of(name_of(collection, variant, instance))
    pictures = (picture(instance.figure, identifier),) if instance.figure is not None else ()
    body = [*_flow(instance.stem)] if instance.stem else []
    body += [element("p", element("img", src=p.name, alt=p.alt)) for p in pictures]
    if isinstance(question, Numeric):
        declared, interaction, processing, said = _number(instance, question)
        statement = f"{instance.statement}\n\n{how_to_type(question, collection.language)}"
    else:
        declared, interaction, processing, said = _choice(instance, question)
        statement = asked(instance, question)
    body += [*_flow(statement), interaction]
    root = element(
        "assessmentItem",
        declared,
        _outcome("SCORE", "float", "0"),
        _outcome("MAXSCORE", "float", decimal(instance.points)),
        _outcome("FEEDBACK", "identifier", None),
        element("itemBody", *body),
        element("responseProcessing", *processing),
        *said,
        xmlns=_QTI,
        identifier=identifier,
        title=one_line(f"{entry.number}{instance.part} {instance.title} {variant}"),
        adaptive="false",
        timeDependent="false",
    )
    root.set("xmlns:xsi", _XSI)
    root.set("xsi:schemaLocation", _SCHEMA)
    root.set("xml:lang", collection.language)
    # An indented body would have spaces in it that nobody wrote.
    return _Item(identifier, to_bytes(root, indented=False), pictures)


def identifier_of(text: str) -> str:
    """The text as an identifier of XML."""
    word = re.sub(r"[^A-Za-z0-9_-]", "_", text)
    return word if word[:1].isalpha() else f"q-{word}"


def _flow(markdown: str) -> Iterator[Element]:
    """Markdown as elements of the body."""
    root = fromstring(f"<div>{_well_formed(to_html(clean(markdown)))}</div>")
    for node in root.iter():
        node.attrib.pop("style", None)
        node.tail = clean(node.tail) if node.tail else None
        if node.tag == "math":
            node.set("xmlns", _MATHS)
    for child in root:
        # Between blocks there is nothing but space.
        child.tail = None
        yield element("p", child) if child.tag == "math" else child


def _well_formed(text: str) -> str:
    return text.replace("<br>", "<br/>")


def _inline(markdown: str) -> list[Element]:
    """Markdown of one paragraph, its paragraph opened."""
    made = []
    for block in _flow(markdown):
        if block.tag == "p":
            block.tag = "span"
        made.append(block)
    return made


def _outcome(name: str, type_: str, default: str | None) -> Element:
    start = [element("defaultValue", element("value", default))] if default is not None else []
    return element("outcomeDeclaration", *start, identifier=name, cardinality="single", baseType=type_)


def _response(type_: str, value: str) -> Element:
    return element(
        "responseDeclaration",
        element("correctResponse", element("value", value)),
        identifier="RESPONSE",
        cardinality="single",
        baseType=type_,
    )


_Branch: TypeAlias = tuple[Element, Fraction, NamedMistake | None]
"""A test of the response, the share of the points it earns, and the mistake that it shows."""

_Made: TypeAlias = tuple[Element, Element, list[Element], list[Element]]
"""The declaration of the response, the interaction, the processing and what is said of mistakes."""


def _number(instance: Instance, number: Numeric) -> _Made:
    box = element("p", element("textEntryInteraction", responseIdentifier="RESPONSE", expectedLength="15"))
    branches: list[_Branch] = [(_is_number(number.value, number.tolerance), Fraction(1), None)]
    for value, mistake in wrong_numbers(instance, number):
        branches.append((_is_number(value, number.tolerance), mistake.credit, mistake))
    return _response("float", decimal(number.value)), box, *_processed(branches, instance.points)


def _is_number(value: Fraction, tolerance: Fraction) -> Element:
    mode = {"toleranceMode": "exact"}
    if tolerance:
        mode = {"toleranceMode": "absolute", "tolerance": f"{decimal(tolerance)} {decimal(tolerance)}"}
    return element(
        "equal",
        element("variable", identifier="RESPONSE"),
        element("baseValue", decimal(value), baseType="float"),
        **mode,
    )


def _choice(instance: Instance, options: Choice) -> _Made:
    names = [f"c{k}" for k in range(1, len(options.options) + 1)]
    choices = [
        element("simpleChoice", *_inline(option), identifier=name)
        for name, option in zip(names, options.shown, strict=True)
    ]
    box = element("choiceInteraction", *choices, responseIdentifier="RESPONSE", shuffle="false", maxChoices="1")
    mistakes = feedback_by_label(instance)
    branches: list[_Branch] = [(_is_choice(names[options.right]), Fraction(1), None)]
    for name, label in zip(names, options.labels, strict=True):
        if label in mistakes and name != names[options.right]:
            branches.append((_is_choice(name), mistakes[label].credit, mistakes[label]))
    return _response("identifier", names[options.right]), box, *_processed(branches, instance.points)


def _is_choice(name: str) -> Element:
    return element(
        "match",
        element("variable", identifier="RESPONSE"),
        element("baseValue", name, baseType="identifier"),
    )


def _processed(branches: Sequence[_Branch], points: Fraction) -> tuple[list[Element], list[Element]]:
    condition = element("responseCondition")
    said = []
    for index, (test, share, mistake) in enumerate(branches):
        inner = [test, _set("SCORE", "float", decimal(share * points))]
        if mistake is not None:
            name = f"m{index}"
            inner.append(_set("FEEDBACK", "identifier", name))
            blocks = list(_flow(mistake.feedback))
            said.append(
                element("modalFeedback", *blocks, outcomeIdentifier="FEEDBACK", identifier=name, showHide="show")
            )
        condition.append(element("responseIf" if index == 0 else "responseElseIf", *inner))
    return [condition], said


def _set(name: str, type_: str, value: str) -> Element:
    return element("setOutcomeValue", element("baseValue", value, baseType=type_), identifier=name)


# The test and the manifest ------------------------------------------------------------------------


def _section(entry: Entry, drawn: Sequence[Sequence[_Item]]) -> Element:
    variants = []
    for k, items in enumerate(drawn, 1):
        references = [
            element("assessmentItemRef", identifier=item.identifier, href=f"items/{item.identifier}.xml")
            for item in items
        ]
        if len(references) == 1:
            variants.append(references[0])
            continue
        variants.append(
            element(
                "assessmentSection",
                *references,
                identifier=f"s{entry.number}-{k}",
                title=one_line(entry.title),
                visible="false",
                keepTogether="true",
            )
        )
    return element(
        "assessmentSection",
        element("selection", select="1"),
        *variants,
        identifier=f"s{entry.number}",
        title=one_line(f"{entry.number} {entry.title}"),
        visible="true",
    )


def _test(collection: Collection, sections: Sequence[Element]) -> bytes:
    part = element("testPart", *sections, identifier="part", navigationMode="nonlinear", submissionMode="individual")
    total = element(
        "outcomeProcessing",
        element(
            "setOutcomeValue", element("sum", element("testVariables", variableIdentifier="SCORE")), identifier="SCORE"
        ),
    )
    root = element(
        "assessmentTest",
        _outcome("SCORE", "float", "0"),
        part,
        total,
        xmlns=_QTI,
        identifier=identifier_of(collection.sheet),
        title=one_line(collection.title),
    )
    root.set("xmlns:xsi", _XSI)
    root.set("xsi:schemaLocation", _SCHEMA)
    return to_bytes(root)


def _resource(item: _Item) -> Element:
    href = f"items/{item.identifier}.xml"
    files = [element("file", href=href), *(element("file", href=f"items/{p.name}") for p in item.pictures)]
    return element("resource", *files, identifier=f"r-{item.identifier}", type="imsqti_item_xmlv2p1", href=href)


def _manifest(collection: Collection, resources: Sequence[Element], names: Sequence[str]) -> bytes:
    test = element(
        "resource",
        element("file", href="test.xml"),
        *(element("dependency", identifierref=name) for name in names),
        identifier="r-test",
        type="imsqti_test_xmlv2p1",
        href="test.xml",
    )
    root = element(
        "manifest",
        element("metadata", element("schema", "QTIv2.1 Package"), element("schemaversion", "1.0.0")),
        element("organizations"),
        element("resources", test, *resources),
        xmlns=_CP,
        identifier=identifier_of(f"package-{collection.sheet}"),
    )
    root.set("xmlns:xsi", _XSI)
    root.set("xsi:schemaLocation", f"{_CP} http://www.imsglobal.org/xsd/qti/qtiv2p1/qtiv2p1_imscpv1p2_v1p0.xsd")
    return to_bytes(root)


EXPORT = Export("qti", ".qti21.zip", "QTI 2.1 package, questions for a number and multiple choice, and a test", _write)
