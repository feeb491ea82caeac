"""Wrong answers that no mistake explains: like ones are counted together, and can be given a name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.answer import Shape, read
from grader.bank.read import read_problems
from grader.bank.sample import sample_parts
from grader.cli.commands import group
from grader.expr.parse import Names
from grader.grade import grade_answer
from grader.unnamed import Unnamed, describe

PROBLEM = """\
- id: power
  kind: derivative
  title: A power
  difficulty: 1
  parameters: {a: {integer: [3, 9]}}
  given: {f: "a x^3", wrt: x}
  statement: 'Differentiate ${{ f }}$.'
"""
NAMED = """\
  mistakes:
    - name: seven-added
      answer: "{{ 3*a }}x^2 + 7"
      when: "a > 2"
      say: Where does the last term come from?
      credit: 1/2
"""


def instance(text: str = PROBLEM, seed: int = 1):
    (problem,) = read_problems(text, "f.yaml")
    (made,) = sample_parts(problem, seed)
    return made


def unnamed(typed: str) -> Unnamed:
    task = instance().task
    return describe(task, read(typed, Shape("scalar"), Names(("x",))).answer)


def right() -> str:
    return str(int(instance().parameters["a"]) * 3)


@pytest.mark.parametrize(
    ("typed", "relation"),
    [
        ("{a}x^2/2", "1/2 times the right answer"),
        ("-{a}x*x", "the right answer with the other sign"),
        ("x^2*{a} + 7", "the right answer plus 7"),
        ("{a}x^2 - 1/3", "the right answer minus 1/3"),
        ("{a}x^2 + x", ""),
        ("{a}x^2 + 10^9", ""),
        ("0", ""),
        ("ln(-1)", ""),
        ("x^(999999)", ""),
    ],
)
def test_how_an_answer_follows_from_the_right_one(typed: str, relation: str) -> None:
    assert unnamed(typed.replace("{a}", right())).relation == relation


@pytest.mark.parametrize(("one", "other"), [("(x+1)^2", "x^2+2x+1"), ("sin(x)^2", "1 - cos(x)^2"), ("2x", "x+x")])
def test_equal_answers_are_alike(one: str, other: str) -> None:
    assert unnamed(one).likeness == unnamed(other).likeness != unnamed(f"{one} + x/1000").likeness


def test_what_has_no_value_is_known_by_its_text() -> None:
    assert unnamed("ln(-1)").likeness == "ln(-1)"


def test_only_wrong_answers_without_a_name_are_described() -> None:
    made = instance()
    a = int(made.parameters["a"])
    assert grade_answer(made, f"{3 * a}x^2").unnamed is None
    assert grade_answer(made, f"{a}x^2").unnamed is None  # it has a name
    assert grade_answer(made, "2x+)").unnamed is None
    assert grade_answer(made, f"{3 * a}x^2 + 7").unnamed is not None


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A class in which four of five add seven, each to their own right answer, and one types x^17."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bank").mkdir()
    (tmp_path / "bank" / "t.yaml").write_text(PROBLEM)
    (tmp_path / "hw.yaml").write_text("title: T\nsheet: hw\nproblems:\n  - use: power\n")
    (tmp_path / "class.csv").write_text("id,name\n" + "".join(f"s{i},Student {i}\n" for i in range(5)))
    return tmp_path


def graded(course: Path) -> dict:
    run = CliRunner()
    words = ["sheets", "hw.yaml", "--roster", "class.csv", "--bank", "bank", "--out", "made"]
    made = run.invoke(group, words, env={"GRADER_SECRET": "a secret that is long enough for a class"})
    assert made.exit_code == 0, made.output
    (course / "in").mkdir(exist_ok=True)
    manifest = json.loads(next((course / "made").rglob("manifest.json")).read_text())
    for number, (student, entry) in enumerate(sorted(manifest["students"].items())):
        (question,) = entry["items"].values()
        a = int(question["parameters"]["a"])
        typed = "x^17" if number == 4 else f"{3 * a}x^2 + 7"
        (course / "in" / f"{student}.yaml").write_text(f"student: {student}\nsheet: hw\nanswers:\n  1: {typed}\n")
    path = next((course / "made").rglob("manifest.json"))
    result = run.invoke(group, ["grade", "in", "--manifest", str(path), "--out", "out"])
    assert result.exit_code == 0, result.output
    return {"shown": result.output, **json.loads((course / "out" / "results.json").read_text())}


def test_they_are_counted_over_the_variants_of_a_class(course: Path) -> None:
    results = graded(course)
    first, second = results["summary"]["unnamed"]
    assert (first["count"], first["relation"], len(first["students"])) == (4, "the right answer plus 7", 4)
    assert (second["count"], second["relation"], second["answers"]) == (1, None, ["x^17"])
    assert "Commonest wrong answers without a name" in results["shown"]
    assert "4 x power                    the right answer plus 7" in results["shown"]


def test_an_author_gives_it_a_name(course: Path) -> None:
    (course / "bank" / "t.yaml").write_text(PROBLEM + NAMED)
    results = graded(course)
    assert [row["mistake"] for row in results["summary"]["mistakes"]] == ["seven-added"]
    assert results["summary"]["mistakes"][0]["count"] == 4
    item = results["students"][0]["items"][0]
    assert (item["outcome"], item["score"]) == ("partial", item["points"] / 2)
    assert "Where does the last term come from?" in item["feedback"]
    assert [row["answers"] for row in results["summary"]["unnamed"]] == [["x^17"]]
