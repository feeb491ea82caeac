"""Reading YAML with places: every fault of form, in an instructor's words."""

from __future__ import annotations

import pytest

from grader.bank.document import DEEPEST, LARGEST_FILE, Fields, Items, Text, read_document
from grader.errors import AuthorErrors, Place

FAULTS = [
    ("", "f.yaml:1:1: the file is empty"),
    ("# only a comment\n", "f.yaml:1:1: the file is empty"),
    ("a: 1\na: 2\n", "f.yaml:2:1: 'a' is given twice; it was given in line 1 already"),
    ("a: &x 1\n", "f.yaml:1:4: the anchor '&x' is not allowed; write the value out where needed"),
    ("a: *x\n", "f.yaml:1:4: the alias '*x' is not allowed; write the value out"),
    ("a: !!str 1\n", "f.yaml:1:4: the tag 'tag:yaml.org,2002:str' is not allowed; remove it"),
    (
        "a: !!python/object/apply:os.system [id]\n",
        "f.yaml:1:4: the tag 'tag:yaml.org,2002:python/object/apply:os.system' is not allowed; remove it",
    ),
    ("a:\n\t- b\n", "f.yaml:2:1: a tab stands in the indentation; indent with spaces"),
    ("- a\n\tb\n- c: d: e", "f.yaml:2:1: a tab stands in the indentation; indent with spaces"),
    ("a: f: x\n", "f.yaml:1:5: a second colon makes a new field of this text; put quotes around the text"),
    (
        "a:\n  b: 1\n c: 2\n",
        "f.yaml:3:2: this line does not fit the lines above; align it with the fields of its block",
    ),
    ("a: [1, 2\nb: 3\n", "f.yaml:2:2: a bracket is not closed, or a comma is missing; check the line above too"),
    ("a: 'x\n", "f.yaml:2:1: a quote is not closed; check the text that starts above"),
    ("a: `x`\n", "f.yaml:1:4: this character cannot start a value; put quotes around the text"),
    ('a: "\\sin x"\n', "f.yaml:1:5: this backslash is not understood in double quotes; use single quotes or '|'"),
    (
        'a: "$\\frac{1}{2}$"\n',
        "f.yaml:1:4: in double quotes '\\frac' loses its backslash; use single quotes or a block of text after '|'",
    ),
    (
        'a: "$\\nabla f$"\n',
        "f.yaml:1:4: in double quotes '\\nabla' loses its backslash; use single quotes or a block of text after '|'",
    ),
    (
        "a: 1\n---\nb: 2\n",
        "f.yaml:2:1: a second document starts here; remove the line '---' or put what follows into its own file",
    ),
    ("? [a]\n: b\n", "f.yaml:1:3: a name is needed before the colon; put quotes around text with brackets"),
    ("a: \x07\n", "f.yaml:1:4: the character U+0007 is not allowed in YAML; remove it"),
    (b"a: 1\nb: caf\xe9\n", "f.yaml:2:7: the byte 0xe9 is not UTF-8; save the file with the encoding UTF-8"),
    ("[" * 30, f"f.yaml:1:{DEEPEST + 1}: nested more than {DEEPEST} levels deep"),
]


@pytest.mark.parametrize(("text", "message"), FAULTS, ids=[str(i) for i in range(len(FAULTS))])
def test_fault(text: str | bytes, message: str) -> None:
    with pytest.raises(AuthorErrors) as caught:
        read_document(text, "f.yaml")
    assert str(caught.value) == message


def test_every_fault_of_form_is_reported_in_order() -> None:
    with pytest.raises(AuthorErrors) as caught:
        read_document("a: &x 1\nb: *x\nb: 2\nc: !t 3\n", "f.yaml")
    assert [error.place.line for error in caught.value.errors] == [1, 2, 3, 4]


def test_a_huge_file_is_refused_unread() -> None:
    with pytest.raises(AuthorErrors, match="the file has 1,000,001 bytes, more than 1,000,000; divide it"):
        read_document(b"a" * (LARGEST_FILE + 1), "f.yaml")


def test_an_alias_bomb_is_refused() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [*{chr(97 + i)}, *{chr(97 + i)}]\n" for i in range(20)
    )
    with pytest.raises(AuthorErrors, match="the alias"):
        read_document(bomb, "f.yaml")


def test_scalars_stay_what_was_typed() -> None:
    node = read_document("[1.50, no, 2026-01-01, 1e3, ~, 'x']", "f.yaml")
    assert isinstance(node, Items)
    assert [item.value for item in node.items if isinstance(item, Text)] == [
        "1.50",
        "no",
        "2026-01-01",
        "1e3",
        "~",
        "x",
    ]


def test_byte_order_mark_and_windows_line_ends() -> None:
    node = read_document(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", "f.yaml")
    assert isinstance(node, Fields)
    assert [key.place.line for key, _ in node] == [1, 2]


@pytest.mark.parametrize(
    ("text", "line", "column", "expected"),
    [
        ("a: sin(k x)", 1, 5, (1, 8)),
        ("a: 'sin(k x)'", 1, 5, (1, 9)),
        ('a: "sin(k x)"', 1, 5, (1, 9)),
        ("a: |\n  first\n  second {{ q }}\n", 2, 11, (3, 13)),
        ("a: 'it''s'", 1, 5, (1, 4)),
        ("a: >\n  folded\n  text\n", 1, 3, (1, 4)),
    ],
)
def test_places_inside_a_text(text: str, line: int, column: int, expected: tuple[int, int]) -> None:
    node = read_document(text, "f.yaml")
    assert isinstance(node, Fields)
    value = node.entries[0][1]
    assert isinstance(value, Text)
    assert value.at(line, column) == Place("f.yaml", *expected)
