"""Checks what ``grader demo`` left in a folder: the files are there, whole, and say what they should."""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

folder = Path(sys.argv[1])
manifest = json.loads((folder / "course" / "manifest.json").read_text(encoding="utf-8"))
students = manifest["students"]
assert len(students) >= 12, len(students)

for kind, suffixes in {"sheets": (".html", ".md"), "keys": (".html", ".md"), "answers": (".yaml",)}.items():
    for suffix in suffixes:
        made = list((folder / "course" / kind).glob(f"*{suffix}"))
        assert len(made) == len(students), (kind, suffix, len(made))
        assert all(path.stat().st_size > 200 for path in made), kind

sheet = next((folder / "course" / "sheets").glob("*.html")).read_text(encoding="utf-8")
assert "<math" in sheet and "http://" not in sheet.replace("http://www.w3.org", ""), "not self-contained"

results = json.loads((folder / "results" / "results.json").read_text(encoding="utf-8"))
outcomes = results["summary"]["outcomes"]
for outcome in ("right", "partial", "wrong", "unreadable", "blank"):
    assert outcomes[outcome] > 0, outcomes
assert results["summary"]["mistakes"], "no mistake was named"

suites = ET.parse(folder / "results" / "results.xml").getroot()
cases = list(suites.iter("testcase"))
# One case an answer, and one for each file that could not be taken.
assert len(cases) > sum(outcomes.values()), (len(cases), outcomes)
assert len(list(suites.iter("failure"))) == outcomes["wrong"] + outcomes["partial"], outcomes
print(f"{folder}: {len(students)} students, {len(cases)} answers, {outcomes}")
