"""Templates: what they print, where their faults are, and what the sandbox forbids."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.bank.document import Text
from grader.bank.printed import Printable, Row, Value, given_value, value_of
from grader.bank.statement import check_template, render
from grader.errors import AuthorError, Place
from grader.expr.tree import Add, Apply, Number, Pow, Variable, integer

X = Variable("x")
VALUES: dict[str, Printable] = {
    "wrt": given_value(("x",), "variables"),
    "both": given_value(("x", "y"), "variables"),
    "one": given_value((integer(-2),), "point"),
    "a": value_of(Fraction(-3)),
    "b": value_of(Fraction(4)),
    "q": value_of(Fraction(3, 4)),
    "f": Value(Add((Pow(X, Number(Fraction(2))), Number(Fraction(1))))),
    "g": Value(Apply("sin", (X,))),
    "at": Row((Value(integer(1)), Value(integer(-2)))),
    "F": Row((Value(X), Value(Apply("sin", (X,)))), "column"),
}


def text(template: str) -> Text:
    lines = tuple(Place("f.yaml", 10 + i, 5) for i in range(template.count("\n") + 1))
    return Text(template, Place("f.yaml", 9, 3), lines=lines)


@pytest.mark.parametrize(
    ("template", "printed"),
    [
        ("{{ a }}", "-3"),
        ("{{ q }}", r"\frac{3}{4}"),
        ("{{ f }}", "x^{2} + 1"),
        ("{{ f.text }}", "x^2 + 1"),
        ("{{ g }}", r"\sin x"),
        ("{{ a.signed }}, {{ b.signed }}", "- 3, + 4"),
        ("{{ a*b }}", "-12"),
        ("{{ b - a }}", "7"),
        ("{{ b/a }}", r"-\frac{4}{3}"),
        ("{{ 2*a + 1 }}", "-5"),
        ("{{ b**2 }}", "16"),
        ("{{ 2**a }}", r"\frac{1}{8}"),
        ("{{ b^2 }}^{2}", "16^{2}"),
        ("{{ a - b^2 }}", "-19"),
        ("{{ (-a)^2 }}, {{ -(a^2) }}", "9, -9"),
        ("{% if b^2 > 9 %}x^2{% endif %}", "x^2"),
        ("{{ '^' }}", "^"),
        ("{{ -a }}", "3"),
        ("{{ a|abs }}", "3"),
        ("{% if a < 0 %}below{% else %}above{% endif %}", "below"),
        ("{% if a == -3 and b != 2 and b >= 4 %}yes{% endif %}", "yes"),
        ("{% for i in range(3) %}{{ i }}{% endfor %}", "012"),
        ("{{ at }}", r"\left(1, -2\right)"),
        ("{{ at[1] }}", "-2"),
        ("{{ at|length }}", "2"),
        ("{{ F }}", r"\begin{pmatrix} x \\ \sin x \end{pmatrix}"),
        ("{{ wrt }} and {{ both }} at {{ one }}", "x and x, y at -2"),
        ("no values", "no values"),
    ],
)
def test_latex(template: str, printed: str) -> None:
    assert render(text(template), VALUES) == printed


@pytest.mark.parametrize(
    ("template", "printed"),
    [
        ("{{ b }}x^{{ a }}", "4x^(-3)"),
        ("{{ q }}x", "(3/4)x"),
        ("{{ f }}*2", "(x^2 + 1)*2"),
        ("{{ g }}", "sin(x)"),
        ("{{ at }}", "(1, -2)"),
        ("2{{ one }}", "2(-2)"),
        ("{{ f.latex }}", "x^{2} + 1"),
    ],
)
def test_typed_text_can_stand_next_to_anything(template: str, printed: str) -> None:
    assert render(text(template), VALUES, "text") == printed


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("fine\nthen {{ aa }}", "f.yaml:11:13: template: unknown name 'aa'; did you mean 'a'?"),
        (
            "{{ zz }}",
            "f.yaml:10:8: template: unknown name 'zz'; the names known here are wrt, both, one, a, b, q, f, g, at, F",
        ),
        ("one\n{% if a %}", "f.yaml:11:5: template: it ends too early; close every '{{'"),
        ("{{ a", "f.yaml:10:5: template: it ends too early; close every '{{'"),
        ("{{ -a^2 }}", "f.yaml:9:3: template: '-a^' could be read in two ways; use brackets, as in -(a^2) or (-a)^2"),
        ("{{ b * -a**2 }}", "f.yaml:9:3: template: '-a**' could be read in two ways"),
        ("{{ 2^b^2 }}", "f.yaml:9:3: template: '^b^' could be read in two ways"),
        ("{{ a|nosuch }}", "f.yaml:10:5: template: No filter named 'nosuch'."),
    ],
)
def test_faults_that_show_without_values(template: str, message: str) -> None:
    found = check_template(text(template), tuple(VALUES))
    assert len(found) == 1 and str(found[0]).startswith(message)


@pytest.mark.parametrize(
    ("template", "line", "fault"),
    [
        ("one\n{{ f.nosuch }}", 11, "has no attribute 'nosuch'"),
        ("{{ at[7] }}", 10, "has no element 7"),
        ("{{ f.signed }}", 10, "not a number"),
        ("one\ntwo\n{{ f > 1 }}", 12, "not a number"),
        ("{{ a + 0.5 }}", 10, "write a quotient for a decimal"),
        ("{{ 1/0 }}", 10, "division by zero"),
        ("{{ 10**10000 }}", 10, "too large"),
        ("{{ 'a' * 10000 }}", 10, "only numbers can be multiplied"),
        ("{% for i in range(1000000) %}x{% endfor %}", 10, "Range too big"),
        ("{% for i in range(90000) %}x{% endfor %}", 9, "prints more than 50,000 characters"),
        ("{{ f.__class__ }}", 10, "unsafe"),
        ("{{ f.text.__class__.__mro__ }}", 10, "unsafe"),
        ("{{ f._tree }}", 10, "unsafe"),
        ("{{ range.__init__.__globals__ }}", 10, "unsafe"),
    ],
)
def test_faults_that_show_when_rendered(template: str, line: int, fault: str) -> None:
    with pytest.raises(AuthorError) as caught:
        render(text(template), VALUES)
    assert caught.value.place.line == line
    assert fault in caught.value.explanation


def test_no_globals_reach_a_template() -> None:
    assert not check_template(text("{{ range(3) }}"), ())
    for name in ("lipsum", "dict", "cycler", "joiner", "namespace", "self", "context"):
        assert check_template(text("{{ " + name + " }}"), tuple(VALUES))
