"""Sets of real numbers as they are typed: intervals, inequalities, unions, ``x != 0``, ``R \\ {0}``.

What was typed becomes spans in the order typed.  Where the order of two ends matters they have to be
rational numbers; anything else is left to who compares two sets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import TypeAlias

from grader.errors import StudentError
from grader.expr.notation import Brackets, Joined, Listing, Notation, Relation, Word
from grader.expr.tree import Add, Apply, Constant, Expr, Neg, Variable, rational, rational_value, variables
from grader.records import record


@record
class Span:
    """An interval of real numbers; no end (None) where it goes on without one, and then not closed.

    A single number is a span whose two ends are equal and closed.
    """

    low: Expr | None
    high: Expr | None
    low_closed: bool = False
    high_closed: bool = False


LINE = Span(None, None)
"""All real numbers."""

_TURNED = {">": "<", ">=": "<=", "<": ">", "<=": ">=", "=": "=", "!=": "!="}
_OPENS = frozenset("([]")
_EXAMPLE = "type it as 0 < x <= 3"


class SpanReader:
    """Makes spans from notation.

    ``error`` makes the fault for a place, ``one`` an expression of a notation, ``note`` says how
    something was read.
    """

    def __init__(
        self,
        error: Callable[[int, str, str], StudentError],
        one: Callable[[Notation], Expr],
        note: Callable[[int, str], None],
    ) -> None:
        self.error, self.one, self.note = error, one, note
        self.variable = ""

    def whole(self, found: Notation) -> tuple[Span, ...]:
        """The spans of a whole answer.  Raises StudentError."""
        if isinstance(found, Relation) and found.signs == ("=",) and not isinstance(found.sides[1], Brackets):
            raise self.error(found.at, "an interval or an inequality in one variable is asked", _EXAMPLE)
        if isinstance(found, Brackets) and found.opening == "{":
            raise self.error(found.at, "an interval is asked", "type it as (0, 3), [0, oo) or 0 < x <= 3")
        return self.spans(found)

    def spans(self, found: Notation) -> tuple[Span, ...]:
        match found:
            case Word("reals"):
                return (LINE,)
            case Word("none"):
                return ()
            case Relation((Variable(name, at), Brackets() as values), ("=",)):
                self.about(name, at)
                return self.spans(values)  # x = (0, 1)
            case Relation((Variable(name, at), values), ("in",)):
                self.about(name, at)
                return self.spans(values)
            case Relation():
                return self.inequality(found)
            case Joined(parts, signs):
                return self.joined(parts, signs)
            case Listing(items, separators):
                return self.listing(items, separators, found.at)
            case Brackets("{", rows):
                return tuple(self.point(item) for row in rows for item in row)
            case Brackets(opening, (row,), closing) if len(row) == 2 and opening in _OPENS and not found.transposed:
                low, high = (self.end(item) for item in row)
                return (self.span(low, high, opening == "[", closing == "]", found.at),)
            case Brackets(opening, ((low_item,), (high_item,)), closing) if opening in _OPENS:
                # (0; 1), as it is written where the comma belongs to decimals.
                ends = self.end(low_item), self.end(high_item)
                return (self.span(*ends, opening == "[", closing == "]", found.at),)
        raise self.error(found.at, "an interval is asked", "type it as (0, 3), [0, oo) or 0 < x <= 3")

    def about(self, name: str, at: int) -> None:
        """All that is said has to be about one variable."""
        if self.variable and self.variable != name:
            raise self.error(at, f"this says something of {name} and of {self.variable}", "type a set of numbers")
        self.variable = name

    # Inequalities ---------------------------------------------------------------------------

    def inequality(self, found: Relation) -> tuple[Span, ...]:
        sides, signs = found.sides, found.signs
        if len(signs) == 1 and any(isinstance(side, Apply) and side.function == "abs" for side in sides):
            return self.distance(found)
        several = len(signs) > 1 and ("=" in signs or "!=" in signs)
        if not any(isinstance(side, Variable) for side in sides) or several or len(signs) > 2 or "in" in signs:
            raise self.error(found.at, "an interval or an inequality in one variable is asked", _EXAMPLE)
        if signs[0][0] == ">":
            sides, signs = sides[::-1], tuple(_TURNED[sign] for sign in signs[::-1])
        if len({sign[0] for sign in signs}) > 1:
            raise self.error(found.at, "the signs of this inequality point in different directions", _EXAMPLE)
        middle = next(i for i, side in enumerate(sides) if isinstance(side, Variable))
        self.about(min(variables(self.one(sides[middle]))), sides[middle].at)
        if len(signs) == 2 and middle != 1:
            raise self.error(found.at, "the variable has to stand in the middle", _EXAMPLE)
        if signs[0] in ("=", "!="):
            value = self.finite(sides[1 - middle])
            if signs[0] == "=":
                return (Span(value, value, True, True),)
            return (Span(None, value), Span(value, None))
        low = self.end(sides[middle - 1]) if middle else Neg(Constant("oo"))
        high = self.end(sides[middle + 1]) if middle + 1 < len(sides) else Constant("oo")
        closed_low = bool(middle) and signs[middle - 1] == "<="
        closed_high = middle + 1 < len(sides) and signs[middle] == "<="
        return (self.span(low, high, closed_low, closed_high, found.at),)

    def distance(self, found: Relation) -> tuple[Span, ...]:
        """``|x - a| < r`` and the like."""
        (sign,) = found.signs
        left, right = found.sides
        if not (isinstance(left, Apply) and left.function == "abs"):
            left, right, sign = right, left, _TURNED.get(sign, sign)
        inside = left.arguments[0] if isinstance(left, Apply) and left.function == "abs" else None
        centre: Expr | None = None
        match inside:
            case Variable():
                centre = rational(0)
            case Add((Variable(), Neg(a))):
                centre = a
            case Add((Variable(), a)):
                centre = Neg(a)
        radius = self.one(right)
        if centre is None or variables(centre) or not _is_positive(radius) or sign not in _TURNED:
            raise self.error(found.at, "this inequality is not solved for the variable", _EXAMPLE)
        self.about(min(variables(self.one(left))), found.at)
        low, high = _sum(centre, Neg(radius)), _sum(centre, radius)
        closed = sign in ("<=", ">=")
        if sign in ("=", "!="):
            points = (Span(low, low, True, True), Span(high, high, True, True))
            return points if sign == "=" else without((LINE,), points) or ()
        if sign[0] == "<":
            return (Span(low, high, closed, closed),)
        return (Span(None, low, False, closed), Span(high, None, closed, False))

    # Several --------------------------------------------------------------------------------

    def joined(self, parts: Sequence[Notation], signs: Sequence[str]) -> tuple[Span, ...]:
        found = self.spans(parts[0])
        for sign, part in zip(signs, parts[1:], strict=True):
            other = self.spans(part)
            if sign == "∪":
                found += other
                continue
            rest = without(found, other)
            if rest is None:
                raise self.error(
                    part.at, "the order of the numbers left out is not clear", "write a union of intervals"
                )
            found = rest
        return found

    def listing(self, items: Sequence[Notation], separators: Sequence[str], at: int) -> tuple[Span, ...]:
        parts = [self.spans(item) for item in items]
        denied = [isinstance(item, Relation) and "!=" in item.signs for item in items]
        if set(separators) == {"or"}:
            if all(denied) and len(set(parts)) > 1:
                raise self.error(at, "every number satisfies one of these", "write and between them")
            return tuple(span for part in parts for span in part)
        inequalities = all(isinstance(item, Relation) and item.signs[0] not in ("=", "in") for item in items)
        rest = [part for part, no in zip(parts, denied, strict=True) if not no]
        found = self.together(rest, separators, at) if inequalities else tuple(span for part in rest for span in part)
        if not any(denied):
            return found
        # x in R, x != 0: what is denied is taken out of the rest.
        values = [part[0].high for part, no in zip(parts, denied, strict=True) if no]
        taken = tuple(Span(value, value, True, True) for value in dict.fromkeys(values))
        left = without(found if rest else (LINE,), taken)
        if left is None:
            raise self.error(at, "the order of the numbers left out is not clear", "write a union of intervals")
        if "and" not in separators:
            self.note(at, "the inequalities were read as holding together; for a union write or between them")
        return left

    def together(self, parts: Sequence[tuple[Span, ...]], separators: Sequence[str], at: int) -> tuple[Span, ...]:
        """Inequalities that hold together where any number satisfies them all, else ``x < 0, x > 1``."""
        if not parts:
            return ()
        common = parts[0]
        for part in parts[1:]:
            meeting = intersection(common, part)
            if meeting is None:
                raise self.error(at, "these inequalities could all hold or one of them", "write or between them")
            common = meeting
        if "and" in separators and not common:
            raise self.error(at, "no number satisfies all of these inequalities", "write or between them")
        if not common:
            return tuple(span for part in parts for span in part)
        if "and" not in separators and len(parts) > 1:
            self.note(at, "the inequalities were read as holding together; for a union write or between them")
        return common

    # Ends -----------------------------------------------------------------------------------

    def point(self, item: Notation) -> Span:
        if isinstance(item, Relation) and item.signs == ("=",) and isinstance(item.sides[0], Variable):
            self.about(item.sides[0].name, item.at)
            item = item.sides[1]
        value = self.finite(item)
        return Span(value, value, True, True)

    def finite(self, item: Notation) -> Expr:
        value = self.end(item)
        if _infinite(value):
            raise self.error(item.at, "infinity is no number", _EXAMPLE)
        return value

    def end(self, item: Notation) -> Expr:
        """An end of an interval, a number or ``oo`` or ``-oo``."""
        value = self.one(item)
        if not _infinite(value) and variables(value):
            raise self.error(item.at, "the ends of an interval have to be numbers or oo", "for example (-1/2, oo)")
        return value

    def span(self, low: Expr, high: Expr, low_closed: bool, high_closed: bool, at: int) -> Span:
        """A span with both ends; an infinite one is open however it was typed."""
        a, b = rational_value(low), rational_value(high)
        single = a is not None and a == b and low_closed and high_closed
        turned = a is not None and b is not None and a >= b and not single
        if turned or _infinite(low) == 1 or _infinite(high) == -1:
            raise self.error(
                at, "the left end of an interval has to be less than the right end", "exchange the two ends"
            )
        left, right = not _infinite(low), not _infinite(high)
        return Span(low if left else None, high if right else None, low_closed and left, high_closed and right)


def _sum(a: Expr, b: Expr) -> Expr:
    """The sum of two numbers, carried out where they are rational."""
    first, second = rational_value(a), rational_value(b)
    if first is not None and second is not None:
        return rational(first + second)
    return b if first == 0 else Add((a, b))


def _is_positive(e: Expr) -> bool:
    """Whether a number is proved to be positive."""
    if variables(e) or _infinite(e):
        return False
    line = _Line.of((Span(e, e),), (Span(rational(0), None),))
    return line is not None and line.numbers[e] > 0


def _infinite(e: Expr) -> int:
    """1 for ``oo``, -1 for ``-oo``, else 0."""
    if isinstance(e, Constant) and e.name == "oo":
        return 1
    return -1 if isinstance(e, Neg) and _infinite(e.argument) == 1 else 0


# Sets whose ends can be ordered ---------------------------------------------------------------

_Place: TypeAlias = "tuple[int, Fraction, int]"
"""A place on the line: (0, number, 0) just before a number, (0, number, 1) just after it; -1 and 1 the ends."""
_LEAST: _Place = (-1, Fraction(0), 0)
_GREATEST: _Place = (1, Fraction(0), 0)
_MOST_ENDS = 60
_BITS = 160


class _Line:
    """The ends of some spans in their order.

    ``numbers``: for each end a number that stands for it, its value when it is rational, else one
    from a ball around it that meets no other ball.
    """

    def __init__(self, numbers: dict[Expr, Fraction]) -> None:
        self.numbers = numbers
        self.ends = {number: end for end, number in numbers.items() if rational_value(end) is None}

    @staticmethod
    def of(*sets: tuple[Span, ...]) -> _Line | None:
        """None when the order of two ends is not clear."""
        ends = {end for spans in sets for span in spans for end in (span.low, span.high) if end is not None}
        values = {end: value for end in ends if (value := rational_value(end)) is not None}
        if len(values) < len(ends):
            others = [end for end in ends if end not in values]
            drawn = _apart(others, set(values.values())) if len(ends) <= _MOST_ENDS else None
            if drawn is None:
                return None
            values |= drawn
        return _Line(values)

    def pieces(self, spans: tuple[Span, ...]) -> list[tuple[_Place, _Place]]:
        """Disjoint pieces between places of the line: before everything, at either side of a number, behind all."""
        found = []
        for span in spans:
            low = _LEAST if span.low is None else (0, self.numbers[span.low], 0 if span.low_closed else 1)
            high = _GREATEST if span.high is None else (0, self.numbers[span.high], 1 if span.high_closed else 0)
            found.append((low, high))
        joined: list[tuple[_Place, _Place]] = []
        for low, high in sorted(found):
            if joined and low <= joined[-1][1]:
                joined[-1] = joined[-1][0], max(high, joined[-1][1])
            else:
                joined.append((low, high))
        return joined

    def span(self, low: _Place, high: _Place) -> Span:
        return Span(
            self.end(low[1]) if not low[0] else None,
            self.end(high[1]) if not high[0] else None,
            not low[0] and not low[2],
            not high[0] and bool(high[2]),
        )

    def end(self, number: Fraction) -> Expr:
        return self.ends.get(number) or rational(number)

    def common(self, left: list[tuple[_Place, _Place]], right: list[tuple[_Place, _Place]]) -> tuple[Span, ...]:
        both = [(max(a, c), min(b, d)) for a, b in left for c, d in right]
        return tuple(self.span(low, high) for low, high in sorted(both) if low < high)


def _apart(ends: list[Expr], rationals: set[Fraction]) -> dict[Expr, Fraction] | None:
    """A rational number near each end, ordered as the ends are; None when that is not proved.

    Each end lies in its ball, and the balls and the rational numbers are disjoint.
    """
    from grader.expr.balls import Undefined, arb_of, enclose, precision

    with precision(_BITS):
        try:
            balls = [enclose(end, {}) for end in ends]
        except Undefined:
            return None
        if not all(ball.is_finite() for ball in balls):
            return None
        known = [*balls, *map(arb_of, rationals)]
        if any(known[i].overlaps(known[k]) for i in range(len(balls)) for k in range(i + 1, len(known))):
            return None
        found = {}
        for end, ball in zip(ends, balls, strict=True):
            mantissa, exponent = ball.mid().man_exp()
            found[end] = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
        return found


def merged(spans: tuple[Span, ...]) -> tuple[Span, ...] | None:
    """The same set as disjoint spans from left to right; None when the ends cannot be ordered."""
    line = _Line.of(spans)
    return None if line is None else tuple(line.span(low, high) for low, high in line.pieces(spans))


def without(spans: tuple[Span, ...], taken: tuple[Span, ...]) -> tuple[Span, ...] | None:
    """The numbers of the first set that are not in the second; None when the ends cannot be ordered."""
    if spans == (LINE,) and len(taken) == 1 and taken[0].low is not None and taken[0].low == taken[0].high:
        # One point may be taken from the whole line whatever it is.
        return Span(None, taken[0].low), Span(taken[0].low, None)
    line = _Line.of(spans, taken)
    if line is None:
        return None
    gaps: list[tuple[_Place, _Place]] = []
    at = _LEAST
    for low, high in line.pieces(taken):
        if at < low:
            gaps.append((at, low))
        at = high
    if at < _GREATEST:
        gaps.append((at, _GREATEST))
    return line.common(line.pieces(spans), gaps)


def intersection(one: tuple[Span, ...], other: tuple[Span, ...]) -> tuple[Span, ...] | None:
    """The numbers in both sets; None when the ends cannot be ordered."""
    line = _Line.of(one, other)
    return None if line is None else line.common(line.pieces(one), line.pieces(other))
