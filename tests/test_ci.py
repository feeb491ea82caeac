"""The set-ups of docs/ci.md, as far as they can be tried without the platforms."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from test_policy import course, grader  # noqa: F401

from grader import reports

ROOT = Path(__file__).parent.parent
ACTION = ROOT / ".github" / "actions" / "grade"


def run_action(folder: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    action = yaml.safe_load((ACTION / "action.yml").read_text())
    known = action["inputs"]
    step = next(s for s in action["runs"]["steps"] if s.get("id") == "grade")
    given = {name: str(spec.get("default", "")) for name, spec in known.items()} | inputs
    variables = {name: given[value.split("inputs.")[1].split(" ")[0]] for name, value in step["env"].items()}
    return subprocess.run(
        ["bash", "-c", step["run"]],
        cwd=folder,
        env={
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "GITHUB_ACTION_PATH": str(ACTION),
            "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
            "GITHUB_OUTPUT": str(folder / "outputs"),
            **variables,
        },
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_action(course):  # noqa: F811
    done = run_action(course, submissions="in/1\n\nin/2", manifest="out/manifest.json")
    assert done.returncode == 0, done.stderr
    assert json.loads((course / "grades" / "results.json").read_text())["sheet"] == "hw"
    assert (course / "grades" / "results.csv").exists() and (course / "grades" / "results.xml").exists()
    assert (course / "outputs").read_text() == "results=grades/results.json\n"
    summary = (course / "summary.md").read_text()
    assert summary.startswith("## One") and "Ada" in summary


def test_the_action_annotates_and_fails_by_policy(course):  # noqa: F811
    (course / "p.yaml").write_text("counts: last\n")
    done = run_action(course, submissions="in", manifest="out/manifest.json", policy="p.yaml", **{"fail-under": "50"})
    assert done.returncode == 1
    commands = [line for line in done.stdout.splitlines() if line.startswith("::")]
    assert len(commands) == 2 and all("file=in/3/" in line and "line=4" in line for line in commands)


def test_inputs_are_data(course):  # noqa: F811
    done = run_action(course, submissions="$(touch pwned)\n`touch pwned`\n; touch pwned", manifest="out/manifest.json")
    assert done.returncode == 2 and not (course / "pwned").exists()
    # No input stands inside a script.
    for step in yaml.safe_load((ACTION / "action.yml").read_text())["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


def test_the_hook_stops_what_cannot_be_read(tmp_path):
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    good, bad = tmp_path / "answers-1.yaml", tmp_path / "answers-2.yaml"
    good.write_text("student: a\nanswers:\n  1: 2x\n")
    bad.write_text("student: a\nanswers:\n  1: 2x +* 3)\n")
    words = hook["entry"].split()[1:]
    assert "1 read, 0 not readable" in grader(*words, str(good))
    assert "0 read, 1 not readable" in grader(*words, str(good), str(bad), code=1)
    several = json.loads(grader("check", "--json", str(good), str(bad)))
    assert [record["file"] for record in several] == [str(good), str(bad)]
    import re

    assert re.search(hook["files"], "hw1/answers-ada.yaml") and not re.search(hook["files"], "myanswers.yaml")


def test_every_report_is_in_the_manual():
    text = (ROOT / "docs" / "ci.md").read_text()
    for name in reports.names():
        format = reports.load(name)
        assert f"| `{name}` | `results{format.suffix}` |" in text


def test_the_policy_of_the_manual_is_read():
    import re

    from grader.classroom.policy import read_policy

    (example,) = re.findall(r"```yaml\n# policy.yaml\n(.*?)```", (ROOT / "docs" / "ci.md").read_text(), re.S)
    assert read_policy(example, "p.yaml").attempts == 3


@pytest.mark.parametrize("block", ["name: grade", "grade:\n  image", "# .pre-commit"])
def test_examples_are_yaml(block):
    text = (ROOT / "docs" / "ci.md").read_text()
    start = text.index(f"```yaml\n{block}") + len("```yaml\n")
    assert yaml.safe_load(text[start : text.index("```", start)])
