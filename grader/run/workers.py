"""Worker processes that can be killed: an item that hangs or dies costs one result, not the batch.

A worker is a fresh interpreter that reads chunks of items from its standard input and writes
one result an item to its standard output, as they are done; so the item at fault is known.
It is killed with everything it started, because a signal does not interrupt C code.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from itertools import islice
from time import monotonic
from typing import IO, Any, Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

SECONDS = 30.0
MEMORY = 2 << 30
_CHUNK = 32
_TICK = 0.05


class Workers(Generic[Item, Result]):
    """Applies a function to many items in ``jobs`` processes; use it as a context manager.

    ``function``: ``"package.module:name"`` of a function of one picklable item.
    ``failed``: makes the result of an item whose worker hung, died or raised, from the item and
    the reason in words.  ``seconds`` and ``memory`` (bytes of address space) bound each item.
    """

    def __init__(
        self,
        function: str,
        failed: Callable[[Item, str], Result],
        jobs: int = 1,
        seconds: float = SECONDS,
        memory: int = MEMORY,
        chunk: int = _CHUNK,
    ) -> None:
        self._failed, self._seconds, self._chunk = failed, seconds, chunk
        self._workers = [_Worker(function, memory) for _ in range(max(1, jobs))]
        self._closed = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def __enter__(self) -> Workers[Item, Result]:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Kill the workers; the results that are out stay valid."""
        self._closed.set()
        for worker in self._workers:
            worker.kill()

    def _watch(self) -> None:
        """Kill workers that are over their time."""
        while not self._closed.wait(_TICK):
            now = monotonic()
            for worker in self._workers:
                if worker.deadline is not None and now > worker.deadline:
                    worker.late = True
                    worker.signal_kill()

    def map(self, items: Iterable[Item]) -> Iterator[Result]:
        """The results in the order of the items, as soon as they are there.

        Items are read as they are needed: memory does not grow with their number.
        """
        source, lock = iter(items), threading.Lock()
        ready = threading.Condition()
        done: dict[int, list[Result] | BaseException] = {}
        chunks = 0
        room = threading.Semaphore(4 * len(self._workers))
        finished = 0

        def serve(worker: _Worker) -> None:
            nonlocal chunks, finished
            try:
                while not self._closed.is_set():
                    room.acquire()
                    with lock:
                        chunk = list(islice(source, self._chunk))
                        if not chunk:
                            return
                        number = chunks
                        chunks += 1
                    results = list(self._served(worker, chunk))
                    with ready:
                        done[number] = results
                        ready.notify_all()
            except BaseException as fault:
                with ready:
                    done[-1] = fault
            finally:
                with ready:
                    finished += 1
                    ready.notify_all()
                room.release()

        threads = [threading.Thread(target=serve, args=(worker,), daemon=True) for worker in self._workers]
        for thread in threads:
            thread.start()
        following = 0
        while True:
            with ready:
                ready.wait_for(lambda: following in done or -1 in done or finished == len(threads))
                fault = done.get(-1)
                if isinstance(fault, BaseException):
                    raise fault
                if following not in done:
                    return
                results = done.pop(following)
            assert isinstance(results, list)
            following += 1
            room.release()
            yield from results

    def _served(self, worker: _Worker, chunk: list[Item]) -> Iterator[Result]:
        """One result an item, whatever happens to the worker on the way."""
        rest = chunk
        while rest:
            worker.send(rest, self._seconds)
            for item in rest:
                kind, value = worker.receive(self._seconds)
                rest = rest[1:]
                if kind == "result":
                    yield value
                    continue
                yield self._failed(item, value)
                if kind == "dead":
                    # A new worker takes what was behind the item at fault.
                    break
        worker.deadline = None


class _Worker:
    """One process, started anew after it was killed."""

    def __init__(self, function: str, memory: int) -> None:
        self._function, self._memory = function, memory
        self._process: subprocess.Popen[bytes] | None = None
        self.deadline: float | None = None
        self.late = False
        self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        # A group of its own, so that what the worker started dies with it.
        group: dict[str, Any] = {"process_group": 0} if os.name == "posix" else {}
        # `-P`: nothing is imported from the current folder, which may be full of submissions.
        code = f"from grader.run.workers import serve; serve({self._function!r}, {self._memory})"
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            **group,
        )
        return self._process

    def send(self, chunk: list[Any], seconds: float) -> None:
        process = self._process if self._process is not None else self._start()
        assert process.stdin is not None
        # The first item may have to wait for the process to start.
        self.late, self.deadline = False, monotonic() + seconds + 10
        try:
            _write(process.stdin, chunk)
        except OSError:
            # It died; `receive` finds that out and says so.
            pass

    def receive(self, seconds: float) -> tuple[str, Any]:
        """("result", value), ("error", reason) or, when the worker is gone, ("dead", reason)."""
        process = self._process
        if process is None:
            return "dead", "the worker process died"
        assert process.stdout is not None
        try:
            kind, value = pickle.load(process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError):
            why = f"it took more than {seconds:g} seconds" if self.late else "the worker process died"
            self.kill()
            return "dead", why
        self.deadline = monotonic() + seconds
        return kind, value

    def signal_kill(self) -> None:
        process = self._process
        if process is None or process.poll() is not None:
            return
        if os.name == "posix":
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        else:
            process.kill()

    def kill(self) -> None:
        self.signal_kill()
        process, self._process, self.deadline = self._process, None, None
        if process is None:
            return
        process.wait()
        for pipe in (process.stdin, process.stdout):
            assert pipe is not None
            try:
                pipe.close()
            except OSError:
                # What was still buffered for the dead worker.
                pass


def _write(pipe: IO[bytes], value: object) -> None:
    pickle.dump(value, pipe, pickle.HIGHEST_PROTOCOL)
    pipe.flush()


# In the worker ----------------------------------------------------------------------------------


def serve(function: str, memory: int) -> None:
    """Apply the function to what arrives until the input ends."""
    _limit_memory(memory)
    module, _, name = function.partition(":")
    apply = getattr(import_module(module), name)
    source, target = sys.stdin.buffer, sys.stdout.buffer
    # Whatever prints must not end up between two results.
    sys.stdout = sys.stderr
    while True:
        try:
            chunk = pickle.load(source)
        except EOFError:
            return
        for item in chunk:
            _write(target, _outcome(apply, item))


def _outcome(apply: Callable[[Any], Any], item: Any) -> tuple[str, Any]:
    try:
        return "result", apply(item)
    except MemoryError:
        return "error", "it took more memory than it may"
    except RecursionError:
        return "error", "it is nested too deeply"
    except Exception as fault:
        # A bug of ours, whatever it is, must not cost the rest of the batch.
        return "error", f"the grader failed: {type(fault).__name__}: {fault}"


def _limit_memory(memory: int) -> None:
    try:
        import resource
    except ImportError:
        # Windows has no such limit; the time limit still holds.
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
