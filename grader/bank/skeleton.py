"""A first problem of a kind, to be filled in: it reads without a fault and shows every field."""

from __future__ import annotations

from collections.abc import Mapping

from grader.answer import Answer
from grader.kinds.base import Given, Kind, Task

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
    """The YAML text of a problem with that id, which passes the linter; its tests are made from its first variant."""
    text = _without_tests(kind, name)
    return text + _tests(kind, text)


def _tests(kind: Kind, text: str) -> str:
    """A right answer and a wrong one to the variant of seed 1, as they could be typed."""
    from grader.answer_text import write
    from grader.bank.read import read_problems
    from grader.bank.sample import sample

    (problem,) = read_problems(text, "skeleton")
    instance = sample(problem, 1)
    given = [f"{{seed: 1, answer: {_quoted(write(instance.task.reference))}, expect: right}}"]
    plain = [mistake for mistake in kind.mistakes if not mistake.credit]
    named = [
        (mistake.name, write(answer))
        for mistake in plain
        for answer in mistake.wrong(instance.task)[:1]
        if _all_wrong(kind, instance.task, answer)
    ]
    if named:
        mistake, wrong = named[0]
        given.append(f"{{seed: 1, answer: {_quoted(wrong)}, expect: wrong}}  # the mistake '{mistake}'")
    elif kind.name == "multiple_choice":
        given.append("{seed: 1, answer: a wrong answer, expect: wrong}")
    else:
        given.append('{seed: 1, answer: "1234567", expect: wrong}')
    return "  tests:  # answers to the variant of a seed; {{ k }} stands for the parameter here too\n" + "".join(
        f"    - {test}\n" for test in given
    )


def _all_wrong(kind: Kind, task: Task, answer: Answer) -> bool:
    """Whether nothing of the answer is right, so that it earns nothing."""
    from grader.decide import settle

    findings = [settle(weighted.claim) for weighted in kind.claims(task, answer)]
    return not any(finding.right or any(part.right for part in finding.parts) for finding in findings)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _without_tests(kind: Kind, name: str) -> str:
    # Where no field is required, a problem chooses among them: all are shown.
    free = not any(spec.required and spec.default is None for spec in kind.givens.values())
    given = "".join(_given(field, spec, free, kind.example) for field, spec in kind.givens.items())
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
    )


def _given(field: str, spec: Given, shown: bool, example: Mapping[str, str]) -> str:
    comment = f"  # {spec.about}\n"
    if field in example:
        return f"    {field}: {example[field]}{comment}"
    if not example and (shown or (spec.required and spec.default is None)):
        return f"    {field}: {_EXAMPLES[spec.type]}{comment}"
    return f"    # {field}: {spec.default or _EXAMPLES[spec.type]}{comment}"
