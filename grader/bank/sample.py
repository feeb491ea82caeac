"""Draws the variant of a problem that belongs to a seed.

The same seed gives the same variant on every machine, with every version of NumPy: of its
generator only whole 64-bit words are used, ``Generator(PCG64(SeedSequence(seed))).integers(0, 2**64)``,
one word ``w`` for each parameter in the order of the file, and a parameter with ``n`` values takes
the one with the index ``w * n // 2**64``.  A draw that does not make a fair question is put back and
the next words are taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction

from grader import kinds
from grader.answer import Answer, Matrix, Points, Scalar, Set, Vector
from grader.bank.answer_hints import answer_hint
from grader.bank.conditions import NoValue, Quantity, evaluate, holds
from grader.bank.document import Text
from grader.bank.instance import Instance, NamedMistake, declared_names
from grader.bank.problem import ForeseenMistake, Problem
from grader.bank.statement import Printable, Shown, given_value, render, value_of
from grader.errors import AuthorError, Place, StudentError
from grader.expr.domain import Domain, Interval
from grader.expr.parse import Names, parse
from grader.expr.tree import Expr, Variable, rational, substitute
from grader.expr.tree import variables as variables_of
from grader.kinds.base import GivenValue, Kind, Mistake, Task, Unsolvable

MOST_DRAWS = 5_000
"""Draws before a problem counts as one without variants."""
MOST_SOLVED = 40
"""Draws that met the constraints and were put back for another reason."""


_COLLISION = "the mistake '{}' gives the right answer"


class _PutBack(Exception):
    """This draw does not make a fair question; ``place`` is what in the file put it back.

    Draws are counted by their ``reasons``; ``detail`` is what differs from draw to draw.
    ``solved`` tells that the draw had met the constraints.
    """

    def __init__(self, reason: str | tuple[str, ...], place: Place, solved: bool = False, detail: str = "") -> None:
        super().__init__(reason, place, solved, detail)
        self.reasons = (reason,) if isinstance(reason, str) else reason
        self.place = place
        self.solved = solved
        self.detail = detail


def sample(problem: Problem, seed: int) -> Instance:
    """The variant of the problem for a seed (any whole number from 0).

    Put back are draws that miss a constraint, that have no reference (`Unsolvable`), whose
    reference is nowhere defined on the domain, and draws on which a typical mistake leads to
    the right answer.  Raises AuthorError when that happens to every draw, with the reasons and
    how often each occurred.
    """
    kind = kinds.load(problem.kind)
    words = _words(seed)
    reasons: Counter[tuple[str, Place]] = Counter()
    known: dict[tuple[Quantity, ...], _PutBack] = {}
    drawn = solved = 0
    while drawn < MOST_DRAWS and solved < MOST_SOLVED and len(known) < problem.combinations:
        drawn += 1
        draw = tuple(p.values[next(words) * len(p.values) >> 64] for p in problem.parameters)
        put_back = known.get(draw)
        if put_back is None:
            try:
                return _instance(problem, kind, seed, draw)
            except _PutBack as caught:
                put_back = known[draw] = caught
                solved += caught.solved
        reasons.update((reason, put_back.place) for reason in put_back.reasons)
    raise _without_variants(problem, kind, drawn, reasons, known)


def _words(seed: int) -> Iterator[int]:
    import numpy as np

    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed)))
    while True:
        yield int(generator.integers(0, 2**64, dtype=np.uint64))


def _without_variants(
    problem: Problem,
    kind: Kind,
    drawn: int,
    reasons: Counter[tuple[str, Place]],
    known: Mapping[tuple[Quantity, ...], _PutBack],
) -> AuthorError:
    ranked = reasons.most_common()
    place = ranked[0][0][1] if ranked else problem.place
    told = ", ".join(f"{reason} ({count} of {drawn})" for (reason, _), count in ranked[:4])
    example = next((f"; for example: {caught.detail}" for caught in known.values() if caught.detail), "")
    if any(reason == _COLLISION.format(mistake.name) for mistake in kind.mistakes for (reason, _), _ in ranked):
        example += "; if a mistake cannot show in this question, name it in 'overlook'"
    return AuthorError(place, f"no variant of '{problem.id}' could be drawn", f"put back because: {told}{example}")


def _instance(problem: Problem, kind: Kind, seed: int, draw: tuple[Quantity, ...]) -> Instance:
    values = _values(problem, draw)
    given = _given(problem, kind, values)
    policy = {name: problem.policy.get(name, knob.values[0]) for name, knob in kind.policies.items()}
    domain = _domain(problem, values)
    task = _task(problem, kind, given, domain, policy)
    printed = _printed(kind, given, values)
    mistakes = tuple(m for foreseen in problem.mistakes if (m := _foreseen(foreseen, kind, task, values, printed)))
    for mistake in mistakes:
        if _equals_reference(kind, task, mistake.answer):
            raise _PutBack(_COLLISION.format(mistake.name), problem.place, solved=True)
    solution = render(problem.solution, {**printed, "answer": Shown(task.reference)}) if problem.solution else ""
    shape = kind.shape(given, policy)
    return Instance(
        problem=problem.id,
        title=problem.title,
        kind=problem.kind,
        seed=seed,
        parameters={name: _listed(value) for name, value in values.items()},
        task=task,
        statement=render(problem.statement, printed).strip(),
        hints=tuple(render(hint, printed).strip() for hint in problem.hints),
        solution=solution.strip(),
        points=problem.points,
        difficulty=problem.difficulty,
        concepts=problem.concepts,
        answer_hint=(
            render(problem.answer_hint, printed).strip()
            if problem.answer_hint is not None
            else answer_hint(shape, declared_names(kind, given, domain))
        ),
        mistakes=mistakes,
    )


def printed_values(instance: Instance) -> dict[str, Printable]:
    """What the templates of the problem may print of this variant."""
    kind, task = kinds.load(instance.kind), instance.task
    names = Names((*declared_names(kind, task.given, task.domain), *instance.parameters), free=True)
    values: dict[str, Quantity] = {
        name: parse(value, names) if isinstance(value, str) else value for name, value in instance.parameters.items()
    }
    return _printed(kind, task.given, values)


def _printed(kind: Kind, given: Mapping[str, GivenValue], values: Mapping[str, Quantity]) -> dict[str, Printable]:
    printed: dict[str, Printable] = {name: value_of(value) for name, value in values.items()}
    for name, value in given.items():
        printed.setdefault(name, given_value(value, column=kind.givens[name].type == "expressions"))
    return printed


def _listed(value: Quantity) -> Fraction | str:
    from grader.expr.text import to_text

    return value if isinstance(value, Fraction) else to_text(value)


def _values(problem: Problem, draw: tuple[Quantity, ...]) -> dict[str, Quantity]:
    """The parameters and derived values of a draw that meets the constraints."""
    values = {p.name: value for p, value in zip(problem.parameters, draw, strict=True)}
    for derived in problem.derived:
        if not derived.arithmetic:
            values[derived.name] = _expression(derived.tree, values)
            continue
        try:
            values[derived.name] = evaluate(derived.tree, values)
        except NoValue as reason:
            raise _PutBack(
                f"the derived value '{derived.name}' has no value", derived.place, detail=str(reason)
            ) from None
    for constraint in problem.constraints:
        try:
            met = holds(constraint.condition, values)
        except NoValue as reason:
            raise _PutBack(
                f"the constraint '{constraint.text}' has no value", constraint.place, detail=str(reason)
            ) from None
        if not met:
            raise _PutBack(f"the constraint '{constraint.text}' is not met", constraint.place)
    return values


def _expression(tree: Expr, values: Mapping[str, Quantity]) -> Expr:
    """The tree with its parameters put in, tidied."""
    from grader.expr.tidy import tidy

    if not values or not variables_of(tree) & values.keys():
        return tree
    trees = {name: rational(value) if isinstance(value, Fraction) else value for name, value in values.items()}
    return tidy(substitute(tree, trees))


def _given(problem: Problem, kind: Kind, values: Mapping[str, Quantity]) -> dict[str, GivenValue]:
    given: dict[str, GivenValue] = {}
    for name, value in problem.given.items():
        if isinstance(value, tuple):
            given[name] = _several(value, values)
        elif isinstance(value, str):
            given[name] = _name(value, values)
        elif isinstance(value, int):
            given[name] = value
        elif kind.givens[name].type == "integer":
            given[name] = _integer(problem, name, value, values)
        else:
            given[name] = _expression(value, values)
    return given


def _several(
    parts: tuple[Expr, ...] | tuple[str, ...], values: Mapping[str, Quantity]
) -> tuple[Expr, ...] | tuple[str, ...]:
    names = tuple(_name(part, values) for part in parts if isinstance(part, str))
    return names or tuple(_expression(part, values) for part in parts if not isinstance(part, str))


def _name(name: str, values: Mapping[str, Quantity]) -> str:
    """A variable's name, which a parameter may choose."""
    chosen = values.get(name)
    return chosen.name if isinstance(chosen, Variable) else name


def _integer(problem: Problem, name: str, tree: Expr, values: Mapping[str, Quantity]) -> int:
    try:
        number = evaluate(tree, values)
    except NoValue as reason:
        raise _PutBack(f"'{name}' has no value", problem.place, detail=str(reason)) from None
    if number.denominator != 1:
        raise _PutBack(f"'{name}' is not a whole number", problem.place, detail=f"{name} = {number}")
    return number.numerator


def _domain(problem: Problem, values: Mapping[str, Quantity]) -> Domain:
    intervals = []
    for span in problem.domain:
        try:
            low = None if span.low is None else evaluate(span.low, values)
            high = None if span.high is None else evaluate(span.high, values)
        except NoValue as reason:
            raise _PutBack(f"the domain of '{span.variable}' has no value", span.place, detail=str(reason)) from None
        if low is not None and high is not None and low >= high:
            raise _PutBack(f"the domain of '{span.variable}' is empty", span.place)
        intervals.append((span.variable, Interval(low, high, span.low_closed, span.high_closed)))
    return Domain(tuple(intervals))


def _task(
    problem: Problem, kind: Kind, given: Mapping[str, GivenValue], domain: Domain, policy: Mapping[str, str]
) -> Task:
    """The task with its reference, fit to be asked."""
    try:
        reference = kind.solve(given, domain, policy)
        task = Task(problem.kind, given, domain, reference, problem.accept, policy)
        hidden = tuple(_COLLISION.format(m.name) for m in kind.mistakes if _cannot_show(problem, kind, task, m))
    except Unsolvable as reason:
        raise _PutBack("there is no reference", problem.place, solved=True, detail=str(reason)) from None
    if hidden:
        raise _PutBack(hidden, problem.place, solved=True)
    if not all(_defined_somewhere(e, domain) for e in _parts(reference)):
        raise _PutBack("the reference is nowhere defined on the domain", problem.place, solved=True)
    return task


def _cannot_show(problem: Problem, kind: Kind, task: Task, mistake: Mistake) -> bool:
    """Whether the mistake leads to the right answer.  One with several outcomes shows as long as
    one of them is wrong."""
    wrong = mistake.wrong(task) if mistake.name not in problem.overlook else ()
    return bool(wrong) and all(_equals_reference(kind, task, answer) for answer in wrong)


def _equals_reference(kind: Kind, task: Task, wrong: Answer) -> bool:
    from grader.decide import WITHOUT_ALGEBRA, settle

    # A wrong answer is refuted at once; one that only SymPy could tell from the reference is not the same answer.
    return all(settle(weighted.claim, WITHOUT_ALGEBRA).right for weighted in kind.claims(task, wrong))


def _parts(answer: Answer) -> tuple[Expr, ...]:
    match answer:
        case Scalar(value):
            return (value,)
        case Vector(entries):
            return entries
        case Matrix(rows):
            return tuple(entry for row in rows for entry in row)
        case Set(elements):
            return elements
        case Points(points):
            return tuple(coordinate for point in points for coordinate in point.coordinates)
        case _:
            return ()


def _defined_somewhere(e: Expr, domain: Domain) -> bool:
    """Whether any of a few points well spread over the domain gives the expression a real value."""
    from grader.expr.balls import Undefined, arb_of, enclose, precision

    names = sorted(variables_of(e))
    with precision(64):
        for i in range(24 if names else 1):
            point = {name: arb_of(_spread(domain[name], i, k)) for k, name in enumerate(names)}
            try:
                enclose(e, point)
            except Undefined:
                continue
            return True
    return False


def _spread(interval: Interval, i: int, k: int) -> Fraction:
    """The i-th point of an interval for the k-th variable: additive recurrences by quadratic
    irrationals fill a box evenly, and rational steps close to them will do."""
    step = (Fraction(377, 610), Fraction(408, 985), Fraction(351, 1351), Fraction(265, 989))[k % 4]
    share = (Fraction(1, 3) + (i + 1) * step) % 1
    low, high = interval.low, interval.high
    if low is not None and high is not None:
        return low + (high - low) * share
    if low is None and high is None:
        return 8 * share - 4
    return low + 8 * share if low is not None else high - 8 * share  # type: ignore[operator]


def _foreseen(
    mistake: ForeseenMistake,
    kind: Kind,
    task: Task,
    values: Mapping[str, Quantity],
    printed: Mapping[str, Printable],
) -> NamedMistake | None:
    """The author's own mistake for this draw; None when it does not apply."""
    try:
        if mistake.when is not None and not holds(mistake.when.condition, values):
            return None
    except NoValue:
        return None
    answer = read_answer(mistake.answer, kind, task, printed)
    return NamedMistake(mistake.name, answer, render(mistake.say, printed).strip(), mistake.credit)


def read_answer(template: Text, kind: Kind, task: Task, printed: Mapping[str, Printable]) -> Answer:
    """An answer that the author typed, with the values of the draw."""
    from grader.answer import read

    shape = kind.shape(task.given, task.policy)
    typed = render(template, printed, "text")
    try:
        return read(typed, shape, Names(declared_names(kind, task.given, task.domain), shape.free_names)).answer
    except StudentError as error:
        raise AuthorError(template.place, f"the answer '{typed}' cannot be read: {error.fault}", error.fix) from None
