"""Pages in a real browser: accessible by axe-core, in both schemes, on a phone, and by keyboard.

``CHROMIUM`` names a browser that is not found by itself; for axe-core see ``node.py``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from functools import cache
from html import unescape
from pathlib import Path

import pytest
from goldens import items
from node import needs, package

from grader.resources import template_directory
from grader.sheets import formats
from grader.sheets.base import Look
from grader.sheets.document import make_key, make_sheet
from grader.sheets.templates import Templates

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def browser() -> str | None:
    named = os.environ.get("CHROMIUM")
    return named or next((found for name in _BROWSERS if (found := shutil.which(name))), None)


pytestmark = pytest.mark.skipif(browser() is None, reason="no Chromium is installed")

# An error of a script is told too, instead of an empty answer.
_ASKED = """<script>
addEventListener("error", e => answer({error: String(e.message)}));
function answer(value) {
  const p = document.createElement("p");
  p.id = "answer"; p.textContent = JSON.stringify(value); document.body.append(p);
}
</script>"""


@cache
def page(kind: str, language: str = "en", large: bool = False) -> str:
    sheet = make_sheet(
        title="A sheet", course="Calculus 1", sheet="hw1", due="2026-10-31T23:59+01:00",
        instructions="Show your *work*.", student="ada", name="Ada Lovelace", items=items(),
        look=Look(language=language, large_print=large),
    )  # fmt: skip
    document = sheet if kind == "sheet" else make_key(sheet, items())
    return formats()["html"].render(document, Templates([template_directory()]), kind)


def asked(folder: Path, html: str, script: str, *options: str) -> dict:
    """What the script answers in a page that loads nothing from elsewhere."""
    # The policy of the page forbids every script, so that of the test too.
    html = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    path = folder / "page.html"
    path.write_text(html.replace("</body>", f"{_ASKED}<script>{script}</script></body>"), encoding="utf-8")
    command = [
        str(browser()), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
        "--disable-background-networking", "--hide-scrollbars", f"--user-data-dir={folder / 'profile'}",
        "--virtual-time-budget=20000", *options, "--dump-dom", path.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, encoding="utf-8")
    found = re.search(r'<p id="answer">(.*?)</p>', done.stdout, re.S)
    assert found, done.stderr[-500:]
    return json.loads(unescape(found[1]))


@needs("axe-core")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind, language, large", [("sheet", "en", False), ("key", "en", False), ("sheet", "de", True)])
def test_axe_finds_nothing(tmp_path, kind, language, large, scheme):
    script = (package("axe-core") / "axe.min.js").read_text(encoding="utf-8").replace("</script", r"<\/script") + (
        ";axe.run(document, {runOnly: ['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa','best-practice'],"
        # axe does not take a formula for text.
        " rules: {'empty-table-header': {enabled: false}}})"
        ".then(r => answer({broken: r.violations.map(v => [v.id, v.nodes.length, v.nodes[0].html.slice(0, 200)]),"
        " passed: r.passes.length, dark: matchMedia('(prefers-color-scheme: dark)').matches}))"
    )
    options = ["--blink-settings=preferredColorScheme=0"] if scheme == "dark" else []
    told = asked(tmp_path, page(kind, language, large), script, *options)
    assert told.get("broken") == [], told
    assert told["passed"] > 15
    assert told["dark"] == (scheme == "dark")


@pytest.mark.parametrize("kind", ["sheet", "key"])
@pytest.mark.parametrize("large", [False, True])
def test_nothing_is_cut_off_on_a_phone(tmp_path, kind, large):
    """WCAG 1.4.10: no scrolling sideways at 320 CSS pixels; long formulas scroll by themselves."""
    # A window of Chromium is never narrower than 500 pixels, a frame is.
    frame = (
        "const f = document.createElement('iframe'); f.style.width = '320px'; f.style.height = '900px';"
        "f.style.border = 0; f.srcdoc = document.documentElement.outerHTML.replace(/<script[^]*?<.script>/g, '');"
        "document.body.append(f); f.onload = () => { const d = f.contentDocument.documentElement;"
        " answer({wide: d.scrollWidth, window: f.contentWindow.innerWidth}); }"
    )
    told = asked(tmp_path, page(kind, "en", large), frame)
    assert told["window"] == 320
    assert told["wide"] <= 320


def test_pictures_and_formulas_have_words(tmp_path):
    script = (
        "const named = s => s.getAttribute('aria-labelledby').split(' ')"
        ".every(i => document.getElementById(i).textContent);"
        "answer({svg: [...document.querySelectorAll('svg')].map(named),"
        " maths: [...document.querySelectorAll('math')].every(m => m.getAttribute('alttext')),"
        " count: document.querySelectorAll('math').length,"
        " drawn: [...document.querySelectorAll('math')].every(m => m.getBoundingClientRect().height > 4)})"
    )
    told = asked(tmp_path, page("sheet"), script)
    assert told["svg"] and all(told["svg"])
    assert told["maths"] and told["drawn"] and told["count"] > 20


def test_a_page_loads_nothing_and_runs_nothing(tmp_path):
    for kind in ("sheet", "key"):
        text = page(kind)
        assert "<script" not in text and not re.search(r'(src|href)="(?!#)', text)
        assert "default-src 'none'" in text


def test_headings_make_an_outline(tmp_path):
    script = "answer({levels: [...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1])})"
    levels = asked(tmp_path, page("key"), script)["levels"]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


def test_large_print_is_large(tmp_path):
    script = (
        "answer({least: Math.min(...[...document.querySelectorAll('main *')].filter(e => e.childNodes.length"
        " && [...e.childNodes].some(n => n.nodeType == 3 && n.textContent.trim()) && !e.closest('math, svg, .room'))"
        ".map(e => parseFloat(getComputedStyle(e).fontSize)))})"
    )
    usual = asked(tmp_path, page("sheet"), script)["least"]
    large = asked(tmp_path, page("sheet", "en", True), script)["least"]
    assert usual >= 12.5 and large >= 1.4 * 16 - 0.5
