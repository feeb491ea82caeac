"""The command line: the only place that knows disk, clock and exit codes."""

from __future__ import annotations

DONE, BELOW, USAGE, OURS = 0, 1, 2, 3
"""Exit codes: done whatever the scores; something below ``--fail-under``; usage or author
error; our failure."""


def main() -> None:
    """The console script.

    One comparison, asked in the plainest way, is answered without loading the library that reads
    command lines: that takes three times as long as Python takes to start.
    """
    import sys

    from grader.cli.bounded import bound

    bound(sys.argv[1:])
    if sys.argv[1:2] == ["compare"]:
        from grader.cli.quick import compare_quickly

        if compare_quickly(sys.argv[2:]):
            return
    from grader.cli.commands import run

    run()


if __name__ == "__main__":
    main()
