"""One verdict of ``grader compare`` on the terminal or as a line of JSON; needs no other library."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from grader.cli.terminal import output_failed, safe

if TYPE_CHECKING:
    from grader.compare import Verdict

# ANSI: green, red, yellow, magenta.
_COLOURS = {"correct": 32, "incorrect": 31, "unreadable": 33, "undecided": 35}


def decided(row: Mapping[str, Any], as_json: bool) -> tuple[str, list[str]]:
    """The verdict on one question, and the lines that tell it: with its certificate as JSON, else for a reader."""
    if as_json:
        import json

        from grader.certificate import certified

        found = certified(row)
        return str(found["verdict"]), [json.dumps(found, ensure_ascii=False)]
    from grader.compare import compare

    verdict = compare(row)
    return verdict.verdict, _told(verdict)


def _told(verdict: Verdict) -> list[str]:
    if verdict.verdict == "unreadable":
        return [_heading("unreadable", "unreadable"), f"  {safe(verdict.message)}"]
    title = verdict.verdict + (f" ({verdict.reason})" if verdict.reason else "")
    rows = [
        ("read as", verdict.read_as),
        (verdict.truth.value, f"by {verdict.by}"),
        ("evidence", verdict.evidence),
        ("message", verdict.message),
    ]
    return [_heading(title, verdict.verdict), *(f"  {label:9} {safe(text)}" for label, text in rows if text)]


def _heading(text: str, verdict: str) -> str:
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return f"\x1b[1;{_COLOURS[verdict]}m{text}\x1b[0m" if coloured else text


def show(lines: list[str]) -> None:
    """Print lines."""
    # Answers may hold letters that the terminal's encoding lacks.
    encoding = sys.stdout.encoding or "ascii"
    try:
        print("\n".join(lines).encode(encoding, "replace").decode(encoding), flush=True)
    except OSError as error:
        output_failed(error)
