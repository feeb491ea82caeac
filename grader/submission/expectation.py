"""What an answer box takes, as the line of an answer file that says so; nothing of the answer itself."""

from __future__ import annotations

import json
from typing import Any

from grader.answer import Shape
from grader.bank.instance import Instance, declared_names
from grader.records import record


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
            record["asked"] = list(self.asked)
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
            return cls(str(record.get("kind", "")), shape, names, tuple(str(name) for name in record.get("asked", ())))
        except (ValueError, KeyError, TypeError, AttributeError):
            return None


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
