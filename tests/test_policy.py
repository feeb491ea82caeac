"""Policy: what rules make of scores, told in sentences; files of policies; attempts through the grader."""

from __future__ import annotations

import json
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from grader.classroom.policy import Attempt, Late, Own, Policy, earn, moment, read_policy
from grader.cli.commands import group
from grader.errors import AuthorErrors

DUE = "2026-11-20T23:59+01:00"
TEN = Fraction(10)


def at(text: str):
    found = moment(text)
    assert found is not None
    return found


def policy(text: str) -> Policy:
    return read_policy(text, "p.yaml", DUE)


def score(text: str, *attempts: tuple[int, str], student: str = "zoe") -> Fraction | None:
    tried = [Attempt(Fraction(s), at(when) if when else None) for s, when in attempts]
    return earn(policy(text), student, TEN, tried).score


CASES = {
    "nothing": ("", [(8, "2026-12-31T00:00+00:00")], 8),
    "in time": ("late: {per_day: 10 %}", [(8, "2026-11-20T23:59+01:00")], 8),
    "a second late": ("late: {per_day: 10 %}", [(8, "2026-11-20T23:59:01+01:00")], "7.2"),
    "another zone": ("late: {per_day: 10 %}", [(8, "2026-11-20T22:59+00:00")], 8),
    "within grace": ("late: {per_day: 10 %, grace: 15 min}", [(8, "2026-11-21T00:14+01:00")], 8),
    "after grace": ("late: {per_day: 10 %, grace: 15 min}", [(8, "2026-11-21T00:15+01:00")], "7.2"),
    "two days": ("late: {per_day: 10 %}", [(8, "2026-11-22T23:00+01:00")], "6.4"),
    "the least": ("late: {per_day: 10 %, at_least: 50 %}", [(8, "2027-11-22T23:00+01:00")], 4),
    "nothing remains": ("late: {per_day: 30 %}", [(8, "2026-11-30T23:00+01:00")], 0),
    "cut off": ("late: {per_day: 1 %, until: 7 days}", [(8, "2026-11-28T00:00+01:00")], 0),
    "before the cut": ("late: {per_day: 1 %, until: 7 days}", [(8, "2026-11-27T23:00+01:00")], "7.44"),
    "first step": ("late: {steps: {1 day: 90 %, 3 days: 50 %}}", [(8, "2026-11-21T23:00+01:00")], "7.2"),
    "second step": ("late: {steps: {3 days: 50 %, 1 day: 90 %}}", [(8, "2026-11-22T23:00+01:00")], 4),
    "after the steps": ("late: {steps: {1 day: 90 %}}", [(8, "2026-11-23T23:00+01:00")], 0),
    "no time known": ("late: {per_day: 10 %}", [(8, "")], 8),
    "best": ("counts: best", [(5, ""), (8, ""), (7, "")], 8),
    "last": ("counts: last", [(5, ""), (8, ""), (7, "")], 7),
    "first": ("counts: first", [(5, ""), (8, ""), (7, "")], 5),
    "average": ("counts: average", [(5, ""), (8, ""), (8, "")], 7),
    "too many": ("attempts: 2", [(5, ""), (6, ""), (9, "")], 6),
    "best after lateness": (
        "late: {per_day: 50 %}",
        [(6, "2026-11-20T20:00+01:00"), (9, "2026-11-21T20:00+01:00")],
        6,
    ),
    "half points": ("rounding: 1/2", [(8, "")], 8),
    "halves go up": ("late: {per_day: 12.5 %}\nrounding: 1/2", [(6, "2026-11-21T20:00+01:00")], "5.5"),
    "own due": ("due: 2026-11-30T12:00+01:00\nlate: {per_day: 10 %}", [(8, "2026-11-25T12:00+01:00")], 8),
    "no attempt": ("", [], 0),
}


@pytest.mark.parametrize("name", CASES)
def test_scores(name):
    text, attempts, expected = CASES[name]
    assert score(text, *attempts) == Fraction(expected)


def test_an_extension_and_an_excuse():
    text = "late: {per_day: 10 %}\nstudents:\n  ada: {due: 2026-11-25T23:59+01:00}\n  ben: {excused: true}\n"
    late = (8, "2026-11-24T12:00+01:00")
    assert score(text, late, student="ada") == 8
    assert score(text, late, student="ben") is None
    assert score(text, late, student="zoe") == Fraction("4.8")


SAID = {
    "late: {per_day: 10 %}": ("8 of 10, less 10 % a day for 2 days: 6.4.",),
    "late: {per_day: 30 %, at_least: 50 %}": (
        "8 of 10, 50 % of it, the least that remains, for being 2 days late: 4.",
    ),
    "late: {steps: {3 days: 50 %}}": ("8 of 10, 50 % of it for being 2 days late: 4.",),
    "late: {per_day: 10 %, until: 1 day}": ("8 of 10, handed in 2 days late, after the last moment: 0.",),
    "late: {per_day: 10 %}\nrounding: 1/2": ("8 of 10, less 10 % a day for 2 days: 6.4.", "Rounded from 6.4 to 6.5."),
    "students: {zoe: {excused: true}}": ("You are excused from this sheet; it does not count.",),
    "late: {per_day: 10 %}\nstudents: {zoe: {due: 2026-11-25T12:00+00:00}}": (
        "You have an extension until 2026-11-25 12:00 UTC.",
    ),
}


@pytest.mark.parametrize("text", SAID)
def test_it_is_explained_in_sentences(text):
    earned = earn(policy(text), "zoe", TEN, [Attempt(Fraction(8), at("2026-11-22T12:00+01:00"))])
    assert earned.said == SAID[text]


def test_attempts_are_explained():
    tried = [Attempt(Fraction(s)) for s in (5, 8, 7)]
    assert earn(policy("attempts: 2"), "z", TEN, tried).said == (
        "Only the first 2 of 3 attempts count.",
        "Your best attempt counts, number 2 of 3.",
    )


FAULTS = {
    "late: {per_day: 10}": "p.yaml:1:17: 'per_day' has to be a percentage; write '10 %'",
    "late: {per_day: 120 %}": "has to be a percentage",
    "late: {grace: soon}": "'soon' is no length of time",
    "late: {steps: {1 day: 90 %}, per_day: 10 %}": "do not go together",
    "late: {steps: {tomorrow: 90 %}}": "is no step",
    "due: soon": "'soon' is not a date",
    "counts: worst": "unknown counts 'worst'",
    "attempts: 0": "a whole number from 1",
    "attempt: 3": "did you mean 'attempts'?",
    "rounding: 0": "'rounding' has to be a number",
    "students: {ada: 3}": "is a record",
    "- 1": "a policy is a record",
}


@pytest.mark.parametrize("text", FAULTS)
def test_faults_of_policies(text):
    with pytest.raises(AuthorErrors) as caught:
        policy(text)
    assert FAULTS[text] in str(caught.value)


def test_lateness_needs_a_date():
    with pytest.raises(AuthorErrors, match="needs a date to be late for"):
        read_policy("late: {per_day: 10 %}", "p.yaml", "")


def test_a_day_ends_at_its_end():
    assert read_policy("", "p.yaml", "2026-11-20").due == at("2026-11-20T23:59:59+00:00")


@given(
    st.lists(st.integers(0, 10), min_size=1, max_size=5),
    st.integers(0, 20_000),
    st.integers(0, 100),
    st.integers(0, 100),
    st.sampled_from(["best", "last", "first", "average"]),
)
def test_no_rule_gives_more_than_was_scored(scores, minutes, per_day, at_least, counts):
    late = Late(per_day=Fraction(per_day, 100), at_least=Fraction(at_least, 100))
    tried = [Attempt(Fraction(s), at(DUE) + timedelta(minutes=minutes * k)) for k, s in enumerate(scores)]
    rules = Policy(at(DUE), None, counts, late)
    found = earn(rules, "z", TEN, tried)
    assert found.score is not None and 0 <= found.score <= max(scores)
    # In time, nothing is taken off; later is never better.
    later = [Attempt(a.score, a.at + timedelta(days=1)) for a in tried if a.at is not None]
    after = earn(rules, "z", TEN, later)
    assert after.score is not None and after.score <= found.score
    excused = Policy(at(DUE), None, counts, late, None, None, {"z": Own(excused=True)})
    assert earn(excused, "z", TEN, tried).score is None


# Through the grader --------------------------------------------------------------------------------

BANK = """\
- id: power
  kind: derivative
  title: A power
  difficulty: 1
  parameters: {n: {integer: [3, 60]}}
  points: 4
  given: {f: 'n x^2', wrt: x}
  statement: 'Differentiate $f(x) = {{ f }}$.'
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRADER_SECRET", "x" * 40)
    (tmp_path / "bank").mkdir()
    (tmp_path / "bank" / "topic.yaml").write_text(BANK)
    (tmp_path / "hw.yaml").write_text("title: One\nsheet: hw\ndue: 2026-11-20T23:59+01:00\nproblems: [use: power]\n")
    (tmp_path / "r.csv").write_text("id,name\nada,Ada\nben,Ben\ncy,Cy\n")
    grader("sheets", "hw.yaml", "--roster", "r.csv", "--out", "out", "--bank", "bank", "--jobs", "1")
    manifest = json.loads(Path("out/manifest.json").read_text())
    for student in ("ada", "ben"):
        right = manifest["students"][student]["items"]["1"]["reference"]
        for attempt, answer in ((1, "7"), (2, right), (3, "8")):
            folder = tmp_path / "in" / str(attempt)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{student}.yaml").write_text(f"student: {student}\nsheet: hw\nanswers:\n  1: {answer}\n")
    return tmp_path


def grader(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(group, list(words))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    return done.output


def graded(*more: str) -> dict:
    grader("grade", "in", "--manifest", "out/manifest.json", "--out", "res", "--format", "json,csv,lti,junit", *more)
    return json.loads(Path("res/results.json").read_text())


def test_without_a_policy_the_last_file_counts(course):
    found = graded()
    assert [s["final"] for s in found["students"]] == [0, 0] and len(found["files"]) == 4


def test_the_best_attempt_less_what_lateness_costs(course):
    Path("p.yaml").write_text("late: {per_day: 25 %}\nstudents:\n  ben: {due: 2026-12-01}\n  cy: {excused: true}\n")
    rows = [f"{k}/{s}.yaml,2026-11-{19 + k}T12:00+01:00" for k in (1, 2, 3) for s in ("ada", "ben")]
    Path("times.csv").write_text("file,submitted\n" + "\n".join(rows) + "\n")
    found = graded("--policy", "p.yaml", "--times", "times.csv")
    ada, ben = found["students"]
    assert (ada["final"], ben["final"], ada["score"]) == (3, 4, 4)
    assert "4 of 4, less 25 % a day for 1 day: 3." in ada["explained"]
    assert any("extension" in said for said in ben["explained"])
    assert ada["file"].endswith("2/ada.yaml") and not found["files"]
    payloads = json.loads(Path("res/results.lti.json").read_text())
    assert [p["scoreGiven"] for p in payloads] == [3, 4]
    import jsonschema

    from grader.schemas import load

    jsonschema.Draft202012Validator(load("results")).validate(found)


def test_files_without_a_time_are_told_and_in_time(course):
    Path("p.yaml").write_text("late: {per_day: 25 %}\n")
    Path("times.csv").write_text("file,submitted\n1/ada.yaml,2026-11-20T12:00+01:00\n")
    done = CliRunner().invoke(
        group, ["grade", "in", "--manifest", "out/manifest.json", "--policy", "p.yaml", "--times", "times.csv"]
    )
    assert done.exit_code == 0 and "5 files have no time" in done.output


@pytest.mark.parametrize(("after", "hints"), [(1, ["One.", "Two."]), (2, ["One."]), (3, [])])
def test_hints_after_wrong_tries(course, after, hints):
    """Of three files two are wrong; the last one counts."""
    text = BANK + "  hints: [One., Two., Three.]\n"
    Path("bank/topic.yaml").write_text(text)
    grader("sheets", "hw.yaml", "--roster", "r.csv", "--out", "out", "--bank", "bank", "--existing", "replace")
    Path("p.yaml").write_text(f"counts: last\nhints_after: {after}\n")
    for student in graded("--policy", "p.yaml")["students"]:
        told = [line.removeprefix("Hint: ") for line in student["items"][0]["feedback"] if line.startswith("Hint: ")]
        assert told == hints


@pytest.mark.parametrize(
    "text, message",
    [
        ("a,b\n", "has not the columns it needs"),
        ("file,submitted\n1/ada.yaml,yesterday\n", "'yesterday' is no time"),
        ("file,submitted\nada.yaml,2026-11-20\n", "may be"),
    ],
)
def test_faults_of_times(course, text, message):
    Path("p.yaml").write_text("late: {per_day: 25 %}\n")
    Path("times.csv").write_text(text)
    with pytest.raises(Exception, match=message):
        grader("grade", "in", "--manifest", "out/manifest.json", "--policy", "p.yaml", "--times", "times.csv")
