# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much is tried: `make test` tries enough for every change, `make test-long` (which sets TEST_LONG) all there is."""

from __future__ import annotations

import os
from collections.abc import Iterable

import pytest

LONG = os.environ.get("TEST_LONG", "") not in ("", "0")


def examples(everyday: int, long: int | None = None) -> int:
    """The number of examples of a property: in a long run `long`, or ten times as many as every day."""
    return (long or everyday * 10) if LONG else everyday


# A test that adds little to the others for the time it takes.
in_long_runs = pytest.mark.skipif(not LONG, reason="Tried in long runs only (TEST_LONG).")


def cases(every: Iterable[str], *everyday: str) -> list[str]:
    """The names of the cases to try: those of every day, and all there are in a long run."""
    return list(every) if LONG else list(everyday)
