"""The plainest form of ``grader compare``, read by hand for the sake of its start.

Two answers and ``--var``, ``--domain``, ``--relation``, ``--json``, each with its value as a word of
its own.  Everything else, faults above all, is left to `grader.cli.compare`.
"""

from __future__ import annotations

import sys
from typing import Any


def compare_quickly(words: list[str]) -> bool:
    """Answer the question and say whether it was one of the plain form; else nothing is done."""
    row = _row(words)
    if row is None:
        return False
    as_json = row.pop("as_json")
    from grader.cli.verdict import decided, show

    try:
        verdict, lines = decided(row, as_json)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        sys.exit(130)
    except Exception:
        # The other way round says it in full.
        return False
    if verdict == "unreadable":
        return False
    show(lines)
    return True


def _row(words: list[str]) -> dict[str, Any] | None:
    answers: list[str] = []
    names: list[str] = []
    domain: dict[str, str] = {}
    row: dict[str, Any] = {"as_json": False}
    rest = iter(words)
    for word in rest:
        if word == "--json":
            row["as_json"] = True
        elif word in ("--var", "--relation", "--domain"):
            value = next(rest, None)
            if value is None:
                return None
            if word == "--var":
                names.append(value)
            elif word == "--relation":
                row["relation"] = value
            else:
                for part in value.split(","):
                    name, colon, ends = part.partition(":")
                    if not (colon and ".." in ends and name.strip()):
                        return None
                    domain[name.strip()] = ends.strip()
        elif word.startswith("--"):
            return None
        else:
            answers.append(word)
    if len(answers) != 2 or row.get("relation", "equal") == "matrix_derivative":
        return None
    return row | {"reference": answers[0], "student": answers[1], "variables": names or ["x"], "domain": domain or None}
