"""Whatever is typed, one answer ends within its bounds, undecided with the reason if it must."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest

from grader.cli import bounded, compare_batch
from grader.compare import compare
from grader.run import workers

# Each takes the place of the work: the first is one call into C that would take hours, the second wants
# more memory than there is, the third dies as FLINT does when it gets none.
SCRIPT = """
import sys
from grader.cli import bounded
words = sys.argv[2:]
bounded.bound(words, seconds=1.0, memory=512 << 20)
import flint
match sys.argv[1]:
    case "c":
        len(str(flint.fmpz(3) ** (10**9)))
    case "python":
        while True:
            pass
    case "memory":
        [0] * (1 << 28)
    case "abort":
        import os
        os.abort()
    case "done":
        print("done")
        sys.exit(2)
"""
LONG = "x" * 500


def run(what: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", SCRIPT, what, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=30)


def grader(*words: str, **options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from grader.cli import main; main()", *words]
    env = {**os.environ, **options}
    return subprocess.run(command, capture_output=True, text=True, timeout=30, env=env)


@pytest.mark.parametrize("student", ["x", LONG], ids=["late", "at once"])
@pytest.mark.parametrize("work", ["c", "python"])
def test_what_takes_too_long_is_undecided(work: str, student: str) -> None:
    started = monotonic()
    done = run(work, "compare", "x", student)
    assert done.stdout == "undecided\n  undecided by limits\n  evidence  took more than 1 s\n"
    assert done.returncode == 0
    assert monotonic() - started < 10


def test_as_json_too() -> None:
    done = run("c", "compare", "x", "x", "--json")
    assert '"verdict": "undecided"' in done.stdout and '"evidence": "took more than 1 s"' in done.stdout


def test_a_process_that_dies_is_undecided() -> None:
    done = run("abort", "compare", "x", "x")
    assert (done.returncode, done.stdout.split("\n")[0]) == (0, "undecided")
    assert "the process died" in done.stdout


def test_memory_is_bounded() -> None:
    assert "MemoryError" in run("memory", "compare", "x", "x").stderr


def test_what_ends_ends_as_it_is() -> None:
    for student in ("x", LONG):
        done = run("done", "compare", "x", student)
        assert (done.returncode, done.stdout, done.stderr) == (2, "done\n", "")


def test_reading_answers_is_bounded_too() -> None:
    done = run("python", "check", "answers.md")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == "The answers could not be read: took more than 1 s.\n"


def test_other_commands_run_as_they_are() -> None:
    for words in (["grade", "x"], ["compare", "--batch", "-"], ["compare", "--batch=pairs.jsonl"], []):
        before = list(sys.meta_path)
        bounded.bound(words)
        assert sys.meta_path == before


def test_where_there_is_no_fork(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        bounded.spawned(["compare", "sin(2x)", "2sin(x)cos(x)"], 20)
    assert (ended.value.code, capfd.readouterr().out.split("\n")[0]) == (0, "correct")
    late = "from grader.cli import bounded; bounded.spawned(['compare', 'x', 'x'], 0.001)"
    done = subprocess.run([sys.executable, "-c", late], capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout.split("\n")[0]) == (0, "undecided")


def test_the_bounds_are_those_of_a_batch() -> None:
    assert (bounded.SECONDS, bounded.MEMORY) == (compare_batch.SECONDS, workers.MEMORY)


def test_a_plain_question_forks_nothing() -> None:
    # No process is to be had at all: it is answered all the same.
    script = "import os, sys; os.fork = lambda: 1 / 0; from grader.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", script, "compare", "2x", "x+x"], capture_output=True, text=True)
    assert done.stdout.startswith("correct"), done


def _ones(text: str, count: int) -> str:
    return "+".join(text.replace("k", str(k)) for k in range(1, count))


HOSTILE = {
    "a power of powers": ("9^9^9^9", "9^9^9^9+1"),
    "a tower": ("e^" * 25 + "x", "e^" * 25 + "(x+1-1)"),
    "a tower of towers": ("x^x^x^x^x^x", "x^x^x^x^x^(x*1)"),
    "deep sines": ("sin(" * 50 + "x" + ")" * 50, "sin(" * 50 + "2x/2" + ")" * 50),
    "deep logarithms": ("ln(2+" * 45 + "x" + ")" * 45, "ln(2+" * 45 + "2x/2" + ")" * 45),
    "deep corners": ("abs(1-" * 28 + "x" + ")" * 28, "abs(1-" * 28 + "2x/2" + ")" * 28),
    "deep roots": ("sqrt(2+" * 30 + "x" + ")" * 30, "sqrt(2+" * 30 + "2x/2" + ")" * 30),
    "a factorial": ("1000!!", "1000!!+1"),
    "factorials": ("((x!)!)!", "((x!)!)!*1"),
    "a binomial": ("binom(1000000,500000)", "binom(1000000,499999)"),
    "a symbolic binomial": ("binom(x+1000,500)", "binom(x+1000,x+500)"),
    "a high power": ("(x+1)^1000000", "(x+1)^999999*(x+1)"),
    "a high power of a sum": ("(x+y+z+t+u+1)^200", "(1+x+y+z+t+u)^199*(1+x+y+z+t+u)"),
    "products of sums": ("*".join(f"(x+{k}y+{k * k})" for k in range(1, 60)), "x*y"),
    "2,000 letters": (_ones("sin(k*x)^k*ln(x+k)", 90), _ones("ln(x+k)*sin(k*x)^k", 90)),
    "large angles": ("sin(10^50*x)*cos(10^49)", "cos(10^49)*sin(10^50*x)"),
    "fine angles": (_ones("sin(x/k)", 60), _ones("sin(x/k)*1", 60)),
    "many roots": (_ones("sqrt(k)", 80), _ones("k^(1/2)", 80)),
    "sums of roots to a power": ("(sqrt(2)+sqrt(3)+sqrt(5)+sqrt(7)+x^(1/3))^40", "x"),
    "a continued fraction": ("1/(x+" * 45 + "x" + ")" * 45, "1/(x+" * 45 + "2x/2" + ")" * 45),
    "many denominators": (_ones("1/(x+k)", 120), _ones("1/(k+x)", 120)),
    "open brackets": ("(" * 1000, "x"),
    "nothing but signs": ("-" * 1999 + "x", "x"),
    "a matrix": ("[" + ",".join(["[" + ",".join(["x^9*e^x"] * 12) + "]"] * 12) + "]", "x"),
    "letters": ("abcdefghij" * 200, "x"),
    "digits": ("9" * 2000, "x"),
    "every sign": ("x+-*/^!()[]{}<>|,;=" * 100, "x"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_answers_end(name: str) -> None:
    reference, student = HOSTILE[name]
    names = [word for v in "xyztu" for word in ("--var", v)]
    done = grader("compare", reference, student, *names)
    assert done.returncode in (0, 2), done
    verdict = done.stdout.split("\n")[0].split(" ")[0] if done.stdout else "unreadable"
    assert verdict in ("correct", "incorrect", "undecided", "unreadable"), done
    assert "Traceback" not in done.stderr and "fault of ours" not in done.stderr, done


def _power_of_powers(levels: int) -> str:
    text = "A"
    for _ in range(levels):
        text = f"({text})^20"
    return text


@pytest.mark.parametrize(
    ("reference", "student", "verdict"),
    [
        ("A^1000000", "A*A^999999", "unreadable"),
        (_power_of_powers(8), f"A*{_power_of_powers(8)}", "incorrect"),
        (f"det({_power_of_powers(8)})", f"det({_power_of_powers(8)}) + 1", "incorrect"),
        ("*".join(["(A+B)"] * 60), "*".join(["(B+A)"] * 60), "correct"),
        ("inv(inv(inv(inv(inv(A+B)+A)+B)+A)+B)", "A", "incorrect"),
        ("(" * 200 + "A" + ")" * 200, "A", "unreadable"),
    ],
)
def test_powers_of_matrices_end(reference: str, student: str, verdict: str) -> None:
    row = {"relation": "matrix_equal", "reference": reference, "student": student}
    shapes = {"A": ["n", "n"], "B": ["n", "n"]}
    assert compare(row | {"shapes": shapes}).verdict == verdict


def test_a_file_of_answers_is_checked(tmp_path: Path) -> None:
    answers = tmp_path / "answers.md"
    answers.write_text("student: me\nsheet: one\n\n1: " + "9^" * 200 + "9\n2: x^2\n", encoding="utf-8")
    done = grader("check", str(answers))
    assert (done.returncode, done.stderr) == (0, "")
    assert "x^2" in done.stdout
