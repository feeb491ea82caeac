"""Reads and writes files so that nothing half done is ever left behind, and nothing escapes its folder."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from grader.errors import AuthorError, Place

LARGEST_FILE = 4_000_000
"""Bytes that `read_bytes` takes when no other limit is given."""
LONGEST_NAME = 80
"""Bytes of a file name that `safe_name` makes, before a suffix such as ``.html``."""

# Names that Windows keeps for devices, whatever follows a dot.
_DEVICES = frozenset(
    ("con", "prn", "aux", "nul", "conin$", "conout$")
    + tuple(f"com{i}" for i in "0123456789¹²³")
    + tuple(f"lpt{i}" for i in "0123456789¹²³")
)

_WRITING = {
    errno.ENOSPC: ("there is no space left on the disk", "free some space and run the command again"),
    errno.EDQUOT: ("your quota of disk space is used up", "free some space and run the command again"),
    errno.EACCES: ("writing is not allowed here", "choose another folder, or change its permissions"),
    errno.EPERM: ("writing is not allowed here", "choose another folder, or change its permissions"),
    errno.EROFS: ("this disk can only be read", "choose another folder"),
    errno.ENOTDIR: ("a file stands where a folder is needed", "choose another folder"),
    errno.EEXIST: ("a file stands where a folder is needed", "choose another folder"),
    errno.EISDIR: ("a folder stands where the file is to go", "choose another name"),
    errno.ENAMETOOLONG: ("the name is too long for this disk", "choose a shorter path"),
}


def write_whole(path: Path, content: str | bytes, mode: int = 0o666) -> bool:
    """Write a file so that there is either the old one or all of the new one, whatever happens.

    Text is written as UTF-8 with the line ends it has.  Missing folders are made.  A file that
    holds the very same bytes already is left alone; the result tells whether it was written.
    ``mode`` is narrowed by the umask, as for any new file.  Raises AuthorError when the disk
    refuses.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        if _holds(path, data):
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, data, mode)
    except OSError as error:
        raise _refused(path, error) from error
    return True


@contextmanager
def writing_whole(path: Path, mode: int = 0o666) -> Iterator[IO[str]]:
    """A text file to write to; it takes its name only when the block ends well.

    For what is too long to be held in memory.  Raises AuthorError when the disk refuses.
    """
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode & ~_umask())
        os.replace(temporary, path)
        temporary = None
    except OSError as error:
        raise _refused(path, error) from error
    finally:
        if temporary is not None:
            os.unlink(temporary)


def make_folder(path: Path) -> None:
    """Make a folder and those above it; raises AuthorError when the disk refuses."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _refused(path, error) from error


def read_bytes(path: Path, limit: int = LARGEST_FILE) -> bytes:
    """The content of a file; raises AuthorError when it is not there, no file, or too large."""
    place = Place(str(path))
    try:
        with open(path, "rb") as file:
            if stat.S_ISDIR(os.fstat(file.fileno()).st_mode):
                raise IsADirectoryError
            data = file.read(limit + 1)
    except FileNotFoundError:
        if path.is_symlink():
            raise AuthorError(place, "this link leads to a file that is not there", "copy the file itself") from None
        raise AuthorError(place, "there is no such file", _nearby(path)) from None
    except IsADirectoryError:
        raise AuthorError(place, "this is a folder", "give a file") from None
    except PermissionError:
        raise AuthorError(place, "reading this file is not allowed", "change its permissions") from None
    except (OSError, ValueError) as error:
        # ValueError: a null character in the name.
        raise AuthorError(place, f"the file cannot be read: {error}") from None
    if len(data) > limit:
        raise AuthorError(place, f"the file has more than {limit:,} bytes", "is it the right file?")
    return data


def read_text(path: Path, limit: int = LARGEST_FILE) -> str:
    """The text of a UTF-8 file, its byte order mark removed and its line ends made ``\\n``.

    Raises AuthorError like `read_bytes`, and at the place of the first byte that is not UTF-8.
    """
    data = read_bytes(path, limit)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        head = data[: error.start]
        column = len(head[head.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        place = Place(str(path), head.count(b"\n") + 1, column)
        fault = f"the byte 0x{data[error.start]:02x} is not UTF-8"
        raise AuthorError(place, fault, "save the file with the encoding UTF-8") from None
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def safe_name(student: str) -> str:
    """A file name without suffix that belongs to this id alone and stays in its folder everywhere.

    Letters, digits and ``- _ + @ .`` stay as they are.  A name in which anything had to change
    carries a digest of the id, so two ids never share one; ``~`` marks it and occurs in no
    other name.  Ids that differ only by case share a file on some disks: the roster refuses them.
    """
    plain = unicodedata.normalize("NFC", student)
    name = "".join(c if c.isalnum() or c in "-_+@." else "_" for c in plain).strip(".")
    # A leading hyphen reads as an option when the shell lists the files.
    name = name.lstrip("-")
    name = name.encode("utf-8", "replace")[:LONGEST_NAME].decode("utf-8", "ignore")
    if name and name == student and name.casefold().split(".")[0] not in _DEVICES:
        return name
    digest = hashlib.sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{name or 'student'}~{digest}" if name.casefold().split(".")[0] not in _DEVICES else f"_{name}~{digest}"


def _holds(path: Path, data: bytes) -> bool:
    try:
        status = path.stat()
        return stat.S_ISREG(status.st_mode) and status.st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def _replace(path: Path, data: bytes, mode: int) -> None:
    # In the same folder: only there is the renaming one step.
    handle, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode & ~_umask())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def _umask() -> int:
    # There is no way to read it but to set it.
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _refused(path: Path, error: OSError) -> AuthorError:
    fault, fix = _WRITING.get(error.errno or 0, (f"the file cannot be written: {error.strerror or error}", ""))
    return AuthorError(Place(str(path)), fault, fix)


def _nearby(path: Path) -> str:
    from difflib import get_close_matches

    try:
        names = os.listdir(path.parent)
    except OSError:
        return "there is no such folder either"
    near = get_close_matches(path.name, names, n=1, cutoff=0.6)
    return f"did you mean '{path.parent / near[0]}'?" if near else ""
