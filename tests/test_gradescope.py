"""Gradescope's autograder: built, unpacked in a fresh folder and run, as Gradescope does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from test_policy import BANK

from grader.cli.commands import group

SCHEMA = json.loads((Path(__file__).parent / "formats" / "gradescope_results.schema.json").read_text())


def grader(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(group, list(words))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("GRADER_SECRET", "x" * 40)
        (folder / "bank").mkdir()
        (folder / "bank" / "topic.yaml").write_text(BANK)
        (folder / "hw.yaml").write_text("title: One\nsheet: hw\ndue: 2026-11-20T23:59+01:00\nproblems: [use: power]\n")
        (folder / "r.csv").write_text("id,name,email\nada,Ada,ada@example.org\nben,Ben,ben@example.org\n")
        (folder / "p.yaml").write_text("attempts: 3\nlate: {per_day: 25 %}\n")
        grader("sheets", "hw.yaml", "--roster", "r.csv", "--out", "out", "--bank", "bank", "--jobs", "1")
        told = grader("export", "gradescope", "--manifest", "out/manifest.json", "--policy", "p.yaml")
        assert "2 students" in told
    return folder


@pytest.fixture
def root(course, tmp_path):
    """What Gradescope makes of the zip."""
    root = tmp_path / "autograder"
    with zipfile.ZipFile(course / "hw.gradescope.zip") as archive:
        for member in archive.infolist():
            target = root / "source" / member.filename
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(member))
            target.chmod(member.external_attr >> 16 & 0o777)
    (root / "submission").mkdir()
    return root


def right(course, student: str = "ada") -> str:
    manifest = json.loads((course / "out" / "manifest.json").read_text())
    return manifest["students"][student]["items"]["1"]["reference"]


def hand_in(root, answer: str, student: str = "ada", **metadata) -> dict:
    (root / "submission" / "answers.yaml").write_text(f"student: {student}\nsheet: hw\nanswers:\n  1: {answer}\n")
    told = {"created_at": "2026-11-20T12:00:00+01:00", "users": [{"email": "ada@example.org", "name": "Ada"}]}
    (root / "submission_metadata.json").write_text(json.dumps(told | metadata))
    return run(root)


def run(root) -> dict:
    done = subprocess.run(
        [str(root / "source" / "run_autograder")],
        env={"PATH": os.environ["PATH"], "AUTOGRADER_ROOT": str(root), "AUTOGRADER_PYTHON": sys.executable},
        cwd=root,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads((root / "results" / "results.json").read_text())
    jsonschema.Draft202012Validator(SCHEMA).validate(found)
    return found


def test_the_zip(course):
    with zipfile.ZipFile(course / "hw.gradescope.zip") as archive:
        modes = {m.filename: m.external_attr >> 16 for m in archive.infolist()}
        assert modes["setup.sh"] & 0o777 == modes["run_autograder"] & 0o777 == 0o755
        assert modes["manifest.json"] & 0o777 == 0o644
        names = set(modes)
        assert {"requirements.txt", "policy.yaml", "unfinished.json", "grader/grade.py"} <= names
        assert not any("__pycache__" in name or "/_data/" in name for name in names)
        assert b"sympy" in archive.read("requirements.txt") and b"pytest" not in archive.read("requirements.txt")
    assert (course / "hw.gradescope.zip").stat().st_mode & 0o077 == 0
    before = (course / "hw.gradescope.zip").read_bytes()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(course)
        grader("export", "gradescope", "--manifest", "out/manifest.json", "--policy", "p.yaml", "--out", "again.zip")
    assert (course / "again.zip").read_bytes() == before


def test_a_right_answer(course, root):
    found = hand_in(root, right(course))
    assert found["score"] == 4 and found["tests"][0]["status"] == "passed"


def test_a_wrong_answer_says_nothing_of_the_right_one(course, root):
    found = hand_in(root, "17x")
    assert found["score"] == 0 and right(course) not in json.dumps(found)
    assert found["tests"][0]["status"] == "failed"


def test_lateness_by_the_time_of_handing_in(course, root):
    found = hand_in(root, right(course), created_at="2026-11-21T12:00:00+01:00")
    assert found["score"] == 3 and "less 25 % a day" in found["output"]


def test_attempts_are_counted(course, root):
    earlier = [
        {"submission_time": f"2026-11-1{k}T12:00:00+01:00", "score": float(k), "autograder_error": False}
        for k in (1, 2)
    ]
    assert hand_in(root, right(course), previous_submissions=earlier)["score"] == 4
    broken = {"submission_time": "2026-11-13T12:00:00+01:00", "score": 0, "autograder_error": True}
    assert hand_in(root, right(course), previous_submissions=[*earlier, broken])["score"] == 4
    used = hand_in(root, right(course), previous_submissions=[*earlier, {**broken, "autograder_error": False}])
    assert "used all 3 attempts" in used["output"] and used["score"] == 2


def test_nobody_hands_in_another_ones_sheet(course, root):
    found = hand_in(root, right(course, "ben"), student="ben")
    assert found["score"] == 0 and "answer file of 'ben'" in found["output"] and "tests" not in found


def test_gradescope_knows_somebody_whom_the_class_list_has_not(course, root):
    found = hand_in(root, right(course), users=[{"email": "eve@example.org"}])
    assert found["score"] == 0 and "do not agree" in found["output"]


def test_the_file_need_not_say_whose_it_is(course, root):
    found = hand_in(root, right(course), student="")
    assert found["score"] == 4


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"%PDF-1.4", b"answers: [", b"\x00" * 100])
def test_what_cannot_be_read_is_told(course, root, content):
    (root / "submission" / "a.yaml").write_bytes(content)
    (root / "submission_metadata.json").write_text(json.dumps({"users": [{"email": "ada@example.org"}]}))
    found = run(root)
    assert found["score"] == 0 and "output" in found


def test_nothing_handed_in(course, root):
    assert "no answer file" in run(root)["output"]


def test_links_lead_nowhere(course, root):
    (root / "submission" / "a.yaml").symlink_to(root / "source" / "manifest.json")
    assert "no answer file" in run(root)["output"]


@pytest.mark.parametrize("metadata", ["", "[]", "{", '{"users": 3}', '{"users": [3], "previous_submissions": "x"}'])
def test_metadata_that_is_broken(course, root, metadata):
    (root / "submission" / "a.yaml").write_text(f"student: ada\nsheet: hw\nanswers:\n  1: {right(course)}\n")
    (root / "submission_metadata.json").write_text(metadata)
    assert run(root)["score"] == 4


def test_a_crash_leaves_a_result(course, root):
    (root / "source" / "manifest.json").write_text("{")
    (root / "submission" / "a.yaml").write_text("student: ada\nanswers:\n  1: 2x\n")
    found = run(root)
    assert found["score"] == 0 and "not graded" in found["output"]
    (root / "source" / "grader" / "cli" / "gradescope.py").unlink()
    assert "not graded" in run(root)["output"]
