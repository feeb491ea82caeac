"""Every function that can be typed: one row each, with its names, slope and definition.

How a function is enclosed stands in `grader.expr.balls`, how it is normalised in
`grader.expr.canonical`; a function with a ``definition`` needs no row there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from grader.expr.tree import ONE, PI, TWO, ZERO, Add, Apply, Div, Expr, Mul, Neg, Pow, rational


@dataclass(frozen=True, slots=True)
class Function:
    """A row of the table.

    ``least`` and ``most`` arguments (``most`` None: any number); ``slope`` is the derivative of
    a function of one argument with respect to it; ``definition`` writes the function in
    others; ``latex`` is the operator's command, ``spoken`` what is said before "of".
    """

    name: str
    latex: str
    spoken: str
    slope: Callable[[Expr], Expr] | None = None
    definition: Callable[..., Expr] | None = None
    aliases: tuple[str, ...] = ()
    least: int = 1
    most: int | None = 1


def _f(name: str, u: Expr) -> Expr:
    return Apply(name, (u,))


def _square(u: Expr) -> Expr:
    return Pow(u, TWO)


def _one_minus_square(u: Expr) -> Expr:
    return Add((ONE, Neg(_square(u))))


def _root_of(u: Expr) -> Expr:
    return _f("sqrt", u)


def _over(a: Expr, b: Expr) -> Expr:
    return Div(a, b)


_HALF_PI = Div(PI, TWO)

_ROWS = (
    Function("sin", r"\sin", "sine", lambda u: _f("cos", u), aliases=("sen",)),
    Function("cos", r"\cos", "cosine", lambda u: Neg(_f("sin", u))),
    Function("tan", r"\tan", "tangent", lambda u: _square(_f("sec", u)), aliases=("tg",)),
    Function("cot", r"\cot", "cotangent", lambda u: Neg(_square(_f("csc", u))), aliases=("cotan", "ctg", "cotg")),
    Function("sec", r"\sec", "secant", lambda u: Mul((_f("sec", u), _f("tan", u)))),
    Function("csc", r"\csc", "cosecant", lambda u: Neg(Mul((_f("csc", u), _f("cot", u)))), aliases=("cosec",)),
    Function("arcsin", r"\arcsin", "arc sine", lambda u: _over(ONE, _root_of(_one_minus_square(u))), aliases=("asin",)),
    Function("arccos", r"\arccos", "arc cosine", lambda u: Neg(_over(ONE, _root_of(_one_minus_square(u)))), aliases=("acos",)),
    Function("arctan", r"\arctan", "arc tangent", lambda u: _over(ONE, Add((ONE, _square(u)))), aliases=("atan", "arctg", "atg")),
    # The range is (0, pi), so that arccot is continuous.
    Function("arccot", r"\operatorname{arccot}", "arc cotangent", lambda u: Neg(_over(ONE, Add((ONE, _square(u))))),
             lambda u: Add((_HALF_PI, Neg(_f("arctan", u)))), ("acot", "arcctg")),
    Function("arcsec", r"\operatorname{arcsec}", "arc secant",
             lambda u: _over(ONE, Mul((_f("abs", u), _root_of(Add((_square(u), Neg(ONE))))))),
             lambda u: _f("arccos", _over(ONE, u)), ("asec",)),
    Function("arccsc", r"\operatorname{arccsc}", "arc cosecant",
             lambda u: Neg(_over(ONE, Mul((_f("abs", u), _root_of(Add((_square(u), Neg(ONE)))))))),
             lambda u: _f("arcsin", _over(ONE, u)), ("acsc", "arccosec")),
    Function("sinh", r"\sinh", "hyperbolic sine", lambda u: _f("cosh", u), aliases=("sh",)),
    Function("cosh", r"\cosh", "hyperbolic cosine", lambda u: _f("sinh", u), aliases=("ch",)),
    Function("tanh", r"\tanh", "hyperbolic tangent", lambda u: Add((ONE, Neg(_square(_f("tanh", u))))), aliases=("th",)),
    Function("coth", r"\coth", "hyperbolic cotangent", lambda u: Add((ONE, Neg(_square(_f("coth", u)))))),
    Function("sech", r"\operatorname{sech}", "hyperbolic secant", lambda u: Neg(Mul((_f("sech", u), _f("tanh", u))))),
    Function("csch", r"\operatorname{csch}", "hyperbolic cosecant", lambda u: Neg(Mul((_f("csch", u), _f("coth", u)))), aliases=("cosech",)),
    Function("arsinh", r"\operatorname{arsinh}", "inverse hyperbolic sine",
             lambda u: _over(ONE, _root_of(Add((_square(u), ONE)))), aliases=("asinh", "arcsinh", "argsinh")),
    Function("arcosh", r"\operatorname{arcosh}", "inverse hyperbolic cosine",
             lambda u: _over(ONE, Mul((_root_of(Add((u, Neg(ONE)))), _root_of(Add((u, ONE)))))), aliases=("acosh", "arccosh", "argcosh")),
    Function("artanh", r"\operatorname{artanh}", "inverse hyperbolic tangent",
             lambda u: _over(ONE, _one_minus_square(u)), aliases=("atanh", "arctanh", "argtanh")),
    Function("arcoth", r"\operatorname{arcoth}", "inverse hyperbolic cotangent",
             lambda u: _over(ONE, _one_minus_square(u)), lambda u: _f("artanh", _over(ONE, u)), ("acoth", "arccoth")),
    Function("arsech", r"\operatorname{arsech}", "inverse hyperbolic secant",
             lambda u: Neg(_over(ONE, Mul((u, _root_of(_one_minus_square(u)))))), lambda u: _f("arcosh", _over(ONE, u)), ("asech", "arcsech")),
    Function("arcsch", r"\operatorname{arcsch}", "inverse hyperbolic cosecant",
             lambda u: Neg(_over(ONE, Mul((_f("abs", u), _root_of(Add((ONE, _square(u)))))))), lambda u: _f("arsinh", _over(ONE, u)), ("acsch", "arccsch")),
    Function("exp", r"\exp", "the exponential", lambda u: _f("exp", u)),
    Function("ln", r"\ln", "the natural logarithm", lambda u: _over(ONE, u), aliases=("Ln", "loge")),
    Function("log10", r"\log_{10}", "the logarithm to base ten", lambda u: _over(ONE, Mul((u, _f("ln", rational(10))))),
             lambda u: _over(_f("ln", u), _f("ln", rational(10))), ("lg",)),
    # log(base, u)
    Function("log", r"\log", "the logarithm", None, lambda b, u: _over(_f("ln", u), _f("ln", b)), least=2, most=2),
    Function("sqrt", r"\sqrt", "the square root", lambda u: _over(ONE, Mul((TWO, _root_of(u)))), aliases=("wurzel",)),
    Function("cbrt", r"\sqrt[3]", "the cube root", lambda u: _over(ONE, Mul((rational(3), _square(_f("cbrt", u))))), aliases=("curt",)),
    # root(n, u): the real n-th root
    Function("root", r"\sqrt", "the root", None, None, least=2, most=2),
    Function("abs", "", "the absolute value", lambda u: _f("sign", u)),
    Function("sign", r"\operatorname{sgn}", "the sign", lambda u: ZERO, aliases=("sgn", "signum")),
    Function("min", r"\min", "the minimum", least=2, most=None),
    Function("max", r"\max", "the maximum", least=2, most=None),
    Function("factorial", "", "the factorial"),
    Function("erf", r"\operatorname{erf}", "the error function",
             lambda u: Mul((_over(TWO, _root_of(PI)), _f("exp", Neg(_square(u)))))),
    Function("sigmoid", r"\sigma", "the sigmoid", lambda u: Mul((_f("sigmoid", u), Add((ONE, Neg(_f("sigmoid", u)))))),
             lambda u: _over(ONE, Add((ONE, _f("exp", Neg(u))))), ("logistic", "expit")),
    Function("softplus", r"\operatorname{softplus}", "softplus", lambda u: _f("sigmoid", u),
             lambda u: _f("ln", Add((ONE, _f("exp", u))))),
    Function("relu", r"\operatorname{ReLU}", "ReLU", lambda u: _over(Add((ONE, _f("sign", u))), TWO),
             lambda u: Apply("max", (ZERO, u)), ("ReLU", "Relu")),
)  # fmt: skip

FUNCTIONS: Mapping[str, Function] = {row.name: row for row in _ROWS}

ALIASES: Mapping[str, str] = {alias: row.name for row in _ROWS for alias in (row.name, *row.aliases)}
"""Every name that may be typed, the canonical ones included, to its canonical name."""
