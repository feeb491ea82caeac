"""Reads what a student handed in, as people write such files.

The format is small YAML, or JSON, or a notebook that ``grader sheets`` made::

    student: ada
    sheet: week-3
    answers:
      1: 2x cos(x^2)
      2: (0, 0): saddle; (1, 1): minimum

It is read line by line and not by a YAML parser: YAML makes a mapping of ``{1, 2}``, a list of
``[1, 2; 3, 4]``, an error of ``(0, 0): saddle``, a number of ``1_0`` and swallows the next line
after ``'x^2``.  Here an answer is what stands after its number, as typed.  For the same reason
there are no anchors and aliases, and nothing can grow beyond the size of the file.
"""

from __future__ import annotations

import re

from grader.submission.collected import Collected, Remark, Submission, Typed
from grader.submission.expectation import Expectation
from grader.submission.json_ import read_json
from grader.submission.lines import read_lines
from grader.submission.notebook import read_notebook

__all__ = ["LARGEST", "Expectation", "Remark", "Submission", "Typed", "read_submission"]

LARGEST = 1_000_000
"""Bytes that a submission may have."""
_FOREIGN = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a Word document, spreadsheet or zip archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"{\\rtf", "a rich text document"),
    (b"\xd0\xcf\x11\xe0", "an old Word document"),
)


def read_submission(data: bytes | str, source: str) -> Submission:
    """Read a file's content; ``source`` is its name in messages.

    Raises StudentError when it cannot be an answer file at all.
    """
    reader = Collected(source)
    text = _decoded(data, reader) if isinstance(data, bytes) else data
    if len(text) > LARGEST:
        reader.refuse(1, 1, f"the file is larger than {LARGEST} characters", "hand in the answer file only")
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        reader.refuse(line, 1, "this is not a text file", "save it as plain text")
    text = text.lstrip("\ufeff")
    if not text.strip():
        reader.refuse(1, 1, "the file is empty", "fill in the answer file of your sheet")
    if text.lstrip().startswith("{"):
        if '"nbformat"' in text and read_notebook(text, reader):
            return reader.submission()
        if read_json(text, reader):
            return reader.submission()
    read_lines(re.split(r"\r\n|\r|\n", text), reader)
    if not reader.answers and not reader.saw_answers:
        reader.refuse(1, 1, "no answers were found", "write 'answers:' and below it a line such as '  1: 2x' for each")
    return reader.submission()


def _decoded(data: bytes, reader: Collected) -> str:
    if len(data) > LARGEST:
        reader.refuse(1, 1, f"the file is larger than {LARGEST} bytes", "hand in the answer file only")
    for magic, what in _FOREIGN:
        if data.startswith(magic):
            reader.refuse(1, 1, f"this is {what}, not a text file", "save the answers as plain text")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif b"\0" in data[:64]:
        # Text saved as UTF-16 without its mark has a zero byte beside every plain letter.
        encoding = "utf-16-be" if data[:1] == b"\0" else "utf-16-le"
    else:
        encoding = "utf-8"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as fault:
        if encoding != "utf-8":
            reader.refuse(1, 1, "this is not a text file", "save it as plain text (UTF-8)")
        line = data.count(b"\n", 0, fault.start) + 1
        reader.remark(line, "the file is not UTF-8; it was read as Windows-1252")
        return data.decode("cp1252", errors="replace")
