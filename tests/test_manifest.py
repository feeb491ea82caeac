"""The manifest holds its own, whatever happens to the bank; changes to it are noticed."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from test_classroom import SECRET, assignment

from grader.classroom.manifest import Manifest, enrol, read, write
from grader.classroom.variants import draw
from grader.errors import AuthorError


@pytest.fixture(scope="module")
def manifest() -> Manifest:
    asked = assignment("  - use: one\n  - use: two\n")
    students = {s: enrol(f"Name of {s}", "", draw(asked, s, SECRET)) for s in ("ada", "zoë")}
    return Manifest(asked.title, asked.course, asked.sheet, students, "0.1.0", "2026-10-31", "Do *it*.")


def test_round_trip_and_stable_bytes(manifest):
    text = write(manifest)
    assert read(text) == manifest
    assert write(read(text)) == text and text.isascii() and text.endswith("}\n")


def test_instances_come_back(manifest):
    asked = assignment("  - use: one\n  - use: two\n")
    assert read(write(manifest)).students["ada"].instances() == draw(asked, "ada", SECRET)


def test_contract(manifest):
    body = json.loads(write(manifest))
    assert body["format"] == "calculus-grader manifest" and body["version"] == 2
    assert list(body["students"]["ada"]["items"]) == ["1", "2"] and body["checksum"].startswith("sha256:")


def test_new_layout_is_no_change(manifest):
    assert read(json.dumps(json.loads(write(manifest)), sort_keys=True)).students == manifest.students


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.replace("Name of ada", "Name of eve"), "the manifest was changed after it was written"),
        (lambda t: t.replace('"version": 2', '"version": 3'), "version 3; this program reads versions 1 to 2"),
        (lambda t: t[:-20], "this is not JSON"),
        (lambda t: "[]", "this is not a manifest"),
        (lambda t: "[" * 100_000, "this is not"),
        (lambda t: "9" * 10_000, "this is not a manifest"),
    ],
)
def test_what_is_no_manifest(manifest, change, message):
    with pytest.raises(AuthorError, match=message):
        read(change(write(manifest)))


def test_a_damaged_record_says_where(manifest):
    part = manifest.students["ada"]
    del part.items["1"]["given"]
    with pytest.raises(ValueError, match="item 1 of the manifest cannot be understood: 'given'"):
        part.instance("1")


def test_reading_loads_nothing_heavy(manifest, tmp_path):
    path = tmp_path / "manifest.json"
    path.write_text(write(Manifest("T", "C", "w1", {"zoë": manifest.students["zoë"]}, "0.1.0")), encoding="utf-8")
    code = (
        "import sys; from grader.classroom.manifest import read;"
        f"m = read(open({str(path)!r}, encoding='utf-8').read()); m.students['zo\\u00eb'].instances();"
        "print(*sorted({'sympy', 'numpy', 'jinja2', 'yaml', 'markdown_it'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
