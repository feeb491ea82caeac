"""The reference of the task kinds, made from the kinds themselves: what each takes and which mistakes it knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from grader.kinds.base import Given, Kind

_TYPES = {
    "expression": "expression",
    "expressions": "list of expressions",
    "variable": "name",
    "variables": "list of names",
    "point": "list of numbers",
    "number": "number",
    "integer": "whole number",
    "matrix": "list of rows",
    "text": "text",
    "texts": "list of texts",
    "choices": "list of texts, the right one first",
}
_HEAD = """\
# The task kinds

Every problem has a `kind`, which fixes what `given` and `policy` hold, how an answer is typed and
which typical mistakes are known. This page is made from the kinds themselves:

    grader bank kinds --markdown > docs/kinds.md      # in a checkout
    grader bank kinds derivative                      # one of them, on the terminal
    grader bank new derivative                        # a problem to fill in
"""


def page(kinds: Iterable[Kind]) -> str:
    """The whole reference as Markdown."""
    return "\n".join([_HEAD, *(line for kind in kinds for line in _section(kind))]).rstrip() + "\n"


def as_record(kind: Kind) -> dict[str, Any]:
    """One kind as JSON values."""
    return {
        "kind": kind.name,
        "title": kind.title,
        "given": {
            name: {"type": spec.type, "about": spec.about, "required": spec.required, "default": spec.default}
            for name, spec in kind.givens.items()
        },
        "policy": {name: {"values": list(knob.values), "about": knob.about} for name, knob in kind.policies.items()},
        "mistakes": [
            {"name": m.name, "rule": m.rule, "feedback": m.feedback, "credit": str(m.credit)} for m in kind.mistakes
        ],
    }


def _section(kind: Kind) -> Iterator[str]:
    yield f"## {kind.name}\n"
    yield f"{kind.title}.\n"
    yield "| field of `given` | | |\n|---|---|---|"
    for name, spec in kind.givens.items():
        yield f"| `{name}` | {_needed(spec)} | {_cell(spec.about)} |"
    yield ""
    if kind.policies:
        yield "| knob of `policy` | values, the first is the default | |\n|---|---|---|"
        for name, knob in kind.policies.items():
            yield f"| `{name}` | {', '.join(f'`{value}`' for value in knob.values)} | {_cell(knob.about)} |"
        yield ""
    if kind.mistakes:
        yield "<details><summary>" + f"{len(kind.mistakes)} typical mistakes</summary>\n"
        yield "| mistake | what the student is told |\n|---|---|"
        for mistake in kind.mistakes:
            yield f"| `{mistake.name}` | {_cell(mistake.feedback)} |"
        yield "\n</details>\n"


def _needed(spec: Given) -> str:
    sort = _TYPES[spec.type]
    if spec.default is not None:
        return f"{sort}, `{spec.default}` if absent"
    return f"{sort}, required" if spec.required else sort


def _cell(text: str) -> str:
    return text.replace("|", r"\|")


def lines(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """One kind for the terminal: pairs of a label and a text."""
    for name, spec in record["given"].items():
        needed = "required" if spec["required"] and spec["default"] is None else "optional"
        yield f"given.{name}", f"{_TYPES[spec['type']]}, {needed}: {spec['about']}"
    for name, knob in record["policy"].items():
        yield f"policy.{name}", f"{', '.join(knob['values'])}: {knob['about']}"
    for mistake in record["mistakes"]:
        yield mistake["name"], mistake["feedback"]
