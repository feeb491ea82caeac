"""What an answer box takes, as the line of an answer file that says so; nothing of the answer itself."""

from __future__ import annotations

import json
import re
from typing import Any

from grader.answer import Shape
from grader.bank.instance import Instance, declared_names
from grader.records import record

# The function in f'(x), f_x, df/dx and grad f.
_FEWEST = 4
"""Letters that are worth a short form."""
_FUNCTION = re.compile(r"(?:d(?:\^\d)?|grad |D_\w+ ?|∇)?([A-Za-z])(?=['_(/^]|$)")


@record
class Expectation:
    """What an answer box takes, nothing more: enough to read an answer without any key."""

    kind: str
    shape: Shape
    variables: tuple[str, ...]
    asked: tuple[str, ...] = ()

    @classmethod
    def of(cls, instance: Instance) -> Expectation:
        from grader import kinds

        kind = kinds.load(instance.kind)
        task = instance.task
        shape = kind.shape(task.given, task.policy)
        names = declared_names(kind, task.given, task.domain)
        return cls(instance.kind, shape, names, tuple(kind.asked(task.given)))

    def to_line(self) -> str:
        """The value of one line of ``expects:`` in an answer file; JSON, which is also YAML."""
        record: dict[str, Any] = {"kind": self.kind, "form": self.shape.form, "variables": list(self.variables)}
        if self.shape.size is not None:
            record["size"] = self.shape.size
        if self.shape.labels:
            record["labels"] = list(self.shape.labels)
        if self.shape.free_names:
            record["free_names"] = True
        if self.shape.choices:
            record["choices"] = list(self.shape.choices)
        if self.shape.symbols:
            record["symbols"] = list(self.shape.symbols)
        if self.asked:
            record["asked"], functions = _folded(self.asked)
            if functions:
                record["functions"] = functions
        return json.dumps(record, ensure_ascii=False)

    @classmethod
    def from_line(cls, line: str) -> Expectation | None:
        """What `to_line` wrote; None when it has been changed beyond recognition."""
        try:
            record = json.loads(line) if line.startswith('{"') else _flow_mapping(line)
            shape = Shape(
                record["form"],
                record.get("size"),
                tuple(str(label) for label in record.get("labels", ())),
                bool(record.get("free_names", False)),
                tuple(str(choice) for choice in record.get("choices", ())),
                tuple(str(line) for line in record.get("symbols", ())),
            )
            names = tuple(str(name) for name in record["variables"])
            return cls(
                str(record.get("kind", "")),
                shape,
                names,
                _unfolded(record.get("asked", ()), str(record.get("functions", ""))),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            return None


def _folded(names: tuple[str, ...]) -> tuple[list[Any], str]:
    """Names with ``#`` for a letter that runs through them, and its letters.

    ``f'(x), df/dx, g'(x), dg/dx, h'(x), dh/dx, L`` become ``[["#'(x)", "d#/dx"], "L"]`` with ``fgh``.
    """
    folded: list[Any] = []
    functions, at = "", 0
    while at < len(names):
        forms, letters = _run(names, at)
        if len(letters) >= _FEWEST and functions in ("", letters):
            folded.append(forms)
            functions = letters
            at += len(forms) * len(letters)
        else:
            folded.append(names[at])
            at += 1
    return folded, functions


def _run(names: tuple[str, ...], at: int) -> tuple[list[str], str]:
    """The forms of the first letter from there on, and the letters that go through the same forms."""
    forms: list[str] = []
    letters = ""
    for i in range(at, len(names)):
        found = _FUNCTION.match(names[i])
        if found is None or "#" in names[i]:
            break
        form = f"{names[i][: found.start(1)]}#{names[i][found.end(1) :]}"
        if not letters or (found[1] == letters[-1] and len(letters) == 1):
            forms.append(form)
            letters = found[1]
            continue
        place = (i - at) % len(forms)
        if form != forms[place] or (place == 0) is (found[1] == letters[-1]):
            break
        letters += found[1] if place == 0 else ""
    whole = (i - at + 1 if at < len(names) and i == len(names) - 1 else i - at) // max(len(forms), 1)
    return forms, letters[:whole]


def _unfolded(folded: Any, functions: str) -> tuple[str, ...]:
    names: list[str] = []
    for part in folded:
        if isinstance(part, list):
            names += [str(form).replace("#", letter, 1) for letter in functions for form in part]
        else:
            names.append(str(part))
    return tuple(names)


def _flow_mapping(line: str) -> Any:
    """``{form: scalar, variables: [x]}`` written by hand."""
    import yaml

    # No anchors: a line of them can stand for billions of values.
    if len(line) > 2000 or "&" in line or "*" in line:
        raise ValueError
    try:
        return yaml.safe_load(line)
    except yaml.YAMLError as error:
        raise ValueError from error
