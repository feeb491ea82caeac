"""The group of commands; each loads when it is called, so that ``grader grade`` starts without what
``grader sheets`` needs."""

from __future__ import annotations

from importlib import import_module

import click

from grader.cli import OURS, USAGE
from grader.version import __version__

# Command: (module, one line for the list).  A module exports ``command``.
_COMMANDS = {
    "answer": ("answer", "Write a blank answer file for a sheet."),
    "bank": ("bank", "List, show, test and lint the problem bank."),
    "check": ("check", "Show how a student's answers are read; reveals nothing."),
    "compare": ("compare", "Decide whether two answers are equal."),
    "demo": ("demo", "The whole story on a made-up class, in one directory."),
    "export": ("export", "Write questions for a learning platform: Moodle, Canvas, QTI."),
    "grade": ("grade", "Grade submissions against a manifest."),
    "gradescope": ("gradescope", "Grade one submission inside Gradescope's autograder."),
    "gradebook": ("gradebook", "Put results into a gradebook downloaded from Canvas or Moodle."),
    "init": ("init", "Make a working course folder."),
    "manifest": ("manifest", "Check the manifest that sheets and grades are made from."),
    "preview": ("preview", "One page with every problem of an assignment, before anybody gets it."),
    "regrade": ("regrade", "Grade again after a fix: who changes, from what to what, why."),
    "report": ("report", "What a class teaches: difficulty, discrimination, fairness, mistakes."),
    "review": ("review", "List what a person has to decide, with the evidence."),
    "schema": ("schema", "Print the JSON Schema of a file format."),
    "sheets": ("sheets", "Make every student's sheet, key and answer file, and the manifest."),
    "verify": ("verify", "Check verdicts without the code that decided."),
}


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in _COMMANDS:
            return None
        command = import_module(f"grader.cli.{_COMMANDS[name][0]}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in _COMMANDS:
            from difflib import get_close_matches

            close = get_close_matches(args[0], _COMMANDS, 1)
            hint = f" Did you mean {close[0]!r}?" if close else ""
            raise click.UsageError(f"No such command {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # Not by loading every command for its help.
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_, about) in sorted(_COMMANDS.items())])


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="grader")
def group() -> None:
    """Calculus sheets from YAML, and a grader whose verdicts come with evidence.

    Start with:  grader demo
    """


def run() -> None:
    """Run the command that was called, and turn errors into messages and exit codes."""
    import os
    import sys

    from grader.cli.terminal import output_failed
    from grader.errors import AuthorError, AuthorErrors, GraderError

    output = sys.stdout
    try:
        group(standalone_mode=False, color=False if os.environ.get("NO_COLOR") else None)
        sys.stdout.flush()
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        sys.exit(130)
    except click.exceptions.Exit as leaving:
        sys.exit(leaving.exit_code)
    except click.ClickException as fault:
        fault.show()
        sys.exit(USAGE)
    except (AuthorError, AuthorErrors, GraderError) as fault:
        click.echo(str(fault), err=True)
        sys.exit(USAGE)
    except SystemExit:
        # When the reader (``| head``) has gone, click wraps the output and ends with 1, which here
        # means a score too low.
        if sys.stdout is not output:
            output_failed(BrokenPipeError())
        raise
    except Exception as bug:
        if isinstance(bug, OSError) and bug.filename is None:
            # Files are read and written elsewhere, with messages that name them.
            output_failed(bug)
        import traceback

        if os.environ.get("GRADER_DEBUG"):
            traceback.print_exc()
        last = traceback.extract_tb(bug.__traceback__)[-1]
        what = f"{type(bug).__name__} in {os.path.basename(last.filename)}:{last.lineno}: {bug}"
        click.echo(f"This is a fault of ours, not of your files: {what}", err=True)
        click.echo("Please report it, with what GRADER_DEBUG=1 in the environment prints.", err=True)
        sys.exit(OURS)
