"""The derivative along a computation graph: the sum over all paths of the products of the slopes on the way.

The nodes stand in an order in which every edge leads forward.  ``slopes`` has a row for each node
but the last with the slopes of the edges to the nodes after it, 0 where there is no edge.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import reduce

from grader.answer import Answer, Scalar, Shape
from grader.claims import Equal, Weighted
from grader.expr.domain import Domain
from grader.expr.tidy import tidy
from grader.expr.tree import ZERO, Add, Expr, Mul, rational, rational_value
from grader.kinds.base import Given, Givens, Kind, Mistake, Task, Unsolvable, expressions, names

LARGEST = 6
Path = tuple[Expr, ...]
"""The slopes along a path."""


def _edges(given: Givens) -> dict[tuple[int, int], Expr]:
    """The edges of the graph with their slopes, by the numbers of their ends."""
    n, slopes = len(names(given, "nodes")), expressions(given, "slopes")
    if not 3 <= n <= LARGEST:
        raise Unsolvable(f"a graph has 3 to {LARGEST} nodes here")
    places = [(i, j) for i in range(n) for j in range(i + 1, n)]
    if len(slopes) != len(places):
        raise Unsolvable(f"{n} nodes have {len(places)} slopes, from each node to those after it; 0 for no edge")
    return {place: slope for place, slope in zip(places, slopes, strict=True) if rational_value(slope) != 0}


def _paths(edges: Mapping[tuple[int, int], Expr], start: int, end: int) -> Iterator[Path]:
    if start == end:
        yield ()
        return
    for (i, j), slope in edges.items():
        if i == start:
            for rest in _paths(edges, j, end):
                yield (slope, *rest)


def _every(given: Givens) -> list[Path]:
    return list(_paths(_edges(given), 0, len(names(given, "nodes")) - 1))


def _folded(e: Expr) -> Expr:
    q = rational_value(e)
    return tidy(e) if q is None else rational(q)


def _product(path: Path) -> Expr:
    return Mul(path) if len(path) > 1 else path[0]


def _sum(parts: Iterable[Expr]) -> Expr:
    listed = tuple(parts)
    return _folded(Add(listed) if len(listed) > 1 else listed[0] if listed else ZERO)


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    paths = _every(given)
    if len(paths) < 2:
        raise Unsolvable("the graph has fewer than two paths from its first node to its last")
    # A second method, backwards through the nodes as in reverse accumulation.
    edges, n = _edges(given), len(names(given, "nodes"))
    back: dict[int, Expr] = {n - 1: rational(1)}
    for i in reversed(range(n - 1)):
        back[i] = _sum(Mul((slope, back[j])) for (a, j), slope in edges.items() if a == i)
    total = _sum(map(_product, paths))
    if rational_value(total) != rational_value(back[0]):
        raise Unsolvable("two methods disagree about the derivative")
    return Scalar(total)


def _claims(task: Task, answer: Answer) -> tuple[Weighted, ...]:
    assert isinstance(task.reference, Scalar) and isinstance(answer, Scalar)
    return (Weighted("the derivative", Equal(task.reference.value, answer.value, task.domain, task.accept)),)


# Mistakes -----------------------------------------------------------------------------------


def _mistake(name: str, wrong: Callable[[list[Path]], Iterable[Expr]], feedback: str, rule: str = "") -> Mistake:
    def answers(task: Task) -> tuple[Answer, ...]:
        return tuple(Scalar(_folded(e)) for e in wrong(_every(task.given)))

    return Mistake(name, answers, feedback, rule)


def _one_missing(paths: list[Path]) -> Iterable[Expr]:
    for missed in range(len(paths)):
        yield _sum(_product(path) for i, path in enumerate(paths) if i != missed)


def _one_alone(paths: list[Path]) -> Iterable[Expr]:
    return map(_product, paths) if len(paths) > 2 else ()


def _multiplied(paths: list[Path]) -> Iterable[Expr]:
    yield reduce(lambda a, b: Mul((a, b)), map(_product, paths))


def _added_along(paths: list[Path]) -> Iterable[Expr]:
    yield _sum(slope for path in paths for slope in path)


def _first_links(paths: list[Path]) -> Iterable[Expr]:
    yield _sum(path[0] for path in paths)
    yield _sum(path[-1] for path in paths)


def _sign_of_one(paths: list[Path]) -> Iterable[Expr]:
    for wrong in range(len(paths)):
        yield _sum(Mul((rational(-1), _product(p))) if i == wrong else _product(p) for i, p in enumerate(paths))


KIND = Kind(
    name="computation_graph",
    title="Derivative along a computation graph",
    example={
        "nodes": "[x, u, v, y]",
        "slopes": '["k", 2, 0, -3, 5, 7]',
    },
    givens={
        "nodes": Given("variables", "the nodes, from the variable to the result, every edge leading forward"),
        "slopes": Given("point", "the slopes from the first node to each later one, then from the second; 0: no edge"),
    },
    shape=lambda given, policy: Shape("scalar"),
    solve=_solve,
    claims=_claims,
    variables=lambda given: (),
    asked=lambda given: (
        f"d{names(given, 'nodes')[-1]}/d{names(given, 'nodes')[0]}",
        f"∂{names(given, 'nodes')[-1]}/∂{names(given, 'nodes')[0]}",
    ),
    mistakes=(
        _mistake("path-missing", _one_missing, "There is more than one path; have you added all of them?", "P16"),
        _mistake("paths-multiplied", _multiplied, "How do the contributions of separate paths combine?", "P17"),
        _mistake("one-path-alone", _one_alone, "The result depends on the variable along several paths."),
        _mistake(
            "added-along-the-path",
            _added_along,
            "How do the slopes of two links that follow one another combine?",
        ),
        _mistake("one-link-of-each-path", _first_links, "A path counts with all of its links.", "P18"),
        _mistake("sign-of-one-path", _sign_of_one, "The sizes are right; check the sign of every path.", "D41"),
    ),
)
