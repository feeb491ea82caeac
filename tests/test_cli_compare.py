"""``grader compare``: one question read by hand or by click, and batches."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from grader.cli.quick import _row

RUN = [sys.executable, "-c", "from grader.cli import main; main()", "compare"]


def run(*words, text=None):
    return subprocess.run([*RUN, *words], capture_output=True, text=True, input=text, encoding="utf-8")


def test_a_plain_question():
    done = run("2x", "x+x", "--var", "x")
    assert done.returncode == 0 and done.stdout.startswith("correct\n  read as   x + x\n  proved    by ")


def test_an_answer_may_begin_with_a_minus():
    assert json.loads(run("-x", "-cos(0)*x", "--json").stdout)["verdict"] == "correct"


def test_both_ways_of_reading_the_command_line_agree():
    """An option that only click knows sends the same question the long way."""
    question = ("ln|x|", "ln x", "--domain", "x:-2..2", "--json")
    quick, long = (json.loads(run(*question, *more).stdout) for more in ((), ("--syntax", "infix")))
    assert quick["reason"] == "domain"
    assert long["question"].pop("syntax") == "infix"
    assert {k: v for k, v in quick.items() if k != "seconds"} == {k: v for k, v in long.items() if k != "seconds"}


@pytest.mark.parametrize(
    "words", [["--help"], ["x"], ["x", "y", "--batch", "f"], ["x", "y", "--domain", "x"], ["x", "y", "--var"]]
)
def test_anything_else_goes_the_long_way(words):
    assert _row(words) is None


def test_a_plain_question_loads_no_heavy_library():
    code = (
        "import sys; sys.argv = ['grader', 'compare', '2x', 'x+x', '--var', 'x']\n"
        "from grader.cli import main; main()\n"
        "print(*({'click', 'flint', 'sympy', 'numpy', 'inspect', 'dataclasses'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == ""


def test_unreadable_says_where_and_exits_with_2():
    done = run("2x", "x+")
    assert done.returncode == 2 and "student:1:3: nothing follows '+'" in done.stdout


def test_usage_faults_exit_with_2():
    done = run("2x")
    assert done.returncode == 2 and "two answers are needed" in done.stderr


BATCH = """\
{"id": 1, "reference": "2x", "student": "x+x"}
not json
{"id": 2, "reference": "2x", "student": "3x"}
[1, 2]

{"id": 3, "relation": "equals", "reference": "2x", "student": "3x"}
{"id": 4, "reference": "x", "student": "x", "domain": {"x": ["3", "1"]}}
{"id": 5, "reference": "x", "student": "\\u0000"}
{"id": 6, "reference": "sin(x)", "student": "cos(x)", "variables": "x"}
{"id": 7, "reference": "pi", "student": "3.14", "accept": {"significant_digits": 3}}
{"id": 8, "reference": "\\\\frac{x}{2}", "student": "x/2", "syntax": "latex"}
"""


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_batch_goes_on_over_bad_lines(jobs, tmp_path):
    out = tmp_path / "out.jsonl"
    done = run("--batch", "-", "--out", str(out), "--jobs", jobs, text=BATCH)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [row["id"] for row in rows] == [1, None, 2, None, 3, 4, 5, 6, 7, 8]
    assert [row["verdict"] for row in rows] == [
        "correct", "unreadable", "incorrect", "unreadable", "unreadable", "unreadable", "unreadable", "unreadable",
        "correct", "correct",
    ]  # fmt: skip
    assert all(row["message"] for row in rows if row["verdict"] == "unreadable")


def test_a_batch_file_that_is_not_there():
    done = run("--batch", "no-such-file")
    assert done.returncode == 2 and "no-such-file: cannot be read" in done.stderr
