"""Rules of differentiation used on values at a point: from a table, a graph, or measurements.

No formula of the functions is known, only their values and slopes there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from grader.answer import Answer, Scalar, Shape
from grader.claims import Equal, Weighted
from grader.expr.domain import Domain
from grader.expr.tidy import tidy
from grader.expr.tree import TWO, Add, Div, Expr, Mul, Neg, Pow, rational, rational_value
from grader.kinds.base import Given, Givens, Kind, Mistake, Policy, Task, Unsolvable, expression

NEEDED: Mapping[str, tuple[str, ...]] = {
    "product": ("f", "df", "g", "dg"),
    "quotient": ("f", "df", "g", "dg"),
    "chain": ("df_inside", "dg"),
    "paths": ("fx", "fy", "dx", "dy"),
}
"""The values that each rule uses."""

_ABOUT = {
    "f": "f at the point",
    "df": "the slope of f at the point",
    "g": "g at the point",
    "dg": "the slope of g at the point",
    "df_inside": "the slope of f at the value of g",
    "fx": "the slope of the function in x",
    "fy": "the slope of the function in y",
    "dx": "the slope of x along the path",
    "dy": "the slope of y along the path",
}

Values = Mapping[str, Expr]


def _values(given: Givens) -> Values:
    return {name: expression(given, name) for name in _ABOUT if name in given}


def _minus(a: Expr, b: Expr) -> Expr:
    return Add((a, Neg(b)))


def _by_rule(rule: str, v: Values) -> Expr:
    if rule == "product":
        return Add((Mul((v["df"], v["g"])), Mul((v["f"], v["dg"]))))
    if rule == "quotient":
        return Div(_minus(Mul((v["df"], v["g"])), Mul((v["f"], v["dg"]))), Pow(v["g"], TWO))
    if rule == "chain":
        return Mul((v["df_inside"], v["dg"]))
    return Add((Mul((v["fx"], v["dx"])), Mul((v["fy"], v["dy"]))))


def _folded(e: Expr) -> Expr:
    q = rational_value(e)
    return tidy(e) if q is None else rational(q)


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    rule, values = policy.get("rule", "product"), _values(given)
    missing = [name for name in NEEDED[rule] if name not in values]
    if missing:
        raise Unsolvable(f"the {rule} rule needs " + ", ".join(f"'{name}'" for name in missing))
    if rule == "quotient" and rational_value(values["g"]) == 0:
        raise Unsolvable("the denominator is zero at the point")
    return Scalar(_folded(_by_rule(rule, values)))


def _claims(task: Task, answer: Answer) -> tuple[Weighted, ...]:
    assert isinstance(task.reference, Scalar) and isinstance(answer, Scalar)
    return (Weighted("the slope", Equal(task.reference.value, answer.value, task.domain, task.accept)),)


# Mistakes -----------------------------------------------------------------------------------

Wrong = Callable[[Values], Iterable[Expr]]


def _mistake(name: str, rules: str, wrong: Wrong, feedback: str, catalogue: str = "") -> Mistake:
    """A mistake with one of the rules; values that it would need and that are not given make none."""

    def answers(task: Task) -> tuple[Answer, ...]:
        if task.policy.get("rule", "product") not in rules.split():
            return ()
        try:
            found = tuple(wrong(_values(task.given)))
        except KeyError:
            return ()
        return tuple(Scalar(_folded(e)) for e in found)

    return Mistake(name, answers, feedback, catalogue)


def _m(*names: str) -> Callable[[Values], Expr]:
    return lambda v: Mul(tuple(v[name] for name in names))


def _sum_of(first: Callable[[Values], Expr], second: Callable[[Values], Expr]) -> Wrong:
    return lambda v: (Add((first(v), second(v))),)


def _difference_of(first: Callable[[Values], Expr], second: Callable[[Values], Expr]) -> Wrong:
    return lambda v: (_minus(first(v), second(v)),)


def _over(top: Callable[[Values], Expr], below: Callable[[Values], Expr]) -> Wrong:
    def wrong(v: Values) -> Iterable[Expr]:
        bottom = below(v)
        if rational_value(bottom) != 0:
            yield Div(top(v), bottom)

    return wrong


def _numerator(v: Values) -> Expr:
    return _minus(Mul((v["df"], v["g"])), Mul((v["f"], v["dg"])))


def _numerator_plus(v: Values) -> Expr:
    return Add((Mul((v["df"], v["g"])), Mul((v["f"], v["dg"]))))


def _numerator_reversed(v: Values) -> Expr:
    return Neg(_numerator(v))


def _square(name: str) -> Callable[[Values], Expr]:
    return lambda v: Pow(v[name], TWO)


KIND = Kind(
    name="rule_by_values",
    title="Rules of differentiation on values at a point",
    example={
        "f": '"k"',
        "df": "3",
        "g": "4",
        "dg": "7",
    },
    givens={name: Given("number", about, required=False) for name, about in _ABOUT.items()},
    shape=lambda given, policy: Shape("scalar"),
    solve=_solve,
    claims=_claims,
    variables=lambda given: (),
    policies={"rule": Policy(tuple(NEEDED), "the rule that the question is about")},
    mistakes=(
        _mistake(
            "product-of-slopes",
            "product",
            lambda v: (_m("df", "dg")(v),),
            "The slope of a product is not the product of the slopes.",
            "D01",
        ),
        _mistake(
            "own-slopes",
            "product",
            _sum_of(_m("f", "df"), _m("g", "dg")),
            "Two terms are right; check which factor stays as it is beside which slope.",
            "D02",
        ),
        _mistake(
            "minus-in-product",
            "product",
            lambda v: (_numerator(v), _numerator_reversed(v)),
            "Look again at the sign that joins the two terms of the product rule.",
            "D03",
        ),
        _mistake(
            "sum-of-slopes",
            "product",
            lambda v: (Add((v["df"], v["dg"])),),
            "Are the two functions added or multiplied here?",
            "D04",
        ),
        _mistake(
            "one-factor-only",
            "product",
            lambda v: (_m("df", "g")(v), _m("f", "dg")(v)),
            "Both factors change; you have counted the change of only one of them.",
            "D05",
        ),
        _mistake(
            "quotient-of-slopes",
            "quotient",
            _over(_m("df"), _m("dg")),
            "The slope of a quotient is not the quotient of the slopes.",
            "D06",
        ),
        _mistake(
            "plus-in-quotient",
            "quotient",
            _over(_numerator_plus, _square("g")),
            "Check the sign between the two terms of the numerator.",
            "D07",
        ),
        _mistake(
            "numerator-reversed",
            "quotient",
            _over(_numerator_reversed, _square("g")),
            "Which of the two functions is differentiated first in the numerator?",
            "D08",
        ),
        _mistake(
            "denominator-not-squared",
            "quotient",
            _over(_numerator, _m("g")),
            "The numerator looks right; check the denominator of the quotient rule.",
            "D09",
        ),
        _mistake(
            "wrong-denominator",
            "quotient",
            _over(_numerator, _square("f")),
            "Which of the two functions belongs in the denominator?",
            "D10",
        ),
        _mistake(
            "denominator-dropped",
            "quotient",
            lambda v: (_numerator(v),),
            "The numerator looks right; what is it divided by?",
        ),
        _mistake(
            "inner-slope-forgotten",
            "chain",
            lambda v: (v["df_inside"],),
            "What happened to the rate of change of what is inside?",
            "D11",
        ),
        _mistake(
            "outer-slope-at-the-point",
            "chain",
            lambda v: (_m("df", "dg")(v),),
            "At which place should the slope of the outer function be read off?",
            "D13",
        ),
        _mistake(
            "outer-slope-alone",
            "chain",
            lambda v: (v["df"],),
            "Read the slope of the outer function at the value of the inner one, and think of the inner slope.",
        ),
        _mistake(
            "chain-added",
            "chain",
            lambda v: (Add((v["df_inside"], v["dg"])),),
            "How do the two rates of change combine?",
        ),
        _mistake(
            "path-missing",
            "paths",
            lambda v: (_m("fx", "dx")(v), _m("fy", "dy")(v)),
            "There is more than one path; have you added all of them?",
            "P16",
        ),
        _mistake(
            "paths-multiplied",
            "paths",
            lambda v: (Mul((v["fx"], v["dx"], v["fy"], v["dy"])),),
            "How do the contributions of separate paths combine?",
            "P17",
        ),
        _mistake(
            "inner-links-forgotten",
            "paths",
            lambda v: (Add((v["fx"], v["fy"])),),
            "Each path has two links; you have used one link of each.",
            "P18",
        ),
        _mistake(
            "links-crossed",
            "paths",
            _sum_of(_m("fx", "dy"), _m("fy", "dx")),
            "Which slope of the function belongs to which coordinate's rate of change?",
        ),
        _mistake(
            "paths-subtracted",
            "paths",
            _difference_of(_m("fx", "dx"), _m("fy", "dy")),
            "How do the contributions of separate paths combine?",
        ),
    ),
)
