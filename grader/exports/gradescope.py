"""Gradescope's autograder: a zip with everything that grades one submission, the package itself included.

https://gradescope-autograders.readthedocs.io/en/latest/specs/.  Gradescope unpacks it to
``/autograder/source``, runs ``setup.sh`` once and ``run_autograder`` for every submission.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grader.exports.package import zipped
from grader.reports.gradescope import unfinished

NAME = "gradescope"
ABOUT = "Gradescope's autograder: a zip that grades submissions by a manifest"

_SETUP = """\
#!/usr/bin/env bash
# Runs once, when Gradescope builds the image.
set -euo pipefail
apt-get update
apt-get install -y --no-install-recommends python3 python3-venv
python3 -m venv /autograder/venv
/autograder/venv/bin/pip install --no-cache-dir -r /autograder/source/requirements.txt
"""

_RUN = """\
#!/usr/bin/env bash
# Runs for every submission.  A result stands there first, so that a crash is never a missing grade.
set -uo pipefail
root="${AUTOGRADER_ROOT:-/autograder}"
python="${AUTOGRADER_PYTHON:-$root/venv/bin/python}"
mkdir -p "$root/results"
cp "$root/source/unfinished.json" "$root/results/results.json"
cd "$root/source"
PYTHONPATH="$root/source" "$python" -m grader.cli gradescope --root "$root" || {
    echo "The grader ended with code $?; results.json says that the submission was not graded."
}
"""
_UNFINISHED = (
    "Your submission arrived and was not graded: the grader itself failed. This says nothing about your answers. "
    "Please tell your instructor; it will be graded again."
)


def autograder(manifest: str, policy: str | None, package: Mapping[str, bytes], requirements: Sequence[str]) -> bytes:
    """The zip.  ``package`` are the files of the package by their paths, which begin with ``grader/``."""
    files = {
        "setup.sh": _SETUP.encode(),
        "run_autograder": _RUN.encode(),
        "unfinished.json": unfinished(_UNFINISHED).encode(),
        "requirements.txt": "".join(f"{line}\n" for line in requirements).encode(),
        "manifest.json": manifest.encode(),
        **({"policy.yaml": policy.encode()} if policy is not None else {}),
        **dict(sorted(package.items())),
    }
    return zipped(files, programs=("setup.sh", "run_autograder"))
