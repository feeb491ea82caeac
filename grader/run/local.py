"""Grades answers in worker processes that can be killed: one that hangs or dies costs one answer.

Workers import the grading path only, so starting one takes about as long as starting Python,
and it starts while the files are still being read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from time import perf_counter
from typing import Protocol

from grader.bank.instance import Record, from_record
from grader.grade import Graded, grade_answer, undecided
from grader.records import record
from grader.run.workers import MEMORY, SECONDS, Workers

# Small: the last chunk should not keep one worker busy while the others are done.
_CHUNK = 4


@record
class Job:
    """One answer to grade: the record of its question and what was typed."""

    record: Record
    text: str
    earlier: tuple[Record, str] | None = None
    """The part that this one follows, with what was typed there."""
    working: tuple[str, ...] = ()
    """Lines of working.  A job that has them checks them and grades nothing: whatever becomes of them,
    the answer keeps its verdict."""


@record
class Result:
    graded: Graded
    seconds: float


class Grader(Protocol):
    """Whatever grades answers, here or elsewhere, and gives the results in their order."""

    def grade(self, jobs: Sequence[Job], done: Callable[[int], None] = ...) -> list[Result]: ...


def grade_job(job: Job) -> Result:
    """Grade one answer; runs in the worker."""
    started = perf_counter()
    if job.working:
        from grader.working.check import check_working

        lines = check_working(from_record(job.record).task, job.working, job.text)
        return Result(Graded("blank", Fraction(0), Fraction(0), job.text, working=lines), perf_counter() - started)
    earlier = None if job.earlier is None else (from_record(job.earlier[0]), job.earlier[1])
    graded = grade_answer(from_record(job.record), job.text, earlier)
    return Result(graded, perf_counter() - started)


def not_graded(job: Job, why: str) -> Result:
    """The result of an answer whose grading failed, and why: never wrong, for a person to look at."""
    points = Fraction(str(job.record.get("points", "0")))
    words = f"the answer {why}" if why.startswith("took") else why
    return Result(undecided(job.text, points, words), 0.0)


class Pool:
    """Workers that grade; use it as a context manager.

    >>> with Pool(jobs=2) as pool:                                     # doctest: +SKIP
    ...     results = pool.grade([Job(record, "2x")])
    """

    def __init__(self, jobs: int = 1, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        """``seconds`` and ``memory`` (bytes) bound one answer, its mistakes included."""
        function = f"{grade_job.__module__}:{grade_job.__name__}"
        self.workers = Workers[Job, Result](function, not_graded, jobs, seconds, memory, _CHUNK)

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self.workers.close()

    def grade(self, jobs: Sequence[Job], done: Callable[[int], None] = lambda count: None) -> list[Result]:
        """The results in the order of the jobs; ``done`` hears how many there are so far."""
        results: list[Result] = []
        for result in self.workers.map(jobs):
            results.append(result)
            done(len(results))
        return results
