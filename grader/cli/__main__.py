"""``python -m grader.cli``: the command line without its script."""

from grader.cli import main

main()
