"""The batch of ``grader compare``: a line in, a line out, in order; a bad line stops nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import click

from grader.certificate import certified_line
from grader.compare import answer_line, undecided_line
from grader.run.workers import Workers

SECONDS = 10.0
"""For one pair; it is undecided after that."""

_LONGEST_LINE = 1 << 20


def run_batch(batch: str, out: str | None, jobs: int, certificates: bool) -> None:
    """Read ``batch`` (``-`` is standard input), write one verdict a line to ``out``."""
    answer = certified_line if certificates else answer_line
    with ExitStack() as stack:
        try:
            source = sys.stdin.buffer if batch == "-" else stack.enter_context(open(batch, "rb"))
        except OSError as fault:
            raise click.UsageError(f"{batch}: cannot be read: {fault.strerror}") from None
        if out is None:
            _copy(source, sys.stdout, jobs, answer)
            return
        from grader.cli.files import writing_whole

        with writing_whole(Path(out)) as target:
            _copy(source, target, jobs, answer)


def _copy(source: IO[bytes], target: IO[str], jobs: int, answer: Callable[[str], str]) -> None:
    with Workers(f"{answer.__module__}:{answer.__name__}", undecided_line, jobs, SECONDS) as workers:
        for line in workers.map(_lines(source)):
            target.write(line + "\n")
    target.flush()


def _lines(source: IO[bytes]) -> Iterator[str]:
    """The lines that are not blank; of one beyond all reason only the beginning, which is no JSON."""
    while raw := source.readline(_LONGEST_LINE):
        if raw.endswith(b"\n") or len(raw) < _LONGEST_LINE:
            text = raw.decode("utf-8", errors="replace").strip("\ufeff \t\r\n")
        else:
            text = '"a line longer than a megabyte'
            while (raw := source.readline(_LONGEST_LINE)) and not raw.endswith(b"\n"):
                pass
        if text:
            yield text
