"""``grader grade`` and ``grader check`` as commands: files, exit codes, what is printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import etree
from test_batch import CLASS, text

from grader.classroom import manifest as manifests
from grader.cli.commands import group
from grader.cli.grade import command as grade


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "manifest.json").write_text(manifests.write(CLASS))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "ada.yaml").write_text(text("ada", "2x", "cos x"))
    (tmp_path / "in" / "ben.yaml").write_text(text("ben", "x", "2x+)"))
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(group, arguments)


def test_a_folder_is_graded_and_reported(course: Path) -> None:
    (course / "in" / ".hidden.yaml").write_text("nonsense")
    (course / "in" / "zoe.pdf").write_bytes(b"%PDF")
    result = run("grade", "in", "--manifest", "manifest.json", "--out", "out")
    assert result.exit_code == 0, result.output
    assert "Ada" in result.output and "in/zoe.pdf:1: this is not an answer file" in result.output
    assert ".hidden" not in result.output
    results = json.loads((course / "out" / "results.json").read_text())
    assert [[i["outcome"] for i in s["items"]] for s in results["students"]] == [
        ["right", "right"],
        ["wrong", "unreadable"],
    ]
    assert len(etree.parse(course / "out" / "results.xml").findall("testsuite")) == 3
    assert not [p for p in (course / "out").iterdir() if p.suffix not in (".json", ".xml")]


def test_one_file_shows_each_answer(course: Path) -> None:
    result = run("grade", "in/ben.yaml", "--manifest", "manifest.json")
    assert result.exit_code == 0
    assert "could not be read" in result.output and "2x+)\n" in result.output
    assert not (course / "out").exists()


def test_json_goes_to_standard_output(course: Path) -> None:
    result = run("grade", "in", "--manifest", "manifest.json", "--json")
    assert json.loads(result.stdout)["summary"]["students"] == 2


@pytest.mark.parametrize(("percent", "code"), [("0", 0), ("100", 1), ("50", 1)])
def test_fail_under(course: Path, percent: str, code: int) -> None:
    assert run("grade", "in", "--manifest", "manifest.json", "--fail-under", percent).exit_code == code


def test_fail_under_counts_what_could_not_be_graded(course: Path) -> None:
    (course / "in" / "zoe.yaml").write_text("")
    assert run("grade", "in", "--manifest", "manifest.json", "--fail-under", "0").exit_code == 1


USAGE = [
    (["grade", "in"], "Missing option '--manifest'"),
    (["grade", "--manifest", "manifest.json"], "Missing argument"),
    (["grade", "in", "--manifest", "manifest.json", "--format", "json"], "--format needs --out"),
    (["grade", "in", "--manifest", "manifest.json", "--out", "o", "--format", "pdf"], "unknown report format 'pdf'"),
    (["grade", "in", "--manifest", "nope.json"], "there is no such file"),
    (["grade", "in", "--manifest", "in/ada.yaml"], "this is not JSON"),
    (
        ["grade", "nowhere", "no.yaml", "--manifest", "manifest.json"],
        "there is no such file or folder: nowhere, no.yaml",
    ),
    (["grade", "empty", "--manifest", "manifest.json"], "there are no submissions in empty"),
]


@pytest.mark.parametrize(("arguments", "message"), USAGE, ids=[message for _, message in USAGE])
def test_usage(course: Path, arguments: list[str], message: str) -> None:
    (course / "empty").mkdir()
    result = run(*arguments)
    assert result.exit_code != 0
    assert message in result.output + str(result.exception)


def test_a_missing_submission_does_not_stop_the_others(course: Path) -> None:
    result = run("grade", "in/ada.yaml", "in/adda.yaml", "--manifest", "manifest.json")
    assert result.exit_code == 0
    assert "in/adda.yaml:1: there is no such file" in " ".join(result.output.split())


def test_files_of_another_class_do_not_pass_unseen(course: Path) -> None:
    (course / "in" / "ada.yaml").write_text(text("zed", "2x", "cos x"))
    (course / "in" / "ben.yaml").write_text(text("yve", "2x", "cos x"))
    result = run("grade", "in", "--manifest", "manifest.json", "--out", "out")
    assert result.exit_code == 2
    assert "no file belongs to a student of this manifest" in result.output
    assert "in/ada.yaml:1: there is no student 'zed'" in result.output
    assert (course / "out" / "results.json").exists()


def test_a_broken_file_alone_is_no_wrong_manifest(course: Path) -> None:
    (course / "in" / "ada.yaml").write_text("")
    assert run("grade", "in/ada.yaml", "--manifest", "manifest.json").exit_code == 0


def test_a_link_to_nothing_is_reported(course: Path) -> None:
    (course / "in" / "zoe.yaml").symlink_to("nowhere.yaml")
    result = run("grade", "in", "--manifest", "manifest.json")
    assert "in/zoe.yaml:1: this link leads to a file that is not there; copy the" in result.output


def test_evidence_is_for_the_instructor_alone(course: Path) -> None:
    run("grade", "in", "--manifest", "manifest.json", "--out", "o")
    assert (course / "o" / "results.json").stat().st_mode & 0o077 == 0
    assert (course / "o" / "results.xml").stat().st_mode & 0o400


def test_reports_beside_the_submissions_are_not_taken_for_some(course: Path) -> None:
    command = ("grade", "in", "--manifest", "manifest.json", "--out", "in", "--format", "json,junit,terminal")
    assert run(*command, "--fail-under", "0").exit_code == 0
    again = run(*command, "--fail-under", "0")
    assert again.exit_code == 0 and "Files that need attention" not in again.output


def test_chosen_formats(course: Path) -> None:
    run("grade", "in", "--manifest", "manifest.json", "--out", "o", "--format", "junit,terminal")
    assert sorted(p.name for p in (course / "o").iterdir()) == ["results.txt", "results.xml"]
    assert "\x1b" not in (course / "o" / "results.txt").read_text()


def test_the_help_shows_how() -> None:
    assert "grader grade submissions/" in CliRunner().invoke(grade, ["--help"]).output


# check ------------------------------------------------------------------------------------------

ANSWERS = """\
student: ada
sheet: week-3
answers:
  1: 1/2x
  2: 2x+)
  3:
  4: x^2/2
  5: (1, 2)
expects:
  1: {"kind": "derivative", "form": "scalar", "variables": ["x"]}
  2: {"kind": "derivative", "form": "scalar", "variables": ["x"]}
  3: {"kind": "derivative", "form": "scalar", "variables": ["x"]}
  4: {"kind": "antiderivative", "form": "scalar", "variables": ["x"], "free_names": true}
  6: {"kind": "derivative", "form": "scalar", "variables": ["x"]}
"""


def test_check_shows_how_answers_are_read(tmp_path: Path) -> None:
    path = tmp_path / "ada.yaml"
    path.write_text(ANSWERS)
    result = run("check", str(path))
    assert result.exit_code == 0, result.output
    assert "1/2x was read as (1/2)*x" in result.output
    assert "line 5, character 4 of the answer" in result.output
    assert "(blank)" in result.output
    assert "add + C" in result.output
    assert "not in the file: question 6" in result.output
    assert "3 read, 1 not readable, 1 blank" in result.output
    assert not {"right", "wrong", "correct"} & set(result.output.lower().split())


def test_check_as_json(tmp_path: Path) -> None:
    path = tmp_path / "ada.yaml"
    path.write_text(ANSWERS)
    rows = json.loads(run("check", str(path), "--json").stdout)["answers"]
    assert [row["status"] for row in rows] == ["read", "unreadable", "blank", "read", "read"]
    assert rows[1]["column"] == 4 and rows[0]["spoken"]


def test_check_without_hints_reads_what_is_typed(tmp_path: Path) -> None:
    path = tmp_path / "ada.yaml"
    path.write_text("answers:\n  1: 2x\n  2: [1, 2; 3, 4]\n  3: y = 3x\n")
    assert "3 read, 0 not readable" in run("check", str(path)).output


def test_check_of_a_broken_file_says_why(tmp_path: Path) -> None:
    path = tmp_path / "ada.yaml"
    path.write_text("")
    assert "the file is empty" in str(run("check", str(path)).exception)


def test_check_shows_hostile_text_as_data(tmp_path: Path) -> None:
    path = tmp_path / "eve.yaml"
    path.write_bytes("student: e\x1b[2J\nanswers:\n  1: \x1b[31m\u202e2x\n".encode())
    output = run("check", str(path)).output
    assert all(c.isprintable() or c == "\n" for c in output)


def test_check_says_when_a_number_is_not_on_the_sheet(tmp_path: Path) -> None:
    path = tmp_path / "ada.yaml"
    path.write_text(ANSWERS)
    assert "there is no question 5 on the sheet" in run("check", str(path)).output


def test_check_without_expectations_takes_the_usual_letters(tmp_path: Path) -> None:
    path = tmp_path / "ada.yaml"
    path.write_text("answers:\n  1: -4xy-1\n")
    output = run("check", str(path)).output
    assert "-4x*y - 1" in output and "Give your sheet: grader check" in output


def test_check_keeps_to_80_columns(tmp_path: Path) -> None:
    path = tmp_path / "ada.yaml"
    long = " + ".join(f"sin({n}x)" for n in range(2, 60))
    path.write_text(ANSWERS.replace("1/2x\n", f"{long}\n").replace("x^2/2\n", f"{'(x + 1)*' * 30}\n"))
    output = run("check", str(path)).output
    assert "spoken" in output and max(map(len, output.splitlines())) <= 80
    assert output.count("2x+)") == 1


def test_working_is_checked_and_costs_nothing(course: Path) -> None:
    answers = course / "in" / "ada.yaml"
    answers.write_text(answers.read_text() + "working:\n  1:\n    f(x) = x^2\n    = 3x - x\n    = 3x\n    = 2x\n")
    result = run("grade", "in", "--manifest", "manifest.json", "--out", "out")
    item = json.loads((course / "out" / "results.json").read_text())["students"][0]["items"][0]
    assert (result.exit_code, item["outcome"], item["score"]) == (0, "right", item["points"])
    assert [line["state"] for line in item["working"]] == ["follows", "follows", "does not follow", "does not follow"]
    assert item["feedback"] == ["Right.", "In your working line 3 is not equal to line 2."]
    assert "working, line 3 is not equal to line 2: at x = " in " ".join(item["instructor"]["summary"])
    shown = run("grade", "in/ada.yaml", "--manifest", "manifest.json").output
    assert "In your working line 3 is not equal to line 2." in " ".join(shown.split())
