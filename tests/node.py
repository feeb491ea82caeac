"""Where programs of npm are found that some tests ask; the tests skip without them.

``npm install axe-core gift-pegjs @citolab/qti-convert`` here, or name their folder in ``NODE_MODULES``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def package(name: str) -> Path | None:
    """The folder of a package."""
    folder = Path(os.environ.get("NODE_MODULES", "node_modules")) / name
    return folder.resolve() if folder.is_dir() else None


def needs(name: str) -> pytest.MarkDecorator:
    missing = shutil.which("node") is None or package(name) is None
    return pytest.mark.skipif(missing, reason=f"the npm package {name} is not installed")


def run(*arguments: str, stdin: str = "") -> str:
    """What a program of node prints."""
    done = subprocess.run(
        ["node", *arguments], input=stdin, capture_output=True, text=True, timeout=120, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout
