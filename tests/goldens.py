"""Files that are compared byte for byte with ones in the folder ``golden``.

They are made from instances that lie there too, so that they change with a format and not with
the bank or the sampler.  ``GRADER_GOLDEN=write pytest tests/test_golden.py`` writes them anew:
look at the difference before you commit it.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from fractions import Fraction
from functools import cache
from pathlib import Path

from grader.bank.instance import Instance, from_record
from grader.exports.base import Collection, Entry, Variant

FOLDER = Path(__file__).parent / "golden"


@cache
def problems() -> dict[str, tuple[tuple[Instance, ...], ...]]:
    """Variants of some problems, each a tuple of parts."""
    known = json.loads((FOLDER / "instances.json").read_text(encoding="utf-8"))
    return {
        name: tuple(tuple(from_record(part) for part in variant) for variant in variants)
        for name, variants in known.items()
    }


def collection(title: str = "A sheet", language: str = "en") -> Collection:
    entries = []
    for number, (name, variants) in enumerate(problems().items(), 1):
        first = variants[0]
        points = sum((part.points for part in first), Fraction(0))
        named = tuple(Variant(f"v{k:02d}", parts) for k, parts in enumerate(variants, 1))
        entries.append(Entry(str(number), name, first[0].title, points, named))
    return Collection(title, "Calculus 1", "hw1", tuple(entries), language)


def items() -> dict[str, Instance]:
    """The first variants as the items of a sheet."""
    return {
        f"{number}{part.part}": part for number, variants in enumerate(problems().values(), 1) for part in variants[0]
    }


def compare(name: str, content: str | bytes) -> None:
    """Fails when the content is not that of the file; a zip is compared as the text of its members."""
    made = content.encode("utf-8") if isinstance(content, str) else content
    if made.startswith(b"PK"):
        made = _unpacked(made)
    path = FOLDER / name
    if os.environ.get("GRADER_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(made)
    assert path.exists(), f"{name} is missing; write it with GRADER_GOLDEN=write"
    assert made == path.read_bytes(), f"{name} is not what it was"


def _unpacked(archive: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as members:
        return b"".join(b"==== " + m.encode() + b"\n" + members.read(m) + b"\n" for m in members.namelist())
