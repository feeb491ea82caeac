"""What templates print: numbers, expressions, points and references, in LaTeX or as typed.

``f.text`` is the student's language, ``f.latex`` LaTeX, ``f.typed`` the student's language in
brackets where it could not stand next to anything, ``b.signed`` a number with its sign.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, TypeAlias

from grader.bank.conditions import NoValue, Quantity, evaluate
from grader.expr.tree import Add, Div, Expr, Mul, Neg, Pow, Variable, rational, rational_value
from grader.kinds.base import LETTERS, TEXTS, GivenType, GivenValue, expressions, matrix, names

if TYPE_CHECKING:
    from grader.answer import Answer


class Value:
    """A number, expression or name in a template.  Arithmetic is exact."""

    __slots__ = ("_tree",)

    def __init__(self, tree: Expr) -> None:
        self._tree = tree

    @property
    def text(self) -> str:
        """The student's language."""
        from grader.expr.text import to_text

        return to_text(self._tree)

    @property
    def typed(self) -> str:
        """The student's language, in brackets where it could not stand next to anything."""
        return f"({self.text})" if isinstance(self._tree, Neg | Add | Mul | Div | Pow) else self.text

    @property
    def latex(self) -> str:
        from grader.expr.latex import to_latex

        return to_latex(self._tree)

    @property
    def signed(self) -> str:
        """``+ 3`` or ``- 3``, to follow a term."""
        from grader.expr.latex import to_latex

        number = self._need()
        return f"{'-' if number < 0 else '+'} {to_latex(rational(abs(number)))}"

    def _number(self) -> Fraction | None:
        return rational_value(self._tree)

    def _need(self) -> Fraction:
        number = self._number()
        if number is None:
            raise TypeError(f"{self.text} is not a number")
        return number

    def _combined(self, tree: Expr) -> Value:
        from grader.expr.tidy import tidy

        try:
            return Value(rational(evaluate(tree, {})))
        except (NoValue, KeyError):
            return Value(tidy(tree))

    def __add__(self, other: object) -> Value:
        return self._combined(Add((self._tree, _tree_of(other))))

    def __radd__(self, other: object) -> Value:
        return self._combined(Add((_tree_of(other), self._tree)))

    def __sub__(self, other: object) -> Value:
        return self._combined(Add((self._tree, Neg(_tree_of(other)))))

    def __rsub__(self, other: object) -> Value:
        return self._combined(Add((_tree_of(other), Neg(self._tree))))

    def __mul__(self, other: object) -> Value:
        return self._combined(Mul((self._tree, _tree_of(other))))

    def __rmul__(self, other: object) -> Value:
        return self._combined(Mul((_tree_of(other), self._tree)))

    def __truediv__(self, other: object) -> Value:
        return self._combined(Div(self._tree, _tree_of(other)))

    def __rtruediv__(self, other: object) -> Value:
        return self._combined(Div(_tree_of(other), self._tree))

    def __pow__(self, other: object) -> Value:
        return self._combined(Pow(self._tree, _tree_of(other)))

    def __rpow__(self, other: object) -> Value:
        return self._combined(Pow(_tree_of(other), self._tree))

    def __neg__(self) -> Value:
        return self._combined(Neg(self._tree))

    def __abs__(self) -> Value:
        return Value(rational(abs(self._need())))

    def __eq__(self, other: object) -> bool:
        try:
            tree = _tree_of(other)
        except TypeError:
            return False
        number = self._number()
        return self._tree == tree if number is None else number == rational_value(tree)

    def __hash__(self) -> int:
        return hash(self._tree)

    def __lt__(self, other: object) -> bool:
        return self._need() < Value(_tree_of(other))._need()

    def __le__(self, other: object) -> bool:
        return self._need() <= Value(_tree_of(other))._need()

    def __gt__(self, other: object) -> bool:
        return self._need() > Value(_tree_of(other))._need()

    def __ge__(self, other: object) -> bool:
        return self._need() >= Value(_tree_of(other))._need()

    def __int__(self) -> int:
        number = self._need()
        if number.denominator != 1:
            raise TypeError(f"{number} is not a whole number")
        return number.numerator

    __index__ = __int__


Layout: TypeAlias = Literal["point", "column", "names"]


class Row:
    """Several values in a template: a point, the components of a vector function, or names.

    One value alone prints as itself.
    """

    __slots__ = ("_values", "_layout")

    def __init__(self, values: tuple[Value, ...], layout: Layout = "point") -> None:
        self._values = values
        self._layout = layout

    @property
    def text(self) -> str:
        listed = ", ".join(value.text for value in self._values)
        return listed if len(self._values) == 1 or self._layout == "names" else f"({listed})"

    @property
    def typed(self) -> str:
        return self._values[0].typed if len(self._values) == 1 else self.text

    @property
    def latex(self) -> str:
        parts = [value.latex for value in self._values]
        if len(parts) == 1 or self._layout == "names":
            return ", ".join(parts)
        if self._layout == "column":
            return r"\begin{pmatrix} " + r" \\ ".join(parts) + r" \end{pmatrix}"
        return rf"\left({', '.join(parts)}\right)"

    def __getitem__(self, index: int) -> Value:
        return self._values[index]

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[Value]:
        return iter(self._values)


class Shown:
    """The reference in a template."""

    __slots__ = ("_answer",)

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    @property
    def text(self) -> str:
        from grader.answer_text import write

        return write(self._answer)

    typed = text

    @property
    def latex(self) -> str:
        from grader.answer_text import write_latex

        return write_latex(self._answer)


def choices_list(texts: tuple[str, ...]) -> str:
    """The choices of a question with their letters, as a Markdown list."""
    return "\n".join(f"- **({letter})** {text}" for letter, text in zip(LETTERS, texts, strict=False))


class Choices:
    """Several texts in a template: a list with letters."""

    __slots__ = ("_texts",)

    def __init__(self, texts: tuple[str, ...]) -> None:
        self._texts = texts

    @property
    def latex(self) -> str:
        """A Markdown list."""
        return choices_list(self._texts)

    text = typed = latex

    def __getitem__(self, index: int) -> str:
        return self._texts[index]

    def __len__(self) -> int:
        return len(self._texts)

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)


Printable: TypeAlias = Value | Row | Shown | Choices | str


def value_of(quantity: Quantity) -> Value:
    return Value(rational(quantity) if isinstance(quantity, Fraction) else quantity)


def given_value(given: GivenValue, sort: GivenType) -> Printable:
    """One given of a task as templates see it; texts as they are."""
    if sort in TEXTS:
        return given if isinstance(given, str) else Choices(names({"": given}, ""))
    if sort == "matrix":
        from grader.answer import Matrix

        return Shown(Matrix(matrix({"": given}, "")))
    if isinstance(given, tuple):
        if sort == "variables":
            return Row(tuple(Value(Variable(name)) for name in names({"": given}, "")), "names")
        parts = tuple(Value(part) for part in expressions({"": given}, ""))
        return Row(parts, "column" if sort == "expressions" else "point")
    if isinstance(given, str):
        return Value(Variable(given))
    return Value(rational(given) if isinstance(given, int) else given)


def _tree_of(value: object) -> Expr:
    if isinstance(value, Value):
        return value._tree
    if isinstance(value, int):
        return rational(value)
    raise TypeError(f"'{value}' cannot be computed with here; write a quotient for a decimal")
