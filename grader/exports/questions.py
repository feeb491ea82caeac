"""What a learning platform can check: numbers and choices, and the wrong answers it can tell apart."""

from __future__ import annotations

from fractions import Fraction

from grader import kinds
from grader.answer import Answer, Label, Scalar, Shape
from grader.bank.instance import Instance, NamedMistake
from grader.claims import Accept, Claim, Equal
from grader.diagnose import wrong_answers
from grader.expr.tree import Constant, Expr, variables, walk
from grader.kinds.base import names
from grader.records import record

_DIGITS = 4
"""To how many significant digits a number is asked that has no short decimal."""
_LONGEST_EXACT = 6


@record
class Numeric:
    """``value`` and how far from it an answer may be; with ``rounded`` to so many significant digits."""

    value: Fraction
    tolerance: Fraction
    rounded: int | None = None


@record
class Choice:
    """``options`` are Markdown; ``labels`` what an answer calls them.

    ``lettered``: whether the labels are letters, which a solution may name.
    """

    options: tuple[str, ...]
    labels: tuple[str, ...]
    right: int
    lettered: bool = False

    @property
    def shown(self) -> tuple[str, ...]:
        """The options with their letters, which then hold wherever a platform puts them."""
        if not self.lettered:
            return self.options
        return tuple(f"({label}) {option}" for label, option in zip(self.labels, self.options, strict=True))


def claims_of(instance: Instance) -> tuple[Claim, ...]:
    """What has to hold for an answer, told of the reference itself."""
    task = instance.task
    return tuple(weighted.claim for weighted in kinds.load(instance.kind).claims(task, task.reference))


def asks_for(instance: Instance) -> str:
    """What is asked, in the words of a sentence such as "asks for ..."."""
    form = shape_of(instance).form
    words = {
        "scalar": "a formula",
        "vector": "a vector",
        "matrix": "a matrix",
        "set": "a set of numbers",
        "points": "points",
        "equation": "an equation",
        "interval": "intervals",
        "label": "a word",
        "formula": "an expression of matrices of any size",
    }
    return words[form]


def shape_of(instance: Instance) -> Shape:
    return kinds.load(instance.kind).shape(instance.task.given, instance.task.policy)


def numeric(instance: Instance) -> Numeric | None:
    """The question as one for a number, where it is one."""
    task = instance.task
    if not isinstance(task.reference, Scalar):
        return None
    claims = claims_of(instance)
    if len(claims) != 1 or not isinstance(claims[0], Equal):
        return None
    value = number(task.reference.value)
    if value is None:
        return None
    if not task.accept.exact:
        return Numeric(value, _within(task.accept, value), task.accept.significant_digits)
    if _is_short(value):
        return Numeric(value, Fraction(0))
    return Numeric(value, _within(Accept(significant_digits=_DIGITS), value), _DIGITS)


def number(e: Expr) -> Fraction | None:
    """The value of a constant, to thirty digits where it is not rational."""
    from grader.expr.balls import Undefined, enclose, precision
    from grader.expr.numerals import TooLarge, constant_value

    if variables(e) or any(isinstance(node, Constant) and node.name == "oo" for node in walk(e)):
        return None
    try:
        exact = constant_value(e)
    except TooLarge:
        return None
    if exact is not None:
        return exact
    try:
        with precision(160):
            ball = enclose(e, {})
    except Undefined:
        return None
    if not ball.is_finite() or ball.rel_accuracy_bits() < 110:
        return None
    mantissa, power = ball.mid().man_exp()
    return Fraction(int(mantissa)) * Fraction(2) ** int(power)


def _is_short(value: Fraction) -> bool:
    scaled = value * 10**_LONGEST_EXACT
    if scaled.denominator != 1:
        return False
    digits = str(abs(scaled.numerator)).rstrip("0")
    return value.denominator == 1 or len(digits) <= _LONGEST_EXACT


def _within(accept: Accept, value: Fraction) -> Fraction:
    if accept.absolute is not None:
        return accept.absolute
    if accept.relative is not None:
        return accept.relative * abs(value)
    assert accept.significant_digits is not None
    return Fraction(10) ** (exponent(value) - accept.significant_digits + 1) / 2 if value else Fraction(0)


def exponent(value: Fraction) -> int:
    """The power of ten of the first digit; the value is not zero."""
    power = len(str(abs(value.numerator))) - len(str(value.denominator))
    return power if abs(value) >= Fraction(10) ** power else power - 1


def choice(instance: Instance) -> Choice | None:
    """The question as a choice among some, where it is one."""
    reference = instance.task.reference
    if not isinstance(reference, Label):
        return None
    shape = shape_of(instance)
    given = names(instance.task.given, "choices")
    if given:
        return Choice(given, shape.labels, shape.labels.index(reference.name), lettered=True)
    labels = tuple(dict.fromkeys(shape.labels))
    return Choice(labels, labels, labels.index(reference.name)) if 2 <= len(labels) else None


def wrong_numbers(instance: Instance, asked: Numeric) -> list[tuple[Fraction, NamedMistake]]:
    """The named wrong numbers that can be told from the right one and from each other."""
    found: list[tuple[Fraction, NamedMistake]] = []
    for mistake in wrong_answers(instance.task, instance.mistakes):
        value = number(mistake.answer.value) if isinstance(mistake.answer, Scalar) else None
        if value is None:
            continue
        taken = [asked.value, *(known for known, _ in found)]
        if all(abs(value - other) > 2 * asked.tolerance and value != other for other in taken):
            found.append((value, mistake))
    return found


def feedback_by_label(instance: Instance) -> dict[str, NamedMistake]:
    """The mistakes behind the wrong choices."""
    found: dict[str, NamedMistake] = {}
    for mistake in wrong_answers(instance.task, instance.mistakes):
        if isinstance(mistake.answer, Label):
            found.setdefault(mistake.answer.name, mistake)
    return found


def decimal(value: Fraction, digits: int = 12) -> str:
    """The value as a decimal without an exponent: exactly, or to so many significant digits."""
    if not value:
        return "0"
    places = max(0, digits - 1 - exponent(value))
    if _is_short(value):
        places = max(places, _LONGEST_EXACT)
    scaled = round(value * 10**places)
    text = f"{abs(scaled):0{places + 1}d}"
    whole, part = (text[:-places], text[-places:].rstrip("0")) if places else (text, "")
    return ("-" if scaled < 0 else "") + whole + (f".{part}" if part else "")


def is_right(answer: Answer, instance: Instance) -> bool:
    """Whether our own rules call an answer right."""
    from grader.decide import settle

    claims = kinds.load(instance.kind).claims(instance.task, answer)
    return bool(claims) and all(settle(weighted.claim).right for weighted in claims)
