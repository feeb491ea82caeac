"""A class of any size, graded as ``grader grade`` does, with every verdict checked against a known truth.

    python tests/benchmarks/soak.py --students 1000                 # a class with all reports
    python tests/benchmarks/soak.py --students 20000 --picture soak.png   # 200,000 answers

Answers are right, right in another form, changed (and certainly wrong), hostile, or blank, in known shares.
A right answer that is called wrong and a wrong one that is called right are counted and shown; there should
be none.  Throughput and memory are told as the run goes on.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from rewriting import changed, rewritten

from grader.answer import Scalar
from grader.answer_text import write
from grader.bank.instance import Instance, to_record
from grader.bank.read import load_bank
from grader.bank.sample import sample_parts
from grader.classroom.manifest import Enrolled, Manifest
from grader.classroom.manifest import write as write_manifest
from grader.expr.text import to_text
from grader.kinds.base import Task
from grader.resources import bank_directory
from grader.run.batch import grade_class
from grader.run.local import Pool

ITEMS = 10
SHARES = {"right": 0.45, "rewritten": 0.15, "changed": 0.25, "hostile": 0.08, "blank": 0.07}
HOSTILE = (
    "9^9^9^9^9", "((((((((((x", "\x1b[2J", "__import__('os')", "1/0", "{{7*7}}", "$\\input{x}$", "x" * 5000, "=1+1",
    "\ufffe",
    "e^(e^(e^(e^9)))", "sin(" * 60 + "x" + ")" * 60, "2x +* 3)", "<script>", "10^1001", "0^0", "\\frac{", "x!!!!!!",
)  # fmt: skip
EXPECTED = {"right": {"right"}, "rewritten": {"right"}, "changed": {"wrong", "partial"}, "blank": {"blank"}}


@dataclass
class Question:
    """A variant with answers whose truth is known."""

    instance: Instance
    answers: dict[str, list[str]]


def question(instance: Instance, rng: random.Random) -> Question:
    """Answers by their sort; a sort is empty where none could be made whose truth is certain."""
    reference = instance.task.reference
    made: dict[str, list[str]] = {"right": [write(reference)], "rewritten": [], "changed": []}
    if isinstance(reference, Scalar) and certain(instance.task):
        for _ in range(3):
            other, _steps = rewritten(reference.value, rng, 2)
            made["rewritten"].append(to_text(other))
            _name, wrong = changed(reference.value, rng)
            # A change can happen to be none at all on the domain: only what a plain check sees is used.
            if differs(instance.task, wrong):
                made["changed"].append(to_text(wrong))
    return Question(instance, made)


def certain(task: Task) -> bool:
    """Whether equal to the reference is what right means; a constant of integration is a matter of its own."""
    from grader import kinds
    from grader.claims import Equal

    claims = kinds.load(task.kind).claims(task, task.reference)
    return len(claims) == 1 and isinstance(claims[0].claim, Equal)


def differs(task: Task, wrong: object) -> bool:
    """Whether mpmath sees a difference at a point of the domain."""
    from oracle import value

    assert isinstance(task.reference, Scalar)
    rng = random.Random(1)
    for _ in range(12):
        point = {}
        for name, span in task.domain.intervals:
            low = float(span.low) if span.low is not None else (float(span.high) - 2 if span.high is not None else -2.0)
            high = float(span.high) if span.high is not None else low + 3
            point[name] = Fraction(rng.uniform(low, high)).limit_denominator(1000)
        try:
            a, b = value(task.reference.value, point), value(wrong, point)
        except Exception:
            continue
        if a is not None and b is not None and abs(a - b) > 1e-6 * (1 + abs(a)):
            return True
    return False


def questions(variants: int, rng: random.Random) -> list[Question]:
    found = []
    for problem in load_bank([bank_directory()]):
        for seed in range(1, variants + 1):
            for part in sample_parts(problem, seed):
                if not part.part:
                    found.append(question(part, rng))
    return found


def a_class(students: int, known: list[Question], rng: random.Random) -> tuple[Manifest, list[tuple[str, bytes]], dict]:
    """A manifest, everybody's file, and what each answer is."""
    records = [to_record(q.instance) for q in known]
    enrolled, files, truth = {}, [], {}
    for k in range(students):
        name = f"s{k:06}"
        chosen = rng.sample(range(len(known)), ITEMS)
        enrolled[name] = Enrolled(name, "", {str(n): records[c] for n, c in enumerate(chosen, 1)})
        answers = {}
        for n, c in enumerate(chosen, 1):
            sort = rng.choices(list(SHARES), list(SHARES.values()))[0]
            if sort == "hostile":
                answers[str(n)] = rng.choice(HOSTILE)
            elif sort == "blank":
                answers[str(n)] = ""
            else:
                texts = known[c].answers[sort]
                sort = sort if texts else "right"
                answers[str(n)] = rng.choice(texts or known[c].answers["right"])
            truth[name, str(n)] = sort
        body = {"student": name, "sheet": "soak", "answers": answers}
        files.append((f"{name}.json", json.dumps(body).encode()))
    return Manifest("Soak", "", "soak", enrolled, "0"), files, truth


def megabytes() -> float:
    """What this process has now."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 2**20
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=1000)
    parser.add_argument("--batch", type=int, default=1000, help="students that are graded in one go")
    parser.add_argument("--variants", type=int, default=2, help="of each problem")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    started = time.perf_counter()
    known = questions(options.variants, rng)
    print(f"{len(known)} questions in {time.perf_counter() - started:.0f} s", flush=True)

    outcomes: Counter[tuple[str, str]] = Counter()
    faults: list[str] = []
    course: list[tuple[float, int, float]] = []
    graded, seconds = 0, 0.0
    while graded < options.students * ITEMS:
        count = min(options.batch, options.students - graded // ITEMS)
        manifest, files, truth = a_class(count, known, rng)
        with tempfile.TemporaryDirectory() as folder:
            # As the command does it: the manifest is read, files are read, all reports are written.
            (Path(folder) / "manifest.json").write_text(write_manifest(manifest))
            wrote = time.perf_counter()
            with Pool(options.jobs) as pool:
                from grader.classroom.manifest import read

                own = read((Path(folder) / "manifest.json").read_text(), "manifest.json")
                report = grade_class(own, files, pool, "2026-11-23T00:00:00", "0", utc="2026-11-23T00:00:00Z")
            from grader.cli.grade import write_reports

            write_reports(report, Path(folder), ("json", "junit", "csv", "lti", "summary"))
            seconds += time.perf_counter() - wrote
        for sheet in report.students:
            for item in sheet.items:
                sort = truth[sheet.student, item.number]
                outcome = item.graded.outcome
                outcomes[sort, outcome] += 1
                if sort in EXPECTED and outcome not in EXPECTED[sort] and outcome != "undecided":
                    faults.append(f"{sort} but {outcome}: {item.problem}: {item.graded.typed[:100]!r}")
        graded += count * ITEMS
        course.append((seconds, graded, megabytes()))
        print(f"{graded} answers, {graded / seconds:.0f} a second, {course[-1][2]:.0f} MB", flush=True)
    for sort in SHARES:
        row = {outcome: n for (s, outcome), n in sorted(outcomes.items()) if s == sort}
        print(f"{sort:10} {sum(row.values()):>8}  {row}")
    print(f"verdicts against the truth: {len(faults)}")
    for fault in faults[:40]:
        print(f"  {fault}")
    if options.picture is not None:
        draw(course, options.picture)
    sys.exit(1 if faults else 0)


def draw(course: list[tuple[float, int, float]], path: Path) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    answers = [graded for _, graded, _ in course]
    rates = [(b - a) / max(t - s, 1e-9) for (s, a, _), (t, b, _) in zip([(0.0, 0, 0.0), *course], course, strict=False)]
    figure, (above, below) = pyplot.subplots(2, 1, sharex=True, figsize=(8, 5))
    above.plot(answers, rates)
    above.set_ylabel("answers a second")
    above.set_ylim(bottom=0)
    below.plot(answers, [memory for _, _, memory in course])
    below.set_ylabel("memory of the grader, MB")
    below.set_xlabel("answers graded")
    below.set_ylim(bottom=0)
    figure.tight_layout()
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    main()
