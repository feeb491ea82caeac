"""What leaves for learning platforms: nothing lost in silence, nothing that acts, every structure whole."""

from __future__ import annotations

import io
import json
import re
import zipfile
from fractions import Fraction
from xml.etree import ElementTree

import pytest
from goldens import collection, problems
from maxima import needs_maxima, reached, run
from node import needs, package
from node import run as run_node

from grader.answer import Scalar
from grader.bank.sample import Memory, sample_parts
from grader.cli.banks import load
from grader.exports import exports
from grader.exports.base import Collection, Entry, LeftOut, Variant
from grader.exports.questions import decimal, exponent, number, numeric, wrong_numbers
from grader.expr.maxima import NoMaxima, to_maxima
from grader.expr.parse import Names, parse
from grader.records import replace

NAMES = sorted(exports())


def tree(text: str):
    return parse(text, Names(("x", "y", "a", "lambda", "i")), "auto", "test")


def elements(content: bytes) -> list[ElementTree.Element]:
    """The XML of a file, or of every file in a zip."""
    if not content.startswith(b"PK"):
        return [ElementTree.fromstring(content)]
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [ElementTree.fromstring(archive.read(n)) for n in archive.namelist() if n.endswith((".xml", ".svg"))]


# Nothing is lost -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_variant_is_exported_or_named(name):
    made = exports()[name].write(collection())
    left = {(out.problem, out.variant) for out in made.left_out}
    assert len(left) == len(made.left_out)
    if name == "stack":
        asked = {(entry.problem, v.name) for entry in collection().entries for v in entry.variants}
    else:
        asked = {(p.problem, v.name) for entry in collection().entries for v in entry.variants for p in v.parts}
    assert left <= asked
    assert made.questions == len(asked) - len(left)
    assert all(out.why.startswith("it") and not out.why.endswith(".") for out in made.left_out)


def test_stack_asks_what_the_others_cannot():
    left = {name: {out.problem for out in exports()[name].write(collection()).left_out} for name in NAMES}
    assert left["stack"] == {"mx-lin", "mono-intervals"}
    assert {"chain-trigpow", "jac-2x2", "stat-cubic", "anti-recip", "tangent"} <= left["moodle"]
    assert left["moodle"] == left["qti"] == left["canvas"]
    assert left["gift"] == left["moodle"] | {"area-graph"}


# Numbers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value, text",
    [
        ("1/4", "0.25"),
        ("-3", "-3"),
        ("0", "0"),
        ("712/3", "237.333333333"),
        ("-1/3000", "-0.000333333333333"),
        ("999999/1000", "999.999"),
        ("10000000", "10000000"),
        ("99999999999999/100000000000", "1000"),
    ],
)
def test_decimals(value, text):
    assert decimal(Fraction(value)) == text


@pytest.mark.parametrize("value, power", [("1", 0), ("9.99", 0), ("10", 1), ("0.1", -1), ("99/1000", -2), ("-250", 2)])
def test_exponents(value, power):
    assert exponent(Fraction(value)) == power


def test_numbers_are_known_exactly_or_to_many_digits():
    assert number(tree("3/8")) == Fraction(3, 8)
    assert abs(number(tree("sqrt(2)")) ** 2 - 2) < Fraction(1, 10**30)
    assert number(tree("x")) is None and number(tree("oo")) is None and number(tree("1/0")) is None


def test_a_number_without_a_short_decimal_is_asked_rounded():
    instance = problems()["def-exp"][0][0]
    asked = numeric(instance)
    assert asked is not None and asked.rounded == 4 and asked.tolerance > 0
    # Rounded as asked it is accepted.
    digits = 3 - exponent(asked.value)
    rounded = Fraction(round(asked.value * Fraction(10) ** digits)) / Fraction(10) ** digits
    assert abs(rounded - asked.value) <= asked.tolerance
    for wrong, _ in wrong_numbers(instance, asked):
        assert abs(wrong - asked.value) > 2 * asked.tolerance


# Maxima --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed, written",
    [
        ("-x^2 + 3x - 1/2", "-x^2+3*x-1/2"),
        ("(x+1)^2/(2x)", "(x+1)^2/(2*x)"),
        ("e^(-x/2) sin^2 x", "%e^(-x/2)*sin(x)^2"),
        ("3 - (-2)", "3-(-2)"),
        ("x (2/3)", "x*(2/3)"),
        ("a/(x/y)", "a/(x/y)"),
        ("(a/x)/y", "(a/x)/y"),
        ("(-x)^2", "(-x)^2"),
        ("x^(-2/3)", "x^(-2/3)"),
        ("2^x^2", "2^(x^2)"),
        ("log10(x) + log(2, x)", "log(x)/log(10)+log(x)/log(2)"),
        ("arccot x", "%pi/2-atan(x)"),
        ("cbrt(x)", "x^(1/3)"),
        ("|x| + sign(y)", "abs(x)+signum(y)"),
        ("x!", "factorial(x)"),
    ],
)
def test_trees_in_maxima(typed, written):
    assert to_maxima(tree(typed)) == written


@pytest.mark.parametrize("name", ["lambda", "i"])
def test_names_that_mean_something_else_in_maxima(name):
    with pytest.raises(NoMaxima):
        to_maxima(tree(f"2{name}"))


def bank_collection(seed: int) -> Collection:
    entries = []
    for index, problem in enumerate(load(("shipped",)).problems, 1):
        parts = tuple(sample_parts(problem, seed, Memory()))
        entries.append(Entry(str(index), problem.id, problem.title, problem.points, (Variant("v01", parts),)))
    return Collection("Bank", "", "bank", tuple(entries))


_OWN = set(
    "pi e sin cos tan sec csc cot sqrt log abs atan asin acos sinh cosh tanh sech csch coth asinh acosh atanh "
    "matrix max min signum factorial erf binomial union".split()
)


def points(variables: str, domains: dict) -> list[dict[str, str]]:
    """Three points inside the domain, for every name in the text."""
    words = re.findall(r"[A-Za-z_]\w*", re.sub(r"tl\d+:.*", "", variables))
    names = sorted({w for w in words if w not in _OWN and not re.match(r"(ta|wa|tl)\d", w)} | set(domains))
    made = []
    for share in (Fraction(217, 1000), Fraction(541, 1000), Fraction(838, 1000)):
        point = {}
        for k, name in enumerate(names):
            span = domains.get(name)
            low, high = (span.low, span.high) if span is not None else (None, None)
            low = (Fraction(1, 5) if high is None else high - 2) if low is None else low
            high = low + 2 if high is None else high
            value = low + (high - low) * ((share + Fraction(k * 137, 1000)) % 1)
            point[name] = str(round(value) if span is not None and span.integer else float(value))
        made.append(point)
    return made


@needs_maxima
def test_question_tests_hold_in_a_real_maxima():
    """Each mistake of the whole bank reaches its own node of the response tree, and the reference the first."""
    bank = bank_collection(5)
    domains = {e.problem: dict(i for p in e.variants[0].parts for i in p.task.domain.intervals) for e in bank.entries}
    root = ElementTree.fromstring(exports()["stack"].write(bank).content)
    statements: list[str] = []
    expected: list[str] = []
    for question in root.iter("question"):
        if question.get("type") != "stack":
            continue
        problem = question.findtext("questionnote/text").split()[0]
        variables = question.findtext("questionvariables/text")
        places = points(variables, domains[problem])
        for prt in question.findall("prt"):
            fields = ("answertest", "sans", "tans", "testoptions")
            nodes = [tuple(node.findtext(f) or "" for f in fields) for node in prt.findall("node")]
            tests = []
            for test in question.findall("qtest"):
                typed = {i.findtext("name"): i.findtext("value") for i in test.findall("testinput")}
                for outcome in test.findall("expected"):
                    if outcome.findtext("name") == prt.findtext("name"):
                        tests.append(typed)
                        expected.append(f"{problem}: {outcome.findtext('expectedanswernote')}")
            statements += reached(variables, sorted(places[0]), places, nodes, tests)
    found = run(statements)
    assert len(found) == len(expected) > 1500
    wrong = [(e, f) for e, f in zip(expected, found, strict=True) if not e.endswith(f"-{f}-T")]
    assert not wrong


@needs_maxima
def test_maxima_agrees_about_the_references():
    from grader.figures.values import at

    statements, ours = [], []
    for entry in bank_collection(6).entries:
        for part in entry.variants[0].parts:
            if not isinstance(part.task.reference, Scalar):
                continue
            try:
                text = to_maxima(part.task.reference.value)
            except NoMaxima:
                continue
            place = points(text, dict(part.task.domain.intervals))[1]
            value = at(part.task.reference.value, {name: float(v) for name, v in place.items()})
            if value is None:
                continue
            given = ",".join(f"{name}={v}" for name, v in place.items())
            statements += [f"kill({','.join(place)})$" if place else "0$", f'print(">", num({text},[{given}]))$']
            ours.append((part.problem, value))
    found = run(statements)
    assert len(found) == len(ours) > 80
    for (problem, value), theirs in zip(ours, found, strict=True):
        assert float(theirs.replace("b", "e")) == pytest.approx(value, rel=1e-9, abs=1e-9), problem


# Structure -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["moodle", "stack"])
def test_moodle_questions_are_whole(name):
    root = ElementTree.fromstring(exports()[name].write(collection()).content)
    ids = []
    for question in root.iter("question"):
        if question.get("type") == "category":
            assert question.findtext("category/text").startswith("$course$/top/")
            continue
        ids.append(question.findtext("idnumber"))
        text = question.findtext("questiontext/text")
        assert question.findtext("name/text") and text and Fraction(question.findtext("defaultgrade")) > 0
        shown = set(re.findall(r'@@PLUGINFILE@@/([^"]+)', text))
        assert shown == {f.get("name") for f in question.findall("questiontext/file")}
        if question.get("type") == "numerical":
            assert [a.get("fraction") for a in question.findall("answer")].count("100") == 1
            assert all(float(a.findtext("tolerance")) >= 0 for a in question.findall("answer"))
        elif question.get("type") == "multichoice":
            assert [a.get("fraction") for a in question.findall("answer")].count("100") == 1
        else:
            whole_stack(question, text)
    assert len(set(ids)) == len(ids) >= 8


def whole_stack(question, text):
    feedback = question.findtext("specificfeedback/text")
    inputs = [i.findtext("name") for i in question.findall("input")]
    for name in inputs:
        assert f"[[input:{name}]]" in text and f"[[validation:{name}]]" in text
    known = set(re.findall(r"(?m)^(\w+):", question.findtext("questionvariables/text")))
    notes = set()
    for prt in question.findall("prt"):
        assert f"[[feedback:{prt.findtext('name')}]]" in feedback
        nodes = {node.findtext("name") for node in prt.findall("node")}
        for node in prt.findall("node"):
            assert {node.findtext("truenextnode"), node.findtext("falsenextnode")} <= nodes | {"-1"}
            assert 0 <= Fraction(node.findtext("truescore")) <= 1
            notes |= {node.findtext("trueanswernote"), node.findtext("falseanswernote")}
            for name in re.findall(r"\b(?:ta|wa)\w+", node.findtext("tans")):
                assert name in known
    assert question.findall("qtest")
    for test in question.findall("qtest"):
        assert [i.findtext("name") for i in test.findall("testinput")] == inputs
        assert {e.findtext("expectedanswernote") for e in test.findall("expected")} <= notes


@pytest.mark.parametrize("name", ["qti", "canvas"])
def test_packages_hold_what_their_manifest_names(name):
    with zipfile.ZipFile(io.BytesIO(exports()[name].write(collection()).content)) as archive:
        names = archive.namelist()
        manifest = ElementTree.fromstring(archive.read("imsmanifest.xml"))
        named = [f.get("href") for f in manifest.iter() if f.tag.endswith("}file")]
        assert names[0] == "imsmanifest.xml" and sorted(named) == sorted(names[1:])
        identifiers = [r.get("identifier") for r in manifest.iter() if r.tag.endswith("}resource")]
        assert len(set(identifiers)) == len(identifiers)
        depends = {d.get("identifierref") for d in manifest.iter() if d.tag.endswith("}dependency")}
        assert depends <= set(identifiers)
        for member in names:
            if member.endswith(".xml"):
                body = archive.read(member).decode()
                for picture in re.findall(r"(?:src=&quot;|src=\")(?:%24IMS-CC-FILEBASE%24/)?([^\"&]+\.svg)", body):
                    assert picture in names or f"items/{picture}" in names


def test_qti_scores_the_right_answer():
    """The response processing, carried out."""
    spaces = {"q": "http://www.imsglobal.org/xsd/imsqti_v2p1"}
    for root in elements(exports()["qti"].write(collection()).content):
        if not root.tag.endswith("}assessmentItem"):
            continue
        right = root.findtext("q:responseDeclaration/q:correctResponse/q:value", None, spaces)
        branches = root.findall("q:responseProcessing/q:responseCondition/*", spaces)
        tested = [branch[0].findtext("q:baseValue", None, spaces) for branch in branches]
        assert tested[0] == right and right not in tested[1:]
        score = branches[0].findtext("q:setOutcomeValue/q:baseValue", None, spaces)
        most = root.findtext("q:outcomeDeclaration[@identifier='MAXSCORE']/q:defaultValue/q:value", None, spaces)
        assert score == most
        said = {f.get("identifier") for f in root.findall("q:modalFeedback", spaces)}
        set_ = {v.text for v in root.findall(".//q:setOutcomeValue[@identifier='FEEDBACK']/q:baseValue", spaces)}
        assert said == set_


def test_gift_reads_back():
    """By the rules of the format: blocks apart by blank lines, a backslash before what would act."""
    content = exports()["gift"].write(collection()).content.decode()
    blocks = [block for block in content.split("\n\n") if "::" in block and not block.startswith("$CATEGORY")]
    assert len(blocks) == exports()["gift"].write(collection()).questions
    for block in blocks:
        bare = re.sub(r"\\[\\~=#{}:]", "", block)
        assert bare.count("{") == bare.count("}") == 1
        assert bare.count("::") == 2
        inside = bare[bare.index("{") + 1 : bare.index("}")]
        assert inside.count("####") == 1
        marks = [line[0] for line in inside.split("\n")[1:] if line and not line.startswith("####")]
        assert set(marks) <= {"=", "~"} and "=" in marks


@needs("gift-pegjs")
def test_gift_by_another_reader():
    made = exports()["gift"].write(collection())
    script = (
        "import {createRequire} from 'module'; import fs from 'fs';"
        f"const {{parse}} = createRequire('{package('gift-pegjs').parent.as_posix()}/')('gift-pegjs');"
        "console.log(JSON.stringify(parse(fs.readFileSync(0, 'utf8'))))"
    )
    found = json.loads(run_node("--input-type=module", "-e", script, stdin=made.content.decode()))
    questions = [q for q in found if q["type"] != "Category"]
    assert len(questions) == made.questions and {q["type"] for q in questions} == {"Numerical", "MC"}
    for question in questions:
        # LaTeX comes through with its backslashes.
        assert question["stem"]["format"] == "html" and "\\(" in question["stem"]["text"]
        right = [c for c in question["choices"] if c["isCorrect"] and c["weight"] in (None, 100)]
        assert len(right) == 1


@needs("@citolab/qti-convert")
def test_qti_by_another_importer(tmp_path):
    """A converter to QTI 3 reads the package: every item and the test come out."""
    made = exports()["qti"].write(collection())
    (tmp_path / "made.zip").write_bytes(made.content)
    run_node(str(package("@citolab/qti-convert") / "dist" / "qti-convert-pkg.mjs"), str(tmp_path / "made.zip"))
    with zipfile.ZipFile(tmp_path / "made-qti3.zip") as archive:
        names = [name for name in archive.namelist() if name.startswith("items/") and name.endswith(".xml")]
        assert len(names) == made.questions
        for name in names:
            text = archive.read(name).decode()
            assert "<qti-assessment-item" in text and "qti-response-processing" in text and "<math" in text


# Strangers' text -----------------------------------------------------------------------------------

HOSTILE = 'x]]><script>&"{@f@}[[if test="1"]]::{#=}~%100%$CATEGORY: y\n\n::z::{}\x07\ufffe</text>'


@pytest.mark.parametrize("name", NAMES)
def test_texts_are_data(name):
    """A title and a statement that try to act in every format at once."""
    base = collection(HOSTILE)
    entries = []
    for entry in base.entries:
        parts = tuple(
            replace(p, title=HOSTILE, statement=f"{p.statement}\n\n{HOSTILE}") for p in entry.variants[0].parts
        )
        entries.append(replace(entry, title=HOSTILE, variants=(Variant("v01", parts),)))
    calm = replace(base, entries=tuple(replace(e, variants=e.variants[:1]) for e in base.entries))
    made = exports()[name].write(replace(base, entries=tuple(entries)))
    assert made.questions == exports()[name].write(calm).questions
    if name == "gift":
        lines = made.content.decode().split("\n")
        assert sum(line.startswith("::") for line in lines) == made.questions
        return
    for root in elements(made.content):
        for node in root.iter():
            assert not node.tag.endswith("script")
            assert all(character.isprintable() or character.isspace() for character in node.text or "")
            for page in node.findall("*"):
                html = page.text or ""
                if page.tag.endswith("mattext") or (page.tag == "text" and node.get("format") == "html"):
                    assert "<script" not in html
        for page in root.findall(".//question[@type='stack']//*[@format='html']/text"):
            assert not re.search(r"\[\[(?!input:|validation:|feedback:)|\{@|\{#", page.text or "")


@pytest.mark.parametrize("name", NAMES)
def test_the_same_questions_are_the_same_bytes(name):
    assert exports()[name].write(collection()).content == exports()[name].write(collection()).content


def test_left_out_is_told():
    out = exports()["gift"].write(collection()).left_out
    assert LeftOut("area-graph", "v01", "it has a picture; GIFT has none") in out
