"""The functions of the student's language: one row per function, and every name a student may type.

A function without a ball of its own (`grader.expr.balls`) has a ``definition`` in functions
that have one.  Conventions: all functions are real; ``arccot`` has the range (0, pi),
``arccot x = pi/2 - arctan x``; ``arcsec x = arccos(1/x)`` and ``arccsc x = arcsin(1/x)``;
``cbrt`` and ``root(n, x)`` with odd n take negative numbers to negative numbers; ``sign(0) = 0``;
``log(b, x)`` is the logarithm to the base b, and ``lg`` is the decimal one (ISO 80000-2).

A slope is the derivative at ``u``.  Where it does not exist it has no value either: the slope
of ``abs`` is ``u/|u|``, not ``sign u``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeAlias

from grader.expr.tree import ONE, PI, TWO, ZERO, Add, Apply, Div, E, Expr, Mul, Neg, Number, Pow, children, rebuild
from grader.records import record

Unary: TypeAlias = Callable[[Expr], Expr]

_THREE = Number(Fraction(3))
_TEN = Number(Fraction(10))


@record
class Function:
    """One function.

    ``arity``: the number of arguments, or the least and the greatest (None: any number).
    ``latex``: the command for its name.  ``spoken``: the words before "of".
    ``slope``: the derivative of a function of one argument; None where there is none.
    ``definition``: the same value in more primitive functions; None for a primitive one.
    """

    name: str
    arity: int | tuple[int, int | None]
    aliases: tuple[str, ...]
    latex: str
    spoken: str
    slope: Unary | None = None
    definition: Callable[..., Expr] | None = None

    def takes(self, count: int) -> bool:
        """Whether it can be applied to so many arguments."""
        if isinstance(self.arity, int):
            return count == self.arity
        least, most = self.arity
        return least <= count and (most is None or count <= most)


def _sq(u: Expr) -> Expr:
    return Pow(u, TWO)


def _one_minus_square(u: Expr) -> Expr:
    return Add((ONE, Neg(_sq(u))))


def _square_minus_one(u: Expr) -> Expr:
    return Add((_sq(u), Neg(ONE)))


def _square_plus_one(u: Expr) -> Expr:
    return Add((_sq(u), ONE))


def _over(below: Expr) -> Expr:
    return Div(ONE, below)


def _f(name: str, *arguments: Expr) -> Expr:
    return Apply(name, arguments)


def _operator(name: str) -> str:
    return rf"\operatorname{{{name}}}"


LONGEST_PRODUCT = 12


def _binomial(n: Expr, k: Expr) -> Expr:
    """n(n - 1)...(n - k + 1)/k! for a small whole k, n!/(k! (n - k)!) else."""
    if isinstance(k, Number) and k.value.denominator == 1 and k.value <= LONGEST_PRODUCT:
        steps = [Number(Fraction(i)) for i in range(int(k.value))]
        factors = tuple(Add((n, Neg(i))) if i.value else n for i in steps)
        above = Mul(factors) if len(factors) > 1 else factors[0] if factors else ONE
        return Div(above, _f("factorial", k))
    return Div(_f("factorial", n), Mul((_f("factorial", k), _f("factorial", Add((n, Neg(k)))))))


_ROWS: tuple[Function, ...] = (
    # Trigonometric
    Function("sin", 1, ("sen",), r"\sin", "sine", lambda u: _f("cos", u)),
    Function("cos", 1, (), r"\cos", "cosine", lambda u: Neg(_f("sin", u))),
    Function("tan", 1, ("tg", "tang"), r"\tan", "tangent", lambda u: _sq(_f("sec", u)),
             lambda u: Div(_f("sin", u), _f("cos", u))),
    Function("cot", 1, ("cotan", "cotg", "ctg", "ctan"), r"\cot", "cotangent", lambda u: Neg(_sq(_f("csc", u))),
             lambda u: Div(_f("cos", u), _f("sin", u))),
    Function("sec", 1, (), r"\sec", "secant", lambda u: Mul((_f("sec", u), _f("tan", u))),
             lambda u: _over(_f("cos", u))),
    Function("csc", 1, ("cosec",), r"\csc", "cosecant", lambda u: Neg(Mul((_f("csc", u), _f("cot", u)))),
             lambda u: _over(_f("sin", u))),
    # Their inverses
    Function("arcsin", 1, ("asin", "arcsen", "asen"), r"\arcsin", "arc sine",
             lambda u: _over(_f("sqrt", _one_minus_square(u)))),
    Function("arccos", 1, ("acos",), r"\arccos", "arc cosine",
             lambda u: Neg(_over(_f("sqrt", _one_minus_square(u))))),
    Function("arctan", 1, ("atan", "arctg", "atg"), r"\arctan", "arc tangent",
             lambda u: _over(_square_plus_one(u))),
    Function("arccot", 1, ("acot", "arccotan", "acotan", "arccotg", "arcctg", "actg"), _operator("arccot"),
             "arc cotangent", lambda u: Neg(_over(_square_plus_one(u))),
             lambda u: Add((Div(PI, TWO), Neg(_f("arctan", u))))),
    Function("arcsec", 1, ("asec",), _operator("arcsec"), "arc secant",
             lambda u: _over(Mul((_f("abs", u), _f("sqrt", _square_minus_one(u))))),
             lambda u: _f("arccos", _over(u))),
    Function("arccsc", 1, ("acsc", "arccosec", "acosec"), _operator("arccsc"), "arc cosecant",
             lambda u: Neg(_over(Mul((_f("abs", u), _f("sqrt", _square_minus_one(u)))))),
             lambda u: _f("arcsin", _over(u))),
    # Hyperbolic
    Function("sinh", 1, ("sh", "senh"), r"\sinh", "hyperbolic sine", lambda u: _f("cosh", u)),
    Function("cosh", 1, ("ch",), r"\cosh", "hyperbolic cosine", lambda u: _f("sinh", u)),
    Function("tanh", 1, ("th", "tgh"), r"\tanh", "hyperbolic tangent", lambda u: _sq(_f("sech", u)),
             lambda u: Div(_f("sinh", u), _f("cosh", u))),
    Function("coth", 1, ("cth", "ctgh", "cotanh"), r"\coth", "hyperbolic cotangent",
             lambda u: Neg(_sq(_f("csch", u))), lambda u: Div(_f("cosh", u), _f("sinh", u))),
    Function("sech", 1, (), _operator("sech"), "hyperbolic secant",
             lambda u: Neg(Mul((_f("sech", u), _f("tanh", u)))), lambda u: _over(_f("cosh", u))),
    Function("csch", 1, ("cosech",), _operator("csch"), "hyperbolic cosecant",
             lambda u: Neg(Mul((_f("csch", u), _f("coth", u)))), lambda u: _over(_f("sinh", u))),
    # Their inverses
    Function("arsinh", 1, ("asinh", "arcsinh", "argsinh", "argsh", "arsh"), _operator("arsinh"),
             "inverse hyperbolic sine", lambda u: _over(_f("sqrt", _square_plus_one(u)))),
    Function("arcosh", 1, ("acosh", "arccosh", "argcosh", "argch", "arch"), _operator("arcosh"),
             "inverse hyperbolic cosine", lambda u: _over(_f("sqrt", _square_minus_one(u)))),
    Function("artanh", 1, ("atanh", "arctanh", "argtanh", "argth", "arth"), _operator("artanh"),
             "inverse hyperbolic tangent", lambda u: _over(_one_minus_square(u))),
    Function("arcoth", 1, ("acoth", "arccoth", "argcoth"), _operator("arcoth"), "inverse hyperbolic cotangent",
             lambda u: _over(_one_minus_square(u)), lambda u: _f("artanh", _over(u))),
    Function("arsech", 1, ("asech", "arcsech", "argsech"), _operator("arsech"), "inverse hyperbolic secant",
             lambda u: Neg(_over(Mul((u, _f("sqrt", _one_minus_square(u)))))), lambda u: _f("arcosh", _over(u))),
    Function("arcsch", 1, ("acsch", "arccsch", "argcsch"), _operator("arcsch"), "inverse hyperbolic cosecant",
             lambda u: Neg(_over(Mul((_f("abs", u), _f("sqrt", _square_plus_one(u)))))),
             lambda u: _f("arsinh", _over(u))),
    # Exponential and logarithms
    Function("exp", 1, (), r"\exp", "the exponential", lambda u: _f("exp", u), lambda u: Pow(E, u)),
    Function("ln", 1, ("Ln", "LN"), r"\ln", "the natural logarithm", _over),
    Function("log10", 1, ("lg", "log_10"), r"\log_{10}", "the logarithm to base ten",
             lambda u: _over(Mul((u, _f("ln", _TEN)))), lambda u: Div(_f("ln", u), _f("ln", _TEN))),
    Function("log", 2, (), r"\log", "the logarithm", None, lambda b, u: Div(_f("ln", u), _f("ln", b))),
    # Roots; rational exponents with odd denominators take negative bases, as `Pow` says
    Function("sqrt", 1, (), r"\sqrt", "the square root", lambda u: _over(Mul((TWO, _f("sqrt", u)))),
             lambda u: Pow(u, Div(ONE, TWO))),
    Function("cbrt", 1, ("cuberoot",), r"\sqrt[3]", "the cube root",
             lambda u: _over(Mul((_THREE, _sq(_f("cbrt", u))))), lambda u: Pow(u, Div(ONE, _THREE))),
    Function("root", 2, ("nthroot", "surd"), r"\sqrt", "the root", None, lambda n, u: Pow(u, Div(ONE, n))),
    # Corners and steps
    Function("abs", 1, ("Abs",), _operator("abs"), "the absolute value", lambda u: Div(u, _f("abs", u))),
    Function("sign", 1, ("sgn", "signum"), _operator("sign"), "the sign", lambda u: ZERO),
    Function("min", (2, None), (), r"\min", "the minimum"),
    Function("max", (2, None), (), r"\max", "the maximum"),
    # Others
    Function("factorial", 1, ("fact",), _operator("factorial"), "the factorial"),
    Function("binomial", 2, ("binom", "nCr"), _operator("binomial"), "the binomial coefficient", None,
             lambda n, k: _binomial(n, k)),
    Function("erf", 1, (), _operator("erf"), "the error function",
             lambda u: Div(Mul((TWO, Pow(E, Neg(_sq(u))))), _f("sqrt", PI))),
    Function("sigmoid", 1, ("logistic", "expit"), _operator("sigmoid"), "the sigmoid",
             lambda u: Mul((_f("sigmoid", u), Add((ONE, Neg(_f("sigmoid", u)))))),
             lambda u: _over(Add((ONE, _f("exp", Neg(u)))))),
    Function("softplus", 1, (), _operator("softplus"), "the softplus", lambda u: _f("sigmoid", u),
             lambda u: _f("ln", Add((ONE, _f("exp", u))))),
    Function("relu", 1, ("ReLU", "RELU"), _operator("relu"), "the rectifier",
             lambda u: Div(Add((ONE, Div(u, _f("abs", u)))), TWO), lambda u: _f("max", ZERO, u)),
)  # fmt: skip

FUNCTIONS: Mapping[str, Function] = {row.name: row for row in _ROWS}
"""Every function by its canonical name."""

ALIASES: Mapping[str, str] = {name: row.name for row in _ROWS for name in (row.name, *row.aliases)}
"""Every name that may be typed, the canonical ones included, with its canonical name.

``log`` with one argument is the parser's affair.
"""


def primitive(e: Expr) -> Expr:
    """The tree with every function that has a definition written out."""
    parts = tuple(primitive(part) for part in children(e))
    if isinstance(e, Apply) and (define := FUNCTIONS[e.function].definition) is not None:
        return primitive(define(*parts))
    return rebuild(e, parts)
