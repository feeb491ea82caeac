"""Sheets and keys for Word, by Pandoc from the Markdown: formulas become Word's own equations."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from grader.errors import AuthorError, Place
from grader.sheets.base import Document, Format
from grader.sheets.document import figures
from grader.sheets.templates import Templates

_NEEDED = "install what Word files need: pip install 'calculus-grader[docx]'"
_READS = "commonmark+tex_math_dollars+pipe_tables"
_NAME = "figure"


def _render(document: Document, templates: Templates, name: str) -> bytes:
    from grader.sheets.outline import outline, to_json
    from grader.sheets.pdf import png

    try:
        import pypandoc
    except ImportError:
        raise AuthorError(Place("--format docx"), "Word files are made by Pandoc, which is missing", _NEEDED) from None
    # What programs need stands in a comment, which Word files have not.
    text = templates.render(
        f"{document.kind}.md.j2", document.language, document=document, outline=to_json(outline(document)), file=_NAME
    )
    with tempfile.TemporaryDirectory() as folder:
        for number, figure in figures(document):
            # Word shows no SVG without a second picture beside it.
            text = text.replace(f"]({_NAME}.{number}.svg)", f"]({_NAME}.{number}.png)")
            (Path(folder) / f"{_NAME}.{number}.png").write_bytes(png(figure))
        made = Path(folder) / "made.docx"
        arguments = [f"--resource-path={folder}", "--metadata", f"lang={document.language}"]
        before = os.environ.get("SOURCE_DATE_EPOCH")
        # A file tells when it was made; the same sheet is to be the same bytes.
        os.environ["SOURCE_DATE_EPOCH"] = "315532800"
        try:
            pypandoc.convert_text(text, "docx", format=_READS, outputfile=str(made), extra_args=arguments)
        except (RuntimeError, OSError) as error:
            fault = f"Pandoc cannot make a Word file: {' '.join(str(error).split())[:300]}"
            raise AuthorError(Place("--format docx"), fault, _NEEDED) from None
        finally:
            if before is None:
                del os.environ["SOURCE_DATE_EPOCH"]
            else:
                os.environ["SOURCE_DATE_EPOCH"] = before
        return made.read_bytes()


FORMAT = Format("docx", ".docx", _render, written_in="md")
