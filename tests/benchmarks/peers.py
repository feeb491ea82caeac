"""The engines that are compared: each makes a pair ready, untimed, and then answers, timed.

``prepare(row)`` gives what ``decide`` takes; ``decide`` says True (equal), False, or None (no
opinion), ours also whether the verdict comes with a proof or a counterexample.  Ours is timed from
the two texts on.  SymPy builds its expressions from the trees our reader made, with what the domain
says about signs; Math-Verify reads LaTeX, Maxima and symengine lines in their own languages, all
timed; only the sampling starts from ready trees.  None but ours has a notion of "up to a constant":
the others are given derivatives.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parents[1])]

from pair_sets import Row, entries  # noqa: E402

from grader.expr import tree as t  # noqa: E402
from grader.expr.derivative import derivative  # noqa: E402
from grader.expr.domain import Domain, Interval  # noqa: E402

Pair = tuple[t.Expr, t.Expr]
Engine = tuple[Callable[[Row], Any], Callable[[Any], Any]]


def trees(row: Row) -> list[Pair]:
    """Reference and student as trees, one pair an entry; for antiderivatives their derivatives."""
    pairs = entries(row)
    if row["relation"] == "antiderivative":
        name = row["variables"][0]
        pairs = [(derivative(a, name), derivative(b, name)) for a, b in pairs]
    return pairs


def box(row: Row) -> Domain:
    ends = {name: [Fraction(end) for end in pair] for name, pair in (row.get("domain") or {}).items()}
    return Domain.of({name: Interval(low, high) for name, (low, high) in ends.items()})


def ours() -> Engine:
    from grader import compare as comparison

    def prepare(row: Row) -> Row:
        # Each pair stands for itself: nothing of its reference is kept from the pair before.
        comparison.forget()
        return row

    def decide(row: Row) -> tuple[bool | None, bool]:
        verdict = comparison.compare(row)
        outcome = None if verdict.verdict in ("undecided", "unreadable") else verdict.verdict == "correct"
        return outcome, verdict.truth.value in ("proved", "refuted")

    return prepare, decide


def simplify() -> Engine:
    import sympy

    def decide(prepared: Any) -> bool:
        return all(sympy.simplify(a - b) == 0 for a, b in _built(prepared))

    return _with_domain, decide


def equals() -> Engine:
    def decide(prepared: Any) -> bool | None:
        found = [a.equals(b) for a, b in _built(prepared)]
        return None if None in found and False not in found else all(found)

    return _with_domain, decide


def _with_domain(row: Row) -> tuple[list[Pair], Domain]:
    return trees(row), box(row)


def _built(prepared: tuple[list[Pair], Domain]) -> Iterator[tuple[Any, Any]]:
    """SymPy's expressions: to build them is timed, for that is where it simplifies the easy ones."""
    from grader.expr.symbolic import to_sympy

    pairs, domain = prepared
    return ((to_sympy(a, domain), to_sympy(b, domain)) for a, b in pairs)


def math_verify() -> Engine:
    from math_verify import parse, verify

    from grader.expr.latex import to_latex

    def prepare(row: Row) -> Any:
        return [(f"${to_latex(a)}$", f"${to_latex(b)}$") for a, b in trees(row)]

    return prepare, lambda pairs: all(verify(parse(a), parse(b)) for a, b in pairs)


def symengine_expand() -> Engine:
    import symengine

    def prepare(row: Row) -> Any:
        return [(str(a), str(b)) for a, b in _built(_with_domain(row))]

    def decide(pairs: Any) -> bool:
        return all((symengine.sympify(a) - symengine.sympify(b)).expand() == 0 for a, b in pairs)

    return prepare, decide


def sampling() -> Engine:
    """Five random points of the domain, 0.01 % apart at most, as the graders that sample do."""
    import numpy

    random = numpy.random.default_rng(5)

    def prepare(row: Row) -> Any:
        domain = row.get("domain") or {}
        ends = {name: [float(Fraction(end)) for end in domain.get(name, ("1", "5"))] for name in row["variables"]}
        return trees(row), ends

    def decide(prepared: Any) -> bool:
        pairs, ends = prepared
        point = {name: random.uniform(low, high, 5) for name, (low, high) in ends.items()}
        with numpy.errstate(all="ignore"):
            for pair in pairs:
                a, b = (numpy.broadcast_to(_sampled(side, point, numpy), 5) for side in pair)
                met = numpy.isfinite(a)
                if not numpy.all(numpy.abs(a - b)[met] <= 1e-4 * numpy.abs(a)[met]):
                    return False
        return True

    return prepare, decide


_NUMPY = {"ln": "log", "abs": "abs", "sign": "sign", "arsinh": "arcsinh", "arcosh": "arccosh", "artanh": "arctanh"}


def _sampled(e: t.Expr, point: Any, numpy: Any) -> Any:
    """The values at the points, in floating point."""
    match e:
        case t.Number(q):
            return float(q)
        case t.Constant(name):
            return {"pi": numpy.pi, "e": numpy.e, "oo": numpy.inf}[name]
        case t.Variable(name):
            # A free constant has been differentiated away but for its coefficient.
            return point.get(name, 1.0)
        case t.Neg(a):
            return -_sampled(a, point, numpy)
        case t.Add(terms):
            return sum(_sampled(term, point, numpy) for term in terms)
        case t.Mul(factors):
            product: Any = 1.0
            for factor in factors:
                product = product * _sampled(factor, point, numpy)
            return product
        case t.Div(a, b):
            return numpy.divide(_sampled(a, point, numpy), _sampled(b, point, numpy))
        case t.Pow(b, x):
            return _real_power(_sampled(b, point, numpy), t.rational_value(x), _sampled(x, point, numpy), numpy)
        case t.Apply("min" | "max" as name, arguments):
            reduce = numpy.minimum if name == "min" else numpy.maximum
            first, *rest = (_sampled(a, point, numpy) for a in arguments)
            for other in rest:
                first = reduce(first, other)
            return first
        case t.Apply("factorial", (a,)):
            from math import factorial

            return float(factorial(int(_sampled(a, point, numpy))))
        case t.Apply(name, arguments):
            if hasattr(numpy, _NUMPY.get(name, name)) and len(arguments) == 1:
                return getattr(numpy, _NUMPY.get(name, name))(_sampled(arguments[0], point, numpy))
            from grader.expr.functions import FUNCTIONS

            definition = FUNCTIONS[name].definition
            assert definition is not None, name
            return _sampled(definition(*arguments), point, numpy)
    raise AssertionError(e)


def _real_power(base: Any, exponent: Fraction | None, value: Any, numpy: Any) -> Any:
    if exponent is not None and exponent.denominator % 2 and exponent.denominator > 1:
        sign = numpy.sign(base) if exponent.numerator % 2 else 1.0
        return sign * numpy.power(numpy.abs(base), float(exponent))
    return numpy.power(numpy.asarray(base, dtype=float), value)


class Maxima:
    """A running Maxima, asked through a pipe."""

    CHAIN = (
        "zero(d):=block([r],"
        "r:ratsimp(d),if r=0 then return(true),"
        "r:radcan(d),if r=0 then return(true),"
        "r:trigreduce(trigexpand(d)),if ratsimp(r)=0 then return(true),"
        "r:ratsimp(trigsimp(exponentialize(d))),if r=0 then return(true),"
        "r:radcan(logcontract(d)),if r=0 then return(true),"
        "r:rootscontract(radcan(trigsimp(d))),is(ratsimp(r)=0))$"
    )

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            ["maxima", "--very-quiet"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.ask("display2d:false$ load(scifac)$ print(0)$ " + self.CHAIN)

    def ask(self, command: str) -> list[str]:
        """The lines of an answer; a Maxima that has died of a question is started anew for the next one."""
        try:
            return self.answer(command)
        except (EOFError, BrokenPipeError):
            self.process.kill()
            self.process.wait()
            self.start()
            raise

    def answer(self, command: str) -> list[str]:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(command + ' print("#done")$\n')
        self.process.stdin.flush()
        lines = []
        while "#done" not in (line := self.process.stdout.readline()):
            if not line:
                raise EOFError
            lines.append(line.strip())
        return lines


def maxima() -> Engine:
    machine = Maxima()

    def prepare(row: Row) -> Any:
        positive = [f"{n}>0" for n, interval in box(row).intervals if interval.low is not None and interval.low >= 0]
        facts = f"assume({','.join(positive)})$" if positive else ""
        machine.ask(f"block(forget(facts()))$ {facts}")
        return [(to_maxima(a), to_maxima(b)) for a, b in trees(row)]

    def decide(pairs: Any) -> bool:
        return all(any("true" in line for line in machine.ask(f"print(zero({a}-({b})))$")) for a, b in pairs)

    return prepare, decide


_MAXIMA_NAMES = {
    "arcsin": "asin", "arccos": "acos", "arctan": "atan",
    "arsinh": "asinh", "arcosh": "acosh", "artanh": "atanh", "ln": "log", "sign": "signum",
}  # fmt: skip
_MAXIMA_OWN = frozenset(
    ("sin cos tan cot sec csc sinh cosh tanh coth sech csch exp sqrt abs min max factorial erf").split()
)


def to_maxima(e: t.Expr) -> str:
    match e:
        case t.Number(q):
            return f"({q.numerator}/{q.denominator})"
        case t.Constant(name):
            return {"pi": "%pi", "e": "%e", "oo": "inf"}[name]
        case t.Variable(name):
            return name
        case t.Neg(a):
            return f"(-{to_maxima(a)})"
        case t.Add(terms):
            return "(" + "+".join(map(to_maxima, terms)) + ")"
        case t.Mul(factors):
            return "(" + "*".join(map(to_maxima, factors)) + ")"
        case t.Div(a, b):
            return f"({to_maxima(a)}/{to_maxima(b)})"
        case t.Pow(a, b):
            return f"({to_maxima(a)}^{to_maxima(b)})"
        case t.Apply("log", (b, a)):
            return f"(log({to_maxima(a)})/log({to_maxima(b)}))"
        case t.Apply(name, arguments) if name in _MAXIMA_NAMES or name in _MAXIMA_OWN:
            return f"{_MAXIMA_NAMES.get(name, name)}({','.join(map(to_maxima, arguments))})"
        case t.Apply(name, arguments):
            from grader.expr.functions import FUNCTIONS

            definition = FUNCTIONS[name].definition
            assert definition is not None, name
            return to_maxima(definition(*arguments))


ENGINES: dict[str, Callable[[], Engine]] = {
    "calculus-grader": ours,
    "SymPy simplify": simplify,
    "SymPy .equals": equals,
    "Math-Verify": math_verify,
    "symengine expand": symengine_expand,
    "NumPy sampling": sampling,
    "Maxima": maxima,
}
OURS = "calculus-grader"
_NEEDS = {"Math-Verify": "math_verify", "symengine expand": "symengine", "NumPy sampling": "numpy"}


def missing(name: str) -> str:
    """Why an engine cannot be asked here; '' when it can."""
    if name == "Maxima" and shutil.which("maxima") is None:
        return "there is no program maxima"
    if name in _NEEDS and find_spec(_NEEDS[name]) is None:
        return f"the package {_NEEDS[name]} is not installed"
    return ""
