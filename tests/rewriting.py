"""A catalogue of rewritings that keep a value and of changes that do not, for tests by metamorphosis.

An identity ``left = right`` holds at every real point where the left side is defined, but for single
points where the right side may have a hole.  The names ``u``, ``v`` and ``w`` stand for any expression.
Everything random comes from the generator that is passed in.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random

from grader.expr.parse import Names, parse
from grader.expr.tree import (
    ONE,
    TWO,
    Add,
    Apply,
    Constant,
    Div,
    Expr,
    Mul,
    Neg,
    Number,
    Pow,
    Variable,
    children,
    integer,
    rational,
    rebuild,
    substitute,
    variables,
)

HOLES = ("u", "v", "w")

# Left side, right sides.
_TABLE: dict[str, tuple[str, ...]] = {
    # Anything at all
    "u": (
        "u+0", "u*1", "u/1", "-(-u)", "2u-u", "(2u)/2", "3*(u/3)", "u+7-7", "u+pi-pi", "u*(sqrt(2)+1)*(sqrt(2)-1)",
        "(u+1)-1", "u^1", "(u+u)/2", "u*e^0", "u*cos(0)", "u+ln(1)", "u*(1/3+2/3)", "0.5u+u/2", "u-sin(0)",
        "ln(e^u)", "sinh(arsinh(u))", "arsinh(sinh(u))", "tan(arctan(u))", "cbrt(u^3)", "cbrt(u)^3",
        "artanh(tanh(u))", "u*(sin(u)^2+cos(u)^2)", "u*(cosh(u)^2-sinh(u)^2)", "u+sin(u)-cos(pi/2-u)",
        "u+|u|-sqrt(u^2)", "max(u,u)", "min(u,u+1)", "max(u,u-e)", "u+arctan(u)+arccot(u)-pi/2",
        "u*(2-1)", "u^2/u", "(u^3+u)/(u^2+1)", "sign(u)*|u|", "max(u,0)+min(u,0)", "relu(u)-relu(-u)",
        "u+ln(2)+ln(3)-ln(6)", "u*(e^u+e^(-u))/(2cosh(u))", "((u+1)^2-(u-1)^2)/4", "u*log10(10)",
    ),
    # Products and sums
    "u+v": ("v+u", "u-(-v)", "2*(u/2+v/2)", "(u^2-v^2)/(u-v)", "max(u,v)+min(u,v)", "-(-u-v)", "(3u+3v)/3"),
    "u*v": ("v*u", "(-u)*(-v)", "u/(1/v)", "((u+v)^2-(u-v)^2)/4", "(u*(v+1))-u", "((u+v)^2-u^2-v^2)/2", "v/u^(-1)"),
    "u/v": ("u*v^(-1)", "u*(1/v)", "(2u)/(2v)", "(-u)/(-v)", "1/(v/u)", "(u*v)/v^2", "(u+v)/v-1", "(u/7)/(v/7)"),
    "-u": ("(-1)*u", "0-u", "u-2u", "u/(-1)", "(1-u)-1", "-3u+2u"),
    "u^2": ("u*u", "(-u)^2", "|u|^2", "(u^4)^(1/2)", "(u+1)^2-2u-1", "(u-1)*(u+1)+1", "u^3/u", "sqrt(u^4)", "(2u)^2/4"),
    "u^3": ("u*u^2", "u*u*u", "-(-u)^3", "(u+1)^3-3u^2-3u-1", "u^5/u^2"),
    "u^4": ("(u^2)^2", "(u^2-1)*(u^2+1)+1", "u*u*u*u"),
    "u^(-1)": ("1/u", "u/u^2", "2/(2u)"),
    "u^(1/2)": ("sqrt(u)",),
    # Sine and its kin
    "sin(u)": (
        "-sin(-u)", "cos(pi/2-u)", "cos(u-pi/2)", "sin(pi-u)", "sin(u+2pi)", "2sin(u/2)*cos(u/2)", "1/csc(u)",
        "3sin(u/3)-4sin(u/3)^3", "2tan(u/2)/(1+tan(u/2)^2)", "tan(u)*cos(u)", "-sin(u+pi)", "-cos(u+pi/2)",
        "sqrt(3)/2*cos(u-pi/2)*2/sqrt(3)", "sin(u+pi/6)*cos(pi/6)-cos(u+pi/6)*sin(pi/6)", "(1-cos(u)^2)/sin(u)",
        "sin(2u)/(2cos(u))", "sin(u-pi/3)/2+sqrt(3)/2*cos(u-pi/3)", "sin(u-6pi)",
    ),
    "cos(u)": (
        "cos(-u)", "sin(pi/2-u)", "sin(u+pi/2)", "-cos(pi-u)", "cos(u+2pi)", "1-2sin(u/2)^2", "2cos(u/2)^2-1",
        "cos(u/2)^2-sin(u/2)^2", "4cos(u/3)^3-3cos(u/3)", "1/sec(u)", "(1-tan(u/2)^2)/(1+tan(u/2)^2)",
        "sin(u)*cot(u)", "cos(u-pi/4)/sqrt(2)-sin(u-pi/4)/sqrt(2)", "cos(u+4pi)", "sin(2u)/(2sin(u))",
    ),
    "tan(u)": (
        "sin(u)/cos(u)", "-tan(-u)", "tan(u+pi)", "1/cot(u)", "cot(pi/2-u)", "2tan(u/2)/(1-tan(u/2)^2)",
        "(1-cos(2u))/sin(2u)", "sin(2u)/(1+cos(2u))", "sec(u)*sin(u)", "csc(2u)-cot(2u)", "cot(u)-2cot(2u)",
    ),
    "cot(u)": ("cos(u)/sin(u)", "1/tan(u)", "tan(pi/2-u)", "csc(2u)+cot(2u)", "sin(2u)/(1-cos(2u))"),
    "sec(u)": ("1/cos(u)", "csc(pi/2-u)", "sec(-u)", "tan(u)/sin(u)", "2cos(u)/(1+cos(2u))"),
    "csc(u)": ("1/sin(u)", "cot(u/2)-cot(u)", "2sin(u)/(1-cos(2u))", "(tan(u/2)+cot(u/2))/2"),
    "sin(u)^2": ("1-cos(u)^2", "(1-cos(2u))/2", "tan(u)^2/(1+tan(u)^2)"),
    "cos(u)^2": ("1-sin(u)^2", "(1+cos(2u))/2", "1/(1+tan(u)^2)"),
    "sec(u)^2": ("1+tan(u)^2", "1/cos(u)^2", "2/(1+cos(2u))"),
    "csc(u)^2": ("1+cot(u)^2",),
    "tan(u)^2": ("sec(u)^2-1",),
    "sin(u)*cos(v)": ("(sin(u+v)+sin(u-v))/2",),
    "cos(u)*cos(v)": ("(cos(u+v)+cos(u-v))/2",),
    "sin(u)*sin(v)": ("(cos(u-v)-cos(u+v))/2",),
    "sin(u+v)": ("sin(u)*cos(v)+cos(u)*sin(v)",),
    "cos(u+v)": ("cos(u)*cos(v)-sin(u)*sin(v)",),
    "tan(u+v)": ("(tan(u)+tan(v))/(1-tan(u)*tan(v))",),
    "sin(2u)": ("2sin(u)*cos(u)",),
    "sin(3u)": ("3sin(u)-4sin(u)^3",),
    "cos(3u)": ("4cos(u)^3-3cos(u)",),
    # Inverse functions
    "arcsin(u)": ("pi/2-arccos(u)", "-arcsin(-u)", "arctan(u/sqrt(1-u^2))", "2arctan(u/(1+sqrt(1-u^2)))"),
    "arccos(u)": ("pi/2-arcsin(u)", "pi-arccos(-u)", "pi/2-arctan(u/sqrt(1-u^2))", "2arctan(sqrt((1-u)/(1+u)))"),
    "arctan(u)": (
        "-arctan(-u)", "pi/2-arccot(u)", "arcsin(u/sqrt(1+u^2))", "2arctan(u/(1+sqrt(1+u^2)))",
        "sign(u)*arccos(1/sqrt(1+u^2))",
    ),
    "arccot(u)": ("pi/2-arctan(u)", "arccos(u/sqrt(1+u^2))"),
    "arcsec(u)": ("arccos(1/u)", "pi/2-arccsc(u)"),
    "arccsc(u)": ("arcsin(1/u)", "pi/2-arcsec(u)"),
    "arsinh(u)": ("ln(u+sqrt(u^2+1))", "-arsinh(-u)", "-ln(sqrt(u^2+1)-u)", "artanh(u/sqrt(u^2+1))"),
    "arcosh(u)": ("ln(u+sqrt(u^2-1))", "2ln(sqrt((u+1)/2)+sqrt((u-1)/2))", "-ln(u-sqrt(u^2-1))"),
    "artanh(u)": ("ln((1+u)/(1-u))/2", "-artanh(-u)", "ln(1+u)/2-ln(1-u)/2", "arsinh(u/sqrt(1-u^2))"),
    "arcoth(u)": ("artanh(1/u)", "ln((u+1)/(u-1))/2"),
    "arsech(u)": ("arcosh(1/u)", "ln((1+sqrt(1-u^2))/u)"),
    "arcsch(u)": ("arsinh(1/u)",),
    # Exponentials and logarithms
    "e^u": (
        "1/e^(-u)", "(e^(u/2))^2", "e^(u-1)*e", "cosh(u)+sinh(u)", "2^(u/ln(2))", "exp(u)", "e^(2u)/e^u",
        "e^(u+ln(3))/3", "sqrt(e^(2u))", "1/(cosh(u)-sinh(u))", "e*e^(u-1)", "(1+tanh(u/2))/(1-tanh(u/2))",
        "(1/e)^(-u)",
    ),
    "exp(u)": ("e^u", "exp(u/3)^3", "exp(u+2)/exp(2)"),
    "e^(u+v)": ("e^u*e^v", "e^u/e^(-v)"),
    "e^u*e^v": ("e^(u+v)",),
    "e^(2u)": ("(e^u)^2",),
    "ln(u)": (
        "ln(2u)-ln(2)", "-ln(1/u)", "2ln(sqrt(u))", "ln(u^2)/2", "ln|u|", "log10(u)*ln(10)", "ln(u^3)/3",
        "ln(e*u)-1", "3ln(cbrt(u))", "log(2,u)*ln(2)", "log(3,u)/log(3,e)", "ln(u/5)+ln(5)", "2artanh((u-1)/(u+1))",
    ),
    "ln(u*v)": ("ln|u|+ln|v|", "ln|u*v|"),
    "ln(u/v)": ("ln|u|-ln|v|", "-ln(v/u)"),
    "ln|u|": ("ln(u^2)/2", "ln(sqrt(u^2))", "ln|-u|"),
    "log10(u)": ("ln(u)/ln(10)", "log(100,u)*2"),
    # Hyperbolic functions
    "sinh(u)": (
        "(e^u-e^(-u))/2", "-sinh(-u)", "2sinh(u/2)*cosh(u/2)", "tanh(u)*cosh(u)", "1/csch(u)", "(e^(2u)-1)/(2e^u)",
        "3sinh(u/3)+4sinh(u/3)^3", "e^u-cosh(u)",
    ),
    "cosh(u)": ("(e^u+e^(-u))/2", "cosh(-u)", "1+2sinh(u/2)^2", "sqrt(1+sinh(u)^2)", "1/sech(u)", "2cosh(u/2)^2-1"),
    "tanh(u)": (
        "sinh(u)/cosh(u)", "(e^(2u)-1)/(e^(2u)+1)", "1-2/(e^(2u)+1)", "2tanh(u/2)/(1+tanh(u/2)^2)", "-tanh(-u)",
        "2sigmoid(2u)-1",
    ),
    "sech(u)": ("1/cosh(u)", "2/(e^u+e^(-u))", "2e^u/(e^(2u)+1)"),
    "csch(u)": ("1/sinh(u)", "coth(u/2)-coth(u)"),
    "coth(u)": ("1/tanh(u)", "cosh(u)/sinh(u)", "1+2/(e^(2u)-1)"),
    "sech(u)^2": ("1-tanh(u)^2",),
    "sigmoid(u)": ("1/(1+e^(-u))", "e^u/(1+e^u)", "(1+tanh(u/2))/2", "1-sigmoid(-u)"),
    "softplus(u)": ("ln(1+e^u)", "u+softplus(-u)", "u-ln(sigmoid(u))"),
    # Roots and corners
    "sqrt(u)": ("u^(1/2)", "sqrt(4u)/2", "(u^2)^(1/4)", "u/sqrt(u)", "sqrt(u/9)*3", "sqrt(u)^3/|u|", "root(6,u^3)"),
    "sqrt(u*v)": ("sqrt|u|*sqrt|v|",),
    "sqrt(u/v)": ("sqrt|u|/sqrt|v|", "sqrt(u*v)/|v|"),
    "cbrt(u)": ("root(3,u)", "-cbrt(-u)", "cbrt(8u)/2", "u/cbrt(u)^2", "u^(1/3)"),
    "|u|": ("sqrt(u^2)", "|-u|", "max(u,-u)", "sign(u)*u", "u^2/|u|", "relu(u)+relu(-u)", "2max(u,0)-u"),
    "max(u,v)": ("(u+v+|u-v|)/2", "-min(-u,-v)", "v+relu(u-v)"),
    "min(u,v)": ("(u+v-|u-v|)/2", "-max(-u,-v)"),
    "relu(u)": ("max(0,u)", "(u+|u|)/2", "u+relu(-u)"),
    "erf(u)": ("-erf(-u)",),
}  # fmt: skip

_HOLE_NAMES = Names(HOLES)


def _read(text: str) -> Expr:
    return parse(text, _HOLE_NAMES)


IDENTITIES: tuple[tuple[str, Expr, Expr], ...] = tuple(
    (f"{left} = {right}", _read(left), _read(right)) for left, rights in _TABLE.items() for right in rights
)
"""Name, left side and right side."""


def bound(pattern: Expr, e: Expr, rng: Random, known: dict[str, Expr]) -> bool:
    """Whether the pattern fits; ``known`` is filled with what its names stand for."""
    match pattern:
        case Variable(name):
            if name in known:
                return known[name] == e
            known[name] = e
            return True
        case Add(terms) if isinstance(e, Add):
            return _bound_list(terms, e.terms, Add, rng, known)
        case Mul(factors) if isinstance(e, Mul):
            return _bound_list(factors, e.factors, Mul, rng, known)
        case Apply(name) if isinstance(e, Apply) and e.function == name:
            pass
        case Number() | Constant():
            return pattern == e
        case _ if type(pattern) is not type(e):
            return False
        case Add() | Mul() | Apply():
            return False
    parts, others = children(pattern), children(e)
    return len(parts) == len(others) and all(bound(p, o, rng, known) for p, o in zip(parts, others, strict=True))


def _bound_list(
    pattern: tuple[Expr, ...], parts: tuple[Expr, ...], build: type, rng: Random, known: dict[str, Expr]
) -> bool:
    """A pattern of two: the first fits one part, the second the rest, in any order."""
    first, second = pattern
    order = list(range(len(parts)))
    rng.shuffle(order)
    for i in order:
        rest = parts[:i] + parts[i + 1 :]
        other = rest[0] if len(rest) == 1 else build(rest)
        trial = dict(known)
        if bound(first, parts[i], rng, trial) and bound(second, other, rng, trial):
            known.update(trial)
            return True
    return False


_ANYWHERE = tuple(row for row in IDENTITIES if isinstance(row[1], Variable))
_SHAPED = tuple(row for row in IDENTITIES if not isinstance(row[1], Variable))


def rewritten_once(e: Expr, rng: Random) -> tuple[str, Expr] | None:
    """The node itself rewritten by an identity that fits it."""
    rows = list(_SHAPED) if rng.random() < 0.8 else list(_ANYWHERE)
    rng.shuffle(rows)
    for name, left, right in rows:
        known: dict[str, Expr] = {}
        if bound(left, e, rng, known):
            return name, substitute(right, known)
    return None


def rewritten(e: Expr, rng: Random, steps: int = 3) -> tuple[Expr, list[str]]:
    """The tree rewritten at random places, shuffled, and the names of what was done."""
    done: list[str] = []
    for _ in range(steps):
        path = _somewhere(e, rng)
        found = rewritten_once(_at(e, path), rng)
        if found is not None:
            done.append(found[0])
            e = _with(e, path, found[1])
    return shuffled(e, rng), done


def shuffled(e: Expr, rng: Random) -> Expr:
    """Sums and products in another order and grouped otherwise."""
    e = rebuild(e, tuple(shuffled(part, rng) for part in children(e)))
    if isinstance(e, Add | Mul) and rng.random() < 0.5:
        parts = list(children(e))
        rng.shuffle(parts)
        if len(parts) > 2 and rng.random() < 0.4:
            k = rng.randrange(1, len(parts))
            head = parts[0] if k == 1 else type(e)(tuple(parts[:k]))
            parts = [head, *parts[k:]]
        e = type(e)(tuple(parts))
    return e


Path = tuple[int, ...]


def paths(e: Expr, here: Path = ()) -> list[Path]:
    """Where the nodes are, constant exponents and such small parts included."""
    found = [here]
    for i, part in enumerate(children(e)):
        found += paths(part, (*here, i))
    return found


def _somewhere(e: Expr, rng: Random, varying: bool = False) -> Path:
    places = paths(e)
    if varying:
        places = [p for p in places if variables(_at(e, p))] or places
    return rng.choice(places)


def _at(e: Expr, path: Path) -> Expr:
    for i in path:
        e = children(e)[i]
    return e


def _with(e: Expr, path: Path, new: Expr) -> Expr:
    if not path:
        return new
    parts = list(children(e))
    parts[path[0]] = _with(parts[path[0]], path[1:], new)
    return rebuild(e, tuple(parts))


# Changes that do not keep the value


def _sign(e: Expr, rng: Random) -> Expr:
    return Neg(e)


def _coefficient(e: Expr, rng: Random) -> Expr:
    q = rng.choice([Fraction(2), Fraction(1, 2), Fraction(3, 2), Fraction(8, 7), Fraction(999, 1000)])
    return Mul((rational(q), e))


def _tiny(e: Expr, rng: Random) -> Expr:
    return Add((e, rational(Fraction(rng.choice([-1, 1]), 10 ** rng.choice([6, 9, 12, 20, 40])))))


def _tiny_slope(e: Expr, rng: Random) -> Expr | None:
    names = sorted(variables(e))
    if not names:
        return None
    return Add((e, Mul((rational(Fraction(1, 10 ** rng.choice([6, 9, 15]))), Variable(names[0])))))


def _exponent(e: Expr, rng: Random) -> Expr | None:
    if not isinstance(e, Pow):
        return None
    return Pow(e.base, Add((e.exponent, rng.choice([ONE, Neg(ONE), rational(Fraction(1, 3))]))))


_KIN = {
    "sin": "cos", "cos": "sin", "tan": "cot", "cot": "tan", "sec": "csc", "csc": "sec", "sinh": "cosh",
    "cosh": "sinh", "tanh": "sech", "sech": "tanh", "arcsin": "arctan", "arctan": "arsinh", "ln": "log10",
    "log10": "ln",
    "sqrt": "cbrt", "cbrt": "arctan", "exp": "sinh", "arsinh": "arctan", "erf": "tanh", "sigmoid": "tanh",
    "max": "min", "min": "max", "relu": "abs", "abs": "relu", "arccos": "arccot", "arccot": "arccos",
}  # fmt: skip


def _function(e: Expr, rng: Random) -> Expr | None:
    if not isinstance(e, Apply) or e.function not in _KIN:
        return None
    return Apply(_KIN[e.function], e.arguments)


def _dropped(e: Expr, rng: Random) -> Expr | None:
    if not isinstance(e, Add | Mul):
        return None
    parts = list(children(e))
    del parts[rng.randrange(len(parts))]
    return parts[0] if len(parts) == 1 else type(e)(tuple(parts))


def _sum_for_product(e: Expr, rng: Random) -> Expr | None:
    match e:
        case Add(terms):
            return Mul(terms)
        case Mul(factors):
            return Add(factors)
        case Div(top, bottom):
            return Div(bottom, top)
        case _:
            return None


def _freshman(e: Expr, rng: Random) -> Expr | None:
    """``(u + v)^n`` as ``u^n + v^n``, ``f(u + v)`` as ``f(u) + f(v)``."""
    match e:
        case Pow(Add(terms), n):
            return Add(tuple(Pow(t, n) for t in terms))
        case Apply(f, (Add(terms),)):
            return Add(tuple(Apply(f, (t,)) for t in terms))
        case _:
            return None


CHANGES: dict[str, Callable[[Expr, Random], Expr | None]] = {
    "sign": _sign,
    "coefficient": _coefficient,
    "tiny": _tiny,
    "tiny slope": _tiny_slope,
    "exponent": _exponent,
    "function": _function,
    "dropped": _dropped,
    "sum for product": _sum_for_product,
    "freshman": _freshman,
}


def changed(e: Expr, rng: Random) -> tuple[str, Expr]:
    """The tree with one change at a random place.  It may happen to keep the value: to be checked."""
    for _ in range(40):
        name = rng.choice(sorted(CHANGES))
        path = _somewhere(e, rng, varying=True)
        new = CHANGES[name](_at(e, path), rng)
        if new is not None:
            return name, _with(e, path, new)
    return "sign", Neg(e)


def kinked(e: Expr, rng: Random, name: str, low: Fraction, high: Fraction) -> Expr:
    """The same function but for a corner near one end of the interval."""
    width = high - low
    size = rational(Fraction(1, rng.choice([1, 50, 10**6])))
    x = Variable(name)
    if rng.random() < 0.5:
        at = high - width / rng.choice([3, 20, 100])
        corner = Apply("max", (integer(0), Add((x, Neg(rational(at))))))
    else:
        at = low + width / rng.choice([3, 20, 100])
        corner = Apply("max", (integer(0), Add((rational(at), Neg(x)))))
    return Add((e, Mul((size, corner))))


# Expressions to begin with


def expression(rng: Random, depth: int = 3, name: str = "x") -> Expr:
    """A random expression of a calculus course, defined on (1/4, 2) more often than not."""
    x = Variable(name)
    if depth == 0 or rng.random() < 0.12:
        return rng.choice([x, x, x, integer(rng.randint(1, 5)), Mul((integer(rng.randint(2, 5)), x)),
                           Add((x, integer(rng.randint(1, 3)))), Pow(x, integer(rng.randint(2, 4)))])  # fmt: skip
    part = expression(rng, depth - 1, name)
    kind = rng.randrange(12)
    if kind < 3:
        return Add((part, rng.choice([lambda u: u, Neg])(expression(rng, depth - 1, name))))
    if kind < 5:
        return Mul((part, expression(rng, depth - 1, name)))
    if kind == 5:
        return Div(part, Add((Pow(expression(rng, depth - 1, name), TWO), ONE)))
    if kind == 6:
        return Pow(part, rng.choice([TWO, integer(3), rational(Fraction(1, 2)), rational(Fraction(2, 3)), Neg(ONE)]))
    if kind == 7:
        return Pow(Constant("e"), Mul((rational(Fraction(rng.choice([-1, 1]), rng.randint(1, 3))), part)))
    positive = Add((Pow(part, TWO), ONE))
    within = Div(part, Add((Pow(part, TWO), TWO)))
    return rng.choice([
        Apply(rng.choice(["sin", "cos", "tan", "sinh", "cosh", "tanh", "arctan", "arsinh", "sec", "sigmoid"]), (part,)),
        Apply(rng.choice(["ln", "sqrt", "cbrt", "log10", "abs"]), (rng.choice([positive, part]),)),
        Apply(rng.choice(["arcsin", "arccos", "artanh"]), (within,)),
        Apply(rng.choice(["arcosh", "arcsec", "coth", "csch"]), (Add((positive, ONE)),)),
        Apply(rng.choice(["max", "min"]), (part, integer(rng.randint(0, 2)))),
        Pow(x, part) if name == "x" and rng.random() < 0.3 else Apply("softplus", (part,)),
    ])  # fmt: skip
