"""An instructor's evening: a course folder, picks that are fair, versions, exceptions, and a manifest that holds."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.bank.read import read_problems
from grader.classroom.assignment import read_assignment
from grader.classroom.manifest import read as read_manifest
from grader.classroom.overrides import read_overrides
from grader.classroom.roster import Student
from grader.classroom.seating import versions_of
from grader.classroom.variants import average_difficulty, difficulty, draw, plan
from grader.cli.commands import group
from grader.errors import AuthorError, AuthorErrors

SECRET = b"s" * 32


def problem(name: str, level: int, concept: str, power: int) -> str:
    return (
        f"- id: {name}\n  kind: derivative\n  title: Problem {name}\n  difficulty: {level}\n  concepts: [{concept}]\n"
        f"  parameters: {{n: {{integer: [3, 60]}}}}\n  given: {{f: 'n x^{power} + x', wrt: x}}\n"
        f"  statement: 'Differentiate ${{{{ f }}}}$.'\n  solution: 'It is ${{{{ answer }}}}$.'\n"
    )


EASY = "".join(problem(f"easy-{k}", k, "power rule", k + 1) for k in (1, 2, 3))
HARD = "".join(problem(f"hard-{k}", k + 2, "chain rule", k + 5) for k in (1, 2, 3))
PARTS = """\
- id: two-parts
  title: Two parts
  difficulty: 2
  parameters: {n: {integer: [2, 40]}}
  statement: 'Let $f(x) = {{ n }}x^3$.'
  parts:
    - kind: derivative
      given: {f: 'n x^3', wrt: x}
      statement: "Find $f'(x)$."
    - kind: derivative
      given: {f: 'n x^3', wrt: x, order: 2}
      statement: "Find $f''(x)$."
"""


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    from grader.bank.read import load_bank

    folder = tmp_path_factory.mktemp("bank")
    (folder / "easy.yaml").write_text(EASY)
    (folder / "hard.yaml").write_text(HARD)
    return load_bank([folder])


@pytest.fixture
def course(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GRADER_SECRET", "x" * 40)
    folder = tmp_path / "bank"
    folder.mkdir()
    (folder / "easy.yaml").write_text(EASY + PARTS)
    (folder / "hard.yaml").write_text(HARD)
    (tmp_path / "hw.yaml").write_text(
        "title: One\nsheet: hw\nproblems:\n"
        "- {topic: easy, pick: 2, difficulty: [1, 3]}\n- {use: hard-1}\n- {use: two-parts}\n"
    )
    rows = ["id,name,seat", *(f"s{k},Student {k},{'ABC'[k // 3]}{k % 3 + 1}" for k in range(9))]
    (tmp_path / "r.csv").write_text("\n".join(rows) + "\n")
    return tmp_path


def grader(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(group, list(words))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    return done.output


def sheets(*more: str, code: int = 0) -> str:
    return grader(
        "sheets", "hw.yaml", "--roster", "r.csv", "--out", "out", "--bank", "bank", "--jobs", "1", *more, code=code
    )


def outcomes(file: str) -> set[str]:
    grader("grade", file, "--manifest", "out/manifest.json", "--format", "json", "--out", "results")
    return set(re.findall(r'"outcome": "(\w+)"', Path("results/results.json").read_text()))


def assignment(text: str, bank, **fields):
    head = {"title": "T", "sheet": "hw", **fields}
    lines = [f"{name}: {value}" for name, value in head.items()]
    return read_assignment("\n".join([*lines, "problems:", text]), "a.yaml", bank, "")


# Choosing ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "entry, names",
    [
        ("{topic: easy, pick: 1}", {"easy-1", "easy-2", "easy-3"}),
        ("{topic: [easy, hard], pick: 2}", {f"{t}-{k}" for t in ("easy", "hard") for k in (1, 2, 3)}),
        ("{concept: chain rule, pick: 1}", {"hard-1", "hard-2", "hard-3"}),
        ("{concept: chain rule, difficulty: [4, 5], pick: 1}", {"hard-2", "hard-3"}),
        ("{kind: derivative, difficulty: 3, pick: 1}", {"easy-3", "hard-1"}),
    ],
)
def test_what_may_be_picked(bank, entry, names):
    (found,) = assignment(f"- {entry}", bank).entries
    assert {p.id for p in found.problems} == names


def test_n_of_each(bank):
    entries = assignment("- {topic: [easy, hard], each: topic, pick: 2}", bank).entries
    assert [({p.topic for p in e.problems}, e.pick) for e in entries] == [({"easy"}, 2), ({"hard"}, 2)]
    for student in ("a", "b", "c"):
        made = plan(assignment("- {topic: [easy, hard], each: topic, pick: 2}", bank), student, SECRET)
        assert Counter(slot.problem.topic for slot in made) == {"easy": 2, "hard": 2}


@pytest.mark.parametrize(
    "entry, message",
    [
        ("{topic: easy, each: concept, pick: 1}", "'each: concept' needs the field 'concept'"),
        ("{topic: easy, concept: chain rule, pick: 1}", "no problem fits all of this"),
        ("{topic: easy, difficulty: 5, pick: 1}", "its difficulties are 1, 2, 3"),
        ("{topic: eesy, pick: 1}", "did you mean 'easy'?"),
        ("{topic: easy, each: topic, pick: 9}", "only 3 fit"),
    ],
)
def test_faults_of_choices(bank, entry, message):
    with pytest.raises(AuthorErrors) as caught:
        assignment(f"- {entry}", bank)
    assert message in str(caught.value) and str(caught.value).startswith("a.yaml:4:")


# Fairness ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("balance", ["1/4", "1/2", "1"])
def test_everybody_has_a_sheet_of_nearly_the_same_difficulty(bank, balance):
    asked = assignment("- {topic: [easy, hard], pick: 3}", bank, balance=balance)
    average = average_difficulty(asked)
    found = [difficulty(plan(asked, f"s{k}", SECRET)) for k in range(60)]
    assert all(abs(d - average) <= Fraction(balance) for d in found)
    picks = {tuple(slot.problem.id for slot in plan(asked, f"s{k}", SECRET)) for k in range(60)}
    assert len(picks) > 2


def test_without_a_bound_sheets_differ_more(bank):
    loose = assignment("- {topic: [easy, hard], pick: 3}", bank, balance="4")
    found = [difficulty(plan(loose, f"s{k}", SECRET)) for k in range(60)]
    assert max(found) - min(found) > Fraction(1, 2)


def test_difficulty_is_shown_before_release(course):
    told = sheets("--dry-run")
    assert "Difficulty of the sheets" in told and not (course / "out").exists()


# Versions of an exam -------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [2, 3, 4, 5])
@pytest.mark.parametrize("style", ["A1", "3-12", "row 2 seat 7"])
def test_neighbours_have_other_versions(count, style):
    def seat(row: int, place: int) -> str:
        return {"A1": f"{'ABCDEFGH'[row]}{place}", "3-12": f"{row + 1}-{place}"}.get(
            style, f"row {row + 1} seat {place}"
        )

    class_ = [Student(f"{row}.{place}", "", "", seat(row, place)) for row in range(6) for place in range(1, 9)]
    found = versions_of(class_, count)
    for row in range(6):
        for place in range(1, 9):
            own = found[f"{row}.{place}"]
            beside, front = found.get(f"{row}.{place + 1}"), found.get(f"{row + 1}.{place}")
            assert own not in (beside, front)
            if count >= 4:
                assert own != found.get(f"{row + 1}.{place + 1}") and own != found.get(f"{row + 1}.{place - 1}")
    counts = Counter(found.values())
    assert len(counts) == count and max(counts.values()) - min(counts.values()) <= len(class_) // 4


def test_an_exam_in_versions(course):
    (course / "hw.yaml").write_text("title: Exam\nsheet: hw\nversions: 3\nproblems:\n- use: hard-1\n- use: easy-2\n")
    sheets()
    names = {path.name for path in (course / "out" / "sheets").iterdir()}
    assert names == {f"version-{v}.{s}" for v in "ABC" for s in ("md", "html")}
    manifest = read_manifest((course / "out" / "manifest.json").read_text(), "m")
    by_version = {}
    for part in manifest.students.values():
        by_version.setdefault(part.version, set()).add(json.dumps(dict(part.items), sort_keys=True, default=dict))
    assert set(by_version) == set("ABC") and all(len(found) == 1 for found in by_version.values())
    rows = list(csv.reader((course / "out" / "seating.csv").read_text(encoding="utf-8").splitlines()))
    assert rows[0] == ["seat", "id", "name", "version"] and [row[0] for row in rows[1:4]] == ["A1", "A2", "A3"]
    # Whoever grades finds the answers of each student, not of a version.
    assert set(manifest.students) == {f"s{k}" for k in range(9)}


# Exceptions ----------------------------------------------------------------------------------------


def test_one_student_in_another_way(course, bank):
    sheets()
    before = read_manifest((course / "out" / "manifest.json").read_text(), "m").students
    (course / "o.yaml").write_text(
        "s1:\n  large_print: true\n  problems: {3: {variant: 2}}\ns2:\n  problems: {3: {use: hard-3}}\n"
        "s3:\n  language: de\n"
    )
    sheets("--overrides", "o.yaml", "--existing", "replace")
    after = read_manifest((course / "out" / "manifest.json").read_text(), "m").students
    assert {name for name in before if before[name].items != after[name].items} >= {"s1", "s2"}
    assert before["s4"].items == after["s4"].items
    assert after["s1"].items["3"]["problem"] == "hard-1" and after["s2"].items["3"]["problem"] == "hard-3"
    assert 'class="large"' in (course / "out" / "sheets" / "s1.html").read_text()
    assert '<html lang="de"' in (course / "out" / "sheets" / "s3.html").read_text()
    # Sheet and grade agree for the exception too.
    reference = after["s2"].items["3"]["reference"]
    (course / "s2.yaml").write_text(f"student: s2\nsheet: hw\nanswers:\n  3: {reference}\n")
    assert outcomes("s2.yaml") == {"right", "blank"}


@pytest.mark.parametrize(
    "text, message",
    [
        ("zoe: {large_print: true}", "the roster has no student 'zoe'"),
        ("ann: {problems: {x: {variant: 2}}}", "'x' is no number of a problem"),
        ("ann: {problems: {1: {use: nothing}}}", "nothing"),
        ("ann: {problems: {1: {}}}", "nothing is replaced"),
        ("ann: {problems: {1: {seed: 1, variant: 2}}}", "do not go together"),
        ("ann: {version: AB}", "is no version"),
        ("ann: {language: xx}", "xx"),
        ("[1]", "overrides are records"),
    ],
)
def test_faults_of_overrides(bank, text, message):
    with pytest.raises(AuthorErrors) as caught:
        read_overrides(text, "o.yaml", bank, ("ann", "bob"))
    assert message in str(caught.value) and str(caught.value).startswith("o.yaml:1:")


def test_an_override_of_a_number_that_is_not_there(bank):
    asked = assignment("- use: easy-1", bank)
    others = read_overrides("ann: {problems: {7: {variant: 2}}}", "o.yaml", bank, ("ann",))
    with pytest.raises(Exception, match="the sheet has no problem 7"):
        plan(asked, "ann", SECRET, others["ann"])


def test_a_file_of_comments_overrides_nothing(bank):
    assert read_overrides("# nobody\n\n", "o.yaml", bank, ()) == {}


def test_another_variant_is_another(bank):
    asked = assignment("- use: easy-1", bank)
    others = read_overrides("ann: {problems: {1: {variant: 2}}}", "o.yaml", bank, ("ann",))
    assert draw(asked, "ann", SECRET)["1"].statement != draw(asked, "ann", SECRET, others["ann"])["1"].statement


# The manifest --------------------------------------------------------------------------------------


def verify(*more: str, code: int = 0) -> str:
    return grader("manifest", "verify", "out/manifest.json", "--jobs", "1", *more, code=code)


def test_a_manifest_verifies(course):
    sheets("--format", "md,html,ipynb")
    told = verify("--compare-bank", "--bank", "bank")
    assert "FAULT" not in told
    for word in ("checksum", "signature", "questions", "sheets", "bank"):
        assert re.search(rf"^ok\s+{word}", told, re.M), told
    record = json.loads(verify("--json"))
    assert record["ok"] is True


def test_a_changed_manifest_is_found(course):
    sheets()
    path = course / "out" / "manifest.json"
    text = path.read_text()
    path.write_text(text.replace("Student 4", "Student X", 1))
    with pytest.raises(AuthorError, match="was changed after it was written"):
        verify()


def test_a_manifest_made_anew_by_a_stranger_has_no_signature_of_ours(course, monkeypatch):
    """Whoever can compute the checksum still lacks the course secret."""
    sheets()
    monkeypatch.setenv("GRADER_SECRET", "y" * 40)
    told = verify(code=1)
    assert re.search(r"^FAULT\s+signature", told, re.M) and re.search(r"^ok\s+checksum", told, re.M)


def test_a_changed_sheet_is_found(course):
    sheets()
    path = course / "out" / "sheets" / "s4.md"
    path.write_text(
        path.read_text().replace(r"\"points\":\"1\"", r"\"points\":\"9\"").replace('"points":"1"', '"points":"9"')
    )
    assert re.search(r"^FAULT\s+sheets", verify(code=1), re.M)


def test_a_changed_bank_is_told_and_grading_goes_on(course):
    sheets()
    (course / "bank" / "easy.yaml").write_text((EASY + PARTS).replace("n x^3", "n x^4"))
    told = verify("--compare-bank", "--bank", "bank")
    assert "would now ask something else" in told and "two-parts.b" in told
    manifest = read_manifest((course / "out" / "manifest.json").read_text(), "m")
    answers = "".join(f"  {n}: {item['reference']}\n" for n, item in manifest.students["s0"].items.items())
    (course / "s0.yaml").write_text(f"student: s0\nsheet: hw\nanswers:\n{answers}")
    assert outcomes("s0.yaml") == {"right"}


# A run that was stopped ----------------------------------------------------------------------------


def test_a_second_run_writes_what_is_missing_and_nothing_else(course):
    sheets()
    files = {p: p.read_bytes() for p in (course / "out").rglob("*") if p.is_file()}
    gone = [course / "out" / "sheets" / "s3.md", course / "out" / "keys" / "s5.html"]
    for path in gone:
        path.unlink()
    assert "2 files written" in sheets()
    assert {p: p.read_bytes() for p in (course / "out").rglob("*") if p.is_file()} == files


def test_jobs_do_not_change_a_byte(course):
    sheets()
    one = {p.relative_to(course / "out"): p.read_bytes() for p in (course / "out").rglob("*") if p.is_file()}
    grader("sheets", "hw.yaml", "--roster", "r.csv", "--out", "two", "--bank", "bank", "--jobs", "2")
    two = {p.relative_to(course / "two"): p.read_bytes() for p in (course / "two").rglob("*") if p.is_file()}
    assert one == two


# init, preview, export -----------------------------------------------------------------------------


def test_a_new_course_works(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GRADER_SECRET", raising=False)
    told = grader("init", "calculus-2", "--name", 'Calculus "2"')
    folder = tmp_path / "calculus-2"
    secret = (folder / ".grader-secret").read_text().strip()
    assert secret not in told and ".grader-secret" in (folder / ".gitignore").read_text()
    assert (folder / ".grader-secret").stat().st_mode & 0o777 == 0o600
    assert "kept" in grader("init", "calculus-2") and (folder / ".grader-secret").read_text().strip() == secret
    assert read_problems((folder / "problems" / "ours.yaml").read_bytes(), "ours.yaml")
    monkeypatch.chdir(folder)
    grader("sheets", "homework-1.yaml", "--roster", "roster.csv", "--out", "out/homework-1", "--jobs", "1")
    page = next((folder / "out" / "homework-1" / "sheets").glob("*.html")).read_text()
    assert "Calculus &#34;2&#34;" in page or "Calculus &quot;2&quot;" in page or 'Calculus "2"' in page
    assert not any(secret in path.read_text(errors="replace") for path in (folder / "out").rglob("*") if path.is_file())
    import yaml

    workflow = yaml.safe_load((folder / ".github" / "workflows" / "grader.yml").read_text())
    assert workflow["jobs"]


def test_a_preview_shows_problems_keys_and_fairness(course):
    told = grader("preview", "hw.yaml", "--roster", "r.csv", "--bank", "bank", "--jobs", "1", "--out", "p.html")
    page = (course / "p.html").read_text()
    assert "p.html" in told
    for name in ("easy-1", "easy-2", "easy-3", "hard-1", "two-parts"):
        assert name in page
    assert page.count('class="variant"') == 3 * 5
    assert "Solution" in page and "<script" not in page and "Difficulty" in page


def test_an_export_says_what_it_leaves_out(course):
    assert grader("export").count("\n") >= 5
    told = grader("export", "stack", "hw.yaml", "--bank", "bank", "--variants", "2", "--jobs", "1", "--out", "hw.xml")
    assert "10 questions of 5 problems" in told and (course / "hw.xml").exists()
    record = json.loads(
        grader("export", "gift", "hw.yaml", "--bank", "bank", "--variants", "1", "--jobs", "1", "--json", code=1)
    )
    assert record["questions"] == 0 and record["file"] is None
    assert {left["problem"] for left in record["left_out"]} >= {"easy-1", "two-parts.a", "two-parts.b"}
    assert "did you mean 'stack'?" in grader("export", "stak", "hw.yaml", code=2)


def test_an_export_of_a_manifest_has_the_variants_of_the_class(course):
    sheets()
    grader("export", "stack", "--manifest", "out/manifest.json", "--out", "class.xml")
    manifest = read_manifest((course / "out" / "manifest.json").read_text(), "m")
    asked = {item["statement"] for part in manifest.students.values() for item in part.items.values()}
    text = Path("class.xml").read_text()
    from html import escape

    from grader.exports.page import html

    assert all(escape(html(s), quote=False) in text for s in asked)
