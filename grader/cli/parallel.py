"""Spreads work on problems over the processor's cores, with a progress bar when somebody watches."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import TypeVar

import click

T = TypeVar("T")
R = TypeVar("R")


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def each(function: Callable[[T], R], items: Sequence[T], jobs: int, label: str) -> list[R]:
    """The function of every item, in order; it has to be importable, and its items and results picklable."""
    if jobs <= 1 or len(items) < 2:
        return _watched(map(function, items), len(items), label)
    with ProcessPoolExecutor(min(jobs, len(items))) as pool:
        return _watched(pool.map(function, items), len(items), label)


def _watched(results: Iterable[R], length: int, label: str) -> list[R]:
    if not sys.stderr.isatty():
        return list(results)
    with click.progressbar(results, length=length, label=label, file=sys.stderr, show_pos=True) as bar:
        return list(bar)


jobs_option = click.option(
    "--jobs", type=click.IntRange(1, 256), default=None, help="Processes to work with.  [default: one for each core]"
)
