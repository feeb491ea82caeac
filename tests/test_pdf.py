"""PDFs by Typst and LaTeX source: every text of the bank can be set, and pages are what they should be."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
from functools import cache

import pytest
from goldens import items
from test_sheets import HOSTILE

from grader.bank.read import load_bank
from grader.bank.sample import sample_parts
from grader.resources import bank_directory, template_directory
from grader.sheets import formats
from grader.sheets.base import Look
from grader.sheets.document import make_key, make_sheet
from grader.sheets.latex import plain, to_latex
from grader.sheets.pdf import compiled, source
from grader.sheets.templates import Templates
from grader.sheets.typst import content, to_typst

needs_typst = pytest.mark.skipif(
    not all(__import__("importlib.util").util.find_spec(name) for name in ("typst", "segno")),
    reason="the extra 'pdf' is not installed",
)
needs_latex = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="no LaTeX is installed")


@cache
def whole_bank(part: int):
    """A key with every problem of the bank, in two halves: a sheet has 100 items at most."""
    found, number = {}, 0
    for problem in list(load_bank([bank_directory()]))[part::2]:
        number += 1
        for instance in sample_parts(problem, 7):
            found[f"{number}{instance.part}"] = instance
    return found


def document(kind="sheet", of=None, **look):
    of = items() if of is None else of
    sheet = make_sheet(
        title="Sheet", course="C", sheet="hw", due="2026-10-31", instructions="", student="ada", name="Ada", items=of,
        look=Look(**look),
    )  # fmt: skip
    return sheet if kind == "sheet" else make_key(sheet, of)


@pytest.fixture(scope="module")
def templates():
    return Templates([template_directory()])


def pages(text: str) -> list[bytes]:
    made = __import__("typst").compile(text.encode(), format="png", ppi=36.0, ignore_system_fonts=True)
    return made if isinstance(made, list) else [made]


def size(png: bytes) -> tuple[int, int]:
    return struct.unpack(">II", png[16:24])


@needs_typst
@pytest.mark.parametrize("half", [0, 1])
@pytest.mark.parametrize("kind", ["sheet", "key"])
def test_typst_sets_the_whole_bank(kind, half, templates):
    made = formats()["pdf"].render(document(kind, whole_bank(half)), templates, "bank")
    assert made.startswith(b"%PDF-") and len(made) > 100_000


@needs_typst
@pytest.mark.parametrize("paper, width, height", [("a4", 297, 421), ("us-letter", 306, 396)])
def test_paper(paper, width, height, templates):
    # At 36 points to the inch: A4 is 210 by 297 mm, Letter 8.5 by 11 inches.
    for kind in ("sheet", "key"):
        for page in pages(source(document(kind, paper=paper), templates)):
            assert abs(size(page)[0] - width) <= 1 and abs(size(page)[1] - height) <= 1


@needs_typst
def test_large_print_needs_more_pages_and_a_key_of_the_same_sheet_has_other_words(templates):
    usual, large = (pages(source(document(large_print=big), templates)) for big in (False, True))
    assert len(large) > len(usual)
    german = source(document(language="de"), templates)
    assert "Aufgabe 1" in german and "Problem 1" not in german


@needs_typst
def test_no_name_acts_in_typst(templates):
    first = dict(list(items().items())[:1])
    for name in (*HOSTILE.values(), '#panic("x")', "$x$ *b* _i_ `r` <l> @r \\", '"); #panic("', "// /* = - + 1."):
        sheet = make_sheet(
            title=name,
            course=name,
            sheet="hw",
            due="",
            instructions="",
            student="s",
            name=name,
            items=first,
        )
        assert pages(source(sheet, templates))
        # The text comes out as it went in, as one value.
        assert "panic" not in re.sub(r'"(?:[^"\\]|\\.)*"', "", content(name))


@needs_typst
@pytest.mark.parametrize(
    "markdown",
    [
        "# no heading",
        "= no heading, - no list at all",
        "a #emph[b] $x^2$ and `#panic()`",
        "| a | b |\n|---|---|\n| $\\frac12$ | *x* |",
        "1. one\n2. two\n\n- a\n- b",
        "```\n#let x = 1\n```",
        "$$\n\\begin{pmatrix} 1 & 2 \\\\ 3 & 4 \\end{pmatrix}\n$$",
        "a\\*b\\_c & <d> \"q\" 'r' ~ @e",
    ],
)
def test_prose_compiles(markdown):
    assert compiled(to_typst(markdown), "test").startswith(b"%PDF-")


@pytest.mark.parametrize(
    "text", [*HOSTILE.values(), "\\input{/etc/passwd}", "$\\write18{x}$", "100% #1 & {a}_b^c ~ \\"]
)
def test_no_data_acts_in_latex(text):
    written = plain(text)
    # Every command in it is one of ours, and every special character is escaped.
    bare = re.sub(
        r"\\(textbackslash|textasciicircum|textasciitilde|text(?:less|greater|bar)|textquotedbl|textquotesingle|textasciigrave)\{\}",
        "",
        written,
    )
    bare = re.sub(r"\\[{}$&#%_]", "", bare).replace("{}", "")
    assert not re.search(r"[\\{}$&#%_^~]", bare)


@needs_latex
@pytest.mark.parametrize("half", [0, 1])
def test_latex_sets_the_whole_bank(half, templates, tmp_path):
    key = document("key", whole_bank(half))
    text = formats()["tex"].render(key, templates, "bank")
    # Pictures come as files beside it; here only the words are looked at.
    text = re.sub(r"\\sheetfigure\{[^}]*\}", r"\\typeout", text)
    (tmp_path / "bank.tex").write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "bank.tex"],
        cwd=tmp_path, capture_output=True, timeout=180,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-1500:].decode("utf-8", "replace")


@needs_latex
def test_a_statement_with_everything(tmp_path):
    body = to_latex(
        "# no *heading* `a_b` $x^2$\n\n| a | b |\n|---|---|\n| 1 | $2$ |\n\n- x\n- y\n\n```\n\\foo{}\n```\n"
    )
    head = "\\documentclass{article}\\usepackage{amsmath,amssymb,textcomp}\\begin{document}"
    (tmp_path / "a.tex").write_text(f"{head}\n{body}\n\\end{{document}}\n", encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "a.tex"],
        cwd=tmp_path,
        timeout=60,
        capture_output=True,
    )
    assert done.returncode == 0, done.stdout[-1500:].decode("utf-8", "replace")
