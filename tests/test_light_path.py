"""Grading one plain answer from a manifest loads none of the heavy packages."""

from __future__ import annotations

import json
import subprocess
import sys

RECORD = {
    "problem": "chain-square",
    "title": "A sine of a square",
    "kind": "derivative",
    "seed": "1",
    "parameters": {},
    "variables": ["x"],
    "given": {"f": "sin(x^2)", "wrt": ["x"]},
    "domain": {},
    "reference": "2*x*cos(x^2)",
    "accept": {},
    "policy": {},
    "statement": "Differentiate.",
    "hints": [],
    "solution": "",
    "points": "4",
    "difficulty": 2,
    "concepts": [],
    "answer_hint": "",
}

SCRIPT = """
import json, sys
from grader.bank.instance import from_record
from grader.feedback import for_student
from grader.grade import grade_answer

graded = [grade_answer(from_record(json.loads(sys.argv[1])), text) for text in json.loads(sys.argv[2])]
said = [for_student(one) for one in graded]
print(json.dumps([[one.outcome for one in graded], sorted(sys.modules)]))
"""

HEAVY = {"sympy", "numpy", "jinja2", "pydantic", "yaml", "click", "multiprocessing", "asyncio", "logging", "unittest"}


def test_grading_is_light() -> None:
    answers = ["2x cos(x^2)", "cos(x^2)*(x + x)", "2x+)", ""]
    command = [sys.executable, "-c", SCRIPT, json.dumps(RECORD), json.dumps(answers)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    outcomes, modules = json.loads(done.stdout)
    assert outcomes == ["right", "right", "unreadable", "blank"]
    assert not HEAVY & set(modules)


def test_a_plain_wrong_answer_is_light_too() -> None:
    command = [sys.executable, "-c", SCRIPT, json.dumps(RECORD), json.dumps(["cos(x^2)"])]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    outcomes, modules = json.loads(done.stdout)
    assert outcomes == ["wrong"]
    assert not {"sympy", "numpy", "jinja2", "pydantic"} & set(modules)
