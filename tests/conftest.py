"""Settings shared by all tests."""

from __future__ import annotations

import os

from hypothesis import settings

# On a machine that nobody watches the examples are the same in every run; elsewhere they are
# new each time, and a failure prints what reproduces it.
settings.register_profile("watched", print_blob=True)
settings.register_profile("unwatched", derandomize=True)
settings.load_profile("unwatched" if "CI" in os.environ else "watched")
