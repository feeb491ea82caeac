"""What to tell a student about a word without a meaning: the fault, and the likeliest mend."""

from __future__ import annotations

from grader.expr.characters import refused_operator
from grader.expr.functions import ALIASES, FUNCTIONS
from grader.expr.vocabulary import Vocabulary

_OPERATORS = {
    "int": "an integral", "integral": "an integral", "integrate": "an integral", "Integral": "an integral",
    "Integrate": "an integral", "diff": "a derivative", "derivative": "a derivative", "Derivative": "a derivative",
    "differentiate": "a derivative", "D": "a derivative", "grad": "a gradient", "gradient": "a gradient",
    "nabla": "a gradient", "lim": "a limit", "limit": "a limit", "Limit": "a limit", "sum": "a sum",
    "Sum": "a sum", "summation": "a sum", "prod": "a product over an index", "product": "a product over an index",
    "Int": "an integral", "Diff": "a derivative", "solve": "a command to solve",
    "solveset": "a command to solve", "dsolve": "a command to solve",
    "subs": "a substitution", "simplify": "a command", "expand": "a command", "factor": "a command",
    "evalf": "a command", "series": "a series", "taylor": "a series", "det": "a determinant",
}  # fmt: skip

_UNUSED = {
    "floor": "rounding", "ceil": "rounding", "ceiling": "rounding", "round": "rounding", "trunc": "rounding",
    "mod": "the remainder", "gcd": "the greatest common divisor", "lcm": "the least common multiple",
    "gamma": "the gamma function", "Gamma": "the gamma function", "Γ": "the gamma function",
    "zeta": "the zeta function", "LambertW": "the Lambert function", "Heaviside": "a step function",
    "heaviside": "a step function", "Re": "a real part", "Im": "an imaginary part", "piecewise": "a case distinction",
    "Piecewise": "a case distinction", "if": "a case distinction", "otherwise": "a case distinction",
    "atan2": "the arctangent of two arguments", "arctan2": "the arctangent of two arguments",
    "norm": "a norm", "dot": "a scalar product", "cross": "a cross product", "rank": "a rank",
}  # fmt: skip
"""Functions and words that mean something, which answers cannot use."""
_UNITS = dict.fromkeys(("deg", "degree", "degrees"), "angles are in radians; write 90 degrees as pi/2") | dict.fromkeys(
    ("rad", "radian", "radians", "cm", "mm", "km", "m", "meter", "meters", "s", "sec", "seconds", "kg", "units"),
    "leave it out",
)

_SLIPS = {
    "sine": "sin", "cosine": "cos", "tangent": "tan", "cotangent": "cot", "secant": "sec", "cosecant": "csc",
    "sinus": "sin", "cosinus": "cos", "squareroot": "sqrt", "sqr": "sqrt", "sqroot": "sqrt", "rt": "sqrt",
    "root2": "sqrt", "logarithm": "ln", "loge": "ln", "log_e": "ln", "natlog": "ln", "exponential": "exp", "PI": "pi",
    "Pi": "pi", "E": "e", "absolute": "abs", "arcsine": "arcsin", "arccosine": "arccos", "arctangent": "arctan",
    "invsin": "arcsin", "invcos": "arccos", "invtan": "arctan", "INF": "oo", "infinite": "oo",
    "sqaure": "^2", "squared": "^2", "cubed": "^3",
}  # fmt: skip


def explain(word: str, words: Vocabulary, followed_by: str = "") -> tuple[str, str]:
    """Fault and fix for a word.  ``followed_by`` is the kind of the next token."""
    names = words.names.variables
    if word in ("between", "Between"):
        return f"'{word}' does not say whether the ends belong to it", "write 0 < x < 3 or 0 <= x <= 3"
    if word in _UNUSED or (word.lower() in _UNUSED and followed_by in ("(", "[")):
        word = word if word in _UNUSED else word.lower()
        return f"{_UNUSED[word]} ('{word}') cannot be used in an answer", "write the answer with the usual functions"
    if word in _UNITS:
        return f"the unit '{word}' does not belong in an answer", _UNITS[word]
    if word[0] in "eE" and word[1:] and followed_by != "(" and word.rstrip("0123456789") in ("e", "E"):
        return f"unknown name '{word}'", f"for a power write e^{word[1:]}, for a product {word[1:]}*e"
    if word[:1] == "e" and word[1:2].isdigit():
        return f"unknown name '{word}'", f"for a power write e^({word[1:]}), for a product e*{word[1:]}"
    if word in _OPERATORS:
        return refused_operator(f"{_OPERATORS[word]} ('{word}')")
    if word[:2] == "In" and (len(word) == 2 or word[2:] in words.words):
        return "'In' is not a function", "the natural logarithm is written ln, with a small L"
    if word in ("i", "j", "I"):
        return f"'{word}' is not a number here", "answers are real, there is no imaginary unit; " + _uses(names)
    if word == "arc" and followed_by == "f":
        return "'arc' stands apart from its function", "write it as one word, for example arcsin"
    if word[0] == "d" and len(word) <= 2 and followed_by == "/":
        return refused_operator("a derivative")
    if len(word) == 2 and word[0] == "d" and word[1] in names:
        return f"'{word}' does not belong in an answer", f"leave it out, or write d*{word[1]} if d is a name"
    if word in _SLIPS:
        return f"unknown name '{word}'", f"did you mean '{_SLIPS[word]}'?"
    if word.rstrip("0123456789") in names:
        stem = word.rstrip("0123456789")
        number = word[len(stem) :]
        return f"unknown name '{word}'", f"for a power write {stem}^{number}, for a product {number}*{stem}"
    shown = word if len(word) <= 30 else word[:27] + "..."
    sort = "function" if followed_by == "(" and len(word) > 1 else "name"
    if followed_by == "'" or (followed_by == "(" and word in ("f", "g", "h", "F", "G", "H")):
        return f"'{shown}' is not a function that can be used in an answer", "type its formula; " + _uses(names)
    close = _closest(word, words)
    return f"unknown {sort} '{shown}'", _uses(names) + (f"; did you mean '{close}'?" if close else "")


def _uses(names: tuple[str, ...]) -> str:
    if not names:
        return "this problem uses no variables"
    return "this problem uses " + (names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1])


def _closest(word: str, words: Vocabulary) -> str:
    if len(word) > 30:
        return ""
    for name in words.names.variables:
        if name.lower() == word.lower():
            return name
    if len(word) < 2:
        return ""
    if word.lower() in ALIASES:
        return word.lower()
    from difflib import get_close_matches

    known = [*words.names.variables, *FUNCTIONS, "pi"]
    return next(iter(get_close_matches(word, known, 1, 0.65)), "")
