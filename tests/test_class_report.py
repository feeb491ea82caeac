"""What a class teaches: figures checked by other methods, and a page that no name acts on."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.cli.commands import group
from grader.errors import AuthorError

pytest.importorskip("scipy")
np = pytest.importorskip("numpy")

from grader.classroom.charts import counted  # noqa: E402
from grader.classroom.statistics import analyse  # noqa: E402

HOSTILE = "<script>alert(1)</script>\"'& | \x1b[2J ::error::"


def answer(number: str, score: float, points: float = 2, outcome: str = "", problem: str = "p") -> dict:
    made = outcome or ("right" if score == points else "wrong" if score == 0 else "partial")
    return {
        "item": number,
        "title": f"T {number}",
        "problem": problem,
        "score": score,
        "points": points,
        "outcome": made,
    }


def student(name: str, *items: dict, excused: bool = False) -> dict:
    score = sum(i["score"] for i in items)
    return {
        "student": name, "name": name.title(), "items": list(items), "score": score, "excused": excused,
        "final": None if excused else score, "points": sum(i["points"] for i in items),
    }  # fmt: skip


def results(*students: dict) -> dict:
    summary = {
        "mistakes": [{"mistake": "inner-derivative", "count": 3, "items": ["1"]}],
        "unnamed": [{"problem": "p", "relation": None, "answers": ["2x"], "count": 2, "students": ["a"]}],
    }
    return {
        "title": "Sheet", "course": "C", "sheet": "hw", "graded_at": "2026-11-23T00:00:00", "absent": ["zoe"],
        "students": list(students), "summary": summary,
    }  # fmt: skip


def simulated(count: int = 60, seed: int = 1) -> dict:
    rng = random.Random(seed)
    made = []
    for k in range(count):
        ability = rng.gauss(0, 1)
        items = [answer(str(n), 2 if rng.gauss(ability, 1) > (n - 3) / 2 else 0) for n in range(1, 6)]
        made.append(student(f"s{k:03}", *items))
    return results(*made)


def test_difficulty_and_discrimination_by_numpy():
    body = simulated()
    figures = analyse(body)
    table = np.array([[i["score"] / 2 for i in s["items"]] for s in body["students"]])
    for k, item in enumerate(figures.items):
        rest = np.delete(table, k, axis=1).mean(axis=1)
        assert item.ease.value == pytest.approx(table[:, k].mean())
        assert item.discrimination is not None
        assert item.discrimination.value == pytest.approx(np.corrcoef(table[:, k], rest)[0, 1])
        assert item.discrimination.low < item.discrimination.value < item.discrimination.high
        assert item.ease.low < item.ease.value < item.ease.high
    assert figures.mean.value == pytest.approx(table.mean()) and figures.median == pytest.approx(
        np.median(table.mean(axis=1))
    )
    # Cronbach's alpha by its formula with covariances.
    covariance = np.cov(table * 2, rowvar=False)
    k = table.shape[1]
    expected = k / (k - 1) * (1 - np.trace(covariance) / covariance.sum())
    assert figures.reliability == pytest.approx(expected)


def test_intervals_hold_what_they_promise():
    """Of many classes with a known ease, some 95 % of the intervals have it inside."""
    rng = random.Random(3)
    inside = 0
    for _ in range(200):
        shares = [1 if rng.random() < 0.6 else 0 for _ in range(50)]
        (item,) = analyse(results(*(student(f"s{k}", answer("1", 2 * s)) for k, s in enumerate(shares)))).items
        inside += item.ease.low <= 0.6 <= item.ease.high
    assert 180 <= inside <= 199


def test_few_students_get_no_intervals():
    figures = analyse(results(*(student(f"s{k}", answer("1", 2 * (k % 2)), answer("2", 2)) for k in range(5))))
    assert figures.items[0].ease.low is None and figures.items[0].discrimination is None and figures.reliability is None


def test_nobody_handed_in():
    figures = analyse(results())
    assert figures.shares == () and figures.items == () and figures.mean is None


def test_excused_and_undecided_are_left_out():
    body = results(
        *(student(f"s{k}", answer("1", 2)) for k in range(8)),
        student("out", answer("1", 0), excused=True),
        student("open", answer("1", 0, outcome="undecided")),
    )
    (item,) = analyse(body).items
    assert item.ease.value == 1.0 and item.outcomes["undecided"] == 1 and item.count == 9


def test_an_unfair_problem_is_found_and_a_fair_one_is_not():
    rng = random.Random(7)
    hard = [
        student(f"h{k}", answer("1", 2 if rng.random() < 0.2 else 0, problem="hard"), answer("2", 2)) for k in range(30)
    ]
    easy = [
        student(f"e{k}", answer("1", 2 if rng.random() < 0.8 else 0, problem="easy"), answer("2", 2)) for k in range(30)
    ]
    found = {c.group: c for c in analyse(results(*hard, *easy)).fairness}
    assert found["hard"].p < 0.01 and found["hard"].difference < -0.3 and found["easy"].difference > 0.3
    alike = [
        student(f"s{k}", answer("1", 2 if rng.random() < 0.5 else 0, problem="ab"[k % 2]), answer("2", 2))
        for k in range(60)
    ]
    assert all(c.p > 0.05 for c in analyse(results(*alike)).fairness)


def test_versions_are_compared():
    body = results(*(student(f"s{k}", answer("1", 2 * (k % 2))) for k in range(40)))
    versions = {f"s{k}": "AB"[k % 2] for k in range(40)}
    found = analyse(body, versions).fairness
    assert {c.group for c in found} == {"version A", "version B"} and all(c.p < 0.01 for c in found)


def test_who_may_need_help():
    body = results(
        *(student(f"s{k}", *(answer(str(n), 2) for n in range(1, 5))) for k in range(10)),
        student("blank", *(answer(str(n), 0, outcome="blank") for n in range(1, 5))),
        student("typing", *(answer(str(n), 0, outcome="unreadable") for n in range(1, 5))),
    )
    found = {s.student: s.why for s in analyse(body).help}
    assert "without an answer" in found["blank"] and "could not be read" in found["typing"] and len(found) == 2


def test_bins():
    assert counted([0, 0.099, 0.1, 0.95, 1.0]) == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]


def test_the_same_figures_each_time():
    assert analyse(simulated()) == analyse(simulated())


def run(*words: str, code: int = 0) -> str:
    done = CliRunner().invoke(group, list(words))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == code, done.output
    return done.output


def test_the_page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    body = simulated()
    body |= {"title": HOSTILE, "course": HOSTILE}
    for one in body["students"]:
        one["name"] = HOSTILE
        for item in one["items"]:
            item |= {"title": HOSTILE, "problem": HOSTILE}
    body["summary"]["unnamed"][0]["answers"] = [HOSTILE]
    Path("results.json").write_text(json.dumps(body))
    assert "60 students, 5 questions" in run("report", "results.json")
    page = Path("hw-report.html").read_text()
    assert page.count("<script") == 0 and page.count("<svg") == 2 and "default-src 'none'" in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(set(ids)) == len(ids)
    assert Path("hw-report.html").stat().st_mode & 0o077 == 0
    run("report", "results.json", "--out", "class.md")
    assert "<script" not in Path("class.md").read_text()
    run("report", "results.json", "--out", "class.csv")
    assert Path("class.csv").read_text().startswith('"question"')
    assert json.loads(run("report", "results.json", "--json"))["items"][0]["number"] == "1"
    assert "is no HTML" in run("report", "results.json", "--out", "x.docx", code=2)


@pytest.mark.parametrize("text", ["", "{}", '{"students": [{}]}', "[1]"])
def test_what_are_no_results(tmp_path, text):
    path = tmp_path / "results.json"
    path.write_text(text)
    with pytest.raises(AuthorError, match="these are no results"):
        run("report", str(path))
