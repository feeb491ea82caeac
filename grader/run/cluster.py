"""Grades on a Dask cluster what `grader.run.local` grades on one machine, with the same results.

Work goes out in chunks, a few for each worker at a time.  On the worker each answer is graded by the same
killable process as locally, with the same bounds of time and memory, so that an answer that hangs costs
itself and no worker.  When a worker dies its chunk goes to another one; a chunk whose workers keep dying
is taken apart, what then still fails is graded alone, and an answer that kills workers alone is undecided.

Whoever can reach a Dask scheduler can run code on its workers: keep it in a network of your own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from grader.errors import AuthorError, Place
from grader.run.local import Job, Pool, Result, not_graded
from grader.run.workers import MEMORY, SECONDS

_CHUNK = 32
_AHEAD = 4
"""Chunks for each thread of the cluster that are under way at a time."""
_NEEDED = "install what a cluster needs on every machine: pip install 'calculus-grader[cluster]'"

_own = threading.local()
"""The pool of a thread of a worker: it lives as long as the thread, for starting one takes a while."""


def grade_chunk(jobs: Sequence[Job], seconds: float, memory: int) -> list[Result]:
    """Grade some answers; runs on a worker of the cluster."""
    pool = getattr(_own, "pool", None)
    if pool is None or getattr(_own, "bounds", None) != (seconds, memory):
        if pool is not None:
            pool.close()
        pool = _own.pool = Pool(1, seconds, memory)
        _own.bounds = (seconds, memory)
    return list(pool.grade(jobs))


class Cluster:
    """Stands where a `Pool` stands; use it as a context manager.  ``address`` is a scheduler's (``tcp://...``)."""

    def __init__(self, address: str, seconds: float = SECONDS, memory: int = MEMORY, patience: float = 15.0) -> None:
        """Raises AuthorError when Dask is missing or no scheduler answers within ``patience`` seconds."""
        place = Place("--scheduler")
        try:
            from distributed import Client
        except ImportError:
            raise AuthorError(place, "clusters are Dask's, which is not installed", _NEEDED) from None
        try:
            self._client = Client(address, timeout=patience, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            fault = f"no scheduler answers at '{address}': {error}"
            raise AuthorError(place, fault, "start one with 'dask scheduler', and workers with 'dask worker'") from None
        self._seconds, self._memory = seconds, memory

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self._client.close()

    def grade(self, jobs: Sequence[Job], done: Callable[[int], None] = lambda count: None) -> list[Result]:
        """The results in the order of the jobs, as `Pool.grade` gives them."""
        found: list[Result | None] = [None] * len(jobs)
        waiting = iter([range(k, min(k + _CHUNK, len(jobs))) for k in range(0, len(jobs), _CHUNK)])
        graded = 0
        for places, results in self._finished(jobs, waiting):
            for place, result in zip(places, results, strict=True):
                found[place] = result
            graded += len(results)
            done(graded)
        return [result for result in found if result is not None]

    def _finished(self, jobs: Sequence[Job], waiting: Iterator[range]) -> Iterator[tuple[range, list[Result]]]:
        """Chunks as they come back, whole or in single answers."""
        from distributed import as_completed

        running: dict[Any, range] = {}
        suspects: list[range] = []
        order = as_completed(loop=self._client.loop)

        def send() -> bool:
            places = next(waiting, None)
            if places is not None:
                future = self._sent([jobs[k] for k in places])
                running[future] = places
                order.add(future)
            return places is not None

        threads = sum(self._client.nthreads().values()) or 1
        for _ in range(_AHEAD * threads):
            if not send():
                break
        for future in order:
            places = running.pop(future)
            send()
            if future.status == "finished":
                yield places, future.result()
            elif len(places) == 1:
                suspects.append(places)
            else:
                # Something in it kills workers: each answer alone.
                for k in places:
                    single = self._sent([jobs[k]])
                    running[single] = range(k, k + 1)
                    order.add(single)
        # Workers die with all that they have; only an answer that was alone is surely what killed them.
        for places in suspects:
            job = jobs[places[0]]
            future = self._sent([job])
            error = future.exception()
            yield places, future.result() if error is None else [self._lost(job, error)]

    def _sent(self, jobs: list[Job]) -> Any:
        # Not pure: the same answer of two students is two answers.
        return self._client.submit(grade_chunk, jobs, self._seconds, self._memory, pure=False, retries=1)

    def _lost(self, job: Job, error: BaseException) -> Result:
        return not_graded(job, f"the worker that graded it failed: {type(error).__name__}")
