"""Numerals as exact fractions, and the size of constant powers, bounded before anything is computed."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from grader.expr.tree import Add, Apply, Constant, Div, Expr, Mul, Neg, Number, Pow

MAX_DIGITS = 60
MAX_POWER_OF_TEN = 300
MAX_EXPONENT = 1_000_000
MAX_BITS = 10_000
MAX_FACTORIAL = 1000


@lru_cache(maxsize=1024)
def fraction(numeral: str) -> Fraction:
    """The exact value of a numeral with at most `MAX_DIGITS` digits: ``12``, ``0.5``, ``1.5e-3``.

    Raises ValueError with the reason when it is too long or too large.
    """
    digits, _, power = numeral.replace("E", "e").partition("e")
    whole, _, decimals = digits.partition(".")
    if len(whole) + len(decimals) > MAX_DIGITS:
        raise ValueError(f"this number has {len(whole) + len(decimals)} digits; at most {MAX_DIGITS} are read")
    if len(power) > 5 or abs(int(power or "0")) > MAX_POWER_OF_TEN:
        raise ValueError(f"powers of ten up to {MAX_POWER_OF_TEN} are read")
    value = Fraction(int(whole + decimals or "0"), 10 ** len(decimals))
    return value * Fraction(10) ** int(power) if power else value


class TooLarge(Exception):
    """A constant that is not worth computing; the message says which limit it broke."""


def constant_value(e: Expr) -> Fraction | None:
    """The value of a tree of numerals, ``+ - * /``, integer powers and factorials, else None.

    Raises `TooLarge` for what the limits forbid.
    """
    match e:
        case Number(value):
            return value
        case Neg(argument):
            inner = constant_value(argument)
            return None if inner is None else -inner
        case Add(parts) | Mul(parts):
            total = Fraction(0 if isinstance(e, Add) else 1)
            for part in parts:
                value_of = constant_value(part)
                if value_of is None:
                    return None
                total = total + value_of if isinstance(e, Add) else total * value_of
                _bounded(total)
            return total
        case Div(numerator, denominator):
            top, bottom = constant_value(numerator), constant_value(denominator)
            return None if top is None or not bottom else _bounded(top / bottom)
        case Pow(base, exponent):
            return power(constant_value(base), constant_value(exponent))
        case Apply("factorial", (argument,)):
            inner = constant_value(argument)
            return None if inner is None else factorial(inner)
        case _:
            return None


def power(base: Fraction | None, exponent: Fraction | None) -> Fraction | None:
    """A power of two known values, None when it is not rational or undefined; see `TooLarge`."""
    if exponent is None:
        return None
    if abs(exponent) > MAX_EXPONENT:
        raise TooLarge(f"exponents up to {MAX_EXPONENT:,} are read")
    if base is None:
        return None
    bits = max(base.numerator.bit_length(), base.denominator.bit_length())
    if bits > 1 and bits * abs(exponent) > MAX_BITS:
        raise TooLarge("this power is too large a number to work with")
    if exponent.denominator != 1 or (base == 0 and exponent <= 0):
        return None
    return base ** int(exponent)


def factorial(n: Fraction) -> Fraction | None:
    """n!, None when n is not a natural number; see `TooLarge`."""
    if n > MAX_FACTORIAL:
        raise TooLarge(f"factorials up to {MAX_FACTORIAL:,}! are read")
    if n.denominator != 1 or n < 0:
        return None
    from math import factorial as of_integer

    return Fraction(of_integer(int(n)))


def _bounded(value: Fraction) -> Fraction:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > 4 * MAX_BITS:
        raise TooLarge("this number is too large to work with")
    return value


def is_numeric(e: Expr) -> bool:
    """Whether a factor is a numeral or a constant such as pi."""
    return isinstance(e, Number | Constant)
