"""Our decider against SymPy, Math-Verify and Maxima on the same pairs, in one run.

    python tests/benchmarks/engines.py [--pairs FILE] [--limit N] [--engines ours,sympy,...] [--in-turn]

Every engine lives in a process of its own, warm; each pair goes to all of them, one after the
other, so that a change in the machine's speed hits all alike (and every engine finds the
processor's caches filled by the others).  An engine that has not answered after
ten seconds is killed and started again.  Times are taken inside the engine's process and
hold everything from text to verdict, except that SymPy gets the tree already parsed.

Math-Verify: ``pip install ".[bench]"``.  Maxima: the ``maxima`` program with
``maxima-share``.  Engines that are not there are left out, and that is said.
"""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import os
import platform
import shutil
import statistics
import subprocess
import sys
import threading
from pathlib import Path
from time import perf_counter

PAIRS = Path(__file__).parent.parent / "tables" / "pairs.jsonl"
TIMEOUT = 10.0


# -- the engines: each a function from a row to True, False or None (no opinion)


def ours():
    from grader.compare import compare

    def decide(row):
        verdict = compare(row).verdict
        return None if verdict in ("undecided", "unreadable") else verdict == "correct"

    return decide


def trees(row):
    """Reference and student as trees; for antiderivatives their derivatives."""
    from grader import answer as answers
    from grader.answer import Scalar
    from grader.expr.derivative import derivative
    from grader.expr.parse import Names

    anti = row["relation"] == "antiderivative"
    names = Names(tuple(row["variables"]), free=anti)
    pair = [answers.read_any(row[side], names).answer for side in ("reference", "student")]
    if isinstance(pair[0], Scalar):
        found = [[a.value] for a in pair]
    else:
        found = [[entry for line in a.rows for entry in line] for a in pair]
    if anti:
        found = [[derivative(e, row["variables"][0]) for e in side] for side in found]
    return list(zip(*found, strict=True))


def sympy_simplify():
    import sympy

    from grader.expr.symbolic import to_sympy

    def prepare(row):
        return [(to_sympy(a), to_sympy(b)) for a, b in trees(row)]

    def decide(pairs):
        return all(sympy.simplify(a - b) == 0 for a, b in pairs)

    return decide, prepare


def math_verify():
    from math_verify import parse, verify

    from grader.expr.latex import to_latex

    def prepare(row):
        return [("$" + to_latex(a) + "$", "$" + to_latex(b) + "$") for a, b in trees(row)]

    def decide(pairs):
        return all(verify(parse(a), parse(b)) for a, b in pairs)

    return decide, prepare


class Maxima:
    """A running Maxima, asked through a pipe."""

    CHAIN = (
        "zero(d):=block([r],"
        "r:ratsimp(d),if r=0 then return(true),"
        "r:radcan(d),if r=0 then return(true),"
        "r:trigreduce(trigexpand(d)),if ratsimp(r)=0 then return(true),"
        "r:ratsimp(trigsimp(exponentialize(d))),if r=0 then return(true),"
        "r:radcan(logcontract(d)),if r=0 then return(true),"
        "r:rootscontract(radcan(trigsimp(d))),is(ratsimp(r)=0))$"
    )

    def __init__(self):
        self.process = subprocess.Popen(
            ["maxima", "--very-quiet"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.ask("display2d:false$ load(scifac)$ print(0)$ " + self.CHAIN)

    def ask(self, command):
        self.process.stdin.write(command + ' print("#done")$\n')
        self.process.stdin.flush()
        lines = []
        while True:
            line = self.process.stdout.readline()
            if not line:
                raise EOFError
            if "#done" in line:
                return lines
            lines.append(line.strip())


def maxima():
    machine = Maxima()

    def prepare(row):
        return [(to_maxima(a), to_maxima(b)) for a, b in trees(row)]

    def decide(pairs):
        return all(any("true" in line for line in machine.ask(f"print(zero({a}-({b})))$")) for a, b in pairs)

    return decide, prepare


_MAXIMA_NAMES = {
    "arcsin": "asin", "arccos": "acos", "arctan": "atan",
    "arsinh": "asinh", "arcosh": "acosh", "artanh": "atanh", "ln": "log",
}  # fmt: skip


def to_maxima(e):
    from grader.expr import tree as t

    match e:
        case t.Number(q):
            return f"({q.numerator}/{q.denominator})"
        case t.Constant(name):
            return {"pi": "%pi", "e": "%e", "oo": "inf"}[name]
        case t.Variable(name):
            return name
        case t.Neg(a):
            return f"(-{to_maxima(a)})"
        case t.Add(terms):
            return "(" + "+".join(map(to_maxima, terms)) + ")"
        case t.Mul(factors):
            return "(" + "*".join(map(to_maxima, factors)) + ")"
        case t.Div(a, b):
            return f"({to_maxima(a)}/{to_maxima(b)})"
        case t.Pow(a, b):
            return f"({to_maxima(a)}^{to_maxima(b)})"
        case t.Apply("cbrt", (a,)):
            return f"({to_maxima(a)}^(1/3))"
        case t.Apply("log", (b, a)):
            return f"(log({to_maxima(a)})/log({to_maxima(b)}))"
        case t.Apply(name, arguments):
            return f"{_MAXIMA_NAMES.get(name, name)}({','.join(map(to_maxima, arguments))})"


ENGINES = {"ours": ours, "sympy": sympy_simplify, "math-verify": math_verify, "maxima": maxima}


def available(name):
    if name == "maxima":
        return shutil.which("maxima") is not None
    if name == "math-verify":
        from importlib.util import find_spec

        return find_spec("math_verify") is not None
    return True


# -- running them


def serve(name, connection):
    """The engine's process: answer rows with (verdict, seconds)."""
    engine = ENGINES[name]()
    decide, prepare = engine if isinstance(engine, tuple) else (engine, lambda row: row)
    connection.send("ready")
    gc.collect()
    gc.freeze()
    while True:
        row = connection.recv()
        try:
            prepared = prepare(row)
            started = perf_counter()
            verdict = decide(prepared)
            connection.send((verdict, perf_counter() - started))
        except Exception as fault:
            connection.send((f"{type(fault).__name__}: {fault}"[:80], perf_counter() - started))


class Engine:
    def __init__(self, name):
        self.name = name
        self.start()

    def start(self):
        context = multiprocessing.get_context("spawn")
        self.connection, other = context.Pipe()
        self.process = context.Process(target=serve, args=(self.name, other), daemon=True)
        self.process.start()
        other.close()
        assert self.connection.recv() == "ready"

    def ask(self, row):
        """(verdict, seconds); the verdict "timeout" when it took too long."""
        self.connection.send(row)
        if self.connection.poll(TIMEOUT):
            try:
                return self.connection.recv()
            except EOFError:
                pass
        threading.Thread(target=self.process.kill).start()
        self.process.join()
        self.start()
        return "timeout", TIMEOUT

    def stop(self):
        self.process.kill()
        self.process.join()


def run(names, rows, in_turn=False):
    engines = [Engine(name) for name in names]
    warm = rows[:3]
    for engine in engines:
        for row in warm:
            engine.ask(row)
    outcomes = {name: [] for name in names}
    # In turn: an engine has the processor's caches to itself, as in a batch of its own.
    groups = [[engine] for engine in engines] if in_turn else [engines]
    for group in groups:
        for number, row in enumerate(rows, 1):
            for engine in group:
                outcomes[engine.name].append(engine.ask(row))
            if sys.stderr.isatty():
                print(f"\r{number}/{len(rows)}", end="", file=sys.stderr)
    for engine in engines:
        engine.stop()
    return outcomes


def table(outcomes, rows):
    """The figures of every engine, and ratios to ours."""
    expected = [row["expected"] == "correct" for row in rows]
    base = [seconds for _, seconds in outcomes["ours"]]
    lines = [
        f"| {'engine':<16} | median ms | p95 ms | max ms | equal, median | unequal, median | false accepts "
        "| false rejects | no verdict | timeouts | median ratio to ours |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, results in outcomes.items():
        times = [1000 * seconds for _, seconds in results]
        verdicts = [verdict for verdict, _ in results]
        equal = [t for t, truth in zip(times, expected, strict=True) if truth]
        unequal = [t for t, truth in zip(times, expected, strict=True) if not truth]
        accepts = sum(v is True and not e for v, e in zip(verdicts, expected, strict=True))
        rejects = sum(v is False and e for v, e in zip(verdicts, expected, strict=True))
        neither = sum(v is None or (isinstance(v, str) and v != "timeout") for v in verdicts)
        ratio = statistics.median(times) / (1000 * statistics.median(base))
        lines.append(
            f"| {name:<16} | {statistics.median(times):.2f} | {quantile(times, 0.95):.2f} | {max(times):.0f} "
            f"| {statistics.median(equal):.2f} | {statistics.median(unequal):.2f} | {accepts} | {rejects} "
            f"| {neither} | {verdicts.count('timeout')} | {ratio:.1f} |"
        )
    return "\n".join(lines)


def quantile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def machine():
    return f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=Path, default=PAIRS)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--in-turn", action="store_true", help="each engine on all pairs before the next one starts")
    parser.add_argument("--disagreements", action="store_true", help="list the pairs each engine gets wrong")
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.pairs.read_text(encoding="utf-8").splitlines()]
    if options.limit:
        rows = rows[:: max(1, len(rows) // options.limit)][: options.limit]
    wanted = options.engines.split(",")
    names = [name for name in wanted if available(name)]
    for name in wanted:
        if name not in names:
            print(f"{name} is not installed here and is left out")
    outcomes = run(names, rows, options.in_turn)
    print(f"{len(rows)} pairs; {machine()}\n")
    print(table(outcomes, rows))
    if options.disagreements:
        for name, results in outcomes.items():
            for (verdict, _), row in zip(results, rows, strict=True):
                if verdict is not (row["expected"] == "correct"):
                    print(f"{name}: {verdict!s:8} {row['id']}: {row['reference']}  |  {row['student']}"[:160])


if __name__ == "__main__":
    main()
