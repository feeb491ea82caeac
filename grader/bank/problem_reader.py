"""Reads one problem of a topic file, whole or in parts."""

from __future__ import annotations

import re
from fractions import Fraction

from grader import kinds
from grader.bank.condition_reader import parse_condition
from grader.bank.document import Faults, Fields, Items, Text, suggest
from grader.bank.fields import Record, describe
from grader.bank.figures import FigureTemplate, read_figure
from grader.bank.givens import Scope, read_given, read_texts
from grader.bank.instance import Follow
from grader.bank.parameters import read_derived, read_parameters, read_span
from grader.bank.problem import SEVERAL, BankTest, Constraint, ForeseenMistake, Problem, Span
from grader.bank.statement import check_template
from grader.bank.steps import read_steps, texts_of
from grader.claims import EXACT, Accept
from grader.common_mistakes import NAMES
from grader.errors import StudentError
from grader.expr.tree import Variable
from grader.kinds.base import COMMON_POLICY, OTHER_READING, TEXTS, GivenValue, Kind
from grader.records import replace

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_EXPECTATIONS = ("right", "partial", "wrong", "unreadable", "undecided")
_LARGEST_SEED = 2**64

_SHARED = ("id", "title", "difficulty", "concepts", "parameters", "derived", "constraints", "domain", "figure")
_OWN = ("domain", "figure")
"""The fields that the parts of a problem take from it, and those of them that a part may have for itself."""
MOST_PARTS = 26


def read_whole(fields: Fields, faults: Faults, topic: str) -> Problem | None:
    """A problem with parts: what they share is read with each of them."""
    record, before = Record(fields, "a problem with parts", faults), len(faults)
    entries = {key.value: (key, node) for key, node in fields}
    for name in _SHARED:
        record.node(name)
    stem = record.text("statement", required=True)
    shared = [entries[name] for name in _SHARED if name in entries]
    parts: list[Problem] = []
    for number, part in enumerate(record.items("parts")):
        if not isinstance(part, Fields):
            faults.add(part.place, f"a part has to be a record with fields, not {describe(part)}")
            continue
        own = {key.value for key, _ in part}
        for key, _ in part:
            if key.value in _SHARED and key.value not in _OWN:
                faults.add(key.place, f"'{key.value}' is shared by the parts", "move it out of 'parts'")
        merged = Fields(
            tuple((key, node) for key, node in shared if key.value not in own or key.value not in _OWN) + part.entries,
            part.place,
        )
        reader = ProblemReader(
            Record(merged, "a part", faults), faults, topic, tuple(parts), chr(97 + number % 26), stem
        )
        read = reader.read()
        parts += [read] if read is not None else []
    record.close()
    if not 2 <= len(record.items("parts")) <= MOST_PARTS:
        faults.add(record.place_of("parts"), "a problem has at least two parts", "or write it without 'parts'")
    if len(faults) > before or not parts or stem is None:
        return None
    return replace(
        parts[0],
        id=parts[0].id.rpartition(".")[0],
        kind=SEVERAL,
        given={},
        given_texts={},
        domain=(),
        statement=stem,
        hints=(),
        solution=(),
        points=sum((part.points for part in parts), Fraction(0)),
        tests=tuple(test for part in parts for test in part.tests),
        mistakes=(),
        accept=EXACT,
        policy={},
        answer_hint=None,
        overlook=(),
        part="",
        stem=None,
        follow=None,
        parts=tuple(parts),
        figure=None,
    )


class ProblemReader:
    """Reads one problem or part; what cannot be read is noted and left out, and no problem comes of it."""

    def __init__(
        self,
        record: Record,
        faults: Faults,
        topic: str,
        earlier: tuple[Problem, ...] = (),
        part: str = "",
        stem: Text | None = None,
    ) -> None:
        """``part`` is the name of a part of a problem, ``earlier`` the parts before it."""
        self._record = record
        self._faults = faults
        self._topic = topic
        self._earlier = earlier
        self._part = part
        self._stem = stem

    def read(self) -> Problem | None:
        record, before = self._record, len(self._faults)
        identity = self._id()
        kind_name = record.word("kind", kinds.names(), required=True)
        kind = kinds.load(kind_name) if kind_name is not None else None
        title = record.text("title", required=True)
        difficulty = record.whole("difficulty", 1, 5, required=True)
        concepts = tuple(text.value for text in record.texts("concepts"))
        scope = Scope(self._faults, record, kind)
        parameters = read_parameters(record, scope, self._faults)
        derived = read_derived(record, scope, self._faults)
        constraints = tuple(c for text in record.texts("constraints") if (c := self._constraint(text, scope.names)))
        given, given_texts = self._given(scope)
        domain = self._domain(scope)
        # A given that has a fault of its own is still a name that templates may use.
        fields = record.node("given")
        named = [key.value for key, _ in fields] if isinstance(fields, Fields) else []
        shown = tuple(dict.fromkeys((*scope.names, *named, *given, *given_texts)))
        statement = self._template(record.text("statement", required=True), shown)
        hints = tuple(record.texts("hints"))
        for hint in hints:
            self._template(hint, shown)
        solution = read_steps(record, self._faults)
        for text in texts_of(solution):
            self._template(text, (*shown, "answer"))
        answer_hint = self._template(record.text("answer_hint"), shown)
        points = record.fraction("points", Fraction(0), Fraction(1000))
        tests = tuple(t for r in record.records("tests", "a test") if (t := self._test(r, shown, kind)))
        mistakes = tuple(
            m for r in record.records("mistakes", "a mistake") if (m := self._mistake(r, scope.names, shown, kind))
        )
        accept = self._accept()
        policy = self._policy(kind)
        overlook = record.texts("overlook")
        for text in overlook:
            self._check_mistake(text, kind)
        figure = self._figure("figure", scope, shown)
        solution_figure = self._figure("solution_figure", scope, shown)
        follow = self._follow(kind) if self._part else None
        self._template(self._stem, scope.names)
        record.close()
        if len(self._faults) > before:
            return None
        assert identity and kind_name and title and difficulty and statement
        return Problem(
            id=f"{identity.value}.{self._part}" if self._part else identity.value,
            kind=kind_name,
            title=title.value,
            titles={language: text.value for language, text in title.translations.items()},
            topic=self._topic,
            difficulty=difficulty,
            concepts=concepts,
            parameters=parameters,
            derived=derived,
            constraints=constraints,
            given=given,
            given_texts=given_texts,
            domain=domain,
            statement=statement,
            hints=hints,
            solution=solution,
            points=Fraction(1) if points is None else points,
            tests=tests,
            mistakes=mistakes,
            place=identity.place,
            accept=accept,
            policy=policy,
            answer_hint=answer_hint,
            overlook=tuple(text.value for text in overlook),
            part=self._part,
            stem=self._stem,
            follow=follow,
            figure=figure,
            solution_figure=solution_figure,
        )

    def _figure(self, name: str, scope: Scope, shown: tuple[str, ...]) -> FigureTemplate | None:
        fields = self._record.fields(name)
        return read_figure(fields, scope, shown, self._faults) if fields is not None else None

    def _follow(self, kind: Kind | None) -> Follow | None:
        """What of this part a wrong answer to an earlier one may stand in for."""
        fields = self._record.fields("follow")
        if fields is None:
            return None
        record = Record(fields, "'follow'", self._faults)
        part = record.word("part", [p.part for p in self._earlier], required=True)
        given = record.word("given", list(kind.givens) if kind is not None else [], required=True)
        record.close()
        return Follow(part, given) if part is not None and given is not None else None

    def _id(self) -> Text | None:
        text = self._record.text("id", required=True)
        if text is not None and not (ID.fullmatch(text.value) and len(text.value) <= 60):
            self._faults.add(
                text.place, f"the id '{text.value[:60]}' is not allowed", "use small letters, digits and hyphens"
            )
        return text

    def _constraint(self, text: Text, names: tuple[str, ...]) -> Constraint | None:
        try:
            return Constraint(text.value, parse_condition(text.value, names), text.place)
        except StudentError as error:
            self._faults.add(text.offset(error.place.column - 1), f"condition: {error.fault}", error.fix)
            return None

    def _given(self, scope: Scope) -> tuple[dict[str, GivenValue], dict[str, tuple[Text, ...]]]:
        """The givens that are values, and the templates of those that are texts."""
        fields = self._record.fields("given", required=True)
        if fields is None or scope.kind is None:
            return {}, {}
        record = Record(fields, f"'given' of a {scope.kind.name} problem", self._faults)
        given: dict[str, GivenValue] = {}
        texts: dict[str, tuple[Text, ...]] = {}
        for name, spec in scope.kind.givens.items():
            if spec.type in TEXTS:
                if found := read_texts(record, name, spec):
                    texts[name] = tuple(t for text in found if (t := self._template(text, scope.names)))
                continue
            value = read_given(record, name, spec, scope, self._faults)
            if value is not None:
                given[name] = value
                self._check_name(name, value, scope)
        record.close()
        return given, texts

    def _check_name(self, name: str, value: GivenValue, scope: Scope) -> None:
        """A name in a template must not stand for two things."""
        if name in scope.names and value != Variable(name):
            fault = f"'{name}' is a field of 'given' and a parameter of another value"
            self._faults.add(self._record.place_of("given"), fault, "rename the parameter")

    def _domain(self, scope: Scope) -> tuple[Span, ...]:
        fields = self._record.fields("domain")
        spans = [read_span(key, node, scope.names, self._faults) for key, node in fields or ()]
        return tuple(span for span in spans if span is not None)

    def _template(self, text: Text | None, names: tuple[str, ...]) -> Text | None:
        for said in (text, *text.translations.values()) if text is not None else ():
            self._faults.extend(check_template(said, names))
        return text

    def _test(self, record: Record, names: tuple[str, ...], kind: Kind | None) -> BankTest | None:
        seed = record.whole("seed", 0, _LARGEST_SEED, required=True)
        # An empty answer is a thing to test too.
        answer = record.text("answer") or Text("", record.place)
        self._template(answer, names)
        expect = record.word("expect", _EXPECTATIONS, required=True)
        mistake = record.text("mistake")
        score = record.fraction("score", Fraction(0), Fraction(1))
        earlier = self._template(record.text("earlier"), names) if self._part else None
        record.close()
        if mistake is not None:
            self._check_mistake(mistake, kind)
        if seed is None or expect is None:
            return None
        # `word` has checked that it is one of them.
        return BankTest(seed, answer, expect, mistake.value if mistake else None, score, record.place, earlier)  # type: ignore[arg-type]

    def _check_mistake(self, name: Text, kind: Kind | None) -> None:
        known = [name.value]
        if kind is not None:
            known = [*(m.name for m in kind.mistakes), *self._own_mistakes(), *NAMES, OTHER_READING]
        if name.value not in known:
            advice = suggest(name.value, known) or f"known are {', '.join(sorted(known))}"
            self._faults.add(name.place, f"unknown mistake '{name.value}'", advice)

    def _own_mistakes(self) -> list[str]:
        own = self._record.node("mistakes")
        records = [node for node in own.items if isinstance(node, Fields)] if isinstance(own, Items) else []
        entries = [entry for fields in records for entry in fields]
        return [value.value for key, value in entries if key.value == "name" and isinstance(value, Text)]

    def _mistake(
        self, record: Record, names: tuple[str, ...], shown: tuple[str, ...], kind: Kind | None
    ) -> ForeseenMistake | None:
        name = record.text("name", required=True)
        answer = self._template(record.text("answer", required=True), shown)
        when = record.text("when")
        condition = self._constraint(when, names) if when is not None else None
        say = self._template(record.text("say", required=True), shown)
        credit = record.fraction("credit", Fraction(0), Fraction(1))
        record.close()
        if name is not None and not ID.fullmatch(name.value):
            fault = f"the name '{name.value}' is not allowed"
            self._faults.add(name.place, fault, "use small letters, digits and hyphens")
        elif name is not None and kind is not None and name.value in [m.name for m in kind.mistakes]:
            fault = f"every {kind.name} problem knows the mistake '{name.value}' already"
            self._faults.add(name.place, fault, "choose another name")
        if name is None or answer is None or say is None:
            return None
        return ForeseenMistake(name.value, answer, condition, say, credit or Fraction(0), record.place)

    def _accept(self) -> Accept:
        node = self._record.node("accept")
        if node is None or (isinstance(node, Text) and node.value == "exact"):
            return EXACT
        if not isinstance(node, Fields):
            self._record.wrong("accept", "'exact', or one of significant_digits, decimal_places, absolute and relative")
            return EXACT
        record = Record(node, "'accept'", self._faults)
        digits = record.whole("significant_digits", 1, 30)
        places = record.whole("decimal_places", 0, 30)
        absolute = record.fraction("absolute", Fraction(0), Fraction(10**6))
        relative = record.fraction("relative", Fraction(0), Fraction(1))
        record.close()
        if sum(value is not None for value in (digits, places, absolute, relative)) > 1:
            self._faults.add(node.place, "'accept' takes one of its fields only")
        # Rounded to so many places: off by half of the last one at most.
        return Accept(digits, absolute if places is None else Fraction(1, 2 * 10**places), relative)

    def _policy(self, kind: Kind | None) -> dict[str, str]:
        fields = self._record.fields("policy")
        if fields is None or kind is None:
            return {}
        record = Record(fields, f"the policy of a {kind.name} problem", self._faults)
        knobs = {**kind.policies, OTHER_READING: COMMON_POLICY}
        chosen = {name: record.word(name, policy.values) for name, policy in knobs.items()}
        record.close()
        return {name: value for name, value in chosen.items() if value is not None}
