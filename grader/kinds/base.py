"""What a task kind is made of.

A kind is one file beside this one that exports ``KIND``.  It computes the reference from
what is given, says what an answer must look like, states claims about a student's answer
and computes the wrong answers that typical mistakes lead to.  It never decides anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Literal, TypeAlias

from grader.answer import Answer, Shape
from grader.claims import EXACT, Accept, Weighted
from grader.expr.domain import Domain
from grader.expr.tree import Expr
from grader.records import field, record

GivenType: TypeAlias = Literal[
    "expression",
    "expressions",
    "variable",
    "variables",
    "point",
    "number",
    "integer",
    "matrix",
    "text",
    "texts",
    "choices",
]
"""``expression`` Expr · ``expressions`` tuple of Expr · ``variable`` str · ``variables`` tuple of
str · ``point`` tuple of constant Expr · ``number`` constant Expr · ``integer`` int · ``matrix`` tuple
of rows of Expr, all of one length · ``text`` str · ``texts`` tuple of str, in which templates have
been filled in · ``choices`` the same, the first of them right, each variant with an order of its own"""

TEXTS: tuple[GivenType, ...] = ("text", "texts", "choices")
PLURAL: tuple[GivenType, ...] = ("expressions", "point", "variables", "texts", "choices", "matrix")
LETTERS = "abcdefgh"
"""What the choices of a question are called, in order."""

RIGHT = "right"
"""The field of the givens that tells which of the ``choices`` was written first, and is right."""

GivenValue: TypeAlias = Expr | tuple[Expr, ...] | str | tuple[str, ...] | int | tuple[tuple[Expr, ...], ...]


Givens: TypeAlias = Mapping[str, GivenValue]


def expression(given: Givens, field: str) -> Expr:
    """A given of type expression or number."""
    value = given[field]
    assert not isinstance(value, str | int | tuple)
    return value


def expressions(given: Givens, field: str) -> tuple[Expr, ...]:
    """A given of type expressions or point; empty when it is absent."""
    value = given.get(field, ())
    assert isinstance(value, tuple)
    return tuple(v for v in value if not isinstance(v, str | tuple))


def matrix(given: Givens, field: str) -> tuple[tuple[Expr, ...], ...]:
    """A given of type matrix, by rows; empty when it is absent."""
    value = given.get(field, ())
    assert isinstance(value, tuple)
    return tuple(row for row in value if isinstance(row, tuple))


def text(given: Givens, field: str) -> str:
    """A given of type text; empty when it is absent."""
    value = given.get(field, "")
    assert isinstance(value, str)
    return value


def variable(given: Givens, field: str) -> str:
    """A given of type variable."""
    value = given[field]
    assert isinstance(value, str)
    return value


def names(given: Givens, field: str) -> tuple[str, ...]:
    """A given of type variables or texts, one or several; empty when it is absent."""
    value = given.get(field, ())
    if isinstance(value, str):
        return (value,)
    assert isinstance(value, tuple)
    return tuple(v for v in value if isinstance(v, str))


def integer(given: Givens, field: str) -> int:
    """A given of type integer."""
    value = given[field]
    assert isinstance(value, int)
    return value


@record
class Given:
    """One field of ``given:`` in a problem file."""

    type: GivenType
    about: str
    required: bool = True
    default: str | None = None


@record
class Policy:
    """One knob of a kind that a problem may set: the values it takes, the first is the default."""

    values: tuple[str, ...]
    about: str


OTHER_READING = "other_reading"
"""A knob of every kind."""
COMMON_POLICY = Policy(
    ("told", "accepted", "ignored"),
    "what becomes of an answer that is right when read in another way than it was, 1/2x as 1/(2x)",
)


@record
class Task:
    """One question asked of one student, complete: all that grading needs.

    ``given`` maps the kind's field names to parsed values, ``policy`` its knobs to values.
    ``reference`` is what `Kind.solve` made of them.
    """

    kind: str
    given: Mapping[str, GivenValue]
    domain: Domain
    reference: Answer
    accept: Accept = EXACT
    policy: Mapping[str, str] = field(default_factory=dict)

    def expression(self, name: str) -> Expr:
        return expression(self.given, name)

    def expressions(self, name: str) -> tuple[Expr, ...]:
        return expressions(self.given, name)

    def name(self, name: str) -> str:
        return variable(self.given, name)

    def names(self, name: str) -> tuple[str, ...]:
        return names(self.given, name)

    def integer(self, name: str) -> int:
        return integer(self.given, name)


@record
class Mistake:
    """A typical mistake as the wrong answers it computes from what was given.

    ``name`` is the permanent id students and instructors see (``inner-derivative``), ``rule``
    the ids of the catalogue of mal-rules it covers.  ``wrong`` returns no answer where the
    mistake cannot be made.  ``feedback`` helps without giving the answer away; ``credit`` is
    the share of the points that an answer with this mistake keeps.
    """

    name: str
    wrong: Callable[[Task], tuple[Answer, ...]]
    feedback: str
    rule: str = ""
    credit: Fraction = Fraction(0)


@record
class Kind:
    """A task kind; see the fields.

    ``solve`` gets the task's givens, domain and policy and returns the reference; it may load
    SymPy, cross-checks what it found by a second method, and raises `Unsolvable` when the
    variant should not be used.  ``claims`` states what has to hold for the answer to be right
    (it reads ``task.reference``).  ``matches`` states what has to hold for the answer to be the
    given wrong one; by default the claims with that answer as the reference.  ``example`` are givens
    for a first problem of the kind, as YAML, in which ``k`` is a parameter from 2 to 9.  ``asked`` lists
    the left-hand sides that name the question (``f'(x)``, ``dy/dx``), stripped when typed.
    """

    name: str
    title: str
    givens: Mapping[str, Given]
    shape: Callable[[Mapping[str, GivenValue], Mapping[str, str]], Shape]
    solve: Callable[[Mapping[str, GivenValue], Domain, Mapping[str, str]], Answer]
    claims: Callable[[Task, Answer], tuple[Weighted, ...]]
    variables: Callable[[Mapping[str, GivenValue]], tuple[str, ...]]
    mistakes: tuple[Mistake, ...]
    asked: Callable[[Mapping[str, GivenValue]], tuple[str, ...]] = lambda given: ()
    matches: Callable[[Task, Answer, Answer], tuple[Weighted, ...]] | None = None
    policies: Mapping[str, Policy] = field(default_factory=dict)
    example: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = [mistake.name for mistake in self.mistakes]
        if len(set(names)) != len(names):
            raise TypeError(f"kind {self.name}: two mistakes share a name")


class Unsolvable(Exception):
    """The reference of this variant cannot be found, or two methods disagree about it.

    The sampler draws again; the message is for the author when no draw works.
    """


def cross_check(ours: Expr, theirs: Expr, domain: Domain) -> None:
    """Compare two forms of a reference that were found by different methods.

    Raises `Unsolvable` when they are not the same function on the domain.
    """
    from grader.expr.crosscheck import disagreement

    reason = disagreement(ours, theirs, domain)
    if reason:
        raise Unsolvable(f"two methods disagree about the reference: {reason}")
