"""Imports run one way, and the grading path of one answer stays light."""

from __future__ import annotations

import ast
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "grader"

# From the bottom up.  Names on one line may import each other's lower neighbours only,
# except that modules of one folder may import each other.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("version", "resources", "schemas", "records", "translations"),
    ("errors",),
    ("expr",),
    ("figures",),
    ("claims",),
    ("answer",),
    ("answer_text",),
    # A kind checks the reference it computed by the decider, which knows no kind.
    ("matrix",),
    ("decide",),
    ("kinds",),
    ("relations",),
    ("compare",),
    ("certificate", "verify"),
    ("unnamed",),
    ("common_mistakes",),
    ("bank",),
    ("submission",),
    ("diagnose", "follow", "other_reading", "working"),
    ("grade",),
    ("feedback",),
    ("sheets", "reports", "classroom"),
    ("exports",),
    ("run",),
    ("demo",),
    ("cli",),
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}


def module_name(path: Path) -> str:
    parts = ("grader", *path.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path, source: str) -> set[str]:
    """Every module of ours that a file imports, absolutely or relatively, at any depth of nesting."""
    package = module_name(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            name = ".".join([*base, *([node.module] if node.module else [])])
            # ``from grader.expr import tree`` names a module, ``from grader.expr.tree import Add`` does not.
            found |= {f"{name}.{a.name}" if is_module(f"{name}.{a.name}") else name for a in node.names}
    return {name for name in found if name.split(".")[0] == "grader" and name != "grader"}


def is_module(name: str) -> bool:
    path = PACKAGE.parent.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def layer(name: str) -> str:
    return name.split(".")[1]


def violations(path: Path, source: str) -> list[str]:
    own = layer(module_name(path))
    return [
        f"{module_name(path)} ({own}) imports {name} ({layer(name)})"
        for name in sorted(imported(path, source))
        if layer(name) != own and LEVEL[layer(name)] >= LEVEL[own]
    ]


FILES = sorted(p for p in PACKAGE.rglob("*.py") if p != PACKAGE / "__init__.py" and "_data" not in p.parts)


def test_every_module_has_a_layer():
    assert {layer(module_name(p)) for p in FILES} <= set(LEVEL)


@pytest.mark.parametrize("path", FILES, ids=module_name)
def test_imports_run_one_way(path):
    assert violations(path, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    [
        "from grader.grade import grade_answer",
        "import grader.cli.compare",
        "from ..cli import main",
        "from .. import grade",
        "def f():\n    from grader.bank import read",
    ],
)
def test_an_upward_import_is_found(line):
    assert violations(PACKAGE / "expr" / "tree.py", line)


def test_no_import_cycles():
    """At load time; an import inside a function may close a circle of one layer."""
    graph = {}
    for path in FILES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        top = ast.Module(
            [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom) and n in tree.body], []
        )
        graph[module_name(path)] = imported(path, ast.unparse(top)) - {module_name(path)}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"import cycle: {' -> '.join(error.args[1])}")


def test_importing_the_package_loads_nothing_heavy():
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, grader; print(*sys.modules)"], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"flint", "sympy", "numpy", "jinja2", "yaml", "click"} & set(loaded)
