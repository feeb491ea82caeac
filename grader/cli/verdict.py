"""One verdict of ``grader compare`` on the terminal or as a line of JSON; needs no other library."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from grader.cli.terminal import output_failed, safe

if TYPE_CHECKING:
    from grader.compare import Verdict

# ANSI: green, red, yellow, magenta.
_COLOURS = {"correct": 32, "incorrect": 31, "unreadable": 33, "undecided": 35}


def show(verdict: Verdict, as_json: bool) -> None:
    """Print the verdict."""
    if as_json:
        import json

        _print([json.dumps(verdict.as_json(), ensure_ascii=False)])
        return
    if verdict.verdict == "unreadable":
        _print([_heading("unreadable", "unreadable"), f"  {safe(verdict.message)}"])
        return
    title = verdict.verdict + (f" ({verdict.reason})" if verdict.reason else "")
    rows = [
        ("read as", verdict.read_as),
        (verdict.truth.value, f"by {verdict.by}"),
        ("evidence", verdict.evidence),
        ("message", verdict.message),
    ]
    _print([_heading(title, verdict.verdict), *(f"  {label:9} {safe(text)}" for label, text in rows if text)])


def _heading(text: str, verdict: str) -> str:
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return f"\x1b[1;{_COLOURS[verdict]}m{text}\x1b[0m" if coloured else text


def _print(lines: list[str]) -> None:
    # Answers may hold letters that the terminal's encoding lacks.
    encoding = sys.stdout.encoding or "ascii"
    try:
        print("\n".join(lines).encode(encoding, "replace").decode(encoding), flush=True)
    except OSError as error:
        output_failed(error)
