"""A problem as its author wrote it: validated, not yet a variant."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal, TypeAlias

from grader.bank.conditions import Condition, Quantity
from grader.bank.document import Text
from grader.bank.figures import FigureTemplate
from grader.bank.instance import Follow
from grader.bank.steps.base import Step
from grader.claims import EXACT, Accept
from grader.errors import Place
from grader.expr.tree import Expr
from grader.kinds.base import GivenValue
from grader.records import field, record
from grader.translations import ENGLISH

Expectation: TypeAlias = Literal["right", "partial", "wrong", "unreadable", "undecided"]


@record
class Parameter:
    """A name and the finitely many values it is drawn from, each with the same chance."""

    name: str
    values: tuple[Quantity, ...]
    place: Place


@record
class Derived:
    """A value computed from the parameters and the derived values above it.

    ``arithmetic`` tells that the tree is to be evaluated by `conditions.evaluate`; otherwise
    it is an expression in which the parameters are replaced.
    """

    name: str
    tree: Expr
    arithmetic: bool
    place: Place


@record
class Constraint:
    """A condition that a draw has to meet, with the text the author knows it by."""

    text: str
    condition: Condition
    place: Place


@record
class Span:
    """The interval of one variable; its ends are arithmetic over the parameters, None is infinite.

    With ``integer`` the variable stands for the integers in it.
    """

    variable: str
    low: Expr | None
    high: Expr | None
    low_closed: bool
    high_closed: bool
    place: Place
    integer: bool = False


@record
class BankTest:
    """An answer to the variant of a seed, and what grading has to say about it.

    ``earlier`` is what was answered to the part that this one follows; None for its reference.
    """

    seed: int
    answer: Text
    expect: Expectation
    mistake: str | None
    score: Fraction | None
    place: Place
    earlier: Text | None = None


@record
class ForeseenMistake:
    """A wrong answer that the author of this one problem foresees.

    ``answer`` is a template of typed text, ``when`` the condition under which it applies.
    """

    name: str
    answer: Text
    when: Constraint | None
    say: Text
    credit: Fraction
    place: Place


SEVERAL = "several parts"
"""What stands for the kind of a problem with parts, of which each has its own."""


@record
class Problem:
    """One template of the bank.

    A problem with ``parts`` has a ``statement`` that they share, and its parameters; the rest is
    theirs.  A part is a problem too: ``part`` is its name, its ``id`` is that of the whole with
    the name after a dot, ``stem`` is the statement shared, ``follow`` what it builds on.

    ``given`` maps the kind's field names to parsed values in which parameters still stand as
    variables; an ``integer`` is still a tree.  Givens that are texts stand in ``given_texts``, as
    templates.  ``topic`` is the stem of the file's name.
    ``overlook`` names mistakes that give the right answer by the nature of the question.
    """

    id: str
    kind: str
    title: str
    topic: str
    difficulty: int
    concepts: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    derived: tuple[Derived, ...]
    constraints: tuple[Constraint, ...]
    given: Mapping[str, GivenValue]
    domain: tuple[Span, ...]
    statement: Text
    hints: tuple[Text, ...]
    solution: tuple[Step, ...]
    points: Fraction
    tests: tuple[BankTest, ...]
    mistakes: tuple[ForeseenMistake, ...]
    place: Place
    accept: Accept = EXACT
    policy: Mapping[str, str] = field(default_factory=dict)
    answer_hint: Text | None = None
    overlook: tuple[str, ...] = ()
    part: str = ""
    stem: Text | None = None
    follow: Follow | None = None
    given_texts: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)
    parts: tuple[Problem, ...] = ()
    figure: FigureTemplate | None = None
    solution_figure: FigureTemplate | None = None
    """A picture that only keys show, below the solution."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """The title in other languages."""
    language: str = ENGLISH
    """The language that its texts are in; see `grader.bank.languages`."""

    @property
    def questions(self) -> tuple[Problem, ...]:
        """The parts, or the problem itself when it has none."""
        return self.parts or (self,)

    @property
    def combinations(self) -> int:
        """How many draws of the parameters there are, before any constraint."""
        count = 1
        for parameter in self.parameters:
            count *= len(parameter.values)
        return count
