"""Reading the fields of a question: expressions, names, ends, and typed answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader import answer as answers
from grader.answer import Equation, Label, Matrix, Scalar, Set, Vector
from grader.answer_text import write
from grader.errors import Place, StudentError
from grader.expr.bounds import read_domain
from grader.expr.domain import Domain
from grader.expr.functions import ALIASES
from grader.expr.parse import Names, parse
from grader.expr.tree import INFINITY, Expr, Neg, Variable, variables

_NO_NAMES = Names(())


def fault(field: str, what: str, fix: str) -> StudentError:
    return StudentError(Place(field), what, fix)


def text(row: Mapping[str, Any], field: str, default: str | None = None) -> str:
    value = row.get(field, default)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise fault(field, f"the field {field!r} is missing or not a text", f'give "{field}": "..."')
    return value


def syntax(row: Mapping[str, Any]) -> Any:
    return row.get("syntax", "auto")


def name(row: Mapping[str, Any], field: str, default: str = "x") -> str:
    found = text(row, field, default)
    if not found.isidentifier() or found in ALIASES:
        raise fault(field, f"{found!r} is no name of a variable", 'give a name such as "x"')
    return found


def variables_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    """The declared names; x alone if none are."""
    found = row.get("variables", ["x"])
    if not isinstance(found, list | tuple) or not found or not all(isinstance(n, str) for n in found):
        raise fault("variables", "a list of names is needed", 'for example ["x", "y"]')
    return tuple(found)


def domain(row: Mapping[str, Any], names: tuple[str, ...]) -> Domain:
    """The declared ranges; the reals for names without one."""
    found = row.get("domain")
    if found is None:
        return Domain.reals(*names)
    if not isinstance(found, Mapping) or not all(isinstance(ends, list | tuple | str) for ends in found.values()):
        raise fault("domain", "an object of ranges is needed", 'for example {"x": ["-2", "2"]}')
    return read_domain(found, "domain").including(set(names))


def expression(row: Mapping[str, Any], field: str, names: tuple[str, ...]) -> Expr:
    return parse(text(row, field), Names(names), syntax=syntax(row), source=field)


def end(row: Mapping[str, Any], field: str) -> Expr:
    """A real constant, oo or -oo."""
    e = parse(text(row, field), _NO_NAMES, syntax=syntax(row), source=field)
    if e in (INFINITY, Neg(INFINITY)):
        return e
    from grader.expr.balls import Undefined, enclose, precision

    with precision(128):
        try:
            if enclose(e, {}).is_finite():
                return e
        except Undefined:
            pass
    raise fault(field, f"{text(row, field)!r} is not a real number", "write a number such as 1/4, pi/2 or oo")


def value(row: Mapping[str, Any], asked: tuple[str, ...]) -> tuple[str, Expr | str]:
    """The student's value, as read and as an expression or the word dne or diverges."""
    typed = text(row, "student")
    reading = answers.read_any(typed, Names(asked, free=True), syntax=syntax(row), source="student").answer
    shown = write(reading)
    match reading:
        case Scalar(e) | Vector((e,)) | Set((e,)) | Matrix(((e,),)):
            return shown, e
        case Equation(Variable(), e) if not variables(e):
            return shown, e
        case Label(("dne" | "diverges") as word):
            return shown, word
        case _:
            raise fault("student", "one value is asked", 'type a number, oo, -oo, "dne" or "diverges"')
