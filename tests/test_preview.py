"""``grader bank preview``: one variant in full, on the terminal and as a page."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import html

from grader.bank.read import load_bank
from grader.bank.sample import sample_parts
from grader.cli.bank import command
from grader.resources import bank_directory
from grader.sheets.preview import preview

BANK = load_bank([bank_directory()])


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, ["preview", *arguments])


def test_it_shows_what_an_author_wants_to_see() -> None:
    shown = run("sigmoid", "--seed", "2").output
    for piece in ("Answer (derivative): ", "  accepted: ", "Hint 1: ", "Solution:", "    inner-derivative: "):
        assert piece in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_parts_follow_each_other() -> None:
    shown = run("argmin-min").output
    assert shown.index("Part a: ") < shown.index("Part b: ")


def test_several_variants_side_by_side() -> None:
    shown = run("sigmoid", "--seeds", "3").output
    assert [line[:6] for line in shown.splitlines() if line.startswith("seed")] == ["seed 1", "seed 2", "seed 3"]


@pytest.mark.parametrize(
    "name", ["chain-graph", "mx-ls", "argmin-min", "stat-2d-cubic", "risk-concept", "taylor-error"]
)
def test_the_page(name: str, tmp_path: Path) -> None:
    path = tmp_path / "p.html"
    assert run(name, "--html", str(path)).exit_code == 0
    text = path.read_text(encoding="utf-8")
    page = html.fromstring(text)
    assert page.findtext(".//h1") == BANK[name].title
    assert not page.xpath("//script | //link | //img") and "http-equiv" in text
    assert len(page.xpath("//section[@class='problem']")) == len(BANK[name].questions)
    first = BANK[name].questions[0]
    pictures = [picture for picture in (first.figure, first.solution_figure) if picture is not None]
    assert len(page.xpath("//*[local-name()='svg']")) == len(pictures)


@pytest.mark.parametrize("name", ["pow-int", "grad-at", "stat-cubic", "anti-parts", "mx-trace", "mono-intervals"])
def test_what_is_called_accepted_is_right_and_what_is_called_wrong_is_not(name: str) -> None:
    (instance,) = sample_parts(BANK[name], 3)
    shown = preview(instance)
    assert shown.accepted and {s.outcome for s in shown.accepted} == {"right"}
    assert shown.mistakes and {s.outcome for s in shown.mistakes} <= {"wrong", "partial"}
    assert all(s.said for s in shown.mistakes)
