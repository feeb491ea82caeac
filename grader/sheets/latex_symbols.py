"""What the commands of LaTeX stand for, as tables: letters, operators, functions, alphabets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

_Sort: TypeAlias = Literal["ordinary", "large", "sign", "relation", "open", "close", "comma"]

_GREEK = (
    "alpha α beta β gamma γ delta δ epsilon ϵ varepsilon ε zeta ζ eta η theta θ vartheta ϑ iota ι kappa κ lambda λ "
    "mu μ nu ν xi ξ pi π varpi ϖ rho ρ varrho ϱ sigma σ varsigma ς tau τ upsilon υ phi ϕ varphi φ chi χ psi ψ omega ω "
    "Gamma Γ Delta Δ Theta Θ Lambda Λ Xi Ξ Pi Π Sigma Σ Upsilon Υ Phi Φ Psi Ψ Omega Ω"
)
_SIGNS = (
    "infty ∞ partial ∂ nabla ∇ emptyset ∅ varnothing ∅ ell ℓ hbar ℏ top ⊤ bot ⊥ angle ∠ Re ℜ Im ℑ "
    "ldots … dots … cdots ⋯ vdots ⋮ ddots ⋱ imath ı jmath ȷ"
)


def _pairs(table: str) -> dict[str, str]:
    words = table.split()
    return {f"\\{name}": sign for name, sign in zip(words[::2], words[1::2], strict=True)}


LETTERS: Mapping[str, str] = {
    **_pairs(_GREEK),
    **_pairs(_SIGNS),
    r"\%": "%",
    r"\$": "$",
    r"\&": "&",
    r"\#": "#",
    r"\_": "_",
    r"\prime": "′",
}
"""Commands that stand for one ordinary symbol."""

_BINARY = (
    "cdot ⋅ times × div ÷ pm ± mp ∓ ast ∗ star ⋆ circ ∘ bullet ∙ oplus ⊕ otimes ⊗ odot ⊙ cup ∪ cap ∩ setminus ∖ "
    "wedge ∧ land ∧ vee ∨ lor ∨"
)
_RELATIONS = (
    "le ≤ leq ≤ leqslant ⩽ ge ≥ geq ≥ geqslant ⩾ lt < gt > ne ≠ neq ≠ approx ≈ equiv ≡ sim ∼ simeq ≃ cong ≅ propto ∝ "
    "ll ≪ gg ≫ in ∈ notin ∉ ni ∋ subset ⊂ subseteq ⊆ supset ⊃ supseteq ⊇ mid ∣ parallel ∥ perp ⊥ to → rightarrow → "
    "leftarrow ← leftrightarrow ↔ mapsto ↦ longrightarrow ⟶ longmapsto ⟼ Rightarrow ⇒ Leftarrow ⇐ Leftrightarrow ⇔ "
    "implies ⟹ iff ⟺ uparrow ↑ downarrow ↓ nearrow ↗ searrow ↘ hookrightarrow ↪ coloneqq ≔ vdash ⊢ models ⊨"
)
# They stand before what they say something about.
_PREFIXES = "forall ∀ exists ∃ neg ¬ lnot ¬"
_LARGE = "int ∫ iint ∬ iiint ∭ oint ∮ sum ∑ prod ∏ coprod ∐ bigcup ⋃ bigcap ⋂ bigoplus ⨁"

_COMMANDS: dict[str, tuple[str, _Sort]] = {
    **{name: (sign, "sign") for name, sign in _pairs(_BINARY).items()},
    **{name: (sign, "relation") for name, sign in _pairs(_RELATIONS).items()},
    **{name: (sign, "ordinary") for name, sign in _pairs(_PREFIXES).items()},
    **{name: (sign, "large") for name, sign in _pairs(_LARGE).items()},
}
OPERATORS: Mapping[str, tuple[str, _Sort]] = {
    # The characters themselves may be typed too.
    **{row[0]: row for row in _COMMANDS.values()},
    **_COMMANDS,
    "+": ("+", "sign"),
    "-": ("−", "sign"),
    "−": ("−", "sign"),
    "*": ("∗", "sign"),
    "·": ("⋅", "sign"),
    "=": ("=", "relation"),
    ":": (":", "relation"),
    ",": (",", "comma"),
    ";": (";", "comma"),
    r"\colon": (":", "comma"),
}
"""Characters and commands that stand for an operator, with what they are to their neighbours."""

_FUNCTION_NAMES = (
    "sin cos tan cot sec csc arcsin arccos arctan arccot arcsec arccsc sinh cosh tanh coth sech csch "
    "arsinh arcosh artanh arcoth arsech arcsch ln log lg exp det dim ker deg gcd arg tr lim max min sup inf "
    "limsup liminf Pr sgn sign erf rank diag"
)
FUNCTIONS: Mapping[str, str] = {
    f"\\{name}": {"limsup": "lim sup", "liminf": "lim inf"}.get(name, name) for name in _FUNCTION_NAMES.split()
}
"""Commands that print an upright name."""
LIMIT_FUNCTIONS = frozenset(rf"\{name}" for name in ("lim", "max", "min", "sup", "inf", "limsup", "liminf"))

SPACES: Mapping[str, str] = {
    r"\,": "0.1667em",
    r"\:": "0.2222em",
    r"\>": "0.2222em",
    r"\;": "0.2778em",
    r"\!": "-0.1667em",
    r"\ ": "0.333em",
    r"\enspace": "0.5em",
    r"\quad": "1em",
    r"\qquad": "2em",
}
IGNORED = frozenset((r"\displaystyle", r"\textstyle", r"\limits", r"\nolimits", r"\nonumber", r"\hline"))

ACCENTS: Mapping[str, tuple[str, bool]] = {
    r"\hat": ("^", False),
    r"\widehat": ("^", False),
    r"\bar": ("¯", False),
    r"\overline": ("¯", False),
    r"\vec": ("→", False),
    r"\overrightarrow": ("→", False),
    r"\tilde": ("~", False),
    r"\widetilde": ("~", False),
    r"\dot": ("˙", False),
    r"\ddot": ("¨", False),
    r"\overbrace": ("⏞", False),
    r"\underline": ("_", True),
    r"\underbrace": ("⏟", True),
}
"""Command: (mark, whether it goes below)."""

ENVIRONMENTS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "matrix": ("", "", ()),
    "smallmatrix": ("", "", ()),
    "pmatrix": ("(", ")", ()),
    "bmatrix": ("[", "]", ()),
    "Bmatrix": ("{", "}", ()),
    "vmatrix": ("|", "|", ()),
    "Vmatrix": ("‖", "‖", ()),
    "cases": ("{", "", ("left", "left")),
    "array": ("", "", ()),
    "aligned": ("", "", ("right", "left")),
    "align": ("", "", ("right", "left")),
    "align*": ("", "", ("right", "left")),
    "split": ("", "", ("right", "left")),
    "gathered": ("", "", ("center",)),
}
"""Environment: (left bracket, right bracket, alignment of its columns in turn)."""

ALPHABETS = frozenset((r"\mathrm", r"\mathit", r"\mathbf", r"\boldsymbol", r"\bm", r"\mathbb", r"\mathcal", r"\mathsf"))

# The first capital, small letter and digit of each alphabet in the block U+1D400 (Unicode 16,
# chapter 22.2); letters that were in Unicode before that block stand elsewhere.
_BLOCKS: Mapping[str, tuple[int, int, int]] = {
    r"\mathbf": (0x1D400, 0x1D41A, 0x1D7CE),
    r"\boldsymbol": (0x1D468, 0x1D482, 0x1D7CE),
    r"\bm": (0x1D468, 0x1D482, 0x1D7CE),
    r"\mathbb": (0x1D538, 0x1D552, 0x1D7D8),
    r"\mathcal": (0x1D49C, 0x1D4B6, 0),
    r"\mathsf": (0x1D5A0, 0x1D5BA, 0x1D7E2),
}
_ELSEWHERE = {
    r"\mathbb": dict(zip("CHNPQRZ", "ℂℍℕℙℚℝℤ", strict=True)),
    r"\mathcal": dict(zip("BEFHILMRego", "ℬℰℱℋℐℒℳℛℯℊℴ", strict=True)),
}


def alphabet(command: str, character: str) -> str:
    """A letter or digit in the alphabet of a command; other characters stay."""
    if character in _ELSEWHERE.get(command, {}):
        return _ELSEWHERE[command][character]
    capital, small, digit = _BLOCKS.get(command, (0, 0, 0))
    if capital and "A" <= character <= "Z":
        return chr(capital + ord(character) - ord("A"))
    if small and "a" <= character <= "z":
        return chr(small + ord(character) - ord("a"))
    if digit and "0" <= character <= "9":
        return chr(digit + ord(character) - ord("0"))
    return character
