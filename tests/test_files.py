"""Files are written whole or not at all, read with clear errors, and named so that nothing escapes."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from grader.cli import files
from grader.cli.config import parse_config, read_config, template_directories
from grader.cli.files import read_bytes, read_text, safe_name, write_whole
from grader.errors import AuthorError, AuthorErrors


def test_write_makes_folders_and_keeps_the_bytes(tmp_path):
    path = tmp_path / "a" / "b.txt"
    assert write_whole(path, "π\r\n")
    assert path.read_bytes() == "π\r\n".encode()
    assert not write_whole(path, "π\r\n"), "the same bytes are not written again"
    assert write_whole(path, b"x")
    assert path.read_bytes() == b"x"
    assert os.listdir(path.parent) == ["b.txt"]


def test_write_respects_the_mode_and_the_umask(tmp_path):
    old = os.umask(0o022)
    try:
        write_whole(tmp_path / "open", "x")
        write_whole(tmp_path / "closed", "x", mode=0o600)
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "open").stat().st_mode) == 0o644
    assert stat.S_IMODE((tmp_path / "closed").stat().st_mode) == 0o600


def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "grades.json"
    write_whole(path, "old")

    def full(handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(AuthorError, match="there is no space left on the disk; free some space"):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["grades.json"], "no temporary file is left"


def test_writing_where_a_file_stands_in_the_way(tmp_path):
    (tmp_path / "out").write_text("")
    with pytest.raises(AuthorError, match="a file stands where a folder is needed"):
        write_whole(tmp_path / "out" / "sheet.md", "x")


def test_read_text_takes_what_editors_write(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfa\r\nb\rc")
    assert read_text(path) == "a\nb\nc"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda p: p.write_bytes(b"ok\nd\xe9j\xe0"), ":2:2: the byte 0xe9 is not UTF-8; save the file with"),
        (lambda p: p.mkdir(), ":1:1: this is a folder; give a file"),
        (lambda p: p.write_bytes(b"x" * 11), ":1:1: the file has more than 10 bytes; is it the right file?"),
        (lambda p: None, ":1:1: there is no such file"),
    ],
)
def test_read_text_faults(tmp_path, make, message):
    path = tmp_path / "a.txt"
    make(path)
    with pytest.raises(AuthorError) as caught:
        read_text(path, 10)
    assert message in str(caught.value)


def test_a_missing_file_has_a_neighbour(tmp_path):
    (tmp_path / "roster.csv").write_text("")
    with pytest.raises(AuthorError, match=r"did you mean '.*roster\.csv'"):
        read_bytes(tmp_path / "rooster.csv")


@pytest.mark.parametrize("plain", ["s123", "ada.lovelace", "a-b_c@uni.edu", "Zoë", "学生1"])
def test_plain_ids_stay(plain):
    assert safe_name(plain) == plain


HOSTILE = [
    "../../etc/passwd",
    "..",
    ".",
    "",
    "/",
    "C:\\x",
    "a/b",
    "a\\b",
    "a b",
    "a\nb",
    "a\0b",
    "CON",
    "nul.txt",
    "com1",
    ".hidden",
    "trailing.",
    "-rf",
    "<script>",
    "{{7*7}}",
    "=cmd|'/C calc'!A0",
    "\u202egpj.exe",
    "x" * 500,
    "é" * 300,
    "a~b",
    "\ud800",
    "e\u0301",
]


@pytest.mark.parametrize("student", HOSTILE, ids=ascii)
def test_hostile_ids_stay_in_their_folder(student, tmp_path):
    name = safe_name(student)
    assert (tmp_path / f"{name}.html").resolve().parent == tmp_path.resolve()
    assert "~" in name and len(name.encode()) <= 100
    assert not set(name) & set('/\\:*?"<>|\0\n ') and not name.startswith((".", "-"))
    assert name.split(".")[0].casefold() not in ("con", "nul", "com1")
    write_whole(tmp_path / f"{name}.html", "x")


def test_hostile_ids_do_not_collide():
    students = [*HOSTILE, "a?b", "a*b", "a_b", *(f"x{'y' * 200}{i}" for i in range(50))]
    assert len({safe_name(s).casefold() for s in students}) == len(students)


def test_config_is_found_above_and_its_paths_are_its_own(tmp_path):
    (tmp_path / "grader.toml").write_text(
        'course = "Calculus"\nsecret_file = "s"\nbank = ["shipped", "ours"]\ntemplates = "looks"\n'
    )
    (tmp_path / "week" / "3").mkdir(parents=True)
    config = read_config(tmp_path / "week" / "3")
    assert config.course == "Calculus" and config.secret_file == tmp_path / "s"
    assert config.bank == ("shipped", str(tmp_path / "ours")) and config.templates == (str(tmp_path / "looks"),)


def test_config_of_somebody_else_is_not_read(tmp_path):
    (tmp_path / "grader.toml").write_text('course = "Theirs"\n')
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    assert read_config(tmp_path / "repository").course == ""


def test_config_faults_all_at_once():
    with pytest.raises(AuthorErrors) as caught:
        parse_config('corse = "x"\nbank = 3\nsecret_file = 1\n', Path("grader.toml"))
    assert str(caught.value).splitlines() == [
        "grader.toml:1:1: unknown setting 'corse'; did you mean 'course'?",
        "grader.toml:2:1: 'bank' has to be a list of folders in quotes",
        "grader.toml:3:1: 'secret_file' has to be a text in quotes",
    ]
    with pytest.raises(AuthorErrors, match=r"grader\.toml:1:10: this is not TOML"):
        parse_config("course = Calculus\n", Path("grader.toml"))


def test_template_folders_come_before_the_shipped(tmp_path):
    folders = template_directories((str(tmp_path),), read_config(tmp_path))
    assert folders[0] == tmp_path and len(folders) == 2 and (folders[1] / "sheet.html.j2").exists()
    with pytest.raises(AuthorError, match="there is no such folder"):
        template_directories((str(tmp_path / "none"),), read_config(tmp_path))
