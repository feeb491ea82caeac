"""What a document for one student holds, and what a format of documents is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, TypeAlias

from grader.figures.base import Figure
from grader.records import record
from grader.submission import Expectation
from grader.translations import ENGLISH

if TYPE_CHECKING:
    from grader.sheets.templates import Templates


@record
class Rule:
    """One policy of the problem that decides which forms are accepted: its name, the value it
    has, and what it is about."""

    name: str
    value: str
    about: str


@record
class Key:
    """What only the instructor sees of a question.

    ``solution`` is Markdown.  The reference comes as typed text, LaTeX, and as it is spoken;
    ``tolerance`` says which numbers count as equal (``exact``, ``3 significant digits``).
    """

    problem: str
    title: str
    difficulty: int
    solution: str
    text: str
    latex: str
    spoken: str
    tolerance: str
    rules: tuple[Rule, ...]
    figure: Figure | None = None
    """A picture that belongs to the solution."""


@record
class Question:
    """``statement`` and ``hint`` (how to type the answer) are Markdown.  ``expects`` says how an
    answer is read: all that ``grader check`` needs, and nothing of the answer."""

    number: str
    statement: str
    hint: str
    points: Fraction
    expects: Expectation
    key: Key | None = None
    part: str = ""
    stem: str = ""
    """What the parts of a problem share; with its first part only."""
    figure: Figure | None = None
    stem_figure: Figure | None = None
    """A figure that all parts share; with the first of them only, and not in their ``figure``."""

    @property
    def problem(self) -> str:
        """The number of the problem, without the letter of the part."""
        return self.number.removesuffix(self.part)


Paper: TypeAlias = Literal["a4", "us-letter"]


@record
class Look:
    """How a document is set: its language, its paper, and letters of 18 points for who needs them."""

    language: str = ENGLISH
    paper: Paper = "a4"
    large_print: bool = False


PLAIN = Look()


@record
class Document:
    """A sheet, or the key that belongs to it: then every question has its ``key``.

    ``variant`` is a short code that differs whenever any statement on the sheet differs.  A sheet
    for whoever sits at a seat has a ``version`` (``A``) and no ``student`` and ``name``.
    """

    kind: Literal["sheet", "key"]
    title: str
    course: str
    sheet: str
    due: str
    instructions: str
    student: str
    name: str
    variant: str
    questions: tuple[Question, ...]
    version: str = ""
    look: Look = PLAIN

    @property
    def language(self) -> str:
        return self.look.language

    @property
    def points(self) -> Fraction:
        return sum((question.points for question in self.questions), Fraction(0))


@record
class Format:
    """One file format of documents, in a file of its own beside this one.

    The words come from the template ``<kind>.<written_in>.j2`` (the name of the format, unless it is
    made from another); ``render`` gives the whole file, which is to be called as the word it gets,
    with the suffix.  ``beside`` gives further files that it needs, by what follows that word in their
    names.
    """

    name: str
    suffix: str
    render: Callable[[Document, Templates, str], str | bytes]
    beside: Callable[[Document], Mapping[str, str | bytes]] = lambda document: {}
    written_in: str = ""

    def __post_init__(self) -> None:
        if not self.suffix.startswith("."):
            raise TypeError(f"format {self.name}: the suffix has to start with a dot")
