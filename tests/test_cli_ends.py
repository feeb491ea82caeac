"""How commands end: full disks, readers that have gone, faults of ours; never with a traceback."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

FULL = "/dev/full"
needs_full = pytest.mark.skipif(not os.path.exists(FULL), reason="this system has no /dev/full")
COMMANDS = [["bank", "list"], ["compare", "2x", "x+x"], ["compare", "2x", "x+x", "--syntax", "infix"], ["--help"]]


def grader(*words: str, stdout: object = subprocess.PIPE, **more: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **more}
    command = [sys.executable, "-c", "from grader.cli import main; main()", *words]
    return subprocess.run(command, stdout=stdout, stderr=subprocess.PIPE, text=True, env=environment, timeout=60)  # type: ignore[call-overload,no-any-return]


@needs_full
@pytest.mark.parametrize("words", COMMANDS)
def test_a_full_disk_is_told_in_one_line(words: list[str]) -> None:
    with open(FULL, "w") as full:
        ended = grader(*words, stdout=full)
    assert ended.returncode == 2
    assert ended.stderr.startswith("the output cannot be written: ") and ended.stderr.count("\n") == 1


@pytest.mark.parametrize("words", COMMANDS)
def test_a_reader_that_has_gone_is_no_fault(words: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ended = grader(*words, stdout=writing)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_fault_of_ours_is_named_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from grader.cli import commands

    def broken(**settings: object) -> None:
        raise RuntimeError("the wheels came off")

    monkeypatch.setattr(commands, "group", broken)
    monkeypatch.delenv("GRADER_DEBUG", raising=False)
    with pytest.raises(SystemExit) as ended:
        commands.run()
    said = capsys.readouterr().err
    assert ended.value.code == 3
    assert "a fault of ours" in said and "RuntimeError in test_cli_ends.py:" in said and "Traceback" not in said
    monkeypatch.setenv("GRADER_DEBUG", "1")
    with pytest.raises(SystemExit):
        commands.run()
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("colour", "escapes"), [({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True)])
def test_no_color_is_respected_on_a_terminal(colour: dict[str, str], escapes: bool) -> None:
    import pty

    ours, theirs = pty.openpty()
    grader("bank", "list", "--topic", "tangent", stdout=theirs, **colour)
    os.close(theirs)
    text = os.read(ours, 10_000)
    os.close(ours)
    assert b"tangent" in text and (b"\x1b" in text) == escapes
