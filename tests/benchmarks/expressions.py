"""Random expressions, the same ones rewritten by identities, and slips: pairs whose truth is known.

Everything is drawn from a `random.Random`, so a seed says all.  A rewriting holds wherever the
expression it starts from is defined, so that a pair made by rewriting is equal by construction;
that a slip changes the value is for the caller to check, by another method than the decider's.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from fractions import Fraction

from grader.expr.tree import (
    ONE,
    PI,
    TWO,
    Add,
    Apply,
    Div,
    E,
    Expr,
    Mul,
    Neg,
    Number,
    Pow,
    Variable,
    children,
    integer,
    rational,
    rational_value,
    rebuild,
    size,
)

HALF = Div(ONE, TWO)


def call(name: str, *arguments: Expr) -> Expr:
    return Apply(name, arguments)


def minus(a: Expr, b: Expr) -> Expr:
    return Add((a, Neg(b)))


def square(u: Expr) -> Expr:
    return Pow(u, TWO)


# -- expressions ---------------------------------------------------------------------------------

EVERYWHERE = ("sin", "cos", "arctan", "sinh", "cosh", "tanh", "exp", "arsinh", "sigmoid", "softplus", "sech")
ABOVE_ZERO = ("ln", "sqrt", "cbrt", "log10")
WITHIN_ONE = ("arcsin", "arccos", "artanh", "tan")


def smooth(rng: random.Random, depth: int, names: Sequence[str]) -> Expr:
    """An expression that is defined and smooth wherever its variables are positive."""
    if depth <= 0 or rng.random() < 0.1:
        leaf = Variable(rng.choice(names))
        if rng.random() < 0.35:
            return Mul((integer(rng.randint(2, 6)), leaf))
        return leaf
    deeper = depth - 1
    kind = rng.random()
    if kind < 0.2:
        terms = [smooth(rng, deeper, names), smooth(rng, rng.randint(0, deeper), names)]
        if rng.random() < 0.4:
            terms[1] = Neg(terms[1])
        return Add(tuple(terms))
    if kind < 0.4:
        return Mul((smooth(rng, deeper, names), smooth(rng, rng.randint(0, deeper), names)))
    if kind < 0.5:
        return Div(smooth(rng, deeper, names), Add((square(smooth(rng, rng.randint(0, 1), names)), ONE)))
    if kind < 0.6:
        return Pow(smooth(rng, deeper, names), integer(rng.choice((2, 2, 3, 4))))
    if kind < 0.66:
        power = rational(Fraction(rng.choice((1, 3, 5, -1, -3)), rng.choice((2, 2, 3))))
        return Pow(Add((square(smooth(rng, deeper, names)), integer(rng.randint(1, 4)))), power)
    inner = smooth(rng, deeper, names)
    if kind < 0.86:
        name = rng.choice(EVERYWHERE)
        if name in ("exp", "sinh", "cosh"):
            # Towers of exponentials leave the range of every engine.
            inner = smooth(rng, min(deeper, 1), names)
        return call(name, inner)
    if kind < 0.95:
        return call(rng.choice(ABOVE_ZERO), Add((square(inner), integer(rng.randint(1, 3)))))
    return call(rng.choice(WITHIN_ONE), Div(inner, Add((square(inner), ONE))))


_ANY = (
    *("sin cos tan cot sec csc arcsin arccos arctan arccot arcsec arccsc sinh cosh tanh coth sech csch arsinh").split(),
    *("arcosh artanh arcoth arsech arcsch exp ln log10 sqrt cbrt abs sign erf sigmoid softplus relu factorial").split(),
)
_USUAL = ("sin", "cos", "tan", "exp", "ln", "sqrt", "arctan", "arcsin", "abs", "sinh", "cosh", "cbrt")


def wild(rng: random.Random, depth: int, names: Sequence[str]) -> Expr:
    """Any expression a person could type, wherever it may be defined."""
    if depth <= 0 or rng.random() < 0.12:
        return _leaf(rng, names)
    deeper = depth - 1
    kind = rng.random()
    if kind < 0.22:
        return Add(tuple(_signed(rng, wild(rng, deeper, names)) for _ in range(rng.choice((2, 2, 3, 4)))))
    if kind < 0.42:
        return Mul(tuple(wild(rng, deeper, names) for _ in range(rng.choice((2, 2, 3)))))
    if kind < 0.52:
        return Div(wild(rng, deeper, names), wild(rng, deeper, names))
    if kind < 0.62:
        return Pow(wild(rng, deeper, names), rational(Fraction(rng.randint(-4, 6), rng.choice((1, 1, 1, 2, 3, 4)))))
    if kind < 0.65:
        return Pow(_leaf(rng, names), wild(rng, deeper, names))
    if kind < 0.67:
        return call(rng.choice(("min", "max")), wild(rng, deeper, names), wild(rng, deeper, names))
    if kind < 0.68:
        return call("root", integer(rng.randint(2, 6)), wild(rng, deeper, names))
    return call(rng.choice(_USUAL if rng.random() < 0.75 else _ANY), wild(rng, deeper, names))


def _leaf(rng: random.Random, names: Sequence[str]) -> Expr:
    kind = rng.random()
    if kind < 0.62:
        return Variable(rng.choice(names))
    if kind < 0.85:
        return integer(rng.randint(0, 9))
    if kind < 0.9:
        return rational(Fraction(rng.randint(-9, 9), rng.randint(1, 9)))
    if kind < 0.94:
        return Number(Fraction(rng.randint(1, 9999), 10 ** rng.randint(1, 3)), decimal=True)
    return rng.choice((PI, E, call("sqrt", integer(rng.randint(2, 12)))))


def _signed(rng: random.Random, e: Expr) -> Expr:
    return Neg(e) if rng.random() < 0.35 else e


# -- rewriting -----------------------------------------------------------------------------------

Rule = Callable[[random.Random, Expr], Expr | None]


def _commuted(rng: random.Random, e: Expr) -> Expr | None:
    match e:
        case Add(parts) | Mul(parts):
            new = list(parts)
            rng.shuffle(new)
            return type(e)(tuple(new))
    return None


def _distributed(rng: random.Random, e: Expr) -> Expr | None:
    match e:
        case Mul(factors):
            sums = [i for i, f in enumerate(factors) if isinstance(f, Add)]
            if not sums:
                return None
            at = rng.choice(sums)
            rest = factors[:at] + factors[at + 1 :]
            return Add(tuple(Mul((*rest, term)) for term in factors[at].terms))
        case Div(Add(terms), below):
            return Add(tuple(Div(term, below) for term in terms))
        case Neg(Add(terms)):
            return Add(tuple(Neg(term) for term in terms))
        case Pow(Add((a, b)), Number(value=Fraction(numerator=2, denominator=1))):
            return Add((square(a), Mul((TWO, a, b)), square(b)))
    return None


def _powers(rng: random.Random, e: Expr) -> Expr | None:
    match e:
        case Div(a, b):
            return Mul((a, Pow(b, Neg(ONE))))
        case Pow(b, Number(value=q)) if q.denominator == 1 and 2 <= q <= 6:
            return Mul((b, Pow(b, integer(int(q) - 1)))) if q > 2 else Mul((b, b))
        case Pow(b, x) if (rational_value(x) or 0) < 0:
            return Div(ONE, Pow(b, rational(-rational_value(x))))
        case Apply("sqrt", (u,)):
            return Pow(u, HALF)
        case Apply("cbrt", (u,)):
            return Pow(u, Div(ONE, integer(3)))
        case Apply("exp", (u,)):
            return Pow(E, u)
        case Pow(b, u) if b == E:
            return call("exp", u)
        case Neg(u):
            return Mul((Neg(ONE), u))
    return None


_HALVED: dict[str, Callable[[Expr], Expr]] = {
    "sin": lambda h: Mul((TWO, call("sin", h), call("cos", h))),
    "cos": lambda h: minus(ONE, Mul((TWO, square(call("sin", h))))),
    "sinh": lambda h: Mul((TWO, call("sinh", h), call("cosh", h))),
    "cosh": lambda h: Add((ONE, Mul((TWO, square(call("sinh", h)))))),
    "exp": lambda h: square(call("exp", h)),
}


def _half_angle(rng: random.Random, e: Expr) -> Expr | None:
    match e:
        case Apply(name, (u,)) if name in _HALVED:
            return _HALVED[name](Div(u, TWO))
    return None


_SUMMED: dict[str, Callable[[Expr, Expr], Expr]] = {
    "sin": lambda a, b: Add((Mul((call("sin", a), call("cos", b))), Mul((call("cos", a), call("sin", b))))),
    "cos": lambda a, b: minus(Mul((call("cos", a), call("cos", b))), Mul((call("sin", a), call("sin", b)))),
    "exp": lambda a, b: Mul((call("exp", a), call("exp", b))),
}


def _summed(rng: random.Random, e: Expr) -> Expr | None:
    match e:
        case Apply(name, (Add((a, *rest)),)) if name in _SUMMED:
            return _SUMMED[name](a, rest[0] if len(rest) == 1 else Add(tuple(rest)))
    return None


_SPELLED: dict[str, tuple[Callable[[Expr], Expr], ...]] = {
    "sin": (lambda u: call("cos", minus(Div(PI, TWO), u)), lambda u: Neg(call("sin", Neg(u)))),
    "cos": (lambda u: call("sin", Add((u, Div(PI, TWO)))), lambda u: call("cos", Neg(u))),
    "tan": (lambda u: Div(call("sin", u), call("cos", u)), lambda u: Neg(call("tan", Neg(u)))),
    "cot": (lambda u: Div(call("cos", u), call("sin", u)),),
    "sec": (lambda u: Div(ONE, call("cos", u)),),
    "csc": (lambda u: Div(ONE, call("sin", u)),),
    "sinh": (lambda u: Div(minus(Pow(E, u), Pow(E, Neg(u))), TWO),),
    "cosh": (lambda u: Div(Add((Pow(E, u), Pow(E, Neg(u)))), TWO),),
    "tanh": (
        lambda u: Div(call("sinh", u), call("cosh", u)),
        lambda u: minus(ONE, Div(TWO, Add((Pow(E, Mul((TWO, u))), ONE)))),
    ),
    "sech": (lambda u: Div(ONE, call("cosh", u)), lambda u: Div(TWO, Add((Pow(E, u), Pow(E, Neg(u)))))),
    "arctan": (
        lambda u: call("arcsin", Div(u, call("sqrt", Add((ONE, square(u)))))),
        lambda u: Mul((TWO, call("arctan", Div(u, Add((ONE, call("sqrt", Add((ONE, square(u)))))))))),
    ),
    "arcsin": (
        lambda u: minus(Div(PI, TWO), call("arccos", u)),
        lambda u: Neg(call("arcsin", Neg(u))),
    ),
    "arccos": (lambda u: minus(Div(PI, TWO), call("arcsin", u)), lambda u: minus(PI, call("arccos", Neg(u)))),
    "arsinh": (lambda u: call("ln", Add((u, call("sqrt", Add((square(u), ONE)))))),),
    "arcosh": (lambda u: call("ln", Add((u, call("sqrt", minus(square(u), ONE))))),),
    "artanh": (lambda u: Div(call("ln", Div(Add((ONE, u)), minus(ONE, u))), TWO),),
    "ln": (
        lambda u: Neg(call("ln", Div(ONE, u))),
        lambda u: minus(call("ln", Mul((integer(3), u))), call("ln", integer(3))),
        lambda u: Mul((TWO, call("ln", call("sqrt", u)))),
    ),
    "log10": (lambda u: Div(call("ln", u), call("ln", integer(10))),),
    "abs": (lambda u: call("sqrt", square(u)), lambda u: call("max", u, Neg(u)), lambda u: call("abs", Neg(u))),
    "relu": (lambda u: call("max", u, integer(0)), lambda u: Div(Add((u, call("abs", u))), TWO)),
    "sigmoid": (
        lambda u: Div(ONE, Add((ONE, Pow(E, Neg(u))))),
        lambda u: Div(Add((ONE, call("tanh", Div(u, TWO)))), TWO),
    ),
    "softplus": (lambda u: Add((u, call("ln", Add((ONE, Pow(E, Neg(u))))))),),
}


def _spelled(rng: random.Random, e: Expr) -> Expr | None:
    match e:
        case Apply("max", (a, b)):
            return Div(Add((a, b, call("abs", minus(a, b)))), TWO)
        case Apply("min", (a, b)):
            return Div(Add((a, b, Neg(call("abs", minus(a, b))))), TWO)
        case Apply(name, (u,)) if name in _SPELLED:
            return rng.choice(_SPELLED[name])(u)
        case Pow(Apply("sin", (u,)), Number(value=Fraction(numerator=2, denominator=1))):
            other = call("cos", u)
            return rng.choice((minus(ONE, square(other)), Div(minus(ONE, call("cos", Mul((TWO, u)))), TWO)))
        case Pow(Apply("cos", (u,)), Number(value=Fraction(numerator=2, denominator=1))):
            other = call("sin", u)
            return rng.choice((minus(ONE, square(other)), Div(Add((ONE, call("cos", Mul((TWO, u))))), TWO)))
        case Pow(Apply("tan", (u,)), Number(value=Fraction(numerator=2, denominator=1))):
            return minus(square(call("sec", u)), ONE)
    return None


def _wrapped(rng: random.Random, e: Expr) -> Expr | None:
    root = call("sqrt", TWO)
    return rng.choice(
        (
            Div(Mul((TWO, e)), TWO),
            minus(Mul((integer(3), e)), Mul((TWO, e))),
            Neg(Neg(e)),
            call("ln", Pow(E, e)),
            Mul((e, minus(root, ONE), Add((root, ONE)))),
            Mul((e, Add((square(call("sin", ONE)), square(call("cos", ONE)))))),
            call("cbrt", Pow(e, integer(3))),
        )
    )


_RULES: tuple[tuple[Rule, float], ...] = (
    (_commuted, 0.5),
    (_distributed, 0.3),
    (_powers, 0.3),
    (_half_angle, 0.15),
    (_summed, 0.3),
    (_spelled, 0.3),
)


def rewritten(rng: random.Random, e: Expr, rate: float = 1.0, wrap: float = 0.03, largest: int = 400) -> Expr:
    """The expression with identities put in at random places."""
    new = _rewritten(rng, e, rate, wrap)
    return new if size(new) <= largest else _commuted(rng, e) or Neg(Neg(e))


def _rewritten(rng: random.Random, e: Expr, rate: float, wrap: float) -> Expr:
    parts = children(e)
    if isinstance(e, Pow) and rational_value(e.exponent) is not None:
        # A rational exponent says by its form which bases may be negative.
        new: Expr = Pow(_rewritten(rng, e.base, rate, wrap), e.exponent)
    elif isinstance(e, Apply) and e.function in ("root", "log"):
        new = Apply(e.function, (e.arguments[0], _rewritten(rng, e.arguments[1], rate, wrap)))
    elif parts and rational_value(e) is None:
        new = rebuild(e, tuple(_rewritten(rng, part, rate, wrap) for part in parts))
    else:
        new = e
    for rule, share in _RULES:
        if rng.random() < rate * share:
            new = rule(rng, new) or new
    if rng.random() < rate * wrap and not isinstance(e, Number):
        new = _wrapped(rng, new) or new
    return new


# -- slips ---------------------------------------------------------------------------------------

_TAKEN_FOR = {
    "sin": "cos", "cos": "sin", "sinh": "cosh", "cosh": "sinh", "tan": "sec", "sec": "csc", "arcsin": "arccos",
    "arctan": "arcsin", "ln": "log10", "sqrt": "cbrt", "cbrt": "sqrt", "tanh": "sech", "sech": "tanh", "exp": "sinh",
    "arsinh": "arctan", "softplus": "sigmoid", "sigmoid": "softplus", "abs": "relu", "max": "min", "min": "max",
}  # fmt: skip


def mutated(rng: random.Random, e: Expr) -> Expr:
    """The expression with one slip of the kinds people make, at a random place."""
    for _ in range(50):
        count = size(e)
        target = rng.randrange(count)
        new, _ = _mutated_at(rng, e, target)
        if new != e:
            return new
    return Add((e, ONE))


def _mutated_at(rng: random.Random, e: Expr, target: int) -> tuple[Expr, int]:
    if target == 0:
        return _slip(rng, e), -1
    target -= 1
    parts = list(children(e))
    for i, part in enumerate(parts):
        if target < 0:
            break
        parts[i], target = _mutated_at(rng, part, target)
    return (rebuild(e, tuple(parts)) if parts else e), target


def _slip(rng: random.Random, e: Expr) -> Expr:
    match e:
        case Number(q):
            return Number(q + rng.choice((1, 1, 2)))
        case Neg(u):
            return u
        case Add(terms):
            at = rng.randrange(len(terms))
            if rng.random() < 0.4:
                rest = terms[:at] + terms[at + 1 :]
                return rest[0] if len(rest) == 1 else Add(rest)
            flipped = terms[at].argument if isinstance(terms[at], Neg) else Neg(terms[at])
            return Add((*terms[:at], flipped, *terms[at + 1 :]))
        case Mul(factors):
            at = rng.randrange(len(factors))
            rest = factors[:at] + factors[at + 1 :]
            return rest[0] if len(rest) == 1 else Mul(rest)
        case Div(a, b):
            return rng.choice((Div(b, a), a, Div(a, Add((b, ONE)))))
        case Pow(b, Number(q)):
            return Pow(b, Number(q + 1))
        case Pow(b, _):
            return b
        case Apply(name, arguments) if name in _TAKEN_FOR:
            return Apply(_TAKEN_FOR[name], arguments)
        case Apply(name, (u,)):
            return Apply(name, (Mul((TWO, u)),))
        case Variable():
            return rng.choice((Neg(e), Mul((TWO, e)), square(e)))
    return Mul((TWO, e))
