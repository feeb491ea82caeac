"""Derivatives with one rule broken: the wrong answers that typical mistakes lead to.

A slip is a row of `SLIPS`.  Where the true rule of differentiation would be applied to a node,
its forms say what a student who holds the broken rule writes instead; everything else is
differentiated correctly.  The catalogue ids are those of the curriculum's mal-rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from grader.expr import broken_rules as broken
from grader.expr.broken_rules import Form
from grader.expr.derivative import derivative
from grader.expr.rules import replaced, step
from grader.expr.tidy import tidy
from grader.expr.tree import (
    TWO,
    ZERO,
    Add,
    Div,
    Expr,
    Mul,
    Neg,
    Pow,
    children,
    rational,
    variables,
)
from grader.records import record

_PLACES = 8
"""Single places tried for each form of a slip."""


@record
class Slip:
    """One broken rule: its permanent name, the catalogue ids, the sentence for the student, its forms.

    With ``terms_only`` the rule is broken in the terms of the whole expression, not inside
    products and compositions, where other slips give the same result with a better sentence.
    """

    name: str
    catalogue: str
    feedback: str
    forms: tuple[Form, ...]
    terms_only: bool = False


def broken_derivative(e: Expr, x: str, rule: str) -> Expr | None:
    """The derivative with the rule of that name broken wherever it applies; None where it does not."""
    return next(_broken(e, x, rule), None)


def broken_derivatives(e: Expr, x: str, rule: str) -> tuple[Expr, ...]:
    """The distinct derivatives with the rule broken: everywhere first, then at each single place."""
    return tuple(dict.fromkeys(_broken(e, x, rule)))


def _broken(e: Expr, x: str, rule: str) -> Iterator[Expr]:
    """Those that tidy to the true derivative are left out."""
    slip = SLIPS[rule]
    right = tidy(derivative(e, x))
    for form in slip.forms:
        for i, single in enumerate(islice(_once(e, x, form, slip.terms_only), _PLACES)):
            # The first place shows that the form applies.
            found = (single,) if i else (_everywhere(e, x, form, slip.terms_only), single)
            yield from (wrong for wrong in map(tidy, found) if wrong != right)


def _everywhere(e: Expr, x: str, form: Form, terms_only: bool) -> Expr:
    if x not in variables(e):
        return ZERO
    inside = not terms_only or _has_terms(e, x)

    def slope(part: Expr) -> Expr:
        return _everywhere(part, x, form, terms_only) if inside else derivative(part, x)

    wrong = form(e, x, slope)
    return step(e, x, slope) if wrong is None else wrong


def _once(e: Expr, x: str, form: Form, terms_only: bool) -> Iterator[Expr]:
    """The derivatives with the rule broken at exactly one node, outermost first."""
    if x not in variables(e):
        return

    def truth(part: Expr) -> Expr:
        return derivative(part, x)

    wrong = form(e, x, truth)
    if wrong is not None:
        yield wrong
    if terms_only and not _has_terms(e, x):
        return
    for part in children(e):
        for slope_of_part in _once(part, x, form, terms_only):

            def slope(other: Expr, part: Expr = part, slope_of_part: Expr = slope_of_part) -> Expr:
                return slope_of_part if other is part else truth(other)

            yield step(e, x, slope)


def _has_terms(e: Expr, x: str) -> bool:
    """Whether the parts of the node are terms of the whole, up to sign and constant factors."""
    match e:
        case Mul(factors):
            return sum(x in variables(factor) for factor in factors) == 1
        case Div(_, denominator):
            return x not in variables(denominator)
        case _:
            return isinstance(e, Add | Neg)


# Rows ---------------------------------------------------------------------------------------

_ROWS = (
    Slip(
        "product-of-derivatives",
        "D01",
        "A derivative of a product is not the product of the derivatives: "
        "try your rule on x*x and compare with the power rule.",
        (broken.product(lambda fs, d: Mul(tuple(d(f) for f in fs))),),
    ),
    Slip(
        "product-own-derivatives",
        "D02",
        "You have the right number of terms, but check which factor stays undifferentiated next to which derivative.",
        (broken.product(lambda fs, d: Add(tuple(Mul((f, d(f))) for f in fs))),),
    ),
    Slip(
        "product-sign",
        "D03",
        "Look again at the sign joining the two terms of the product rule; which other rule has a minus there?",
        (broken.product(broken.with_minus), broken.product(broken.with_minus_first)),
    ),
    Slip(
        "product-as-sum",
        "D04",
        "You used the sum rule; are the functions added or multiplied here?",
        (broken.product(lambda fs, d: Add(tuple(d(f) for f in fs))),),
    ),
    Slip(
        "one-factor-only",
        "D05",
        "Every factor changes with the variable; you have counted the change of only one of them.",
        (
            broken.product(lambda fs, d: replaced(fs, 0, d(fs[0]))),
            broken.product(lambda fs, d: replaced(fs, len(fs) - 1, d(fs[-1]))),
        ),
    ),
    Slip(
        "quotient-of-derivatives",
        "D06",
        "A derivative of a quotient is not the quotient of the derivatives; test your rule on x^3/x.",
        (broken.quotient(lambda f, g, df, dg: Div(df, dg)),),
    ),
    Slip(
        "quotient-sign",
        "D07",
        "Check the sign between the two terms of the numerator.",
        (broken.quotient(lambda f, g, df, dg: Div(Add((Mul((df, g)), Mul((f, dg)))), Pow(g, TWO))),),
    ),
    Slip(
        "quotient-order",
        "D08",
        "Check the order of the two terms in the numerator: which of the two functions is differentiated first?",
        (broken.quotient(lambda f, g, df, dg: Div(Add((Mul((f, dg)), Neg(Mul((df, g))))), Pow(g, TWO))),),
    ),
    Slip(
        "quotient-denominator",
        "D09",
        "The numerator looks right; check what the denominator of the quotient rule should be.",
        (broken.quotient(lambda f, g, df, dg: Div(Add((Mul((df, g)), Neg(Mul((f, dg))))), g)),),
    ),
    Slip(
        "quotient-wrong-square",
        "D10",
        "The numerator looks right; which of the two functions belongs in the denominator?",
        (broken.quotient(lambda f, g, df, dg: Div(Add((Mul((df, g)), Neg(Mul((f, dg))))), Pow(f, TWO))),),
    ),
    Slip(
        "inner-derivative",
        "D11 D18",
        "You differentiated the outer function; what happened to the rate of change of what is inside it?",
        (broken.chain(lambda c, inner: c.slope(c.inside)),),
    ),
    Slip(
        "outer-at-inner-derivative",
        "D12 D20",
        "The outer derivative should still be evaluated at the original inside function.",
        (broken.chain(lambda c, inner: c.slope(inner)), broken.chain(lambda c, inner: Mul((c.slope(inner), inner)))),
    ),
    Slip(
        "outer-at-variable",
        "D13 D19",
        "You have both factors, but look at what the outer derivative is a function of.",
        (broken.outer_at_variable,),
    ),
    Slip(
        "power-rule-on-exponential",
        "D14 D16",
        "Is the variable in the base or in the exponent? The power rule needs a constant exponent.",
        (broken.lowered, broken.lowered_with_inner),
    ),
    Slip(
        "exponential-base",
        "D15",
        "Only one base reproduces itself exactly; what extra constant appears for other bases?",
        (broken.own_slope,),
    ),
    Slip(
        "exponent-coefficient",
        "D17",
        "The factor in front is right, but what should remain in the exponent?",
        (broken.bare_exponent,),
    ),
    Slip(
        "root-exponent",
        "D24",
        "Write the root as a power and subtract one from that fraction carefully.",
        (broken.power(broken.root_exponent),),
    ),
    Slip(
        "exponent-kept",
        "D21",
        "The factor in front looks right; what happens to the exponent?",
        (broken.power(lambda u, du, n: Mul((rational(n), Pow(u, rational(n)), du))),),
    ),
    Slip(
        "power-factor",
        "D22",
        "The new exponent is right; where does the old exponent go?",
        (broken.power(broken.factor_dropped),),
    ),
    Slip(
        "negative-exponent",
        "D23",
        "Subtract one from a negative exponent: does it get closer to zero or farther from it?",
        (broken.power(broken.wrong_way, roots=False),),
    ),
    Slip(
        "reciprocal",
        "D25",
        "Rewrite the fraction as one power before differentiating.",
        (broken.reciprocal,),
    ),
    Slip(
        "constant-survives",
        "D26 P03",
        "One term does not change at all as the variable moves; what is its rate of change?",
        (broken.constants_survive,),
        terms_only=True,
    ),
    Slip("linear-term", "D27", "What is the slope of the straight-line part?", (broken.linear_kept,), terms_only=True),
    Slip(
        "cosine-sign",
        "D28",
        "Sketch cos just to the right of 0: is it rising or falling?",
        (broken.sign("cos"),),
    ),
    Slip("sine-sign", "D29", "Check the sign: is sin rising or falling at 0?", (broken.sign("sin"),)),
    Slip(
        "power-of-derivative",
        "D30",
        "A power of a function is a composition; which rule deals with compositions?",
        (broken.power(broken.power_of_slope, roots=False),),
    ),
    Slip(
        "constant-factor",
        "D35 P04",
        "A constant factor multiplies the function; what does it do to the rate of change?",
        (broken.factor_lost, broken.factor_lost_with_sign),
        terms_only=True,
    ),
    Slip(
        "minus-lost",
        "D36",
        "Compare the signs of your terms with the signs in the question.",
        (broken.minus_lost,),
        terms_only=True,
    ),
    Slip(
        "sigmoid-plus",
        "L01",
        "A sigmoid flattens out on the right; does your slope go to zero there?",
        (broken.sigmoid_plus,),
    ),
    Slip(
        "power-rule-on-variable-exponent",
        "D37",
        "Both the base and the exponent move with the variable; take logarithms first.",
        (broken.power_rule_there, broken.power_and_inner_there),
    ),
    Slip(
        "exponential-rule-on-variable-base",
        "",
        "The rule for exponentials needs a constant base; here the base moves as well.",
        (broken.exponential_rule_there,),
    ),
)

SLIPS: Mapping[str, Slip] = {row.name: row for row in _ROWS}
