"""The JSON Schema of problem files, made from the same tables that the reader uses.

Editors check a file against it while it is typed; what only the reader can tell (that an
expression parses, that a constraint names a parameter) is left to ``grader bank lint``.
"""

from __future__ import annotations

from typing import Any

from grader import kinds
from grader.figures.base import MOST_ROWS, Field
from grader.kinds.base import COMMON_POLICY, OTHER_READING, PLURAL, Given, Kind

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string", "minLength": 1, "maxLength": 10_000}
_WORDS: Schema = {
    "anyOf": [
        _TEXT,
        {
            "type": "object",
            "description": "the same in several languages, by their codes",
            "required": ["en"],
            "propertyNames": {"pattern": "^[a-z]{2,3}(-[A-Z]{2})?$"},
            "additionalProperties": _TEXT,
        },
    ]
}
# YAML reads `2`, `true` and `2026-01-01` as other things than text; the reader takes what was typed.
_TYPED: Schema = {"type": ["string", "number", "boolean"]}
_NUMBER: Schema = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^[+-]?\d+(\.\d+|/\d+)?$"}]}
_AMOUNT: Schema = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^\+?\d+(\.\d+|/\d+)?$"}]}
_RANGE: Schema = {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}
_NAME = "^[A-Za-z\u0370-\u03ff][A-Za-z0-9_\u0370-\u03ff]*$"
_ID: Schema = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 60}


def problem_schema() -> Schema:
    """A topic file: a list of problems."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Problems of one topic",
        "type": "array",
        "minItems": 1,
        "items": {"$ref": "#/$defs/problem"},
        "$defs": {"problem": _problem(), "part": _part(), "parameter": _parameter(), "figure": _figure()},
    }


def _problem() -> Schema:
    """A problem, which asks one question or has parts."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["id", "title", "difficulty", "statement"],
        "properties": {
            "id": {**_ID, "description": "permanent; small letters, digits and hyphens"},
            **_shared(),
            **_question(),
            "parts": {
                "type": "array",
                "description": "the questions of a problem with several; they share the parameters",
                "minItems": 2,
                "maxItems": 26,
                "items": {"$ref": "#/$defs/part"},
            },
        },
        "if": {"required": ["parts"]},
        "then": {"properties": {name: False for name in _question() if name not in ("statement", "figure")}},
        "else": {"required": ["kind", "given"]},
        "allOf": [_of_kind(kinds.load(name)) for name in kinds.names()],
    }


def _part() -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["kind", "given", "statement"],
        "properties": {
            "domain": _shared()["domain"],
            **_question(),
            "follow": {
                "type": "object",
                "description": "follow-through: the earlier part whose wrong answer may stand in for a given",
                "additionalProperties": False,
                "required": ["part", "given"],
                "properties": {"part": {"type": "string", "pattern": "^[a-z]$"}, "given": {"type": "string"}},
            },
        },
        "allOf": [_of_kind(kinds.load(name)) for name in kinds.names()],
    }


def _shared() -> Schema:
    """What the parts of a problem take from it, if they have none of their own."""
    return {
        "title": {"anyOf": [_TYPED, _WORDS["anyOf"][1]], "description": "a few words; shown to students"},
        "difficulty": {"type": "integer", "minimum": 1, "maximum": 5},
        "concepts": _one_or_more(_TYPED, "what the problem practises"),
        "parameters": {
            "type": "object",
            "description": "what differs from student to student",
            "propertyNames": {"pattern": _NAME},
            "additionalProperties": {"$ref": "#/$defs/parameter"},
        },
        "derived": {
            "type": "object",
            "description": "values computed from the parameters, each from those above it",
            "propertyNames": {"pattern": _NAME},
            "additionalProperties": _TYPED,
        },
        "constraints": _one_or_more(_TEXT, "conditions that a draw has to meet, such as 'gcd(a, b) = 1'"),
        "domain": {
            "type": "object",
            "description": "the interval of each variable on which an answer has to hold",
            "additionalProperties": {
                "anyOf": [
                    {"type": "array", "items": _TYPED, "minItems": 2, "maxItems": 2},
                    {"type": "string", "pattern": r"^\s*(integer )?\s*[(\[].+,.+[)\]]\s*$"},
                ]
            },
        },
    }


def _question() -> Schema:
    return {
        "kind": {"enum": list(kinds.names()), "description": "what is asked"},
        "given": {"type": "object", "description": "the question, in the student's language"},
        "accept": _accept(),
        "policy": {"type": "object", "description": "the knobs of the kind"},
        "statement": {**_WORDS, "description": "Markdown with LaTeX between dollar signs; {{ f }} prints a value"},
        "hints": _one_or_more(_WORDS, "templates, from gentle to plain"),
        "solution": {
            "description": "a template, or a list of templates and of formulas that are checked; {{ answer }} prints "
            "the reference",
            "anyOf": [_WORDS, {"type": "array", "items": {"anyOf": [_WORDS, _step()]}}],
        },
        "answer_hint": {**_WORDS, "description": "how to type the answer, instead of the usual sentence"},
        "figure": {"$ref": "#/$defs/figure"},
        "solution_figure": {"$ref": "#/$defs/figure", "description": "a picture below the solution, in keys alone"},
        "points": {**_AMOUNT, "description": "1 if absent"},
        "overlook": _one_or_more(_ID, "mistakes that give the right answer by the nature of the question"),
        "tests": {"type": "array", "items": _test()},
        "mistakes": {"type": "array", "items": _mistake()},
    }


def _step() -> Schema:
    from importlib import import_module

    from grader.bank.steps import OPERATIONS

    fields: dict[str, None] = {"say": None, "left": None}
    for module in OPERATIONS.values():
        fields |= dict.fromkeys(import_module(module).FIELDS)
    return {
        "type": "object",
        "description": "a formula of the solution: one of the operations, and what it is equal to",
        "additionalProperties": False,
        "properties": {name: _one_or_more(_TYPED, "a template, in the student's language") for name in fields}
        | {"say": _WORDS},
    }


def _parameter() -> Schema:
    extra: Schema = {"exclude": _one_or_more(_NUMBER, "values that are left out"), "nonzero": {"type": "boolean"}}
    quotient = {
        "type": "object",
        "additionalProperties": False,
        "required": ["numerator", "denominator"],
        "properties": {"numerator": _RANGE, "denominator": _RANGE},
    }
    sorts = {
        "integer": _RANGE,
        "choice": _one_or_more(_TYPED, "numbers, expressions or names"),
        "rational": quotient,
        "sign": {"const": True, "description": "1 or -1"},
    }
    return {
        "oneOf": [
            {
                "type": "object",
                "additionalProperties": False,
                "required": [sort],
                "properties": {sort: schema, **extra},
            }
            for sort, schema in sorts.items()
        ]
    }


def _figure() -> Schema:
    """One alternative for each sort, told by the field of its name."""
    from grader import figures

    def field(spec: Field) -> Schema:
        row: Schema = {
            "type": "array",
            "items": _TYPED,
            "minItems": len(spec.cells) - spec.optional,
            "maxItems": len(spec.cells),
        }
        one = {"anyOf": [_TYPED, row]} if len(spec.cells) == 1 else row
        every = {"type": "array", "items": one, "minItems": 1, "maxItems": MOST_ROWS} if spec.many else one
        return {**every, "description": spec.about}

    sorts = [figures.load(name) for name in figures.names()]
    return {
        "description": "a picture under the statement, drawn from the values of the variant",
        "oneOf": [
            {
                "type": "object",
                "title": sort.title,
                "additionalProperties": False,
                "required": [name for name, spec in sort.fields.items() if spec.required],
                "properties": {name: field(spec) for name, spec in sort.fields.items()},
            }
            for sort in sorts
        ],
    }


def _accept() -> Schema:
    return {
        "description": "which numbers count as equal; exact if absent",
        "oneOf": [
            {"const": "exact"},
            *(
                {"type": "object", "additionalProperties": False, "required": [name], "properties": {name: schema}}
                for name, schema in (
                    ("significant_digits", {"type": "integer", "minimum": 1, "maximum": 30}),
                    ("decimal_places", {"type": "integer", "minimum": 0, "maximum": 30}),
                    ("absolute", _AMOUNT),
                    ("relative", _AMOUNT),
                )
            ),
        ],
    }


def _test() -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["seed", "expect"],
        "properties": {
            "seed": {"type": "integer", "minimum": 0},
            "answer": {
                "type": ["string", "number", "boolean", "null"],
                "description": "a template; {{ f }} prints text",
            },
            "earlier": {**_TYPED, "description": "what was answered to the part that this one follows"},
            "expect": {"enum": ["right", "partial", "wrong", "unreadable", "undecided"]},
            "mistake": {"type": "string", "description": "the mistake that has to be named"},
            "score": {**_AMOUNT, "description": "the share of the points, from 0 to 1"},
        },
    }


def _mistake() -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["name", "answer", "say"],
        "properties": {
            "name": _ID,
            "answer": {**_TYPED, "description": "the wrong answer, a template as in tests"},
            "when": {**_TEXT, "description": "a condition on the parameters under which it applies"},
            "say": {**_WORDS, "description": "feedback that helps without giving the answer away"},
            "credit": {**_AMOUNT, "description": "the share of the points that is kept"},
        },
    }


def _of_kind(kind: Kind) -> Schema:
    """What ``given`` and ``policy`` hold for a problem of this kind."""
    given = {
        "type": "object",
        "additionalProperties": False,
        "required": [name for name, spec in kind.givens.items() if spec.required and spec.default is None],
        "properties": {name: _given(spec) for name, spec in kind.givens.items()},
    }
    policy = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            name: {"enum": _as_yaml(knob.values), "description": knob.about}
            for name, knob in {**kind.policies, OTHER_READING: COMMON_POLICY}.items()
        },
    }
    return {
        "if": {"properties": {"kind": {"const": kind.name}}, "required": ["kind"]},
        "then": {"properties": {"given": given, "policy": policy}},
    }


def _given(spec: Given) -> Schema:
    if spec.type == "matrix":
        row = {"type": "array", "items": _TYPED, "minItems": 1}
        return {"type": "array", "items": row, "minItems": 1, "description": spec.about}
    plural = spec.type in PLURAL
    return _one_or_more(_TYPED, spec.about) if plural else {**_TYPED, "description": spec.about}


def _one_or_more(item: Schema, about: str) -> Schema:
    return {"anyOf": [item, {"type": "array", "items": item}], "description": about}


def _as_yaml(values: tuple[str, ...]) -> list[str | int]:
    """The values, and those that YAML reads as numbers as numbers too."""
    return [*values, *(int(value) for value in values if value.isdecimal())]
