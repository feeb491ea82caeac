"""Whole answers from tokens: lists, relations, labels; each item an expression or a bracketed list."""

from __future__ import annotations

from grader.expr.grammar import ExpressionParser
from grader.expr.labels import LINKS, label_of
from grader.expr.notation import Labelled, Listing, Notation, Relation, Word

_RELATIONS = frozenset(("=", "<", ">", "<=", ">=", "!=", "in"))


class StatementParser(ExpressionParser):
    """Reads everything that was typed.  ``labels`` are the canonical labels the problem takes."""

    __slots__ = ("labels",)

    labels: tuple[str, ...]

    def whole(self, labels: tuple[str, ...] = ()) -> Notation:
        """The whole text."""
        self.labels = labels
        kinds = self.kinds
        if kinds[0] == "end":
            raise self.t.error(0, "there is no answer here", "type one, or none if there is nothing to give")
        at = self.starts[0]
        items = [self.item()]
        separators: list[str] = []
        while kinds[self.i] in (",", ";", "or"):
            separators.append(self.words[self.i])
            self.i += 1
            if separators[-1] in (",", ";") and kinds[self.i] == "or":
                self.i += 1  # "1, 2, and 3"
            if kinds[self.i] == "end" and separators[-1] == ";":
                separators.pop()  # a list may be closed by a semicolon
                break
            items.append(self.item())
        if kinds[self.i] != "end":
            raise self.unexpected()
        return Listing(tuple(items), tuple(separators), at) if separators else items[0]

    def item(self) -> Notation:
        """A relation, expression or list, with a label before or after it."""
        at = self.starts[self.i]
        before = self.label()
        if before and self.kinds[self.i] in ("end", ",", ";", "or"):
            return Word(before, at)
        if before and self.kinds[self.i] in (":", "="):
            self.i += 1
            if self.kinds[self.i] == "w":
                self.label()  # "max: none"
                return Labelled(Word("none", at), before, at)
        found = self.relation()
        if self.kinds[self.i] == ":" and self.kinds[self.i + 1] == "w":
            self.i += 1
        after = self.label()
        label = before or after
        return Labelled(found, label, at) if label else found

    def label(self) -> str:
        """Skips the words of a label and gives its canonical name; '' when there are none."""
        first = self.i
        while self.kinds[self.i] == "w":
            self.i += 1
        if self.i == first:
            return ""
        words = [word for word in self.words[first : self.i] if word not in LINKS and word not in "()"]
        if not words:
            return ""
        label = label_of(words, self.labels)
        if label is None:
            shown = self.shown(first, self.i)
            known = ", ".join(self.labels) or "minimum, maximum, saddle"
            raise self.t.error(self.starts[first], f"'{shown}' is not one label", f"use one of {known}")
        return label

    def relation(self) -> Notation:
        """An expression or list, or a chain of relations between such."""
        at = self.starts[self.i]
        kinds = self.kinds
        sides: list[Notation] = [self.sum()]
        signs: list[str] = []
        while kinds[self.i] in _RELATIONS:
            if kinds[self.i] == "=" and kinds[self.i + 1] == "w":
                self.i += 1
                break
            signs.append(kinds[self.i])
            self.i += 1
            sides.append(self.sum())
        return Relation(tuple(sides), tuple(signs), at) if signs else sides[0]
