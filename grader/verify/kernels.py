"""The kernels of a certificate at a point: what each stands for, computed by mpmath."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import mpmath

from grader.verify.values import NoValue, Unsure, Value, applied

_TERM = re.compile(r"(^|[+-] )([^\s+-][^\s]*)")


def _real(z: Value) -> Value:
    """Values of complex kernels may make up a real number."""
    if isinstance(z, mpmath.mpc):
        if abs(z.imag) > mpmath.mpf(10) ** (-mpmath.mp.dps // 2) * (1 + abs(z)):
            raise Unsure
        return z.real
    return z


def _sign(u: Value, *more: Value) -> Value:
    u = _real(u)
    if abs(u) < mpmath.mpf(10) ** (-mpmath.mp.dps // 2):
        raise Unsure  # either sign is right where the argument is zero
    s = mpmath.sign(u)
    return s if not more else s ** int(mpmath.nint(_real(more[0])))


def _power(b: Value, x: Value) -> Value:
    b, x = _real(b), _real(x)
    if b < 0 and not mpmath.isint(x):
        raise Unsure
    return b**x


_KINDS: Mapping[str, Callable[..., Value]] = {
    "constant": lambda index: +mpmath.pi,
    "exp": lambda index, u: mpmath.exp(u),
    "ln": lambda index, u: mpmath.log(abs(_real(u))),
    "root": lambda index, u: mpmath.root(abs(_real(u)), index),
    "half tangent": lambda index, u: mpmath.tan(_real(u) / 2),
    "cosine": lambda index: 2 * mpmath.cos(2 * mpmath.pi / index),
    "arctan": lambda index, u: mpmath.atan(_real(u)),
    "sign": lambda index, *u: _sign(*u),
    "nonzero": lambda index, u: mpmath.mpf(0 if abs(u) < mpmath.mpf(10) ** (-mpmath.mp.dps // 2) else 1),
    "imaginary": lambda index: mpmath.mpc(0, 1),
    "turn": lambda index, u: mpmath.expj(_real(u)),
    "power": lambda index, b, x: _power(b, x),
    "sign of": lambda index, u: mpmath.sign(_real(u)),
    "opaque ln": lambda index, u: mpmath.log(_real(u)),
}


class Kernels:
    """The kernels of one case of a proof."""

    def __init__(self, written: Sequence[Mapping[str, Any]]) -> None:
        self.written = written

    def at(self, names: Mapping[str, Value]) -> dict[str, Value]:
        """The values of the variables and kernels.  Raises NoValue or Unsure."""
        known: dict[str, Value] = dict(names)
        for kernel in self.written:
            known[kernel["name"]] = self._value(kernel, known)
        return known

    def _value(self, kernel: Mapping[str, Any], known: Mapping[str, Value]) -> Value:
        kind, index = kernel["kind"], int(kernel.get("index", 0))
        arguments = [quotient(pair, known) for pair in kernel["of"]]
        if kind == "opaque root":
            top, bottom = (_real(polynomial(text, known)) for text in kernel["of"][0])
            return bottom * mpmath.sign(top / bottom) ** (index % 2) * mpmath.root(abs(top / bottom), index)
        if kind == "opaque abs":
            top, bottom = (_real(polynomial(text, known)) for text in kernel["of"][0])
            return bottom * abs(top / bottom)
        row = _KINDS.get(kind)
        if row is not None:
            return row(index, *arguments)
        return applied(kind, [_real(u) for u in arguments])


def terms(text: str) -> Iterator[tuple[int, str]]:
    """The terms of ``3*k1^2*x - 5``, each with its sign."""
    for sign, term in _TERM.findall(text.strip()):
        yield (-1 if sign.startswith("-") else 1), term


def polynomial(text: str, known: Mapping[str, Value]) -> Value:
    """The value of ``3*k1^2*x - 5``."""
    total = mpmath.mpf(0)
    for sign, term in terms(text):
        product = mpmath.mpf(sign)
        for factor in term.split("*"):
            name, _, power = factor.partition("^")
            base = mpmath.mpf(int(name)) if name.isdigit() else known[name]
            product *= base ** int(power or 1)
        total += product
    return total


def quotient(pair: Sequence[str], known: Mapping[str, Value]) -> Value:
    """The value of a numerator over a denominator."""
    top = polynomial(pair[0], known)
    if pair[1] == "1":
        return top
    bottom = polynomial(pair[1], known)
    if bottom == 0:
        raise NoValue
    return top / bottom
