"""What a check came to, and what all checks of a verdict come to together."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from grader.records import record

Outcome: TypeAlias = Literal["confirmed", "contradicted", "could not check"]


@record
class Check:
    """One thing that was looked at: what, with which outcome, and how or why not.

    ``minor`` checks may fail to be made without making the verdict uncertain; they may not fail.
    """

    about: str
    outcome: Outcome
    how: str = ""
    minor: bool = False

    def as_json(self) -> dict[str, Any]:
        return {"about": self.about, "outcome": self.outcome, "how": self.how}


@record
class Checked:
    """The outcome for one verdict.  ``claims``: small equalities that SymPy may be asked about, each as data."""

    id: str | int | None
    verdict: str
    truth: str
    outcome: Outcome
    checks: tuple[Check, ...]
    question: str = ""
    lemmas: tuple[tuple[str, dict[str, Any]], ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "verdict": self.verdict,
            "truth": self.truth,
            "outcome": self.outcome,
            "checks": [check.as_json() for check in self.checks],
        }


def together(checks: tuple[Check, ...]) -> Outcome:
    """One contradiction contradicts; one important thing that could not be checked leaves it open."""
    if any(check.outcome == "contradicted" for check in checks):
        return "contradicted"
    important = [check for check in checks if not check.minor]
    if not important or any(check.outcome == "could not check" for check in important):
        return "could not check"
    return "confirmed"
