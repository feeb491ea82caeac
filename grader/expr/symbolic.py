"""The only bridge to SymPy: our tree to its objects and back, node by node.

SymPy never sees a string, so nothing of what anybody typed is ever parsed by it.
Declared domains become assumptions: every variable is real, and one whose interval lies
right of zero is positive, which is what lets SymPy simplify ``sqrt(x^2)`` as a student does.

Two conventions differ and are translated.  ``x^(p/q)`` with odd ``q`` is the real root here
and the principal complex root there; and ``arccot`` has the range (0, pi) here.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from grader.expr.domain import Domain, Interval
from grader.expr.tree import (
    INFINITY,
    ONE,
    PI,
    TWO,
    Add,
    Apply,
    Constant,
    Div,
    E,
    Expr,
    Mul,
    Neg,
    Number,
    Pow,
    Variable,
    rational,
    rational_value,
)


class NotTranslatable(Exception):
    """A node that the other side has no counterpart for; the message names it."""


def symbol(name: str, domain: Domain | None = None) -> Any:
    """The SymPy symbol of a variable, with the assumptions its interval allows."""
    import sympy

    return sympy.Symbol(name, **_assumptions(domain[name] if domain is not None else Interval()))


def _assumptions(interval: Interval) -> dict[str, bool]:
    known = _signs(interval)
    return {**known, "integer": True} if interval.integer else known


def _signs(interval: Interval) -> dict[str, bool]:
    low, high = interval.low, interval.high
    if low is not None and (low > 0 or (low == 0 and not interval.low_closed)):
        return {"positive": True}
    if high is not None and (high < 0 or (high == 0 and not interval.high_closed)):
        return {"negative": True}
    if low == 0:
        return {"nonnegative": True}
    if high == 0:
        return {"nonpositive": True}
    return {"real": True}


def to_sympy(e: Expr, domain: Domain | None = None) -> Any:
    """The SymPy expression of a tree.

    SymPy folds while it builds (``x + x`` comes back as ``2x``), so the result has the same
    value, not the same shape.  Raises `NotTranslatable` for a function it does not know.
    """
    import sympy

    match e:
        case Number(value):
            return sympy.Rational(value.numerator, value.denominator)
        case Constant(name):
            return {"pi": sympy.pi, "e": sympy.E, "oo": sympy.oo}[name]
        case Variable(name):
            return symbol(name, domain)
        case Neg(argument):
            return -to_sympy(argument, domain)
        case Add(terms):
            return sympy.Add(*(to_sympy(term, domain) for term in terms))
        case Mul(factors):
            return sympy.Mul(*(to_sympy(factor, domain) for factor in factors))
        case Div(numerator, denominator):
            return to_sympy(numerator, domain) / to_sympy(denominator, domain)
        case Pow(base, exponent):
            ratio = rational_value(exponent)
            if ratio is not None:
                return _real_power(to_sympy(base, domain), ratio)
            return to_sympy(base, domain) ** to_sympy(exponent, domain)
        case Apply(name, arguments):
            return _apply(name, [to_sympy(argument, domain) for argument in arguments])


def _real_power(base: Any, exponent: Fraction) -> Any:
    """The real power; with an odd root of what may be negative, ``|u|^(p/q)`` with its sign."""
    import sympy

    power = sympy.Rational(exponent.numerator, exponent.denominator)
    if exponent.denominator == 1 or exponent.denominator % 2 == 0 or base.is_nonnegative:
        return base**power
    if exponent.numerator % 2 == 0:
        return sympy.Abs(base) ** power
    # Not sign(u)*|u|^q: the derivative of sign would bring in delta functions.
    return base * sympy.Abs(base) ** (power - 1)


def _apply(name: str, arguments: list[Any]) -> Any:
    import sympy

    build = _builders(sympy).get(name)
    if build is None:
        raise NotTranslatable(f"the function {name} has no counterpart in SymPy")
    return build(*arguments)


def _builders(s: Any) -> dict[str, Callable[..., Any]]:
    """Our functions in terms of SymPy's, by canonical name."""
    return {
        "sin": s.sin, "cos": s.cos, "tan": s.tan, "cot": s.cot, "sec": s.sec, "csc": s.csc,
        "arcsin": s.asin, "arccos": s.acos, "arctan": s.atan,
        "arccot": lambda u: s.pi / 2 - s.atan(u),
        "arcsec": lambda u: s.acos(1 / u),
        "arccsc": lambda u: s.asin(1 / u),
        "sinh": s.sinh, "cosh": s.cosh, "tanh": s.tanh, "coth": s.coth, "sech": s.sech, "csch": s.csch,
        "arsinh": s.asinh, "arcosh": s.acosh, "artanh": s.atanh,
        "arcoth": lambda u: s.atanh(1 / u),
        "arsech": lambda u: s.acosh(1 / u),
        "arcsch": lambda u: s.asinh(1 / u),
        "exp": s.exp, "ln": s.log,
        "log": lambda base, u: s.log(u) / s.log(base),
        "log10": lambda u: s.log(u) / s.log(10),
        "sqrt": s.sqrt,
        "cbrt": lambda u: _real_power(u, Fraction(1, 3)),
        "root": _root,
        "abs": s.Abs, "sign": s.sign, "min": s.Min, "max": s.Max,
        "factorial": s.factorial, "erf": s.erf,
        "sigmoid": lambda u: 1 / (1 + s.exp(-u)),
        "softplus": lambda u: s.log(1 + s.exp(u)),
        "relu": lambda u: s.Max(0, u),
    }  # fmt: skip


def _root(n: Any, u: Any) -> Any:
    if n.is_Integer and n != 0:
        return _real_power(u, Fraction(1, int(n)))
    return u ** (1 / n)


# SymPy's classes by name, so that the table can stand here without loading SymPy.
_UNARY = {
    "sin": "sin", "cos": "cos", "tan": "tan", "cot": "cot", "sec": "sec", "csc": "csc",
    "asin": "arcsin", "acos": "arccos", "atan": "arctan",
    "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "coth": "coth", "sech": "sech", "csch": "csch",
    "asinh": "arsinh", "acosh": "arcosh", "atanh": "artanh",
    "log": "ln", "Abs": "abs", "sign": "sign", "factorial": "factorial", "erf": "erf",
}  # fmt: skip

# Inverse functions whose SymPy branch is the one of the reciprocal argument.
_OF_RECIPROCAL = {
    "acot": "arctan", "asec": "arccos", "acsc": "arcsin",
    "acoth": "artanh", "asech": "arcosh", "acsch": "arsinh",
}  # fmt: skip


def from_sympy(s: Any) -> Expr:
    """The tree of a SymPy expression; raises `NotTranslatable` for anything not real and elementary.

    Derivatives of ``sign`` and of ``max`` come back as the functions they are away from the
    kink: a delta function as 0, a step as ``(1 + sign)/2``.
    """
    if s.is_Rational:
        return rational(Fraction(int(s.p), int(s.q)))
    if s.is_Symbol:
        return Variable(s.name)
    if s.is_Add:
        return Add(tuple(from_sympy(term) for term in s.as_ordered_terms()))
    if s.is_Mul:
        return _product(s)
    name = type(s).__name__
    if s.is_Pow or name == "exp":
        return _power(s)
    if name in _CONSTANTS:
        return _CONSTANTS[name]
    if name in _UNARY and len(s.args) == 1:
        return Apply(_UNARY[name], (from_sympy(s.args[0]),))
    if name in _OF_RECIPROCAL:
        return Apply(_OF_RECIPROCAL[name], (Div(ONE, from_sympy(s.args[0])),))
    if name in ("Min", "Max"):
        arguments = sorted(s.args, key=lambda argument: argument.sort_key())
        return Apply(name.lower(), tuple(from_sympy(argument) for argument in arguments))
    if name == "Heaviside":
        return Div(Add((ONE, Apply("sign", (from_sympy(s.args[0]),)))), TWO)
    if name == "DiracDelta":
        return rational(0)
    raise NotTranslatable(f"SymPy's {name} has no counterpart in the student's language: {s}")


_CONSTANTS: dict[str, Expr] = {
    "Pi": PI,
    "Exp1": E,
    "Infinity": INFINITY,
    "NegativeInfinity": Neg(INFINITY),
}


def _product(s: Any) -> Expr:
    """A product as sign, numerator and denominator, the way it is written by hand."""
    coefficient, rest = s.as_coeff_Mul()
    above: list[Expr] = []
    below: list[Expr] = []
    for factor in rest.as_ordered_factors():
        base, exponent = factor.as_base_exp()
        # e^(-x) stays a factor; 1/x^2 goes below the bar.
        if exponent.is_Rational and exponent < 0:
            below.append(from_sympy(base**-exponent))
        else:
            above.append(from_sympy(factor))
    sign, size = coefficient < 0, abs(coefficient)
    if size.p != 1 or not above:
        above.insert(0, rational(int(size.p)))
    if size.q != 1:
        below.insert(0, rational(int(size.q)))
    top = above[0] if len(above) == 1 else Mul(tuple(above))
    if below:
        top = Div(top, below[0] if len(below) == 1 else Mul(tuple(below)))
    return Neg(top) if sign else top


def _power(s: Any) -> Expr:
    import sympy

    if type(s).__name__ == "exp":
        return Pow(E, from_sympy(s.args[0]))
    base, exponent = s.args
    if exponent.is_Rational and exponent < 0:
        return Div(ONE, from_sympy(base**-exponent))
    if exponent == sympy.Rational(1, 2):
        return Apply("sqrt", (from_sympy(base),))
    if exponent.is_Rational and exponent.q % 2 == 1 and exponent.q != 1 and base.is_nonnegative is not True:
        # Here the power would be the real root, there it is a complex one.
        raise NotTranslatable(f"SymPy's {s} is a complex power where {base} is negative")
    return Pow(from_sympy(base), from_sympy(exponent))
