"""Taylor polynomials of functions of one variable."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from math import factorial

from grader.answer import Answer, Scalar, Shape
from grader.claims import Equal, PolynomialOf, Weighted
from grader.expr.balls import Undefined, enclose, precision
from grader.expr.derivative import derivative
from grader.expr.domain import Domain
from grader.expr.tidy import tidy
from grader.expr.tree import (
    ZERO,
    Add,
    Div,
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
    Policy,
    Task,
    Unsolvable,
    cross_check,
    expression,
    integer,
    variable,
)

HIGHEST_DEGREE = 12
_MOST_EXTRA = 4


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    f, x, degree = expression(given, "f"), variable(given, "wrt"), integer(given, "degree")
    if not 0 <= degree <= HIGHEST_DEGREE:
        raise Unsolvable(f"the degree is from 0 to {HIGHEST_DEGREE}")
    if variables(f) - {x} or variables(_centre(given)):
        raise Unsolvable("the function depends on more than its variable")
    ours = [short(c) for c in coefficients_at(f, x, _centre(given), degree)]
    theirs = _by_sympy(f, x, _centre(given), degree)
    for a, b in zip(ours, theirs, strict=True):
        cross_check(a, b, Domain())
    return Scalar(polynomial(ours, x, _centre(given)))


def _centre(given: Givens) -> Expr:
    return expression(given, "at")


def derivatives_at(f: Expr, x: str, centre: Expr, degree: int) -> list[Expr]:
    """The value and the derivatives at the centre; raises `Unsolvable` where one does not exist."""
    found = []
    for i in range(degree + 1):
        if i:
            f = tidy(derivative(f, x))
        value = substitute(f, {x: centre})
        try:
            with precision(128):
                finite = enclose(value, {}).is_finite()
        except Undefined:
            finite = False
        if not finite:
            raise Unsolvable("the function or a derivative of it has no value at the centre")
        found.append(tidy(value))
    return found


def coefficients_at(f: Expr, x: str, centre: Expr, degree: int) -> list[Expr]:
    values = derivatives_at(f, x, centre, degree)
    return [tidy(Div(value, rational(factorial(i)))) for i, value in enumerate(values)]


def short(e: Expr) -> Expr:
    """A constant as SymPy folds it (``sin(0)`` to 0), proved to be the same."""
    from grader.expr.symbolic import from_sympy, to_sympy

    folded = tidy(from_sympy(to_sympy(e)))
    cross_check(e, folded, Domain())
    return folded


def _by_sympy(f: Expr, x: str, centre: Expr, degree: int) -> list[Expr]:
    """The coefficients by SymPy's own derivatives."""
    from sympy import factorial as sympy_factorial

    from grader.expr.symbolic import from_sympy, symbol, to_sympy

    name, e, found = symbol(x), to_sympy(f), []
    at = to_sympy(centre)
    for i in range(degree + 1):
        found.append(tidy(from_sympy(e.subs(name, at) / sympy_factorial(i))))
        e = e.diff(name)
    return found


def polynomial(coefficients: Iterable[Expr], x: str, centre: Expr) -> Expr:
    """``c_0 + c_1 (x - a) + ...`` without terms that are zero."""
    step = tidy(Add((Variable(x), Neg(centre))))
    terms = [Mul((c, Pow(step, rational(i)))) for i, c in enumerate(coefficients) if c != ZERO]
    return tidy(Add((ZERO, *terms)))


# Claims -------------------------------------------------------------------------------------


def _claims(task: Task, answer: Answer) -> tuple[Weighted, ...]:
    """Equal, and a polynomial of the degree as written; by policy each coefficient for itself."""
    assert isinstance(task.reference, Scalar) and isinstance(answer, Scalar)
    x, degree = task.name("wrt"), task.integer("degree")
    form = Weighted("a polynomial", PolynomialOf(answer.value, (x,), degree), Fraction(0))
    if task.policy.get("credit") == "coefficients":
        return (form, *_by_coefficient(task, task.reference.value, answer.value))
    domain = Domain.reals(x).including(variables(answer.value))
    return (Weighted("the polynomial", Equal(task.reference.value, answer.value, domain, task.accept)), form)


def _by_coefficient(task: Task, reference: Expr, student: Expr) -> Iterable[Weighted]:
    """One claim for each term of the reference, and the condition that there are no others.

    A polynomial's coefficients are its derivatives at the centre over factorials.
    """
    x, degree, centre = task.name("wrt"), task.integer("degree"), _centre(task.given)
    wanted = _taylor_values(reference, x, centre, degree)
    given = _taylor_values(student, x, centre, degree)
    others: list[Expr] = []
    for i, (right, theirs) in enumerate(zip(wanted, given, strict=True)):
        if rational_value(right) == 0:
            others.append(Mul((theirs, Pow(Variable(x), rational(i)))))
        else:
            about = "the constant term" if i == 0 else f"the coefficient of degree {i}"
            yield Weighted(about, Equal(right, theirs, Domain.reals(*sorted(variables(theirs))), task.accept))
    if others:
        surplus = Add((ZERO, *others))
        yield Weighted("no other terms", Equal(ZERO, surplus, Domain.reals(*sorted(variables(surplus)))), Fraction(0))


def _taylor_values(e: Expr, x: str, centre: Expr, degree: int) -> list[Expr]:
    found = []
    for i in range(degree + 1):
        found.append(tidy(Div(substitute(e, {x: centre}), rational(factorial(i)))))
        e = tidy(derivative(e, x))
    return found


def _matches(task: Task, wrong: Answer, answer: Answer) -> tuple[Weighted, ...]:
    """Equal as functions: a wrong answer need not be a polynomial."""
    assert isinstance(wrong, Scalar) and isinstance(answer, Scalar)
    domain = task.domain.including({task.name("wrt")} | variables(answer.value))
    return (Weighted("the mistake", Equal(wrong.value, answer.value, domain, task.accept)),)


def _asked(given: Givens) -> tuple[str, ...]:
    x, n = variable(given, "wrt"), integer(given, "degree")
    return tuple(f"{name}{suffix}" for name in ("T", "P", f"T_{n}", f"P_{n}", "p", "f") for suffix in ("", f"({x})"))


# Mistakes -----------------------------------------------------------------------------------

Wrong = Callable[[Expr, str, Expr, int], Iterable[Expr]]
"""Of the function, its variable, the centre and the degree: wrong polynomials."""


def _mistake(name: str, wrong: Wrong, feedback: str, rule: str = "") -> Mistake:
    def answers(task: Task) -> tuple[Answer, ...]:
        x = task.name("wrt")
        assert isinstance(task.reference, Scalar)
        found = wrong(task.expression("f"), x, _centre(task.given), task.integer("degree"))
        return tuple(Scalar(e) for e in dict.fromkeys(found) if e != task.reference.value)

    return Mistake(name, answers, feedback, rule)


def _factorials_missing(f: Expr, x: str, centre: Expr, degree: int) -> Iterable[Expr]:
    if degree > 1:
        yield polynomial(derivatives_at(f, x, centre, degree), x, centre)


def _index_for_factorial(f: Expr, x: str, centre: Expr, degree: int) -> Iterable[Expr]:
    if degree > 2:
        values = derivatives_at(f, x, centre, degree)
        yield polynomial([Div(value, rational(max(i, 1))) for i, value in enumerate(values)], x, centre)


def _about_zero(f: Expr, x: str, centre: Expr, degree: int) -> Iterable[Expr]:
    if rational_value(centre) == 0:
        return
    try:
        yield polynomial(coefficients_at(f, x, ZERO, degree), x, ZERO)
    except Unsolvable:
        return


def _not_shifted(f: Expr, x: str, centre: Expr, degree: int) -> Iterable[Expr]:
    if rational_value(centre) != 0:
        yield polynomial(coefficients_at(f, x, centre, degree), x, ZERO)


def _shifted_the_other_way(f: Expr, x: str, centre: Expr, degree: int) -> Iterable[Expr]:
    if rational_value(centre) != 0:
        yield polynomial(coefficients_at(f, x, centre, degree), x, tidy(Neg(centre)))


def _not_evaluated(f: Expr, x: str, centre: Expr, degree: int) -> Iterable[Expr]:
    slopes = [f]
    for _ in range(degree):
        slopes.append(tidy(derivative(slopes[-1], x)))
    if x in variables(f):
        yield polynomial([Div(e, rational(factorial(i))) for i, e in enumerate(slopes)], x, centre)


def _one_short(f: Expr, x: str, centre: Expr, degree: int) -> Iterable[Expr]:
    if degree > 0 and not vanishes(derivatives_at(f, x, centre, degree)[-1]):
        yield polynomial(coefficients_at(f, x, centre, degree - 1), x, centre)


def vanishes(value: Expr) -> bool:
    with precision(128):
        return bool(enclose(value, {}).contains(0))


def _terms_counted(f: Expr, x: str, centre: Expr, degree: int) -> Iterable[Expr]:
    """As many terms as the degree says, or one more, where some are zero; and one degree too many."""
    coefficients = coefficients_at(f, x, centre, degree + _MOST_EXTRA)
    present = [i for i, c in enumerate(coefficients) if not vanishes(c)]
    for last in dict.fromkeys((*present[degree - 1 : degree + 1], *(i for i in present if i > degree))):
        if last > degree:
            yield polynomial(coefficients[: last + 1], x, centre)


def _signs_lost(f: Expr, x: str, centre: Expr, degree: int) -> Iterable[Expr]:
    coefficients = coefficients_at(f, x, centre, degree)
    with precision(128):
        positive = [Neg(c) if enclose(c, {}) < 0 else c for c in coefficients]
    if positive != coefficients:
        yield polynomial(positive, x, centre)


def _height_missing(f: Expr, x: str, centre: Expr, degree: int) -> Iterable[Expr]:
    coefficients = coefficients_at(f, x, centre, degree)
    if not vanishes(coefficients[0]):
        yield polynomial([ZERO, *coefficients[1:]], x, centre)


def _function_itself(f: Expr, x: str, centre: Expr, degree: int) -> Iterable[Expr]:
    yield f


KIND = Kind(
    name="taylor",
    title="Taylor polynomial",
    example={
        "f": '"e^(k x)"',
        "wrt": "x",
        "at": '"1"',
        "degree": '"3"',
    },
    givens={
        "f": Given("expression", "the function"),
        "wrt": Given("variable", "its variable"),
        "at": Given("number", "the centre"),
        "degree": Given("integer", "the highest power that may occur"),
    },
    shape=lambda given, policy: Shape("scalar"),
    solve=_solve,
    claims=_claims,
    matches=_matches,
    variables=lambda given: (variable(given, "wrt"),),
    asked=_asked,
    policies={"credit": Policy(("whole", "coefficients"), "whether each right coefficient earns its share")},
    mistakes=(
        _mistake(
            "factorials-missing",
            _factorials_missing,
            "Differentiate your polynomial twice at the centre: does it match the function's second derivative there?",
            "Y01",
        ),
        _mistake(
            "index-for-factorial",
            _index_for_factorial,
            "The low-order terms are right; check how the divisor grows from one term to the next.",
            "Y02",
        ),
        _mistake("about-zero", _about_zero, "Around which point was the approximation asked for?", "Y03"),
        _mistake(
            "not-shifted",
            _not_shifted,
            "The coefficients are right; what is each power a power of?",
            "Y04",
        ),
        _mistake(
            "not-evaluated",
            _not_evaluated,
            "A Taylor polynomial has constant coefficients; yours still depend on the variable.",
            "Y05",
        ),
        _mistake("one-degree-short", _one_short, "Check the highest power that was asked for.", "Y06"),
        _mistake(
            "terms-counted",
            _terms_counted,
            "Degree counts the highest power, not the number of terms.",
            "Y07",
        ),
        _mistake("signs-lost", _signs_lost, "Check the sign of each derivative at the centre.", "Y08"),
        _mistake(
            "height-missing",
            _height_missing,
            "Put the centre into your polynomial and compare with the function's value there.",
        ),
        _mistake(
            "shifted-the-other-way",
            _shifted_the_other_way,
            "Each power must vanish at the centre.",
        ),
        _mistake(
            "function-itself", _function_itself, "This is the function itself; a polynomial close to it is asked."
        ),
    ),
)
