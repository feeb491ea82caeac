"""Writes a tree as presentation MathML (MathML Core), for the inside of a ``<math>`` element.

Products that stand side by side carry an invisible times and applied functions an invisible
"function application", so that a screen reader says what is meant.  Names are escaped: they
may come from a student.
"""

from __future__ import annotations

from grader.expr.latex import BARE_NAMES, SQUARED_NAMES
from grader.expr.letters import GREEK, stem_and_subscript
from grader.expr.text import decimal
from grader.expr.tree import Add, Apply, Constant, Div, Expr, Mul, Neg, Number, Pow, Variable, rational

_SUM, _PRODUCT, _POWER, _ATOM = range(4)
_TIMES = "<mo>&#x2062;</mo>"
_DOT = "<mo>&#x22C5;</mo>"
_APPLY = "<mo>&#x2061;</mo>"
_MINUS = "<mo>&#x2212;</mo>"
_SIGN = '<mo form="prefix">&#x2212;</mo>'
_CONSTANTS = {"pi": "<mi>&#x3C0;</mi>", "e": "<mi>e</mi>", "oo": "<mi>&#x221E;</mi>"}
_NAMES = {"sigmoid": "sigmoid", "sign": "sgn", "relu": "ReLU"}


def to_mathml(e: Expr) -> str:
    """One element, without the ``<math>`` around it."""
    return _write(e)[0]


def name_in_mathml(name: str) -> str:
    """A variable with its Greek letter and its subscript."""
    stem, subscript = stem_and_subscript(name)
    letter = f"<mi>{_escaped(GREEK.get(stem, stem))}</mi>"
    if not subscript:
        return letter
    kind = "mn" if subscript.isdecimal() else "mi"
    return f"<msub>{letter}<{kind}>{_escaped(subscript)}</{kind}></msub>"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _row(*parts: str) -> str:
    return f"<mrow>{''.join(parts)}</mrow>"


def _fenced(inner: str) -> str:
    return _row("<mo>(</mo>", inner, "<mo>)</mo>")


def _write(e: Expr) -> tuple[str, int]:
    """The element of a node with how tightly it binds."""
    match e:
        case Number(value):
            text = decimal(e)
            if not text:
                return _write(rational(value))
            mantissa, _, power = text.partition("e")
            if power:
                sign, digits = (_SIGN, power[1:]) if power[0] == "-" else ("", power)
                ten = f"<msup><mn>10</mn>{_row(sign, f'<mn>{digits}</mn>')}</msup>"
                return _row(f"<mn>{mantissa}</mn>", _DOT, ten), _PRODUCT
            return f"<mn>{text}</mn>", _ATOM
        case Variable(name):
            return name_in_mathml(name), _ATOM
        case Constant(name):
            return _CONSTANTS[name], _ATOM
        case Neg(argument):
            return _row(_SIGN, _bracketed(argument, _PRODUCT)), _SUM
        case Add(terms):
            return _sum(terms), _SUM
        case Mul(factors):
            return _product(factors), _PRODUCT
        case Div(numerator, denominator):
            return f"<mfrac>{_write(numerator)[0]}{_write(denominator)[0]}</mfrac>", _POWER
        case Pow(base, exponent):
            return _power(base, exponent), _POWER
        case Apply("factorial", (Apply(inner) as argument,)) if inner != "abs":
            return _row(_fenced(_write(argument)[0]), "<mo>!</mo>"), _POWER
        case Apply("factorial", (argument,)):
            return _row(_bracketed(argument, _ATOM), "<mo>!</mo>"), _POWER
        case Apply(name, arguments):
            return _applied(name, arguments), _ATOM


def _bracketed(e: Expr, least: int) -> str:
    text, binds = _write(e)
    return text if binds >= least else _fenced(text)


def _sum(terms: tuple[Expr, ...]) -> str:
    parts: list[str] = []
    for term in terms:
        if isinstance(term, Neg):
            parts.append(_MINUS if parts else _SIGN)
            term = term.argument
        elif parts:
            parts.append("<mo>+</mo>")
        parts.append(_bracketed(term, _PRODUCT))
    return _row(*parts)


def _product(factors: tuple[Expr, ...]) -> str:
    parts = [_in_product(factors[0], last=False)]
    for i in range(1, len(factors)):
        previous, factor = factors[i - 1], factors[i]
        # Numerals side by side would run together; a fraction after a numeral is a mixed number.
        first = factor.base if isinstance(factor, Pow) else factor
        seen_apart = not isinstance(first, Number) and not (isinstance(previous, Number) and isinstance(factor, Div))
        parts += (_TIMES if seen_apart else _DOT, _in_product(factor, last=i == len(factors) - 1))
    return _row(*parts)


def _in_product(factor: Expr, last: bool) -> str:
    match factor:
        # A bare argument would seem to go on with the next factor.
        case Apply(name, (u,)) if name in BARE_NAMES and not last:
            return _row(_name(name), _APPLY, _fenced(_write(u)[0]))
        case Pow(Apply(name, (u,)), Number() as n) if name in SQUARED_NAMES and _is_whole(n) and not last:
            return _row(f"<msup>{_name(name)}{_write(n)[0]}</msup>", _APPLY, _fenced(_write(u)[0]))
    return _bracketed(factor, _POWER)


def _is_whole(n: Number) -> bool:
    return n.value.denominator == 1 and n.value > 1


def _power(base: Expr, exponent: Expr) -> str:
    raised = _write(exponent)[0]
    match base, exponent:
        case Apply(name, (u,)), Number() as n if name in SQUARED_NAMES and _is_whole(n):
            return _row(f"<msup>{_name(name)}{raised}</msup>", _APPLY, _argument(u))
        case Apply(name), _ if name != "abs":
            return f"<msup>{_fenced(_write(base)[0])}{raised}</msup>"
    return f"<msup>{_bracketed(base, _ATOM)}{raised}</msup>"


def _name(name: str) -> str:
    if name == "log10":
        return "<msub><mi>log</mi><mn>10</mn></msub>"
    return f"<mi>{_NAMES.get(name, name)}</mi>"


def _applied(name: str, arguments: tuple[Expr, ...]) -> str:
    match name, arguments:
        case "sqrt", (u,):
            return f"<msqrt>{_write(u)[0]}</msqrt>"
        case "cbrt", (u,):
            return f"<mroot>{_write(u)[0]}<mn>3</mn></mroot>"
        case "root", (n, u):
            return f"<mroot>{_write(u)[0]}{_write(n)[0]}</mroot>"
        case "abs", (u,):
            return _row('<mo fence="true" form="prefix">|</mo>', _write(u)[0], '<mo fence="true" form="postfix">|</mo>')
        case "log", (base, u):
            return _row(f"<msub><mi>log</mi>{_write(base)[0]}</msub>", _APPLY, _fenced(_write(u)[0]))
        case _, (u,) if name in BARE_NAMES:
            return _row(_name(name), _APPLY, _argument(u))
    inner = "<mo>,</mo>".join(_write(argument)[0] for argument in arguments)
    return _row(_name(name), _APPLY, _fenced(inner))


def _argument(u: Expr) -> str:
    bare = isinstance(u, Number | Variable | Constant) or (isinstance(u, Apply) and u.function == "abs")
    return _write(u)[0] if bare else _fenced(_write(u)[0])
