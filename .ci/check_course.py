"""Looks at what a new course wrote: every student's files, and files of platforms that are whole."""

import json
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

course = Path(sys.argv[1])
students = {"ada", "emmy", "sofia"}
out = course / "out"
for folder in ("sheets", "keys"):
    for suffix in ("html", "pdf", "md", "tex", "ipynb"):
        found = {path.stem for path in (out / folder).glob(f"*.{suffix}") if "." not in path.stem}
        assert found == students, (folder, suffix, found)
    for path in (out / folder).glob("*.pdf"):
        assert path.read_bytes().startswith(b"%PDF-"), path
manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
assert set(manifest["students"]) == students and manifest["signature"]
for suffix in ("stack.xml", "moodle.xml"):
    questions = ElementTree.parse(course / f"homework-1.{suffix}").getroot().findall("question")
    assert len(questions) > 3, suffix
for suffix in ("qti21.zip", "canvas.zip"):
    with zipfile.ZipFile(course / f"homework-1.{suffix}") as archive:
        assert archive.testzip() is None and "imsmanifest.xml" in archive.namelist()
assert "::" in (course / "homework-1.gift.txt").read_text(encoding="utf-8")
assert (course / "homework-1-preview.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
print(f"course: {len(students)} students, {len(list(out.rglob('*')))} files, 5 exports")
