"""XML files: the same bytes for the same questions, and no character that XML forbids."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, indent, tostring

# https://www.w3.org/TR/xml/#charsets
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(tag: str, *content: Element | str, **attributes: str) -> Element:
    """An element with children, or with text alone."""
    made = Element(tag, {name.rstrip("_"): clean(value) for name, value in attributes.items()})
    for part in content:
        if isinstance(part, str):
            made.text = (made.text or "") + clean(part)
        else:
            made.append(part)
    return made


def clean(text: str) -> str:
    """The text without characters that no XML file may hold."""
    return _FORBIDDEN.sub("\ufffd", text)


def to_bytes(root: Element, indented: bool = True) -> bytes:
    """The whole file."""
    if indented:
        indent(root)
    text = tostring(root, encoding="unicode", short_empty_elements=True)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()
