"""How many mistakes are named: the table of the catalogue, and every computed mistake of every shipped problem.

    python tests/benchmarks/diagnoses.py [--seeds N]

A computed wrong answer is written out, read back and graded like a student's.  It is named rightly
when its own mistake is named, or one that leads to the same answer and stands before it.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parent.parent))

from diagnosing import TABLE, task_of

from grader import kinds
from grader.answer_text import write
from grader.bank.read import load_bank
from grader.bank.sample import sample_parts
from grader.grade import grade_answer, grade_task
from grader.resources import bank_directory


def of_table() -> Counter[str]:
    """The rows of tests/tables/diagnoses.yaml."""
    found: Counter[str] = Counter()
    for row in TABLE:
        named = grade_task(task_of(row), row["wrong"]).mistake
        if named == row["named"]:
            found["rightly" if named else "told in another way" if "told" in row else "not at all"] += 1
        else:
            found["wrongly" if named else "not at all"] += 1
    return found


def of_bank(seeds: int) -> tuple[Counter[str], list[float], list[str]]:
    """The computed mistakes of every problem, with the seconds that naming took and what went wrong."""
    found: Counter[str] = Counter()
    times: list[float] = []
    wrongly: list[str] = []
    for problem in load_bank([bank_directory()]):
        for seed in range(1, seeds + 1):
            for instance in sample_parts(problem, seed):
                foreseen = [(m.name, (m.answer,)) for m in instance.mistakes]
                of_kind = [(m.name, m.wrong(instance.task)) for m in kinds.load(instance.kind).mistakes]
                for name, answers in foreseen + of_kind:
                    for answer in answers:
                        started = perf_counter()
                        graded = grade_answer(instance, write(answer))
                        times.append(perf_counter() - started)
                        diagnosis = graded.diagnosis
                        if diagnosis is not None and name in (diagnosis.name, *diagnosis.also):
                            found["rightly"] += 1
                        elif diagnosis is None:
                            found[f"not at all ({graded.outcome})"] += 1
                        else:
                            found["wrongly"] += 1
                            wrongly.append(f"{instance.problem} seed {seed}: {name}: {write(answer)}: {diagnosis.name}")
    return found, times, wrongly


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=1)
    seeds = parser.parse_args().seeds
    rules = {rule for name in kinds.names() for m in kinds.load(name).mistakes for rule in m.rule.split()}
    mistakes = sum(len(kinds.load(name).mistakes) for name in kinds.names())
    print(f"{mistakes} mistakes of {len(kinds.names())} kinds; {len(rules)} rules of the catalogue in force")
    print("table of the catalogue:", dict(of_table()))
    found, times, wrongly = of_bank(seeds)
    print("computed mistakes of the bank:", dict(found))
    share = quantiles(times, n=20)[18]
    print(f"grading and naming: median {median(times) * 1e3:.1f} ms, 95 of 100 below {share * 1e3:.0f} ms")
    for line in wrongly[:20]:
        print("  wrongly:", line)


if __name__ == "__main__":
    main()
