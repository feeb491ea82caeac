"""Derivatives of one function: any order, partial and mixed, as a function or at a point."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from grader.answer import Answer, Scalar, Shape
from grader.claims import Equal, Weighted
from grader.expr.canonical import is_zero
from grader.expr.derivative import derivative
from grader.expr.domain import Domain
from grader.expr.slips import SLIPS, Slip, broken_derivative, broken_derivatives
from grader.expr.tidy import tidy
from grader.expr.tree import (
    ONE,
    ZERO,
    Add,
    Apply,
    E,
    Expr,
    Mul,
    Neg,
    Pow,
    rational,
    size,
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
    expressions,
    integer,
    names,
)

HIGHEST_ORDER = 12
_FOLLOWED = 3
"""Orders up to which a wrong first step is followed to the end."""
_LARGEST = 200
"""Nodes of the largest wrong derivative that is differentiated further."""


def variables_of(given: Givens) -> tuple[str, ...]:
    """The variables in the order declared, alphabetical where none is."""
    return names(given, "variables") or tuple(sorted(variables(expression(given, "f")) | set(names(given, "wrt"))))


def point_of(given: Givens, variables: tuple[str, ...]) -> dict[str, Expr] | None:
    """The values of the variables where an answer is wanted; None when it is wanted as a function.

    Raises `Unsolvable` when the point has another number of coordinates than there are variables.
    """
    if "at" not in given:
        return None
    values = expressions(given, "at")
    if len(values) != len(variables):
        raise Unsolvable(f"the point has {len(values)} coordinates, the variables are {', '.join(variables)}")
    return dict(zip(variables, values, strict=True))


def along(f: Expr, steps: Iterable[str]) -> Expr:
    """The derivative by one variable after another."""
    for x in steps:
        f = tidy(derivative(f, x))
    return f


def there(e: Expr, point: dict[str, Expr] | None) -> Expr:
    """The expression at the asked point, or itself when none is asked."""
    return e if point is None else tidy(substitute(e, point))


def checked(f: Expr, steps: tuple[str, ...], domain: Domain, point: dict[str, Expr] | None) -> Expr:
    """The derivative by our rules and by SymPy's, settled to be equal on the domain, in the shortest form found.

    With a point its exact value there.  Raises `Unsolvable` when the two disagree.
    """
    from sympy import factor

    from grader.expr.symbolic import from_sympy, symbol, to_sympy

    ours = along(f, steps)
    box = domain.including(variables(f))
    symbolic = to_sympy(f, box)
    for x in steps:
        symbolic = symbolic.diff(symbol(x, box))
    cross_check(ours, from_sympy(symbolic), box)
    if point is not None:
        value = there(ours, point)
        return _shortest(value, [to_sympy(value)], Domain())
    return _shortest(ours, [symbolic, factor(symbolic)], box)


def _shortest(e: Expr, symbolic: Iterable[Any], domain: Domain) -> Expr:
    """The expression, or a shorter one among SymPy's forms of it."""
    from grader.expr.symbolic import from_sympy

    best = min((e, *(tidy(from_sympy(form)) for form in symbolic)), key=size)
    if best is not e:
        cross_check(e, best, domain)
    return best


def _steps(given: Givens) -> tuple[str, ...]:
    """The variables to differentiate by, one after another."""
    wrt, order = names(given, "wrt"), integer(given, "order") if "order" in given else 1
    if order < 1 or (len(wrt) > 1 and order > 1):
        raise Unsolvable("the order is at least 1, and stays 1 beside a list of variables")
    if len(wrt) * order > HIGHEST_ORDER:
        raise Unsolvable(f"derivatives beyond order {HIGHEST_ORDER} are not asked")
    return wrt * order


def _point(given: Givens) -> dict[str, Expr] | None:
    return point_of(given, variables_of(given))


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    return Scalar(checked(expression(given, "f"), _steps(given), domain, _point(given)))


def _claims(task: Task, answer: Answer) -> tuple[Weighted, ...]:
    assert isinstance(task.reference, Scalar) and isinstance(answer, Scalar)
    domain = task.domain.including(set(variables_of(task.given)))
    return (Weighted("the derivative", Equal(task.reference.value, answer.value, domain, task.accept)),)


_FUNCTIONS = ("f", "y", "g", "h", "s", "z", "L", "F", "E", "C", "P", "A", "V", "J", "x", "u", "v", "w")
"""What a statement may call the function; one that the variable is called is left out."""


def _asked(given: Givens) -> tuple[str, ...]:
    """How the question is named on a left-hand side: ``f'(x)``, ``dy/dx``, ``f_xy``, ``v(t)`` for a velocity."""
    steps, order = _steps(given), len(_steps(given))
    names = variables_of(given)
    arguments, point = ", ".join(names), _point(given)
    functions = [f for f in _FUNCTIONS if f not in names]
    found = []
    if len(set(steps)) == 1:
        x, power = steps[0], "" if order == 1 else f"^{order}"
        primes = "'" * order if order <= 3 else f"^({order})"
        at = f"({typed(point[x])})" if point is not None and len(point) == 1 else f"({x})"
        for f in functions:
            found += [f"{f}{primes}({x})", f"{f}{primes}", f"{f}{primes}({arguments})", f"d{power}{f}/d{x}{power}"]
            found.append(f"{f}{primes}{at}")
        if point is not None:
            found += ["L", "lim"]  # as the limit that the derivative is
        if x == "t" and order <= 2:
            moving = "v" if order == 1 else "a"
            found += [moving, f"{moving}(t)", f"{moving}{at}"]
    for f in functions:
        partial = f"{f}_" + "".join(steps)
        found += [partial, f"{partial}({arguments})"]
    if len(names) > 1:
        found.sort(key=lambda name: "_" not in name)
    return tuple(dict.fromkeys(found))


def typed(e: Expr) -> str:
    from grader.expr.text import to_text

    return to_text(e)


# Mistakes -----------------------------------------------------------------------------------


def with_slip(f: Expr, steps: tuple[str, ...], slip: Slip) -> tuple[Expr, ...]:
    """The wrong derivatives of someone who breaks that rule: at every step, at first, at last."""
    if len(steps) == 1:
        return broken_derivatives(f, steps[0], slip.name)
    e: Expr | None = f
    for x in steps:
        e = broken_derivative(e, x, slip.name) if e is not None and size(e) < _LARGEST else None
    found = [e] if e is not None else []
    # A wrong first step makes expressions that grow with every further one.
    if len(steps) <= _FOLLOWED:
        found += [along(wrong, steps[1:]) for wrong in broken_derivatives(f, steps[0], slip.name)]
    found += broken_derivatives(along(f, steps[:-1]), steps[-1], slip.name)
    # A slip in a term that later steps remove leaves no trace.
    right = along(f, steps)
    return tuple(e for e in dict.fromkeys(found) if not is_zero(Add((e, Neg(right))), Domain()))


Wrong = Callable[[Expr, tuple[str, ...]], Iterable[Expr]]
"""Of the function and the steps: wrong derivatives as functions."""


def _mistake(name: str, wrong: Wrong, feedback: str, rule: str = "") -> Mistake:
    """A mistake in the derivative as a function, evaluated where the problem asks for a value."""

    def answers(task: Task) -> tuple[Answer, ...]:
        point = _point(task.given)
        found = [there(e, point) for e in wrong(task.expression("f"), _steps(task.given))]
        return tuple(Scalar(e) for e in dict.fromkeys(found))

    return Mistake(name, answers, feedback, rule)


def _by_slip(slip: Slip) -> Mistake:
    return _mistake(slip.name, lambda f, steps: with_slip(f, steps, slip), slip.feedback, slip.catalogue)


def _too_few(f: Expr, steps: tuple[str, ...]) -> Iterable[Expr]:
    if len(steps) > 1:
        yield along(f, steps[:-1])
        yield along(f, steps[:1])
        yield along(f, steps[1:])


def _power_of_first(f: Expr, steps: tuple[str, ...]) -> Iterable[Expr]:
    if len(set(steps)) > 1:
        yield tidy(Mul(tuple(along(f, (x,)) for x in steps)))
    elif len(steps) > 1:
        yield tidy(Pow(along(f, steps[:1]), rational(len(steps))))


def _product_rule_skipped(f: Expr, steps: tuple[str, ...]) -> Iterable[Expr]:
    """``g'' e^g`` for the second derivative of ``e^g``, with constant factors kept."""
    parts = f.factors if isinstance(f, Mul) else (f,)
    moving = [part for part in parts if steps[0] in variables(part)]
    if len(steps) < 2 or len(moving) != 1:
        return
    match moving[0]:
        case Pow(base, inside) if base == E:
            pass
        case Apply("exp", (inside,)):
            pass
        case _:
            return
    if (last := along(inside, steps)) != ZERO:
        yield tidy(Mul((last, *parts)))


def _one_variable(f: Expr, steps: tuple[str, ...]) -> Iterable[Expr]:
    if len(set(steps)) > 1:
        yield from (along(f, (x,) * len(steps)) for x in dict.fromkeys(steps))


def _too_many(f: Expr, steps: tuple[str, ...]) -> Iterable[Expr]:
    yield along(f, (*steps, steps[-1]))


def _other_variable(f: Expr, steps: tuple[str, ...]) -> Iterable[Expr]:
    if len(set(steps)) == 1:
        yield from (along(f, (y,) * len(steps)) for y in sorted(variables(f) - set(steps)))


def _sum_of_partials(f: Expr, steps: tuple[str, ...]) -> Iterable[Expr]:
    every = sorted(variables(f))
    if len(steps) == 1 and len(every) > 1:
        yield tidy(Add(tuple(derivative(f, x) for x in every)))


def _integrated(f: Expr, steps: tuple[str, ...]) -> Iterable[Expr]:
    # Loaded when an answer was wrong, not for every one.
    from grader.expr.by_hand import antiderivative_by_hand

    found = antiderivative_by_hand(f, steps[0]) if len(steps) == 1 else None
    if found is not None:
        yield found


def _sign_lost(f: Expr, steps: tuple[str, ...]) -> Iterable[Expr]:
    yield tidy(Neg(along(f, steps)))


def _at_point(wrong: Callable[[Task, dict[str, Expr]], Iterable[Expr]]) -> Callable[[Task], tuple[Answer, ...]]:
    """A mistake that only a value at a point admits."""

    def answers(task: Task) -> tuple[Answer, ...]:
        point = _point(task.given)
        return () if point is None else tuple(Scalar(e) for e in wrong(task, point))

    return answers


def _height(task: Task, point: dict[str, Expr]) -> Iterable[Expr]:
    yield there(task.expression("f"), point)


def _constant_differentiated(task: Task, point: dict[str, Expr]) -> Iterable[Expr]:
    yield ZERO


def _secant(task: Task, point: dict[str, Expr]) -> Iterable[Expr]:
    steps, f = _steps(task.given), task.expression("f")
    if len(steps) == 1:
        ahead = {**point, steps[0]: Add((point[steps[0]], ONE))}
        yield tidy(Add((substitute(f, ahead), Neg(substitute(f, point)))))


def _not_evaluated(task: Task, point: dict[str, Expr]) -> Iterable[Expr]:
    formula = along(task.expression("f"), _steps(task.given))
    if variables(formula):
        yield formula


KIND = Kind(
    name="derivative",
    title="Derivative",
    givens={
        "f": Given("expression", "the function to differentiate"),
        "wrt": Given("variables", "the variable, or for a mixed derivative the variables one after another"),
        "order": Given("integer", "how often to differentiate", required=False, default="1"),
        "at": Given("point", "where the value is wanted; without it the derivative is a function", required=False),
        "variables": Given("variables", "the order of the coordinates of `at`", required=False),
    },
    shape=lambda given, policy: Shape("scalar"),
    solve=_solve,
    claims=_claims,
    variables=variables_of,
    asked=_asked,
    # What the question was taken for comes before which rule was broken on the way.
    mistakes=(
        _mistake(
            "too-few-derivatives",
            _too_few,
            "You have stopped too early: count how often you differentiated.",
            "D31",
        ),
        _mistake(
            "power-of-first-derivative",
            _power_of_first,
            "The number of derivatives says how often to differentiate; first derivatives are not multiplied.",
            "D32",
        ),
        _mistake(
            "product-rule-skipped",
            _product_rule_skipped,
            "After the first step you have a product; differentiate it as one.",
            "D33",
        ),
        _mistake(
            "one-variable-throughout",
            _one_variable,
            "A mixed derivative takes one variable after the other; which one did you use in each step?",
        ),
        _mistake(
            "other-variable",
            _other_variable,
            "Check which variable the derivative is taken with respect to.",
            "P02",
        ),
        _mistake(
            "sum-of-partials",
            _sum_of_partials,
            "While one variable moves, what should the others be doing?",
            "P01",
        ),
        Mistake(
            "height-for-slope",
            _at_point(_height),
            "You found the height of the curve; the question asks for its slope.",
            "D39",
        ),
        Mistake(
            "evaluated-first",
            _at_point(_constant_differentiated),
            "Substituting the number first leaves a constant; in which order should the two steps go?",
            "D38",
        ),
        Mistake(
            "secant-slope",
            _at_point(_secant),
            "That is the slope of a secant over a step of size 1; what should happen to the step?",
            "D40",
        ),
        Mistake(
            "not-evaluated",
            _at_point(_not_evaluated),
            "You have the derivative as a formula; the question asks for its value at one point.",
        ),
        *(_by_slip(slip) for slip in SLIPS.values()),
        _mistake("too-many-derivatives", _too_many, "You have differentiated once too often."),
        _mistake("integrated", _integrated, "Check the direction of the operation that was asked for.", "D34"),
        _mistake("sign-lost", _sign_lost, "The size is right; check every sign once more.", "D41 L02"),
    ),
)
