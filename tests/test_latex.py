"""LaTeX looks like a textbook's and reads back to an equivalent tree."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import NAMES, expressions

from grader.expr.latex import name_in_latex, to_latex
from grader.expr.parse import Names, parse
from grader.expr.tree import Add, Apply, Expr, Mul, Number, children, rebuild

KNOWN = Names((*NAMES, "n"))


@pytest.mark.parametrize(
    ("typed", "latex"),
    [
        ("2x*cos(x^2)", r"2x \cos\left(x^{2}\right)"),
        ("x*sin(x)", r"x \sin x"),
        ("sin(x)*x", r"\sin\left(x\right) x"),
        ("sin(x)*cos(x)", r"\sin\left(x\right) \cos x"),
        ("sin(x) + 1", r"\sin x + 1"),
        ("sin(x)^2", r"\sin^{2} x"),
        ("sin(2x)^2", r"\sin^{2}\left(2x\right)"),
        ("sin(x)^(-1)", r"\left(\sin x\right)^{-1}"),
        ("ln(x)^2", r"\left(\ln x\right)^{2}"),
        ("ln(abs(x))", r"\ln\left|x\right|"),
        ("x/(2y)", r"\frac{x}{2y}"),
        ("(x/y)^2", r"\left(\frac{x}{y}\right)^{2}"),
        ("(1/2)x", r"\frac{1}{2} x"),
        ("2*3x", r"2 \cdot 3x"),
        ("2*3^x", r"2 \cdot 3^{x}"),
        ("2*(x/3)", r"2 \cdot \frac{x}{3}"),
        ("2(x + 1)", r"2\left(x + 1\right)"),
        ("x*(y + 1)", r"x \left(y + 1\right)"),
        ("e^(-x^2/2)", r"e^{-\frac{x^{2}}{2}}"),
        ("-x^2 - (-y)", r"-x^{2} - \left(-y\right)"),
        ("x^y^2", r"x^{y^{2}}"),
        ("(x^y)^2", r"\left(x^{y}\right)^{2}"),
        ("sqrt(x + 1)", r"\sqrt{x + 1}"),
        ("sqrt(x)^3", r"\left(\sqrt{x}\right)^{3}"),
        ("cbrt(x)", r"\sqrt[3]{x}"),
        ("root(4, x)", r"\sqrt[4]{x}"),
        ("log(2, x)", r"\log_{2}\left(x\right)"),
        ("log10(x)", r"\log_{10} x"),
        ("arsinh(x)", r"\operatorname{arsinh} x"),
        ("erf(x)", r"\operatorname{erf}\left(x\right)"),
        ("max(x, y)", r"\max\left(x, y\right)"),
        ("2pi*x", r"2 \pi x"),
        ("theta*x_1", r"\theta x_{1}"),
        ("0.5x", "0.5x"),
        ("n!", "n!"),
        ("-oo", r"-\infty"),
        ("factorial(sin(x))", r"\left(\sin x\right)!"),
    ],
)
def test_setting(typed: str, latex: str) -> None:
    assert to_latex(parse(typed, KNOWN)) == latex


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("x", "x"),
        ("x_1", "x_{1}"),
        ("x12", "x_{12}"),
        ("alpha", r"\alpha"),
        ("omega_0", r"\omega_{0}"),
        ("speed", r"\mathrm{speed}"),
        ("x_max", r"x_{\mathrm{max}}"),
        ("Alpha", r"\mathrm{A}"),
        (r"x}\input{y", r"\mathrm{xinputy}"),
    ],
)
def test_names(name: str, latex: str) -> None:
    assert name_in_latex(name) == latex


@given(st.text(min_size=1, max_size=20))
def test_a_name_carries_no_command(name: str) -> None:
    known = (r"\mathrm{", r"\_", "_{", "}")
    latex = name_in_latex(name)
    if not latex[1:].isalpha():
        for piece in known:
            latex = latex.replace(piece, "")
        assert not set(latex) & set("\\{}$%&#^~")


def plain(e: Expr) -> Expr:
    """What one LaTeX may stand for in two ways: products and sums in brackets, logarithms, numerals."""
    parts = tuple(plain(part) for part in children(e))
    match e:
        case Mul():
            flat = [f for part in parts for f in (part.factors if isinstance(part, Mul) else (part,))]
            return Mul(tuple(flat))
        case Add():
            return Add(parts)
        case Apply("log10"):
            return Apply("log", (Number(Fraction(10)), *parts))
        case Apply("root", (Number() as n, _)) if n.value in (2, 3):
            return Apply("sqrt" if n.value == 2 else "cbrt", parts[1:])
    return rebuild(e, parts)


@settings(max_examples=150, deadline=None)
@given(expressions())
def test_reads_back_to_an_equivalent_tree(e: Expr) -> None:
    assert plain(parse(to_latex(e), KNOWN, "latex")) == plain(e)
