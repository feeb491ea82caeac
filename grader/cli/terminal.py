"""What every command owes to a terminal: text from strangers does not act, and a full disk is no crash."""

from __future__ import annotations

import os
import sys
from typing import NoReturn


def safe(text: str) -> str:
    """The text with control characters, escapes and bidirectional overrides made visible."""
    return "".join(c if c.isprintable() or c == "\n" else f"\\x{ord(c):02x}" for c in text)


def output_failed(error: OSError) -> NoReturn:
    """End because standard output takes nothing more: quietly when its reader (``| head``) has gone."""
    # Else Python writes what is left once more when it ends, and fails with its own message.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        sys.exit(0)
    fix = "free some space, or write the output elsewhere"
    print(f"the output cannot be written: {error.strerror or error}; {fix}", file=sys.stderr)
    sys.exit(2)
