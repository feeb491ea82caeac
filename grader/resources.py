"""Where the problem bank and the templates that came with the package lie."""

from __future__ import annotations

from pathlib import Path


def _shipped(name: str) -> Path:
    package = Path(__file__).resolve().parent
    installed = package / "_data" / name
    # In a checkout the folders stand beside the package; the wheel carries them inside it.
    return installed if installed.is_dir() else package.parent / name


def bank_directory() -> Path:
    """The folder of topic files (``*.yaml``)."""
    return _shipped("problem_bank")


def template_directory() -> Path:
    """The folder of Jinja templates."""
    return _shipped("templates")
