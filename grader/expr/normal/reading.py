"""Trees as elements of a field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from math import factorial, floor

from grader.expr.normal.angles import arccosine, arcsine, arctangent, pi, sine_cosine
from grader.expr.normal.budget import GaveUp
from grader.expr.normal.field import Element, Field, Kernel
from grader.expr.normal.opaque import opaque
from grader.expr.normal.powers import absolute, exponential, logarithm, root, signum, symbolic_power
from grader.expr.tree import Add, Apply, Constant, Div, Expr, Mul, Neg, Number, Pow, Variable, rational_value

HALF = Fraction(1, 2)
LARGEST_FACTORIAL = 200


def read(field: Field, e: Expr) -> Element:
    """The element that has the value of ``e`` wherever ``e`` is defined on the domain.

    A subtree that occurs again, as derivatives have many, is read once.
    """
    if type(e) is Variable:
        i = field.found.get(("variable", e.name))
        return _variable(field, e) if i is None else (field.generators[i], field.unity)
    if type(e) is Number:
        return field.rational(e.value)
    known = field.read.get(id(e))
    if known is None:
        field.spend(1)
        # The node is kept, so that its place in memory is not given to another.
        known = field.read[id(e)] = (e, _NODES[type(e)](field, e))
    return known[1]


def _constant(field: Field, e: Constant) -> Element:
    if e.name == "pi":
        return pi(field)
    if e.name == "e":
        return exponential(field, field.one)
    raise GaveUp("infinity is not a number")


def _variable(field: Field, e: Variable) -> Element:
    name = e.name
    return field.element(field.generator(("variable", name), Kernel("variable", name=name, depends=frozenset({name}))))


def _negative(field: Field, e: Neg) -> Element:
    return field.negative(read(field, e.argument))


def _sum(field: Field, e: Add) -> Element:
    if len(e.terms) > MANY or any(_is_long(term) for term in e.terms):
        return _long_sum(field, e)
    total = read(field, e.terms[0])
    for term in e.terms[1:]:
        total = field.add(total, read(field, term))
    return total


MANY = 6
"""Terms above which a sum is put in order before it is added up."""


def _is_long(term: Expr) -> bool:
    if type(term) is Neg:
        term = term.argument
    return type(term) is Add and len(term.terms) > MANY


def _long_sum(field: Field, e: Add) -> Element:
    """Terms over the same denominator first: they may cancel, before the denominators are multiplied.

    Two long sums of which one is subtracted have most terms in common.
    """
    tops: dict[int, Element] = {}
    for positive, term in _terms(e):
        n, d = read(field, term)
        key = field.number(d)
        known = tops.get(key)
        if not positive:
            n = -n
        tops[key] = (n, d) if known is None else (known[0] + n, d)
    total = field.zero
    for n, d in tops.values():
        if not n.is_zero():
            total = field.add(total, field.lowest(n, d))
    return total


def _terms(e: Expr, positive: bool = True) -> Iterator[tuple[bool, Expr]]:
    """The terms of sums within sums, each with its sign."""
    if type(e) is Add:
        for term in e.terms:
            yield from _terms(term, positive)
    elif type(e) is Neg:
        yield from _terms(e.argument, not positive)
    else:
        yield positive, e


def _product(field: Field, e: Mul) -> Element:
    product = read(field, e.factors[0])
    for factor in e.factors[1:]:
        product = field.multiply(product, read(field, factor))
    return product


def _quotient(field: Field, e: Div) -> Element:
    top, bottom = read(field, e.numerator), read(field, e.denominator)
    field.denominators += (bottom[0],)
    return field.divide(top, bottom)


def _power(field: Field, e: Pow) -> Element:
    exponent, base = e.exponent, e.base
    q = exponent.value if type(exponent) is Number else rational_value(exponent)
    if q is not None:
        b = read(field, base)
        return field.power(b, int(q)) if q.denominator == 1 else root(field, b, q)
    x = read(field, exponent)
    if type(base) is Constant and base.name == "e":
        return exponential(field, x)
    b = read(field, base)
    value = field.rational_of(x)
    if value is not None and value.denominator == 1:
        return field.power(b, int(value))
    return symbolic_power(field, b, x)


def _apply(field: Field, e: Apply) -> Element:
    row = _FUNCTIONS.get(e.function)
    arguments = [read(field, argument) for argument in e.arguments]
    if row is not None:
        return row(field, *arguments)
    from grader.expr.functions import FUNCTIONS

    known = FUNCTIONS.get(e.function)
    if known is not None and known.definition is not None:
        return read(field, known.definition(*e.arguments))
    return opaque(field, e.function, tuple(arguments))


def _sin(field: Field, u: Element) -> Element:
    return sine_cosine(field, u)[0]


def _cos(field: Field, u: Element) -> Element:
    return sine_cosine(field, u)[1]


def _tan(field: Field, u: Element) -> Element:
    s, c = sine_cosine(field, u)
    return field.divide(s, c)


def _cot(field: Field, u: Element) -> Element:
    s, c = sine_cosine(field, u)
    return field.divide(c, s)


def _sec(field: Field, u: Element) -> Element:
    return field.inverse(_cos(field, u))


def _csc(field: Field, u: Element) -> Element:
    return field.inverse(_sin(field, u))


def _sinh_cosh(field: Field, u: Element) -> tuple[Element, Element]:
    grown = exponential(field, u)
    shrunk = field.inverse(grown)
    return field.scale(field.subtract(grown, shrunk), HALF), field.scale(field.add(grown, shrunk), HALF)


def _sinh(field: Field, u: Element) -> Element:
    return _sinh_cosh(field, u)[0]


def _cosh(field: Field, u: Element) -> Element:
    return _sinh_cosh(field, u)[1]


def _tanh(field: Field, u: Element) -> Element:
    square = exponential(field, field.scale(u, 2))
    return field.divide(field.subtract(square, field.one), field.add(square, field.one))


def _coth(field: Field, u: Element) -> Element:
    return field.inverse(_tanh(field, u))


def _sech(field: Field, u: Element) -> Element:
    return field.inverse(_cosh(field, u))


def _csch(field: Field, u: Element) -> Element:
    return field.inverse(_sinh(field, u))


def _arccot(field: Field, u: Element) -> Element:
    return field.subtract(field.scale(pi(field), HALF), arctangent(field, u))


def _arcsec(field: Field, u: Element) -> Element:
    return arccosine(field, field.inverse(u))


def _arccsc(field: Field, u: Element) -> Element:
    return arcsine(field, field.inverse(u))


def _arsinh(field: Field, u: Element) -> Element:
    square = field.add(field.multiply(u, u), field.one)
    return logarithm(field, field.add(u, root(field, square, HALF)))


def _arcosh(field: Field, u: Element) -> Element:
    square = field.subtract(field.multiply(u, u), field.one)
    return logarithm(field, field.add(u, root(field, square, HALF)))


def _artanh(field: Field, u: Element) -> Element:
    return field.scale(
        logarithm(field, field.divide(field.add(field.one, u), field.subtract(field.one, u))),
        HALF,
    )


def _arcoth(field: Field, u: Element) -> Element:
    return _artanh(field, field.inverse(u))


def _arsech(field: Field, u: Element) -> Element:
    return _arcosh(field, field.inverse(u))


def _arcsch(field: Field, u: Element) -> Element:
    return _arsinh(field, field.inverse(u))


def _log(field: Field, base: Element, u: Element) -> Element:
    return field.divide(logarithm(field, u), logarithm(field, base))


def _log10(field: Field, u: Element) -> Element:
    return _log(field, field.rational(10), u)


def _sqrt(field: Field, u: Element) -> Element:
    return root(field, u, HALF)


def _cbrt(field: Field, u: Element) -> Element:
    return root(field, u, Fraction(1, 3))


def _root(field: Field, n: Element, u: Element) -> Element:
    index = field.rational_of(n)
    if index is None or index.denominator != 1 or index < 1:
        raise GaveUp("a root whose index is not a positive integer")
    return root(field, u, 1 / index)


def _maximum(field: Field, *values: Element) -> Element:
    greatest = values[0]
    for value in values[1:]:
        gap = absolute(field, field.subtract(greatest, value))
        greatest = field.scale(field.add(field.add(greatest, value), gap), HALF)
    return greatest


def _minimum(field: Field, *values: Element) -> Element:
    return field.negative(_maximum(field, *(field.negative(value) for value in values)))


def _relu(field: Field, u: Element) -> Element:
    return _maximum(field, field.zero, u)


def _sigmoid(field: Field, u: Element) -> Element:
    grown = exponential(field, u)
    return field.divide(grown, field.add(grown, field.one))


def _softplus(field: Field, u: Element) -> Element:
    return logarithm(field, field.add(exponential(field, u), field.one))


def _factorial(field: Field, u: Element) -> Element:
    """Of arguments that differ by an integer one gets a kernel: ``(u + k)! = u! (u + 1) ... (u + k)``.

    The identity holds where both sides are defined, and a rational function that is zero
    in terms of ``u!`` is zero in terms of ``(u + k)!`` too, should ``u!`` not be defined.
    """
    shift = sum((c for c, n, d in field.monomials(u) if n.is_one() and d.is_one()), Fraction(0))
    whole = floor(shift)
    if abs(whole) > LARGEST_FACTORIAL:
        raise GaveUp("a factorial is too large")
    base = field.subtract(u, field.rational(whole))
    part = field.rational_of(base)
    if part == 0:
        if whole < 0:
            raise GaveUp("a factorial of a negative integer")
        return field.rational(factorial(whole))
    if part == HALF:
        # (-1/2)! is the square root of pi.
        result = field.scale(root(field, pi(field), HALF), HALF)
    else:
        result = opaque(field, "factorial", (base,))
    product = field.one
    for j in range(1, whole + 1) if whole > 0 else range(whole + 1, 1):
        product = field.multiply(product, field.add(base, field.rational(j)))
    return field.multiply(result, product) if whole > 0 else field.divide(result, product)


def _erf(field: Field, u: Element) -> Element:
    u = field.rationalised(u)
    if u[0].is_zero():
        return u
    if u[0].leading_coefficient() < 0:
        return field.negative(opaque(field, "erf", (field.negative(u),)))
    return opaque(field, "erf", (u,))


_NODES: Mapping[type, Callable[..., Element]] = {
    Constant: _constant,
    Neg: _negative,
    Add: _sum,
    Mul: _product,
    Div: _quotient,
    Pow: _power,
    Apply: _apply,
}

_FUNCTIONS: Mapping[str, Callable[..., Element]] = {
    "sin": _sin,
    "cos": _cos,
    "tan": _tan,
    "cot": _cot,
    "sec": _sec,
    "csc": _csc,
    "arcsin": arcsine,
    "arccos": arccosine,
    "arctan": arctangent,
    "arccot": _arccot,
    "arcsec": _arcsec,
    "arccsc": _arccsc,
    "sinh": _sinh,
    "cosh": _cosh,
    "tanh": _tanh,
    "coth": _coth,
    "sech": _sech,
    "csch": _csch,
    "arsinh": _arsinh,
    "arcosh": _arcosh,
    "artanh": _artanh,
    "arcoth": _arcoth,
    "arsech": _arsech,
    "arcsch": _arcsch,
    "exp": exponential,
    "ln": logarithm,
    "log": _log,
    "log10": _log10,
    "sqrt": _sqrt,
    "cbrt": _cbrt,
    "root": _root,
    "abs": absolute,
    "sign": signum,
    "max": _maximum,
    "min": _minimum,
    "relu": _relu,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "factorial": _factorial,
    "erf": _erf,
}
