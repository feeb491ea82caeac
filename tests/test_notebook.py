"""Notebooks: valid by Jupyter's own schema, and answers come back as they were typed."""

from __future__ import annotations

import json

import pytest
from goldens import items

from grader.errors import StudentError
from grader.resources import template_directory
from grader.sheets import formats
from grader.sheets.document import make_key, make_sheet
from grader.sheets.outline import from_sheet
from grader.sheets.templates import Templates
from grader.submission import read_submission


def rendered(kind: str = "sheet") -> str:
    sheet = make_sheet(
        title="Sheet *one*", course="C", sheet="hw1", due="", instructions="", student="ada", name="Ada", items=items()
    )
    document = sheet if kind == "sheet" else make_key(sheet, items())
    return formats()["ipynb"].render(document, Templates([template_directory()]), kind)


@pytest.fixture(scope="module")
def notebook() -> dict:
    pytest.importorskip("typst")
    return json.loads(rendered())


def handed_in(notebook: dict, answers: dict[str, object], extra: list[dict] | None = None) -> bytes:
    copy = json.loads(json.dumps(notebook))
    cells = []
    for cell in copy["cells"]:
        number = cell["metadata"].get("grader", {}).get("answer")
        if number in answers:
            cell["source"] = answers[number]
        cells.append(cell)
        if number == "1":
            cells += extra or []
    copy["cells"] = cells
    return json.dumps(copy, indent=1).encode()


@pytest.mark.parametrize("kind", ["sheet", "key"])
def test_jupyter_finds_it_valid(kind):
    pytest.importorskip("typst")
    nbformat = pytest.importorskip("nbformat")
    nbformat.validate(nbformat.reads(rendered(kind), as_version=4))


def test_a_sheet_has_a_cell_for_each_answer_and_a_key_none(notebook):
    found = [c["metadata"]["grader"]["answer"] for c in notebook["cells"] if c["cell_type"] == "raw"]
    assert found == list(items())
    assert all(c["cell_type"] == "markdown" for c in json.loads(rendered("key"))["cells"])


def test_pictures_are_inside(notebook):
    named = [c for c in notebook["cells"] if "](attachment:" in "".join(c["source"])]
    assert named and all(c["attachments"] for c in named)


@pytest.mark.parametrize(
    "typed, text",
    [
        ("2x cos(x^2)", "2x cos(x^2)"),
        (["2x\n", "  + 1"], "2x\n  + 1"),
        ("\\frac{x}{2}", "\\frac{x}{2}"),
        ("  ", ""),
        ([], ""),
        (["\t2x", 3], "2x"),
        (None, ""),
    ],
)
def test_answers_come_back(notebook, typed, text):
    read = read_submission(handed_in(notebook, {"1": typed}), "a.ipynb")
    assert (read.student, read.sheet) == ("ada", "hw1")
    assert read.answers["1"].text == text
    assert set(read.answers) == set(items())
    # A box knows what it takes, without the sheet.
    assert set(read.expects) == set(items())


def test_an_answer_may_be_in_a_cell_of_another_kind(notebook):
    copy = json.loads(handed_in(notebook, {"1": "2x"}))
    for cell in copy["cells"]:
        if cell["cell_type"] == "raw":
            cell |= {"cell_type": "code", "outputs": [], "execution_count": None}
    assert read_submission(json.dumps(copy).encode(), "a.ipynb").answers["1"].text == "2x"


def test_what_stands_beside_the_cell_is_told(notebook):
    extra = [{"cell_type": "raw", "id": "mine", "metadata": {}, "source": "2x"}]
    read = read_submission(handed_in(notebook, {}, extra), "a.ipynb")
    assert read.answers["1"].text == ""
    (remark,) = read.remarks
    assert "below question 1" in remark.text


def test_a_copied_cell_counts_once_and_says_so(notebook):
    extra = [{"cell_type": "raw", "id": "copy", "metadata": {"grader": {"answer": "1"}}, "source": "3x"}]
    read = read_submission(handed_in(notebook, {"1": "2x"}, extra), "a.ipynb")
    assert read.answers["1"].text == "3x"
    assert any("answered twice" in remark.text for remark in read.remarks)


@pytest.mark.parametrize(
    "text",
    [
        '{"nbformat": 4, "cells": []}',
        '{"nbformat": 4, "cells": [null, 3, {"cell_type": "raw"}]}',
        '{"nbformat": 4, "cells": [{"metadata": {"grader": {"answer": 3}}, "source": {}}]}',
        '{"nbformat": 4, "cells": [{"cell_type": "raw", "metadata": [], "source": "2x"}], "metadata": 7}',
        '{"nbformat": 4}',
        '{"nbformat": 4, "cells": ',
    ],
)
def test_other_notebooks_are_refused_in_words(text):
    with pytest.raises(StudentError):
        read_submission(text, "a.ipynb")


def test_programs_find_the_sheet_in_it():
    pytest.importorskip("typst")
    found = from_sheet(rendered(), "a.ipynb")
    assert found.title == "Sheet *one*" and [item.number for item in found.items] == list(items())


def test_word_files_hold_every_formula():
    pypandoc = pytest.importorskip("pypandoc")
    pytest.importorskip("typst")
    sheet = make_sheet(title="S", course="", sheet="h", due="", instructions="", student="a", name="A", items=items())
    templates = Templates([template_directory()])
    made = formats()["docx"].render(sheet, templates, "a")
    assert made == formats()["docx"].render(sheet, templates, "a")
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.docx"
        path.write_bytes(made)
        back = pypandoc.convert_file(str(path), "markdown", format="docx")
    expected = sum(q.statement.count("$") for q in sheet.questions)
    assert back.count("$") >= expected
    assert "## Problem 1 " in back and "media/" in back, back[:800]
