# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many users are done a minute, and when all will be."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._progress import counted, estimated

NOW = datetime(2026, 12, 7, 20, 20, tzinfo=UTC)


@pytest.fixture(autouse=True)
def paris(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The clock of the one who reads it: an hour ahead of UTC in December."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Europe/Paris")
        time.tzset()
        yield
    time.tzset()


@pytest.mark.parametrize(
    ("done", "total", "passed", "expected"),
    [
        (120, 400, 514.0, ", 14 a minute, done at about 21:39"),
        (1, 2, 60.0, ", 1.0 a minute, done at about 21:21"),
        (19, 20, 120.0, ", 9.5 a minute, done at about 21:20"),
        (20, 21, 120.0, ", 10 a minute, done at about 21:20"),
        (1, 10, 1200.0, ", 0.1 a minute, done at about 2026-12-08 00:20"),
        (10, 20, 9540.0, ", 0.1 a minute, done at about 23:59"),
        (10, 20, 9600.0, ", 0.1 a minute, done at about 2026-12-08 00:00"),
        (600, 1000, 10.0, ", 3600 a minute, done at about 21:20"),
        # Nothing that could be said yet, or is worth saying any more.
        (600, 1000, 9.9, ""),
        (0, 400, 514.0, ""),
        (400, 400, 514.0, ""),
        (401, 400, 514.0, ""),
        (0, 0, 0.0, ""),
    ],
)
def test_the_rate_and_the_end_are_estimated_by_what_was_done(
    done: int, total: int, passed: float, expected: str
) -> None:
    assert estimated(done, total, passed, NOW) == expected


@pytest.mark.parametrize(
    ("done", "failed", "expected"),
    [
        (0, 0, "0 of 6 users"),
        (3, 0, "3 of 6 users"),
        (3, 1, "3 of 6 users, 1 failed"),
        (6, 6, "6 of 6 users, 6 failed"),
    ],
)
def test_users_are_counted_with_those_who_failed(done: int, failed: int, expected: str) -> None:
    assert counted(done, 6, failed) == expected
