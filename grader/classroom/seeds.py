"""Seeds that nobody without the course secret can compute, and everybody with it can repeat."""

from __future__ import annotations

import hashlib
import hmac
import json

SHORTEST_SECRET = 16
"""Characters that a secret must have."""


def seed_for(secret: bytes, sheet: str, student: str, problem: str, item: str = "1") -> int:
    """The seed of one item of one student: the first 64 bits of an HMAC-SHA256 (RFC 2104).

    ``item`` tells apart several variants of one problem on a sheet.
    """
    # As JSON the parts cannot run into each other: ("ab", "c") is not ("a", "bc").
    message = json.dumps([sheet, student, problem, item], ensure_ascii=True, separators=(",", ":"))
    return int.from_bytes(hmac.new(secret, message.encode("ascii"), hashlib.sha256).digest()[:8], "big")
