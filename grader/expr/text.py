"""Writes a tree in the student's language, so that it reads back to the same tree.

A product sign stands between all factors but a numeral and a name (``2x*cos(x^2)``), and a
quotient that stands in a product or another quotient is bracketed, so that no line depends
on a convention that a reader could doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from grader.expr.tree import Add, Apply, Constant, Div, Expr, Mul, Neg, Number, Pow, Variable, rational
from grader.records import record

_LONGEST_DECIMAL = 40
_NUMERAL = re.compile(r"\d[\d.]*(e-?\d+)?")

# How tightly the outermost sign of a piece of text binds.
_SUM, _PRODUCT, _POWER, _ATOM = range(4)


def to_text(e: Expr) -> str:
    """One line that reads back to the same tree."""
    return linear(e, _PLAIN)


@record
class Spelling:
    """What differs between ways to write a formula in one line.

    ``power`` writes a base with its exponent where it has a way of its own, and gives None to
    leave it to ``^``; ``function`` likewise for an applied function, from its written arguments.
    """

    minus: str
    times: str
    name: Callable[[str], str]
    constant: Callable[[str], str]
    power: Callable[[str, Expr], str | None]
    function: Callable[[str, tuple[str, ...]], str]


def linear(e: Expr, spelling: Spelling) -> str:
    """The formula in one line in the given spelling."""
    return _write(e, spelling)[0]


def _write(e: Expr, s: Spelling) -> tuple[str, int]:
    """The text of a node with how tightly it binds."""
    match e:
        case Number(value):
            text = decimal(e)
            return (text, _ATOM) if text else _write(rational(value), s)
        case Variable(name):
            return s.name(name), _ATOM
        case Constant(name):
            return s.constant(name), _ATOM
        case Neg(argument):
            return s.minus + _bracketed(argument, s, _PRODUCT), _SUM
        case Add(terms):
            return _sum(terms, s), _SUM
        case Mul(factors):
            return _product(factors, s), _PRODUCT
        case Div(Mul(factors), denominator):
            return f"{_product(factors, s)}/{_bracketed(denominator, s, _POWER)}", _PRODUCT
        case Div(numerator, denominator):
            return f"{_bracketed(numerator, s, _POWER)}/{_bracketed(denominator, s, _POWER)}", _PRODUCT
        case Pow(base, exponent):
            below = _bracketed(base, s, _ATOM)
            return s.power(below, exponent) or f"{below}^{_bracketed(exponent, s, _ATOM)}", _POWER
        case Apply("factorial", (Variable() | Number() as argument,)):
            return f"{_bracketed(argument, s, _ATOM)}!", _POWER
        case Apply(name, arguments):
            text = s.function(name, tuple(_write(argument, s)[0] for argument in arguments))
            # An exponent behind a bare root, √x², belongs to what stands under it.
            return text, _POWER if text[0] in "√∛" and text[1] != "(" else _ATOM


def _bracketed(e: Expr, s: Spelling, least: int) -> str:
    text, binds = _write(e, s)
    return text if binds >= least else f"({text})"


def _sum(terms: tuple[Expr, ...], s: Spelling) -> str:
    parts: list[str] = []
    for term in terms:
        if isinstance(term, Neg):
            parts.append(f" {s.minus} " if parts else s.minus)
            term = term.argument
        elif parts:
            parts.append(" + ")
        parts.append(_bracketed(term, s, _PRODUCT))
    return "".join(parts)


def _product(factors: tuple[Expr, ...], s: Spelling) -> str:
    parts = [_bracketed(factors[0], s, _POWER)]
    for previous, factor in zip(factors, factors[1:], strict=False):
        text = _bracketed(factor, s, _POWER)
        after_numeral = isinstance(previous, Number) and parts[-1][-1].isdigit()
        if not (after_numeral and _starts_with_name(factor, text)):
            parts.append(s.times)
        parts.append(text)
    return "".join(parts)


def _starts_with_name(factor: Expr, text: str) -> bool:
    """Whether a numeral may stand right before it.  ``2e`` could be the start of ``2e3``, ``2e^`` could not."""
    base = factor.base if isinstance(factor, Pow) else factor
    return isinstance(base, Variable | Constant) and (text[0] not in "eE" or text.startswith("e^"))


def decimal(number: Number) -> str:
    """The numeral of a number, or nothing when its decimal expansion does not end.

    A number typed as a decimal keeps its point.  Very long ones are written with an exponent.
    """
    value = number.value
    if value < 0:
        return ""
    if value.denominator == 1 and not number.decimal:
        return str(value.numerator)
    places = _places(value.denominator)
    if places is None:
        return ""
    digits = str(value.numerator * 10**places // value.denominator)
    if max(places, len(digits)) > _LONGEST_DECIMAL and number.decimal:
        kept = digits.rstrip("0") or "0"
        return f"{kept}e{len(digits) - len(kept) - places}"
    if not places:
        return f"{digits}.0"
    digits = digits.rjust(places + 1, "0")
    return f"{digits[:-places]}.{digits[-places:]}"


def _places(denominator: int) -> int | None:
    """Digits after the point of a fraction in lowest terms; None when there is no end of them."""
    twos = (denominator & -denominator).bit_length() - 1
    rest, fives = denominator >> twos, 0
    while rest % 5 == 0:
        rest //= 5
        fives += 1
    return max(twos, fives) if rest == 1 else None


def _call(name: str, arguments: tuple[str, ...]) -> str:
    if name == "log":
        base, u = arguments
        return f"log_{base}({u})" if base.isdecimal() else f"log_({base})({u})"
    return applied(name, arguments)


def applied(name: str, arguments: tuple[str, ...]) -> str:
    """A function with its arguments in brackets; ``root(x, 3)`` would read back as the cube root of x."""
    if name == "root" and _NUMERAL.fullmatch(arguments[1]) and not _NUMERAL.fullmatch(arguments[0]):
        return f"root_({arguments[0]})({arguments[1]})"
    return f"{name}({', '.join(arguments)})"


_PLAIN = Spelling(
    minus="-",
    times="*",
    name=lambda name: name,
    constant=lambda name: name,
    power=lambda base, exponent: None,
    function=_call,
)
