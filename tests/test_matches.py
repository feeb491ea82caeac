"""Wrong answers that fit another student's variant: found, measured against chance, and no accusation."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_class_report import run
from test_policy import BANK

from grader.classroom.manifest import read
from grader.run.matches import matches

pytest.importorskip("scipy")


@pytest.fixture
def graded(tmp_path, monkeypatch):
    """A class of twelve: one hands in another one's answer, two make a slip of their own, the others are right."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRADER_SECRET", "x" * 40)
    (tmp_path / "bank").mkdir()
    (tmp_path / "bank" / "topic.yaml").write_text(BANK)
    (tmp_path / "hw.yaml").write_text("title: One\nsheet: hw\nproblems: [use: power]\n")
    (tmp_path / "r.csv").write_text("id\n" + "\n".join(f"s{k:02}" for k in range(12)) + "\n")
    run("sheets", "hw.yaml", "--roster", "r.csv", "--out", "out", "--bank", "bank", "--jobs", "1")
    manifest = read(Path("out/manifest.json").read_text(), "m")
    right = {student: part.items["1"]["reference"] for student, part in manifest.students.items()}
    given = right | {"s01": right["s07"], "s02": "17", "s03": "x + 1"}
    Path("in").mkdir()
    for student, answer in given.items():
        Path("in", f"{student}.yaml").write_text(f"student: {student}\nsheet: hw\nanswers:\n  1: {answer}\n")
    run("grade", "in", "--manifest", "out/manifest.json", "--out", "res", "--format", "json")
    return manifest, right


def test_a_copied_answer_is_found(graded):
    manifest, right = graded
    assert right["s01"] != right["s07"]
    (match,) = matches(manifest, json.loads(Path("res/results.json").read_text()))
    assert (match.student, match.item) == ("s01", "1") and "s07" in match.others
    assert 0 < match.chance <= 1 and match.variants == len(set(right.values())) - 1


def test_the_report_says_it_with_care(graded):
    run("report", "res/results.json", "--manifest", "out/manifest.json", "--matches", "--out", "c.html")
    page = Path("c.html").read_text()
    assert "Answers that fit another variant" in page and "That proves nothing" in page
    assert "cheat" not in page and "plagiar" not in page and "copied" not in page
    run("report", "res/results.json", "--manifest", "out/manifest.json", "--out", "d.html")
    assert "fit another variant" not in Path("d.html").read_text()
    assert json.loads(run("report", "res/results.json", "--manifest", "out/manifest.json", "--matches", "--json"))[
        "matches"
    ]


def test_matches_need_the_manifest(graded):
    assert "give --manifest" in run("report", "res/results.json", "--matches", code=2)


def test_an_answer_with_a_named_mistake_is_no_match(graded):
    manifest, right = graded
    body = json.loads(Path("res/results.json").read_text())
    for student in body["students"]:
        if student["student"] == "s01":
            student["items"][0]["mistake"] = "inner-derivative"
    assert matches(manifest, body) == ()
