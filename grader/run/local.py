"""Grades answers in worker processes that can be killed: one that hangs or dies costs one answer.

Each worker is a fresh interpreter that reads jobs from its standard input and writes results
to its standard output.  It is killed with everything it started when an answer takes too
long; a signal would not interrupt C code.  Workers import the grading path only, so starting
one takes about as long as starting Python, and it starts while the files are still being read.
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from time import perf_counter
from typing import IO, Any

from grader.bank.instance import Record
from grader.grade import Graded, grade_answer, undecided

SECONDS = 30.0
"""For one answer, mistakes included."""
MEMORY = 2 << 30
"""Bytes of address space for one worker."""
_START_SECONDS = 60.0

# A worker says True when it is ready, or why it never will be.
_WORKER = """
try:
    from grader.run.local import serve
except BaseException:
    import pickle, sys, traceback
    pickle.dump(traceback.format_exc(), sys.stdout.buffer)
else:
    serve({memory})
"""


@dataclass(frozen=True, slots=True)
class Job:
    """One answer to grade: the record of its question and what was typed."""

    record: Record
    text: str


@dataclass(frozen=True, slots=True)
class Result:
    graded: Graded
    seconds: float


class Pool:
    """Workers that grade; use it as a context manager.

    >>> with Pool(jobs=2) as pool:                                     # doctest: +SKIP
    ...     results = pool.grade([Job(record, "2x")])
    """

    def __init__(self, jobs: int = 1, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds = seconds
        self._workers = [_Worker(memory) for _ in range(max(1, jobs))]

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        for worker in self._workers:
            worker.kill()

    def grade(self, jobs: Sequence[Job], done: Callable[[int], None] = lambda count: None) -> list[Result]:
        """The results in the order of the jobs; ``done`` hears how many there are so far."""
        results: list[Result | None] = [None] * len(jobs)
        for count, (index, result) in enumerate(self._stream(jobs), 1):
            results[index] = result
            done(count)
        return [result for result in results if result is not None]

    def _stream(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Result]]:
        """Results with their index, as they come."""
        waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
        for index in range(len(jobs)):
            waiting.put(index)
        finished: queue.SimpleQueue[tuple[int, Result] | BaseException] = queue.SimpleQueue()
        stop = threading.Event()

        def serve(worker: _Worker) -> None:
            try:
                while not stop.is_set():
                    try:
                        index = waiting.get_nowait()
                    except queue.Empty:
                        return
                    finished.put((index, worker.grade(jobs[index], self._seconds)))
            except BaseException as fault:
                finished.put(fault)

        threads = [threading.Thread(target=serve, args=(w,), daemon=True) for w in self._workers[: len(jobs)]]
        for thread in threads:
            thread.start()
        try:
            for _ in jobs:
                item = finished.get()
                if isinstance(item, BaseException):
                    raise item
                yield item
        finally:
            # Left early, by Ctrl-C for instance: no thread takes another job.
            stop.set()


class _Worker:
    """One process, started anew after it was killed."""

    def __init__(self, memory: int) -> None:
        self._memory = memory
        self._ready = False
        self._started_once = False
        self._process: subprocess.Popen[bytes] | None = None
        self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        # A group of its own, so that what the worker started dies with it.
        group: dict[str, Any] = {"process_group": 0} if os.name == "posix" else {}
        # `-c` rather than `-m`: the module is then imported once, under its own name.  `-P`: never
        # from the current folder, which may be full of what students handed in.
        code = _WORKER.format(memory=self._memory)
        self._ready = False
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            **group,
        )
        return self._process

    def kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        _kill_group(process)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            try:
                pipe.close()
            except OSError:
                # What was still buffered for the dead worker.
                pass

    def grade(self, job: Job, seconds: float) -> Result:
        """The result of one job; undecided when the worker hangs or dies over it.

        Raises RuntimeError when no worker can be started at all.
        """
        process = self._process if self._process is not None else self._start()
        points = Fraction(str(job.record.get("points", "0")))
        if not self._ready:
            hello, _ = _receive(process, _START_SECONDS)
            self._ready = hello is True
            if not self._ready:
                self.kill()
                if not self._started_once:
                    raise RuntimeError(f"a grading process could not start: {hello or 'it died'}")
                return Result(undecided(job.text, points, "the grading process could not start again"), 0.0)
            self._started_once = True
        started = perf_counter()
        answer, late = _receive(process, seconds, job)
        took = perf_counter() - started
        if late or answer is None:
            self.kill()
        if isinstance(answer, Graded):
            return Result(answer, took)
        if isinstance(answer, str):
            return Result(undecided(job.text, points, answer), took)
        why = f"grading took more than {seconds:g} s" if late else "the grading process died"
        return Result(undecided(job.text, points, why), took)


def _receive(process: subprocess.Popen[bytes], seconds: float, job: Job | None = None) -> tuple[object, bool]:
    """What the worker sends, after it was given the job if there is one, or None when it died;
    and whether it was killed because the time was over."""
    assert process.stdin is not None and process.stdout is not None
    late = threading.Event()

    def give_up() -> None:
        late.set()
        _kill_group(process)

    timer = threading.Timer(seconds, give_up)
    timer.start()
    answer = None
    try:
        if job is not None:
            _send(process.stdin, job)
        answer = pickle.load(process.stdout)
    except (EOFError, OSError, pickle.UnpicklingError):
        pass
    finally:
        timer.cancel()
        # It may be killing the worker at this very moment: the next answer needs to know.
        timer.join()
    return answer, late.is_set()


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    if os.name == "posix":
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    else:
        process.kill()


def _send(pipe: IO[bytes], value: object) -> None:
    pickle.dump(value, pipe)
    pipe.flush()


# In the worker ----------------------------------------------------------------------------------


def serve(memory: int) -> None:
    """Grade what arrives until the input ends."""
    _limit_memory(memory)
    source, target = sys.stdin.buffer, sys.stdout.buffer
    # Whatever prints must not end up between two results.
    sys.stdout = sys.stderr
    _send(target, True)
    while True:
        try:
            job = pickle.load(source)
        except EOFError:
            return
        _send(target, _graded(job))


def _graded(job: Job) -> Graded | str:
    """The grading, or in a sentence why there is none."""
    from grader.bank.instance import from_record

    try:
        return grade_answer(from_record(job.record), job.text)
    except MemoryError:
        return "grading took more memory than it may"
    except RecursionError:
        return "the expression is nested too deeply to be graded"
    except Exception as fault:
        # A bug of ours, whatever it is, must cost neither this student nor the rest of the class.
        return f"the grader failed: {type(fault).__name__}: {fault}"


def _limit_memory(memory: int) -> None:
    try:
        import resource
    except ImportError:
        # Windows has no such limit; the time limit still holds.
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
