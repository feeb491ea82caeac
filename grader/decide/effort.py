"""How hard the decider tries before it gives up."""

from __future__ import annotations

from grader.records import record


@record
class Effort:
    """Budgets of one claim.

    ``quick`` points come before the proof, ``search`` points after it failed, at ``bits``
    of precision; when the normal form says the difference is not zero the last points are
    looked at with ``deep_bits``, because two numbers that differ by 1e-300 are different.
    ``algebra_seconds``: how long SymPy may take in its own process; 0 leaves it out.
    """

    quick: int = 2
    search: int = 40
    enough: int = 12
    bits: int = 400
    deep_bits: int = 4000
    algebra_seconds: float = 4.0


NORMAL = Effort()
WITHOUT_ALGEBRA = Effort(algebra_seconds=0)
"""For claims made by the hundred, such as mistakes: no other process is started."""
