"""The worker pool: one answer that hangs, dies or breaks the grader costs that answer and no other."""

from __future__ import annotations

import os
import signal
import threading
import time
from typing import Any

import pytest

from grader.run.local import Job, Pool

pytestmark = pytest.mark.skipif(os.name != "posix", reason="stops workers by signals")

BROKEN: dict[str, Any] = {"points": "3/2", "kind": "no such kind"}
"""A record that nothing can be graded with: a fault of ours."""


def pid_of(pool: Pool, index: int = 0) -> int:
    process = pool.workers._workers[index]._process
    assert process is not None
    return process.pid


def test_a_fault_of_ours_is_undecided() -> None:
    with Pool() as pool:
        (result,) = pool.grade([Job(BROKEN, "2x")])
    assert result.graded.outcome == "undecided"
    assert str(result.graded.points) == "3/2" and not result.graded.score
    assert result.graded.trouble == "the grader failed: KeyError: 'no such kind'"


def test_a_worker_that_hangs_is_killed_and_the_others_go_on() -> None:
    with Pool(jobs=1, seconds=4) as pool:
        pool.grade([Job(BROKEN, "0")])
        stopped = pid_of(pool)
        os.kill(stopped, signal.SIGSTOP)
        started = time.perf_counter()
        results = pool.grade([Job(BROKEN, "1"), Job(BROKEN, "2")])
        assert time.perf_counter() - started < 30
        assert pid_of(pool) != stopped
    assert results[0].graded.trouble == "the answer took more than 4 s"
    assert results[1].graded.trouble.startswith("the grader failed")


def test_a_worker_that_dies_is_replaced() -> None:
    with Pool(jobs=1) as pool:
        pool.grade([Job(BROKEN, "0")])
        os.kill(pid_of(pool), signal.SIGKILL)
        results = pool.grade([Job(BROKEN, "1"), Job(BROKEN, "2")])
    assert results[0].graded.trouble == "the process died"
    assert results[1].graded.trouble.startswith("the grader failed")


def test_a_worker_that_cannot_start_is_our_failure_and_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.run.workers._WORKER", "raise SystemExit")
    with Pool() as pool, pytest.raises(RuntimeError, match="could not start: the process died"):
        pool.grade([Job(BROKEN, "2x")])


def test_results_keep_the_order_of_the_jobs_and_are_counted() -> None:
    counts: list[int] = []
    with Pool(jobs=2) as pool:
        results = pool.grade([Job(BROKEN | {"kind": str(i)}, str(i)) for i in range(20)], counts.append)
    assert [result.graded.typed for result in results] == [str(i) for i in range(20)]
    assert [result.graded.trouble for result in results] == [f"the grader failed: KeyError: '{i}'" for i in range(20)]
    assert counts == list(range(1, 21))


def test_nothing_is_left_behind() -> None:
    with Pool(jobs=2) as pool:
        pool.grade([Job(BROKEN, "1")])
        processes = [pid_of(pool, 0), pid_of(pool, 1)]
    for pid in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    assert not [t for t in threading.enumerate() if isinstance(t, threading.Timer)]


def test_no_jobs() -> None:
    with Pool() as pool:
        assert pool.grade([]) == []
