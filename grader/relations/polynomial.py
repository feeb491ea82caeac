"""The relation ``polynomial``: equal, and a polynomial of at most the stated degree, as a Taylor polynomial is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader import answer as answers
from grader.answer import Scalar, Shape
from grader.answer_text import write
from grader.claims import Accept, Equal, Finding, PolynomialOf, Truth
from grader.decide import settle
from grader.expr.parse import Names
from grader.relations.fields import domain, expression, fault, syntax, text, variables_of


def settle_row(row: Mapping[str, Any], accept: Accept) -> tuple[str, Finding]:
    """Fields: ``reference``, ``student``, ``variables``, ``degree``; the degree of the reference if it is absent."""
    names = variables_of(row)
    reference = expression(row, "reference", names)
    reading = answers.read(text(row, "student"), Shape("scalar"), Names(names), syntax=syntax(row), source="student")
    assert isinstance(reading.answer, Scalar)
    student = reading.answer.value
    degree = row.get("degree")
    if degree is None:
        from grader.decide.polynomials import degree_bound

        degree = degree_bound(reference, frozenset(names))
        if degree is None:
            raise fault("reference", "this is not written as a polynomial", "give the degree as well")
    if not isinstance(degree, int) or isinstance(degree, bool) or not 0 <= degree <= 100:
        raise fault("degree", f"{degree!r} is no degree", "give a whole number up to 100")
    shown = write(reading.answer)
    form = settle(PolynomialOf(student, names, degree))
    if form.truth is Truth.REFUTED:
        words = "A polynomial is asked." if "not written" in form.evidence else f"The degree is more than {degree}."
        return shown, Finding(form.truth, form.by, form.evidence, "form", form.witness, words)
    same = settle(Equal(reference, student, domain(row, names), accept))
    return shown, same if not same.right or form.right else form
