"""What sheets, keys and answer files say besides the problems, in the languages of the folders here.

Each folder ``<language>/LC_MESSAGES`` holds the catalogue that people edit (``grader.po``) and the
same compiled (``grader.mo``), which alone is read here.  English stands in the templates.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
ENGLISH = "en"


@cache
def languages() -> tuple[str, ...]:
    """The codes of all languages, English first."""
    found = sorted(path.parent.parent.name for path in _HERE.glob("*/LC_MESSAGES/grader.mo"))
    return (ENGLISH, *found)


@cache
def translation(language: str) -> gettext.NullTranslations:
    """The catalogue of a language; raises KeyError for one there is none of."""
    if language not in languages():
        raise KeyError(language)
    if language == ENGLISH:
        return gettext.NullTranslations()
    with (_HERE / language / "LC_MESSAGES" / "grader.mo").open("rb") as file:
        return gettext.GNUTranslations(file)
