"""Whole answers from tokens: lists, relations, labels; each item an expression or a bracketed list."""

from __future__ import annotations

import re
from collections.abc import Callable

from grader.errors import StudentError
from grader.expr.grammar import LINES, SPACES, ExpressionParser
from grader.expr.labels import LINKS, PLURALS, closest_label, label_of
from grader.expr.notation import Brackets, Joined, Labelled, Listing, Notation, Relation, Word
from grader.expr.remarks import CLOSES
from grader.expr.tree import Variable

_RELATIONS = frozenset(("=", "<", ">", "<=", ">=", "!=", "in"))
_SEPARATORS = frozenset((",", ";", "or"))
_REALS = frozenset(("R", "reals", "Reals"))
_INTEGERS = frozenset(("Z", "N", "ZZ", "NN", "integers"))
# A value with a number of its own, x_1 or x1 for one of the values of x.
_NUMBERED = re.compile(r"(.*?[^_0-9])_?\{?[0-9]\}?")
# Tokens after which the name R of all real numbers may end.
_AFTER_REALS = frozenset(("end", "∖", "-", ",", ";", "or", ")", "}", ":"))
# Tokens that begin an item which is more than an expression or list: a label, the real numbers.
_MORE_THAN_SUMS = frozenset(("w", "ℝ", "ℤ", "?"))
_NAME_OF_POINT = re.compile(r"[A-Z](?:_?\{?[0-9A-Za-z]\}?)?")
# Forms of answers that list values.
_OF_VALUES = frozenset(("any", "set", "points"))
_ORDER = frozenset(("=", "<", ">", "<=", ">=", "!="))
_TWO_USES = frozenset(("±", "∓", "<", ">", "{", "|", "[", "]", "?"))
_UNIONS = frozenset(("U", "u", "union"))
# Tokens that no opening bracket stands before.
_AFTER_INTERVAL = frozenset(("end", "∪", "or", ",", ";"))
_SIGNS_APART = {"±": "+", "∓": "-"}
_OTHER_SIGN = {"+": "-", "-": "+"}


class StatementParser(ExpressionParser):
    """Reads everything that was typed.  ``labels`` are the canonical labels the problem takes."""

    __slots__ = ("apart", "labels")

    labels: tuple[str, ...]
    apart: list[int]

    def whole(self, labels: tuple[str, ...] = ()) -> Notation:
        """The whole text."""
        self.labels = labels
        kinds = self.kinds
        if kinds[0] == "end":
            raise self.t.error(0, "there is no answer here", "type one, or none if there is nothing to give")
        self.prepare()
        if not self.lines:
            if not self.signs_apart and kinds[0] not in _MORE_THAN_SUMS:
                # Most answers are one expression or list: read without asking what else could follow.
                scanned, trials = len(self.notes), self.trials
                found: Notation = self.sum()
                if kinds[self.i] == "end":
                    return found
                self.i, self.lists, self.trials = 0, False, trials
                del self.notes[scanned:]
            return self.listing()
        if self.form == "vector" or self.form == "matrix":
            return self.bare_rows() or self.listing()
        scanned = len(self.notes)
        try:
            return self.listing()
        except StudentError as fault:
            notes = self.notes[scanned:]
            del self.notes[scanned:]
            rows = self.bare_rows()
            if rows is None:
                self.notes += notes
                raise fault from None
            return rows

    def prepare(self) -> None:
        """Tells apart the signs that have two uses: angles and order, brackets turned outwards, U, ±."""
        kinds = self.kinds
        self.apart = []
        if _TWO_USES.isdisjoint(kinds):
            return
        if "|" in kinds and self.form == "points":
            self.find_points()
        if "|" in kinds and not _ORDER.isdisjoint(kinds):
            self.find_or()
        if "±" in kinds or "∓" in kinds:
            self.signs_apart = True
            self.apart = [i for i, kind in enumerate(kinds) if kind in _SIGNS_APART]
            for i in self.apart:
                kinds[i] = _SIGNS_APART[kinds[i]]
        if "<" in kinds and ">" in kinds:
            self.find_angles()
        if "{" in kinds and "|" in kinds:
            for i in range(len(kinds) - 3):
                # {x | x > 0} and {x in R | x > 0}: the bar is no absolute value.
                if kinds[i] == "{" and kinds[i + 1] == "v":
                    bar = i + 4 if kinds[i + 2] == "in" and i + 4 < len(kinds) else i + 2
                    if kinds[bar] == "|":
                        kinds[bar] = ":"
        if "]" in kinds or "[" in kinds:
            self.turn_brackets()
        if "?" in kinds:
            for i in range(1, len(kinds) - 1):
                if kinds[i] == "?" and self.words[i] in _UNIONS:
                    if kinds[i - 1] in CLOSES and kinds[i + 1] in ("(", "[", "{"):
                        kinds[i] = "∪"

    def find_points(self) -> None:
        """``(1|2)``: a bar between coordinates is a comma; in brackets that hold no other."""
        kinds = self.kinds
        for i, kind in enumerate(kinds):
            if kind == "(":
                closing = self.closing_of(i)
                bars = [j for j in range(i, closing) if kinds[j] == "|"]
                if len(bars) == 1 and "," not in kinds[i:closing]:
                    kinds[bars[0]] = ","

    def find_or(self) -> None:
        """``x < 0 || x > 1``: two bars between two relations, with no bar open before them."""
        kinds = self.kinds
        bars = [i for i, kind in enumerate(kinds) if kind == "|"]
        for k in range(len(bars) - 2, -1, -1):
            i = bars[k]
            if k % 2 or bars[k + 1] != i + 1 or _ORDER.isdisjoint(kinds[:i]) or _ORDER.isdisjoint(kinds[i + 2 :]):
                continue
            kinds[i], self.words[i], self.ends[i] = "or", "or", self.ends[i + 1]
            for each in (kinds, self.words, self.starts, self.ends):
                del each[i + 1]

    def find_angles(self) -> None:
        """``2<1, 3>``: after an operand a vector, when a comma lies inside and nothing is compared behind it."""
        kinds = self.kinds
        for i, kind in enumerate(kinds):
            if kind != "<" or not i or kinds[i - 1] not in ("0", "v", "c", ")", "*", "/", "+", "-", "!"):
                continue
            depth, comma, j = 0, False, i + 1
            while kinds[j] != "end" and depth >= 0 and not (depth == 0 and kinds[j] in (">", "<", "=", "<=", ">=")):
                depth += (kinds[j] in ("(", "[", "{")) - (kinds[j] in (")", "]", "}"))
                comma = comma or (depth == 0 and kinds[j] == ",")
                j += 1
            operator = kinds[i - 1] in ("*", "/", "+", "-")
            if kinds[j] == ">" and comma and (operator or kinds[j + 1] in ("end", ",", ";", ")", "]", "}")):
                kinds[i], kinds[j] = "⟨", "⟩"

    def turn_brackets(self) -> None:
        """``]0, 1[`` and ``[0, 1[``: where the square brackets do not pair, the ends of intervals."""
        kinds = self.kinds
        depth = lowest = 0
        for kind in kinds:
            depth += (kind == "[") - (kind == "]")
            lowest = min(lowest, depth)
        outwards = any(
            kind == "[" and (kinds[i + 1] in _AFTER_INTERVAL or self.words[i + 1] in _UNIONS)
            for i, kind in enumerate(kinds)
        )
        if not (depth or lowest or outwards) or kinds.count("[") + kinds.count("]") > 40:
            return
        turned: list[tuple[int, str]] = []
        comma: bool | None = None  # None outside an interval
        depth = 0
        for i, kind in enumerate(kinds):
            if kind in ("[", "]") and depth == 0:
                if comma is None:
                    comma = False
                    turned.append((i, "[" if kind == "[" else "("))
                elif comma:
                    comma = None
                    turned.append((i, ")" if kind == "[" else "]"))
                else:
                    return
            elif kind == "(" and comma is None:
                comma = False
            elif kind == ")" and comma and depth == 0:
                comma = None
            elif kind in ("(", "{"):
                depth += 1
            elif kind in (")", "}"):
                depth -= 1
            elif kind in (",", ";") and depth == 0 and comma is not None:
                comma = True
                if kind == ";":
                    turned.append((i, ","))
        if comma is None:
            for i, kind in turned:
                kinds[i] = kind

    def bare_rows(self) -> Notation | None:
        """The rows of a matrix on lines of their own, entries set apart by spaces or commas; None if they are not."""
        notes, lists, kinds = len(self.notes), self.lists, self.kinds
        self.i, self.breaks = 0, SPACES
        at = self.starts[0]
        rows: list[list[Notation]] = [[]]
        try:
            while kinds[self.i] != "end":
                if self.i and "\n" in self.t.text[self.ends[self.i - 1] : self.starts[self.i]]:
                    rows.append([])
                elif self.i and kinds[self.i] == ",":
                    self.i += 1
                rows[-1].append(self.sum())
        except StudentError:
            rows = []
        self.breaks = LINES
        width = len(rows[0]) if rows else 0
        if len(rows) > 1 and width > 1 and all(len(row) == width for row in rows):
            self.note(0, "the lines were read as the rows of a matrix")
            return Brackets("[", tuple(map(tuple, rows)), "]", False, at)
        del self.notes[notes:]
        self.i, self.lists = 0, lists
        return None

    def listing(self) -> Notation:
        """One item, or several with separators between them."""
        kinds = self.kinds
        at = self.starts[0]
        self.breaks = LINES if self.lines else 0
        items = self.items()
        separators = _between(items)
        while kinds[self.i] in _SEPARATORS or (self.lines and kinds[self.i] != "end" and self.on_next_line()):
            if kinds[self.i] in _SEPARATORS:
                separators.append(self.words[self.i])
                self.i += 1
            else:
                separators.append("\n")
            if separators[-1] in (",", ";") and kinds[self.i] == "or":
                self.i += 1  # "1, 2, and 3"
            if kinds[self.i] == "end" and separators[-1] == ";":
                separators.pop()  # a list may be closed by a semicolon
                break
            found = self.items()
            separators += _between(found)
            items += found
        if kinds[self.i] != "end":
            raise self.unexpected()
        return Listing(tuple(items), tuple(separators), at) if len(items) > 1 else items[0]

    def on_next_line(self) -> bool:
        return "\n" in self.t.text[self.ends[self.i - 1] : self.starts[self.i]]

    def items(self) -> list[Notation]:
        return self.both_signs(self.item) if self.signs_apart else [self.item()]

    def both_signs(self, read: Callable[[], Notation]) -> list[Notation]:
        """What ``read`` finds here, and when it holds a ``±`` what it finds with the other sign."""
        begin, notes = self.i, len(self.notes)
        first = read()
        here = [i for i in self.apart if begin <= i < self.i and not self.in_braces(begin, i)]
        if not here:
            return [first]
        if isinstance(first, Relation) and not {"=", "!=", "in"}.issuperset(first.signs):
            raise self.t.error(
                self.starts[here[0]], "± cannot stand in an inequality", "write every inequality out"
            )  # fmt: skip
        signs = [self.words[i] for i in here]
        if signs.count("±") > 1 and "∓" not in signs:
            raise self.t.error(
                self.starts[here[1]], "there is a second ± here, with signs that could go together or not",
                "write the values out, separated by commas",
            )  # fmt: skip
        for i in here:
            self.kinds[i] = _OTHER_SIGN.get(self.kinds[i], "+")
        del self.notes[notes:]
        end, self.i = self.i, begin
        second = read()
        for i in here:
            self.kinds[i] = _OTHER_SIGN.get(self.kinds[i], "+")
        if self.i != end:
            raise self.unexpected()
        return [first, second]

    def in_braces(self, begin: int, i: int) -> bool:
        """Whether a token stands in curly brackets opened since ``begin``, whose elements are read with both signs."""
        before = self.kinds[begin:i]
        return self.kinds[begin] == "{" or before.count("{") > before.count("}")

    def item(self) -> Notation:
        """A relation, expression or list, with a label before or after it."""
        at = self.starts[self.i]
        if self.form == "points" and self.kinds[self.i] == "?":
            self.skip_name_of_point()
        first = self.i
        before = self.label()
        if self.i > first and not before and self.kinds[self.i] in (":", "="):
            self.i += 1  # the critical points are: ...
        if before and self.kinds[self.i] in ("end", ",", ";", "or"):
            return Word(before, at)
        if before and self.kinds[self.i] in (":", "="):
            self.i += 1
            if self.kinds[self.i] == "w":
                self.label()  # "max: none"
                return Labelled(Word("none", at), before, at)
        found = self.joined()
        if self.kinds[self.i] == ":" and self.kinds[self.i + 1] in ("w", "?"):
            self.i += 1
        if self.labels and self.kinds[self.i] == "?":
            raise self.not_a_label(self.i)
        first = self.i
        after = self.label()
        label = before or after
        several = bool(after) and not PLURALS.isdisjoint(self.words[first : self.i])
        return Labelled(found, label, at, several) if label else found

    def skip_name_of_point(self) -> None:
        """``P(0, 0)`` and ``P_1 = (0, 0)``: the name, and the equals sign."""
        i = self.i
        if _NAME_OF_POINT.fullmatch(self.words[i]):
            j = i + 2 if self.kinds[i + 1] == "=" else i + 1
            if self.kinds[j] in ("(", "[", "<", "⟨"):
                self.i = j

    def conditions(self, i: int) -> Notation:
        items, separators = [], []
        while True:
            self.i += 1
            items.append(self.relation())
            if self.kinds[self.i] not in _SEPARATORS:
                break
            separators.append(self.words[self.i])
        if self.kinds[self.i] != "}":
            raise self.wrong_closing(i)
        self.i += 1
        self.depth -= 1
        if not self.may_stand(i):
            raise self.t.error(self.starts[i], "this set stands where an expression has to stand", "type it alone")
        return Listing(tuple(items), tuple(separators), self.starts[i]) if separators else items[0]

    def unexpected(self) -> StudentError:
        i = self.i
        if self.labels and self.kinds[i] == "?" and i and self.kinds[i - 1] in CLOSES:
            return self.not_a_label(i)
        return super().unexpected()

    def not_a_label(self, i: int) -> StudentError:
        """``(0,0): sadle``; the words begin at token ``i``."""
        last = i
        while self.kinds[last + 1] in ("?", "w") and last < i + 3:
            last += 1
        shown, known = self.shown(i, last + 1), ", ".join(self.labels)
        close = next(filter(None, (closest_label(word, self.labels) for word in self.words[i : last + 1])), "")
        fix = f"did you mean '{close}'?" if close else f"use one of {known}"
        return self.t.error(self.starts[i], f"'{shown}' is not a label here", fix)

    def label(self) -> str:
        """Skips the words of a label and gives its canonical name; '' when there are none."""
        first = self.i
        while self.kinds[self.i] == "w":
            self.i += 1
        if self.i == first:
            return ""
        if self.labels and self.kinds[self.i] == "?":
            raise self.not_a_label(first)
        words = [word for word in self.words[first : self.i] if word not in LINKS and word not in "()"]
        if not words:
            return ""
        label = label_of(words, self.labels)
        if label is None:
            shown = self.shown(first, self.i)
            known = ", ".join(self.labels) or "minimum, maximum, saddle"
            raise self.t.error(self.starts[first], f"'{shown}' is not one label", f"use one of {known}")
        return label

    def joined(self) -> Notation:
        """A relation, or several sets joined by ``∪`` and ``∖``."""
        at = self.starts[self.i]
        first = self.relation()
        kinds = self.kinds
        reals = isinstance(first, Word) or (isinstance(first, Relation) and isinstance(first.sides[-1], Word))
        if kinds[self.i] not in ("∪", "∖") and not (reals and kinds[self.i] == "-"):
            return first
        parts, signs = [first], []
        while (k := kinds[self.i]) in ("∪", "∖", "-"):
            kinds[self.i] = "∖" if k == "-" else k
            signs.append(kinds[self.i])
            self.i += 1
            parts.append(self.relation())
        return Joined(tuple(parts), tuple(signs), at)

    def relation(self) -> Notation:
        """An expression or list, or a chain of relations between such."""
        at = self.starts[self.i]
        kinds = self.kinds
        sides: list[Notation] = [self.side(False)]
        signs: list[str] = []
        while kinds[self.i] in _RELATIONS:
            if kinds[self.i] in ("=", ">=") and kinds[self.i + 1] == "w":
                self.i += 1
                break
            signs.append(kinds[self.i])
            self.i += 1
            sides.append(self.side(signs[-1] == "in"))
        return Relation(tuple(sides), tuple(signs), at) if signs else sides[0]

    def numbered(self, i: int) -> str:
        """The variable that the word at token ``i`` is one value of: ``x`` for ``x_1`` before an equals sign."""
        match = _NUMBERED.fullmatch(self.words[i])
        stem = self.vocabulary.words.get(match[1]) if match else None
        if stem is None or stem[0] != "v":
            return ""
        shown = self.shown(i, i + 1)
        self.note(i, f"{shown} = was read as a value of {stem[1]}")
        return stem[1]

    def side(self, of_set: bool) -> Notation:
        """One side of a relation; after ``in`` or before ``∖`` a capital R is the set of all real numbers."""
        i = self.i
        k, after = self.kinds[i], self.kinds[i + 1] if self.kinds[i] != "end" else ""
        unknown = k == "?" or (k == "v" and self.words[i] not in self.vocabulary.declared)
        if k == "ℤ" or (unknown and of_set and self.words[i] in _INTEGERS):
            self.i = i + 1
            return Word("integers", self.starts[i])
        if k == "?" and after == "=" and self.form in _OF_VALUES and (stem := self.numbered(i)):
            self.i = i + 1
            return Variable(stem, self.starts[i])
        alone = self.form == "interval" and i == 0 and after == "end"
        named = (
            unknown and self.words[i] in _REALS and after in _AFTER_REALS and (of_set or alone or after in ("∖", "-"))
        )
        if k == "ℝ" or (named and not (after == "-" and self.kinds[i + 2] != "{")):
            self.i = i + 1
            return Word("reals", self.starts[i])
        return self.sum()


def _between(found: list[Notation]) -> list[str]:
    """What stands between the readings of one item with ±: one of them holds, but x != ±1 means neither."""
    denied = isinstance(found[0], Relation) and "!=" in found[0].signs
    return ["and" if denied else "or"] * (len(found) - 1)
