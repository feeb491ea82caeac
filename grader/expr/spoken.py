"""Writes a tree in words, so that only one tree is meant.

Conventions (after MathSpeak): every bracket that matters is spoken.  "open bracket ... close
bracket" groups.  A quotient of two single words is "x over two"; any other is "the fraction
... all over ... end fraction".  "squared", "cubed" and "to the power two x, end power" belong to
the word or bracket before them.  "sine of" takes the one letter, power or coefficient with a
letter that follows ("sine of two x", "cosine of x squared"); a longer argument is bracketed.
A power of a function's value is "cosine squared of x".  A root that holds more than one
letter or numeral ends with "end root", an absolute value with "end absolute value".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from grader.expr.functions import FUNCTIONS
from grader.expr.letters import stem_and_subscript
from grader.expr.text import decimal
from grader.expr.tree import Add, Apply, Constant, Div, Expr, Mul, Neg, Number, Pow, Variable, rational

_SUM, _PRODUCT, _TERM, _POWER, _ATOM = range(5)
_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty"
).split()
_CONSTANTS = {"pi": "pi", "e": "e", "oo": "infinity"}


def to_spoken(e: Expr) -> str:
    """Words for a screen reader or for reading aloud."""
    return _say(e)[0]


def name_in_words(name: str) -> str:
    """``x_1`` is "x sub one", a capital is "capital C"."""
    stem, subscript = stem_and_subscript(name)
    if stem[:1].isupper():
        stem = f"capital {stem.lower()}"
    stem = stem.replace("_", " underscore ")
    return f"{stem} sub {_numeral(subscript)}" if subscript else stem


def _numeral(digits: str) -> str:
    if digits.isdecimal() and len(digits) < 3 and int(digits) < len(_WORDS) and str(int(digits)) == digits:
        return _WORDS[int(digits)]
    return digits.replace(".", " point ").replace("_", " underscore ")


def _say(e: Expr) -> tuple[str, int]:
    """The words of a node with how tightly they bind."""
    match e:
        case Number(value):
            text = decimal(e)
            if not text:
                return _say(rational(value))
            mantissa, _, power = text.partition("e")
            if power:
                return f"{_numeral(mantissa)} times ten to the power {power}, end power", _PRODUCT
            return _numeral(text), _ATOM
        case Variable(name):
            return name_in_words(name), _ATOM
        case Constant(name):
            return _CONSTANTS[name], _ATOM
        case Neg(argument):
            return f"minus {_bracketed(argument, _PRODUCT)}", _SUM
        case Add(terms):
            return _sum(terms), _SUM
        case Mul((Number() as n, (Variable() | Constant()) as u)) if "e" not in decimal(n):
            # "two x", but "two times x to the power ..." for anything longer.
            return f"{_say(n)[0]} {_say(u)[0]}", _TERM
        case Mul((Number() as n, Pow(Variable() | Constant()) as power)) if "e" not in decimal(n):
            return f"{_say(n)[0]} {_say(power)[0]}", _TERM
        case Mul((Number() as n, (Variable() | Constant()) as u, *rest)) if "e" not in decimal(n):
            return " times ".join((f"{_say(n)[0]} {_say(u)[0]}", *map(_factor, rest))), _PRODUCT
        case Mul(factors):
            return " times ".join(map(_factor, factors)), _PRODUCT
        case Div(numerator, denominator):
            (above, binds), (below, holds) = _say(numerator), _say(denominator)
            if binds == holds == _ATOM and _is_word(numerator) and _is_word(denominator):
                return f"{above} over {below}", _PRODUCT
            return f"the fraction {above}, all over, {below}, end fraction", _ATOM
        case Pow(base, exponent):
            return _power(base, exponent)
        case Apply(name, arguments):
            return _applied(name, arguments, "")


def _is_word(e: Expr) -> bool:
    return isinstance(e, Number | Variable | Constant)


def _bracketed(e: Expr, least: int) -> str:
    text, binds = _say(e)
    return text if binds >= least else f"open bracket {text} close bracket"


def _factor(e: Expr) -> str:
    return _bracketed(e, _POWER)


def _sum(terms: tuple[Expr, ...]) -> str:
    parts: list[str] = []
    for term in terms:
        if isinstance(term, Neg):
            parts.append("minus")
            term = term.argument
        elif parts:
            parts.append("plus")
        parts.append(_bracketed(term, _PRODUCT))
    return " ".join(parts)


def _power(base: Expr, exponent: Expr) -> tuple[str, int]:
    raised = _raised(exponent)
    if isinstance(base, Apply) and base.function not in _OWN_WORDS and len(base.arguments) == 1:
        return _applied(base.function, base.arguments, raised)
    return f"{_bracketed(base, _ATOM)} {raised}", _POWER


def _raised(exponent: Expr) -> str:
    match exponent:
        case Number(value) if value == 2:
            return "squared"
        case Number(value) if value == 3:
            return "cubed"
        case Number() | Variable() | Constant() if _say(exponent)[1] == _ATOM:
            return f"to the power {_say(exponent)[0]}"
        case Neg(Number() | Variable() | Constant()):
            return f"to the power {_say(exponent)[0]}"
    return f"to the power {_say(exponent)[0]}, end power"


def _applied(name: str, arguments: tuple[Expr, ...], raised: str) -> tuple[str, int]:
    own = _OWN_WORDS.get(name)
    if own is not None:
        return own(arguments)
    words = FUNCTIONS[name].spoken + (f" {raised}" if raised else "")
    if len(arguments) == 1:
        text, binds = _say(arguments[0])
        return f"{words} of {text if binds >= _TERM else f'open bracket {text} close bracket'}", _POWER
    listed = ", and ".join(_say(argument)[0] for argument in arguments)
    return f"{words} of open bracket {listed} close bracket", _ATOM


def _root(words: str, radicand: Expr) -> tuple[str, int]:
    text = _say(radicand)[0]
    return f"{words} of {text}" if _is_word(radicand) else f"{words} of {text}, end root", _POWER


def _nth_root(arguments: tuple[Expr, ...]) -> tuple[str, int]:
    index, radicand = arguments
    return _root(f"the root with index {_bracketed(index, _ATOM)}", radicand)


def _absolute(arguments: tuple[Expr, ...]) -> tuple[str, int]:
    return f"the absolute value of {_say(arguments[0])[0]}, end absolute value", _ATOM


def _logarithm(arguments: tuple[Expr, ...]) -> tuple[str, int]:
    base, u = arguments
    return f"the logarithm to base {_bracketed(base, _ATOM)} of {_bracketed(u, _TERM)}", _POWER


_OWN_WORDS: Mapping[str, Callable[[tuple[Expr, ...]], tuple[str, int]]] = {
    "sqrt": lambda arguments: _root("the square root", arguments[0]),
    "cbrt": lambda arguments: _root("the cube root", arguments[0]),
    "root": _nth_root,
    "abs": _absolute,
    "log": _logarithm,
    "factorial": lambda arguments: (f"{_bracketed(arguments[0], _ATOM)} factorial", _POWER),
}
