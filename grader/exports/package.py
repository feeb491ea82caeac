"""Zip files with the same bytes for the same content."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping

# The first moment that the format can tell: the clock of the run is nobody's business.
_THEN = (1980, 1, 1, 0, 0, 0)


def zipped(files: Mapping[str, bytes], programs: Collection[str] = ()) -> bytes:
    """The files in the given order, compressed; ``programs`` are those that may be run."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in files.items():
            member = zipfile.ZipInfo(name, _THEN)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = (0o100755 if name in programs else 0o100644) << 16
            # Says that the attributes are Unix's, on every machine.
            member.create_system = 3
            archive.writestr(member, content)
    return buffer.getvalue()
