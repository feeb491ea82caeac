"""The JSON Schemas of the files that are read or written, one ``<format>.json`` each.

The schema of problem files depends on the task kinds and is made in `grader.bank.schema`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def load(format: str) -> dict[str, Any]:
    """The schema of a format; FileNotFoundError when there is none."""
    text = Path(__file__).with_name(f"{format}.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
