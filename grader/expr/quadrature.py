"""Definite integrals as rigorous balls.

Gauss-Legendre quadrature with error bounds from the integrand's size on ellipses in the complex
plane (F. Johansson, "Numerical integration in arbitrary-precision ball arithmetic", 2018; FLINT's
``acb_calc_integrate``).  FLINT asks for the integrand on complex boxes and says when the answer
must hold only if the integrand is analytic there; kinks such as ``|x|`` are bisected towards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from flint import acb, arb

from grader.expr.balls import Undefined, arb_of, definition, enclose, precision, rational_power
from grader.expr.tree import Add, Apply, Constant, Div, Expr, Mul, Neg, Number, Pow, Variable, rational_value

BITS = 128
_EVALUATIONS = 40_000

NOT_KNOWN = acb(arb.nan(), arb.nan())


def integral(e: Expr, name: str, low: Expr, high: Expr, bits: int = BITS) -> arb | None:
    """A ball that contains the integral of ``e`` over ``name`` from ``low`` to ``high``.

    The ends are constants, in either order.  None when no finite enclosure was found: the
    integrand is unbounded or undefined somewhere between, or too much work to enclose.
    """
    with precision(bits):
        try:
            a, b = enclose(low, {}), enclose(high, {})
        except Undefined:
            return None
        if not (a.is_finite() and b.is_finite()):
            return None
        return between(e, name, a, b, bits)


def between(e: Expr, name: str, a: arb, b: arb, bits: int, evaluations: int = _EVALUATIONS) -> arb | None:
    """The same between two finite balls, at the present precision, to about ``bits`` bits."""
    integrand = _Integrand(e, name)
    tolerance = arb(2) ** -bits
    found = acb.integral(integrand, acb(a), acb(b), rel_tol=tolerance, abs_tol=tolerance, eval_limit=evaluations)
    return found.real if found.is_finite() and not integrand.undefined else None


def accuracy(ball: arb) -> int:
    """How many bits of the value a ball tells: relative ones, absolute ones where it is small."""
    with precision(BITS):
        if not ball.is_finite():
            return 0
        if ball.rad().is_zero():
            return BITS
        size = max(float(abs(ball.mid())), 1.0)
        return int(-float((ball.rad() / size).log() / arb(2).log()))


class _Integrand:
    """The integrand as FLINT calls it; ``undefined`` once it had no real value on part of the path.

    That cannot be missed: where a real expression ends its continuation has a branch cut along
    the real line, so FLINT gives up analyticity there and asks for real values.
    """

    def __init__(self, e: Expr, name: str) -> None:
        self._tree = e
        self._name = name
        self.undefined = False

    def __call__(self, z: acb, analytic: bool) -> acb:
        """Not finite where nothing is known, or where it is not analytic if that is asked."""
        if not analytic and z.imag.is_zero():
            try:
                value = enclose(self._tree, {self._name: z.real})
            except Undefined:
                self.undefined = True
                return NOT_KNOWN
            if value.is_finite():
                return acb(value)
        # A ball around the end of the domain, as for sqrt at 0, reaches beyond it by rounding only.
        try:
            return enclose_complex(self._tree, {self._name: z}, analytic)
        except Undefined:
            return NOT_KNOWN


def enclose_complex(e: Expr, env: Mapping[str, acb], analytic: bool) -> acb:
    """A ball that contains the values of ``e`` on complex balls, continued from the real line.

    With ``analytic`` a finite result proves that the continuation is analytic on the balls.
    Raises `Undefined` where the real expression has a constant part without a value.
    """
    match e:
        case Number(value):
            return acb(arb_of(value))
        case Constant():
            return acb(enclose(e, {}))
        case Variable(name):
            return env[name]
        case Neg(argument):
            return -enclose_complex(argument, env, analytic)
        case Add(terms):
            total = enclose_complex(terms[0], env, analytic)
            for term in terms[1:]:
                total = total + enclose_complex(term, env, analytic)
            return total
        case Mul(factors):
            product = enclose_complex(factors[0], env, analytic)
            for factor in factors[1:]:
                product = product * enclose_complex(factor, env, analytic)
            return product
        case Div(top, bottom):
            return enclose_complex(top, env, analytic) / enclose_complex(bottom, env, analytic)
        case Pow():
            return _power(e, env, analytic)
        case Apply(function, arguments):
            row = _FUNCTIONS.get(function)
            if row is None:
                return enclose_complex(definition(e), env, analytic)
            return row(analytic, *[enclose_complex(argument, env, analytic) for argument in arguments])


def _power(e: Pow, env: Mapping[str, acb], analytic: bool) -> acb:
    base = enclose_complex(e.base, env, analytic)
    q = rational_value(e.exponent)
    if q is not None:
        return _rational_power(base, q, analytic)
    exponent = enclose_complex(e.exponent, env, analytic)
    if isinstance(e.base, Constant) and e.base.name == "e":
        return exponent.exp()
    return (base.log(analytic=analytic) * exponent).exp()


def _rational_power(base: acb, q: Fraction, analytic: bool) -> acb:
    """The branch that is real on the positive axis; for odd roots also the one that is real on the negative."""
    if q.denominator == 1:
        return base**q.numerator
    if base.imag.is_zero() and not analytic:
        power = rational_power(base.real, q)
        if power.is_finite():
            return acb(power)
    if base.real > 0:
        return base.pow(acb(arb_of(q)))
    if q.denominator % 2 and base.real < 0:
        mirrored = (-base).pow(acb(arb_of(q)))
        return -mirrored if q.numerator % 2 else mirrored
    if q.denominator % 2:
        return NOT_KNOWN
    return base.pow(acb(arb_of(q)), analytic=analytic)


def _entire(function: Callable[[acb], acb]) -> Callable[..., acb]:
    """Functions that are analytic wherever they are finite."""
    return lambda analytic, u: function(u)


def _off_cut(function: Callable[[acb], acb], meets: Callable[[acb], bool]) -> Callable[..., acb]:
    """Functions with branch cuts."""

    def row(analytic: bool, u: acb) -> acb:
        return NOT_KNOWN if analytic and meets(u) else function(u)

    return row


def _outer_reals(u: acb) -> bool:
    return u.imag.contains(0) and not (u.real < 1 and u.real > -1)


def _outer_imaginaries(u: acb) -> bool:
    return u.real.contains(0) and not (u.imag < 1 and u.imag > -1)


def _below_one(u: acb) -> bool:
    return u.imag.contains(0) and not u.real > 1


def _ln(analytic: bool, u: acb) -> acb:
    return u.log(analytic=analytic)


def _sqrt(analytic: bool, u: acb) -> acb:
    return u.sqrt(analytic=analytic)


def _abs(analytic: bool, u: acb) -> acb:
    return u.real_abs(analytic=analytic)


def _sign(analytic: bool, u: acb) -> acb:
    return u.real_sgn(analytic=analytic)


def _minimum(analytic: bool, *values: acb) -> acb:
    least = values[0]
    for value in values[1:]:
        least = least.real_min(value, analytic=analytic)
    return least


def _maximum(analytic: bool, *values: acb) -> acb:
    greatest = values[0]
    for value in values[1:]:
        greatest = greatest.real_max(value, analytic=analytic)
    return greatest


def _cbrt(analytic: bool, u: acb) -> acb:
    return _rational_power(u, Fraction(1, 3), analytic)


_FUNCTIONS: Mapping[str, Callable[..., acb]] = {
    "sin": _entire(acb.sin),
    "cos": _entire(acb.cos),
    "tan": _entire(acb.tan),
    "cot": _entire(acb.cot),
    "sec": _entire(acb.sec),
    "csc": _entire(acb.csc),
    "sinh": _entire(acb.sinh),
    "cosh": _entire(acb.cosh),
    "tanh": _entire(acb.tanh),
    "coth": _entire(acb.coth),
    "sech": _entire(acb.sech),
    "csch": _entire(acb.csch),
    "exp": _entire(acb.exp),
    "erf": _entire(acb.erf),
    "factorial": _entire(lambda u: (u + 1).gamma()),
    "arcsin": _off_cut(acb.asin, _outer_reals),
    "arccos": _off_cut(acb.acos, _outer_reals),
    "artanh": _off_cut(acb.atanh, _outer_reals),
    "arctan": _off_cut(acb.atan, _outer_imaginaries),
    "arsinh": _off_cut(acb.asinh, _outer_imaginaries),
    "arcosh": _off_cut(acb.acosh, _below_one),
    "ln": _ln,
    "sqrt": _sqrt,
    "cbrt": _cbrt,
    "abs": _abs,
    "sign": _sign,
    "min": _minimum,
    "max": _maximum,
}
