"""Where a function is positive, increasing or convex: intervals, from the zeros and signs of a derivative."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from flint import arb

from grader.answer import Answer, Range, Shape
from grader.claims import SameRange, Weighted
from grader.expr.balls import Undefined, arb_of, enclose, precision
from grader.expr.derivative import derivative
from grader.expr.domain import Domain, Interval
from grader.expr.pieces import breaks
from grader.expr.spans import Span, intersection
from grader.expr.tidy import tidy
from grader.expr.tree import Expr, rational, variables
from grader.expr.zeros import zeros
from grader.kinds.base import Given, Givens, Kind, Mistake, Policy, Task, Unsolvable, expression, variable
from grader.kinds.derivative import checked

_BITS = 192
_FAR = 8

# Order of the derivative that decides, and its sign.
_ASKED = {
    "increasing": (1, 1), "decreasing": (1, -1), "convex": (2, 1), "concave": (2, -1), "positive": (0, 1),
    "negative": (0, -1), "nonnegative": (0, 1), "nonpositive": (0, -1),
}  # fmt: skip
_OPPOSITE = {
    "increasing": "decreasing", "decreasing": "increasing", "convex": "concave", "concave": "convex",
    "positive": "negative", "negative": "positive", "nonnegative": "nonpositive", "nonpositive": "nonnegative",
}  # fmt: skip


def _where(policy: Mapping[str, str]) -> str:
    return policy.get("where", "increasing")


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    f, x = expression(given, "f"), variable(given, "wrt")
    if variables(f) - {x}:
        raise Unsolvable("the function depends on more than its variable")
    order, sign = _ASKED[_where(policy)]
    g = checked(f, (x,) * order, domain, None) if order else f
    closed = _where(policy).startswith("non")
    spans = _spans(f, g, sign, x, domain[x], merge=order > 0 or closed)
    return Range(_with_ends(f, x, spans, domain[x]) if closed else spans)


def _with_ends(f: Expr, x: str, spans: tuple[Span, ...], interval: Interval) -> tuple[Span, ...]:
    """The spans with their ends where the function is zero.  Raises `Unsolvable` for a zero that is alone."""
    ends = {end for span in spans for end in (span.low, span.high) if end is not None}
    inner = {e for ball, e in _cuts(f, f, x, interval) if _continuous(f, x, ball)}
    if any(e not in ends and not _within_one(e, spans) for e in inner):
        raise Unsolvable("a zero stands alone")
    return tuple(Span(s.low, s.high, s.low in inner, s.high in inner) for s in spans)


def _within_one(e: Expr, spans: tuple[Span, ...]) -> bool:
    with precision(_BITS):
        at = enclose(e, {})
        return any(
            (s.low is None or bool(enclose(s.low, {}) < at)) and (s.high is None or bool(at < enclose(s.high, {})))
            for s in spans
        )


def _spans(f: Expr, g: Expr, sign: int, x: str, interval: Interval, merge: bool) -> tuple[Span, ...]:
    """The maximal intervals where ``g`` has the sign; with ``merge`` also across a point where f is defined."""
    low, high = (None if end is None else rational(end) for end in (interval.low, interval.high))
    cuts = _cuts(f, g, x, interval)
    edges: list[tuple[arb | None, Expr | None]] = [(None, low), *cuts, (None, high)]
    found: list[Span] = []
    for i, ((left_ball, left), (right_ball, right)) in enumerate(zip(edges, edges[1:], strict=False)):
        between = _between(left_ball, left, right_ball, right)
        if _sign(g, x, between) != sign:
            continue
        joins = merge and i > 0 and found and found[-1].high is not None and found[-1].high == left
        if joins and left_ball is not None and _continuous(f, x, left_ball):
            found[-1] = Span(found[-1].low, right)
        else:
            found.append(Span(left, right))
    return tuple(found)


def _cuts(f: Expr, g: Expr, x: str, interval: Interval) -> list[tuple[arb, Expr]]:
    """Zeros of g and places where f or g may have a gap, in order, proved to be all."""
    places: list[tuple[arb, Expr]] = []
    roots = zeros(g, x, interval)
    if not roots.complete:
        raise Unsolvable(f"it is not proved that all zeros are found: {roots.evidence}")
    low, high = (None if end is None else rational(end) for end in (interval.low, interval.high))
    exact = []
    for zero in roots.found:
        if zero.exact is None:
            raise Unsolvable("no closed form was found for an end of an interval")
        exact.append(tidy(zero.exact))
    for e in (f, g):
        found, complete = breaks(e, x, low, high)
        if not complete:
            raise Unsolvable("it is not proved that all gaps of the function are found")
        exact += [tidy(e) for e in found]
    with precision(_BITS):
        for e in exact:
            ball = enclose(e, {})
            inside = all(
                end is None or bool((ball > arb_of(end)) if lower else (ball < arb_of(end)))
                for end, lower in ((interval.low, True), (interval.high, False))
            )
            if inside and not any(ball.overlaps(other) for other, _ in places):
                places.append((ball, e))
    return sorted(places, key=lambda place: float(place[0].mid()))


def _between(left_ball: arb | None, left: Expr | None, right_ball: arb | None, right: Expr | None) -> arb:
    """A number strictly between two edges; None is an infinite one."""
    with precision(_BITS):
        a = None if left is None else left_ball if left_ball is not None else enclose(left, {})
        b = None if right is None else right_ball if right_ball is not None else enclose(right, {})
        if a is None and b is None:
            return arb(0)
        if a is None or b is None:
            end = b if a is None else a
            assert end is not None
            return arb(end.mid()) + (_FAR if b is None else -_FAR)
        return arb(((a + b) / 2).mid())


def _sign(e: Expr, x: str, at: arb) -> int:
    """The sign at a number; 0 where there is no value.  The number is no zero of the expression."""
    with precision(_BITS):
        try:
            value = enclose(e, {x: at})
        except Undefined:
            return 0
        if value.is_finite() and not value.contains(0):
            return 1 if value > 0 else -1
    raise Unsolvable("a sign was not decided")


def _continuous(f: Expr, x: str, around: arb) -> bool:
    with precision(_BITS):
        try:
            return bool(enclose(f, {x: around + arb(0, arb(2) ** -60)}).is_finite())
        except Undefined:
            return False


def _excluded(task: Task) -> tuple[Expr, ...]:
    """Where the function has no value, within the domain."""
    f, x = task.expression("f"), task.name("wrt")
    interval = task.domain[x]
    low, high = (None if end is None else rational(end) for end in (interval.low, interval.high))
    found = []
    with precision(_BITS):
        for e in breaks(f, x, low, high)[0]:
            if not _continuous(f, x, enclose(e, {})):
                found.append(tidy(e))
    return tuple(found)


def _claims(task: Task, answer: Answer) -> tuple[Weighted, ...]:
    assert isinstance(task.reference, Range) and isinstance(answer, Range)
    # Whether an end belongs to an interval of monotonicity is a matter of taste; where f > 0 it is not.
    free = _ASKED[_where(task.policy)][0] > 0 and task.policy.get("ends") != "strict"
    spans = _on_domain(answer.spans, task) if free else answer.spans
    claim = SameRange(
        task.reference.spans, spans, task.domain, "free" if free else "strict", _excluded(task) if free else ()
    )
    return (Weighted("the intervals", claim),)


def _matches(task: Task, wrong: Answer, answer: Answer) -> tuple[Weighted, ...]:
    assert isinstance(wrong, Range) and isinstance(answer, Range)
    free = _ASKED[_where(task.policy)][0] > 0 and task.policy.get("ends") != "strict"
    spans = _on_domain(answer.spans, task) if free else answer.spans
    return (Weighted("the intervals", SameRange(wrong.spans, spans, task.domain, "free" if free else "strict")),)


def _on_domain(spans: tuple[Span, ...], task: Task) -> tuple[Span, ...]:
    """The spans, those without an end cut off where the function ends: there ``x > 5`` needs no second bound."""
    interval = task.domain[task.name("wrt")]
    low, high = (None if end is None else rational(end) for end in (interval.low, interval.high))
    if (low is None and high is None) or all(s.low is not None and s.high is not None for s in spans):
        return spans
    shown = (Span(low, high, low is not None, high is not None),)
    cut = [(s,) if s.low is not None and s.high is not None else intersection((s,), shown) for s in spans]
    # Ends that cannot be put in order leave the answer as it was typed.
    return spans if any(part is None for part in cut) else tuple(s for part in cut for s in part or ())


# Mistakes -----------------------------------------------------------------------------------

Wrong = Callable[[Task, tuple[Span, ...]], Iterable[tuple[Span, ...]]]


def _mistake(name: str, wrong: Wrong, feedback: str, rule: str = "") -> Mistake:
    def answers(task: Task) -> tuple[Answer, ...]:
        assert isinstance(task.reference, Range)
        right = task.reference.spans
        return tuple(Range(spans) for spans in wrong(task, right) if spans != right)

    return Mistake(name, answers, feedback, rule)


def _by(task: Task, order: int, sign: int) -> Iterable[tuple[Span, ...]]:
    f, x = task.expression("f"), task.name("wrt")
    g = f
    for _ in range(order):
        g = tidy(derivative(g, x))
    if x not in variables(g):
        return
    try:
        yield _spans(f, g, sign, x, task.domain[x], merge=order > 0)
    except Unsolvable:
        return


def _opposite(task: Task, right: tuple[Span, ...]) -> Iterable[tuple[Span, ...]]:
    order, sign = _ASKED[_OPPOSITE[_where(task.policy)]]
    yield from _by(task, order, sign)


def _function_itself(task: Task, right: tuple[Span, ...]) -> Iterable[tuple[Span, ...]]:
    order, sign = _ASKED[_where(task.policy)]
    if order:
        yield from _by(task, 0, sign)


def _other_order(task: Task, right: tuple[Span, ...]) -> Iterable[tuple[Span, ...]]:
    order, sign = _ASKED[_where(task.policy)]
    yield from _by(task, {0: 1, 1: 2, 2: 1}[order], sign)


def _one_missing(task: Task, right: tuple[Span, ...]) -> Iterable[tuple[Span, ...]]:
    if len(right) > 1:
        for i in range(len(right)):
            yield (*right[:i], *right[i + 1 :])


def _everywhere(task: Task, right: tuple[Span, ...]) -> Iterable[tuple[Span, ...]]:
    interval = task.domain[task.name("wrt")]
    low, high = (None if end is None else rational(end) for end in (interval.low, interval.high))
    yield (Span(low, high),)


def _ends_only(task: Task, right: tuple[Span, ...]) -> Iterable[tuple[Span, ...]]:
    """From the smallest end to the largest, whatever is between."""
    ends = [end for span in right for end in (span.low, span.high) if end is not None]
    if len(ends) > 1 and len(right) > 1:
        yield (Span(ends[0], ends[-1]),)


KIND = Kind(
    name="intervals",
    title="Where a function increases, is convex or positive",
    givens={
        "f": Given("expression", "the function"),
        "wrt": Given("variable", "its variable"),
    },
    shape=lambda given, policy: Shape("interval"),
    solve=_solve,
    claims=_claims,
    matches=_matches,
    variables=lambda given: (variable(given, "wrt"),),
    policies={
        "where": Policy(tuple(_ASKED), "what is asked of the function on the intervals"),
        "ends": Policy(("free", "strict"), "whether an answer with closed ends is as good as one with open ends"),
    },
    mistakes=(
        _mistake("opposite-sign", _opposite, "Check the sign on one of the intervals with a number from it."),
        _mistake(
            "sign-of-the-function",
            _function_itself,
            "That is where the function itself has this sign; which derivative does the question ask about?",
        ),
        _mistake(
            "another-derivative",
            _other_order,
            "That is what the sign of another derivative says.",
        ),
        _mistake("one-interval-missing", _one_missing, "There is another interval; look at every sign change."),
        _mistake("outermost-ends", _ends_only, "Between the outermost ends the sign changes; look at every part."),
        _mistake("everywhere", _everywhere, "Is that so on the whole domain? Find the zeros of the derivative."),
    ),
)
