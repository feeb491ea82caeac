"""Gradebooks of Canvas and Moodle: the right cell of the right person, and nothing else."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction

import pytest
from click.testing import CliRunner

from grader.classroom.gradebook import Scored, merge
from grader.cli.commands import group
from grader.errors import AuthorError

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Homework 1 (48211),Homework 10 (48212),Final Score,Final Score (9)
    Points Possible,,,,,6.0,10,(read only),
"Lovelace, Ada",1001,s1001,ada,Calc-1,3.50,1,99,
"Euler, Leonhard",1002,s1002,leo,Calc-1,,2,98,
"Noether, Emmy",1003,ada2,emmy,Calc-1,1,,97,
"Student, Test",1999,,b6e8,Calc-1,,,,
"""
MOODLE = """\
First name,Last name,ID number,Email address,"Assignment: Homework 1 (Real)","Course total (Real)","Last downloaded"
Ada,Lovelace,s1001,ada@example.org,-,10.00,1700000000
Leonhard,Euler,s1002,leo@example.org,2.00,9.00,1700000000
"""
SCORES = [Scored("ada", "Ada", Fraction(5)), Scored("s1002", "Leo", Fraction(10, 3)), Scored("zoe", "Zoe", Fraction(1))]


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def canvas(text: str = CANVAS, scores=SCORES, column: str = "", title: str = "Homework 1", points: int = 6):
    return merge(text, "g.csv", "canvas", scores, Fraction(points), title, column)


def test_canvas():
    made = canvas()
    assert rows(made.text) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Homework 1 (48211)"],
        ["    Points Possible", "", "", "", "", "6.0"],
        ["Lovelace, Ada", "1001", "s1001", "ada", "Calc-1", "5.00"],
        ["Euler, Leonhard", "1002", "s1002", "leo", "Calc-1", "3.33"],
        ["Noether, Emmy", "1003", "ada2", "emmy", "Calc-1", "1"],
        ["Student, Test", "1999", "", "b6e8", "Calc-1", ""],
    ]
    assert (made.filled, made.absent, made.waiting, made.notes) == (2, ("zoe",), (), ())


def test_moodle():
    made = merge(MOODLE, "g.csv", "moodle", [Scored("ADA@example.org", "", Fraction(7, 2))], Fraction(6), "Homework 1")
    assert rows(made.text)[1] == ["Ada", "Lovelace", "s1001", "ada@example.org", "3.50"]
    assert rows(made.text)[2][-1] == "2.00" and len(rows(made.text)[0]) == 5


def test_what_canvas_computes_is_never_filled():
    with pytest.raises(AuthorError, match="no column fits 'Final Score'"):
        canvas(column="Final Score")


def test_a_title_that_fits_two_columns_is_asked_about():
    with pytest.raises(AuthorError, match=r"several columns fit 'Homework'.*Homework 1 \(48211\), Homework 10"):
        canvas(title="Homework")
    assert canvas(title="Homework", column="Homework 10 (48212)").column == "Homework 10 (48212)"


def test_excused_and_open():
    made = canvas(scores=[Scored("ada", "", None), Scored("leo", "", Fraction(2), open=True)])
    assert rows(made.text)[2][-1] == "EX" and rows(made.text)[3][-1] == "" and made.waiting == ("leo",)


def test_other_points_are_told():
    assert "6 points and the sheet 8" in canvas(points=8).notes[0]


def test_an_id_of_two_people_is_nobodys():
    text = CANVAS.replace("ada2,emmy", "ada2,ada")
    made = canvas(text, [Scored("ada", "", Fraction(5))])
    assert made.absent == ("ada",) and made.filled == 0


def test_line_ends_and_byte_order_mark():
    made = canvas("\ufeff" + CANVAS.replace("\n", "\r\n"))
    assert made.text.count("\r\n") == 6 and not made.text.startswith("\ufeff")


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", MOODLE])
def test_what_is_no_gradebook(text):
    with pytest.raises(AuthorError, match="no gradebook of Canvas"):
        canvas(text)


def test_the_command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "g.csv").write_text(CANVAS)
    students = [
        {"student": "ada", "name": "Ada", "final": 4.5, "excused": False, "open_points": 0, "points": 6},
        {"student": "leo", "name": "Leo", "final": None, "excused": True, "open_points": 0, "points": 6},
    ]
    (tmp_path / "results.json").write_text(json.dumps({"title": "Homework 1", "students": students}))
    words = ["gradebook", "canvas", "g.csv", "--results", "results.json"]
    done = CliRunner().invoke(group, [*words, "--out", "up.csv"])
    assert done.exit_code == 0 and "2 scores in 'Homework 1 (48211)'" in done.output
    assert [row[-1] for row in rows((tmp_path / "up.csv").read_text())[2:4]] == ["4.50", "EX"]
    assert CliRunner().invoke(group, [*words, "--out", "g.csv"]).exit_code == 2
