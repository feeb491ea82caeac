"""``grader check``: how each answer of a file is read, without any key and without a verdict."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.submission import Expectation, Submission, Typed


# What the names in an answer are taken for when nothing says what the question asks.
_USUAL = ("x", "y", "z", "t")


@click.command("check")
@click.argument("answers", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option(
    "--sheet",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Your sheet (.md, .html or .ipynb), when ANSWERS has lost its lines under 'expects:'.",
)
@click.option("--strict", is_flag=True, help="End with exit code 1 when an answer cannot be read.")
@click.option("--json", "as_json", is_flag=True, help="Print the readings as JSON; of several files a list.")
def command(answers: tuple[Path, ...], sheet: Path | None, strict: bool, as_json: bool) -> None:
    """Show how the answers in a file are read.

    Nothing is graded, and nothing of the right answers is known here: this only tells whether
    what you typed says what you mean.
    """
    from grader.cli import BELOW
    from grader.cli.files import read_bytes
    from grader.submission import LARGEST, read_submission

    records, clear = [], True
    for index, path in enumerate(answers):
        submission = read_submission(read_bytes(path, LARGEST), str(path))
        expects = {**submission.expects, **(_of_sheet(sheet) if sheet is not None else {})}
        rows = [_row(number, typed, expects.get(number)) for number, typed in submission.answers.items()]
        clear = clear and all(row["status"] != "unreadable" for row in rows)
        if as_json:
            remarks = [{"line": r.line, "text": r.text} for r in submission.remarks]
            record = {"student": submission.student, "sheet": submission.sheet, "answers": rows, "remarks": remarks}
            records.append({"file": str(path), **record} if len(answers) > 1 else record)
            continue
        if index:
            click.echo()
        _show(submission, rows, expects)
    if as_json:
        import json

        click.echo(json.dumps(records if len(records) > 1 else records[0], indent=2))
    if strict and not clear:
        raise SystemExit(BELOW)


def _of_sheet(path: Path) -> dict[str, Expectation]:
    """What a sheet says about its answer boxes."""
    from grader.cli.files import read_text
    from grader.sheets.outline import from_sheet
    from grader.submission import Expectation

    items = from_sheet(read_text(path), str(path)).items
    found = {item.number: Expectation.from_line(item.expects) for item in items}
    return {number: expected for number, expected in found.items() if expected is not None}


def _row(number: str, typed: Typed, expected: Expectation | None) -> dict[str, Any]:
    """One answer as it was read; JSON values only."""
    from grader.answer import read, read_any
    from grader.answer_text import write, write_spoken, write_unicode
    from grader.errors import StudentError
    from grader.expr.parse import Names

    row: dict[str, Any] = {"item": number, "line": typed.line, "typed": typed.text}
    if not typed.text.strip():
        return row | {"status": "blank"}
    try:
        if expected is None:
            reading = read_any(typed.text, Names(_USUAL, free=True))
        else:
            names = Names(expected.variables, free=expected.shape.free_names)
            reading = read(typed.text, expected.shape, names, asked=expected.asked)
    except StudentError as error:
        return row | {
            "status": "unreadable",
            "column": error.place.column,
            "fault": error.fault,
            "fix": error.fix,
            "caret": error.caret(),
        }
    notes = [note.text for note in reading.notes]
    if expected is not None and expected.shape.free_names and not _has_constant(reading.answer, expected):
        notes.append("there is no free constant in it; if the question asks for all antiderivatives, add + C")
    return row | {
        "status": "read",
        "text": write(reading.answer),
        "unicode": write_unicode(reading.answer),
        "spoken": write_spoken(reading.answer),
        "notes": notes,
    }


def _has_constant(answer: object, expected: Expectation) -> bool:
    from grader.answer import Scalar
    from grader.expr.tree import variables

    return not isinstance(answer, Scalar) or bool(variables(answer.value) - set(expected.variables))


def _show(submission: Submission, rows: list[dict[str, Any]], expects: Mapping[str, Expectation]) -> None:
    from grader.reports.base import visible

    who = f"{submission.student or 'no student named'}, {submission.sheet or 'no sheet named'}"
    _say(visible(f"{submission.source}: {who}"), bold=True)
    for row in rows:
        click.echo()
        for line in _lines(row):
            click.echo(line)
    for number, steps in submission.working.items():
        _say(f"working to question {number}: {len(steps)} line{'' if len(steps) == 1 else 's'}")
    click.echo()
    for remark in submission.remarks:
        _say(f"line {remark.line}: {visible(remark.text)}", "yellow")
    unknown = [number for number in submission.answers if number not in expects]
    if not expects:
        text = "The file does not say what the questions ask, so letters were taken as they are usual."
        _say(f"{text} Give your sheet: grader check ANSWERS --sheet SHEET", "yellow")
    elif unknown:
        _say(
            f"there is no question {', '.join(unknown)} on the sheet; change the number",
            "yellow",
        )
    missing = [number for number in expects if number not in submission.answers]
    if missing:
        _say(f"not in the file: question{'s' if len(missing) > 1 else ''} {', '.join(missing)}", "yellow")
    counts = {status: sum(row["status"] == status for row in rows) for status in ("read", "unreadable", "blank")}
    click.echo(f"{counts['read']} read, {counts['unreadable']} not readable, {counts['blank']} blank")


def _say(text: str, colour: str | None = None, bold: bool = False) -> None:
    from grader.reports.terminal import wrapped

    for line in wrapped(text, ""):
        click.secho(line, fg=colour, bold=bold or None)


def _lines(row: dict[str, Any]) -> list[str]:
    from grader.reports.base import visible
    from grader.reports.terminal import wrapped

    indent = " " * 5
    if row["status"] == "blank":
        return [f"{row['item']:>3}  (blank)"]
    if row["status"] == "unreadable":
        head, *caret = [visible(line) for line in (row["caret"] or _cut(row["typed"])).split("\n")]
        place = f"line {row['line']}, character {row['column']} of the answer"
        fault = f"{row['fault']}; {row['fix']}" if row["fix"] else row["fault"]
        said = wrapped(f"{place}: {visible(fault)}", indent)
        return [
            f"{row['item']:>3}  {head}",
            *(indent + line for line in caret),
            *(click.style(s, fg="red") for s in said),
        ]
    # The first line hangs to the left of the others, the label in its margin.
    body: list[tuple[str, str, str | None]]
    body = [("read as", row["text"], None), ("", row["unicode"], None), ("spoken", row["spoken"], None)]
    if row["unicode"] == row["text"]:
        del body[1]
    body += [("note", note, "yellow") for note in row["notes"]]
    lines = wrapped(visible(_cut(row["typed"])), indent)
    lines[0] = f"{row['item']:>3}  {lines[0][5:]}"
    for label, text, colour in body:
        first, *rest = wrapped(visible(text), indent + " " * 9)
        said = [f"{indent}{label:<9}{first[14:]}", *rest]
        lines += [click.style(line, fg=colour) if colour else line for line in said]
    return lines


def _cut(typed: str) -> str:
    return typed if len(typed) <= 400 else f"{typed[:400]}..."
