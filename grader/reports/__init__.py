"""Report formats, found once: every module beside this one that exports ``REPORT``."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

from grader.reports.base import ReportFormat


@cache
def names() -> tuple[str, ...]:
    """The names of all formats, sorted, without loading any.

    A module that would hide one of the standard library carries an underscore: ``json_``.
    """
    modules = (p.stem for p in Path(__file__).parent.glob("*.py"))
    return tuple(sorted(m.removesuffix("_") for m in modules if m not in ("__init__", "base")))


@cache
def load(name: str) -> ReportFormat:
    """The format of that name; KeyError when there is none."""
    if name not in names():
        raise KeyError(name)
    module = name if (Path(__file__).parent / f"{name}.py").exists() else f"{name}_"
    report = import_module(f"{__name__}.{module}").REPORT
    assert isinstance(report, ReportFormat) and report.name == name
    return report
