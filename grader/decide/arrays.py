"""Vectors and matrices, entry by entry, with the transpose told apart from wrong."""

from __future__ import annotations

from collections.abc import Callable

from grader.claims import Equal, EqualArrays, Finding, Truth
from grader.decide.effort import Effort
from grader.expr.tree import Expr

Rows = tuple[tuple[Expr, ...], ...]
SettleEqual = Callable[[Equal, Effort], Finding]


def settle_arrays(claim: EqualArrays, effort: Effort, settle_equal: SettleEqual) -> Finding:
    """Settle two arrays; ``parts`` hold the findings of the entries in row-major order."""
    reference, student = claim.reference, claim.student
    if claim.orientation == "free" and _is_vector(reference) and _is_vector(student):
        reference, student = _as_column(reference), _as_column(student)
    wanted, given = _size(reference), _size(student)
    if wanted != given:
        if given == wanted[::-1] and _entries(claim, reference, _transpose(student), effort, settle_equal).right:
            return _layout(())
        return Finding(
            Truth.REFUTED,
            "shape",
            f"expected {wanted[0]} x {wanted[1]}, yours is {given[0]} x {given[1]} (rows x columns)",
            "shape",
        )
    finding = _entries(claim, reference, student, effort, settle_equal)
    if finding.truth is Truth.REFUTED and wanted[0] == wanted[1] > 1:
        flipped = _transpose(student)
        if flipped != student and _entries(claim, reference, flipped, effort, settle_equal).right:
            return _layout(finding.parts)
    return finding


def _layout(parts: tuple[Finding, ...]) -> Finding:
    return Finding(
        Truth.REFUTED, "transpose", "the transpose of the answer is right entry by entry", "layout", parts=parts
    )


def _entries(claim: EqualArrays, reference: Rows, student: Rows, effort: Effort, settle_equal: SettleEqual) -> Finding:
    parts = tuple(
        settle_equal(Equal(a, b, claim.domain, claim.accept), effort)
        for expected, given in zip(reference, student, strict=True)
        for a, b in zip(expected, given, strict=True)
    )
    return combine(parts, [_name(i, reference) for i in range(len(parts))])


def combine(parts: tuple[Finding, ...], names: list[str]) -> Finding:
    """One finding from those of the parts: refuted if one is, then undecided, then the weakest proof."""
    for truth in (Truth.REFUTED, Truth.UNDECIDED, Truth.AGREES):
        at = [i for i, part in enumerate(parts) if part.truth is truth]
        if at:
            first = parts[at[0]]
            evidence = f"{names[at[0]]}: {first.evidence}"
            if len(at) > 1:
                evidence += f" (and {len(at) - 1} more)"
            return Finding(truth, first.by, evidence, first.reason, first.witness, _note(parts), parts)
    methods = dict.fromkeys(part.by for part in parts)
    return Finding(
        Truth.PROVED,
        " and ".join(methods),
        "; ".join(f"{name}: {part.evidence}" for name, part in zip(names, parts, strict=True)),
        note=_note(parts),
        parts=parts,
    )


def _note(parts: tuple[Finding, ...]) -> str:
    return next((part.note for part in parts if part.note), "")


def _name(index: int, rows: Rows) -> str:
    columns = len(rows[0])
    if columns == 1:
        return f"entry {index + 1}"
    return f"row {index // columns + 1}, column {index % columns + 1}"


def _size(rows: Rows) -> tuple[int, int]:
    return len(rows), len(rows[0]) if rows else 0


def _transpose(rows: Rows) -> Rows:
    return tuple(zip(*rows, strict=True))


def _is_vector(rows: Rows) -> bool:
    return len(rows) == 1 or all(len(row) == 1 for row in rows)


def _as_column(rows: Rows) -> Rows:
    return tuple((entry,) for row in rows for entry in row)
