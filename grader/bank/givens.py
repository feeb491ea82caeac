"""Reads the ``given`` of a problem, in which parameters may stand wherever a number may."""

from __future__ import annotations

import re

from grader.bank.condition_reader import parse_arithmetic
from grader.bank.document import Faults, Fields, Items, Node, Text
from grader.bank.fields import Record, describe, is_null
from grader.errors import StudentError
from grader.expr.parse import Names, parse
from grader.expr.tree import Expr
from grader.expr.tree import variables as variables_of
from grader.kinds.base import PLURAL, Given, GivenValue, Kind

CUSTOMARY = ("x", "y", "z", "t")
"""Names that are variables without being declared."""

_NAME = re.compile(r"[A-Za-z\u0370-\u03ff][A-Za-z0-9_\u0370-\u03ff]*")


class Scope:
    """The names that a problem knows: its variables, and the parameters and derived values read so far.

    The variables are those named in the givens (``wrt: x``, ``variables: [x, y]``) and in the
    domain, and those of `CUSTOMARY` that are not parameters.
    """

    def __init__(self, faults: Faults, record: Record, kind: Kind | None) -> None:
        self.kind = kind
        self.names: tuple[str, ...] = ()
        """Parameters and derived values, in order."""
        self.symbolic: set[str] = set()
        """Those of them that may stand for an expression or a name instead of a number."""
        self._faults = faults
        raw_given, raw_domain = record.node("given"), record.node("domain")
        raw_parameters = record.node("parameters")
        given = {key.value: node for key, node in raw_given} if isinstance(raw_given, Fields) else {}
        parameters = {key.value: node for key, node in raw_parameters} if isinstance(raw_parameters, Fields) else {}
        names: list[str] = []
        for name, spec in kind.givens.items() if kind is not None else ():
            if spec.type in ("variable", "variables"):
                node = given.get(name)
                texts = [spec.default] if node is None and spec.default else split_names(node)
                for text in texts:
                    names += _choices(parameters.get(text)) or [text]
        if isinstance(raw_domain, Fields):
            names += [key.value for key, _ in raw_domain if key.value not in parameters]
        raw_derived = record.node("derived")
        derived = {key.value for key, _ in raw_derived} if isinstance(raw_derived, Fields) else set()
        names += [name for name in CUSTOMARY if name not in parameters and name not in derived]
        self.variables = tuple(dict.fromkeys(name for name in names if _NAME.fullmatch(name)))

    def scalar(self, text: Text, what: str, free: bool = False) -> Expr | None:
        """An expression in the variables and parameters; a fault is noted at its character."""
        try:
            return parse(text.value, Names((*self.variables, *self.names), free))
        except StudentError as error:
            fix = error.fix
            if error.fault.startswith("unknown name"):
                fix = f"{fix + '; ' if fix else ''}declare it in 'parameters', or as a variable in 'domain'"
            self._faults.add(text.at(error.place.line, error.place.column), f"{what}: {error.fault}", fix)
            return None


def _choices(node: Node | None) -> list[str]:
    """What a parameter chooses among, when it is a choice of names; otherwise nothing."""
    if not isinstance(node, Fields):
        return []
    names = split_names(next((value for key, value in node if key.value == "choice"), None))
    return names if all(_NAME.fullmatch(name) for name in names) else []


def split_names(node: Node | None) -> list[str]:
    """``x``, ``x, y`` or ``[x, y]`` as a list of names."""
    if isinstance(node, Text):
        return [name for name in re.split(r"[,\s]+", node.value.strip("()[] ")) if name]
    if isinstance(node, Items):
        return [item.value for item in node.items if isinstance(item, Text)]
    return []


def read_given(record: Record, name: str, spec: Given, scope: Scope, faults: Faults) -> GivenValue | None:
    """One field of ``given``; an ``integer`` is read as a tree, to be evaluated with the parameters.

    None when it is absent or faulty.
    """
    node = record.node(name, required=spec.required and spec.default is None)
    if node is None:
        if spec.default is None or record.place_of(name) != record.place:
            return None
        node = Text(spec.default, record.place)
    if spec.type in ("variable", "variables"):
        return _names(node, name, spec, scope, faults)
    if spec.type in ("expressions", "point"):
        return _several(node, name, spec, scope, faults)
    if spec.type == "matrix":
        return _rows(node, name, spec, scope, faults)
    if not isinstance(node, Text):
        record.wrong(name, "one text, such as " + _EXAMPLES[spec.type])
        return None
    if spec.type == "integer":
        return _arithmetic(node, name, scope, faults)
    tree = scope.scalar(node, name)
    return None if tree is None or (spec.type == "number" and not _constant(tree, node, name, scope, faults)) else tree


_EXAMPLES = {"expression": "'sin(k x)'", "number": "'pi/2'", "integer": "'n'"}


def _names(node: Node, name: str, spec: Given, scope: Scope, faults: Faults) -> GivenValue | None:
    names = split_names(node)
    wrong = [n for n in names if not _NAME.fullmatch(n)]
    if wrong or not names or (spec.type == "variable" and len(names) > 1):
        needed = "the name of one variable" if spec.type == "variable" else "the names of variables, as in [x, y]"
        faults.add(node.place, f"'{name}' has to be {needed}, not {describe(node)}")
        return None
    return names[0] if spec.type == "variable" else tuple(names)


def _several(node: Node, name: str, spec: Given, scope: Scope, faults: Faults) -> tuple[Expr, ...] | None:
    if isinstance(node, Text):
        # One expression alone is a list of one.
        node = Items((node,), node.place)
    if not isinstance(node, Items) or not node.items:
        faults.add(node.place, f"'{name}' has to be a list of expressions, not {describe(node)}")
        return None
    trees = []
    for item in node.items:
        if not isinstance(item, Text) or is_null(item):
            faults.add(
                item.place, f"'{name}' has to hold expressions, not {describe(item)}", "quote text with brackets"
            )
            continue
        tree = scope.scalar(item, name)
        if tree is not None and (spec.type != "point" or _constant(tree, item, name, scope, faults)):
            trees.append(tree)
    return tuple(trees) if len(trees) == len(node.items) else None


def _rows(node: Node, name: str, spec: Given, scope: Scope, faults: Faults) -> tuple[tuple[Expr, ...], ...] | None:
    if not isinstance(node, Items) or not all(isinstance(row, Items) for row in node.items) or not node.items:
        faults.add(node.place, f"'{name}' has to be a list of rows, not {describe(node)}", "write [[a, b], [c, d]]")
        return None
    rows = [_several(row, name, spec, scope, faults) for row in node.items]
    read = tuple(row for row in rows if row is not None)
    if len({len(row) for row in read}) > 1:
        faults.add(node.place, f"the rows of '{name}' have different lengths")
    return read if len(read) == len(rows) and len({len(row) for row in read}) == 1 else None


def read_texts(record: Record, name: str, spec: Given) -> tuple[Text, ...]:
    """The templates of a given that is a text or a list of texts; none when it is absent or faulty."""
    if spec.type in PLURAL:
        found = tuple(record.texts(name))
        if not found and spec.required:
            record.node(name, required=True)
        return found
    found_one = record.text(name, required=spec.required and spec.default is None)
    if found_one is None and spec.default is not None:
        found_one = Text(spec.default, record.place)
    return () if found_one is None else (found_one,)


def _arithmetic(text: Text, name: str, scope: Scope, faults: Faults) -> Expr | None:
    try:
        return parse_arithmetic(text.value, scope.names)
    except StudentError as error:
        faults.add(text.offset(error.place.column - 1), f"{name}: {error.fault}", error.fix)
        return None


def _constant(tree: Expr, text: Text, name: str, scope: Scope, faults: Faults) -> bool:
    """Whether only parameters occur in what has to be a number."""
    moving = sorted(variables_of(tree) - set(scope.names))
    if moving:
        faults.add(text.place, f"'{name}' has to be a number, but '{moving[0]}' is a variable")
    return not moving
