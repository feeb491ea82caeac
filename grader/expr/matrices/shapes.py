"""Sizes of matrix expressions, symbolically: every fault is a sentence with the names of the sizes.

What the sizes decide is settled here too: the size of ``I`` and of a vector of ones, whether
``x · y`` is a scalar product, whether ``|A|`` is a determinant, what ``1 - s`` means.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from grader.errors import Place, StudentError
from grader.expr.matrices.symbols import Size
from grader.expr.matrices.tree import (
    Binary,
    Call,
    Count,
    Identity,
    Matrix,
    Negative,
    Numeral,
    Ones,
    Power,
    Symbol,
    Transpose,
    parts,
    to_text,
    with_parts,
)
from grader.records import replace

SCALAR: Size = ("1", "1")
ENTRYWISE = frozenset(
    """exp log sin cos tan sinh cosh sech arctan sqrt abs sign tanh sigmoid softplus relu step""".split()
)
_MOST_KRONECKER = 3
_SHOWN = 60


class ShapeError(StudentError):
    """The sizes do not fit."""


def show(size: Size) -> str:
    """The size in words: ``m x n``; ``?`` for a side that nothing determines."""
    return " x ".join("?" if side.startswith("?") else side for side in size)


def infer(
    e: Matrix, sizes: Mapping[str, Size], source: str = "answer", wanted: Size | None = None
) -> tuple[Matrix, Size]:
    """The tree with every size known and every overloaded sign replaced by what it means, and its size.

    ``wanted`` gives the size of what nothing else determines, as of a bare multiple of I.
    Raises ShapeError, and StudentError for what is not read at all.
    """
    inference = _Inference(sizes, source)
    tree, size = inference.infer(e)
    if wanted is not None:
        inference.suggest(size, wanted)
        if _zero(tree) and size == SCALAR != wanted:
            tree, size = Binary("*", Numeral(Fraction(0)), Ones(*wanted)), wanted
    tree, size = inference.settled(tree), inference.size(size)
    loose = next((node for node in _nodes(tree) if isinstance(node, Identity | Ones) and _loose(node)), None)
    if loose is not None:
        if any(side.startswith("?") for side in size):
            return tree, size
        name = "I" if isinstance(loose, Identity) else "1"
        some = next((s for pair in sizes.values() for s in pair if not s.isdigit()), "n")
        raise inference.unread(loose, f"the size of {name} is not determined here", f"write {name}_{some}")
    return tree, size


def check(e: Matrix, sizes: Mapping[str, Size], source: str = "answer") -> None:
    """Raises StudentError for what no sizes could make readable; sizes that do not fit are passed over."""
    try:
        _Inference(sizes, source).infer(e)
    except ShapeError:
        pass


def fits(e: Matrix, sizes: Mapping[str, Size]) -> bool:
    """Whether the sizes of all parts fit together."""
    try:
        _Inference(sizes, "answer").infer(e)
    except StudentError:
        return False
    return True


def _loose(node: Identity | Ones) -> bool:
    return node.size.startswith("?") if isinstance(node, Identity) else "?" in (node.rows[:1], node.columns[:1])


def _nodes(e: Matrix) -> list[Matrix]:
    found = [e]
    for node in found:
        found.extend(parts(node))
    return found


class _Inference:
    """One pass over a tree; unknown sizes are unified as it goes."""

    def __init__(self, sizes: Mapping[str, Size], source: str) -> None:
        self.sizes, self.source = sizes, source
        self.found: dict[str, str] = {}
        self.fresh = 0
        # How many functions of every entry are around: exp(x - log(sum(exp(x)))) takes a number from each.
        self.within = 0
        self.kroneckers = 0

    # Unknown sizes.

    def unknown(self) -> str:
        self.fresh += 1
        return f"?{self.fresh}"

    def side(self, side: str) -> str:
        while side in self.found:
            side = self.found[side]
        return side

    def size(self, size: Size) -> Size:
        return self.side(size[0]), self.side(size[1])

    def same(self, a: str, b: str) -> bool:
        """Whether two sides are equal or can be made so; makes them so."""
        a, b = self.side(a), self.side(b)
        if a == b:
            return True
        if a.startswith("?"):
            self.found[a] = b
            return True
        if b.startswith("?"):
            self.found[b] = a
            return True
        return False

    def unify(self, a: Size, b: Size) -> bool:
        before = dict(self.found)
        if self.same(a[0], b[0]) and self.same(a[1], b[1]):
            return True
        self.found = before
        return False

    def suggest(self, size: Size, wanted: Size) -> None:
        """Take the wanted size where nothing else says one; a square that is not wanted stays as it is."""
        if not self.unify(size, wanted) and not self.unify(size, wanted[::-1]):
            rows, columns = self.size(size)
            self.same(rows, wanted[0])
            self.same(columns, wanted[1])

    def settled(self, e: Matrix) -> Matrix:
        """The tree with the sizes that were found."""
        match e:
            case Identity(size):
                return replace(e, size=self.side(size))
            case Ones(rows, columns):
                return replace(e, rows=self.side(rows), columns=self.side(columns))
            case _:
                return with_parts(e, tuple(self.settled(part) for part in parts(e)))

    # Faults.

    def error(self, e: Matrix, fault: str, fix: str = "") -> ShapeError:
        return ShapeError(Place(self.source, 1, e.at + 1), fault, fix)

    def unread(self, e: Matrix, fault: str, fix: str = "") -> StudentError:
        return StudentError(Place(self.source, 1, e.at + 1), fault, fix)

    def is_(self, e: Matrix, size: Size) -> str:
        text = to_text(e)
        what = text if len(text) <= _SHOWN else "this part"
        return f"{what} is {show(self.size(size))}"

    def both(self, e: Binary, a: Size, b: Size) -> str:
        left, right = to_text(e.left), to_text(e.right)
        left = left if len(left) <= _SHOWN else "the left part"
        right = right if len(right) <= _SHOWN else "the right part"
        return f"{left} is {show(self.size(a))} and {right} is {show(self.size(b))}"

    # The nodes.

    def infer(self, e: Matrix) -> tuple[Matrix, Size]:
        match e:
            case Numeral() | Count():
                return e, SCALAR
            case Symbol(name):
                return e, self.sizes[name]
            case Identity(size):
                side = size or self.unknown()
                return replace(e, size=side), (side, side)
            case Ones(rows, columns):
                rows = rows or self.unknown()
                return replace(e, rows=rows), (rows, columns)
            case Negative(a):
                inner, size_a = self.infer(a)
                return replace(e, argument=inner), size_a
            case Transpose(a):
                inner, size_a = self.infer(a)
                return replace(e, argument=inner), (size_a[1], size_a[0])
            case Power():
                return self.power(e)
            case Binary("+" | "-"):
                return self.sum(e)
            case Binary("*" | "·"):
                return self.product(e)
            case Binary("/"):
                return self.quotient(e)
            case Binary():
                return self.entrywise(e)
            case Call():
                return self.call(e)

    def scalar(self, size: Size) -> bool:
        return self.size(size) == SCALAR

    def sum(self, e: Binary) -> tuple[Matrix, Size]:
        left, a = self.infer(e.left)
        right, b = self.infer(e.right)
        if self.unify(a, b):
            return replace(e, left=left, right=right), a
        # 0 + A is A; 1 - s, of a number and a vector of function values, goes entry by entry.
        if _zero(left):
            return (right if e.operator == "+" else Negative(right, e.at)), b
        if _zero(right):
            return left, a
        if self.is_number(left, a) and self.spreads(right, b):
            return replace(e, left=_spread(left, self.size(b)), right=right), b
        if self.is_number(right, b) and self.spreads(left, a):
            return replace(e, left=left, right=_spread(right, self.size(a))), a
        word = "added" if e.operator == "+" else "subtracted"
        if self.scalar(a) or self.scalar(b):
            square = self.size(b if self.scalar(a) else a)
            fix = "did you mean a multiple of I?" if square[0] == square[1] else "is a factor missing?"
        else:
            fix = "is a transpose missing?" if self.size(a) == self.size(b)[::-1] else ""
        raise self.error(e, f"{self.both(e, a, b)}: they cannot be {word}", fix)

    def is_number(self, e: Matrix, size: Size) -> bool:
        """Whether this may be added to every entry: numerals anywhere, other scalars within a function of entries."""
        return _is_number(e) or (self.within > 0 and self.scalar(size))

    def spreads(self, e: Matrix, size: Size) -> bool:
        """Whether a number may be added to every entry: of a vector, or of a matrix of function values."""
        rows, columns = self.size(size)
        if "1" in (rows, columns):
            return True
        match e:
            case Call(function):
                return function in ENTRYWISE
            case Binary(".*" | "./"):
                return True
            case Power(_, _, entrywise):
                return entrywise
            case Negative(a):
                return self.spreads(a, size)
            case Binary("+" | "-" | "*", a, b):
                return any(self.spreads(side, size) for side in (a, b) if not isinstance(side, Numeral | Symbol))
            case _:
                return False

    def product(self, e: Binary) -> tuple[Matrix, Size]:
        left, a = self.infer(e.left)
        right, b = self.infer(e.right)
        whole = replace(e, operator="*", left=left, right=right)
        if self.scalar(a):
            return whole, b
        if self.scalar(b):
            return whole, a
        columns = self.side(a[1]) == "1" == self.side(b[1])
        if e.operator == "·" and columns:
            if not self.same(a[0], b[0]):
                raise self.error(e, f"{self.both(e, a, b)}: they have no scalar product", "the lengths differ")
            return Binary("*", Transpose(left), right, e.at), SCALAR
        if not self.same(a[1], b[0]):
            inner = self.side(a[1]), self.side(b[0])
            fix = f"the inner sizes {inner[0]} and {inner[1]} differ"
            if columns and self.same(a[0], b[0]):
                x, y = to_text(e.left), to_text(e.right)
                x, y = _atom(x), _atom(y)
                fix = f"for a number write {x}'*{y}, for a matrix {x}*{y}', for the entries .*"
            raise self.error(e, f"{self.both(e, a, b)}: they cannot be multiplied", fix)
        return whole, (a[0], b[1])

    def quotient(self, e: Binary) -> tuple[Matrix, Size]:
        left, a = self.infer(e.left)
        right, b = self.infer(e.right)
        if not self.scalar(b):
            kind = "vector" if "1" in self.size(b) else "matrix"
            fix = "use ./ for entry by entry" if kind == "vector" else "use inv(...), or ./ for entry by entry"
            raise self.error(e, f"{self.is_(e.right, b)}: cannot divide by a {kind}", fix)
        return replace(e, left=left, right=right), a

    def entrywise(self, e: Binary) -> tuple[Matrix, Size]:
        left, a = self.infer(e.left)
        right, b = self.infer(e.right)
        if self.scalar(a) and not self.scalar(b):
            if e.operator == ".*":
                return replace(e, operator="*", left=left, right=right), b
            return replace(e, left=_spread(left, self.size(b)), right=right), b
        if self.scalar(b):
            return replace(e, operator="*" if e.operator == ".*" else "/", left=left, right=right), a
        if not self.unify(a, b):
            raise self.error(e, f"{self.both(e, a, b)}: {e.operator} needs equal sizes")
        return replace(e, left=left, right=right), a

    def power(self, e: Power) -> tuple[Matrix, Size]:
        base, size = self.infer(e.base)
        whole = replace(e, base=base)
        if self.scalar(size):
            return replace(whole, entrywise=False), size
        if e.entrywise:
            return whole, size
        rows, columns = self.size(size)
        if "1" in (rows, columns) and isinstance(base, Call) and base.function in ENTRYWISE:
            # tanh(x)^2 of a vector can only mean its entries.
            return replace(whole, entrywise=True), size
        if not self.same(rows, columns):
            x = _atom(to_text(e.base))
            noun = "vector" if "1" in (rows, columns) else "matrix"
            square = f"{x}'*{x} or norm({to_text(e.base)})^2" if noun == "vector" else f"{x}'*{x}"
            fix = f"for every entry use .^, for the square {square}"
            if e.exponent < 0:
                fix = "only square matrices have inverses; for every entry use .^"
            raise self.error(e, f"{self.is_(e.base, size)}: a {noun} like this has no powers", fix)
        if e.exponent.denominator != 1:
            raise self.unread(e, "a matrix is not raised to a fraction here", "use whole powers")
        return whole, size

    def call(self, e: Call) -> tuple[Matrix, Size]:
        entries = e.function in ENTRYWISE or e.function == "softmax"
        self.within += entries
        inferred = [self.infer(a) for a in e.arguments]
        self.within -= entries
        whole = replace(e, arguments=tuple(tree for tree, _ in inferred))
        trees = whole.arguments
        first = inferred[0][1]
        rows, columns = self.size(first)
        argument = e.arguments[0]
        function = e.function
        if function in ENTRYWISE:
            return whole, first
        match function:
            case "tr" | "det" | "logdet" | "inv":
                if not self.same(rows, columns):
                    raise self.error(e, f"{self.is_(argument, first)}: {_SQUARE[function]} needs a square matrix")
                return whole, first if function == "inv" else SCALAR
            case "bars":
                if self.scalar(first):
                    return replace(whole, function="abs"), SCALAR
                if "1" in (rows, columns):
                    raise self.unread(e, "bars around a vector can be read in two ways", "write ||x|| or abs(x)")
                if not self.same(rows, columns):
                    raise self.error(e, f"{self.is_(argument, first)}: {_SQUARE['det']} needs a square matrix")
                return replace(whole, function="det"), SCALAR
            case "norm2":
                if "1" not in (rows, columns):
                    raise self.unread(
                        e, "the 2-norm of a matrix is not read here", "for the Frobenius norm write ||A||_F"
                    )
                return replace(whole, function="norm"), SCALAR
            case "norm" | "norm1" | "sum":
                return whole, SCALAR
            case "mean":
                total: Matrix = Call("sum", trees, e.at)
                for side in (rows, columns):
                    if side.startswith("?"):
                        raise self.unread(e, "the number of entries is not determined here", "write sum(...)/n")
                    total = Binary("/", total, _count(side), e.at)
                return total, SCALAR
            case "softmax":
                if "1" not in (rows, columns):
                    raise self.error(e, f"{self.is_(argument, first)}: softmax takes a vector")
                return whole, first
            case "diag":
                if columns == "1":
                    return whole, (rows, rows)
                if rows == "1":
                    return whole, (columns, columns)
                return whole, (rows, "1")
            case "vec":
                self.kronecker(e)
                return whole, (_product(rows, columns), "1")
            case "power":
                if not self.scalar(first) or not self.scalar(inferred[1][1]):
                    raise self.unread(e, "an exponent that is no number is read for numbers only", "use whole powers")
                return whole, SCALAR
        second = inferred[1][1]
        pair = self.size(second)
        both = f"{self.is_(argument, first)} and {self.is_(e.arguments[1], second)}"
        if function == "kron":
            self.kronecker(e)
            if self.scalar(first) or self.scalar(second):
                return Binary("*", trees[0], trees[1], e.at), first if self.scalar(second) else second
            return whole, (_product(rows, pair[0]), _product(columns, pair[1]))
        if function == "inner":
            if not self.unify(first, second):
                raise self.error(e, f"{both}: the inner product needs equal sizes")
            return Call("sum", (Binary(".*", trees[0], trees[1], e.at),), e.at), SCALAR
        if function == "dot" and columns != "1" and self.same(columns, pair[0]):
            # NumPy's dot of a matrix and what fits behind it is their product.
            return Binary("*", trees[0], trees[1], e.at), (rows, pair[1])
        if columns != "1" or pair[1] != "1":
            raise self.error(e, f"{both}: {function} takes two column vectors")
        if function == "outer":
            return Binary("*", trees[0], Transpose(trees[1]), e.at), (rows, pair[0])
        if not self.same(rows, pair[0]):
            raise self.error(e, f"{both}: dot needs vectors of equal length")
        return Binary("*", Transpose(trees[0]), trees[1], e.at), SCALAR

    def kronecker(self, e: Matrix) -> None:
        self.kroneckers += 1
        if self.kroneckers > _MOST_KRONECKER:
            raise self.unread(e, f"more than {_MOST_KRONECKER} Kronecker products", "simplify the expression")


_SQUARE = {"tr": "the trace", "det": "the determinant", "logdet": "the determinant", "inv": "the inverse"}


def _product(a: str, b: str) -> str:
    """The name of a product of sizes."""
    factors = sorted(f for side in (a, b) for f in side.split("*") if f != "1")
    return "*".join(factors) or "1"


def _count(side: str) -> Matrix:
    return Numeral(Fraction(side)) if side.isdigit() else Count(side)


def _atom(text: str) -> str:
    return text if text.isalnum() or text.endswith(")") and " " not in text else f"({text})"


def _zero(e: Matrix) -> bool:
    inner = e.argument if isinstance(e, Negative) else e
    return isinstance(inner, Numeral) and inner.value == 0


def _spread(number: Matrix, size: Size) -> Matrix:
    """A matrix of that size with equal entries."""
    return Binary("*", number, Ones(*size), number.at)


def _is_number(e: Matrix) -> bool:
    match e:
        case Numeral():
            return True
        case Negative(a):
            return _is_number(a)
        case Binary("+" | "-" | "*" | "/", a, b):
            return _is_number(a) and _is_number(b)
        case _:
            return False
