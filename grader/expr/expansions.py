"""Expressions of one variable, expanded where it tends to a number from one side or to infinity.

Every rule holds for all values of the variable close enough to the place, with Taylor's theorem for
the rest; Stirling's series for the factorial and the asymptotic series of the error function are
those of F. W. J. Olver et al., "NIST Handbook of Mathematical Functions", 2010, 5.11.1 and 7.12.1.
"""

from __future__ import annotations

from fractions import Fraction

from grader.expr.canonical import is_zero
from grader.expr.domain import Domain
from grader.expr.exact_numbers import Exact, SignUnknown
from grader.expr.functions import FUNCTIONS
from grader.expr.scale import NULL, ONE, Cancelled, Expansion, Growth, NoValue, Scale
from grader.expr.tree import (
    PI,
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
    variables,
    walk,
)

Place = Exact | int
"""A number, or 1 and -1 for infinity and minus infinity."""

LENGTHS = (2, 5, 10, 20)
"""Terms that are kept, one attempt after the other."""

_HALF = Exact(Fraction(1, 2))
_MINUS = Exact(-1)


class NotExpandable(Exception):
    """The expression has a function, or a place in one, that is not expanded."""


class Expander:
    """Expands expressions of one variable at one place from one side."""

    def __init__(self, name: str, place: Place, side: int, length: int) -> None:
        self.scale = Scale(length)
        self._name = name
        u = self.scale.u
        if isinstance(place, int):
            self._variable = Expansion([({u: ONE}, Exact(place))])
        else:
            terms: list[tuple[Growth, Exact]] = [({}, place)] if place.sign() else []
            self._variable = Expansion([*terms, ({u: _MINUS}, Exact(side))])
        self._known: dict[Expr, Expansion] = {}

    def expand(self, e: Expr) -> Expansion:
        """Raises `Cancelled`, `NoValue`, `NotExpandable` or `SignUnknown`."""
        known = self._known.get(e)
        if known is None:
            known = self._known[e] = self._expand(e)
        return known

    def _expand(self, e: Expr) -> Expansion:
        scale = self.scale
        if self._name not in variables(e):
            if any(isinstance(node, Constant) and node.name == "oo" for node in walk(e)):
                raise NotExpandable("infinity is no number")
            return scale.constant(Exact(e))
        match e:
            case Variable():
                return self._variable
            case Neg(argument):
                return scale.negative(self.expand(argument))
            case Add(terms):
                total = self.expand(terms[0])
                for term in terms[1:]:
                    total = scale.add(total, self.expand(term))
                return self._unless_zero(e, total)
            case Mul(factors):
                product = self.expand(factors[0])
                for factor in factors[1:]:
                    product = scale.multiply(product, self.expand(factor))
                return product
            case Div(top, bottom):
                # Below first: nothing is known soonest where that is zero.
                below = scale.reciprocal(self.expand(bottom))
                return scale.multiply(self.expand(top), below)
            case Pow(base, exponent):
                return self._power(base, exponent)
            case Apply(function, arguments):
                return self._apply(function, arguments)
        raise NotExpandable(type(e).__name__)

    def _unless_zero(self, e: Expr, total: Expansion) -> Expansion:
        """A sum of which no term is left may be zero everywhere, which no number of terms would show."""
        if total.terms or total.rest is None:
            return total
        if is_zero(e, Domain()):
            return Expansion([])
        return total

    def _power(self, base: Expr, exponent: Expr) -> Expansion:
        scale = self.scale
        if self._name not in variables(exponent):
            return scale.power(self.expand(base), Exact(exponent))
        if base == E:
            return scale.exp(self.expand(exponent))
        below = self.expand(base)
        if below.is_zero:
            if self._sign(self.expand(exponent)) > 0:
                return below
            raise NoValue
        return scale.exp(scale.multiply(self.expand(exponent), scale.ln(below)))

    # Functions --------------------------------------------------------------------------------

    def _apply(self, function: str, arguments: tuple[Expr, ...]) -> Expansion:
        scale = self.scale
        define = FUNCTIONS[function].definition
        if define is not None:
            return self.expand(define(*arguments))
        if function in ("min", "max"):
            return self._extreme(arguments, 1 if function == "max" else -1)
        u = self.expand(arguments[0])
        match function:
            case "ln":
                return scale.ln(u)
            case "abs":
                return scale.negative(u) if self._sign(u) < 0 else u
            case "sign":
                return scale.constant(Exact(self._sign(u)))
            case "sinh" | "cosh":
                grown, shrunk = scale.exp(u), scale.exp(scale.negative(u))
                both = scale.add(grown, shrunk if function == "cosh" else scale.negative(shrunk))
                return scale.scaled(both, {}, _HALF)
            case "artanh":
                one = scale.constant(ONE)
                quotient = scale.multiply(scale.add(one, u), scale.reciprocal(scale.add(one, scale.negative(u))))
                return scale.scaled(scale.ln(quotient), {}, _HALF)
            case "arsinh" | "arcosh":
                return self._inverse_hyperbolic(u, function)
            case "factorial":
                return self._factorial(u)
        return self._analytic(function, u)

    def _sign(self, u: Expansion) -> int:
        return self.scale.sign(u)

    def _extreme(self, arguments: tuple[Expr, ...], direction: int) -> Expansion:
        best = self.expand(arguments[0])
        for argument in arguments[1:]:
            other = self.expand(argument)
            if self._sign(self.scale.add(other, self.scale.negative(best))) * direction > 0:
                best = other
        return best

    def _inverse_hyperbolic(self, u: Expansion, function: str) -> Expansion:
        scale = self.scale
        mirrored = False
        if function == "arsinh" and not u.is_zero and self._sign(u) < 0:
            # For a negative argument the sum below would cancel.
            u, mirrored = scale.negative(u), True
        square = scale.add(scale.multiply(u, u), scale.constant(ONE if function == "arsinh" else _MINUS))
        if function == "arcosh" and self._sign(scale.add(u, scale.constant(_MINUS))) < 0:
            raise NoValue
        found = scale.ln(scale.add(u, scale.power(square, _HALF)))
        return scale.negative(found) if mirrored else found

    def _factorial(self, n: Expansion) -> Expansion:
        scale = self.scale
        large, c, small = scale.split(n)
        if not large.terms:
            if small.is_zero:
                return scale.constant(Exact(Apply("factorial", (c.tree,))))
            if (c + ONE).sign() <= 0:
                raise NotExpandable("the factorial of a negative number")
            # Differentiable there, and no more is used.
            value = scale.constant(Exact(Apply("factorial", (c.tree,))))
            return scale.add(value, Expansion([], scale.bound(small)))
        if large.terms[0][1].sign() < 0:
            raise NotExpandable("the factorial of a negative number")
        log = scale.ln(n)
        total = scale.add(scale.multiply(n, log), scale.negative(n))
        total = scale.add(total, scale.scaled(log, {}, _HALF))
        total = scale.add(
            total, scale.constant(Exact(Mul((_HALF.tree, Apply("ln", (Mul((Number(Fraction(2)), PI)),))))))
        )
        over = scale.reciprocal(n)
        square = scale.multiply(over, over)
        for coefficient in (Fraction(1, 12), Fraction(-1, 360), Fraction(1, 1260)):
            total = scale.add(total, scale.scaled(over, {}, Exact(coefficient)))
            over = scale.multiply(over, square)
        return scale.exp(scale.add(total, Expansion([], scale.bound(over))))

    def _analytic(self, function: str, u: Expansion) -> Expansion:
        """A function that is analytic at the limit of its argument, and what is known at infinity."""
        scale = self.scale
        if function in ("sin", "cos") and u.rest is not None and scale.compare(u.rest, {}) >= 0:
            return Expansion([], {})
        large, c, small = scale.split(u)
        if large.terms:
            return self._at_infinity(function, u, large.terms[0][1].sign())
        if function in ("arcsin", "arccos"):
            return self._inverse_sine(function, u, c, small)
        return scale.taylor(_Taylor(function, c), small)

    def _at_infinity(self, function: str, u: Expansion, sign: int) -> Expansion:
        scale = self.scale
        match function:
            case "sin" | "cos":
                # Bounded, and it has no limit.
                return Expansion([], {})
            case "arctan":
                quarter = scale.constant(Exact(sign) * Exact(Div(PI, Number(Fraction(2)))))
                over = scale.reciprocal(u)
                return scale.add(quarter, scale.negative(scale.taylor(_Taylor("arctan", NULL), over)))
            case "erf":
                square = scale.multiply(u, u)
                decay = scale.multiply(scale.exp(scale.negative(square)), scale.reciprocal(u))
                lost = scale.scaled(decay, {}, ONE / Exact(Apply("sqrt", (PI,))))
                more = scale.multiply(decay, scale.reciprocal(square))
                found = scale.add(scale.constant(Exact(sign)), scale.negative(lost))
                return scale.add(found, Expansion([], scale.bound(more)))
            case _:
                raise NoValue

    def _inverse_sine(self, function: str, u: Expansion, c: Exact, small: Expansion) -> Expansion:
        """Near 1 by ``arccos(x) = 2 arcsin(sqrt((1 - x)/2))``, near -1 by the odd symmetry of the arc sine."""
        scale = self.scale
        half = scale.constant(Exact(Div(PI, Number(Fraction(2)))))
        if function == "arccos":
            return scale.add(half, scale.negative(self._inverse_sine("arcsin", u, c, small)))
        above, below = (c - ONE).sign(), (c + ONE).sign()
        if above > 0 or below < 0:
            raise NoValue
        if above and below:
            return scale.taylor(_Taylor("arcsin", c), small)
        if below == 0:
            u = scale.negative(u)
        gap = scale.scaled(scale.add(scale.constant(ONE), scale.negative(u)), {}, _HALF)
        root = scale.power(gap, _HALF)
        turned = scale.scaled(scale.taylor(_Taylor("arcsin", NULL), root), {}, Exact(2))
        found = scale.add(half, scale.negative(turned))
        return found if above == 0 else scale.negative(found)


class _Taylor:
    """The Taylor coefficients of a function at a number where it is analytic."""

    def __init__(self, function: str, at: Exact) -> None:
        self._function = function
        self._at = at
        self._found: list[Exact] = []

    def __call__(self, k: int) -> Exact:
        if k == 0:
            if self._at.is_zero:
                return ONE if self._function == "cos" else NULL
            return self._value(self._function)
        if self._function in ("sin", "cos"):
            order = (k if self._function == "sin" else k + 1) % 4
            which = "cos" if order % 2 else "sin"
            value = ONE if which == "cos" else NULL
            if not self._at.is_zero:
                value = self._value(which)
            for j in range(2, k + 1):
                value = value / Exact(j)
            return -value if order >= 2 else value
        if len(self._found) < k:
            # By doubling, from few: where the place is a surd the coefficients grow long.
            self._found = self._integrated(max(2, 1 << (k - 1).bit_length()))
        return self._found[k - 1]

    def _value(self, function: str) -> Exact:
        return Exact(Apply(function, (self._at.tree,)))

    def _integrated(self, length: int) -> list[Exact]:
        """The coefficients from the first on, by those of the slope, which is a simpler function."""
        slope = FUNCTIONS[self._function].slope
        if slope is None:
            raise NotExpandable(self._function)
        inner = Expander("t", self._at, 1, length + 1)
        series = inner.expand(slope(Variable("t")))
        found = [NULL] * length
        if series.rest is not None and inner.scale.compare(series.rest, {inner.scale.u: Exact(1 - length)}) >= 0:
            raise NotExpandable(self._function)
        for growth, c in series.terms:
            exponent = growth.get(inner.scale.u, NULL).fraction
            if exponent is None or exponent > 0 or exponent.denominator != 1 or len(growth) > 1:
                raise NotExpandable(self._function)
            power = int(-exponent)
            if power < length:
                found[power] = c / Exact(power + 1)
        return found


__all__ = ["Cancelled", "Expander", "NoValue", "NotExpandable", "Place", "SignUnknown"]
