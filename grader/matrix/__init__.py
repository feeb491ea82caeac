"""Matrix calculus with typed answers: sizes stay symbols, the author gives no key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from grader.claims import Finding, MatrixClaim, MatrixDerivative, MatrixEqual
from grader.errors import Place, StudentError
from grader.expr.matrices.parse import parse
from grader.expr.matrices.symbols import Size, declared
from grader.expr.matrices.tree import to_text
from grader.matrix.decide import settle

__all__ = ["read_row", "settle", "settle_row"]


def read_row(row: Mapping[str, Any]) -> MatrixClaim:
    """The claim in a row of ``grader compare --batch``; StudentError says which field is wrong.

    Fields: ``function``, ``wrt``, ``layout`` for a derivative, ``reference`` for plain equality;
    ``shapes`` (name to [rows, columns]), ``assumptions`` (name to one or a list), ``student``.
    """
    symbols = declared(row.get("shapes"), row.get("assumptions"))
    names, sides = symbols.names, symbols.sides
    student = parse(_text(row, "student"), names, "student", sides)
    if "function" not in row and "reference" in row:
        return MatrixEqual(parse(_text(row, "reference"), names, "reference", sides), student, symbols)
    layout = row.get("layout", "denominator")
    if layout not in ("denominator", "numerator"):
        raise _bad("layout", f"unknown layout {layout!r}", "use denominator or numerator")
    function = parse(_text(row, "function"), names, "function", sides)
    return MatrixDerivative(function, student, _variables(row.get("wrt"), symbols.sizes), symbols, layout)


def settle_row(row: Mapping[str, Any]) -> tuple[str, Finding, str]:
    """How the student's expression was read, what was found, and a sentence for the student."""
    claim = read_row(row)
    finding = settle(claim)
    return to_text(claim.student), finding, finding.note


def _variables(wrt: object, sizes: Mapping[str, Size]) -> tuple[str, ...]:
    named = tuple(wrt) if isinstance(wrt, list | tuple) else (wrt,)
    for name in named:
        if name not in sizes:
            raise _bad("wrt", f"the variable {name!r} has no shape", "name one of " + ", ".join(sorted(sizes)))
    if len(named) not in (1, 2):
        raise _bad("wrt", f"{len(named)} variables", "give one, or two for a second derivative")
    return cast("tuple[str, ...]", named)


def _bad(field: str, fault: str, fix: str) -> StudentError:
    return StudentError(Place(field), fault, fix)


def _text(row: Mapping[str, Any], field: str) -> str:
    value = row.get(field)
    if not isinstance(value, str):
        raise _bad(field, f"the field {field!r} is missing or not a text", f'give "{field}": "..."')
    return value
