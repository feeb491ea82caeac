"""The language of constraints and derived values."""

from __future__ import annotations

from fractions import Fraction

import pytest

from grader.bank.condition_reader import parse_arithmetic, parse_condition
from grader.bank.conditions import NoValue, evaluate, holds
from grader.errors import StudentError
from grader.expr.tree import Variable

VALUES = {"a": Fraction(3), "b": Fraction(-2), "n": Fraction(4), "q": Fraction(1, 2), "zero": Fraction(0)}
NAMES = (*VALUES, "f", "g")

TRUE = [
    "a != b",
    "a = 3",
    "a == 3",
    "b < 0 < a",
    "0 < a <= 3",
    "a > b and n >= 4",
    "a < b or n = 4",
    "not a = b",
    "not (a < b or n < 0)",
    "(a = 3 or b = 0) and not n = 5",
    "gcd(a, n) = 1",
    "lcm(6, n) = 12",
    "mod(a, 2) = 1",
    "mod(b, 3) = 1",
    "abs(b) = 2",
    "is_square(n)",
    "is_square(1/4)",
    "not is_square(a)",
    "not is_square(b)",
    "is_integer(2q)",
    "not is_integer(q)",
    "2a = 6",
    "2 a b = -12",
    "a(b + 1) = -3",
    "a^2 - 4*b*n = 41",
    "a**2 = 9",
    "-a^2 = -9",
    "2^-1 = q",
    "a/b/3 = -1/2",
    "1 - 2 - 3 = -4",
    "min(a, b, n) = b",
    "max(a, b) = a",
    "floor(q) = 0",
    "isqrt(n) = 2",
    "factorial(n) = 24",
    "0.5 = q",
    "a ≠ b and b ≤ a and a ≥ b",
    "f != g",
    "f = f",
]

FAULTS = [
    ("m != 2", 1, "unknown name 'm'; the names known here are: a, b, n, q, zero, f, g"),
    ("a != zer", 6, "unknown name 'zer'; did you mean 'zero'?"),
    ("ab = 1", 1, "unknown name 'ab'; write a*b for a product"),
    ("gdc(a, b) = 1", 1, "unknown name 'gdc'; did you mean 'gcd'?"),
    ("a !=", 5, "something is missing at the end"),
    ("a ! b", 3, "'!' is not understood here"),
    ("(a = 1", 1, "this bracket is not closed"),
    ("a = 1)", 6, "')' is not expected here"),
    ("gcd(a) = 1", 1, "'gcd' takes two arguments"),
    ("gcd a = 1", 1, "'gcd' needs its arguments in brackets"),
    ("a + 1", 1, "this is a number, not a condition; compare it with something, as in 'a != 0'"),
    ("a and b = 1", 11, "a condition is needed here, not a number; compare it, as in 'a != 0'"),
    ("(a = 1) + 2 = 3", 7, "a number is needed here, not a condition"),
    ("__import__('os')", 12, "''' is not understood here"),
    ("(" * 40 + "a" + ")" * 40, 31, "too many brackets inside each other"),
]


@pytest.mark.parametrize("text", TRUE)
def test_true(text: str) -> None:
    values = {**VALUES, "f": Variable("x"), "g": Variable("y")}
    assert holds(parse_condition(text, NAMES), values)
    assert not holds(parse_condition(f"not ({text})", NAMES), values)


@pytest.mark.parametrize(("text", "column", "message"), FAULTS)
def test_fault(text: str, column: int, message: str) -> None:
    with pytest.raises(StudentError) as caught:
        parse_condition(text, NAMES)
    assert (caught.value.place.column, caught.value.explanation) == (column, message)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a/zero", "a quotient by zero"),
        ("zero^(-1)", "a quotient by zero"),
        ("a^q", "a power with a fractional exponent"),
        ("9^9^9", "a number of more than 4096 bits"),
        ("mod(a, zero)", "a remainder by zero"),
        ("gcd(a, q)", "a whole number is needed"),
        ("isqrt(a)", "3 is not a square"),
        ("factorial(b)", "the factorial of -2"),
        ("f + 1", "'f' is not a number"),
    ],
)
def test_no_value(text: str, reason: str) -> None:
    with pytest.raises(NoValue, match=f"^{reason.replace('(', '[(]')}$"):
        evaluate(parse_arithmetic(text, NAMES), {**VALUES, "f": Variable("x")})


def test_arithmetic_is_exact() -> None:
    assert evaluate(parse_arithmetic("(1/3 + 1/6) * 2^100", ()), {}) == 2**99


def test_a_condition_is_no_number() -> None:
    with pytest.raises(StudentError, match="this is a condition, not a number"):
        parse_arithmetic("a = 1", NAMES)
