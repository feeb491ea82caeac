"""Random trees for property tests: any that the parser can give, and smooth ones."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from hypothesis import strategies as st

from grader.expr.functions import FUNCTIONS
from grader.expr.numerals import TooLarge, constant_value
from grader.expr.tree import ONE, TWO, Add, Apply, Constant, Div, Expr, Mul, Neg, Number, Pow, Variable, rational, walk

NAMES = ("x", "y", "x_1", "theta")

whole_numbers = st.integers(0, 12).map(lambda n: Number(Fraction(n)))
decimals = st.builds(
    lambda n, places: Number(Fraction(n, 10**places), decimal=True), st.integers(0, 9999), st.integers(1, 3)
)
variables = st.sampled_from(NAMES).map(Variable)
constants = st.sampled_from(("pi", "e", "oo")).map(Constant)
leaves = st.one_of(whole_numbers, variables, variables, decimals, constants)


def _tuple_of(parts: st.SearchStrategy[Expr], most: int = 3) -> st.SearchStrategy[tuple[Expr, ...]]:
    return st.lists(parts, min_size=2, max_size=most).map(tuple)


def _applied(parts: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    def with_arguments(name: str) -> st.SearchStrategy[Expr]:
        arity = FUNCTIONS[name].arity
        least, most = (arity, arity) if isinstance(arity, int) else (arity[0], arity[1] or arity[0] + 2)
        arguments = st.lists(parts, min_size=least, max_size=most).map(tuple)
        return arguments.map(lambda found: _as_read(Apply(name, found)))

    return st.sampled_from(sorted(FUNCTIONS)).flatmap(with_arguments)


def _branches(parts: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    return st.one_of(
        _tuple_of(parts).map(Add),
        _tuple_of(parts).map(Mul),
        st.builds(Neg, parts),
        st.builds(Div, parts, parts),
        st.builds(Pow, parts, parts),
        _applied(parts),
    )


def expressions(most_leaves: int = 12) -> st.SearchStrategy[Expr]:
    """Any tree of the student's language in the variables `NAMES`."""
    return st.recursive(leaves, _branches, max_leaves=most_leaves).filter(_within_limits)


def _as_read(e: Apply) -> Apply:
    """The logarithm to the base 10 is read as a function of one argument."""
    if e.function == "log" and isinstance(e.arguments[0], Number) and e.arguments[0].value == 10:
        return Apply("log10", e.arguments[1:])
    return e


def _within_limits(e: Expr) -> bool:
    """Whether the parser's limits on powers and factorials let it be read."""
    try:
        for node in walk(e):
            constant_value(node)
    except TooLarge:
        return False
    return True


def _inside(bound: Callable[[Expr], Expr], name: str) -> Callable[[Expr], Expr]:
    return lambda u: Apply(name, (bound(u),))


def _above_zero(u: Expr) -> Expr:
    return Add((Pow(u, TWO), ONE))


def _within_one(u: Expr) -> Expr:
    return Div(u, Add((Pow(u, TWO), ONE)))


def _above_one(u: Expr) -> Expr:
    return Add((Pow(u, TWO), TWO))


def _itself(u: Expr) -> Expr:
    return u


_SMOOTH: tuple[Callable[[Expr], Expr], ...] = (
    *(_inside(_itself, name) for name in "sin cos sinh cosh tanh sech arctan arsinh erf sigmoid softplus".split()),
    *(_inside(_itself, name) for name in ("exp", "arccot")),
    *(_inside(_within_one, name) for name in ("arcsin", "arccos", "artanh", "tan", "sec")),
    *(_inside(_above_zero, name) for name in ("ln", "log10", "sqrt", "cbrt", "abs", "relu", "csch", "coth")),
    _inside(lambda u: Div(ONE, _above_one(u)), "arsech"),
    *(_inside(_above_one, name) for name in ("arcosh", "arcoth", "arcsec", "arccsc", "arcsch")),
)


def smooth(name: str = "x", most_leaves: int = 6) -> st.SearchStrategy[Expr]:
    """Trees in one variable that are defined and smooth on all of the real line."""
    small = st.integers(1, 5)
    ratios = st.builds(lambda p, q, s: rational(Fraction(s * p, q)), small, small, st.sampled_from((1, -1)))

    def branches(parts: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
        return st.one_of(
            _tuple_of(parts).map(Add),
            _tuple_of(parts).map(Mul),
            st.builds(Neg, parts),
            st.builds(lambda f, g: Div(f, _above_zero(g)), parts, parts),
            st.builds(lambda f, n: Pow(f, Number(Fraction(n))), parts, st.integers(0, 3)),
            st.builds(lambda f, q: Pow(_above_zero(f), q), parts, ratios),
            st.builds(lambda f: Pow(Constant("e"), Apply("sin", (f,))), parts),
            st.builds(lambda f, g: Pow(_above_zero(f), Apply("cos", (g,))), parts, parts),
            st.builds(lambda f, b: Apply("log", (Number(Fraction(b)), _above_zero(f))), parts, st.integers(2, 9)),
            st.builds(lambda f, n: Apply("root", (Number(Fraction(n)), _above_zero(f))), parts, st.integers(2, 5)),
            st.builds(lambda build, f: build(f), st.sampled_from(_SMOOTH), parts),
        )

    start = st.one_of(st.just(Variable(name)), st.just(Variable(name)), small.map(lambda n: Number(Fraction(n))))
    return st.recursive(start, branches, max_leaves=most_leaves)
