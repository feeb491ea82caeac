"""The demo: every answer of the made-up class gets exactly the outcome it was made for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from grader import demo
from grader.classroom.manifest import Manifest, read

FEWEST_STUDENTS = 12
RUN = "from grader.cli import main; main()"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished demo, run as a new user runs it."""
    directory = tmp_path_factory.mktemp("demo") / "class"
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONUTF8": "1"}
    command = [sys.executable, "-c", RUN, "demo", str(directory)]
    done = subprocess.run(command, capture_output=True, timeout=540, env=environment)
    assert done.returncode == 0, done.stderr.decode()
    (directory / "printed.txt").write_bytes(done.stdout)
    return directory


@pytest.fixture(scope="module")
def manifest(folder: Path) -> Manifest:
    return read((folder / "course" / "manifest.json").read_text())


@pytest.fixture(scope="module")
def results(folder: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((folder / "results" / "results.json").read_text())
    return loaded


def graded_scripts() -> list[demo.Scripted]:
    return [scripted for scripted in demo.script() if scripted.counts]


@pytest.mark.parametrize("scripted", graded_scripts(), ids=lambda scripted: scripted.file)
def test_every_answer_has_its_outcome(scripted: demo.Scripted, manifest: Manifest, results: dict[str, Any]) -> None:
    (student,) = [s for s in results["students"] if s["student"] == scripted.student]
    assert student["file"] == scripted.file
    items = manifest.students[scripted.student].instances()
    found = {item["item"]: item for item in student["items"]}
    for number, expected in demo.expected(scripted, items).items():
        item = found[number]
        told = (number, item["typed"], item["instructor"], item["fault"])
        assert (item["outcome"], item["mistake"]) == (expected.outcome, expected.mistake), told
        if expected.score is not None:
            assert item["exact"] == f"{expected.score} of {items[number].points}", told


def test_only_right_answers_are_proved_or_agree(results: dict[str, Any]) -> None:
    for student in results["students"]:
        for item in student["items"]:
            if item["outcome"] == "right":
                assert {f["truth"] for f in item["instructor"]["findings"]} <= {"proved", "agrees"}
            if item["outcome"] == "wrong":
                assert "refuted" in {f["truth"] for f in item["instructor"]["findings"]}


def test_the_class_is_large_and_mixed(results: dict[str, Any]) -> None:
    assert len(results["students"]) >= FEWEST_STUDENTS
    outcomes = results["summary"]["outcomes"]
    assert all(outcomes[outcome] for outcome in ("right", "partial", "wrong", "unreadable", "blank"))
    assert not outcomes["undecided"]
    assert len(results["summary"]["mistakes"]) >= 8


def test_files_that_cannot_be_graded_are_reported(results: dict[str, Any]) -> None:
    messages = {row["file"]: row["message"] for row in results["files"]}
    assert messages == {
        "mia-2.yaml": "'mia' also handed in mia-1.yaml; this one was graded",
        "nia.yaml": "this is a picture, not a text file; save the answers as plain text",
        "stranger.yaml": "there is no student 'zed' in the manifest",
    }
    assert results["absent"] == ["nia", "pat"]


def test_nobody_sees_the_reference(manifest: Manifest, results: dict[str, Any]) -> None:
    for student in results["students"]:
        items = manifest.students[student["student"]].items
        for item in student["items"]:
            if item["outcome"] in ("wrong", "partial", "unreadable"):
                said = " ".join(item["feedback"])
                assert items[item["item"]]["reference"] not in said
                for finding in item["instructor"]["findings"]:
                    assert finding["witness"] is None or finding["witness"]["reference"] not in said


def test_hostile_text_does_not_reach_the_terminal(folder: Path) -> None:
    printed = (folder / "printed.txt").read_text(encoding="utf-8")
    assert all(c.isprintable() or c == "\n" for c in printed)
    assert "Try next:" in printed
    for line in printed.split("Try next:")[0].splitlines():
        assert len(line) <= 80


def test_the_folder_is_complete(folder: Path, manifest: Manifest) -> None:
    for student in manifest.students:
        for path in (f"sheets/{student}.html", f"keys/{student}.html", f"answers/{student}.yaml"):
            assert (folder / "course" / path).stat().st_size > 200
    assert (folder / "results" / "results.xml").stat().st_size > 1000
    assert len(list((folder / "submissions").iterdir())) == len(demo.script())


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    command = [sys.executable, "-c", RUN, "demo", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "is not empty" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.tex"]
