"""The words an answer may use: natures of points, ``none``, ``dne``, and the little words between.

Every synonym leads to one canonical name; a problem says which canonical names it takes.
"""

from __future__ import annotations

WHOLE_ANSWERS = {
    "none": "none", "no points": "none", "no point": "none", "no stationary points": "none",
    "no stationary point": "none", "no critical points": "none", "no critical point": "none", "no solution": "none",
    "no solutions": "none", "no extrema": "none", "nothing": "none", "there are none": "none", "the empty set": "none",
    "empty set": "none", "empty": "none", "∅": "none", "{}": "none", "\\{\\}": "none", "{ }": "none",
    "no real solutions": "none", "no real solution": "none", "\\emptyset": "none", "\\varnothing": "none",
    "n/a": "none", "na": "none", "never": "none", "nowhere": "none", "impossible": "none", "not possible": "none",
    "emptyset": "none", "emptyset()": "none", "s.emptyset": "none", "null set": "none", "the null set": "none",
    "no real values": "none", "no x": "none", "no such x": "none", "no such number": "none",
    "s.reals": "reals", "undef": "dne", "undef.": "dne", "undefined.": "dne",
    "null": "none", "{∅}": "none", "ø": "none", "no values": "none", "no value": "none", "no such point": "none",
    "no such points": "none", "there is no solution": "none", "there are no solutions": "none",
    "no solutions exist": "none", "no soln": "none", "there are no critical points": "none",
    "there are no stationary points": "none", "there are no points": "none", "there are no extrema": "none",
    "there is no such point": "none", "no maxima or minima": "none", "no local extrema": "none", "no roots": "none",
    "no real roots": "none", "no zeros": "none", "no limit": "dne", "limit doesn't exist": "dne", "d n e": "dne",
    "the limit doesn't exist": "dne", "it doesn't exist": "dne", "no limit exists": "dne", "indeterminate": "dne",
    "not differentiable": "dne", "the derivative does not exist": "dne", "derivative does not exist": "dne",
    "does not converge": "diverges", "it does not converge": "diverges", "doesn't converge": "diverges",
    "the integral diverges": "diverges", "the integral does not converge": "diverges",
    "the integral converges": "converges", "the series diverges": "diverges", "the series converges": "converges",
    "not convergent": "diverges", "any real number": "reals", "all of the real numbers": "reals",
    "no answer exists": "dne", "dne": "dne", "d.n.e": "dne", "does not exist": "dne", "doesn't exist": "dne",
    "limit does not exist": "dne", "the limit does not exist": "dne", "it does not exist": "dne", "undefined": "dne",
    "not defined": "dne", "is undefined": "dne", "nan": "dne",
    "all real numbers": "reals", "all reals": "reals", "all real x": "reals", "all x": "reals", "everywhere": "reals",
    "the real numbers": "reals", "real numbers": "reals", "the reals": "reals", "reals": "reals", "all of r": "reals",
    "every real number": "reals", "\\mathbb{r}": "reals", "\\mathbb r": "reals", "\\r": "reals",
    "diverges": "diverges", "divergent": "diverges", "it diverges": "diverges",
    "converges": "converges", "convergent": "converges", "it converges": "converges",
}  # fmt: skip
"""Texts that are an answer as a whole, in lower case, with the canonical word."""

_SYNONYMS = {
    "min": "minimum", "mins": "minimum", "minimum": "minimum", "minima": "minimum", "minimums": "minimum",
    "minimal": "minimum", "max": "maximum", "maxs": "maximum", "maximum": "maximum", "maxima": "maximum",
    "maximums": "maximum", "maximal": "maximum", "saddle": "saddle", "saddles": "saddle",
    "saddlepoint": "saddle", "saddlepoints": "saddle", "inflection": "inflection", "inflexion": "inflection",
    "inflections": "inflection", "terrace": "inflection", "neither": "neither", "degenerate": "degenerate",
    "none": "none", "dne": "dne",
}  # fmt: skip

_RANGES = {"global": "global ", "absolute": "global ", "abs": "global "}
_FILLERS = frozenset(
    "local relative rel loc a an the point points pt pts is are of strict stationary critical "
    "with nature type has there function f both it graph curve".split()
)
PLURALS = frozenset("mins minima minimums maxs maxima maximums saddles saddlepoints inflections are".split())
"""Words that say that a label belongs to several points."""
_BEFORE_A_LABEL = frozenset(
    "it its it's is the a an this that f g h function matrix hessian series integral sequence point answer answer: "
    "option choice therefore so strictly monotonically".split()
)
_AFTER_A_LABEL = (("is", "correct"), ("function",), ("matrix",), ("point",))
_SHORT = {
    "pd": "positive definite", "posdef": "positive definite", "posdefinite": "positive definite",
    "nd": "negative definite", "negdef": "negative definite", "negdefinite": "negative definite",
    "psd": "positive semidefinite", "possemidef": "positive semidefinite",
    "possemidefinite": "positive semidefinite", "positivesemidef": "positive semidefinite",
    "nsd": "negative semidefinite", "negsemidef": "negative semidefinite",
    "negsemidefinite": "negative semidefinite", "negativesemidef": "negative semidefinite", "indef": "indefinite",
    "y": "yes", "n": "no", "converge": "converges", "convergent": "converges", "diverge": "diverges",
    "divergent": "diverges", "increases": "increasing", "increase": "increasing", "decreases": "decreasing",
    "decrease": "decreasing", "rising": "increasing", "falling": "decreasing", "const": "constant",
}  # fmt: skip
"""Other forms of labels, by their letters; they are read where their own letters are no label."""
LINKS = frozenset(("at", "for", "when", "where"))

LABEL_WORDS = frozenset(_SYNONYMS) | frozenset(_RANGES) | _FILLERS | LINKS
"""Every word that can be part of a label."""


def label_of(words: list[str], allowed: tuple[str, ...]) -> str | None:
    """The canonical label of some lower-case words; '' when they say nothing, None when they are more than one label
    or none.

    ``allowed`` names of a problem may always be typed as they are.
    """
    plain = " ".join(words)
    if plain in allowed:
        return plain
    if words and all(word in _FILLERS for word in words):
        return ""  # the critical points are
    reach = {_RANGES[word] for word in words if word in _RANGES}
    cores = {_SYNONYMS[word] for word in words if word in _SYNONYMS}
    if len(cores) != 1 or any(w not in LABEL_WORDS for w in words):
        return None
    core = cores.pop()
    wide = f"global {core}"
    if reach:
        return wide if wide in allowed else f"absolute {core}" if f"absolute {core}" in allowed else wide
    for name in allowed:
        # A problem may call a saddle a "saddle point", a minimum a "local minimum".
        if name not in _RANGES and label_of(name.split(), ()) == core:
            return name
    return core


def chosen_label(text: str, allowed: tuple[str, ...]) -> str:
    """The allowed label that was typed, whatever its case, hyphens and little words before it; '' when none was.

    >>> chosen_label("It is positive semi-definite.", ("positive semidefinite", "indefinite"))
    'positive semidefinite'
    """
    words = text.casefold().split()
    labels = {_letters(label.casefold()): label for label in allowed}
    if words[:1] == ["neither"] and "nor" in words and len(words) < 9:
        return labels.get("neither", "")
    for ending in _AFTER_A_LABEL:
        bare = words[: -len(ending)]
        if bare and tuple(word.rstrip(".!") for word in words[-len(ending) :]) == ending:
            inner = chosen_label(" ".join(bare), allowed)
            if inner and _letters("".join(words)) not in labels:
                return inner
    while words:
        letters = _letters("".join(words))
        found = labels.get(letters) or labels.get(_letters(_SHORT.get(letters, "?")))
        if found:
            return found
        if words[0] not in _BEFORE_A_LABEL:
            break
        words = words[1:]
    # saddle-point: a minus sign has no place in a label.
    hyphened = label_of(text.casefold().split("-"), allowed) if "-" in text else ""
    return hyphened if hyphened in allowed else ""


def choice(text: str, choices: tuple[str, ...], labels: tuple[str, ...]) -> str:
    """The label of the choice that was typed out, '' when it is none of them.

    >>> choice("It is  always positive", ("it is always positive.", "it is negative"), ("a", "b"))
    'a'
    """
    typed = _bare(text)
    if typed in labels:
        return typed
    return next((label for each, label in zip(choices, labels, strict=True) if typed and _bare(each) == typed), "")


def _bare(text: str) -> str:
    """Without what only sets a text: spaces, dollar signs, a full stop at the end."""
    return " ".join(text.replace("$", "").split()).rstrip(". ").casefold()


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def closest(text: str, allowed: tuple[str, ...]) -> str:
    """The allowed label that a text is nearest to, '' when none is near or the text denies one."""
    from difflib import get_close_matches

    if "not" in text.casefold().split():
        return ""
    return next(iter(get_close_matches(text.strip().casefold()[:80], allowed, 1, 0.6)), "")


def closest_label(word: str, allowed: tuple[str, ...]) -> str:
    """The allowed label that a misspelt word stands for, '' when none is near."""
    from difflib import get_close_matches

    near = get_close_matches(word.lower(), [*allowed, *LABEL_WORDS], 1, 0.7)
    return (label_of(near, allowed) or "") if near else ""
