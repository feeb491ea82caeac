"""What other programs print is read with the value that they mean: SymPy's printers are the oracle.

Random expressions are printed for Python, Mathematica, Maple, Octave, JavaScript, in LaTeX and in MathML;
each text is read and compared at a point with the number that SymPy has for the expression.
"""

from __future__ import annotations

import random
import warnings
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import oracle
import pytest
import sympy

from grader.answer import Scalar, Shape, read
from grader.expr.parse import Names

NAMES = Names(("x", "y"))
X, Y = sympy.symbols("x y")
POINT = {"x": Fraction(7, 10), "y": Fraction(13, 10)}
AT = {X: sympy.Rational(7, 10), Y: sympy.Rational(13, 10)}
LEAVES = (
    X,
    Y,
    X,
    Y,
    sympy.Integer(2),
    sympy.Integer(-3),
    sympy.Rational(1, 2),
    sympy.Rational(-2, 3),
    sympy.pi,
    sympy.E,
)
FUNCTIONS = tuple(
    getattr(sympy, name)
    for name in "sin cos tan exp log sqrt Abs asin atan sinh cosh tanh asinh sec csc cot cbrt".split()
)
EXPONENTS = (2, 3, -1, -2, sympy.Rational(1, 2), sympy.Rational(1, 3), X)
PER_PRINTER = 120


def mathml(e: Any) -> str:
    from sympy.printing.mathml import mathml as printed

    return f"<math>{printed(e, printer='presentation')}</math>"


PRINTERS: dict[str, Callable[[Any], str]] = {
    "text": sympy.sstr,
    "Python": lambda e: sympy.pycode(e, fully_qualified_modules=True),
    "Mathematica": sympy.mathematica_code,
    "Maple": sympy.maple_code,
    "Octave": sympy.octave_code,
    "JavaScript": sympy.jscode,
    "LaTeX": sympy.latex,
    "LaTeX, ln": lambda e: sympy.latex(e, ln_notation=True, mul_symbol="times"),
    "LaTeX, a/b": lambda e: sympy.latex(e, fold_frac_powers=True, mul_symbol="dot"),
    "MathML": mathml,
}


def expression(rng: random.Random, depth: int) -> Any:
    if not depth:
        return rng.choice(LEAVES)
    match rng.randrange(6):
        case 0:
            return expression(rng, depth - 1) + expression(rng, depth - 1)
        case 1:
            return expression(rng, depth - 1) * expression(rng, depth - 1)
        case 2:
            return expression(rng, depth - 1) / expression(rng, depth - 1)
        case 3:
            return expression(rng, depth - 1) ** rng.choice(EXPONENTS)
        case _:
            return rng.choice(FUNCTIONS)(expression(rng, depth - 1))


def valued(rng: random.Random) -> tuple[Any, float]:
    """An expression with a real value of usual size at the point, and with real values on the way to it."""
    while True:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            e = expression(rng, rng.choice((1, 2, 2, 3)))
            # What SymPy rewrites with the imaginary unit or undecided signs is no answer of ours.
            if e.has(sympy.I, sympy.zoo, sympy.nan, sympy.oo, sympy.re, sympy.im, sympy.arg, sympy.sign):
                continue
            value = complex(e.subs(AT).evalf(25))
            parts = [complex(part.subs(AT).evalf(15)) for part in sympy.preorder_traversal(e)]
        if abs(value.imag) < 1e-12 and abs(value) < 1e9 and all(abs(part.imag) < 1e-12 for part in parts):
            return e, value.real


@pytest.mark.parametrize("printer", PRINTERS)
def test_what_is_printed_is_read_with_its_value(printer: str) -> None:
    rng = random.Random(printer)
    for _ in range(PER_PRINTER):
        e, value = valued(rng)
        text = PRINTERS[printer](e)
        found = read(text, Shape("scalar"), NAMES).answer
        assert isinstance(found, Scalar), text
        assert float(oracle.value(found.value, POINT)) == pytest.approx(value, rel=1e-9, abs=1e-9), text
