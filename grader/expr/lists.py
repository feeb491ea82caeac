"""Arithmetic with the lists that were typed: ``2(x, y)``, ``-[[1, 0], [0, 1]]/2``, ``2x i + 3j``.

Multiples, quotients by a number, signs and sums of vectors and matrices are carried out entry by
entry, and vectors in i, j and k are written out.  Whatever else an operator does to a list is
refused.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from grader.expr.notation import Brackets, Joined, Labelled, Listing, Notation, Note, Relation, Word, expression
from grader.expr.remarks import has_decimal_comma, list_error
from grader.expr.tokens import Tokens
from grader.expr.tree import ONE, ZERO, Add, Apply, Constant, Div, Expr, Mul, Neg, Pow
from grader.expr.unknown import explain
from grader.expr.vocabulary import UNITS, Vocabulary

INFINITY = Constant("oo")
_Units: TypeAlias = "dict[str, Expr]"
"""A vector by its components along i, j and k; the others are zero."""


class ListArithmetic:
    """Carries out what was typed with lists.

    ``vector``: whether a vector is asked, and ``size``: how many components it has.  ``sets``: whether
    sets are asked, which have no sums and multiples.
    """

    def __init__(self, tokens: Tokens, words: Vocabulary, form: str, size: int | None) -> None:
        self.t = tokens
        self.words = words
        self.vector = form == "vector"
        self.sets = form in ("interval", "set")
        self.size = size
        self.unit_at = 0

    def carried_out(self, found: Notation) -> Notation:
        """The notation with no operation on a list left in it.  Raises StudentError."""
        match found:
            case Relation(sides, signs, at):
                return Relation(tuple(map(self.carried_out, sides)), signs, at)
            case Listing(items, separators, at):
                return Listing(tuple(map(self.carried_out, items)), separators, at)
            case Labelled(item, label, at, several):
                return Labelled(self.carried_out(item), label, at, several)
            case Joined(parts, signs, at):
                return Joined(tuple(map(self.carried_out, parts)), signs, at)
            case Brackets(opening, rows, closing, transposed, at):
                inner = tuple(tuple(map(self.carried_out, row)) for row in rows)
                return Brackets(opening, inner, closing, transposed, at)
            case Word(name) if name not in UNITS:
                return found
        value = self.value(found)
        return self.written_out(value, found.at) if isinstance(value, dict) else value

    def written_out(self, components: _Units, at: int) -> Brackets:
        if len(components) == 1 and not self.vector:
            # Alone, i is more likely meant for the imaginary unit.
            raise self.t.error(self.unit_at, *explain(next(iter(components)), self.words))
        size = self.size or (3 if "k" in components or "z" in self.words.declared else 2)
        if "k" in components:
            size = max(size, 3)
        return Brackets("⟨", (tuple(components.get(unit, ZERO) for unit in UNITS[:size]),), "⟩", False, at)

    def value(self, e: Notation) -> Expr | Brackets | _Units:
        """An expression, a list, or a vector in i, j and k."""
        match e:
            case Brackets():
                found = self.carried_out(e)
                assert isinstance(found, Brackets)
                return found
            case Word(name, at):
                self.unit_at = at
                return {name: ONE}
            case Neg(argument, at):
                return self.each(self.value(argument), lambda entry: Neg(entry, at))
            case Add(terms, at):
                return self.sum([(self.value(term), term.at) for term in terms], at)
            case Mul(factors, at):
                return self.product([(self.value(factor), factor.at) for factor in factors], at)
            case Div(numerator, denominator, at):
                below = self.scalar(denominator)
                return self.each(self.value(numerator), lambda entry: Div(entry, below, at))
            case Pow(base, exponent, at):
                return Pow(self.scalar(base), self.scalar(exponent), at)
            case Apply(function, arguments, at):
                return Apply(function, tuple(map(self.scalar, arguments)), at)
            case Relation() | Listing() | Labelled() | Joined():
                raise self.t.error(e.at, "this stands where one expression has to stand", "type it alone")
        return expression(e)

    def scalar(self, e: Notation) -> Expr:
        """An expression, where a list is refused."""
        return self.no_list(self.value(e))

    def no_list(self, value: Expr | Brackets | _Units) -> Expr:
        if isinstance(value, Brackets):
            raise list_error(self.t, value)
        if isinstance(value, dict):
            raise self.t.error(self.unit_at, *explain(next(iter(value)), self.words))
        return value

    def each(self, value: Expr | Brackets | _Units, change: Callable[[Expr], Expr]) -> Expr | Brackets | _Units:
        """The value with every entry changed."""
        if isinstance(value, dict):
            return {unit: change(component) for unit, component in value.items()}
        if not isinstance(value, Brackets):
            return change(value)
        if value.opening == "{" or self.sets:
            raise self.t.error(value.at, "a set cannot be part of a sum or product", "type every element")
        rows = tuple(tuple(self.entry(item, change) for item in row) for row in value.rows)
        return Brackets(value.opening, rows, value.closing, value.transposed, value.at)

    def entry(self, item: Notation, change: Callable[[Expr], Expr]) -> Notation:
        changed = self.each(self.value(item), change)
        if isinstance(changed, dict):
            raise self.t.error(self.unit_at, *explain(next(iter(changed)), self.words))
        return changed

    def product(self, factors: list[tuple[Expr | Brackets | _Units, int]], at: int) -> Expr | Brackets | _Units:
        lists = [k for k, (value, _) in enumerate(factors) if isinstance(value, Brackets | dict)]
        if not lists:
            return Mul(tuple(self.no_list(value) for value, _ in factors), at)
        if len(lists) > 1:
            value, here = factors[lists[1]]
            if isinstance(value, dict):
                self.no_list(value)
            raise self.t.error(here, "a product of two lists cannot be typed", "carry it out and type every entry")
        place = lists[0]
        found = factors[place][0]
        if isinstance(found, Brackets) and has_decimal_comma(self.t, found):
            note = "this list was read as a vector of two entries; write decimals with a point, 1.5"
            self.t.notes.append(Note(found.at, note))
        others = [self.no_list(value) for k, (value, _) in enumerate(factors) if k != place]
        if INFINITY in others:
            raise self.t.error(at, "a list cannot be multiplied by infinity", "type every entry")

        def multiplied(entry: Expr) -> Expr:
            if entry is ONE:
                return Mul(tuple(others), at) if len(others) > 1 else others[0]
            return Mul((*others[:place], entry, *others[place:]), at)

        return self.each(factors[place][0], multiplied)

    def sum(self, terms: list[tuple[Expr | Brackets | _Units, int]], at: int) -> Expr | Brackets | _Units:
        first = terms[0][0]
        if all(isinstance(value, dict) for value, _ in terms):
            total: dict[str, tuple[Expr, ...]] = {}
            for value, _ in terms:
                assert isinstance(value, dict)
                for unit, component in value.items():
                    total[unit] = (*total.get(unit, ()), component)
            return {unit: Add(parts, at) if len(parts) > 1 else parts[0] for unit, parts in total.items()}
        if isinstance(first, Brackets) and first.opening != "{":
            found = first
            if self.sets:
                raise self.t.error(at, "sets cannot be added", "write U between sets for their union")
            for value, here in terms[1:]:
                if not isinstance(value, Brackets):
                    raise self.t.error(here, "a list and a single expression cannot be added", "type every entry")
                added = self.added(found, value, at)
                if added is None:
                    raise self.t.error(here, "the terms of this sum differ in shape", "type every entry")
                found = added
            return found
        return Add(tuple(self.no_list(value) for value, _ in terms), at)

    def added(self, one: Brackets, other: Brackets, at: int) -> Brackets | None:
        """The sum of two lists, None when they differ in shape."""
        alike = one.transposed == other.transposed and other.opening != "{"
        if not alike or [len(row) for row in one.rows] != [len(row) for row in other.rows]:
            return None
        rows: list[tuple[Notation, ...]] = []
        for left, right in zip(one.rows, other.rows, strict=True):
            row: list[Notation] = []
            for a, b in zip(left, right, strict=True):
                if isinstance(a, Brackets) and isinstance(b, Brackets):
                    inner = self.added(a, b, at)
                    if inner is None:
                        return None
                    row.append(inner)
                elif isinstance(a, Brackets) or isinstance(b, Brackets):
                    return None
                else:
                    terms = (*_terms(expression(a)), *_terms(expression(b)))
                    row.append(Add(terms, at))
            rows.append(tuple(row))
        return Brackets(one.opening, tuple(rows), one.closing, one.transposed, one.at)


def _terms(e: Expr) -> tuple[Expr, ...]:
    return e.terms if isinstance(e, Add) else (e,)
