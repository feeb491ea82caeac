"""A first problem of a kind, to be filled in: it reads without a fault and shows every field."""

from __future__ import annotations

from grader.kinds.base import Given, Kind

_EXAMPLES = {
    "expression": '"k x^2"',
    "expressions": '["k x^2", "x + 1"]',
    "variable": "x",
    "variables": "[x]",
    "point": "[1]",
    "number": '"1"',
    "integer": '"2"',
    "matrix": "[[1, 2], [2, k]]",
    "text": '"a text"',
    "texts": '["a text", "another text"]',
    "choices": '["the right answer", "a wrong answer", "another wrong answer"]',
}


def skeleton(kind: Kind, name: str) -> str:
    """The YAML text of a problem with that id."""
    # Where no field is required, a problem chooses among them: all are shown.
    free = not any(spec.required and spec.default is None for spec in kind.givens.values())
    given = "".join(_given(field, spec, free) for field, spec in kind.givens.items())
    policies = "".join(
        f"    {knob}: {policy.values[0]}  # {policy.about}: {', '.join(policy.values)}\n"
        for knob, policy in kind.policies.items()
    )
    shown = next((field for field, spec in kind.givens.items() if spec.type.startswith("expression")), None)
    question = f": ${{{{ {shown} }}}}$" if shown else " for $k = {{ k }}$"
    return (
        f"- id: {name}\n"
        f"  kind: {kind.name}\n"
        f"  title: {kind.title}\n"
        "  difficulty: 2\n"
        "  concepts: []\n"
        "  parameters:\n"
        "    k: {integer: [2, 9]}\n"
        "  constraints: []\n"
        f"  given:\n{given}"
        "  # domain: {x: [-2, 2]}\n"
        + (f"  policy:\n{policies}" if policies else "")
        + f"  statement: 'Write the question here{question}.'\n"
        "  hints:\n"
        "    - Write a hint here.\n"
        "  solution: 'Write the way to the answer here: ${{ answer }}$.'\n"
        "  points: 2\n"
        "  tests: []\n"
        '    # - {seed: 1, answer: "{{ 2*k }}x", expect: right}\n'
    )


def _given(field: str, spec: Given, shown: bool) -> str:
    comment = f"  # {spec.about}\n"
    if shown or (spec.required and spec.default is None):
        return f"    {field}: {_EXAMPLES[spec.type]}{comment}"
    return f"    # {field}: {spec.default or _EXAMPLES[spec.type]}{comment}"
