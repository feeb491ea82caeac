"""Pseudo-random numbers that are the same on every machine, in every version of Python."""

from __future__ import annotations

from collections.abc import Iterator

MASK = (1 << 64) - 1


def stream(seed: int) -> Iterator[int]:
    """Pseudo-random 64-bit integers (splitmix64; Steele, Lea and Flood, 2014)."""
    state = seed & MASK
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield z ^ (z >> 31)
