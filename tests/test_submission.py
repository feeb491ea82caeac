"""Answer files as students write them: nothing typed is lost, changed or misread."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.answer import Shape
from grader.errors import StudentError
from grader.submission import LARGEST, Expectation, read_submission

# What stands after ``1:`` in the file, and the answer that it is.
AS_TYPED = [
    ("2x cos(x^2)", "2x cos(x^2)"),
    ("{1, 2}", "{1, 2}"),
    ("[1, 2; 3, 4]", "[1, 2; 3, 4]"),
    ("[[1, 2], [3, 4]]", "[[1, 2], [3, 4]]"),
    ("(0,0): saddle; (1,1): min", "(0,0): saddle; (1,1): min"),
    ("'x^2", "'x^2"),
    ('"x^2', '"x^2'),
    ("x' + 1'", "x' + 1'"),
    ('"2x"', "2x"),
    ("'2x'", "2x"),
    ("\u201c2x\u201d", "2x"),
    ("'it''s'", "it's"),
    (r'"\frac{1}{2} \sin x"', r"\frac{1}{2} \sin x"),
    (r"\frac{1}{2}", r"\frac{1}{2}"),
    ("1e3", "1e3"),
    ("0x10", "0x10"),
    ("1_000", "1_000"),
    ("012", "012"),
    ("yes", "yes"),
    ("1:30", "1:30"),
    ("y = 3x - 2", "y = 3x - 2"),
    ("f'(x) = 2x", "f'(x) = 2x"),
    ("-x", "-x"),
    ("- x", "- x"),
    ("*x", "*x"),
    ("&x", "&x"),
    ("!x", "!x"),
    ("%x", "%x"),
    ("@x", "@x"),
    ("|x|", "|x|"),
    ("|x| + 1", "|x| + 1"),
    ("> 3", "> 3"),
    ("x > 0", "x > 0"),
    ("? x", "? x"),
    ("2x, ", "2x,"),
    ("", ""),
    ("~", ""),
    ("null", ""),
    ("2x   # I think", "2x"),
    ("x#y", "x#y"),
]


@pytest.mark.parametrize(("written", "answer"), AS_TYPED, ids=[w for w, _ in AS_TYPED])
def test_answers_are_taken_as_typed(written: str, answer: str) -> None:
    submission = read_submission(f"student: ada\nsheet: s1\nanswers:\n  1: {written}\n  2: 5\n", "ada.yaml")
    assert submission.answers["1"].text == answer
    assert submission.answers["2"].text == "5", "the next answer is not swallowed"
    assert (submission.student, submission.sheet) == ("ada", "s1")


WHOLE_FILES = {
    "unindented": "student: ada\nanswers:\n1: 2x\n2: 3x\n",
    "tabs": "student: ada\nanswers:\n\t1:\t2x\n\t2:\t3x\n",
    "windows lines": "student: ada\r\nanswers:\r\n  1: 2x\r\n  2: 3x\r\n",
    "old mac lines": "student: ada\ranswers:\r  1: 2x\r  2: 3x",
    "mark": "\ufeffstudent: ada\nanswers:\n  1: 2x\n  2: 3x\n",
    "no space": "student:ada\nanswers:\n 1:2x\n 2:3x\n",
    "brackets": "student: ada\nanswers:\n  1) 2x\n  2) 3x\n",
    "dots": "student: ada\nanswers:\n1. 2x\n2. 3x\n",
    "equals signs": "student: ada\nanswers:\n  1 = 2x\n  2 = 3x\n",
    "question": "student: ada\nanswers:\n  Q1: 2x\n  Question 2: 3x\n",
    "zeros": "student: ada\nanswers:\n  01: 2x\n  02: 3x\n",
    "quoted numbers": "student: 'ada'\nanswers:\n  '1': 2x\n  \"2\": 3x\n",
    "list": "student: ada\nanswers:\n  - 2x\n  - 3x\n",
    "list of numbered": "student: ada\nanswers:\n  - 1: 2x\n  - 2: 3x\n",
    "one line": "student: ada\nanswers: {1: 2x, 2: 3x}\n",
    "one list": "student: ada\nanswers: [2x, 3x]\n",
    "block": "student: ada\nanswers:\n  1: |\n    2x\n  2: >\n    3x\n",
    "below": "student: ada\nanswers:\n  1:\n    2x\n  2:\n    3x\n",
    "comments": "# mine\nstudent: ada  # me\nanswers:\n  # 1 (4 points): Differentiate\n  1: 2x\n\n  2: 3x\n",
    "documents": "%YAML 1.2\n---\nstudent: ada\nanswers:\n  1: 2x\n  2: 3x\n...\n",
    "other order": "answers:\n  1: 2x\n  2: 3x\nstudent: ada\n",
    "no-break spaces": "student: ada\nanswers:\n\u00a0\u00a01:\u00a02x\n\u00a0\u00a02:\u00a03x\n",
    "odd names": "Student ID: ada\nSolutions:\n  1: 2x\n  2: 3x\n",
    "extra": "student: ada\nname: Ada\nlanguage: en\nanswers:\n  1: 2x\n  2: 3x\n",
    "json": '{"student": "ada", "answers": {"1": "2x", "2": "3x"}}',
    "json list": '{"student": "ada", "answers": ["2x", "3x"]}',
    "json cut off": '{"student": "ada",\n "answers": {\n  "1": "2x",\n  "2": "3x"',
    "json comma": '{\n"student": "ada",\n"answers": {\n  "1": "2x",\n  "2": "3x",\n}\n}\n',
}


@pytest.mark.parametrize("text", WHOLE_FILES.values(), ids=WHOLE_FILES.keys())
def test_files_as_people_write_them(text: str) -> None:
    submission = read_submission(text.encode(), "ada.yaml")
    assert submission.student == "ada"
    assert {number: typed.text for number, typed in submission.answers.items()} == {"1": "2x", "2": "3x"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_encodings(encoding: str) -> None:
    data = "student: zoë\nanswers:\n  1: x² · ½\n".encode(encoding)
    submission = read_submission(data, "z.yaml")
    assert (submission.student, submission.answers["1"].text) == ("zoë", "x² · ½")
    assert [r.text for r in submission.remarks] == (
        ["the file is not UTF-8; it was read as Windows-1252"] if encoding == "cp1252" else []
    )


def test_the_place_of_each_answer_is_kept() -> None:
    submission = read_submission("student: ada\nanswers:\n\n  1: 2x\n  2:   3x\n", "ada.yaml")
    assert [(t.line, t.column) for t in submission.answers.values()] == [(4, 6), (5, 8)]


REMARKS = [
    ("answers:\n  1: 2x\n  1: 3x\n", 3, "question 1 is answered twice (lines 2 and 3); the last counts"),
    ("answers:\n  1: 2x # why\n", 2, "what follows the # was taken for a comment: why"),
    ("answers:\n  1: 'x^2\n", 2, "a quotation mark ' is opened and not closed; the line was taken as typed"),
    ("colour: red\nanswers:\n  1: 2x\n", 1, "'colour' is no field of an answer file; it was left out"),
    ("student: a\nstudent: b\nanswers:\n  1: 2x\n", 2, "'student' is given twice; the first one counts"),
    (
        "answers:\n  1: 2x\nhello there\n",
        3,
        "this line belongs to no question and was left out; begin an answer with its number, as in '5: 2x'",
    ),
    ('{"answers": {"1": "\\sin x"}}', 1, "backslashes in JSON are written twice; they were taken as typed"),
    ('{"answers": {\n"1": "2x"', 1, "this looks like JSON and is not complete; it was read line by line"),
]


@pytest.mark.parametrize(("text", "line", "remark"), REMARKS)
def test_whatever_was_not_straightforward_is_said(text: str, line: int, remark: str) -> None:
    assert (line, remark) in [(r.line, r.text) for r in read_submission(text, "a.yaml").remarks]


def test_a_blank_answer_does_not_replace_one() -> None:
    submission = read_submission("answers:\n  1: 2x\n  1:\n", "a.yaml")
    assert submission.answers["1"].text == "2x" and not submission.remarks


def test_json_keeps_numbers_lists_and_backslashes() -> None:
    text = r'{"answers": {"1": 1e3, "2": [[1, 2.50], [3, 4]], "3": "\frac{1}{2} \tan x", "4": null, "5": 0.1}}'
    answers = read_submission(text, "a.json").answers
    assert [answers[n].text for n in "12345"] == ["1e3", "[[1, 2.50], [3, 4]]", r"\frac{1}{2} \tan x", "", "0.1"]


REFUSED = [
    (b"", "a:1:1: the file is empty; fill in the answer file of your sheet"),
    (b" \n\t\n", "a:1:1: the file is empty; fill in the answer file of your sheet"),
    (b"%PDF-1.7 ...", "a:1:1: this is a PDF, not a text file; save the answers as plain text"),
    (
        b"PK\x03\x04...",
        "a:1:1: this is a Word document, spreadsheet or zip archive, not a text file; save the answers as plain text",
    ),
    (b"\x89PNG\r\n", "a:1:1: this is a picture, not a text file; save the answers as plain text"),
    (b"x" * (LARGEST + 1), f"a:1:1: the file is larger than {LARGEST} bytes; hand in the answer file only"),
    (b"answers:\n" + b"  1: 2x\n" * 20 + b"\0", "a:22:1: this is not a text file; save it as plain text"),
    (
        b"Dear teacher,\nthe dog ate it.\n",
        "a:1:1: no answers were found; write 'answers:' and below it a line such as '  1: 2x' for each",
    ),
    (b'{"student": "ada"}', 'a:1:1: no answers were found; write them as "answers": {"1": "2x"}'),
    (b"answers: 2x\n", "a:1:1: after 'answers:' comes a line for each answer; write '  1: 2x' on a line of its own"),
    (b"answers: {1: [2\n", "a:1:1: the answers in one line could not be told apart; write each on a line of its own"),
]


@pytest.mark.parametrize(("data", "message"), REFUSED)
def test_what_is_no_answer_file_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(StudentError) as caught:
        read_submission(data, "a")
    assert str(caught.value) == message


def test_aliases_do_not_grow() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{c}: &{c} [*{p}, *{p}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True))
    submission = read_submission(bomb + "answers:\n  1: *i\n", "a.yaml")
    assert submission.answers["1"].text == "*i"


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read_submission(data, "a.yaml")
    except StudentError:
        pass


@given(st.text(max_size=200))
def test_any_text_after_the_head_is_read(text: str) -> None:
    try:
        read_submission("student: ada\nanswers:\n  1: 2x\n" + text, "a.yaml")
    except StudentError:
        assert "\0" in text


@given(st.dictionaries(st.sampled_from("123456789"), st.text(max_size=30), min_size=1))
def test_json_round_trip(answers: dict[str, str]) -> None:
    submission = read_submission(json.dumps({"answers": answers}), "a.json")
    for number, text in answers.items():
        if not any(c in text for c in "\t\r\n\x08\x0c"):
            assert submission.answers[number].text == text.strip()


def test_expectations_survive_their_line() -> None:
    for expectation in (
        Expectation("derivative", Shape("scalar"), ("x",), ("f'(x)", "dy/dx")),
        Expectation("stationary_points", Shape("points", 2, ("minimum", "saddle")), ("x", "y")),
        Expectation("antiderivative", Shape("scalar", free_names=True), ("x",)),
    ):
        line = expectation.to_line()
        assert Expectation.from_line(line) == expectation
        text = f"answers:\n  1:\nexpects:\n  1: {line}\n"
        assert read_submission(text, "a.yaml").expects == {"1": expectation}


@pytest.mark.parametrize("line", ["", "{}", "[]", "3", "{form: [", "{form: scalar, variables: &a [*a]}", '{"form": 1}'])
def test_damaged_expectations_are_left_out(line: str) -> None:
    assert Expectation.from_line(line) is None


def test_expectation_in_flow_style() -> None:
    assert Expectation.from_line("{form: scalar, variables: [x], kind: derivative}") == Expectation(
        "derivative", Shape("scalar"), ("x",)
    )


def test_a_heading_without_its_colon() -> None:
    submission = read_submission("student: ada\nAnswers\n  1: 2x\n", "a.yaml")
    assert submission.answers["1"].text == "2x" and not submission.remarks


def test_left_sides_of_many_functions_are_written_short_and_read_back() -> None:
    names = tuple(f"{f}{form}" for f in "fghyz" for form in ("'(x)", "'")) + ("L", "lim", "f_x", "g_x", "h_x")
    expectation = Expectation("derivative", Shape("scalar"), ("x",), names)
    line = expectation.to_line()
    assert len(line) < 160 and Expectation.from_line(line) == expectation
