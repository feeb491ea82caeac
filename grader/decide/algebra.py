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
from collections.abc import Callable, Mapping
from typing import IO

from grader.expr.domain import Domain
from grader.expr.tree import Apply, Expr, children, rebuild, variables

_MEMORY = 1 << 30
_START = 2.0
"""Seconds for SymPy to be loaded, by a child that has not yet done so."""

_child: subprocess.Popen[bytes] | None = None
_lock = threading.Lock()


def simplifies_to_zero(e: Expr, domain: Domain, seconds: float) -> bool:
    """Whether SymPy simplifies the expression to zero within the time.

    False says nothing: too slow, too large, or not simplified.
    """
    return bool(_ask("zero", "", e, domain, seconds))


def antiderivatives(e: Expr, name: str, domain: Domain, seconds: float) -> tuple[Expr, ...]:
    """What SymPy takes for antiderivatives, for others to prove; logarithms are those of absolute values."""
    found = _ask("antiderivatives", name, e, domain, seconds)
    return found if isinstance(found, tuple) else ()


def solutions(e: Expr, name: str, domain: Domain, seconds: float) -> tuple[Expr, ...]:
    """What SymPy takes for the zeros in the domain, for others to prove; it may miss some."""
    found = _ask("solutions", name, e, domain, seconds)
    return found if isinstance(found, tuple) else ()


def _ask(task: str, name: str, e: Expr, domain: Domain, seconds: float) -> object:
    """The child's answer; None when it took too long or died."""
    with _lock:
        if _child is None or _child.poll() is not None:
            seconds += _START
        child = _worker()
        assert child.stdin is not None and child.stdout is not None
        try:
            _send(child.stdin, (task, name, e, domain))
            answer = _receive_within(child, child.stdout, seconds)
        except (BrokenPipeError, EOFError, OSError):
            answer = None
        if answer is None:
            _stop()
        return answer


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


def _receive_within(child: subprocess.Popen[bytes], pipe: IO[bytes], seconds: float) -> object:
    """The child's answer, or None after the time; the child is then killed by the caller."""
    timer = threading.Timer(seconds, child.kill)
    timer.start()
    try:
        answer: object = pickle.load(pipe)
        return answer
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
    """The child: read trees from the parent, simplify, integrate or solve them."""
    _limit_memory()
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            task, name, e, domain = pickle.load(source)
        except EOFError:
            return
        try:
            answer = _TASKS[task](e, name, domain)
        except MemoryError:
            return
        except Exception:
            # Whatever SymPy trips over, the answer is that it did not simplify to zero.
            answer = False
        _send(target, answer)


def _simplifies(e: Expr, _name: str, domain: Domain) -> bool:
    import sympy

    from grader.expr.symbolic import to_sympy

    return bool(sympy.simplify(to_sympy(e, domain)) == 0)


def _integrated(e: Expr, name: str, domain: Domain) -> tuple[Expr, ...]:
    import sympy
    from sympy.integrals.manualintegrate import manualintegrate

    from grader.expr.symbolic import NotTranslatable, from_sympy, symbol, to_sympy

    f, x = to_sympy(e, domain), symbol(name, domain)
    found: list[Expr] = []
    for method, g in ((manualintegrate, f), (sympy.integrate, f), (sympy.integrate, sympy.simplify(f))):
        try:
            # The floor mends the jumps of what is found by tan(x/2); its slope is zero.
            result = method(g, x).replace(sympy.floor, lambda *_: sympy.S.Zero)
            found.append(_with_bars(from_sympy(result), name))
        except (NotTranslatable, NotImplementedError, ValueError, TypeError, AttributeError):
            continue
        break
    return tuple(found)


def _solved(e: Expr, name: str, domain: Domain) -> tuple[Expr, ...]:
    from sympy import FiniteSet, Interval, S, oo, solveset

    from grader.expr.symbolic import from_sympy, symbol, to_sympy
    from grader.expr.tidy import tidy

    interval = domain[name]
    low = -oo if interval.low is None else S(interval.low.numerator) / interval.low.denominator
    high = oo if interval.high is None else S(interval.high.numerator) / interval.high.denominator
    found = solveset(to_sympy(e), symbol(name), Interval(low, high))
    return tuple(tidy(from_sympy(s)) for s in found) if isinstance(found, FiniteSet) else ()


_TASKS: Mapping[str, Callable[[Expr, str, Domain], object]] = {
    "zero": _simplifies,
    "antiderivatives": _integrated,
    "solutions": _solved,
}


def _with_bars(e: Expr, name: str) -> Expr:
    """``ln|u|`` for each ``ln(u)``: it has the same derivative, and more values."""
    parts = tuple(_with_bars(part, name) for part in children(e))
    match e:
        case Apply("ln", (u,)) if name in variables(u):
            return Apply("ln", (Apply("abs", parts),))
        case _:
            return rebuild(e, parts)


if __name__ == "__main__":
    _serve()
