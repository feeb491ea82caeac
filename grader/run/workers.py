"""Worker processes that can be killed: an item that hangs or dies costs one result, not the batch.

A worker is a fresh interpreter that reads chunks of items from its standard input and writes
one result an item to its standard output, as they are done; so the item at fault is known.
It is killed with everything it started, because a signal does not interrupt C code.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from itertools import count, islice
from time import monotonic
from typing import IO, Any, Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

SECONDS = 30.0
MEMORY = 2 << 30
_CHUNK = 32
_TICK = 0.05
_START_SECONDS = 60.0

# A worker says ("ready", None) when it is, or why it never will be.  `-P` and not `-m`: nothing is
# imported from the current folder, which may be full of what students handed in.
_WORKER = """
try:
    from grader.run.workers import serve
except BaseException:
    import pickle, sys, traceback
    pickle.dump(("error", traceback.format_exc()), sys.stdout.buffer)
else:
    serve({function!r}, {memory})
"""


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

        Items are read as they are needed: memory does not grow with their number.  Raises
        RuntimeError when no worker can be started at all.
        """
        run = _Run[Item, Result](iter(items), self._chunk, room=4 * len(self._workers))
        threads = [threading.Thread(target=self._serve, args=(run, w), daemon=True) for w in self._workers]
        for thread in threads:
            thread.start()
        try:
            for number in count():
                results = run.wait_for(number, len(threads))
                if results is None:
                    return
                yield from results
        finally:
            # Left early, by Ctrl-C for instance: no thread takes another chunk.
            run.stop()

    def _serve(self, run: _Run[Item, Result], worker: _Worker) -> None:
        try:
            while (taken := run.take()) is not None:
                number, chunk = taken
                run.put(number, list(self._served(worker, chunk)))
        except BaseException as fault:
            run.fail(fault)
        finally:
            run.leave()

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


class _Run(Generic[Item, Result]):
    """What the threads of one `Workers.map` share: the items to come and the results to hand out."""

    def __init__(self, source: Iterator[Item], chunk: int, room: int) -> None:
        self._source, self._chunk = source, chunk
        self._taking = threading.Lock()
        self._room = threading.Semaphore(room)
        self._ready = threading.Condition()
        self._results: dict[int, list[Result]] = {}
        self._fault: BaseException | None = None
        self._chunks = self._left = 0
        self._stopped = False

    def take(self) -> tuple[int, list[Item]] | None:
        """The next chunk with its number, or None when there is no more to do."""
        self._room.acquire()
        with self._taking:
            chunk = [] if self._stopped else list(islice(self._source, self._chunk))
            if not chunk:
                self._room.release()
                return None
            self._chunks += 1
            return self._chunks - 1, chunk

    def put(self, number: int, results: list[Result]) -> None:
        with self._ready:
            self._results[number] = results
            self._ready.notify_all()

    def fail(self, fault: BaseException) -> None:
        with self._ready:
            self._fault = fault
            self._ready.notify_all()
        self.stop()

    def leave(self) -> None:
        with self._ready:
            self._left += 1
            self._ready.notify_all()

    def stop(self) -> None:
        self._stopped = True
        self._room.release()

    def wait_for(self, number: int, threads: int) -> list[Result] | None:
        """The results of a chunk, or None when all are handed out; raises what a thread raised."""
        with self._ready:
            self._ready.wait_for(lambda: number in self._results or self._fault or self._left == threads)
            if self._fault is not None:
                raise self._fault
            if number not in self._results:
                return None
            results = self._results.pop(number)
        self._room.release()
        return results


class _Worker:
    """One process, started anew after it was killed."""

    def __init__(self, function: str, memory: int) -> None:
        self._code = _WORKER.format(function=function, memory=memory)
        self._process: subprocess.Popen[bytes] | None = None
        self._ready = self._ever_ready = False
        self.deadline: float | None = None
        self.late = False
        self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        # A group of its own, so that what the worker started dies with it.
        group: dict[str, Any] = {"process_group": 0} if os.name == "posix" else {}
        self._ready = False
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", self._code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            **group,
        )
        return self._process

    def send(self, chunk: list[Any], seconds: float) -> None:
        """Give the worker a chunk; raises RuntimeError when it never could be started."""
        process = self._process if self._process is not None else self._start()
        assert process.stdin is not None
        if not self._ready:
            self.late, self.deadline = False, monotonic() + _START_SECONDS
            kind, why = self.receive(_START_SECONDS)
            self._ready = kind == "ready"
            if not self._ready and not self._ever_ready:
                self.kill()
                raise RuntimeError(f"a worker process could not start: {why}")
            self._ever_ready = True
        self.late, self.deadline = False, monotonic() + seconds
        try:
            _write(process.stdin, chunk)
        except (OSError, ValueError):
            # It died; `receive` finds that out and says so.
            pass

    def receive(self, seconds: float) -> tuple[str, Any]:
        """("result", value), ("error", reason) or, when the worker is gone, ("dead", reason)."""
        process = self._process
        if process is None:
            return "dead", "the process died"
        assert process.stdout is not None
        try:
            kind, value = pickle.load(process.stdout)
        except (EOFError, OSError, pickle.UnpicklingError):
            why = f"took more than {seconds:g} s" if self.late else "the process died"
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
    _write(target, ("ready", None))
    # Whatever prints must not end up between two results.
    sys.stdout = sys.stderr
    # What is loaded by now stays: it need not be looked through again and again.
    gc.collect()
    gc.freeze()
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
        return "error", "took more memory than it may"
    except RecursionError:
        return "error", "the expression is nested too deeply"
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
