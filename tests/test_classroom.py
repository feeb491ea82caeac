"""Rosters of every platform, assignments with all their faults, seeds, and fair variants."""

from __future__ import annotations

import pytest

from grader.bank.read import Bank, load_bank, read_problems
from grader.classroom.assignment import read_assignment
from grader.classroom.roster import Student, read_roster
from grader.classroom.seeds import seed_for
from grader.classroom.variants import draw
from grader.errors import AuthorError, AuthorErrors
from grader.resources import bank_directory

ADA = Student("s1", "Ada Lovelace", "ada@x.org")


@pytest.mark.parametrize(
    ("name", "data", "students"),
    [
        ("plain", b"id,name,email\ns1,Ada Lovelace,ada@x.org\n", [ADA]),
        ("semicolons, BOM, CRLF", b"\xef\xbb\xbfid;name;email\r\ns1;Ada Lovelace;ada@x.org\r\n", [ADA]),
        ("tabs", b"id\tname\temail\ns1\tAda Lovelace\tada@x.org", [ADA]),
        ("Excel's hint", b"sep=;\nid;name\ns1;Ada, Countess\n", [Student("s1", "Ada, Countess")]),
        ("UTF-16", "id,name\ns1,Zoë\n".encode("utf-16"), [Student("s1", "Zoë")]),
        ("Windows-1252", b"id,name\ns1,Zo\xeb\n", [Student("s1", "Zoë")]),
        (
            "Canvas",
            b"Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n"
            b'"Lovelace, Ada",17,s1,ada,A\n"Student, Test",99,,x,A\n',
            [Student("s1", "Ada Lovelace")],
        ),
        (
            "Canvas without SIS numbers",
            b'Student,ID,SIS User ID,SIS Login ID,Section\n"Lovelace, Ada",17,,ada,A\n',
            [Student("ada", "Ada Lovelace")],
        ),
        (
            "Moodle",
            b'"First name",Surname,"ID number","Email address"\nAda,Lovelace,s1,ada@x.org\n',
            [ADA],
        ),
        (
            "Moodle without numbers",
            b"First name,Surname,ID number,Email address\nA,L,,a@x\n",
            [Student("a@x", "A L", "a@x")],
        ),
        ("Gradescope", b"Name,SID,Email\nAda Lovelace,s1,ada@x.org\n", [ADA]),
        ("no names", b"Student ID\ns1\n", [Student("s1", "s1")]),
        ("quoted newline", b'id,name\ns1,"Ada\nLovelace"\n', [Student("s1", "Ada Lovelace")]),
        ("blank rows", b"id,name\n\n,\ns1,Ada\n,\n", [Student("s1", "Ada")]),
        ("leading zeros", b"id,name\n00017,Ada\n", [Student("00017", "Ada")]),
        ("an override", "id,name\ns1,A\u202eda\x07\n".encode(), [Student("s1", "Ada")]),
        ("right to left", "id,name\ns1,محمد\n".encode(), [Student("s1", "محمد")]),
    ],
)
def test_rosters(name, data, students):
    assert list(read_roster(data, "r.csv").students) == students


def test_roster_faults_all_at_once():
    data = b'id,name\ns1,A\n,B\n"s2\nx",C\ns1,D\nS1,E\ns3,F,G\n' + b"y" * 200 + b",H\n"
    with pytest.raises(AuthorErrors) as caught:
        read_roster(data, "r.csv")
    assert str(caught.value).splitlines() == [
        "r.csv:3:1: the column 'id' is empty; every student needs an id; --id-column chooses another column",
        "r.csv:6:1: the id 's1' stands in line 2 already; every student needs an id of their own",
        "r.csv:7:1: the id 'S1' stands in line 2 already; every student needs an id of their own",
        "r.csv:8:1: the row has 3 cells, the heading 2; put quotes around a name with a comma",
        "r.csv:9:1: the id has more than 120 characters",
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b"PK\x03\x04\x14",
            "r.csv:1:1: this is a spreadsheet, not a CSV file; save it from the spreadsheet program as CSV",
        ),
        (b"\x7fELF\0\0", "r.csv:1:1: this is not a text file; give the class list as CSV"),
        (b"", "r.csv:1:1: the file is empty; it needs a heading such as id,name"),
        (
            b"s1,Ada\n",
            "no column for the students' ids was recognised; name a column 'id' or choose one with --id-column",
        ),
        (b"id,name\n", "there is no student below the heading"),
        (b'id,name\ns1,"Ada\ns2,Bob\n', "r.csv:2:1: the row cannot be read"),
    ],
)
def test_roster_that_is_none(data, message):
    with pytest.raises(AuthorErrors) as caught:
        read_roster(data, "r.csv")
    assert message in str(caught.value)


def test_roster_id_column():
    data = b"id,code\n1,a\n2,b\n"
    assert [s.id for s in read_roster(data, "r.csv", "Code").students] == ["a", "b"]
    with pytest.raises(AuthorErrors, match="there is no column 'kode'; the columns are 'id', 'code'"):
        read_roster(data, "r.csv", "kode")


def test_roster_says_what_it_guessed():
    assert "Windows-1252" in read_roster(b"id,name\ns1,Zo\xeb\n", "r.csv").notes[0]


def test_seed_is_fixed_for_ever():
    # Changing it would give every student of a running course another sheet.
    assert seed_for(b"0123456789abcdef", "week-1", "s1", "chain-pow", "1") == 13961233200072423734


def test_seed_parts_do_not_run_into_each_other():
    seeds = {
        seed_for(b"k" * 16, *parts)
        for parts in [("ab", "c", "d", "1"), ("a", "bc", "d", "1"), ("ab", "c", "d1", ""), ("ab", 'c","d', "", "1")]
    }
    assert len(seeds) == 4 and seed_for(b"l" * 16, "ab", "c", "d", "1") not in seeds


def problems(topic: str, *rows: tuple[str, int, str]) -> Bank:
    """Problems ``(id, difficulty, values of n)`` about a power."""
    text = "".join(
        f"- id: {name}\n  kind: derivative\n  title: A power\n  difficulty: {difficulty}\n"
        f"  parameters: {{n: {{integer: {span}}}}}\n  given: {{f: 'x^n + x', wrt: x}}\n"
        f"  statement: 'Differentiate ${{{{ f }}}}$.'\n  points: 3\n"
        for name, difficulty, span in rows
    )
    return Bank(read_problems(text, f"bank/{topic}.yaml"))


BANK = problems(
    "02_basic_rules", ("one", 1, "[2, 40]"), ("two", 2, "[2, 40]"), ("three", 3, "[2, 3]"), ("four", 4, "[2, 40]")
)
SECRET = b"a secret of the course"


def assignment(entries: str, head: str = "title: T\nsheet: w1\n"):
    return read_assignment(f"{head}problems:\n{entries}", "a.yaml", BANK, "Course")


def test_draw_gives_everybody_the_same_again_and_others_something_else():
    asked = assignment("  - {use: one, points: 5/2}\n  - {use: two, count: 2}\n  - {topic: basic rules, pick: 2}\n")
    ada = draw(asked, "ada", SECRET)
    assert ada == draw(asked, "ada", SECRET)
    assert list(ada) == ["1", "2", "3", "4", "5"]
    assert [str(i.points) for i in ada.values()] == ["5/2", "3", "3", "3", "3"]
    assert ada["2"].statement != ada["3"].statement
    # What is used by name is not picked again.
    assert {ada["4"].problem, ada["5"].problem} == {"three", "four"}
    assert draw(asked, "bob", SECRET) != ada and draw(asked, "ada", SECRET + b"!") != ada


def test_adding_a_problem_moves_no_other():
    before = draw(assignment("  - use: one\n  - use: two\n"), "ada", SECRET)
    after = draw(assignment("  - use: four\n  - use: one\n  - use: two\n"), "ada", SECRET)
    assert [after["2"], after["3"]] == [before["1"], before["2"]]


def test_picks_differ_between_students():
    asked = assignment("  - {topic: 02_basic_rules, pick: 1}\n", "title: T\nsheet: w1\nbalance: 4\n")
    assert len({draw(asked, f"s{i}", SECRET)["1"].problem for i in range(30)}) == 4


def test_no_variant_is_left():
    with pytest.raises(AuthorError, match="'three' has no further variant that differs from those on the sheet"):
        draw(assignment("  - {use: three, count: 3}\n"), "ada", SECRET)


def test_assignment_faults_all_at_once():
    text = (
        "title: T\nsheet: 'w 1'\ndue: tomorrow\nproblms: []\nproblems:\n"
        "  - use: onne\n  - {use: one, topic: x}\n  - {topic: basic rule}\n  - {topic: basic rules, pick: 9}\n"
        "  - {topic: basic rules, difficulty: 5}\n  - {use: two, count: 0}\n  - {use: two, pick: 2}\n  - four\n"
    )
    with pytest.raises(AuthorErrors) as caught:
        read_assignment(text, "a.yaml", BANK)
    assert [str(e) for e in caught.value.errors] == [
        "a.yaml:2:8: the sheet id 'w 1' is not allowed; use letters, digits, '.', '_' and '-', at most 60",
        "a.yaml:3:6: 'tomorrow' is not a date; write 2026-10-31 or 2026-10-31T23:59+01:00",
        "a.yaml:4:1: unknown field 'problms'; did you mean 'problems'?",
        "a.yaml:6:10: the bank has no problem 'onne'; did you mean 'one'?",
        "a.yaml:7:23: 'topic' does not go with 'use'; remove it; for several variants of one problem write 'count'",
        "a.yaml:8:13: the bank has no topic 'basic rule'; did you mean '02_basic_rules'?",
        "a.yaml:9:32: 9 problems are to be picked, but only 4 fit (topic basic rules); "
        "pick fewer, or allow more difficulties",
        "a.yaml:10:38: no problem of this topic has that difficulty; its difficulties are 1, 2, 3, 4",
        "a.yaml:11:23: 'count' has to be a whole number from 1 to 100, not '0'",
        "a.yaml:12:22: 'pick' does not go with 'use'; remove it; for several variants of one problem write 'count'",
        "a.yaml:13:5: an entry is a record with fields, not 'four'; write '- use: ' and the id of a problem",
    ]


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ("  - use: one\n  - use: one\n", "a.yaml:5:5: 'one' is used twice; it was used in line 4"),
        ("  - {use: one, count: 60}\n  - {use: two, count: 60}\n", "the sheet has 120 items, more than 100"),
        ("  []\n", "the sheet asks nothing"),
    ],
)
def test_assignment_as_a_whole(entries, message):
    with pytest.raises(AuthorErrors) as caught:
        assignment(entries)
    assert message in str(caught.value)


def test_assignment_fields():
    asked = assignment(
        "  - use: one\n", "title: ' A   title '\nsheet: w1\ndue: 2026-10-31\ninstructions: |\n  Do *it*.\n"
    )
    assert (asked.title, asked.course, asked.due, asked.instructions) == ("A title", "Course", "2026-10-31", "Do *it*.")


SHIPPED = load_bank([bank_directory()])


@pytest.mark.parametrize("problem", [problem.id for problem in SHIPPED])
def test_every_problem_of_the_bank_can_stand_on_a_sheet(problem):
    text = f"title: All\nsheet: all\nproblems:\n  - use: {problem}\n"
    asked = read_assignment(text, "all.yaml", SHIPPED)
    assert draw(asked, "ada", SECRET)
