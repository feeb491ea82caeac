"""What is declared of the symbols of a matrix expression: their sizes, and what is assumed of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from grader.errors import Place, StudentError
from grader.records import record

Size: TypeAlias = tuple[str, str]
"""Rows and columns: names such as ``n``, numerals, products ``m*n``."""

Assumptions: TypeAlias = Mapping[str, frozenset[str]]

_NAMES = {
    "symmetric": "sym",
    "skew": "skew symmetric, antisymmetric, anti symmetric, skewsymmetric",
    "positive definite": "pd, spd, symmetric positive definite, posdef, pos def, symmetric pd",
    "positive semidefinite": "psd, positive semi definite, symmetric positive semidefinite, nonnegative definite",
    "negative definite": "nd",
    "positive determinant": "det+, det>0, det positive",
    "invertible": "nonsingular, non singular, regular, full rank, nondegenerate, square",
    "tall": "full column rank, linearly independent columns",
    "wide": "full row rank, linearly independent rows, fat",
    "diagonal": "diag",
    "upper triangular": "triangular, upper",
    "lower triangular": "lower",
    "orthogonal": "orthonormal, rotation",
    "idempotent": "",
    "projection": "orthogonal projection, projector, symmetric idempotent",
    "identity": "",
    "ones": "all ones, one vector, ones vector, vector of ones, all ones vector",
    "zero": "zeros",
    "one hot": "onehot, one-hot, unit vector, standard basis vector, basis vector, indicator",
    "sums to one": "sum1, sum to one, sum one, sum 1, sums to 1, probability, probabilities, simplex, distribution",
    "unit norm": "unit, unit length, normalized, normalised, norm 1, unit norm",
    "binary": "0/1, zero one, labels 0/1",
    "signs": "+-1, plus minus one, labels +-1, labels -1/1",
    "positive": "pos, positive entries, >0",
    "nonnegative": "nonneg, non negative, >=0",
    "negative": "neg, <0",
    "nonzero": "non zero, nonzero entries",
    "any": "scalar, vector, column vector, matrix, real, constant, general, none, nonsymmetric, fixed, parameter,"
    " given",
}
"""What may be assumed of a symbol, with other spellings; hyphens, underscores and capitals do not matter."""

ASSUMPTIONS = {
    spelled: name for name, others in _NAMES.items() for spelled in (name, *(o.strip() for o in others.split(",")))
}
ASSUMPTIONS.pop("", None)


def assumption(typed: str) -> str | None:
    """The canonical name of an assumption, or None."""
    plain = " ".join(typed.strip().lower().replace("_", " ").replace("-", " ").split())
    return ASSUMPTIONS.get(plain) or ASSUMPTIONS.get(typed.strip().lower())


@record
class Symbols:
    """The symbols of a problem: of each its size, and the canonical names of what is assumed of it."""

    sizes: Mapping[str, Size]
    assumptions: Assumptions

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.sizes)

    @property
    def sides(self) -> frozenset[str]:
        """The names of sizes, and the sizes that are numbers."""
        return frozenset(side for size in self.sizes.values() for side in size)


def declared(shapes: object, assumed: object) -> Symbols:
    """The symbols of two mappings from names; StudentError says which entry is wrong."""
    sizes = _sizes(shapes)
    return Symbols(sizes, _assumptions(assumed, frozenset(sizes)))


def listed(lines: Iterable[str], field: str) -> Symbols:
    """The symbols of lines ``A: m x n`` and ``S: n x n, positive definite``; StudentError names the field."""
    sizes: dict[str, Size] = {}
    assumed: dict[str, frozenset[str]] = {}
    for line in lines:
        name, colon, rest = (part.strip() for part in line.partition(":"))
        size, _, words = rest.partition(",")
        if not colon or not name:
            raise StudentError(Place(field), f"{line!r} declares no symbol", "write for example A: m x n, symmetric")
        if name in sizes:
            raise StudentError(Place(field), f"{name} is declared twice", "declare it once")
        sizes[name] = _sizes({name: size}, field)[name]
        if words.strip():
            assumed[name] = _assumptions({name: words}, frozenset({name}), field)[name]
    if not sizes:
        raise StudentError(Place(field), "no symbol is declared", "write for example A: m x n")
    return Symbols(sizes, assumed)


def _bad(field: str, fault: str, fix: str) -> StudentError:
    return StudentError(Place(field), fault, fix)


def _sizes(value: object, field: str = "shapes") -> dict[str, Size]:
    if not isinstance(value, Mapping) or not value:
        raise _bad(field, "an object of sizes is needed", 'for example {"A": ["m", "n"], "x": ["n", "1"]}')
    sizes: dict[str, Size] = {}
    for name, size in value.items():
        sides = _sides(size)
        if sides is None:
            raise _bad(field, f"the size of {name} is not [rows, columns]", 'for example ["m", "n"]')
        if any(s.isdigit() and not 1 <= int(s) <= 12 for s in sides):
            raise _bad(field, f"a size of {name} is not between 1 and 12", "use a name such as n")
        if not all(s.isdigit() or s.replace("_", "a").isalnum() for s in sides):
            raise _bad(field, f"a size of {name} is no name and no number", 'for example ["m", "n"]')
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


def _assumptions(value: object, names: frozenset[str], field: str = "assumptions") -> dict[str, frozenset[str]]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise _bad(field, "an object is needed", 'for example {"A": "symmetric"}')
    found = {}
    for name, words in value.items():
        every = words if isinstance(words, list | tuple) else [words]
        if name not in names:
            raise _bad(field, f"{name!r} has no shape", "name one of " + ", ".join(sorted(names)))
        known = [_assumption(w, field) for w in every]
        found[name] = frozenset(kind for kinds in known for kind in kinds)
    return found


def _assumption(word: object, field: str) -> list[str]:
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
        raise _bad(field, f"unknown assumption {word!r}", "use one of " + ", ".join(sorted(set(ASSUMPTIONS.values()))))
    return kinds
