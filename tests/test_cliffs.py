"""Work that must not grow out of bounds: what benchmarks and fuzzing found, counted in calls and never in time.

The work of a comparison is the number of calls of functions, Python's and C's, that it makes.  That is
the same on every machine; a bound is two to three times what it took when the cliff was levelled.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent / "benchmarks"))

import scaling  # noqa: E402

from grader.compare import Verdict, compare  # noqa: E402


def work(row: dict[str, Any]) -> tuple[int, Verdict]:
    """How many calls one comparison makes, with nothing kept from before, and its verdict."""
    compare(row)  # what is loaded at first is loaded
    scaling.fresh()
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        verdict = compare(row)
    finally:
        sys.setprofile(before)
    return calls, verdict


def question(reference: str, student: str, names: str = "x", **more: Any) -> dict[str, Any]:
    return {"reference": reference, "student": student, "variables": names.split(), **more}


def nest(opening: str, levels: int, closing: str = ")") -> tuple[str, str]:
    return opening * levels + "x" + closing * levels, opening * levels + "2x/2" + closing * levels


def family(make: Callable[[int], scaling.Pair], size: int, student: str = "equal") -> dict[str, Any]:
    reference, equal, unequal, names = make(size)
    return scaling.row_of(reference, equal if student == "equal" else unequal, names)


def terms(text: str, *numbers: int) -> str:
    return " + ".join(text.replace("k", str(k)) for k in range(*numbers))


def commas(numbers: Iterable[int]) -> str:
    return ", ".join(f"x - {k}" for k in numbers)


ROOTS = (2, 3, 5, 7, 11, 13, 17, 19, 23)

# Name: the question, and the most calls.  Each is equal and has to be proved.
PROVED: dict[str, tuple[dict[str, Any], int]] = {
    # Trees spelled out from shared parts doubled with each level: 66 s.
    "thirty different layers": (family(scaling.mixed, 30), 2_000_000),
    "twenty different layers": (family(scaling.mixed, 20), 450_000),
    "thirty logarithms": (family(scaling.logarithms, 30), 270_000),
    "thirty roots": (family(scaling.roots, 30), 350_000),
    "thirty fractions": (family(scaling.fractions, 30), 220_000),
    # What the reference implies was learned again for every need of the answer: 1.1 s.
    "logarithms on all the reals": (question(*nest("ln(2+", 14)), 1_300_000),
    "forty-five roots on all the reals": (question(*nest("sqrt(1+", 45)), 1_000_000),
    "corners within corners": (question(*nest("abs(1-", 28)), 200_000),
    # Denominators were multiplied before the terms cancelled: 0.7 s.
    "500 nodes of functions": (family(scaling.functions, 500), 150_000),
    # More functions than one normal form holds: 0.9 s and no proof.
    "1,900 nodes of functions": (family(scaling.functions, 1900), 700_000),
    "random expressions of 200 nodes": (family(scaling.random_trees, 200), 240_000),
    "120 denominators": (question(terms("1/(x+k)", 120), terms("1/(k+x)", 119, -1, -1)), 240_000),
    "sixty angles": (question(terms("sin(x/k)", 1, 60), terms("sin(x/k)*1", 1, 60)), 120_000),
    "nine roots of numbers": (
        question("+".join(f"sqrt({p})" for p in ROOTS), "+".join(f"{p}^(1/2)" for p in ROOTS)),
        20_000,
    ),
    # Huge factors on both sides were looked at with thousands of digits: 1.8 s and no verdict.
    "factorials on both sides": (question("1000!*((n+12)!/n!) + x", "1000!*(factorial(12+n)/n!) + x", "x n"), 12_000),
    "corners side by side": (question(terms("abs(x-k)", 40), terms("abs(k-x)", 40)), 400_000),
    "the largest of thirty": (question(f"max({commas(range(30))})", f"max({commas(range(29, -1, -1))})"), 40_000),
    "twelve variables": (family(scaling.waves, 12), 100_000),
    "a matrix of 12 x 12": (family(scaling.function_entries, 12), 1_200_000),
}

# Too much for a proof: these have to give up in time, with no verdict that is wrong.
GIVEN_UP: dict[str, tuple[dict[str, Any], int]] = {
    "forty-five logarithms on all the reals": (question(*nest("ln(2+", 45)), 4_500_000),
    "random expressions of 1,000 nodes": (family(scaling.random_trees, 1000), 8_000_000),
}

REFUTED: dict[str, tuple[dict[str, Any], int]] = {
    "1,900 nodes of functions": (family(scaling.functions, 1900, "unequal"), 250_000),
    "random expressions of 1,000 nodes": (family(scaling.random_trees, 1000, "unequal"), 180_000),
    "thirty different layers": (family(scaling.mixed, 30, "unequal"), 15_000),
    "a matrix of 12 x 12": (family(scaling.function_entries, 12, "unequal"), 400_000),
}


@pytest.mark.parametrize("name", PROVED)
def test_proofs(name: str) -> None:
    row, most = PROVED[name]
    calls, verdict = work(row)
    assert verdict.truth.value == "proved", verdict
    assert calls <= most, f"{calls:,} calls"


@pytest.mark.parametrize("name", GIVEN_UP)
def test_what_is_given_up(name: str) -> None:
    row, most = GIVEN_UP[name]
    calls, verdict = work(row)
    assert verdict.verdict != "incorrect", verdict
    assert calls <= most, f"{calls:,} calls"


@pytest.mark.parametrize("name", REFUTED)
def test_refutations(name: str) -> None:
    row, most = REFUTED[name]
    calls, verdict = work(row)
    assert verdict.truth.value == "refuted", verdict
    assert calls <= most, f"{calls:,} calls"


@pytest.mark.parametrize(
    "row",
    [
        # Numbers that are zero were taken for corners, and their sign was looked for in an empty box.
        question("cos(y*x*y) = min(pi, pi)*min(pi, 3/4)", "cos(y*x*y) - (min(pi, pi)*min(pi, 3/4)) = 0", "x y"),
        question("x*cbrt(y/sin(pi))", "cbrt(y/(2*sin(pi/2)*cos(pi/2)))*x", "x y"),
        question("cosh(x)*arcsec(0^(5/3))", "(e^x + e^(-x))/2*arcsec(0^(5/3))"),
    ],
)
def test_nothing_is_raised(row: dict[str, Any]) -> None:
    assert compare(row).verdict != "incorrect"


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the memory of this process is not told here")
def test_memory_is_given_back() -> None:
    """python-flint 0.9 never frees the text of a polynomial: texts were keys, and a batch grew without end."""

    def megabytes() -> float:
        return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6

    inner = "x"
    for _ in range(4):
        inner = f"max(1-{inner},-(1-{inner}))"
    row = question(f"{nest('abs(1-', 24)[0]}*cos(3x)+x", f"x+cos(3x)*{nest('abs(1-', 18)[0].replace('x', inner)}")
    for _ in range(3):
        scaling.fresh()
        compare(row)
    before = megabytes()
    for _ in range(6):
        scaling.fresh()
        compare(row)
    assert megabytes() - before < 8
