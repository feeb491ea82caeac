"""Holds each line of working against what it says itself, the line before and the question.

A line is held against what it says itself (``2*3 = 6``), against the function that it names
(``f'(x) = 2x``), and, where it carries on with the answer, against the line before; the first
against the question.  What cannot be read, or is about something else (``u = x^2``), is not
checked.  Working earns nothing and costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from grader import answer as answers
from grader import kinds
from grader.answer import Answer, Equation, Formula, Matrix, Points, Scalar, Set, Shape, Vector
from grader.bank.instance import declared_names
from grader.claims import Claim, Equal, Finding, MatrixEqual, SameEquation, Truth
from grader.compare import answers_claim
from grader.decide import WITHOUT_ALGEBRA, settle
from grader.errors import StudentError
from grader.expr.parse import Names
from grader.expr.tree import ZERO, Add, Expr, Neg, Variable, substitute, variables
from grader.kinds.base import Kind, Task
from grader.records import replace
from grader.working.base import NotChecked, WorkedLine, not_checked
from grader.working.sides import take_apart
from grader.working.solutions import other_solutions
from grader.working.subjects import subject_of

MOST_LINES = 40
"""Lines of one working that are looked at."""
_AUXILIARY = ("u", "v", "w", "s", "t", "h", "k", "m", "n", "x", "y", "z", "C", "c", "K")

_SEVERAL = re.compile(r"[:;]|\bor\b|\band\b|,")


def check_working(task: Task, lines: Sequence[str], typed: str = "") -> tuple[WorkedLine, ...]:
    """Every line that is not empty, checked; ``typed`` is the answer, which the last line should end with."""
    checker = _Checker(task)
    kept = [line for line in lines if line.strip()]
    found = [checker.line(i, line) for i, line in enumerate(kept[:MOST_LINES], 1)]
    found += [WorkedLine(i, line, "not checked") for i, line in enumerate(kept[MOST_LINES:], MOST_LINES + 1)]
    if found and typed.strip() and (last := checker.ending(typed)) is not None:
        found[-1] = replace(found[-1], state="does not follow", said=last) if not found[-1].said else found[-1]
    return tuple(found)


class _Checker:
    """Walks down the lines; ``before`` is the last value of the answer that could be read."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._kind: Kind = kinds.load(task.kind)
        self._asked = self._kind.asked(task.given)
        self._shape: Shape = self._kind.shape(task.given, task.policy)
        declared = declared_names(self._kind, task.given, task.domain)
        self._names = Names(tuple(dict.fromkeys((*declared, *_AUXILIARY))))
        self._before: Answer | None = None
        self._at = 0

    def line(self, number: int, text: str) -> WorkedLine:
        try:
            fault = self._fault(number, text)
        except NotChecked:
            return WorkedLine(number, text, "not checked")
        if fault is None:
            return WorkedLine(number, text, "follows")
        said, finding = fault
        return WorkedLine(number, text, "does not follow", said, str(finding.witness or "") or finding.evidence)

    def ending(self, typed: str) -> str | None:
        """What to say when the working ends with something else than the answer."""
        last = self._before
        if last is None:
            return None
        try:
            answer = answers.read(typed, self._shape, self._names, asked=self._asked).answer
            same = self._differ(last, answer) is None
        except (StudentError, NotChecked):
            return None
        return None if same else "the last line is not your answer"

    def _fault(self, number: int, text: str) -> tuple[str, Finding] | None:
        if self._shape.form in ("label", "formula") or self._shape.choices:
            return self._in_matrices(number, text) if self._shape.form == "formula" else not_checked()
        taken = take_apart(text, self._asked)
        subject = subject_of(taken.left, self._kind, self._task) if taken.left else "answer"
        if isinstance(subject, str) and self._is_equation(taken.left, taken.sides, text):
            return self._equation(number, text)
        sides = [self._read(side) for side in taken.sides]
        read = [side for side in sides if side is not None]
        if not read:
            not_checked()
        for a, b in zip(sides, sides[1:], strict=False):
            if a is None or b is None:
                continue
            if _sets_to_zero(a, b):
                if self._shape.form in ("set", "points") and isinstance(a, Scalar):
                    self._before, self._at = Equation(a.value, ZERO), number
            else:
                if (finding := self._differ(a, b)) is not None:
                    return f"in line {number} the two sides of the sign = are not equal", finding
        if subject == "other":
            return None if len(read) > 1 else not_checked()
        first = sides[0]
        if not isinstance(subject, str):
            if not isinstance(first, Scalar):
                not_checked()
            finding = self._differ(Scalar(subject), first)
            return None if finding is None else (f"line {number} is not {taken.left}", finding)
        return self._carried_on(number, first, sides[-1])

    def _carried_on(self, number: int, first: Answer | None, last: Answer | None) -> tuple[str, Finding] | None:
        """The answer so far: it has to be equal to what stands in the line before, or to what is asked."""
        before, at = self._before, self._at
        if first is None:
            not_checked()
        if before is None and self._restates(first):
            return None
        expected = self._task.reference if before is None else before
        if type(expected) is not type(first) or bool(_names_in(expected)) != bool(_names_in(first)):
            # A number is asked and this is a formula on the way to it, or the other way round.
            not_checked()
        # What cannot be compared is no ground for the next line to stand on.
        finding = self._differ(expected, first)
        self._before, self._at = last if last is not None else first, number
        if finding is None:
            return None
        where = "what is asked" if before is None else f"line {at}"
        return f"line {number} is not equal to {where}", finding

    def _restates(self, first: Answer) -> bool:
        """Whether the line only copies a function of the question."""
        given = [value for value in self._task.given.values() if not isinstance(value, str | int | tuple)]
        return isinstance(first, Scalar) and first.value in given

    def _read(self, text: str) -> Answer | None:
        try:
            reading = answers.read_any(text, self._names)
        except StudentError:
            return None
        # F(3) is not F times 3.
        return None if any("not a function" in note.text for note in reading.notes) else reading.answer

    def _differ(self, a: Answer, b: Answer) -> Finding | None:
        """The refutation of ``a = b``, both as they stand and in what this kind calls the same answer."""
        if isinstance(a, Formula) and isinstance(b, Formula):
            from grader.expr.matrices.read import symbols_of

            return _settled(MatrixEqual(a.tree, b.tree, symbols_of(self._shape.symbols)))
        domain = self._task.domain.including(_names_in(a) | _names_in(b))
        plain = answers_claim(a, b, domain, self._task.accept)
        if plain is None:
            not_checked()
        finding = _settled(plain)
        if finding is None:
            return None
        if type(b) is type(self._task.reference) and (claims := self._claims(a, b)):
            # A constant of integration, a factor of a direction: the kind knows what is the same.
            if all(_settled(claim) is None for claim in claims):
                return None
        return finding

    def _claims(self, a: Answer, b: Answer) -> tuple[Claim, ...]:
        try:
            if self._kind.matches is not None:
                weighted = self._kind.matches(self._task, a, b)
            else:
                weighted = self._kind.claims(replace(self._task, reference=a), b)
        except (ValueError, AssertionError, TypeError, KeyError):
            return ()
        return tuple(w.claim for w in weighted)

    # Equations ------------------------------------------------------------------------------

    def _is_equation(self, left: str, sides: Sequence[str], text: str) -> bool:
        """Whether ``3x^2 - 12 = 0`` or ``x = 2 or x = -2`` is something to be solved rather than a chain."""
        if self._shape.form == "equation":
            return True
        if self._shape.form not in ("set", "points"):
            return False
        several = _SEVERAL.search(text) is not None
        return several or (not left and len(sides) == 2) or (left in self._names.variables and len(sides) == 1)

    def _equation(self, number: int, text: str) -> tuple[str, Finding] | None:
        current = self._equation_or_set(text)
        before, at = self._before, self._at
        if (value := _case(current)) is not None and isinstance(before, Equation):
            # Solutions are often written one a line: each has to be one.
            finding = self._no_solution(before, *value)
            return None if finding is None else (f"line {number} does not solve line {at}", finding)
        self._before, self._at = current, number
        if before is None:
            if self._shape.form != "equation":
                not_checked()
            before, at = self._task.reference, 0
        finding = self._other(before, current)
        if finding is None:
            return None
        where = f"line {at}" if at else "what is asked"
        what = "is not an equation of" if not at else "does not have the same solutions as"
        return f"line {number} {what} {where}", finding

    def _equation_or_set(self, text: str) -> Answer:
        stripped = take_apart(text, self._asked)
        plain = " = ".join(([stripped.left] if stripped.left else []) + list(stripped.sides))
        shapes = (self._shape, Shape("equation"))
        for shape in shapes if _SEVERAL.search(text) else shapes[::-1]:
            try:
                return answers.read(plain, shape, self._names, asked=self._asked).answer
            except StudentError:
                continue
        raise NotChecked

    def _other(self, before: Answer, current: Answer) -> Finding | None:
        if isinstance(before, Equation) and isinstance(current, Equation):
            a, b = _difference(before), _difference(current)
            domain = self._task.domain.including(variables(a) | variables(b))
            finding = _settled(SameEquation(a, b, domain))
            if finding is None or self._shape.form == "equation":
                return finding
        return other_solutions(before, current, self._task)

    def _no_solution(self, equation: Equation, name: str, value: Expr) -> Finding | None:
        names = variables(equation.left) | variables(equation.right)
        if names != {name}:
            not_checked()
        left, right = (substitute(side, {name: value}) for side in (equation.left, equation.right))
        return _settled(Equal(left, right, self._task.domain))

    # Matrices -------------------------------------------------------------------------------

    def _in_matrices(self, number: int, text: str) -> tuple[str, Finding] | None:
        from grader.expr.matrices.read import read, symbols_of

        symbols = symbols_of(self._shape.symbols)
        taken = take_apart(text, self._asked)
        if taken.left and subject_of(taken.left, self._kind, self._task) == "other" and taken.left not in symbols.names:
            not_checked()
        try:
            sides = [Formula(read(side, self._shape.symbols, (), "working")[0]) for side in taken.sides]
        except StudentError:
            raise NotChecked from None
        for a, b in zip(sides, sides[1:], strict=False):
            if (finding := _settled(MatrixEqual(a.tree, b.tree, symbols))) is not None:
                return f"in line {number} the two sides of the sign = are not equal", finding
        before, at = self._before, self._at
        self._before, self._at = sides[-1], number
        if isinstance(before, Formula):
            finding = _settled(MatrixEqual(before.tree, sides[0].tree, symbols))
            return None if finding is None else (f"line {number} is not equal to line {at}", finding)
        for claim in self._kind.claims(self._task, sides[0]):
            if (finding := _settled(claim.claim)) is not None:
                return f"line {number} is not equal to what is asked", finding
        return None


def _settled(claim: Claim) -> Finding | None:
    """The refutation of a claim.  What is refuted by its form alone, a decimal or a missing constant, may
    stand in the middle of working."""
    finding = settle(claim, WITHOUT_ALGEBRA)
    if finding.truth is Truth.UNDECIDED:
        not_checked()
    if finding.truth is not Truth.REFUTED or finding.reason in ("constant", "form", "layout"):
        return None
    return finding


def _case(answer: Answer) -> tuple[str, Expr] | None:
    """The name and the value of ``x = 2``."""
    match answer:
        case Equation(Variable(name), value) if not variables(value):
            return name, value
        case _:
            return None


def _difference(equation: Equation) -> Expr:
    return Add((equation.left, Neg(equation.right)))


def _trees(answer: Answer) -> tuple[Expr, ...]:
    match answer:
        case Scalar(value):
            return (value,)
        case Vector(entries) | Set(entries):
            return entries
        case Matrix(rows):
            return tuple(entry for row in rows for entry in row)
        case Points(points):
            return tuple(e for point in points for e in point.coordinates)
        case _:
            return ()


def _names_in(answer: Answer) -> frozenset[str]:
    return frozenset[str]().union(*(variables(tree) for tree in _trees(answer)))


def _sets_to_zero(a: Answer, b: Answer) -> bool:
    """``f'(x) = 3x^2 - 12 = 0``: the last side is a condition."""
    return isinstance(b, Scalar) and b.value == ZERO and bool(_names_in(a))
