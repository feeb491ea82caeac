"""What a step of a worked solution is made of: a formula to show, and the facts that it states."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from grader.answer import Answer, Equation, Matrix, Scalar, Vector
from grader.bank.document import Text
from grader.claims import Claim, Finding
from grader.errors import Place, StudentError
from grader.expr.domain import Domain
from grader.expr.parse import Names, parse
from grader.expr.tree import ONE, Add, Div, Expr, Mul, Neg, Number, Pow, rebuild
from grader.expr.tree import children as children_of
from grader.expr.tree import variables as variables_of
from grader.kinds.base import Task
from grader.records import record
from grader.translations import ENGLISH

SAY = "say"
"""The field of a step that is text; a step that is nothing else is a paragraph."""


@record
class Step:
    """A paragraph, or a formula with what it states; ``operation`` is the field that tells which.

    ``texts`` maps the fields to templates, in the student's language but for ``say`` and ``left``.
    """

    operation: str
    texts: Mapping[str, tuple[Text, ...]]
    place: Place


Question: TypeAlias = Mapping[str, Any]
"""A question of `grader compare` that has a relation of its own."""


@record
class Fact:
    """Something that a step states.  ``claim`` is a claim, a question, or a finding there is already."""

    about: str
    claim: Claim | Question | Finding


@record
class Line:
    """What a step shows, as LaTeX or (``words``) as Markdown, and what has to be true for it.

    ``left`` is what the formula is the value of, such as an integral; empty where it says so itself.
    """

    shown: str
    facts: tuple[Fact, ...]
    words: bool = False
    left: str = ""


@record
class Scene:
    """What a step may use: the task it belongs to, the names that have a meaning there, and the language."""

    task: Task
    names: tuple[str, ...]
    language: str = ENGLISH

    @property
    def wrt(self) -> str:
        """The variable of the question; ``x`` where it has none or several."""
        named = self.task.given.get("wrt")
        if isinstance(named, str):
            return named
        return named[0] if isinstance(named, tuple) and len(named) == 1 and isinstance(named[0], str) else "x"

    def domain(self, *trees: Expr) -> Domain:
        """The domain of the task with the real line for every other variable."""
        used = frozenset[str]().union(*(variables_of(tree) for tree in trees))
        return self.task.domain.including(used)

    def expression(self, text: str, field: str) -> Expr:
        return neat(parse(text, Names(self.names), "infix", field))


Operation: TypeAlias = Callable[[Mapping[str, tuple[str, ...]], Scene], Line]


AUXILIARY = ("u", "v", "w", "s", "t", "h", "k", "m", "n", "C", "x", "y", "z")
"""Names that a step may use besides those of the question."""


def neat(e: Expr) -> Expr:
    """The tree without what filling numbers in leaves behind: ``1*x``, ``x^1``, ``x^0``, ``x/1``, ``--x``, ``(-3)x``,
    and ``0x`` and ``0`` in sums.

    Unlike `tidy` it works nothing out: ``3*4 - 5`` is what a step may be about.
    """
    e = rebuild(e, tuple(neat(child) for child in children_of(e)))
    match e:
        case Mul(factors):
            kept = tuple(factor for factor in factors if not _is_one(factor))
            if len(kept) > 1 and isinstance(kept[0], Neg):
                return neat(Neg(Mul((kept[0].argument, *kept[1:]))))
            return Mul(kept) if len(kept) > 1 else kept[0] if kept else Number(factors[0].value)  # type: ignore[union-attr]
        case Pow(base, Number(value)) if value == 1:
            return base
        case Pow(base, Number(value)) if value == 0 and variables_of(base):
            return ONE
        case Div(numerator, Number(value)) if value == 1:
            return numerator
        case Div(Neg(inner), denominator) | Div(inner, Neg(denominator)):
            return Neg(Div(inner, denominator))
        case Neg(Neg(inner)):
            return inner
        case Add(terms):
            present = tuple(term for term in terms if not _is_nothing(term)) or terms[:1]
            added = tuple(term.argument.argument if _is_double(term) else term for term in present)  # type: ignore[union-attr]
            return Add(added) if len(added) > 1 else added[0]
        case _:
            return e


def neat_answer(form: Answer) -> Answer:
    """An answer with every expression in it made `neat`."""
    match form:
        case Scalar(value):
            return Scalar(neat(value))
        case Vector(entries, orientation):
            return Vector(tuple(map(neat, entries)), orientation)
        case Matrix(rows):
            return Matrix(tuple(tuple(map(neat, row)) for row in rows))
        case Equation(left, right):
            return Equation(neat(left), neat(right))
        case _:
            return form


def _is_one(e: Expr) -> bool:
    return isinstance(e, Number) and e.value == 1 and not e.decimal


def _is_nothing(e: Expr) -> bool:
    """``0``, ``0x`` and ``-0x`` in a sum; a product of numbers is left, as it may be what a step is about."""
    match e:
        case Number(value):
            return value == 0
        case Neg(argument):
            return _is_nothing(argument)
        case Mul(factors):
            return any(_is_nothing(factor) for factor in factors) and bool(variables_of(e))
        case _:
            return False


def _is_double(e: Expr) -> bool:
    return isinstance(e, Neg) and isinstance(e.argument, Neg)


def one(fields: Mapping[str, tuple[str, ...]], name: str, default: str | None = None) -> str:
    """The only text of a field."""
    texts = fields.get(name, ())
    if not texts and default is not None:
        return default
    if len(texts) != 1:
        raise StudentError(Place(name), f"'{name}' takes one text", f"write {name}: '...'")
    return texts[0]


def variable_named(fields: Mapping[str, tuple[str, ...]], scene: Scene) -> str:
    """The variable of an operation: its own ``wrt``, else that of the question."""
    name = one(fields, "wrt", scene.wrt).strip()
    if name not in scene.names:
        raise StudentError(Place("wrt"), f"'{name}' is no variable here", f"use one of {', '.join(scene.names)}")
    return name
