"""What the left side of a line of working names: the answer, a function of the question or its derivative."""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from grader.expr.tree import Expr
from grader.kinds.base import Kind, Task
from grader.working.sides import plain

Subject: TypeAlias = Expr | Literal["answer", "other"]

_PIECES = frozenset("uvwghpq")
_PRIMES = re.compile(r"(?P<name>[A-Za-z])(?P<primes>'*)(?:\((?P<of>[^()]+)\))?")
_QUOTIENT = re.compile(r"d(?P<name>[A-Za-z])/d(?P<wrt>[A-Za-z])(?:\([^()]*\))?")
_PARTIAL = re.compile(r"(?P<name>[A-Za-z])_\{?(?P<wrt>[A-Za-z]{1,3})\}?(?:\([A-Za-z ,]+\))?")


def subject_of(left: str, kind: Kind, task: Task) -> Subject:
    """``answer`` when the left side is one that names the question, a tree when it names a function
    that was given or one of its derivatives, else ``other``."""
    named = plain(left)
    if named[:1] in _PIECES and named[:1] not in task.given and named[1:2] in ("'", "_", "("):
        # u' = 2x is a piece of a product rule, whatever else could be called u.
        return "other"
    if named in {plain(name) for name in kind.asked(task.given)}:
        return "answer"
    known = tuple(kind.variables(task.given))
    if (found := _PRIMES.fullmatch(named)) is not None:
        own = _own(task)
        slope = _derivative(found["name"], own[:1] * len(found["primes"]) if len(own) == 1 else (), task, known)
        if found["primes"] and len(own) != 1:
            return "other"
        return _at(slope, (found["of"] or "").split(","), own) if not isinstance(slope, str) else slope
    if (found := _QUOTIENT.fullmatch(named)) is not None:
        return _derivative(found["name"], (found["wrt"],), task, known)
    if (found := _PARTIAL.fullmatch(named)) is not None:
        return _derivative(found["name"], tuple(found["wrt"]), task, known)
    return "other"


def _own(task: Task) -> tuple[str, ...]:
    """The variables of the question, in order."""
    named = task.given.get("variables", task.given.get("wrt"))
    if isinstance(named, str):
        return (named,)
    listed = named if isinstance(named, tuple) else ()
    return tuple(dict.fromkeys(name for name in listed if isinstance(name, str)))


def _at(e: Expr, places: list[str], names: tuple[str, ...]) -> Subject:
    """The expression at a place, ``f'(3)``; as it stands where the brackets name its variables."""
    from grader.errors import StudentError
    from grader.expr.parse import Names, parse
    from grader.expr.tree import substitute

    if places == [""] or tuple(places) == names:
        return e
    if len(places) != len(names):
        return "other"
    try:
        values = {name: parse(place, Names(names)) for name, place in zip(names, places, strict=True)}
    except StudentError:
        return "other"
    return substitute(e, values)


def _derivative(name: str, wrt: tuple[str, ...], task: Task, variables_of_kind: tuple[str, ...]) -> Subject:
    from grader.expr.derivative import NotDifferentiable, derivative
    from grader.expr.tidy import tidy
    from grader.expr.tree import variables

    # y = x^2 names the function, unless y is a variable of the answer as in y = 6x - 9.
    value = task.given.get("f" if name == "y" and "y" not in variables_of_kind else name)
    if value is None or isinstance(value, str | int | tuple):
        return "other"
    tree: Expr = value
    if any(one not in variables(value) for one in wrt):
        return "other"
    try:
        for one in wrt:
            tree = tidy(derivative(tree, one))
    except NotDifferentiable:
        return "other"
    return tree
