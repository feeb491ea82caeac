"""The question of a verdict, read again, and checks of the answers as wholes: sizes, sets, equations.

Only the reader of answers is shared with the rest; what is read is judged by numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice
from typing import Any

from grader import answer as answers
from grader.answer import Answer, Equation, Label, Matrix, Points, Range, Scalar, Set, Shape, Vector
from grader.answer_text import write
from grader.expr.parse import Names
from grader.expr.tree import Add, Expr, Neg, Variable, variables
from grader.verify.domain import Box, points, read_box
from grader.verify.equality import within
from grader.verify.outcome import Check, Outcome
from grader.verify.sampling import agreement, difference, look, witness
from grader.verify.values import NoValue, Unsure, value

_LOOKS = 8
_MOST_POINTS = 40


def check_question(question: Mapping[str, Any], verdict: Mapping[str, Any]) -> list[Check]:
    """Checks of the answers as they stand in the question, whatever their shape."""
    relation = question.get("relation", "equal")
    if relation not in ("equal", "points"):
        return []
    names = tuple(question.get("variables") or ["x"])
    known, syntax = Names(names), question.get("syntax", "auto")
    box = read_box(question.get("domain"), names)
    texts = str(question["reference"]), str(question["student"])
    if relation == "points":
        expected, given = (answers.read(t, Shape("points"), known, syntax=syntax).answer for t in texts)
    else:
        expected, given = (answers.read_any(t, known, syntax=syntax).answer for t in texts)
    expected, given = _plain(expected), _plain(given)
    right = verdict["verdict"] == "correct"
    if type(expected) is not type(given) and not (_is_array(expected) and _is_array(given)):
        return [_of_two_sorts(expected, given, right, verdict)]
    return _compared(expected, given, box, verdict, right, _tolerance(question.get("accept")))


def _compared(
    expected: Answer, given: Answer, box: Box, verdict: Mapping[str, Any], right: bool, accept: Mapping[str, Any] | None
) -> list[Check]:
    seed = f"{verdict.get('read_as')} {verdict.get('truth')}"
    match expected, given:
        case Scalar(a), Scalar(b):
            return [within(accept, right, a, b)] if accept else [_scalars(a, b, box, verdict, right, seed)]
        case Set() | Points(), Set() | Points():
            return [_sets(_coordinates(expected), _coordinates(given), box, right)]
        case Equation(), Equation():
            return [_equations(expected, given, box, right, seed)]
        case Label() | Range(), Label() | Range():
            return [_words(expected, given, right)]
        case _:
            return [] if accept else [_arrays(_rows(expected), _rows(given), box, right, verdict, seed)]


def _tolerance(accept: object) -> Mapping[str, Any] | None:
    return accept if isinstance(accept, Mapping) else None


def _plain(answer: Answer) -> Answer:
    """``x = 2`` and ``{2}`` and ``(2)`` as ``2``."""
    match answer:
        case Vector((only,)) | Set((only,)) | Matrix(((only,),)):
            return Scalar(only)
        case Equation(Variable(), right) if not variables(right):
            return Scalar(right)
        case _:
            return answer


def _is_array(answer: Answer) -> bool:
    return isinstance(answer, Vector | Matrix)


def _of_two_sorts(expected: Answer, given: Answer, right: bool, verdict: Mapping[str, Any]) -> Check:
    about = f"a {type(expected).__name__.lower()} is asked for, a {type(given).__name__.lower()} given"
    if not right and verdict.get("reason") == "shape":
        return Check(about, "confirmed")
    return Check(about, "could not check", "the two were read in one shape by the grader", minor=True)


def _scalars(a: Expr, b: Expr, box: Box, verdict: Mapping[str, Any], right: bool, seed: str) -> Check:
    if right:
        return agreement(a, b, box, seed)
    found = verdict.get("witness")
    if found is None:
        return difference(a, b, box, seed)
    from fractions import Fraction

    at = {name: Fraction(text) for name, text in found["point"].items()}
    return witness(a, b, at, found["student"] == "undefined", box)


def _same(a: Expr, b: Expr, box: Box) -> bool | None:
    """Whether two expressions have the same values; None where that could not be seen."""
    names = sorted(variables(a) | variables(b))
    seen = [look(a, b, point) for point in islice(points(box, names, "same", 60 if names else 1), 60)]
    if "different" in seen or seen.count("missing") > len(seen) // 2:
        return False
    return True if seen.count("equal") >= (min(_LOOKS, len(seen)) if names else 1) else None


def _verdict(about: str, holds: bool | None, right: bool, how: str = "") -> Check:
    outcome: Outcome = "could not check" if holds is None else "confirmed" if holds == right else "contradicted"
    return Check(about, outcome, how)


def _rows(answer: Answer) -> tuple[tuple[Expr, ...], ...]:
    match answer:
        case Matrix(rows):
            return rows
        case Vector(entries, "row"):
            return (entries,)
        case Vector(entries):
            return tuple((entry,) for entry in entries)
    raise AssertionError("only arrays have rows")


def _arrays(
    a: tuple[tuple[Expr, ...], ...],
    b: tuple[tuple[Expr, ...], ...],
    box: Box,
    right: bool,
    verdict: Mapping[str, Any],
    seed: str,
) -> Check:
    if 1 in (len(a), len(a[0])) and 1 in (len(b), len(b[0])) and (right or verdict.get("reason") != "layout"):
        a, b = (tuple((entry,) for row in rows for entry in row) for rows in (a, b))
    sizes = f"{len(a)} x {len(a[0])} asked for, {len(b)} x {len(b[0])} given"
    if (len(a), len(a[0])) != (len(b), len(b[0])):
        transposed = tuple(zip(*b, strict=True))
        if verdict.get("reason") == "layout":
            return _verdict("the transpose is right", _all_same(a, transposed, box), True, sizes)
        return _verdict("the sizes", False, right, sizes)
    holds = _all_same(a, b, box)
    if verdict.get("reason") == "layout":
        flipped = _all_same(a, tuple(zip(*b, strict=True)), box)
        return _verdict("the transpose is right, the array is not", flipped is True and holds is False, True)
    return _verdict(f"all {len(a) * len(a[0])} entries by numbers", holds, right)


def _all_same(a: tuple[tuple[Expr, ...], ...], b: tuple[tuple[Expr, ...], ...], box: Box) -> bool | None:
    found = [_same(x, y, box) for row, other in zip(a, b, strict=True) for x, y in zip(row, other, strict=True)]
    return False if False in found else None if None in found else True


def _coordinates(answer: Answer) -> list[tuple[tuple[Expr, ...], str]]:
    if isinstance(answer, Set):
        return [((e,), "") for e in answer.elements]
    assert isinstance(answer, Points)
    return [(point.coordinates, point.label) for point in answer.points]


def _sets(a: list[tuple[tuple[Expr, ...], str]], b: list[tuple[tuple[Expr, ...], str]], box: Box, right: bool) -> Check:
    about = f"{len(a)} points asked for, {len(b)} given, matched by their values"
    if any(variables(e) for coordinates, _ in a + b for e in coordinates) or max(len(a), len(b)) > _MOST_POINTS:
        return Check(about, "could not check", "there are parameters, or too many points", minor=True)

    def found(point: tuple[tuple[Expr, ...], str], others: list[tuple[tuple[Expr, ...], str]], labels: bool) -> bool:
        return any(
            len(point[0]) == len(other[0])
            and all(_same(x, y, box) for x, y in zip(point[0], other[0], strict=True))
            and (not labels or not point[1] or point[1] == other[1])
            for other in others
        )

    try:
        for coordinates, _ in a + b:
            for e in coordinates:
                value(e, {})
    except (NoValue, Unsure):
        return Check(about, "could not check", "a coordinate has no value", minor=True)
    missing = [point for point in a if not found(point, b, True)]
    extra = [point for point in b if not found(point, a, False)]
    return _verdict(about, not missing and not extra, right, f"{len(missing)} missing, {len(extra)} beyond them")


def _words(expected: Answer, given: Answer, right: bool) -> Check:
    same = write(expected) == write(given)
    if not same and right:
        return Check("the two as written", "could not check", "they are written in two ways", minor=True)
    return _verdict("the two as written", same, right)


def _equations(a: Equation, b: Equation, box: Box, right: bool, seed: str) -> Check:
    """Right: wherever one side minus the other is zero for one equation, on a curve through the domain, so it is
    for the other; seen by the quotient of the two being free of zeros and jumps is too much to ask of numbers, so
    a constant quotient confirms, and a root of one that is no root of the other contradicts."""
    one, other = Add((a.left, Neg(a.right))), Add((b.left, Neg(b.right)))
    names = sorted(variables(one) | variables(other))
    root = _root_of_one_only(one, other, names, box, seed)
    if root is None:
        return Check("solutions of one equation, put into the other", "could not check", "none was found", minor=True)
    agree, how = root
    return _verdict("solutions of each equation, put into the other", agree, right, how)


def _along(e: Expr, at: Mapping[str, Any], name: str) -> Callable[[Any], Any]:
    """The expression as a function of one variable.  Of one argument: mpmath tries how many there are."""
    from grader.verify.values import evaluate

    return lambda t: evaluate(e, {**at, name: t})


def _root_of_one_only(one: Expr, other: Expr, names: list[str], box: Box, seed: str) -> tuple[bool, str] | None:
    """Solutions of each, found along one variable, put into the other."""
    import mpmath

    from grader.verify.values import evaluate, number

    agreed = 0
    for first, second in ((one, other), (other, one)):
        for name in sorted(variables(first)):
            for point in points(box, names, seed + name, 4):
                with mpmath.workdps(50):
                    at = {n: number(q) for n, q in point.items()}
                    along = _along(first, at, name)
                    try:
                        t = mpmath.findroot(along, (at[name], at[name] + mpmath.mpf(1) / 7), solver="secant", tol=1e-80)
                        if isinstance(t, mpmath.mpc) or not mpmath.isfinite(t) or abs(along(t)) > 1e-35:
                            continue
                        side = box.get(name)
                        if side and (
                            (side.low is not None and t < number(side.low))
                            or (side.high is not None and t > number(side.high))
                        ):
                            continue
                        there = evaluate(second, {**at, name: t})
                        steep = abs(mpmath.diff(along, t))
                    except (ValueError, ZeroDivisionError, NoValue, Unsure, OverflowError, KeyError, TypeError):
                        continue
                    if steep < 1e-10:
                        continue  # a multiple root is found to few digits only
                    if abs(there) > mpmath.mpf(10) ** -15:
                        where = ", ".join(f"{n} = {mpmath.nstr(v, 8)}" for n, v in {**at, name: t}.items())
                        return False, f"{where} solves only one of them"
                    agreed += 1
    return (True, f"{agreed} solutions, {25} digits") if agreed >= 2 else None
