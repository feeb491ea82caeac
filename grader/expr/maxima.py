"""Writes a tree in the language of Maxima, every product with its sign.

Maxima's ``log`` is natural.  A function that Maxima has not is written by its definition.
"""

from __future__ import annotations

from fractions import Fraction

from grader.expr.functions import FUNCTIONS
from grader.expr.tree import Add, Apply, Constant, Div, Expr, Mul, Neg, Number, Pow, Variable

_SUM, _PRODUCT, _POWER, _ATOM = range(4)
_CONSTANTS = {"pi": "%pi", "e": "%e", "oo": "inf"}
_NAMES = {
    **{name: name for name in "sin cos tan cot sec csc sinh cosh tanh coth sech csch sqrt abs min max erf".split()},
    "ln": "log",
    "sign": "signum",
    "factorial": "factorial",
    "binomial": "binomial",
    **{f"arc{name}": f"a{name}" for name in "sin cos tan".split()},
    **{f"ar{name}": f"a{name}" for name in "sinh cosh tanh".split()},
}
RESERVED = frozenset(
    "and do else elseif false for from if in lambda next not or product step sum then thru true unless while "
    "e i j inf minf und ind".split()
)
"""Names that do not stand for a variable in Maxima, or not where students type."""


class NoMaxima(ValueError):
    """The tree cannot be written; the message says what of it."""


def to_maxima(e: Expr) -> str:
    """Raises `NoMaxima` for names that Maxima would take for something else."""
    return _write(e)[0]


def _write(e: Expr) -> tuple[str, int]:
    match e:
        case Number(value):
            return _number(value)
        case Variable(name):
            if name in RESERVED:
                raise NoMaxima(f"the name '{name}' means something else in Maxima")
            return name, _ATOM
        case Constant(name):
            return _CONSTANTS[name], _ATOM
        case Neg(argument):
            return "-" + _at_least(argument, _PRODUCT), _SUM
        case Add(terms):
            return _sum(terms), _SUM
        case Mul(factors):
            first, *others = factors
            return "*".join((_at_least(first, _PRODUCT), *(_factor(f) for f in others))), _PRODUCT
        case Div(numerator, denominator):
            return f"{_factor(numerator)}/{_factor(denominator)}", _PRODUCT
        case Pow(base, exponent):
            return f"{_at_least(base, _ATOM)}^{_at_least(exponent, _ATOM)}", _POWER
        case Apply(name, arguments):
            return _applied(name, arguments)


def _factor(e: Expr) -> str:
    return _at_least(e, _POWER)


def _number(value: Fraction) -> tuple[str, int]:
    if value.denominator == 1:
        return str(value.numerator), _ATOM
    return f"{value.numerator}/{value.denominator}", _PRODUCT


def _at_least(e: Expr, least: int) -> str:
    text, binds = _write(e)
    return text if binds >= least else f"({text})"


def _sum(terms: tuple[Expr, ...]) -> str:
    text = ""
    for term in terms:
        negative = isinstance(term, Neg)
        inner = term.argument if isinstance(term, Neg) else term
        sign = "-" if negative else "+" if text else ""
        text += sign + _at_least(inner, _PRODUCT)
    return text


def _applied(name: str, arguments: tuple[Expr, ...]) -> tuple[str, int]:
    if name == "cbrt":
        return f"{_at_least(arguments[0], _ATOM)}^(1/3)", _POWER
    if name in _NAMES:
        return f"{_NAMES[name]}({','.join(_write(a)[0] for a in arguments)})", _ATOM
    definition = FUNCTIONS[name].definition
    if definition is None:
        raise NoMaxima(f"Maxima has no function '{name}'")
    return _write(definition(*arguments))
