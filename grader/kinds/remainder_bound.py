"""A number that the error of a Taylor polynomial does not exceed on an interval, and that is not much too large.

Right is every number from the largest error itself up to twice Lagrange's bound
``max |f^(n+1)| d^(n+1)/(n+1)!``, where ``d`` is the largest distance from the centre (Apostol,
Calculus I, section 7.7).  Both are exact: where the derivatives of order n+1 and n+2 keep their
signs, the error grows with the distance from the centre, and the derivative of order n+1 is
largest in modulus at an end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from math import factorial

from grader.answer import Answer, Scalar, Shape
from grader.claims import Accept, Equal, Weighted
from grader.decide import settle
from grader.expr.balls import Undefined, enclose, precision
from grader.expr.derivative import derivative
from grader.expr.domain import Domain, Interval
from grader.expr.monotone import analytic, settled_sign
from grader.expr.ranges import box_of
from grader.expr.tidy import tidy
from grader.expr.tree import (
    ONE,
    ZERO,
    Add,
    Apply,
    Expr,
    Mul,
    Neg,
    Pow,
    Variable,
    rational,
    rational_value,
    substitute,
    variables,
)
from grader.kinds.base import (
    Given,
    Givens,
    Kind,
    Mistake,
    Task,
    Unsolvable,
    cross_check,
    expression,
    integer,
    variable,
)
from grader.kinds.taylor import HIGHEST_DEGREE, coefficients_at, polynomial, short

MOST = 2
"""How many times Lagrange's bound a number may be."""

_BITS = 256
_EXACTLY = Accept(absolute=Fraction(0))


def _number(given: Givens, field: str) -> Fraction:
    value = rational_value(expression(given, field))
    if value is None:
        raise Unsolvable(f"{field} has to be a rational number")
    return value


def _ends(given: Givens) -> tuple[Fraction, Fraction]:
    return _number(given, "from"), _number(given, "to")


def _nth(f: Expr, x: str, order: int) -> Expr:
    for _ in range(order):
        f = tidy(derivative(f, x))
    return f


def _modulus(e: Expr) -> Expr:
    """The absolute value of a constant, without bars."""
    with precision(_BITS):
        return tidy(Neg(e)) if enclose(e, {}) < 0 else tidy(e)


def _larger(a: Expr, b: Expr) -> Expr:
    with precision(_BITS):
        return b if enclose(b, {}) > enclose(a, {}) else a


def _at(e: Expr, x: str, value: Fraction) -> Expr:
    found = short(substitute(e, {x: rational(value)}))
    try:
        with precision(_BITS):
            finite = enclose(found, {}).is_finite()
    except Undefined:
        finite = False
    if not finite:
        raise Unsolvable("the function or a derivative of it has no value at an end of the interval")
    return found


def _largest(given: Givens, order: int) -> Expr:
    """The larger of the moduli of that derivative at the two ends."""
    x = variable(given, "wrt")
    f = _nth(expression(given, "f"), x, order)
    low, high = (_modulus(_at(f, x, end)) for end in _ends(given))
    return _larger(low, high)


def _distance(given: Givens) -> Fraction:
    low, high = _ends(given)
    centre = _number(given, "at")
    return max(high - centre, centre - low)


def _bound(given: Givens, order: int) -> Expr:
    """Lagrange's bound from the derivative of that order."""
    factor = _distance(given) ** order / factorial(order)
    return tidy(Mul((_largest(given, order), rational(factor))))


def _error(given: Givens) -> Expr:
    """The largest error, which is taken at an end."""
    f, x, degree = expression(given, "f"), variable(given, "wrt"), integer(given, "degree")
    centre = expression(given, "at")
    rest = Add((f, Neg(polynomial(coefficients_at(f, x, centre, degree), x, centre))))
    low, high = (_modulus(_at(rest, x, end)) for end in _ends(given))
    return _larger(low, high)


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    f, x, degree = expression(given, "f"), variable(given, "wrt"), integer(given, "degree")
    if not 0 <= degree <= HIGHEST_DEGREE or variables(f) != {x}:
        raise Unsolvable(f"a function of {x} and a degree from 0 to {HIGHEST_DEGREE} are needed")
    low, high = _ends(given)
    if not (low <= _number(given, "at") <= high and low < high):
        raise Unsolvable("the interval has to hold the centre")
    inside = Domain(((x, Interval(low, high)),))
    if not analytic(f, box_of(inside, {x})):
        raise Unsolvable("the function is not known to be smooth on the interval")
    for order in (degree + 1, degree + 2):
        if settled_sign(_nth(f, x, order), inside) not in (1, -1, 2, -2):
            raise Unsolvable(f"the derivative of order {order} is not known to keep its sign on the interval")
    cross_check(_nth(f, x, degree + 1), _by_sympy(f, x, degree + 1), inside)
    bound = _bound(given, degree + 1)
    if not all(settle(claim).right for claim in (_at_most(_error(given), bound), _at_most(ZERO, bound))):
        raise Unsolvable("the largest error was found to be larger than Lagrange's bound")
    if rational_value(bound) == 0:
        raise Unsolvable("the polynomial is the function itself")
    return Scalar(bound)


def _by_sympy(f: Expr, x: str, order: int) -> Expr:
    from grader.expr.symbolic import from_sympy, symbol, to_sympy

    return tidy(from_sympy(to_sympy(f).diff(symbol(x), order)))


# Claims -------------------------------------------------------------------------------------


def _at_most(a: Expr, b: Expr) -> Equal:
    """``a <= b`` as an equality: nothing is left of a - b above zero."""
    return Equal(ZERO, Apply("max", (Add((a, Neg(b))), ZERO)), Domain.reals(*sorted(variables(b))), _EXACTLY)


def _claims(task: Task, answer: Answer) -> tuple[Weighted, ...]:
    """A number, not below the largest error; and besides not above twice the bound."""
    assert isinstance(task.reference, Scalar) and isinstance(answer, Scalar)
    student, error = answer.value, _error(task.given)
    if variables(student):
        # No function is a bound on the whole interval as it stands.
        somewhere = substitute(student, {task.name("wrt"): task.expression("to")})
        box = Domain.reals(*sorted(variables(student)))
        return (Weighted("a number", Equal(somewhere, student, box), Fraction(0)),)
    most = Mul((rational(MOST), task.reference.value))
    over = Apply("max", (Add((error, Neg(student))), Add((student, Neg(most))), ZERO))
    return (
        # No credit for this alone, or a million would earn it.
        Weighted("a number that the error does not exceed", _at_most(error, student), Fraction(0)),
        Weighted("a number that is not much too large", Equal(ZERO, over, Domain(), _EXACTLY)),
    )


def _matches(task: Task, wrong: Answer, answer: Answer) -> tuple[Weighted, ...]:
    assert isinstance(wrong, Scalar) and isinstance(answer, Scalar)
    domain = Domain.reals(*sorted(variables(wrong.value) | variables(answer.value)))
    return (Weighted("the mistake", Equal(wrong.value, answer.value, domain)),)


# Mistakes -----------------------------------------------------------------------------------


def _mistake(name: str, wrong: Callable[[Givens], Iterable[Expr]], feedback: str, rule: str = "") -> Mistake:
    """What a wrong formula gives, where that is no bound or far too large a one."""

    def answers(task: Task) -> tuple[Answer, ...]:
        found = [Scalar(tidy(e)) for e in wrong(task.given)]
        return tuple(s for s in found if not all(settle(w.claim).right for w in _claims(task, s)))

    return Mistake(name, answers, feedback, rule)


def _one_order_off(given: Givens) -> Iterable[Expr]:
    degree = integer(given, "degree")
    yield _bound(given, degree)
    yield _bound(given, degree + 2)


def _factorial_missing(given: Givens) -> Iterable[Expr]:
    order = integer(given, "degree") + 1
    largest, power = _largest(given, order), _distance(given) ** order
    yield Mul((largest, rational(power)))
    yield Mul((largest, rational(power / order)))


def _factorial_of_degree(given: Givens) -> Iterable[Expr]:
    degree = integer(given, "degree")
    yield Mul((_largest(given, degree + 1), rational(_distance(given) ** (degree + 1) / factorial(degree))))


def _power_off(given: Givens) -> Iterable[Expr]:
    order = integer(given, "degree") + 1
    for power in (_distance(given) ** (order - 1), Fraction(1)):
        yield Mul((_largest(given, order), rational(power / factorial(order))))


def _derivative_elsewhere(given: Givens) -> Iterable[Expr]:
    """The derivative at the centre, or at the end at which it is smaller."""
    x, order = variable(given, "wrt"), integer(given, "degree") + 1
    slope = _nth(expression(given, "f"), x, order)
    factor = rational(_distance(given) ** order / factorial(order))
    for place in dict.fromkeys((_number(given, "at"), *_ends(given))):
        yield Mul((_modulus(_at(slope, x, place)), factor))


def _derivative_missing(given: Givens) -> Iterable[Expr]:
    order = integer(given, "degree") + 1
    yield Mul((ONE, rational(_distance(given) ** order / factorial(order))))


def _distance_from_zero(given: Givens) -> Iterable[Expr]:
    order = integer(given, "degree") + 1
    if _number(given, "at"):
        for end in _ends(given):
            yield Mul((_largest(given, order), rational(abs(end) ** order / factorial(order))))


def _value_for_error(given: Givens) -> Iterable[Expr]:
    f, x, centre = expression(given, "f"), variable(given, "wrt"), expression(given, "at")
    approximation = polynomial(coefficients_at(f, x, centre, integer(given, "degree")), x, centre)
    for e in (f, approximation):
        for end in _ends(given):
            yield _at(e, x, end)


def _not_evaluated(given: Givens) -> Iterable[Expr]:
    x, order = variable(given, "wrt"), integer(given, "degree") + 1
    slope = _nth(expression(given, "f"), x, order)
    step = Add((Variable(x), Neg(expression(given, "at"))))
    for distance in (Pow(step, rational(order)), rational(_distance(given) ** order)):
        yield Mul((slope, distance, rational(Fraction(1, factorial(order)))))


def _negative(given: Givens) -> Iterable[Expr]:
    yield Neg(_bound(given, integer(given, "degree") + 1))
    yield Neg(_error(given))


KIND = Kind(
    name="remainder_bound",
    title="Bound for the error of a Taylor polynomial",
    example={
        "f": '"e^(k x)"',
        "wrt": "x",
        "at": '"0"',
        "degree": '"2"',
        "from": '"0"',
        "to": '"1/10"',
    },
    givens={
        "f": Given("expression", "the function"),
        "wrt": Given("variable", "its variable"),
        "at": Given("number", "the centre"),
        "degree": Given("integer", "the degree of the polynomial"),
        "from": Given("number", "the lower end of the interval, which holds the centre"),
        "to": Given("number", "the upper end; the derivatives of the next two orders keep their signs between"),
    },
    shape=lambda given, policy: Shape("scalar"),
    solve=_solve,
    claims=_claims,
    matches=_matches,
    variables=lambda given: (variable(given, "wrt"),),
    asked=lambda given: ("R", f"R_{integer(given, 'degree')}", "E", "B", "M"),
    mistakes=(
        _mistake(
            "one-order-off",
            _one_order_off,
            "Which derivative does the remainder of a polynomial of this degree contain?",
        ),
        _mistake("factorial-missing", _factorial_missing, "By what is a derivative divided in Taylor's formula?"),
        _mistake(
            "factorial-of-degree",
            _factorial_of_degree,
            "The factorial belongs to the order of the derivative in the remainder, not to the degree.",
        ),
        _mistake(
            "derivative-elsewhere",
            _derivative_elsewhere,
            "Where on the interval is the derivative in the remainder largest?",
        ),
        _mistake(
            "derivative-missing",
            _derivative_missing,
            "How large does the derivative in the remainder become on the interval?",
        ),
        _mistake("power-off", _power_off, "Which power of the distance from the centre stands in the remainder?"),
        _mistake(
            "distance-from-zero",
            _distance_from_zero,
            "The remainder contains the distance from the centre of the polynomial.",
        ),
        _mistake(
            "value-for-error",
            _value_for_error,
            "That is a value of the function or of the polynomial; how far apart are the two?",
        ),
        _mistake(
            "not-evaluated",
            _not_evaluated,
            "One number for the whole interval is asked; where is your expression largest?",
        ),
        _mistake("negative", _negative, "The error is taken as an absolute value; can a bound for it be negative?"),
    ),
)
