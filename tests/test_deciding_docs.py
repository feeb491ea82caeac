"""The commands of docs/deciding.md print what the page says."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = (Path(__file__).parent.parent / "docs" / "deciding.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```console\n\$ grader ([^\n]*)\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("words", "shown"), BLOCKS, ids=[words for words, _ in BLOCKS])
def test_a_command_prints_what_is_shown(words, shown):
    code = "from grader.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *shlex.split(words)], capture_output=True, text=True, encoding="utf-8", check=True
    )
    assert done.stdout.startswith(shown)


def test_the_page_has_commands():
    assert len(BLOCKS) == 4
