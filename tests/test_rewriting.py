"""The catalogue of identities is itself checked: each holds at random values of its names."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import mpmath
import oracle
import pytest
from rewriting import IDENTITIES

from grader.expr.tree import variables


@pytest.mark.parametrize(("name", "left", "right"), IDENTITIES, ids=[row[0] for row in IDENTITIES])
def test_the_identity_holds(name, left, right):
    rng = Random(name)
    seen = 0
    for _ in range(60):
        point = {n: Fraction(rng.randint(-3000, 3000), 1009) for n in sorted(variables(left) | variables(right))}
        try:
            expected = oracle.value(left, point)
        except oracle.NoRealValue:
            continue
        try:
            given = oracle.value(right, point)
        except oracle.NoRealValue:
            pytest.fail(f"no value at {point}")
        assert abs(expected - given) < mpmath.mpf(10) ** -30 * (1 + abs(expected)), point
        seen += 1
    assert seen >= 5
