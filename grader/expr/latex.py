"""Writes a tree as LaTeX, set as a textbook sets it.

Factors stand side by side wherever that is clear.  The argument of a function goes without
brackets only where it is one letter or numeral and nothing follows in the same product:
``x \\sin x``, but ``\\sin\\left(x\\right) y``.  No part of a name reaches the output unless it is a
letter or digit, so a name can never carry a command.
"""

from __future__ import annotations

from grader.expr.functions import FUNCTIONS
from grader.expr.letters import GREEK, stem_and_subscript
from grader.expr.text import decimal
from grader.expr.tree import Add, Apply, Constant, Div, Expr, Mul, Neg, Number, Pow, Variable, rational

_SUM, _PRODUCT, _POWER, _ATOM = range(4)
_CONSTANTS = {"pi": r"\pi", "e": "e", "oo": r"\infty"}
# Greek capitals that look like Latin ones have no command.
_LATIN = dict(zip("Alpha Beta Epsilon Zeta Eta Iota Kappa Mu Nu Omicron Rho Tau Chi omicron".split(),
                  "A B E Z H I K M N O P T X o".split(), strict=True))  # fmt: skip
SQUARED_NAMES = frozenset("sin cos tan cot sec csc sinh cosh tanh coth sech csch".split())
"""Functions whose powers are written at the name, ``sin^2 x``."""
BARE_NAMES = SQUARED_NAMES | frozenset(
    "ln log10 arcsin arccos arctan arccot arcsec arccsc arsinh arcosh artanh".split()
)
"""Functions whose argument may go without brackets."""


def to_latex(e: Expr) -> str:
    """LaTeX for math mode."""
    return _write(e)[0]


def name_in_latex(name: str) -> str:
    """A variable: Greek by its command, digits lowered, several letters upright."""
    stem, subscript = stem_and_subscript(name)
    letter = _stem(stem)
    return f"{letter}_{{{_stem(subscript)}}}" if subscript else letter


def _stem(text: str) -> str:
    if text in _LATIN:
        return rf"\mathrm{{{_LATIN[text]}}}"
    if text in GREEK:
        return "\\" + text
    clean = "".join(c if c.isalnum() else r"\_" if c == "_" else "" for c in text)
    return clean if len(clean) == 1 or clean.isdecimal() else rf"\mathrm{{{clean}}}"


def in_brackets(inner: str) -> str:
    return rf"\left({inner}\right)"


def _write(e: Expr, last: bool = True) -> tuple[str, int]:
    """The LaTeX of a node with how tightly it binds; ``last``: nothing follows in its product."""
    match e:
        case Number(value):
            text = decimal(e)
            if not text:
                return _write(rational(value))
            mantissa, _, power = text.partition("e")
            return (rf"{mantissa} \cdot 10^{{{power}}}", _PRODUCT) if power else (text, _ATOM)
        case Variable(name):
            return name_in_latex(name), _ATOM
        case Constant(name):
            return _CONSTANTS[name], _ATOM
        case Neg(argument):
            return "-" + _bracketed(argument, _PRODUCT), _SUM
        case Add(terms):
            return _sum(terms), _SUM
        case Mul(factors):
            return _product(factors), _PRODUCT
        case Div(numerator, denominator):
            return rf"\frac{{{_write(numerator)[0]}}}{{{_write(denominator)[0]}}}", _POWER
        case Pow(base, exponent):
            return _power(base, exponent, last), _POWER
        case Apply("factorial", (Apply(inner) as argument,)) if inner != "abs":
            return in_brackets(_write(argument)[0]) + "!", _POWER
        case Apply("factorial", (argument,)):
            return _bracketed(argument, _ATOM) + "!", _POWER
        case Apply(name, arguments):
            return _applied(name, arguments, last), _ATOM


def _bracketed(e: Expr, least: int, last: bool = True) -> str:
    text, binds = _write(e, last)
    return text if binds >= least else in_brackets(text)


def _sum(terms: tuple[Expr, ...]) -> str:
    parts: list[str] = []
    for term in terms:
        if isinstance(term, Neg):
            parts.append(" - " if parts else "-")
            term = term.argument
        elif parts:
            parts.append(" + ")
        parts.append(_bracketed(term, _PRODUCT))
    return "".join(parts)


def _product(factors: tuple[Expr, ...]) -> str:
    final = len(factors) - 1
    text = ""
    for i, factor in enumerate(factors):
        # A minus in front would reach over the whole product.
        piece = _bracketed(factor, _POWER, last=i == final)
        if i:
            text += _between(factors[i - 1], text, factor, piece)
        text += piece
    return text


def _between(previous: Expr, left: str, factor: Expr, right: str) -> str:
    """A sign where two factors could be taken for one numeral or a mixed number."""
    if right[0].isdigit() or (isinstance(previous, Number) and isinstance(factor, Div)):
        return r" \cdot "
    return "" if left[-1].isdigit() and (right[0] != "\\" or right.startswith(r"\left")) else " "


def _power(base: Expr, exponent: Expr, last: bool) -> str:
    raised = f"^{{{_write(exponent)[0]}}}"
    match base, exponent:
        case Apply(name, (argument,)), Number(value) if name in SQUARED_NAMES and value.denominator == 1 and value > 1:
            return FUNCTIONS[name].latex + raised + _argument(argument, last)
        case Apply("sqrt" | "cbrt" | "root"), _:
            return in_brackets(_write(base)[0]) + raised
        case Apply(name), _ if name != "abs":
            return in_brackets(_write(base)[0]) + raised
    return _bracketed(base, _ATOM) + raised


def _applied(name: str, arguments: tuple[Expr, ...], last: bool) -> str:
    match name, arguments:
        case "sqrt", (u,):
            return rf"\sqrt{{{_write(u)[0]}}}"
        case "cbrt", (u,):
            return rf"\sqrt[3]{{{_write(u)[0]}}}"
        case "root", (n, u):
            return rf"\sqrt[{_write(n)[0]}]{{{_write(u)[0]}}}"
        case "abs", (u,):
            return rf"\left|{_write(u)[0]}\right|"
        case "log", (base, u):
            return rf"\log_{{{_write(base)[0]}}}{in_brackets(_write(u)[0])}"
        case _, (u,) if name in BARE_NAMES:
            return FUNCTIONS[name].latex + _argument(u, last)
    inner = ", ".join(_write(argument)[0] for argument in arguments)
    return FUNCTIONS[name].latex + in_brackets(inner)


def _argument(u: Expr, last: bool) -> str:
    text, _ = _write(u)
    match u:
        case Apply("abs"):
            return text
        case Number() | Variable() | Constant() if last:
            return f" {text}"
    return in_brackets(text)
