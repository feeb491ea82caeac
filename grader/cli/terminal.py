"""Text from strangers on a terminal: nothing in it may act."""

from __future__ import annotations


def safe(text: str) -> str:
    """The text with control characters, escapes and bidirectional overrides made visible."""
    return "".join(c if c.isprintable() or c == "\n" else f"\\x{ord(c):02x}" for c in text)
