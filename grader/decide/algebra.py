"""SymPy as the last resort, in a process of its own that is killed when it takes too long.

Never a signal in the caller: a signal does not interrupt C code, and fails off the main thread.
Only trees travel there, never typed text.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
from typing import IO

from grader.expr.domain import Domain
from grader.expr.tree import Expr

_MEMORY = 1 << 30

_child: subprocess.Popen[bytes] | None = None
_lock = threading.Lock()


def simplifies_to_zero(e: Expr, domain: Domain, seconds: float) -> bool:
    """Whether SymPy simplifies the expression to zero within the time.

    False says nothing: too slow, too large, or not simplified.
    """
    with _lock:
        child = _worker()
        assert child.stdin is not None and child.stdout is not None
        try:
            _send(child.stdin, (e, domain))
            answer = _receive_within(child, child.stdout, seconds)
        except (BrokenPipeError, EOFError, OSError):
            answer = False
        if answer is None:
            _stop()
        return bool(answer)


def _worker() -> subprocess.Popen[bytes]:
    global _child
    if _child is None or _child.poll() is not None:
        # `-P`: nothing is imported from the current folder, which may hold submissions.
        _child = subprocess.Popen(
            [sys.executable, "-P", "-m", "grader.decide.algebra"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        )
        import atexit

        atexit.register(_stop)
    return _child


def _stop() -> None:
    global _child
    if _child is not None:
        _child.kill()
        _child.wait()
        for pipe in (_child.stdin, _child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    # The other end is gone with what was still buffered for it.
                    pass
        _child = None


def _receive_within(child: subprocess.Popen[bytes], pipe: IO[bytes], seconds: float) -> bool | None:
    """The child's answer, or None after the time; the child is then killed by the caller."""
    timer = threading.Timer(seconds, child.kill)
    timer.start()
    try:
        return bool(pickle.load(pipe))
    except (EOFError, pickle.UnpicklingError):
        return None
    finally:
        timer.cancel()


def _send(pipe: IO[bytes], value: object) -> None:
    pickle.dump(value, pipe)
    pipe.flush()


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:
        # Windows has no such limit; the time limit still holds.
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _serve() -> None:
    """The child: read trees from the parent, answer whether they simplify to zero."""
    _limit_memory()
    import sympy

    from grader.expr.symbolic import to_sympy

    source, target = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            e, domain = pickle.load(source)
        except EOFError:
            return
        try:
            answer = sympy.simplify(to_sympy(e, domain)) == 0
        except MemoryError:
            return
        except Exception:
            # Whatever SymPy trips over, the answer is that it did not simplify to zero.
            answer = False
        _send(target, answer)


if __name__ == "__main__":
    _serve()
