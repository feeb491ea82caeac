"""Text to a tree: the one door into the student's language, infix or LaTeX.

No text is ever handed to an evaluator.  What is read is bounded in length, depth, digits and the
size of constants, so that whoever walks the tree may recurse.
"""

from __future__ import annotations

import re
from typing import Literal, TypeAlias

from grader.errors import StudentError
from grader.expr.labels import WHOLE_ANSWERS
from grader.expr.notation import (
    Brackets,
    Joined,
    Listing,
    Names,
    Notation,
    Note,
    Relation,
    Word,
    expression,
    is_expression,
)
from grader.expr.statements import StatementParser
from grader.expr.tokens import Tokens, check_length, fault_at, fill_from, scan
from grader.expr.tree import Expr, children
from grader.expr.vocabulary import Vocabulary, vocabulary

__all__ = ["Names", "Note", "Syntax", "parse", "read_notation", "scalar"]

Syntax: TypeAlias = Literal["auto", "infix", "latex"]

MAX_DEPTH = 100
MAX_NODES = 2_000

_LONGEST_WORDS = 40
_BEGIN_WORDS = frozenset(word[:2] for word in WHOLE_ANSWERS) | {"\\t", "\\m", "\\o", "$\\", "{", ""}
# Shapes in which i, j and k may be unit vectors.
_TAKE_UNITS = frozenset(("any", "vector"))
_IN_TEXT = re.compile(r"[\s$]*\\(?:text|textbf|textit|textrm|mathrm|mbox|mathit|operatorname)\s*\{([^{}]*)\}[\s$.]*")
# 1 2; 3 4, the rows of a matrix without its brackets; with commas it could be decimals.
_ROWS = re.compile(r"[^\[\](){},|<>=]+(?:;[^\[\](){},|<>=]+)+")
# 1,234.56 and 1.234,56
_GROUPED = re.compile(r"[0-9],[0-9]")
_AT_BRACKET = re.compile(r"(?<=[(\[]) | (?=[)\],])")
# R\{0}: the backslash of a set difference, not of a LaTeX command.
_DIFFERENCE = re.compile(r"^([^\\]*[Rℝ)\]}]\s*)\\(?=\s*[{(\[][^\\]*$)")


def parse(text: str, names: Names, syntax: Syntax = "auto", source: str = "answer") -> Expr:
    """The scalar expression that a text stands for.  Raises StudentError."""
    found, _ = read_notation(text, names, syntax, source, respell=False)
    return scalar(found, text, source)


def read_notation(
    text: str,
    names: Names,
    syntax: Syntax = "auto",
    source: str = "answer",
    labels: tuple[str, ...] | None = None,
    form: str = "scalar",
    size: int | None = None,
    respell: bool = True,
) -> tuple[Notation, tuple[Note, ...]]:
    """Whatever was typed, with the notes on its reading.

    ``labels``: the canonical labels of points that may be typed, None where words such as
    ``min`` are functions.  ``form`` and ``size``: of the shape that is asked, ``any`` when it shows
    in what was typed.  ``respell``: whether words and the spellings of other programs are read.  Raises
    StudentError.
    """
    check_length(text, source)
    if len(text) <= _LONGEST_WORDS and (text[:2].lower() in _BEGIN_WORDS or text[:1].isspace()):
        word = _whole_answer(text)
        if word:
            return Word(word), ()
    words = vocabulary(names, form in _TAKE_UNITS and not names.free)
    latex = syntax == "latex" or (syntax == "auto" and ("\\" in text or "$" in text or "{,}" in text))
    if latex and syntax == "auto" and "\\" in text and _DIFFERENCE.search(text):
        text, latex = _DIFFERENCE.sub(r"\1∖", text), False
    try:
        if latex:
            from grader.expr.latex_input import scan_latex

            tokens = scan_latex(text, words, source, labels is not None)
        else:
            tokens = scan(text, words, source, labels is not None)
        return _from_tokens(tokens, words, latex, labels, form, size), tuple(tokens.notes)
    except StudentError as error:
        first = error
    try:
        readable = respell and syntax != "latex"
        again = _respelled(text, words, source, labels, form, size) if readable else None
    except StudentError as second:
        # Which of the words that are left has no meaning is said there; any other fault could be the respelling's.
        raise (second if second.fault.startswith(("unknown", "in words")) else first) from None
    if again is None:
        raise first
    return again


def _from_tokens(
    tokens: Tokens, words: Vocabulary, latex: bool, labels: tuple[str, ...] | None, form: str, size: int | None
) -> Notation:
    text, source = tokens.text, tokens.source
    if labels is not None:
        _free_labels(tokens)
    parser = StatementParser(tokens, words)
    if ";" in text or (latex and "\\\\" in text):
        parser.semicolons = True
    parser.form = form
    if "\n" in text and not latex and "\n" in text.strip():
        parser.lines = True
    found = parser.whole(labels or ())
    if parser.lists:
        from grader.expr.lists import ListArithmetic

        _check_size(found, text, source)
        found = ListArithmetic(tokens, words, form, size).carried_out(found)
        _check_size(found, text, source)
    elif len(tokens.kinds) > MAX_DEPTH:
        _check_size(found, text, source)
    return found


def _respelled(
    text: str, words: Vocabulary, source: str, labels: tuple[str, ...] | None, form: str, size: int | None
) -> tuple[Notation, tuple[Note, ...]] | None:
    """The reading of a text that is in words or in the spelling of another program, None when it is in neither.

    Raises StudentError for what cannot be read even then.
    """
    from grader.expr import programs, said
    from grader.expr.characters import BadCharacter, plain
    from grader.expr.respelling import Respelling

    again, spelling = programs.respelled(text), "in the spelling of another program"
    if again is None and form == "matrix" and _ROWS.fullmatch(text):
        again, spelling = Respelling.of(text).put(0, len(text), f"[{text}]"), "as rows"
    if again is None and labels is None and "\\" not in text:
        try:
            again, spelling = said.respelled(text, words), "in words"
        except said.Unclear as unclear:
            typed = " ".join(text[unclear.start : unclear.end].split())
            fault = f"in words '{typed}' could mean two things"
            raise fault_at(text, unclear.start, fault, "write it in signs, with brackets", source) from None
    if again is None:
        return None
    tokens = Tokens(text, source)
    try:
        clean, places = plain(again.text)
    except BadCharacter:
        return None
    origin = [again.origin[i] for i in places]
    fill_from(tokens, clean, origin, words, labels is not None)
    found = _from_tokens(tokens, words, False, labels, form, size)
    # The remarks on single signs are about the respelling, which is not what was typed.
    if is_expression(found):
        from grader.expr.text import to_text

        shown = to_text(expression(found))
    else:
        shown = _AT_BRACKET.sub("", " ".join(again.text.split()))
    return found, (Note(0, f"this was read, {spelling}, as {shown}"),)


def scalar(found: Notation, text: str, source: str) -> Expr:
    """What was typed where one expression is asked.  Raises StudentError when it is anything else."""
    if is_expression(found):
        return expression(found)
    if isinstance(found, Brackets) and len(found.rows) == 1 and len(found.rows[0]) == 1 and not found.transposed:
        return scalar(found.rows[0][0], text, source)
    raise _not_scalar(found, text, source)


def _not_scalar(found: Notation, text: str, source: str) -> StudentError:
    fault, fix, at = "one expression is asked", "type one expression", found.at
    if isinstance(found, Listing):
        comma = decimal_comma(text)
        if comma is not None:
            return comma_error(text, comma, source)
        if (grouped := _GROUPED.search(text)) is not None:
            fault, fix = (
                "there is a comma inside a number",
                "write decimals with a point, 1.5, and no sign for thousands",
            )
            return fault_at(text, grouped.start() + 1, fault, fix, source)
        alike = all(isinstance(item, Relation) for item in found.items)
        fault = "there are several answers here, where one is asked" if alike or found.items else fault
        fix = "type the one that is asked"
    elif isinstance(found, Relation):
        at = text.find("=", found.at) if "=" in found.signs else found.at
        if "=" in found.signs:
            fault, fix = (
                "an equation is given, where one expression is asked",
                "type only what stands on the right of =",
            )
        else:
            fault, fix = "an inequality is given, where one expression is asked", fix
    elif isinstance(found, Brackets):
        fault, fix = "a list in brackets is given, where one expression is asked", "type one expression"
        comma = decimal_comma(text)
        if comma is not None:
            return comma_error(text, comma, source)
    elif isinstance(found, Word):
        fault, fix = f"the word '{found.name}' is given, where one expression is asked", "type one expression"
    return fault_at(text, max(at, 0), fault, fix, source)


def decimal_comma(text: str) -> int | None:
    """The index of the first comma that stands between two digits, None when there is none."""
    if "," not in text:
        return None
    # A number with a point in it is written with points.
    match = re.search(r"(?<![0-9.])[0-9]+,(?=[0-9]+(?![0-9.]))", text)
    return None if match is None else match.end() - 1


def certain_list(text: str) -> bool:
    """Whether the commas between digits can be no part of numbers: there are two in a run of them, and not
    three digits after each, as in ``-1,0,1``."""
    runs = re.findall(r"[0-9]+(?:,[0-9]+)+", text)
    return any(run.count(",") > 1 and any(len(part) != 3 for part in run.split(",")[1:]) for run in runs)


def comma_error(text: str, comma: int, source: str) -> StudentError:
    """The error for a comma inside a number, decimal or thousands."""
    first = comma
    while first and text[first - 1].isdigit():
        first -= 1
    last = comma + 1
    while last < len(text) and text[last].isdigit():
        last += 1
    before, after = text[first:comma], text[comma + 1 : last]
    if len(before) + len(after) > 30:
        before, after = "1", "5"
    fix = f"write {before}.{after} for a decimal"
    if len(after) == 3 and before != "0":
        fix += f", {before}{after} for thousands"
    return fault_at(text, comma, f"'{before},{after}' has a comma inside a number", fix, source)


def _whole_answer(text: str) -> str:
    """The canonical word when the whole text is one (``no solution``), else ''."""
    if "{" in text:
        match = _IN_TEXT.fullmatch(text)
        text = match[1] if match else text
    return WHOLE_ANSWERS.get(" ".join(text.lower().replace("’", "'").split()).rstrip(".!"), "")


def _free_labels(tokens: Tokens) -> None:
    """Makes ``(0,0) (saddle)`` and ``1 - min`` read like ``(0,0): saddle``, and ``abs(x)`` a function."""
    kinds, words = tokens.kinds, tokens.words
    for i, kind in enumerate(kinds):
        if kind == "w":
            if words[i] == "abs" and kinds[i + 1] != "w":
                kinds[i] = "f"
            elif i and kinds[i - 1] == "-":
                kinds[i - 1] = ":"
        elif kind == "(" and kinds[i + 1] == "w":
            j = i + 1
            while kinds[j] == "w":
                j += 1
            if kinds[j] == ")":
                kinds[i] = kinds[j] = "w"


def _check_size(found: Notation, text: str, source: str) -> None:
    """Refuses trees that are too deep or have too many nodes, without recursion."""
    nodes = depth = 0
    level: list[Notation] = [found]
    while level:
        nodes += len(level)
        depth += 1
        if depth > MAX_DEPTH:
            fault = f"the answer is nested more than {MAX_DEPTH} deep"
            raise fault_at(text, found.at, fault, "write long chains with fewer signs", source)
        below: list[Notation] = []
        for node in level:
            below += _parts(node)
        level = below
    if nodes > MAX_NODES:
        fault = f"the answer has {nodes:,} parts"
        raise fault_at(text, found.at, fault, f"at most {MAX_NODES:,} are read", source)


def _parts(node: Notation) -> tuple[Notation, ...]:
    if is_expression(node):
        return children(expression(node))
    match node:
        case Brackets(rows=rows):
            return tuple(item for row in rows for item in row)
        case Relation(sides=sides):
            return sides
        case Joined(parts=parts):
            return parts
        case Listing(items=items):
            return items
        case Word():
            return ()
        case _:
            # Labelled is what is left; mypy does not follow `is_expression`.
            return (node.item,)  # type: ignore[union-attr]
