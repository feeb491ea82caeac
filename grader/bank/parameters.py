"""Reads what varies: parameters, derived values and the ends of the domain."""

from __future__ import annotations

import re
from fractions import Fraction

from grader.bank.condition_reader import parse_arithmetic, uses_arithmetic_functions
from grader.bank.conditions import Quantity
from grader.bank.document import Faults, Fields, Items, Node, Text
from grader.bank.fields import Record, describe, fraction, whole_number
from grader.bank.givens import Scope
from grader.bank.instance import INTEGER, interval_parts
from grader.bank.problem import Derived, Parameter, Span
from grader.errors import StudentError
from grader.expr.parse import Names, parse
from grader.expr.tree import Expr, Variable, rational_value
from grader.expr.tree import variables as variables_of

MOST_VALUES = 10_000
"""Values that one parameter may be drawn from."""

_NAME = re.compile(r"[A-Za-z\u0370-\u03ff][A-Za-z0-9_\u0370-\u03ff]*")
_SORTS = ("integer", "choice", "rational", "sign")


def read_parameters(record: Record, scope: Scope, faults: Faults) -> tuple[Parameter, ...]:
    """The parameters in order; their names join the scope."""
    fields = record.fields("parameters")
    found = []
    for key, node in fields or ():
        if not _name_is_free(key, scope, faults):
            continue
        if not isinstance(node, Fields):
            fault = f"the parameter '{key.value}' has to be a record such as {{integer: [1, 9]}}, not {describe(node)}"
            faults.add(node.place, fault)
            scope.names += (key.value,)
            continue
        before = len(faults)
        values = _values(key.value, Record(node, f"the parameter '{key.value}'", faults), scope, faults)
        if not values and len(faults) == before:
            faults.add(node.place, f"no value is left for the parameter '{key.value}'", "widen its range")
        found.append(Parameter(key.value, values, key.place))
        if not all(isinstance(value, Fraction) for value in values):
            scope.symbolic.add(key.value)
        scope.names += (key.value,)
    return tuple(found)


def read_derived(record: Record, scope: Scope, faults: Faults) -> tuple[Derived, ...]:
    """The derived values in order; each may use the ones above it."""
    fields = record.fields("derived")
    found = []
    for key, node in fields or ():
        if not _name_is_free(key, scope, faults):
            continue
        if not isinstance(node, Text):
            faults.add(node.place, f"the derived value '{key.value}' has to be one expression, not {describe(node)}")
        else:
            found += _derived(key, node, scope, faults)
        scope.names += (key.value,)
    return tuple(found)


def read_span(key: Text, node: Node, names: tuple[str, ...], faults: Faults) -> Span | None:
    """``[-2, 2]`` or a text ``(0, oo)``, ``integer [1, oo)``; the ends may use parameters."""
    if key.value in names:
        faults.add(key.place, f"'{key.value}' is a parameter, so it has no domain", "give the domain of a variable")
        return None
    ends: list[Text]
    low_closed = high_closed = True
    integer = False
    if isinstance(node, Items) and len(node.items) == 2 and all(isinstance(item, Text) for item in node.items):
        ends = [item for item in node.items if isinstance(item, Text)]
    elif isinstance(node, Text) and (parts := interval_parts(node.value.removeprefix(INTEGER))) is not None:
        integer = node.value.startswith(INTEGER)
        low_closed, low, high, high_closed = parts
        start = len(INTEGER) if integer else 0
        ends = [Text(part, node.offset(node.value.index(part, start))) for part in (low, high)]
    else:
        fault = f"the domain of '{key.value}' has to be an interval such as [-2, 2] or '(0, oo)', not {describe(node)}"
        faults.add(node.place, fault)
        return None
    before = len(faults)
    trees = [_end(end, infinite, names, faults) for end, infinite in zip(ends, ("-oo", "oo"), strict=True)]
    if len(faults) > before:
        return None
    low_value, high_value = (rational_value(tree) if tree is not None else None for tree in trees)
    if low_value is not None and high_value is not None and low_value >= high_value:
        faults.add(node.place, f"the domain of '{key.value}' is empty", "write the smaller end first")
    return Span(key.value, trees[0], trees[1], low_closed, high_closed, key.place, integer)


def _end(text: Text, infinite: str, names: tuple[str, ...], faults: Faults) -> Expr | None:
    if text.value.strip().removeprefix("+") == infinite:
        return None
    try:
        return parse_arithmetic(text.value, names)
    except StudentError as error:
        fault = f"domain: {error.fault}"
        faults.add(text.offset(error.place.column - 1), fault, error.fix or "an end is a rational number, -oo or oo")
        return None


def _name_is_free(key: Text, scope: Scope, faults: Faults) -> bool:
    name = key.value
    if not _NAME.fullmatch(name):
        # In braces a comma ends a value: {m: gcd(a, b)} is {m: "gcd(a", "b)": null}.
        split = name.count(")") > name.count("(")
        fix = "put quotes around text with a comma" if split else "start with a letter; then letters, digits and '_'"
        faults.add(key.place, f"'{name[:40]}' cannot be a name", fix)
    elif name in scope.variables:
        faults.add(key.place, f"'{name}' is a variable of this problem", "choose another name for the parameter")
    elif name in scope.names:
        faults.add(key.place, f"'{name}' is a parameter already", "choose another name")
    elif not _reads_as_itself(name):
        faults.add(key.place, f"'{name}' means something else in an expression", "choose another name")
    else:
        return True
    return False


def _reads_as_itself(name: str) -> bool:
    """Whether the name stands for the parameter, and hides no constant or function."""
    try:
        if parse(name, Names((name,))) != Variable(name):
            return False
    except StudentError:
        return False
    try:
        parse(name, Names(()))
    except StudentError:
        return True
    return False


def _derived(key: Text, text: Text, scope: Scope, faults: Faults) -> list[Derived]:
    own_functions = uses_arithmetic_functions(text.value)
    try:
        tree: Expr | None = parse_arithmetic(text.value, scope.names)
        if tree is not None and (own_functions or not variables_of(tree) & scope.symbolic):
            return [Derived(key.value, tree, True, key.place)]
    except StudentError as error:
        if own_functions:
            open_bracket = text.value.count("(") > text.value.count(")")
            fix = "put quotes around text with a comma" if open_bracket else error.fix
            faults.add(text.offset(error.place.column - 1), f"{key.value}: {error.fault}", fix)
            return []
    tree = scope.scalar(text, key.value)
    scope.symbolic.add(key.value)
    return [] if tree is None else [Derived(key.value, tree, False, key.place)]


def _values(name: str, record: Record, scope: Scope, faults: Faults) -> tuple[Quantity, ...]:
    """Every value the parameter may take, in ascending or given order, without repetition."""
    sorts = [sort for sort in _SORTS if record.node(sort) is not None]
    excluded = {value for text in record.texts("exclude") if (value := _excluded(text, faults)) is not None}
    if record.flag("nonzero"):
        excluded.add(Fraction(0))
    if len(sorts) != 1:
        before = len(faults)
        record.close()
        if len(faults) == before:
            fault = f"the parameter '{name}' needs one of {', '.join(_SORTS)}"
            faults.add(record.place, fault if not sorts else f"{fault}, not several")
        return ()
    values: tuple[Quantity, ...]
    match sorts[0]:
        case "integer":
            values = tuple(Fraction(n) for n in _range(record, "integer", faults))
        case "rational":
            values = _rationals(record, faults)
        case "sign":
            record.flag("sign")
            values = (Fraction(-1), Fraction(1))
        case _:
            values = tuple(v for text in record.texts("choice") if (v := _chosen(text, scope)) is not None)
    record.close()
    return tuple(dict.fromkeys(value for value in values if value not in excluded))


def _excluded(text: Text, faults: Faults) -> Fraction | None:
    value = fraction(text.value)
    if value is None:
        faults.add(text.place, f"'exclude' has to hold numbers, not {describe(text)}")
    return value


def _range(record: Record, name: str, faults: Faults) -> range:
    items = record.items(name)
    ends = [whole_number(item.value) for item in items if isinstance(item, Text)]
    low, high = ends if len(ends) == 2 and len(items) == 2 else (None, None)
    if low is None or high is None:
        if isinstance(record.node(name), Items):
            record.wrong(name, "a range of two whole numbers such as [1, 9]")
        return range(0)
    if low > high:
        faults.add(record.place_of(name), f"the range [{low}, {high}] is empty", "write the smaller end first")
        return range(0)
    if high - low >= MOST_VALUES:
        faults.add(record.place_of(name), f"the range [{low}, {high}] holds more than {MOST_VALUES:,} numbers")
        return range(0)
    return range(low, high + 1)


def _rationals(record: Record, faults: Faults) -> tuple[Quantity, ...]:
    fields = record.fields("rational")
    if fields is None:
        return ()
    ends = Record(fields, "'rational'", faults)
    ranges = []
    for name in ("numerator", "denominator"):
        ends.node(name, required=True)
        ranges.append(_range(ends, name, faults))
    ends.close()
    numerators, denominators = ranges
    if len(numerators) * len(denominators) > MOST_VALUES:
        faults.add(fields.place, f"there are more than {MOST_VALUES:,} quotients", "narrow the ranges")
        return ()
    return tuple(sorted({Fraction(n, d) for n in numerators for d in denominators if d}))


def _chosen(text: Text, scope: Scope) -> Quantity | None:
    """A number, or else an expression in the problem's variables, or a name."""
    number = fraction(text.value)
    if number is not None:
        return number
    tree = scope.scalar(text, "choice", free=True)
    if tree is None:
        return None
    value = rational_value(tree)
    return tree if value is None else value
