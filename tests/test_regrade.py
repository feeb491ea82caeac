"""Decisions of people, and grading anew: what changes, what is kept, and who did it."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from test_policy import BANK, course, grader  # noqa: F401

from grader.classroom.decisions import Decision, decided, read_decisions
from grader.errors import AuthorError, AuthorErrors
from grader.feedback import for_student
from grader.grade import Graded, undecided


def results(folder: str = "res") -> dict:
    return json.loads(Path(folder, "results.json").read_text())


def grade(*more: str) -> dict:
    grader(
        "grade", "in/2", "in/3/ben.yaml", "--manifest", "out/manifest.json", "--out", "res", "--format", "json", *more
    )
    return results()


def item(found: dict, student: str) -> dict:
    return next(s for s in found["students"] if s["student"] == student)["items"][0]


# Decisions -----------------------------------------------------------------------------------------


def test_a_decision_stands_above_the_grader(course):  # noqa: F811
    assert item(grade(), "ben")["outcome"] == "wrong"
    Path("d.yaml").write_text(
        '- {student: ben, item: 1, answer: " 8 ", score: 5/2, reason: Meant well., by: M. Sand}\n'
    )
    found = grade("--decisions", "d.yaml")
    ben = item(found, "ben")
    assert (ben["outcome"], ben["score"], ben["decided"]) == ("partial", 2.5, "Meant well. (M. Sand)")
    assert ben["feedback"] == ["Partly right.", "A person decided this: Meant well. (M. Sand)"]
    assert item(found, "ada")["decided"] is None
    import jsonschema

    from grader.schemas import load

    jsonschema.Draft202012Validator(load("results")).validate(found)


def test_a_decision_about_another_answer_says_nothing(course):  # noqa: F811
    Path("d.yaml").write_text("- {student: ben, item: 1, answer: 7x, score: 4, reason: R.}\n")
    found = grade("--decisions", "d.yaml")
    assert item(found, "ben")["score"] == 0
    ben = next(s for s in found["students"] if s["student"] == "ben")
    assert any("about another answer" in remark for remark in ben["remarks"])


@pytest.mark.parametrize(("score", "outcome"), [("4", "right"), ("9", "right"), ("0", "wrong"), ("1", "partial")])
def test_outcomes_of_decisions(score, outcome):
    decision = Decision("a", "1", Fraction(score), "because")
    made = decided(undecided("2x", Fraction(4), "it took too long"), decision)
    assert made.outcome == outcome and made.score == min(Fraction(score), 4) and not made.trouble
    assert "because" in " ".join(for_student(made))


def test_an_undecided_answer_is_no_longer_open():
    made = decided(undecided("2x", Fraction(4), "x"), Decision("a", "1", Fraction(3), "r"))
    assert isinstance(made, Graded) and made.outcome != "undecided"


FAULTS = {
    "student: a": "decisions are a list",
    "- 3": "a decision is a record",
    "- {student: a, item: 1, score: 1}": "needs the field 'reason'",
    "- {student: a, item: x, score: 1, reason: r}": "is no number of a question",
    "- {student: a, item: 1, score: -1, reason: r}": "'score' has to be a number",
    "- {student: a, item: 1, score: 1, reason: r}\n- {student: a, item: 1, score: 2, reason: r}": "is decided twice",
    "- {student: a, item: 1, score: , reason: r}": "'score'",
}


@pytest.mark.parametrize("text", FAULTS)
def test_faults_of_decisions(text):
    with pytest.raises(AuthorErrors) as caught:
        read_decisions(text, "d.yaml")
    assert FAULTS[text] in str(caught.value)


def test_a_decision_about_nobody(course):  # noqa: F811
    Path("d.yaml").write_text("- {student: eve, item: 1, score: 4, reason: R.}\n")
    with pytest.raises(AuthorError, match="no question 1 of 'eve'"):
        grade("--decisions", "d.yaml")


# Review --------------------------------------------------------------------------------------------


def test_review_lists_what_is_open_and_writes_a_file_to_decide_in(course):  # noqa: F811
    grade()
    assert "Nothing is left to decide" in grader("review", "res/results.json")
    body = results()
    body["students"][1]["items"][0] |= {"outcome": "undecided", "typed": 'f"\x1b[2J'}
    Path("open.json").write_text(json.dumps(body))
    told = grader("review", "open.json", "--decisions", "d.yaml")
    assert "1 answer to look at" in told and "ben, question 1" in told and "\x1b" not in told
    text = Path("d.yaml").read_text()
    filled = text.replace("score:            # 0 to 4", "score: 3").replace("reason:", "reason: Seen.")
    (decision,) = read_decisions(filled, "d.yaml").values()
    assert (decision.student, decision.item, decision.score) == ("ben", "1", 3)
    with pytest.raises(AuthorErrors, match="needs the field"):
        read_decisions(text, "d.yaml")
    grader("review", "open.json", "--decisions", "d.yaml", code=2)
    assert json.loads(grader("review", "open.json", "--json"))[0]["student"] == "ben"


# Regrade -------------------------------------------------------------------------------------------


def regrade(*more: str, code: int = 0) -> str:
    return grader(
        "regrade",
        "in/2",
        "in/3/ben.yaml",
        "--manifest",
        "out/manifest.json",
        "--previous",
        "old.json",
        *more,
        code=code,
    )


def tampered(**scores: tuple[str, str]) -> None:
    """Earlier results in which some students had another outcome and score."""
    body = grade()
    for student in body["students"]:
        if student["student"] in scores:
            outcome, exact = scores[student["student"]]
            student["items"][0] |= {"outcome": outcome, "exact": f"{exact} of 4", "score": float(Fraction(exact))}
    Path("old.json").write_text(json.dumps(body))


def test_nothing_changes(course):  # noqa: F811
    tampered()
    assert regrade("--dry-run").startswith("0 of 2 answers change")


def test_who_rises_and_who_is_kept(course):  # noqa: F811
    tampered(ada=("wrong", "0"), ben=("right", "4"))
    told = regrade("--dry-run")
    assert "1 of 2 answers change, of 1 students; 1 keep what they had" in told
    assert "ada, question 1: wrong 0 -> right 4" in told and "ben, question 1: right 4 -> kept" in told
    assert not Path("new").exists()
    regrade("--out", "new", "--by", "M. Sand")
    found = results("new")
    assert item(found, "ada")["score"] == 4 and item(found, "ben")["score"] == 4
    assert "kept from the grading of" in item(found, "ben")["decided"]
    (line,) = Path("new/audit.jsonl").read_text().splitlines()
    entry = json.loads(line)
    assert entry["by"] == "M. Sand" and entry["manifest"].startswith("sha256:") and not entry["allow_lower"]
    assert [(c["student"], c["kept"]) for c in entry["changes"]] == [("ada", False), ("ben", True)]
    regrade("--out", "new")
    assert len(Path("new/audit.jsonl").read_text().splitlines()) == 2


def test_lower_only_when_asked(course):  # noqa: F811
    tampered(ben=("right", "4"))
    told = json.loads(regrade("--dry-run", "--allow-lower", "--json"))
    assert [(c["student"], c["from"], c["to"]["score"], c["kept"]) for c in told] == [
        ("ben", {"outcome": "right", "score": "4"}, "0", False)
    ]
    assert told[0]["why"]


def test_another_answer_is_graded_as_it_is(course):  # noqa: F811
    tampered(ben=("right", "4"))
    path = Path("in/3/ben.yaml")
    path.write_text(path.read_text().replace("1: 8", "1: 9"))
    (change,) = json.loads(regrade("--dry-run", "--json"))
    assert change["why"] == "another answer was handed in" and change["to"]["score"] == "0"


def test_a_decision_is_kept_through_a_regrade(course):  # noqa: F811
    tampered()
    Path("d.yaml").write_text("- {student: ben, item: 1, answer: 8, score: 3, reason: Seen.}\n")
    regrade("--out", "new", "--decisions", "d.yaml")
    assert item(results("new"), "ben")["score"] == 3


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"students": [{"student": "a"}]}', '{"students": 3}'])
def test_what_are_no_results(course, text):  # noqa: F811
    Path("old.json").write_text(text)
    with pytest.raises(AuthorError, match="these are no results"):
        regrade("--dry-run")


def test_out_or_dry_run(course):  # noqa: F811
    tampered()
    assert "give --out DIR" in regrade(code=2)
    assert "--dry-run writes nothing" in regrade("--dry-run", "--out", "x", code=2)
