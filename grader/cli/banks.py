"""The option that says which problem bank a command uses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from grader.cli.config import SHIPPED

if TYPE_CHECKING:
    from grader.bank.problem import Problem
    from grader.bank.read import Bank

F = TypeVar("F", bound=Callable[..., Any])


def bank_option(function: F) -> F:
    """``--bank DIR``, repeatable; the value is a tuple of texts for `load`."""
    return click.option(
        "--bank",
        "banks",
        multiple=True,
        metavar="DIR",
        help=f"A folder of problem files; repeat for more. '{SHIPPED}' is the bank that came with the package.  "
        "[default: as in grader.toml, else shipped]",
    )(function)


def load(banks: tuple[str, ...]) -> Bank:
    """The chosen bank, else that of ``grader.toml``, else the shipped one.

    Raises `grader.errors.AuthorErrors` with the faults of all its files.
    """
    from grader.bank.read import load_bank

    return load_bank(_directories(banks))


def files(banks: tuple[str, ...]) -> list[Path]:
    """The files of the bank that `load` reads, in its order."""
    from grader.bank.read import topic_files

    return [path for directory in _directories(banks) for path in topic_files(directory)]


def _directories(banks: tuple[str, ...]) -> list[Path]:
    from grader.cli.config import read_config
    from grader.resources import bank_directory

    chosen = banks or read_config().bank or (SHIPPED,)
    return [bank_directory() if name == SHIPPED else Path(name) for name in chosen]


def find(bank: Bank, name: str) -> Problem:
    """The problem of an id; a usage error with advice when there is none."""
    try:
        return bank[name]
    except KeyError:
        raise click.UsageError(f"there is no problem '{name}'; {bank.advice(name)}") from None
