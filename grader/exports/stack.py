"""Moodle XML for a Moodle with STACK: formulas, vectors, matrices, sets, equations, stationary points.

Each variant is a question of its own, without random values, so that all of them can be looked at.
The reference is the first node of the response tree, every named mistake a node of its own with
feedback and credit, and both are question tests, so that STACK checks the import by itself:
https://docs.stack-assessment.org/en/Authoring/Testing/.  Parts of a problem share a question.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from xml.etree.ElementTree import Element

from grader.answer import Answer, Equation, Label, Matrix, Points, Scalar, Set, Vector
from grader.bank.instance import Instance, NamedMistake
from grader.claims import (
    Antiderivative,
    Claim,
    Equal,
    EqualArrays,
    EqualOnCurve,
    PolynomialOf,
    SameEquation,
    SamePoints,
)
from grader.claims import Point as Place
from grader.diagnose import wrong_answers
from grader.exports import moodle
from grader.exports.base import Collection, Entry, Export, Exported, LeftOut, Variant
from grader.exports.page import Picture, asked, html, image, one_line
from grader.exports.questions import Choice, asks_for, choice, claims_of, decimal, numeric, shape_of
from grader.exports.xml import element, to_bytes
from grader.expr.maxima import RESERVED, NoMaxima, to_maxima
from grader.expr.tree import Expr, Variable, rational_value, walk
from grader.records import record
from grader.translations import translation

VERSION = "2025030700"
"""The version of STACK whose fields are written."""


class Cannot(Exception):
    """STACK cannot ask this; the message is a clause after "it"."""


@record
class Node:
    """One question of a response tree: ``test`` compares ``sans`` with ``tans``."""

    test: str
    sans: str
    tans: str
    options: str
    share: Fraction
    feedback: str
    note: str


@record
class Input:
    """``kind`` is STACK's word, ``tans`` the teacher's answer, ``prompt`` Markdown before the box."""

    name: str
    kind: str
    tans: str
    prompt: str = ""
    hint: str = ""
    exact: bool = True


@record
class Sketch:
    """One part as STACK asks it: its inputs, its nodes, and what to type for the reference and each mistake."""

    inputs: tuple[Input, ...]
    nodes: tuple[Node, ...]
    tests: tuple[tuple[tuple[str, ...], int], ...]
    variables: tuple[tuple[str, str], ...]


def _write(collection: Collection) -> Exported:
    quiz, left, count = element("quiz"), [], 0
    for entry in collection.entries:
        made = []
        for variant in entry.variants:
            try:
                made.append(_question(collection, entry, variant))
            except (Cannot, NoMaxima) as reason:
                left.append(LeftOut(entry.problem, variant.name, f"it {reason}"))
        if made:
            quiz.append(moodle.category(collection, entry))
            quiz.extend(made)
            count += len(made)
    notes = (
        "STACK compares by its own rules: no partial credit for single entries, and no domains but "
        "'all real' and 'all positive'. After the import run the question tests: each named mistake is one.",
    )
    return Exported(to_bytes(quiz), count, tuple(left), notes)


def _question(collection: Collection, entry: Entry, variant: Variant) -> Element:
    first = variant.parts[0]
    whole = Choice if len(variant.parts) == 1 else None
    options = choice(first) if whole else None
    if options is not None:
        return moodle.multichoice(collection, entry, variant.name, first, options)
    sketches = []
    for index, instance in enumerate(variant.parts, 1):
        try:
            sketches.append(_sketch(instance, index, collection.language))
        except (Cannot, NoMaxima) as reason:
            part = f"(part {instance.part}) " if instance.part else ""
            raise Cannot(f"{part}{reason}") from None
    body, pictures = _body(collection, entry, variant, sketches)
    assume = _assumed(variant)
    title = f"{entry.number} {first.title} {variant.name}"
    name = f"{collection.sheet}-{entry.problem}-{variant.name}"
    variables = [f"{key}:{value};" for sketch in sketches for key, value in sketch.variables]
    solution = "\n\n".join(part.solution for part in variant.parts)
    total = sum((part.points for part in variant.parts), Fraction(0))
    return element(
        "question",
        element("name", moodle.text(one_line(title))),
        moodle.rich("questiontext", body, pictures),
        moodle.rich("generalfeedback", _castext(html(solution))),
        element("defaultgrade", decimal(total)),
        *moodle.tail(name, "0.1"),
        element("stackversion", moodle.text(VERSION)),
        element("questionvariables", moodle.text("\n".join(variables))),
        moodle.rich("specificfeedback", "".join(f"[[feedback:prt{k}]]" for k in range(1, len(sketches) + 1))),
        # The note tells variants apart; it must not depend on chance.
        element("questionnote", moodle.text(_castext(f"{entry.problem} {variant.name}")), format="html"),
        element("questionsimplify", "1"),
        element("assumepositive", "1" if assume == "positive" else "0"),
        element("assumereal", "0" if assume == "positive" else "1"),
        *(element(tag, value) for tag, value in _LOOK),
        element("variantsselectionseed"),
        *(_input(i) for sketch in sketches for i in sketch.inputs),
        *(
            _tree(k, sketch, part.points)
            for k, (sketch, part) in enumerate(zip(sketches, variant.parts, strict=True), 1)
        ),
        *_tests(sketches),
        type="stack",
    )


_LOOK = (
    ("decimals", "."),
    ("multiplicationsign", "dot"),
    ("sqrtsign", "1"),
    ("complexno", "i"),
    ("inversetrig", "arccos"),
    ("logicsymbol", "lang"),
    ("matrixparens", "["),
)


def _body(
    collection: Collection, entry: Entry, variant: Variant, sketches: Sequence[Sketch]
) -> tuple[str, tuple[Picture, ...]]:
    said: list[str] = []
    pictures: list[Picture] = []
    stem = ""
    for instance, sketch in zip(variant.parts, sketches, strict=True):
        whole, files = moodle.shown(
            instance, moodle.name_of(collection, variant.name, instance), asked(instance, choice(instance))
        )
        lead = html(instance.stem)
        if instance.stem and instance.stem == stem:
            whole = whole.removeprefix(lead).lstrip("\n")
        stem = instance.stem
        if len(variant.parts) > 1:
            said.append(f"<h5>{entry.number}{instance.part}</h5>")
        same = {p.content: p.name for p in pictures}
        for file in files:
            if file.content in same:
                # Parts that share a picture show it once.
                whole = whole.replace(image(file, moodle.FOLDER), "")
            else:
                pictures.append(file)
        said.append(_castext(whole))
        for box in sketch.inputs:
            said.append(f"<p>{_castext(html(box.prompt)[3:-4]) if box.prompt else ''} [[input:{box.name}]]</p>")
            said.append(f"<p>[[validation:{box.name}]]</p>")
    return "\n".join(said), tuple(pictures)


def _castext(text: str) -> str:
    """Text in which nothing is a command of STACK."""
    return text.replace("[[", "&#91;[").replace("{@", "{&#64;").replace("{#", "{&#35;")


def _assumed(variant: Variant) -> str:
    """``positive`` when every variable of the question is, on its whole domain."""
    intervals = [span for part in variant.parts for _, span in part.task.domain.intervals]
    low = [span.low for span in intervals]
    positive = bool(low) and all(b is not None and b >= 0 for b in low)
    return "positive" if positive and all(_declared(part) for part in variant.parts) else "real"


def _declared(instance: Instance) -> bool:
    known = {name for name, _ in instance.task.domain.intervals}
    return all(set(_names(tree)) <= known for tree in _trees(instance.task.reference))


# Parts ------------------------------------------------------------------------------------------


def _sketch(instance: Instance, index: int, language: str) -> Sketch:
    task, shape = instance.task, shape_of(instance)
    _check_names(instance)
    options = choice(instance)
    if options is not None:
        return _radio(instance, index, options)
    claims = claims_of(instance)
    if isinstance(task.reference, Scalar) and _is_polynomial(claims):
        claims = tuple(c for c in claims if isinstance(c, Equal))[:1]
    match task.reference, claims:
        case Points(), _ if shape.labels:
            return _natures(instance, index, shape.labels, language)
        case ((Set() | Points()), (SamePoints(),)):
            return _plain(instance, index, _box_for_set(language))
        case Scalar(), (Antiderivative() as claim,):
            return _antiderivative(instance, index, claim)
        case Scalar(), (Equal(),):
            return _plain(instance, index, Input("", "algebraic", "", exact=task.accept.exact))
        case Scalar(), (EqualOnCurve(),):
            raise Cannot("has many right answers, equal on the curve alone; STACK compares formulas")
        case Equation(), (SameEquation(),):
            return _plain(instance, index, Input("", "algebraic", ""))
        case ((Vector() | Matrix()), (EqualArrays() as claim,)):
            return _plain(instance, index, _box_for_array(task.reference, claim, language))
        case _:
            raise Cannot(f"asks for {asks_for(instance)}; {_reason(claims)}")


def _is_polynomial(claims: tuple[Claim, ...]) -> bool:
    """Whether all claims together say which polynomial it is: then one comparison does."""
    kinds = {type(claim) for claim in claims}
    return kinds == {Equal, PolynomialOf}


def _reason(claims: tuple[Claim, ...]) -> str:
    name = type(claims[0]).__name__ if claims else ""
    return {
        "SameRange": "STACK tells open from closed ends, which this question does not ask for",
        "MatrixDerivative": "STACK has no matrices of symbolic size",
        "MatrixEqual": "STACK has no matrices of symbolic size",
    }.get(name, "no answer test of STACK checks that")


def _check_names(instance: Instance) -> None:
    for name in {n for tree in _trees(instance.task.reference) for n in _names(tree)}:
        if name in RESERVED:
            raise Cannot(f"has a variable '{name}', which means something else in STACK")


def _names(e: Expr) -> Iterator[str]:
    return (node.name for node in walk(e) if isinstance(node, Variable))


def _trees(answer: Answer) -> tuple[Expr, ...]:
    match answer:
        case Scalar(value):
            return (value,)
        case Vector(entries) | Set(entries):
            return entries
        case Matrix(rows):
            return tuple(e for row in rows for e in row)
        case Points(points):
            return tuple(e for point in points for e in point.coordinates)
        case Equation(left, right):
            return (left, right)
        case _:
            return ()


def _box_for_set(language: str) -> Input:
    _ = translation(language).gettext
    return Input("", "algebraic", "", _("A set such as `{1,2}`; `{}` when there is none:"))


def _box_for_array(reference: Answer, claim: EqualArrays, language: str) -> Input:
    _ = translation(language).gettext
    if isinstance(reference, Vector) and reference.orientation == "tuple":
        return Input("", "algebraic", "", _("A list in square brackets, such as `[1,2]`:"))
    if claim.orientation == "free":
        return Input("", "matrix", "")
    # A grid of boxes would tell the size, which is part of what is asked.
    return Input("", "varmatrix", "", _("One row in each line, entries apart by spaces:"))


def _plain(instance: Instance, index: int, box: Input) -> Sketch:
    """One box that is compared with the reference, then with each mistake."""
    reference = instance.task.reference
    _check_elements(reference)
    test, options = _test(instance)
    return _compared(index, box, _maxima(reference), test, options, _mistakes(instance))


def _check_elements(reference: Answer) -> None:
    if isinstance(reference, Set | Points) and any(rational_value(e) is None for e in _trees(reference)):
        raise Cannot("asks for numbers that are not rational, and STACK compares elements of sets by their form")


def _test(instance: Instance) -> tuple[str, str]:
    """The answer test for a number or formula, with its option."""
    accept = instance.task.accept
    if accept.exact or not isinstance(instance.task.reference, Scalar):
        return "AlgEquiv", ""
    if accept.relative is not None:
        return "NumRelative", decimal(accept.relative)
    asked_number = numeric(instance)
    if asked_number is None:
        raise Cannot("takes decimals for what is no number")
    return "NumAbsolute", decimal(asked_number.tolerance)


def _mistakes(instance: Instance) -> list[tuple[str, NamedMistake]]:
    found = []
    reference = instance.task.reference
    for mistake in wrong_answers(instance.task, instance.mistakes):
        answer = mistake.answer
        if type(answer) is not type(reference):
            continue
        if isinstance(answer, Vector) and isinstance(reference, Vector) and answer.orientation == "tuple":
            # It goes into the same boxes.
            answer = Vector(answer.entries, reference.orientation)
        try:
            found.append((_maxima(answer), mistake))
        except NoMaxima:
            continue
    return found


def _compared(
    index: int, box: Input, right: str, test: str, options: str, mistakes: list[tuple[str, NamedMistake]]
) -> Sketch:
    name, ta = f"ans{index}", f"ta{index}"
    variables, tests = [(ta, right)], [((ta,), 0)]
    nodes = [Node(test, name, ta, options, Fraction(1), "", "right")]
    for k, (wrong, mistake) in enumerate(mistakes, 1):
        key = f"wa{index}_{k}"
        variables.append((key, wrong))
        nodes.append(Node(test, name, key, options, mistake.credit, mistake.feedback, mistake.name))
        tests.append(((key,), k))
    made = Input(name, box.kind, ta, box.prompt, box.hint, box.exact)
    return Sketch((made,), tuple(nodes), tuple(tests), tuple(variables))


def _antiderivative(instance: Instance, index: int, claim: Antiderivative) -> Sketch:
    reference = instance.task.reference
    assert isinstance(reference, Scalar)
    if claim.constant == "forbidden":
        raise Cannot("asks for an antiderivative without a constant, and STACK's test for integrals allows one")
    loose = ["FORMAL"] if claim.log_abs == "optional" else []
    strict = ["NOCONST"] if claim.constant == "optional" else []
    own = _list([claim.variable, *strict, *loose])
    sketch = _compared(index, Input("", "algebraic", ""), _maxima(reference), "Int", own, _mistakes(instance))
    # An answer shows a mistake whatever its constant.
    any_constant = _list([claim.variable, "NOCONST", "FORMAL"])
    nodes = (sketch.nodes[0], *(Node(n.test, n.sans, n.tans, any_constant, n.share, n.feedback, n.note)
                                for n in sketch.nodes[1:]))  # fmt: skip
    return Sketch(sketch.inputs, nodes, sketch.tests, sketch.variables)


def _list(items: list[str]) -> str:
    return items[0] if len(items) == 1 else f"[{','.join(items)}]"


def _natures(instance: Instance, index: int, labels: tuple[str, ...], language: str) -> Sketch:
    """A set for each nature that a point can have: neither how many there are is told, nor which."""
    _ = translation(language).gettext
    reference = instance.task.reference
    assert isinstance(reference, Points)
    _check_elements(reference)
    asked_for = tuple(label for label in labels if label != "neither" or _has(reference, label))
    names = [f"ans{index}{letter}" for letter in "abcdefgh"[: len(asked_for)]]
    right = [_set_of(reference.points, label) for label in asked_for]
    keys = [f"ta{index}{letter}" for letter in "abcdefgh"[: len(asked_for)]]
    variables = list(zip(keys, right, strict=True))
    several = len(reference.points[0].coordinates) > 1 if reference.points else False
    prompts = {
        "minimum": _("Minima"),
        "maximum": _("Maxima"),
        "saddle": _("Saddle points"),
        "inflection": _("Points of inflection"),
        "neither": _("Neither"),
    }
    form = "{[0,1],[2,3]}" if several else "{1,2}"
    boxes = tuple(
        Input(
            name,
            "algebraic",
            key,
            f"{prompts.get(label, label)}, " + _("a set such as `%(set)s`, or `{}`:") % {"set": form},
        )
        for name, key, label in zip(names, keys, asked_for, strict=True)
    )
    everything, all_right = f"[{','.join(names)}]", f"[{','.join(keys)}]"
    nodes = [Node("AlgEquiv", everything, all_right, "", Fraction(1), "", "right")]
    tests: list[tuple[tuple[str, ...], int]] = [(tuple(keys), 0)]
    mistakes = [m for m in wrong_answers(instance.task, instance.mistakes) if _fits(m.answer, asked_for)]
    for k, mistake in enumerate(mistakes, 1):
        assert isinstance(mistake.answer, Points)
        own = [f"wa{index}_{k}{letter}" for letter in "abcdefgh"[: len(asked_for)]]
        variables += zip(own, (_set_of(mistake.answer.points, label) for label in asked_for), strict=True)
        wrong_natures = mistake.credit
        if _bare(mistake.answer.points) == _bare(reference.points):
            wrong_natures = max(mistake.credit, Fraction(1, 2))
        nodes.append(
            Node("AlgEquiv", everything, f"[{','.join(own)}]", "", wrong_natures, mistake.feedback, mistake.name)
        )
        tests.append((tuple(own), k))
    together = f"union({','.join(names)})", f"union({','.join(keys)})"
    nodes.append(
        Node("AlgEquiv", *together, "", Fraction(1, 2), _("The points are right, not all of their natures."), "natures")
    )
    return Sketch(boxes, tuple(nodes), tuple(tests), tuple(variables))


def _has(points: Points, label: str) -> bool:
    return any(point.label == label for point in points.points)


def _fits(answer: Answer, labels: tuple[str, ...]) -> bool:
    if not isinstance(answer, Points) or any(point.label not in labels for point in answer.points):
        return False
    return all(rational_value(e) is not None for e in _trees(answer))


def _bare(points: tuple[Place, ...]) -> set[tuple[Fraction | None, ...]]:
    return {tuple(rational_value(e) for e in point.coordinates) for point in points}


def _set_of(points: tuple[Place, ...], label: str) -> str:
    return _set([point for point in points if point.label == label])


def _set(points: Sequence[Place]) -> str:
    return "{" + ",".join(_place(point) for point in points) + "}"


def _place(point: Place) -> str:
    inner = ",".join(to_maxima(e) for e in point.coordinates)
    return inner if len(point.coordinates) == 1 else f"[{inner}]"


def _radio(instance: Instance, index: int, options: Choice) -> Sketch:
    """A choice beside other parts."""
    name = f"ans{index}"
    rows = [
        f'[{k},{"true" if k - 1 == options.right else "false"},"{_string(html(option))}"]'
        for k, option in enumerate(options.shown, 1)
    ]
    variables = [(f"ta{index}", str(options.right + 1)), (f"tl{index}", f"[{','.join(rows)}]")]
    nodes = [Node("AlgEquiv", name, f"ta{index}", "", Fraction(1), "", "right")]
    tests: list[tuple[tuple[str, ...], int]] = [((f"ta{index}",), 0)]
    for mistake in wrong_answers(instance.task, instance.mistakes):
        if isinstance(mistake.answer, Label):
            number_of = str(options.labels.index(mistake.answer.name) + 1)
            nodes.append(Node("AlgEquiv", name, number_of, "", mistake.credit, mistake.feedback, mistake.name))
            tests.append(((number_of,), len(nodes) - 1))
    return Sketch((Input(name, "radio", f"tl{index}"),), tuple(nodes), tuple(tests), tuple(variables))


def _string(text: str) -> str:
    """Inside a string of Maxima."""
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")


def _maxima(answer: Answer) -> str:
    match answer:
        case Scalar(value):
            return to_maxima(value)
        case Vector(entries, "tuple"):
            return f"[{','.join(map(to_maxima, entries))}]"
        case Vector(entries, "row"):
            return f"matrix([{','.join(map(to_maxima, entries))}])"
        case Vector(entries):
            return f"matrix({','.join(f'[{to_maxima(e)}]' for e in entries)})"
        case Matrix(rows):
            return f"matrix({','.join('[' + ','.join(map(to_maxima, row)) + ']' for row in rows)})"
        case Set(elements):
            return "{" + ",".join(map(to_maxima, elements)) + "}"
        case Points(points):
            return _set(points)
        case Equation(left, right):
            return f"{to_maxima(left)}={to_maxima(right)}"
        case _:
            raise NoMaxima("cannot be written in Maxima")


# Elements ---------------------------------------------------------------------------------------


def _input(box: Input) -> Element:
    single = box.kind in ("radio",)
    fields = {
        "name": box.name,
        "type": box.kind,
        "tans": box.tans,
        "boxsize": "30",
        "strictsyntax": "1",
        # Stars for implied products and between letters and digits, 2x and x(x+1).
        "insertstars": "1",
        "syntaxhint": box.hint,
        "syntaxattribute": "0",
        "forbidwords": "diff,int,integrate,taylor,solve,limit,hessian,jacobian",
        "allowwords": "",
        "forbidfloat": "1" if box.exact else "0",
        "requirelowestterms": "0",
        "checkanswertype": "0" if single else "1",
        "mustverify": "0" if single else "1",
        "showvalidation": "0" if single else "1",
        "options": "",
    }
    return element("input", *(element(tag, value) for tag, value in fields.items()))


def _tree(index: int, sketch: Sketch, points: Fraction) -> Element:
    last = len(sketch.nodes) - 1
    nodes = []
    for k, node in enumerate(sketch.nodes):
        nodes.append(
            element(
                "node",
                element("name", str(k)),
                element("description", node.note),
                element("answertest", node.test),
                element("sans", node.sans),
                element("tans", node.tans),
                element("testoptions", node.options),
                # What the test itself would say of a mistake is not what went wrong.
                element("quiet", "0" if k == 0 else "1"),
                *_branch("true", node.share, "-1", _answer_note(index, k, "T"), node.feedback),
                *_branch("false", Fraction(0), str(k + 1) if k < last else "-1", _answer_note(index, k, "F"), ""),
            )
        )
    return element(
        "prt",
        element("name", f"prt{index}"),
        element("value", decimal(points)),
        element("autosimplify", "1"),
        element("feedbackstyle", "1"),
        element("feedbackvariables", moodle.text("")),
        *nodes,
    )


def _answer_note(index: int, node: int, branch: str) -> str:
    return f"prt{index}-{node}-{branch}"


def _branch(side: str, share: Fraction, following: str, note: str, feedback: str) -> tuple[Element, ...]:
    return (
        element(f"{side}scoremode", "="),
        element(f"{side}score", decimal(share)),
        element(f"{side}penalty"),
        element(f"{side}nextnode", following),
        element(f"{side}answernote", note),
        moodle.rich(f"{side}feedback", _castext(html(feedback)) if feedback else ""),
    )


def _tests(sketches: Sequence[Sketch]) -> Iterator[Element]:
    """One test for the references of all parts, and one for each mistake, the other parts right."""
    number_of = 0
    for index, sketch in enumerate(sketches):
        for typed, node in sketch.tests:
            if node == 0 and index:
                continue
            number_of += 1
            what = "right" if node == 0 else sketch.nodes[node].note
            values = [typed if k == index else other.tests[0][0] for k, other in enumerate(sketches)]
            reached = [node if k == index else 0 for k in range(len(sketches))]
            inputs = [
                element("testinput", element("name", box.name), element("value", value))
                for other, given in zip(sketches, values, strict=True)
                for box, value in zip(other.inputs, given, strict=True)
            ]
            expected = [
                element(
                    "expected",
                    element("name", f"prt{k}"),
                    element("expectedscore", decimal(other.nodes[at].share)),
                    element("expectedpenalty", "0" if other.nodes[at].share == 1 else "0.1"),
                    element("expectedanswernote", _answer_note(k, at, "T")),
                )
                for k, (other, at) in enumerate(zip(sketches, reached, strict=True), 1)
            ]
            yield element(
                "qtest", element("testcase", str(number_of)), element("description", what), *inputs, *expected
            )


EXPORT = Export(
    "stack",
    ".stack.xml",
    "Moodle XML for STACK: formulas, matrices, sets, points; mistakes as nodes, tests with each question",
    _write,
)
