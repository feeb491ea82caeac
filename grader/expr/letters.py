"""How names are spelled: Greek letters, and subscripts as in ``x_1``."""

from __future__ import annotations

from collections.abc import Mapping

GREEK: Mapping[str, str] = dict(
    zip(
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon "
        "phi chi psi omega Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho "
        "Sigma Tau Upsilon Phi Chi Psi Omega".split(),
        "αβγδεζηθικλμνξοπρστυφχψωΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ",
        strict=True,
    )
)
"""Greek letters by name."""


def stem_and_subscript(name: str) -> tuple[str, str]:
    """``x_1`` in its two parts; also ``x1`` and ``C2``, one letter with digits.  No subscript: ''."""
    stem, _, subscript = name.partition("_")
    if stem and subscript:
        return stem, subscript
    letters = name.rstrip("0123456789")
    if letters != name and (len(letters) == 1 or letters in GREEK):
        return letters, name[len(letters) :]
    return name, ""
