"""Reads the ``figure`` of a problem, and fills it with the values of a draw."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from grader import figures
from grader.bank.conditions import Quantity
from grader.bank.document import Faults, Fields, Items, Node, Text, suggest
from grader.bank.fields import Record, describe, is_null
from grader.bank.givens import CUSTOMARY, Scope
from grader.bank.printed import Printable
from grader.bank.statement import check_template, render
from grader.errors import AuthorError, Place, StudentError
from grader.expr.parse import Names, parse
from grader.expr.tree import Expr, Variable, rational, substitute
from grader.figures.base import LONGEST_CELL, MOST_ROWS, Cell, Field, Figure
from grader.kinds.base import GivenValue
from grader.records import record


@record
class FigureTemplate:
    """A figure as its author wrote it.  ``rows`` maps the fields to texts in which parameters still stand."""

    sort: str
    rows: Mapping[str, tuple[tuple[Text, ...], ...]]
    place: Place

    @property
    def texts(self) -> tuple[Text, ...]:
        return tuple(text for rows in self.rows.values() for row in rows for text in row)

    def place_of(self, field: str) -> Place:
        rows = self.rows.get(field)
        return rows[0][0].place if rows else self.place


def read_figure(fields: Fields, scope: Scope, shown: tuple[str, ...], faults: Faults) -> FigureTemplate | None:
    """The figure; None when it has a fault.  ``shown`` are the names that its templates may print."""
    keys = [key.value for key, _ in fields]
    sort_name = next((key for key in keys if key in figures.names()), None)
    if sort_name is None:
        known = f"known are {', '.join(figures.names())}"
        advice = next((near for key in keys if (near := suggest(key, figures.names()))), known)
        faults.add(fields.place, "'figure' does not say what it shows", advice)
        return None
    sort, before = figures.load(sort_name), len(faults)
    record = Record(fields, f"a figure '{sort_name}'", faults)
    rows: dict[str, tuple[tuple[Text, ...], ...]] = {}
    for name, spec in sort.fields.items():
        node = record.node(name, required=spec.required)
        if node is not None:
            rows[name] = _rows(node, name, spec, faults)
    record.close()
    for field, found in rows.items():
        for row in found:
            for text, cell in zip(row, sort.fields[field].cells, strict=False):
                _check(text, cell, field, scope, shown, faults)
    return FigureTemplate(sort_name, rows, fields.place) if len(faults) == before else None


def _rows(node: Node, name: str, spec: Field, faults: Faults) -> tuple[tuple[Text, ...], ...]:
    """The rows of a field; a row of one cell may be written without brackets."""
    if not spec.many:
        return (_row(node, name, spec, faults),)
    if not isinstance(node, Items) or not node.items:
        faults.add(node.place, f"'{name}' has to be a list, not {describe(node)}")
        return ()
    if len(node.items) > MOST_ROWS:
        faults.add(node.place, f"'{name}' has more than {MOST_ROWS} entries")
    return tuple(_row(item, name, spec, faults) for item in node.items)


def _row(node: Node, name: str, spec: Field, faults: Faults) -> tuple[Text, ...]:
    cells = node.items if isinstance(node, Items) else (node,)
    least, most = len(spec.cells) - spec.optional, len(spec.cells)
    if not least <= len(cells) <= most:
        needed = f"{most}" if least == most else f"{least} or {most}"
        what = "texts" if "text" in spec.cells or "name" in spec.cells else "numbers"
        form = f"a list of {needed} {what}" if most > 1 else "one text"
        faults.add(node.place, f"{'an entry of ' if spec.many else ''}'{name}' has to be {form}, not {_told(node)}")
        return ()
    row = []
    for cell in cells:
        if not isinstance(cell, Text) or is_null(cell):
            faults.add(cell.place, f"'{name}' has to hold texts and numbers, not {describe(cell)}")
        elif len(cell.value) > LONGEST_CELL:
            faults.add(cell.place, f"'{name}' has a text of more than {LONGEST_CELL} characters")
        else:
            row.append(cell)
    return tuple(row) if len(row) == len(cells) else ()


def _told(node: Node) -> str:
    return f"a list of {len(node.items)}" if isinstance(node, Items) else describe(node)


def _check(text: Text, cell: Cell, name: str, scope: Scope, shown: tuple[str, ...], faults: Faults) -> None:
    """The faults that show without values."""
    if "{" in text.value:
        faults.extend(check_template(text, shown))
    elif cell in ("expression", "number"):
        known = tuple(dict.fromkeys((*scope.variables, *shown)))
        try:
            parse(text.value, Names(known, free=name == "edges"))
        except StudentError as error:
            place = text.at(error.place.line, error.place.column)
            faults.add(place, f"{name}: {error.fault}", error.fix)


def drawn_figure(
    template: FigureTemplate,
    values: Mapping[str, Quantity],
    given: Mapping[str, GivenValue],
    printed: Mapping[str, Printable],
) -> Figure:
    """The figure of a draw; raises AuthorError where it cannot be read."""
    trees = {name: value for name, value in given.items() if not isinstance(value, str | int | tuple)}
    trees |= {name: rational(value) if isinstance(value, Fraction) else value for name, value in values.items()}
    sort = figures.load(template.sort)
    filled = []
    for name, spec in sort.fields.items():
        if name in template.rows:
            rows = tuple(
                tuple(_filled(t, c, trees, printed, name) for t, c in zip(row, spec.cells, strict=False))
                for row in template.rows[name]
            )
            filled.append((name, rows))
    return Figure(template.sort, tuple(filled))


def _filled(text: Text, cell: Cell, trees: Mapping[str, Expr], printed: Mapping[str, Printable], name: str) -> str:
    from grader.expr.text import to_text
    from grader.expr.tidy import tidy

    typed = render(text, printed, "text").strip()
    if cell == "text":
        return typed
    if cell == "name":
        chosen = trees.get(typed)
        return chosen.name if isinstance(chosen, Variable) else typed
    if not typed:
        return ""
    try:
        tree = parse(typed, Names((*CUSTOMARY, *trees), free=True))
    except StudentError as error:
        raise AuthorError(text.place, f"{name}: '{typed}' cannot be read: {error.fault}", error.fix) from None
    return to_text(tidy(substitute(tree, dict(trees))))


def described(figure: Figure, problem: str) -> str:
    """The figure in words; raises AuthorError when it cannot be drawn."""
    try:
        return figures.describe(figure)
    except figures.Unfit as fault:
        place = Place(f"problem '{problem}'")
        raise AuthorError(place, f"its figure cannot be drawn: {fault.field}: {fault.fault}") from None


def drawing_fault(template: FigureTemplate, figure: Figure) -> AuthorError | None:
    """Why the figure of a draw cannot be drawn, at the field that is to blame."""
    try:
        figures.describe(figure)
    except figures.Unfit as fault:
        return AuthorError(template.place_of(fault.field), f"the figure cannot be drawn: {fault.field}: {fault.fault}")
    return None
