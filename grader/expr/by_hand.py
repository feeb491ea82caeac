"""Antiderivatives the way a student finds them, with all rules right or with one broken.

Term by term; a term is a constant times a power, an exponential, a sine or a cosine of something
linear, or falls to a substitution ``k u' h(u)`` or to parts ``p(x) h(x)`` with a polynomial p.
Anything else has none here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from grader.expr.balls import Undefined, arb_of, enclose, precision
from grader.expr.canonical import is_zero
from grader.expr.derivative import derivative
from grader.expr.domain import Domain
from grader.expr.recognise import candidates
from grader.expr.tidy import tidy
from grader.expr.tree import (
    ONE,
    ZERO,
    Add,
    Apply,
    Div,
    E,
    Expr,
    Mul,
    Neg,
    Pow,
    Variable,
    rational,
    rational_value,
    variables,
)
from grader.records import record

_MOST_PARTS = 6


@record
class Term:
    """``coefficient * outer(inside)``; the integral is ``coefficient/slope * integrated``.

    ``slope`` is the factor by which the inside moves: its derivative where that is constant, or
    what a substitution leaves over.  ``exponent`` is that of a power, None for other functions.
    """

    coefficient: Expr
    inside: Expr
    slope: Expr
    integrated: Expr
    exponent: Expr | None = None
    function: str = ""


Slip = Callable[[Term], Expr | None]
"""Of a term: its wrong integral, or None where the rule is not used."""


def antiderivative_by_hand(e: Expr, x: str) -> Expr | None:
    """An antiderivative without a constant, or None."""
    found = [_term_by_hand(term, x) for term in _terms(e)]
    if any(part is None for part in found):
        return None
    return tidy(_sum([part for part in found if part is not None]))


def broken_antiderivatives(e: Expr, x: str, slip: str) -> Iterator[Expr]:
    """What comes out when the rule is broken wherever it is used; nothing where it is not used."""
    if slip in _WHOLE:
        for whole in _WHOLE[slip](e, x):
            yield tidy(whole)
        return
    used = False
    parts: list[Expr] = []
    for term in _terms(e):
        read = _read(term, x)
        wrong = SLIPS[slip](read) if read is not None else None
        right = _term_by_hand(term, x) if wrong is None else wrong
        if right is None:
            return
        used = used or wrong is not None
        parts.append(right)
    if used:
        yield tidy(_sum(parts))


def _sum(parts: list[Expr]) -> Expr:
    return parts[0] if len(parts) == 1 else Add(tuple(parts))


def _product(factors: list[Expr]) -> Expr:
    return ONE if not factors else factors[0] if len(factors) == 1 else Mul(tuple(factors))


def _terms(e: Expr) -> Iterator[Expr]:
    match e:
        case Add(terms):
            for term in terms:
                yield from _terms(term)
        case Neg(Add(terms)):
            for term in terms:
                yield from _terms(Neg(term))
        case Div(Add(terms), bottom):
            for term in terms:
                yield from _terms(Div(term, bottom))
        case _:
            yield e


def _term_by_hand(term: Expr, x: str) -> Expr | None:
    read = _read(term, x)
    return _by_parts(term, x, plus=False) if read is None else _integral(read)


def _integral(term: Term) -> Expr:
    return Mul((Div(term.coefficient, term.slope), term.integrated))


# Reading a term -----------------------------------------------------------------------------


def _read(term: Expr, x: str) -> Term | None:
    coefficient, moving = _split(term, x)
    if not moving:
        return Term(coefficient, Variable(x), ONE, Variable(x), ZERO, "power")
    if len(moving) == 1:
        plain = _outer(moving[0], x)
        if plain is not None and x not in variables(plain.slope):
            return _with(plain, coefficient, plain.slope)
    for i, factor in enumerate(moving):
        others = _product([*moving[:i], *moving[i + 1 :]])
        outer = _outer(factor, x)
        if outer is None or outer.slope == ZERO:
            continue
        # others = k u' for a constant k: then the integral is k H(u).
        ratio = Div(outer.slope, others)
        if is_zero(derivative(ratio, x), Domain()):
            return _with(outer, coefficient, _constant_value(ratio, x))
    return None


def _constant_value(ratio: Expr, x: str) -> Expr:
    """A constant quotient without its variable where it is rational, else as it is."""
    with precision(192):
        try:
            value = enclose(ratio, {x: arb_of(Fraction(13, 11))})
        except Undefined:
            return ratio
    for candidate in candidates(value):
        if is_zero(Add((ratio, Neg(candidate))), Domain()):
            return candidate
    return ratio


def _with(term: Term, coefficient: Expr, slope: Expr) -> Term:
    return Term(coefficient, term.inside, slope, term.integrated, term.exponent, term.function)


def _split(e: Expr, x: str) -> tuple[Expr, list[Expr]]:
    """The constant factor of a term, and its other factors; divisors as powers."""
    match e:
        case _ if x not in variables(e):
            return e, []
        case Neg(argument):
            constant, moving = _split(argument, x)
            return Neg(constant), moving
        case Mul(factors):
            parts = [_split(factor, x) for factor in factors]
            return Mul(tuple(c for c, _ in parts)), [m for _, ms in parts for m in ms]
        case Div(top, bottom):
            above, moving = _split(top, x)
            below, divisors = _split(bottom, x)
            return Div(above, below), [*moving, *(_reciprocal(d) for d in divisors)]
        case _:
            return ONE, [e]


def _reciprocal(e: Expr) -> Expr:
    match e:
        case Pow(base, exponent):
            return Pow(base, tidy(Neg(exponent)))
        case Apply("sqrt", (u,)):
            return Pow(u, Neg(Div(ONE, rational(2))))
        case _:
            return Pow(e, Neg(ONE))


def _outer(e: Expr, x: str) -> Term | None:
    """An elementary function of anything; the slope is that of what is inside."""
    match e:
        case Variable():
            return _power(e, ONE, x)
        case Pow(base, exponent) if x not in variables(exponent):
            return _power(base, exponent, x)
        case Pow(base, exponent) if x not in variables(base):
            over = e if base == E else Div(e, Apply("ln", (base,)))
            return Term(ONE, exponent, _slope(exponent, x), over, None, "exp")
        case Apply("exp", (u,)):
            return Term(ONE, u, _slope(u, x), e, None, "exp")
        case Apply("sin", (u,)):
            return Term(ONE, u, _slope(u, x), Neg(Apply("cos", (u,))), None, "sin")
        case Apply("cos", (u,)):
            return Term(ONE, u, _slope(u, x), Apply("sin", (u,)), None, "cos")
        case Apply("sqrt", (u,)):
            return _power(u, Div(ONE, rational(2)), x)
        case Add():
            return _power(e, ONE, x)
        case _:
            return None


def _slope(u: Expr, x: str) -> Expr:
    return tidy(derivative(u, x))


def _power(base: Expr, exponent: Expr, x: str) -> Term:
    n = rational_value(exponent)
    if n == -1:
        return Term(ONE, base, _slope(base, x), Apply("ln", (Apply("abs", (base,)),)), exponent, "power")
    raised = rational(n + 1) if n is not None else Add((exponent, ONE))
    return Term(ONE, base, _slope(base, x), Div(Pow(base, raised), raised), exponent, "power")


def _by_parts(term: Expr, x: str, plus: bool) -> Expr | None:
    """``p G - p' G2 + p'' G3 - ...`` for a polynomial p, with G, G2, ... the repeated integrals of the rest."""
    coefficient, moving = _split(term, x)
    for i, g in enumerate(moving):
        read = _outer(g, x)
        if read is not None and read.function != "power" and x not in variables(read.slope):
            return _parts(coefficient, _product([*moving[:i], *moving[i + 1 :]]), g, x, plus)
    return None


def _parts(coefficient: Expr, p: Expr, g: Expr, x: str, plus: bool) -> Expr | None:
    parts: list[Expr] = []
    for i in range(_MOST_PARTS):
        read = _outer(g, x)
        if read is None:
            return None
        factor, inner = _split(tidy(_integral(read)), x)
        p, g = tidy(Mul((factor, p))), _product(inner)
        parts.append(Mul((p, g)) if plus or i % 2 == 0 else Neg(Mul((p, g))))
        p = tidy(derivative(p, x))
        if is_zero(p, Domain()):
            return Mul((coefficient, _sum(parts)))
    return None


# Broken rules -------------------------------------------------------------------------------


def _times(term: Term, integrated: Expr) -> Expr:
    return Mul((Div(term.coefficient, term.slope), integrated))


def _divides_by_old_exponent(t: Term) -> Expr | None:
    n = None if t.exponent is None else rational_value(t.exponent)
    if n is None or n in (0, -1):
        return None
    return _times(t, Div(Pow(t.inside, rational(n + 1)), rational(n)))


def _not_divided(t: Term) -> Expr | None:
    n = None if t.exponent is None else rational_value(t.exponent)
    if n is None or n in (0, -1):
        return None
    return _times(t, Pow(t.inside, rational(n + 1)))


def _exponent_kept(t: Term) -> Expr | None:
    n = None if t.exponent is None else rational_value(t.exponent)
    if n is None or n in (0, -1):
        return None
    return _times(t, Div(Pow(t.inside, rational(n)), rational(n + 1)))


def _reciprocal_as_power(t: Term) -> Expr | None:
    if t.exponent is None or rational_value(t.exponent) != -1:
        return None
    return _times(t, Neg(Div(ONE, Pow(t.inside, rational(2)))))


def _inner_factor_missing(t: Term) -> Expr | None:
    return None if t.slope == ONE else Mul((t.coefficient, t.integrated))


def _inner_factor_multiplied(t: Term) -> Expr | None:
    return None if t.slope == ONE else Mul((t.coefficient, t.slope, t.integrated))


def _sign_of_trigonometric(t: Term) -> Expr | None:
    return Neg(_integral(t)) if t.function in ("sin", "cos") else None


def _coefficient_lost(t: Term) -> Expr | None:
    if rational_value(t.coefficient) in (1, -1) or t.exponent == ZERO:
        return None
    return Div(t.integrated, t.slope)


SLIPS: Mapping[str, Slip] = {
    "divided-by-old-exponent": _divides_by_old_exponent,
    "not-divided": _not_divided,
    "exponent-kept": _exponent_kept,
    "reciprocal-as-power": _reciprocal_as_power,
    "inner-factor-missing": _inner_factor_missing,
    "inner-factor-multiplied": _inner_factor_multiplied,
    "sign-of-trigonometric": _sign_of_trigonometric,
    "coefficient-lost": _coefficient_lost,
}
"""Rules broken in every term that uses them."""


def _logarithm_of_anything(e: Expr, x: str) -> Iterator[Expr]:
    match e:
        case Div(top, bottom) if x in variables(bottom) and _slope(bottom, x) != ONE:
            constant = top if x not in variables(top) else None
            logarithm = Apply("ln", (Apply("abs", (bottom,)),))
            yield logarithm if constant is None else Mul((constant, logarithm))


def _product_of_integrals(e: Expr, x: str) -> Iterator[Expr]:
    coefficient, moving = _split(e, x)
    if len(moving) == 2:
        integrals = [antiderivative_by_hand(m, x) for m in moving]
        if all(part is not None for part in integrals):
            yield Mul((coefficient, *(part for part in integrals if part is not None)))


def _parts_with_plus(e: Expr, x: str) -> Iterator[Expr]:
    found = _by_parts(e, x, plus=True)
    if found is not None and found != _by_parts(e, x, plus=False):
        yield found


def _differentiated(e: Expr, x: str) -> Iterator[Expr]:
    yield derivative(e, x)


_WHOLE: Mapping[str, Callable[[Expr, str], Iterator[Expr]]] = {
    "logarithm-of-anything": _logarithm_of_anything,
    "product-of-integrals": _product_of_integrals,
    "parts-with-plus": _parts_with_plus,
    "differentiated": _differentiated,
}
"""Mistakes about the integrand as a whole."""
