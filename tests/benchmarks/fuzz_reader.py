"""Throws texts at the reader for as long as you like and keeps what breaks its promises.

    python tests/benchmarks/fuzz_reader.py --seconds 600 --seed 1

What is promised of every text, infix or LaTeX, for every shape of an answer:

1. an answer or a `StudentError` comes back, nothing else, with a place inside the text;
2. it takes less than 50 ms of processor time (the best of three is taken) and bounded memory;
3. the answer, written as text, reads back to the same answer, without a note on the reading, and
   so do a scalar's Unicode and LaTeX;
4. a line break or a space at either end changes nothing.

Texts are made of signs and words of the language in any order, of good answers with slips, and of
two good answers spliced.  The seed of a failure is printed; the same seed gives the same texts.
With ``--engine atheris`` the fuzzer of that package guides the same checks by coverage.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from grader.answer import Points, Range, Reading, Scalar, Shape, read, read_any  # noqa: E402
from grader.answer_text import write, write_latex, write_unicode  # noqa: E402
from grader.errors import StudentError  # noqa: E402
from grader.expr.parse import Names  # noqa: E402
from grader.expr.tree import Apply, Expr, children, integer, rebuild  # noqa: E402

LONGEST_SECONDS = 0.05
MEMORY = 2 << 30
NAMES = Names(("x", "y", "t", "n", "theta", "x_1"))
LABELS = ("minimum", "maximum", "saddle")
SHAPES: tuple[Shape | None, ...] = (
    None,
    None,
    None,
    Shape("scalar"),
    Shape("scalar", free_names=True),
    Shape("vector"),
    Shape("vector", 2),
    Shape("matrix"),
    Shape("set"),
    Shape("points", 2, LABELS),
    Shape("points", 1, LABELS),
    Shape("equation"),
    Shape("interval"),
    Shape("label", labels=(*LABELS, "none", "dne")),
)
TABLES = ROOT / "tests" / "tables"

INFIX = r"""\ x y t n theta x_1 C c_1 z X e pi oo i j k E 0 1 2 10 1/2 1.5 .5 5. 1e3 x2 2x xy sinx + - * / ^ **
! !! ( ) [ ] { } < > | || , ; : = <= >= != == -> := ± +- ' '' ^T _ _2 _{1} sin cos tan ln log exp
sqrt arcsin abs max min root log_2 log2 sin^2 sin^-1 sqrt[3] √ ∛ ² ³ ⁻¹ ½ π θ · × − ∞ ∪ ∈ ≤ ≠ ℝ ⟨ ⟩
ᵀ U u or and in saddle point at is none DNE f(x)= dy/dx= y= f'(x)= +C const constant d/dx ∫ ∂
matrix( [[ ]] ], (0,0) (1,2) x=1 % ° $ & ~ ? @ #""".split()
INFIX += ["\n", '"', ""]
LATEX = r"""\frac \frac{ \frac12 \dfrac{1}{x} }{ { } ^ _ ^{ _{ \sqrt \sqrt[3]{ \sqrt{ \sin \cos \ln \log_
\log_{2} \exp \arctan \sin^{-1} \left( \right) \left| \right| \left[ \right] \lvert \rvert \{ \}
\langle \rangle \cdot \times \, \; \quad \text{ or \text{DNE} \mathrm{e} \mathrm{ \operatorname{sgn}
\pi \theta \alpha \infty \pm \mp \cup \in \mathbb{R} \setminus \begin{pmatrix} \end{pmatrix}
\begin{bmatrix} \end{bmatrix} \begin{cases} \end{cases} \begin{array}{cc} & \\ ^T ^\top \boxed{ $ $$
\( \) \[ \] \displaystyle \over \binom{n}{k} \max \prime \partial \int \lim_{x\to0} \hat{i} \vec
\mathbf{ \% {,} \ne \le x y n 2 1 + - = ( ) , ; | ! ' \foo \bar{x} \overline \circ \degree \ldots""".split()


def cases() -> list[str]:
    """The texts of the tables of readings, faults and hostile strings."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: list[str] = []
    for name in ("readings.yaml", "reading_errors.yaml", "hostile.yaml"):
        for row in yaml.load((TABLES / name).read_text("utf-8"), Loader=loader):
            text = row if isinstance(row, str) else row.get("text") or row.get("repeat", "")
            if text and len(text) < 400:
                found.append(text)
    return found


def texts(rng: random.Random, good: list[str]) -> Iterator[str]:
    """Texts without end."""
    while True:
        kind = rng.random()
        if kind < 0.3:
            pool = LATEX if rng.random() < 0.45 else INFIX
            glue = rng.choice(("", "", " "))
            yield glue.join(rng.choice(pool) for _ in range(rng.randint(1, rng.choice((4, 8, 16, 40)))))
        elif kind < 0.85:
            text = rng.choice(good)
            for _ in range(rng.choice((1, 1, 2, 3))):
                at = rng.randint(0, len(text))
                piece = rng.choice((rng.choice(INFIX), rng.choice(LATEX), rng.choice(good), ""))
                text = text[:at] + piece + text[at + rng.choice((0, 0, 1, 2)) :]
            yield text[:600]
        elif kind < 0.95:
            first, second = rng.choice(good), rng.choice(good)
            yield first[: rng.randint(0, len(first))] + second[rng.randint(0, len(second)) :]
        else:
            piece = rng.choice((rng.choice(INFIX), rng.choice(LATEX), rng.choice(good)))
            length = rng.choice((200, 1_000, 5_000))
            yield (piece * (length // max(1, len(piece)) + 1))[:length]


def same(e: Expr) -> Expr:
    """The tree with ``root(3, u)`` for ``cbrt(u)``: LaTeX has one sign for the two."""
    parts = tuple(same(part) for part in children(e))
    if isinstance(e, Apply) and e.function == "cbrt":
        return Apply("root", (integer(3), parts[0]))
    return rebuild(e, parts) if parts else e


def reading(text: str, shape: Shape | None, syntax: Any = "auto") -> Reading | StudentError:
    try:
        return read_any(text, NAMES, syntax) if shape is None else read(text, shape, NAMES, syntax=syntax)
    except StudentError as fault:
        return fault


def check(text: str, shape: Shape | None) -> str:
    """What is wrong with the reading of a text; '' when nothing is."""
    seconds = 1.0
    for _ in range(3):
        begun = time.process_time()
        found = reading(text, shape)
        seconds = min(seconds, time.process_time() - begun)
        if seconds < LONGEST_SECONDS:
            break
    else:
        return f"slow: {seconds * 1000:.0f} ms"
    if isinstance(found, StudentError):
        lines = text.count("\n") + 1
        if not (1 <= found.place.line <= lines and found.place.column >= 1 and found.fault):
            return f"the place {found.place} is outside the text"
        found.caret()
        return ""
    if any(not 0 <= note.at <= len(text) for note in found.notes):
        return "a note points outside the text"
    written = write(found.answer)
    if len(written) > 4_000:
        return ""
    # (0, 3) alone does not show whether it is a vector, a point or an interval.
    sort = "interval" if isinstance(found.answer, Range) else "points" if isinstance(found.answer, Points) else None
    again = reading(written, Shape(sort) if shape is None and sort else shape, "infix")
    if isinstance(again, StudentError) and "nested" in again.fault:
        return ""  # what is printed has a few brackets more
    if not (isinstance(again, Reading) and again.answer == found.answer):
        return f"does not read back: {written!r} gives {again}"
    if isinstance(found.answer, Scalar):
        for name, line, syntax in (
            ("Unicode", write_unicode(found.answer), "infix"),
            ("LaTeX", write_latex(found.answer), "latex"),
        ):
            if r"\cdot 10^{" in line or line.count(r"\frac") > 25 or len(line) > 4_000:
                continue  # a numeral with an exponent is a product in LaTeX; fractions nest less deep than slashes
            other = reading(line, shape, syntax)
            if not (
                isinstance(other, Reading)
                and isinstance(other.answer, Scalar)
                and same(other.answer.value) == same(found.answer.value)
            ):
                return f"{name} does not read back: {line!r} gives {other}, not {written!r}"
    around = reading(f" {text}\n", shape)
    if len(text) < 4_990 and not (isinstance(around, Reading) and around.answer == found.answer):
        return f"spaces around it change the reading: {around}"
    return ""


def report(text: str, shape: Shape | None, seed: int, fault: str) -> None:
    shown = text if len(text) < 300 else f"{text[:120]}... ({len(text)} characters)"
    print(f"seed {seed}, {shape.form if shape else 'any'}: {shown!r}\n    {fault[:600]}", flush=True)


def run(seconds: float, seed: int) -> Counter[str]:
    """Random texts for so many seconds; how often each kind of fault was seen."""
    good, faults = cases(), Counter[str]()
    until, count = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        for text in _some(texts(random.Random(seed), good), 500):
            shape = SHAPES[count % len(SHAPES)]
            count += 1
            try:
                fault = check(text, shape)
            except Exception as error:  # the very thing that is looked for
                fault = f"raised {type(error).__name__}: {error}"
            if fault:
                sort = fault.split(":")[0]
                faults[sort] += 1
                if faults[sort] <= 40:
                    report(text, shape, seed, fault)
        seed += 1
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{count:,} texts, last seed {seed}, at most {used:.0f} MB; faults: {dict(faults) or 'none'}")
    return faults


def _some(source: Iterator[str], number: int) -> Iterator[str]:
    for _, text in zip(range(number), source, strict=False):
        yield text


def run_atheris(seconds: float, seed: int) -> None:
    """The same checks on the texts that atheris finds by coverage."""
    import atheris  # type: ignore[import-not-found]  # an optional tool, never installed with the grader

    faults = Counter[str]()

    def one(data: bytes) -> None:
        source = atheris.FuzzedDataProvider(data)
        shape = SHAPES[source.ConsumeIntInRange(0, len(SHAPES) - 1)]
        pieces = []
        while source.remaining_bytes() and len(pieces) < 200:
            sort = source.ConsumeIntInRange(0, 2)
            pool = (INFIX, LATEX)[sort] if sort < 2 else None
            pieces.append(
                pool[source.ConsumeIntInRange(0, len(pool) - 1)] if pool else source.ConsumeUnicodeNoSurrogates(1)
            )
        text = "".join(pieces)
        try:
            fault = check(text, shape)
        except Exception as error:
            fault = f"raised {type(error).__name__}: {error}"
        if fault and not fault.startswith("slow"):  # instrumented code is slow
            faults[fault.split(":")[0]] += 1
            if faults[fault.split(":")[0]] <= 40:
                report(text, shape, seed, fault)

    atheris.instrument_all()
    atheris.Setup([sys.argv[0], f"-max_total_time={int(seconds)}", f"-seed={seed}", "-max_len=400"], one)
    atheris.Fuzz()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=("random", "atheris"), default="random")
    chosen = parser.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    if chosen.engine == "atheris":
        run_atheris(chosen.seconds, chosen.seed)
    elif run(chosen.seconds, chosen.seed):
        sys.exit(1)


if __name__ == "__main__":
    main()
