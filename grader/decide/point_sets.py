"""Finite sets of points, order free, with or without labels."""

from __future__ import annotations

from collections.abc import Callable

from grader.claims import Equal, Finding, Point, SamePoints, Truth
from grader.decide.arrays import combine
from grader.decide.effort import Effort
from grader.expr.domain import Domain

SettleEqual = Callable[[Equal, Effort], Finding]


def settle_points(claim: SamePoints, effort: Effort, settle_equal: SettleEqual) -> Finding:
    """Match the student's points with the reference's; see `grader.claims.SamePoints`.

    A point that was typed twice counts once.
    """
    if any(len(p.coordinates) != len(q.coordinates) for p in claim.student for q in claim.reference):
        return Finding(Truth.REFUTED, "shape", "the points have the wrong number of coordinates", "shape")
    findings = [[_same_place(p, q, effort, settle_equal) for q in claim.student] for p in claim.reference]
    parts = tuple(_part(p, row, claim.student) for p, row in zip(claim.reference, findings, strict=True))
    extra = [
        j
        for j in range(len(claim.student))
        if all(row[j].truth is Truth.REFUTED for row in findings) or not claim.reference
    ]
    names = [f"point {i + 1}" for i in range(len(parts))]
    undecided = any(
        row[j].truth is Truth.UNDECIDED and not any(r[j].right for r in findings)
        for row in findings
        for j in range(len(claim.student))
    )
    if undecided and not any(p.truth is Truth.REFUTED and p.reason == "value" for p in parts):
        return Finding(
            Truth.UNDECIDED, "point by point", "whether two of the points coincide was not decided", parts=parts
        )
    if extra:
        count = len(extra)
        evidence = f"{count} of the points given {'is' if count == 1 else 'are'} not among the expected ones"
        missing = sum(p.reason == "missing" for p in parts)
        if missing:
            evidence += f"; {missing} of {len(parts)} expected points {'is' if missing == 1 else 'are'} missing"
        return Finding(Truth.REFUTED, "point by point", evidence, "extra", parts=parts)
    if not parts:
        return Finding(Truth.PROVED, "point by point", "there are no such points, and none were given")
    return combine(parts, names)


def _same_place(p: Point, q: Point, effort: Effort, settle_equal: SettleEqual) -> Finding:
    """Whether two points have equal coordinates; the first refuted coordinate decides."""
    found = []
    for a, b in zip(p.coordinates, q.coordinates, strict=True):
        finding = settle_equal(Equal(a, b, Domain()), effort)
        if finding.truth is Truth.REFUTED:
            return finding
        found.append(finding)
    return combine(tuple(found), [f"coordinate {i + 1}" for i in range(len(found))])


def _part(p: Point, row: list[Finding], given: tuple[Point, ...]) -> Finding:
    """The finding about one expected point."""
    at = [j for j, finding in enumerate(row) if finding.right]
    if not at:
        undecided = next((finding for finding in row if finding.truth is Truth.UNDECIDED), None)
        return undecided or Finding(Truth.REFUTED, "point by point", "this point was not given", "missing")
    if p.label:
        labels = {given[j].label for j in at}
        if labels != {p.label}:
            shown = "no label" if labels == {""} else " and ".join(sorted(filter(None, labels)))
            return Finding(Truth.REFUTED, "label", f"expected {p.label}, yours says {shown}", "value")
    return row[at[0]]
