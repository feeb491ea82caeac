"""Every format, byte for byte: what instructors keep under version control must not change by accident."""

from __future__ import annotations

import re

import pytest
from goldens import collection, compare, items

from grader.exports import exports
from grader.records import replace
from grader.resources import template_directory
from grader.sheets import formats
from grader.sheets.base import Look
from grader.sheets.document import make_key, make_sheet
from grader.sheets.pdf import source
from grader.sheets.templates import Templates


@pytest.fixture(scope="module")
def templates():
    return Templates([template_directory()])


def sheet(language: str = "en"):
    return make_sheet(
        title="A sheet",
        course="Calculus 1",
        sheet="hw1",
        due="2026-10-31T23:59+01:00",
        instructions="Show your *work*.",
        student="ada",
        name="Ada Lovelace",
        items=items(),
        look=Look(language=language),
    )


@pytest.mark.parametrize("name", sorted(exports()))
def test_exports(name):
    asked = collection()
    if name == "stack":
        # A question of STACK is some ten pages long.
        few = [
            e for e in asked.entries if e.problem in ("chain-trigpow", "stat-2d-quad", "anti-recip", "hess-definite")
        ]
        asked = replace(asked, entries=tuple(replace(e, variants=e.variants[:1]) for e in few))
    made = exports()[name].write(asked)
    assert made.questions
    compare(f"exports/hw1{exports()[name].suffix}".replace(".zip", ".txt"), made.content)


@pytest.mark.parametrize("kind", ["sheet", "key"])
@pytest.mark.parametrize("name", sorted(set(formats()) - {"pdf", "docx"}))
def test_documents(name, kind, templates):
    format = formats()[name]
    document = sheet() if kind == "sheet" else make_key(sheet(), items())
    made = format.render(document, templates, kind)
    if name == "ipynb":
        # Pictures of points are the bytes of the version of Typst that is installed.
        made = re.sub(r'"image/png": "[^"]+"', '"image/png": ""', made)
    compare(f"sheets/{kind}{format.suffix}", made)


@pytest.mark.parametrize("kind", ["sheet", "key"])
def test_what_typst_gets(kind, templates):
    # The bytes of the PDF are those of the version of Typst that is installed.
    pytest.importorskip("segno")
    document = sheet("de") if kind == "sheet" else make_key(sheet("de"), items())
    compare(f"sheets/{kind}.de.typ", source(document, templates))


@pytest.mark.parametrize("kind", ["sheet", "key"])
def test_a_pdf_is_the_same_bytes_each_time(kind, templates):
    pytest.importorskip("typst")
    document = sheet() if kind == "sheet" else make_key(sheet(), items())
    made = [formats()["pdf"].render(document, templates, kind) for _ in range(2)]
    assert made[0] == made[1] and made[0].startswith(b"%PDF-")
