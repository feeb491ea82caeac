"""Matrix calculus with typed answers: sizes stay symbols, the author gives no key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from grader.claims import Finding, Truth
from grader.errors import Place, StudentError
from grader.matrix.claims import MatrixClaim, MatrixDerivative, MatrixEqual
from grader.matrix.decide import settle
from grader.matrix.draws import ASSUMPTIONS, assumption
from grader.matrix.parse import parse
from grader.matrix.shapes import ShapeError, Size
from grader.matrix.tree import to_text

__all__ = ["MatrixDerivative", "MatrixEqual", "ShapeError", "parse", "read_row", "settle", "to_text"]


def read_row(row: Mapping[str, Any]) -> MatrixClaim:
    """The claim in a row of ``grader compare --batch``; StudentError says which field is wrong.

    Fields: ``function``, ``wrt``, ``layout`` for a derivative, ``reference`` for plain equality;
    ``shapes`` (name to [rows, columns]), ``assumptions`` (name to one or a list), ``student``.
    """
    sizes = _sizes(row.get("shapes"))
    names = frozenset(sizes)
    sides = frozenset(side for size in sizes.values() for side in size)
    assumptions = _assumptions(row.get("assumptions"), names)
    student = parse(_text(row, "student"), names, "student", sides)
    if "function" not in row and "reference" in row:
        return MatrixEqual(parse(_text(row, "reference"), names, "reference", sides), student, sizes, assumptions)
    layout = row.get("layout", "denominator")
    if layout not in ("denominator", "numerator"):
        raise _bad("layout", f"unknown layout {layout!r}", "use denominator or numerator")
    function = parse(_text(row, "function"), names, "function", sides)
    return MatrixDerivative(function, student, _variables(row.get("wrt"), sizes), sizes, assumptions, layout)


def settle_row(row: Mapping[str, Any]) -> tuple[str, Finding, str]:
    """How the student's expression was read, what was found, and a sentence for the student."""
    claim = read_row(row)
    read_as = to_text(claim.student)
    try:
        finding = settle(claim)
    except ShapeError as fault:
        if fault.place.source != "student":
            raise
        return read_as, Finding(Truth.REFUTED, "sizes", fault.explanation, "shape"), fault.explanation
    return read_as, finding, finding.note


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


def _sizes(value: object) -> dict[str, Size]:
    if not isinstance(value, Mapping) or not value:
        raise _bad("shapes", "an object of sizes is needed", 'for example {"A": ["m", "n"], "x": ["n", "1"]}')
    sizes: dict[str, Size] = {}
    for name, size in value.items():
        sides = _sides(size)
        if sides is None:
            raise _bad("shapes", f"the size of {name} is not [rows, columns]", 'for example ["m", "n"]')
        if any(s.isdigit() and not 1 <= int(s) <= 12 for s in sides):
            raise _bad("shapes", f"a size of {name} is not between 1 and 12", "use a name such as n")
        if not all(s.isdigit() or s.replace("_", "a").isalnum() for s in sides):
            raise _bad("shapes", f"a size of {name} is no name and no number", 'for example ["m", "n"]')
        sizes[str(name)] = sides
    return sizes


def _sides(size: object) -> Size | None:
    """Rows and columns of ``["m", "n"]`` or ``"m x n"``; ``["n"]`` is a column, ``[]`` a number."""
    if isinstance(size, str):
        plain = size.strip().strip("()[]").replace("×", "x").replace(",", " x ")
        size = [] if plain in ("", "scalar") else [s.strip() for s in plain.split(" x ")]
    if isinstance(size, int) and not isinstance(size, bool):
        size = [size]
    if not isinstance(size, list | tuple) or not all(
        isinstance(s, str | int) and not isinstance(s, bool) and str(s).strip() for s in size
    ):
        return None
    named = [str(s).strip() for s in size]
    if len(named) > 2:
        return None
    rows, columns = (*named, "1", "1")[:2]
    return rows, columns


def _assumptions(value: object, names: frozenset[str]) -> dict[str, frozenset[str]]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise _bad("assumptions", "an object is needed", 'for example {"A": "symmetric"}')
    found = {}
    for name, words in value.items():
        listed = words if isinstance(words, list | tuple) else [words]
        if name not in names:
            raise _bad("assumptions", f"{name!r} has no shape", "name one of " + ", ".join(sorted(names)))
        known = [_assumption(w) for w in listed]
        found[name] = frozenset(kind for kinds in known for kind in kinds)
    return found


def _assumption(word: object) -> list[str]:
    """The canonical names of one entry, which may list several with commas or ``and``."""
    kinds: list[str] = []
    if isinstance(word, str):
        whole = assumption(word)
        pieces = [word] if whole else word.replace(" and ", ",").split(",")
        for piece in pieces:
            kind = assumption(piece)
            if kind is None:
                kinds = []
                break
            kinds.append(kind)
    if not kinds:
        raise _bad(
            "assumptions", f"unknown assumption {word!r}", "use one of " + ", ".join(sorted(set(ASSUMPTIONS.values())))
        )
    return kinds
