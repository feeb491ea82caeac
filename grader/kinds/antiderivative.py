"""Indefinite integrals: one antiderivative, or all of them with a free constant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from grader.answer import Answer, Scalar, Shape
from grader.claims import Antiderivative, Weighted
from grader.expr.by_hand import antiderivative_by_hand, broken_antiderivatives
from grader.expr.derivative import derivative
from grader.expr.domain import Domain, Interval
from grader.expr.tidy import tidy
from grader.expr.tree import Add, Apply, Expr, Neg, Variable, children, rebuild, size, variables
from grader.expr.zeros import zeros
from grader.kinds.base import Given, Givens, Kind, Mistake, Policy, Task, Unsolvable, expression, variable


def _solve(given: Givens, domain: Domain, policy: Mapping[str, str]) -> Answer:
    """The shortest antiderivative that is proved right, found by hand's rules and by SymPy."""
    f, x = expression(given, "f"), variable(given, "wrt")
    domain = domain.including({x} | variables(f))
    known = [found for found in (antiderivative_by_hand(f, x), _by_sympy(f, x, domain)) if found is not None]
    right = [found for found in known if _is_antiderivative(found, f, x, domain)]
    if not right:
        raise Unsolvable("no antiderivative was found, or none that has the integrand as its derivative everywhere")
    best = min(right, key=size)
    return Scalar(best if policy.get("constant") == "forbidden" else _with_constant(best, f))


def _with_constant(e: Expr, f: Expr) -> Expr:
    """``e + C``, with another letter where the integrand uses C."""
    name = next(c for c in ("C", "K", "c_0") if c not in variables(f))
    return Add((*e.terms, Variable(name))) if isinstance(e, Add) else Add((e, Variable(name)))


def _is_antiderivative(found: Expr, f: Expr, x: str, domain: Domain) -> bool:
    from grader.decide import settle

    claim = Antiderivative(f, found, x, domain, "forbidden", "required")
    return settle(claim).right


def _by_sympy(f: Expr, x: str, domain: Domain) -> Expr | None:
    from sympy import integrate

    from grader.expr.symbolic import NotTranslatable, from_sympy, symbol, to_sympy

    try:
        found = tidy(from_sympy(integrate(to_sympy(f, domain), symbol(x, domain))))
    except (NotTranslatable, NotImplementedError, ValueError, TypeError):
        return None
    return _logarithms_everywhere(found, x, domain)


def _logarithms_everywhere(e: Expr, x: str, domain: Domain) -> Expr:
    """``ln(u)`` as ``ln|u|`` unless u is proved positive: SymPy leaves the sign to the constant."""
    parts = tuple(_logarithms_everywhere(part, x, domain) for part in children(e))
    match e:
        case Apply("ln", (u,)) if variables(u) and not (isinstance(u, Apply) and u.function == "abs"):
            return Apply("ln", parts) if _positive(u, x, domain) else Apply("ln", (Apply("abs", parts),))
        case _:
            return rebuild(e, parts)


def _positive(u: Expr, x: str, domain: Domain) -> bool:
    """Whether u is positive on the domain: it has no zero there and a positive value."""
    from grader.expr.balls import Undefined, arb_of, enclose

    if variables(u) != {x}:
        return False
    low, high = domain[x].low, domain[x].high
    found = zeros(u, x, Interval(low, high, False, False))
    inner = (low + high) / 2 if low is not None and high is not None else (low + 1 if low is not None else high)
    try:
        return found.complete and not found.found and bool(enclose(u, {x: arb_of((inner or 0) - (low is None))}) > 0)
    except Undefined:
        return False


# Claims -------------------------------------------------------------------------------------


def _claims(task: Task, answer: Answer) -> tuple[Weighted, ...]:
    assert isinstance(task.reference, Scalar) and isinstance(answer, Scalar)
    f, x = task.expression("f"), task.name("wrt")
    constants: dict[str, Literal["required", "optional", "forbidden"]] = {
        "optional": "optional",
        "forbidden": "forbidden",
    }
    constant = constants.get(task.policy.get("constant", ""), "required")
    claim = _claim(f, answer.value, x, task, constant, task.reference.value)
    return (Weighted("the antiderivative", claim),)


def _claim(
    f: Expr,
    student: Expr,
    x: str,
    task: Task,
    constant: Literal["required", "optional", "forbidden"],
    reference: Expr | None,
) -> Antiderivative:
    domain = task.domain.including({x} | variables(f))
    log_abs = task.policy.get("log_abs", "optional")
    return Antiderivative(
        f, student, x, domain, constant, "required" if log_abs == "required" else "optional", reference
    )


def _matches(task: Task, wrong: Answer, answer: Answer) -> tuple[Weighted, ...]:
    """The same up to a constant: the wrong answer's derivative is what the student's has to be."""
    assert isinstance(wrong, Scalar) and isinstance(answer, Scalar)
    x = task.name("wrt")
    slope = tidy(derivative(wrong.value, x))
    return (Weighted("the mistake", _claim(slope, answer.value, x, task, "optional", None)),)


def _asked(given: Givens) -> tuple[str, ...]:
    x = variable(given, "wrt")
    return (f"F({x})", "F", f"int f({x}) d{x}", "y")


# Mistakes -----------------------------------------------------------------------------------


def _mistake(slip: str, feedback: str, rule: str) -> Mistake:
    def answers(task: Task) -> tuple[Answer, ...]:
        f = task.expression("f")
        found = dict.fromkeys(broken_antiderivatives(f, task.name("wrt"), slip))
        return tuple(Scalar(_finished(e, task)) for e in found)

    return Mistake(slip, answers, feedback, rule)


def _finished(e: Expr, task: Task) -> Expr:
    """With the constant that a right answer would have."""
    return e if task.policy.get("constant") == "forbidden" else _with_constant(e, task.expression("f"))


def _sign_lost(task: Task) -> tuple[Answer, ...]:
    found = antiderivative_by_hand(task.expression("f"), task.name("wrt"))
    return () if found is None else (Scalar(_finished(tidy(Neg(found)), task)),)


def _integrand(task: Task) -> tuple[Answer, ...]:
    return (Scalar(_finished(task.expression("f"), task)),)


KIND = Kind(
    name="antiderivative",
    title="Antiderivative",
    givens={
        "f": Given("expression", "the integrand"),
        "wrt": Given("variable", "the variable of integration"),
    },
    shape=lambda given, policy: Shape("scalar", free_names=True),
    solve=_solve,
    claims=_claims,
    matches=_matches,
    variables=lambda given: tuple(sorted(variables(expression(given, "f")) | {variable(given, "wrt")})),
    asked=_asked,
    policies={
        "constant": Policy(
            ("required", "optional", "forbidden"), "whether one free constant must, may or must not be added"
        ),
        "log_abs": Policy(("optional", "required"), "whether ln|u| is asked where u takes negative values"),
    },
    mistakes=(
        _mistake("differentiated", "Check the direction of the operation that was asked for.", "N05"),
        _mistake(
            "inner-factor-missing",
            "Differentiate your answer with the chain rule: which factor is in excess?",
            "N08 N12 N23",
        ),
        _mistake(
            "inner-factor-multiplied",
            "Integration undoes the chain rule: should the inner factor be multiplied or removed?",
            "N09",
        ),
        _mistake("divided-by-old-exponent", "Differentiate your answer and compare with the integrand.", "N03"),
        _mistake(
            "not-divided",
            "The power is right; differentiate your answer to see which factor is in excess.",
            "N04",
        ),
        _mistake("exponent-kept", "Integration changes the exponent; differentiate your answer and compare.", ""),
        _mistake(
            "reciprocal-as-power",
            "The power rule has one forbidden exponent; which function has this derivative instead?",
            "N06",
        ),
        _mistake(
            "logarithm-of-anything",
            "Differentiate your logarithm: does an extra factor appear?",
            "N07",
        ),
        _mistake("sign-of-trigonometric", "Differentiate your answer and compare the signs.", "N10"),
        _mistake(
            "product-of-integrals",
            "There is no product rule of that form for integrals; test it on the product of x with itself.",
            "N11",
        ),
        _mistake("parts-with-plus", "Check the sign in front of the remaining integral.", "N13"),
        _mistake(
            "coefficient-lost",
            "Compare the integrand you used with the one in the question.",
            "N14",
        ),
        Mistake("sign-lost", _sign_lost, "The size is right; differentiate your answer and look at the sign."),
        Mistake("integrand-copied", _integrand, "This is the integrand itself; whose derivative is it?"),
    ),
)
