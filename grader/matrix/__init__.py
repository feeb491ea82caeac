"""Matrix calculus with typed answers: sizes stay symbols, the author gives no key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from grader.claims import Finding
from grader.errors import Place, StudentError
from grader.matrix.decide import MatrixDerivative, settle
from grader.matrix.draws import ASSUMPTIONS
from grader.matrix.parse import parse
from grader.matrix.shapes import ShapeError, Size
from grader.matrix.tree import to_text

__all__ = ["MatrixDerivative", "ShapeError", "parse", "read_row", "settle", "to_text"]


def read_row(row: Mapping[str, Any]) -> MatrixDerivative:
    """The claim in a row of ``grader compare --batch``; StudentError says which field is wrong.

    Fields: ``function``, ``wrt``, ``shapes`` (name to [rows, columns]), ``assumptions`` (name to
    one or a list), ``layout``, ``student``.
    """
    sizes = _sizes(row.get("shapes"))
    names = frozenset(sizes)
    wrt = row.get("wrt")
    if wrt not in sizes:
        raise _bad("wrt", f"the variable {wrt!r} has no shape", "name one of " + ", ".join(sorted(sizes)))
    layout = row.get("layout", "denominator")
    if layout not in ("denominator", "numerator"):
        raise _bad("layout", f"unknown layout {layout!r}", "use denominator or numerator")
    return MatrixDerivative(
        parse(_text(row, "function"), names, "function"),
        parse(_text(row, "student"), names, "student"),
        cast("str", wrt),
        sizes,
        _assumptions(row.get("assumptions"), names),
        layout,
    )


def settle_row(row: Mapping[str, Any]) -> tuple[str, Finding, str]:
    """How the student's expression was read, what was found, and a sentence for the student."""
    claim = read_row(row)
    read_as = to_text(claim.student)
    try:
        finding = settle(claim)
    except ShapeError as fault:
        if fault.place.source != "student":
            raise
        from grader.claims import Truth

        return read_as, Finding(Truth.REFUTED, "sizes", fault.explanation, "shape"), fault.explanation
    return read_as, finding, finding.note


def _bad(field: str, fault: str, fix: str) -> StudentError:
    return StudentError(Place(field), fault, fix)


def _text(row: Mapping[str, Any], field: str) -> str:
    value = row.get(field)
    if not isinstance(value, str):
        raise _bad(field, f"the field {field!r} is missing or not a text", f'give "{field}": "..."')
    return value


def _sizes(value: object) -> dict[str, Size]:
    if not isinstance(value, Mapping) or not value:
        raise _bad("shapes", "an object of sizes is needed", 'for example {"A": ["m", "n"], "x": ["n", "1"]}')
    sizes: dict[str, Size] = {}
    for name, size in value.items():
        if not isinstance(size, list | tuple) or len(size) != 2 or not all(isinstance(s, str | int) for s in size):
            raise _bad("shapes", f"the size of {name} is not [rows, columns]", 'for example ["m", "n"]')
        if any(str(s).isdigit() and not 1 <= int(s) <= 8 for s in size):
            raise _bad("shapes", f"a size of {name} is not between 1 and 8", "use a name such as n")
        sizes[str(name)] = (str(size[0]), str(size[1]))
    return sizes


def _assumptions(value: object, names: frozenset[str]) -> dict[str, frozenset[str]]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise _bad("assumptions", "an object is needed", 'for example {"A": "symmetric"}')
    found = {}
    for name, words in value.items():
        listed = words if isinstance(words, list | tuple) else [words]
        unknown = [w for w in listed if w not in ASSUMPTIONS]
        if name not in names or unknown:
            what = f"unknown assumption {unknown[0]!r}" if unknown else f"{name!r} has no shape"
            raise _bad("assumptions", what, "use one of " + ", ".join(sorted(set(ASSUMPTIONS.values()))))
        found[name] = frozenset(ASSUMPTIONS[w] for w in listed)
    return found
