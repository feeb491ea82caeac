"""Gradients, as formulas or at a point."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice, permutations

from grader.answer import Answer, Matrix, Scalar, Shape, Vector
from grader.claims import EqualArrays, Weighted
from grader.expr.derivative import derivative
from grader.expr.domain import Domain
from grader.expr.slips import SLIPS, Slip
from grader.expr.tidy import tidy
from grader.expr.tree import Add, Expr, Neg, variables
from grader.kinds.base import Given, Givens, Kind, Mistake, Policy, Task, expression
from grader.kinds.derivative import along, checked, point_of, there, typed, variables_of, with_slip

Rows = tuple[tuple[Expr, ...], ...]
Entry = tuple[Expr, tuple[str, ...]]
"""A function and the variables that it is differentiated by to give one entry of an array."""


_WAYS = 4
"""Ways of breaking one rule in one entry that are tried: everywhere, then at single places."""


def rows_of(answer: Answer, like: Rows) -> Rows:
    """The rows of a vector or matrix; a tuple, which says neither, lies as the reference does."""
    match answer:
        case Matrix(rows):
            return rows
        case Vector(entries, orientation):
            lies = "row" if orientation == "tuple" and len(like) == 1 else orientation
            return (entries,) if lies == "row" else tuple((entry,) for entry in entries)
        case Scalar(value):
            return ((value,),)
    raise TypeError(f"{type(answer).__name__} has no rows")


def slipped(entries: tuple[Entry, ...], slip: Slip) -> Iterable[tuple[Expr, ...]]:
    """The entries of someone who breaks that rule: in every entry where it occurs, then in one alone."""
    right = tuple(along(f, steps) for f, steps in entries)
    every = tuple(with_slip(f, steps, slip)[:_WAYS] for f, steps in entries)
    for way in range(max(map(len, every))):
        wrong = tuple(found[way] if way < len(found) else None for found in every)
        places = [i for i, e in enumerate(wrong) if e is not None]
        yield tuple(e if w is None else w for e, w in zip(right, wrong, strict=True))
        if len(places) > 1:
            for i in places:
                yield tuple(
                    w if i == j and w is not None else e for j, (e, w) in enumerate(zip(right, wrong, strict=True))
                )


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    f, wanted = expression(given, "f"), variables_of(given)
    point = point_of(given, wanted)
    entries = tuple(checked(f, (x,), domain, point) for x in wanted)
    return Vector(entries, "row" if policy.get("orientation") == "row" else "column")


def _claims(task: Task, answer: Answer) -> tuple[Weighted, ...]:
    reference = rows_of(task.reference, ())
    domain = task.domain.including(set(variables_of(task.given)))
    strict = task.policy.get("orientation", "free") != "free"
    claim = EqualArrays(reference, rows_of(answer, reference), domain, "strict" if strict else "free", task.accept)
    return (Weighted("the gradient", claim),)


def _asked(given: Givens) -> tuple[str, ...]:
    names = variables_of(given)
    point = point_of(given, names)
    places = ["", f"({', '.join(names)})"]
    if point is not None:
        places.append(f"({', '.join(typed(point[name]) for name in names)})")
    return tuple(f"grad {f}{place}" for f in "fgFLEJCh" if f not in names for place in places)


# Mistakes -----------------------------------------------------------------------------------

Wrong = Callable[[Expr, tuple[str, ...]], Iterable[tuple[Expr, ...]]]
"""Of the function and its variables: wrong gradients as formulas."""


def _mistake(name: str, wrong: Wrong, feedback: str, rule: str = "") -> Mistake:
    """A mistake in the formulas, evaluated where the problem asks for values."""

    def answers(task: Task) -> tuple[Answer, ...]:
        wanted = variables_of(task.given)
        point = point_of(task.given, wanted)
        found = (tuple(there(e, point) for e in entries) for entries in wrong(task.expression("f"), wanted))
        return tuple(Vector(entries, "column") for entries in dict.fromkeys(found))

    return Mistake(name, answers, feedback, rule)


def _gradient(f: Expr, wanted: tuple[str, ...]) -> tuple[Expr, ...]:
    return tuple(along(f, (x,)) for x in wanted)


def _by_slip(slip: Slip) -> Mistake:
    def wrong(f: Expr, wanted: tuple[str, ...]) -> Iterable[tuple[Expr, ...]]:
        return slipped(tuple((f, (x,)) for x in wanted), slip)

    return _mistake(slip.name, wrong, slip.feedback, slip.catalogue)


def _other_order(f: Expr, wanted: tuple[str, ...]) -> Iterable[tuple[Expr, ...]]:
    right = _gradient(f, wanted)
    return (entries for entries in islice(permutations(right), 1, 24) if entries != right)


def _all_moving(f: Expr, wanted: tuple[str, ...]) -> Iterable[tuple[Expr, ...]]:
    """Every entry the sum of all partial derivatives: nothing was held constant."""
    yield (tidy(Add(tuple(derivative(f, x) for x in wanted))),) * len(wanted)


def _downhill(f: Expr, wanted: tuple[str, ...]) -> Iterable[tuple[Expr, ...]]:
    yield tuple(tidy(Neg(e)) for e in _gradient(f, wanted))


def _one_sign(f: Expr, wanted: tuple[str, ...]) -> Iterable[tuple[Expr, ...]]:
    right = _gradient(f, wanted)
    for i in range(len(right)):
        yield tuple(tidy(Neg(e)) if i == j else e for j, e in enumerate(right))


def _twice(f: Expr, wanted: tuple[str, ...]) -> Iterable[tuple[Expr, ...]]:
    yield tuple(along(f, (x, x)) for x in wanted)


def _sum_of_entries(task: Task) -> tuple[Answer, ...]:
    wanted = variables_of(task.given)
    point = point_of(task.given, wanted)
    if len(wanted) == 1:
        return ()
    return (Vector((there(tidy(Add(_gradient(task.expression("f"), wanted))), point),), "column"),)


def _not_evaluated(task: Task) -> tuple[Answer, ...]:
    wanted = variables_of(task.given)
    formulas = _gradient(task.expression("f"), wanted)
    if point_of(task.given, wanted) is None or not any(variables(e) for e in formulas):
        return ()
    return (Vector(formulas, "column"),)


KIND = Kind(
    name="gradient",
    title="Gradient",
    example={
        "f": '"k x^2 y + y^3 + 5 x"',
        "variables": "[x, y]",
    },
    givens={
        "f": Given("expression", "the function"),
        "variables": Given("variables", "the variables in order; alphabetical if absent", required=False),
        "at": Given("point", "where the gradient is wanted; without it the answer is a formula", required=False),
    },
    shape=lambda given, policy: Shape("vector"),
    solve=_solve,
    claims=_claims,
    variables=variables_of,
    asked=_asked,
    policies={
        "orientation": Policy(("free", "column", "row"), "whether a row may stand for a column; a tuple always may")
    },
    mistakes=(
        _mistake(
            "components-swapped",
            _other_order,
            "All entries appear, but check their order against the order of the variables.",
            "P05",
        ),
        Mistake(
            "sum-of-entries",
            _sum_of_entries,
            "What kind of object is a gradient: a number or a vector?",
            "P06",
        ),
        _mistake(
            "nothing-held-constant", _all_moving, "While one variable moves, what should the others be doing?", "P01"
        ),
        _mistake(
            "downhill",
            _downhill,
            "Step a little that way: does the function rise or fall, and which of the two does a gradient show?",
            "P08",
        ),
        Mistake(
            "not-evaluated",
            _not_evaluated,
            "You have the gradient as a formula; the question asks for it at one point.",
            "P07",
        ),
        *(_by_slip(slip) for slip in SLIPS.values()),
        _mistake(
            "sign-of-one-component", _one_sign, "One entry has the right size; check every sign once more.", "D41"
        ),
        _mistake(
            "differentiated-twice",
            _twice,
            "You have differentiated once too often.",
        ),
    ),
)
