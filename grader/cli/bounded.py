"""A single answer within bounds: the hard work is done in a child process, which this one kills if it must.

Nothing here knows how long one call into C will take, and no signal interrupts it.  So the command
forks, and the child goes on as if nothing had happened and prints what it finds.  The parent waits,
and speaks only when the child ran out of time or died: then the answer is *undecided*, with the reason.

A fork costs some milliseconds, so it is put off until the work is hard: until FLINT or SymPy is about
to be loaded.  What is done before is Python within budgets, for texts of some hundred letters at most;
longer ones fork at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

SECONDS = 10.0
"""For one question, as in a batch."""

MEMORY = 2 << 30
"""Bytes of address space, as in a batch."""

_HARD = frozenset({"flint", "sympy", "mpmath", "numpy"})
_LONG = 400
_CHILD = "GRADER_CHILD"


def bound(words: list[str], seconds: float = SECONDS, memory: int = MEMORY) -> None:
    """See to it that the command that these words are ends within the bounds."""
    command = words[:1]
    if command == ["compare"] and not any(word.startswith("--batch") for word in words):
        at_once = sum(map(len, words)) > _LONG
    elif command == ["check"]:
        at_once = True
    else:
        return  # No answers, or workers of its own.
    if not hasattr(os, "fork"):
        if not os.environ.pop(_CHILD, None):
            spawned(words, seconds)
    elif at_once:
        fork(words, seconds, memory)
    else:
        sys.meta_path.insert(0, _BeforeHardWork(lambda: fork(words, seconds, memory)))


class _BeforeHardWork:
    """Finds no module, but notices when a hard one is looked for."""

    def __init__(self, action: Callable[[], None]) -> None:
        self._action = action

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> None:
        if name in _HARD:
            sys.meta_path.remove(self)
            self._action()


def fork(words: list[str], seconds: float, memory: int) -> None:
    """Return in the child; in the parent, end with what the child ends with."""
    # The child's end of the pipe closes with the child, however it ends.
    reading, writing = os.pipe()
    try:
        child = os.fork()
    except OSError:
        # No process is to be had: the answer is of more use than its bounds.
        return
    if child == 0:
        os.close(reading)
        _limit(seconds, memory)
        return
    os.close(writing)
    import select
    import signal

    # Ctrl-C reaches the child too, which says so.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ended, _, _ = select.select([reading], [], [], seconds)
    if not ended:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if not ended:
        _give_up(words, _late(seconds))
    if os.WIFSIGNALED(status):
        _give_up(words, "the process died, probably for want of memory")
    # At once: what is half done here is the child's.
    os._exit(os.WEXITSTATUS(status))


def _limit(seconds: float, memory: int) -> None:
    """Bounds that hold even when the parent is gone."""
    import resource

    bounds = ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, int(seconds) + 5), (resource.RLIMIT_CORE, 0))
    for what, most in bounds:
        _, hard = resource.getrlimit(what)
        try:
            resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
        except (OSError, ValueError):
            # macOS has no limit of address space; the time still holds.
            pass


def spawned(words: list[str], seconds: float) -> NoReturn:
    """The same where there is no fork (Windows): a fresh interpreter, for the price of its start."""
    import subprocess

    command = [sys.executable, "-P", "-c", "from grader.cli import main; main()", *words]
    path = os.pathsep.join(p for p in sys.path if p)
    try:
        done = subprocess.run(
            command, timeout=seconds, env={**os.environ, "PYTHONPATH": path, _CHILD: "1"}, check=False
        )
    except subprocess.TimeoutExpired:
        _give_up(words, _late(seconds))
    sys.exit(done.returncode)


def _late(seconds: float) -> str:
    return f"took more than {seconds:g} s"


def _give_up(words: list[str], why: str) -> NoReturn:
    """Say that the answer is undecided and why, in the form asked for."""
    if words[0] == "check":
        print(f"The answers could not be read: {why}.", file=sys.stderr, flush=True)
        os._exit(3)
    if "--json" in words:
        from grader.compare import undecided_line

        print(undecided_line("{}", why), flush=True)
    else:
        print(f"undecided\n  undecided by limits\n  evidence  {why}", flush=True)
    os._exit(0)
