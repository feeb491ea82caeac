"""Names, functions and signs of matrix expressions under every spelling: plain, Unicode, LaTeX, MATLAB, NumPy."""

from __future__ import annotations

from collections.abc import Iterable

# Typed name: canonical name.
FUNCTIONS = {
    "tr": "tr", "trace": "tr", "Tr": "tr", "Trace": "tr", "det": "det", "Det": "det", "logdet": "logdet",
    "lndet": "logdet", "slogdet": "logdet", "inv": "inv", "inverse": "inv", "Inv": "inv", "adj": "adj",
    "adjugate": "adj", "cof": "cof", "cofactor": "cof", "transpose": "transpose", "Transpose": "transpose",
    "diag": "diag", "Diag": "diag", "diagonal": "diag", "diagflat": "diag", "norm": "norm", "norm2": "norm",
    "normF": "norm", "norm_F": "norm", "norm_2": "norm", "norm_fro": "norm", "Norm": "norm", "norm1": "norm1",
    "norm_1": "norm1", "sum": "sum", "Sum": "sum", "mean": "mean", "exp": "exp", "Exp": "exp", "log": "log",
    "ln": "log", "Log": "log", "log1p": "log1p", "sin": "sin", "cos": "cos", "tan": "tan", "sinh": "sinh",
    "cosh": "cosh", "sech": "sech", "arctan": "arctan", "atan": "arctan", "sqrt": "sqrt", "abs": "abs",
    "sign": "sign", "sgn": "sign", "tanh": "tanh", "sigmoid": "sigmoid", "logistic": "sigmoid", "expit": "sigmoid",
    "sigma": "sigmoid", "softplus": "softplus", "relu": "relu", "ReLU": "relu", "Relu": "relu", "step": "step",
    "heaviside": "step", "Heaviside": "step", "softmax": "softmax", "Softmax": "softmax", "logsumexp": "logsumexp",
    "lse": "logsumexp", "LSE": "logsumexp", "square": "square", "dot": "dot", "inner": "inner", "vdot": "dot",
    "outer": "outer", "hadamard": "hadamard", "multiply": "hadamard", "kron": "kron", "vec": "vec",
    "matmul": "matmul", "solve": "solve", "eye": "eye", "identity": "eye", "ones": "ones", "zeros": "zeros",
    "max": "max", "maximum": "max", "power": "power", "pow": "power",
}  # fmt: skip
TWO_ARGUMENTS = frozenset({"dot", "inner", "outer", "hadamard", "kron", "matmul", "solve", "max", "power"})

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ϵ": "epsilon", "ζ": "zeta", "η": "eta",
    "θ": "theta", "ϑ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu", "µ": "mu", "ν": "nu", "ξ": "xi",
    "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "υ": "upsilon", "φ": "phi", "ϕ": "phi", "χ": "chi", "ψ": "psi",
    "ω": "omega", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi", "Π": "Pi", "Σ": "Sigma",
    "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
GREEK_NAMES = frozenset(GREEK.values()) | {"varepsilon", "vartheta", "varphi", "varrho", "varsigma"}
_VARIANTS = {"varepsilon": "epsilon", "vartheta": "theta", "varphi": "phi", "varrho": "rho", "varsigma": "sigma",
             "lam": "lambda", "eps": "epsilon", "ell": "l"}  # fmt: skip

# One character: the signs it stands for.
SIGNS = {
    "−": "-", "–": "-", "—": "-", "·": "·", "⋅": "·", "∙": "·", "•": "·", "×": "*", "∗": "*", "@": "*", "⊙": ".*",
    "∘": ".*", "◦": ".*", "⊘": "./", "⊗": "kron", "÷": "/", "∕": "/", "⁄": "/", "’": "'", "′": "'", "‘": "'",
    "`": "'", "‖": "||", "∥": "||", "∣": "|", "⟨": "<", "〈": "<", "⟩": ">", "〉": ">", "≥": ">=", "≤": "<=",
    "﹣": "-", "＋": "+", "⊤": "T",
}  # fmt: skip

# Raised characters, read as what follows a ``^``.
RAISED = {
    "ᵀ": "T", "⁻": "-", "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8",
    "⁹": "9",
}  # fmt: skip
LOWERED = {c: str(i) for i, c in enumerate("₀₁₂₃₄₅₆₇₈₉")} | {"ᵢ": "i", "ⱼ": "j", "ₙ": "n", "ₘ": "m", "ₖ": "k", "ₜ": "t"}
FRACTIONS = {"½": "1/2", "⅓": "1/3", "¼": "1/4", "⅔": "2/3", "¾": "3/4", "⅛": "1/8"}

# LaTeX commands without arguments: the sign they stand for; empty for spacing and sizes of brackets.
COMMANDS = {
    "left": "", "right": "", "big": "", "Big": "", "bigg": "", "Bigg": "", "bigl": "", "bigr": "", "Bigl": "",
    "Bigr": "", "biggl": "", "biggr": "", "Biggl": "", "Biggr": "", "middle": "", "mleft": "", "mright": "",
    "quad": "", "qquad": "", "limits": "", "nolimits": "", "displaystyle": "", "textstyle": "", "thinspace": "",
    ",": "", ";": "", ":": "", "!": "", " ": "", ">": "", "(": "", ")": "", "[": "", "]": "",
    "lVert": "||", "rVert": "||", "Vert": "||", "|": "||", "parallel": "||", "lvert": "|", "rvert": "|", "vert": "|",
    "mid": "|", "top": "T", "intercal": "T", "tran": "T", "trans": "T", "T": "T", "cdot": "·", "bullet": "·",
    "times": "*", "ast": "*", "odot": ".*", "circ": ".*", "oslash": "./", "otimes": "kron", "div": "/", "prime": "'",
    "langle": "<", "rangle": ">", "lbrace": "(", "rbrace": ")", "{": "(", "}": ")", "lbrack": "[", "rbrack": "]",
    "geq": ">=", "ge": ">=", "leq": "<=", "le": "<=", "gt": ">", "lt": "<", "colon": ":",
}  # fmt: skip

FONTS = frozenset(
    """mathbf boldsymbol bm mathrm mathit mathsf mathtt mathcal mathbb mathbbm mathfrak mathscr operatorname text
    textbf textrm textit textup textsf bf rm pmb symbf symup vec vect overrightarrow bold mathnormal""".split()
)
ACCENTS = {"hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "tilde": "tilde", "widetilde": "tilde",
           "dot": "dot", "check": "check"}  # fmt: skip
COMBINING = {"\u0302": "hat", "\u0304": "bar", "\u0305": "bar", "\u0303": "tilde"}

# Python's modules: what stands before a function and says nothing.
MODULES = ("np.linalg.", "numpy.linalg.", "torch.linalg.", "jnp.linalg.", "scipy.linalg.", "scipy.special.",
           "torch.nn.functional.", "np.", "numpy.", "torch.", "jnp.", "tf.", "sp.", "math.", "LA.", "F.")  # fmt: skip


def key(name: str) -> str:
    """What all spellings of one name have in common: ``W_1``, ``W_{1}``, ``W1``, ``W₁``; ``λ``, ``lambda``, ``lam``."""
    plain = "".join(GREEK.get(c, LOWERED.get(c, c)) for c in name if c not in "_{}\\ ")
    for short, long in _VARIANTS.items():
        if plain == short:
            return long
    return plain


def spellings(names: Iterable[str]) -> dict[str, str]:
    """From each key of a spelling to the declared name."""
    found: dict[str, str] = {}
    for name in sorted(names):
        found.setdefault(key(name), name)
    for name in sorted(names):
        # A name itself wins over another's spelling.
        found[name] = name
        # The order of an accent and its letter is the writer's: xbar, x_bar, barx.
        for accent in ("hat", "bar", "tilde"):
            plain = key(name)
            if plain.endswith(accent) and plain != accent:
                found.setdefault(accent + plain[: -len(accent)], name)
            if plain.startswith(accent) and plain != accent:
                found.setdefault(plain[len(accent) :] + accent, name)
    return found
