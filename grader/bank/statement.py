"""Renders an author's templates with the values of one variant, in a sandbox.

``{{ f }}`` prints LaTeX in statements, hints and solutions, and the student's language in the
answers of tests; ``{{ f.text }}`` and ``{{ f.latex }}`` choose.  ``{{ b.signed }}`` prints
``+ 3`` or ``- 3``.  Values can be computed with: ``{{ n*k }}``, ``{% if a > 0 %}``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from grader.bank.document import Text, suggest
from grader.bank.printed import Choices, Printable, Row, Shown, Value
from grader.errors import AuthorError, Place

if TYPE_CHECKING:
    from jinja2 import Template
    from jinja2.sandbox import SandboxedEnvironment

Mode: TypeAlias = Literal["latex", "text"]
LONGEST_RENDERED = 50_000
"""Characters that one template may print."""


def check_template(text: Text, names: tuple[str, ...]) -> tuple[AuthorError, ...]:
    """The faults of a template that show without values: its syntax and its names."""
    if "{" not in text.value:
        return ()
    from jinja2 import TemplateSyntaxError, meta, nodes

    misread = next((found for code in _CODE.finditer(text.value) if (found := _AMBIGUOUS.search(code[0]))), None)
    if misread is not None:
        power = (misread["power"] or misread["chain"]).strip()
        fault = f"template: '{power}' could be read in two ways"
        return (AuthorError(text.place, fault, "use brackets, as in -(a^2) or (-a)^2"),)
    try:
        tree = _environment("latex").parse(_with_powers(text.value))
        unknown = meta.find_undeclared_variables(tree) - {*names, "range"}
    except TemplateSyntaxError as error:
        place, fault = text.at(error.lineno, 1), f"template: {error.message}"
        if "end of template" in fault:
            fix = "close every '{{' with '}}', and every '{% if %}' with '{% endif %}'"
            return (AuthorError(place, "template: it ends too early", fix),)
        return (AuthorError(place, fault),)
    # Jinja puts a name of its own into every template.
    unknown |= {node.name for node in tree.find_all(nodes.Name) if node.name == "self"}
    faults = []
    for name in sorted(unknown):
        line = min(node.lineno for node in tree.find_all(nodes.Name) if node.name == name)
        place = text.at(line, _column(text.value, line, name))
        advice = suggest(name, names) or f"the names known here are {', '.join(names)}"
        faults.append(AuthorError(place, f"template: unknown name '{name}'", advice))
    return tuple(faults)


def render(text: Text, values: Mapping[str, Printable], mode: Mode = "latex") -> str:
    """The text with its values; raises AuthorError at the line of the fault."""
    from jinja2 import TemplateError

    try:
        parts, length = [], 0
        for part in _template(text.value, mode).generate(dict(values)):
            length += len(part)
            if length > LONGEST_RENDERED:
                raise AuthorError(text.place, f"the template prints more than {LONGEST_RENDERED:,} characters")
            parts.append(part)
    except (TemplateError, TypeError, ArithmeticError, LookupError, ValueError, OverflowError) as error:
        raise AuthorError(_place_of(error, text), f"template: {error}") from error
    return "".join(parts)


def _column(template: str, line: int, name: str) -> int:
    text = template.splitlines()[line - 1] if template else ""
    inside = re.search(rf"\{{[{{%][^}}]*?\b({re.escape(name)})\b", text)
    return inside.start(1) + 1 if inside else 1


def _place_of(error: BaseException, text: Text) -> Place:
    line = getattr(error, "lineno", None)
    trace = error.__traceback__
    while trace is not None:
        # Jinja rewrites tracebacks so that its frames carry the template's line numbers.
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return text.at(line, 1) if line else text.place


@lru_cache(maxsize=2)
def _environment(mode: Mode) -> SandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import SandboxedEnvironment

    class Sandbox(SandboxedEnvironment):
        """Besides what the sandbox forbids: sums and powers of plain numbers and texts that would
        fill the memory."""

        intercepted_binops = frozenset(("**", "*"))

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            plain = isinstance(left, int) and isinstance(right, int)
            if operator == "**" and plain and (abs(right) > 64 or abs(left) > 10**9):
                raise OverflowError("a power that is too large")
            if operator == "*" and not plain and not isinstance(left, Value) and not isinstance(right, Value):
                raise TypeError("only numbers can be multiplied")
            return super().call_binop(context, operator, left, right)

    def shown(value: object) -> object:
        return (
            getattr(value, "typed" if mode == "text" else mode)
            if isinstance(value, Value | Row | Shown | Choices)
            else value
        )

    environment = Sandbox(
        undefined=StrictUndefined, autoescape=False, finalize=shown, keep_trailing_newline=False, trim_blocks=True
    )
    # A template draws nothing and knows nothing but its values.
    environment.globals = {"range": environment.globals["range"]}
    for name in ("random", "pprint", "map", "select", "reject", "selectattr", "rejectattr", "attr"):
        environment.filters.pop(name, None)
    return environment


@lru_cache(maxsize=2048)
def _template(source: str, mode: Mode) -> Template:
    return _environment(mode).from_string(_with_powers(source))


# What stands between the braces of a template.
_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
# Jinja reads -a**2 as (-a)**2 and a**b**c as (a**b)**c, against the custom of mathematics.
_AMBIGUOUS = re.compile(
    r"(?:\{\{|[-+*/(,=<>\[^]|\b(?:if|and|or|not|in|elif)\b)\s*(?P<power>-\s*[\w.]+\s*(?:\^|\*\*))"
    r"|(?P<chain>(?:\^|\*\*)\s*[\w.]+\s*(?:\^|\*\*))"
)
_QUOTED_OR_CARET = re.compile(r"'[^']*'|\"[^\"]*\"|\^")


def _with_powers(source: str) -> str:
    """The template with ``^`` as a power between braces, as everywhere else in a problem."""

    def code(match: re.Match[str]) -> str:
        return _QUOTED_OR_CARET.sub(lambda found: "**" if found[0] == "^" else found[0], match[0])

    return _CODE.sub(code, source)
