# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many users may be changed at a time, so that not more fail than the first who is too many (R40)."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.limits import FailureCount, Limits
from hypothesis import assume, given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("percentage", "most", "failed", "total", "at_once"),
    [
        # A number of users: as many as may still fail, and the one who is too many.
        (0, 0, 0, 10, 1),
        (0, 1, 0, 10, 2),
        (0, 3, 0, 10, 4),
        (0, 3, 2, 10, 2),
        (0, 3, 3, 10, 1),
        # Where the limit is reached, nobody more is started; the number stays one that a batch takes.
        (0, 3, 4, 10, 1),
        (0, 3, 9, 10, 1),
        # The number outweighs the percentage.
        (50, 0, 0, 10, 1),
        # A percentage of the users of the task, rounded down.
        (10, None, 0, 10, 2),
        (10, None, 1, 10, 1),
        (10, None, 0, 19, 2),
        (10, None, 0, 20, 3),
        (10, None, 5, 20, 1),
        (1, None, 0, 99, 1),
        (1, None, 0, 100, 2),
        (100, None, 0, 4, 5),
        # A percentage of 0 lets every user be attempted.
        (0, None, 0, 10, None),
        (0, None, 7, 10, None),
    ],
)
def test_r40_how_many_users_may_be_changed_at_a_time(
    percentage: int, most: int | None, failed: int, total: int, at_once: int | None
) -> None:
    limits = Limits(percentage, max_failures=most)
    assert limits.at_once(failed, total) == at_once
    assert FailureCount(limits, total, {f"u{n}" for n in range(failed)}).at_once == at_once


@given(
    percentage=st.integers(0, 100),
    most=st.none() | st.integers(0, 50),
    total=st.integers(1, 400),
    failed=st.integers(0, 400),
)
def test_r40_only_the_failure_of_all_who_are_under_way_exceeds_the_limit(
    percentage: int, most: int | None, total: int, failed: int
) -> None:
    limits = Limits(percentage, max_failures=most)
    under_way = limits.at_once(failed, total)
    assume(not limits.spent(failed, total) and under_way is not None)
    assert limits.spent(failed + (under_way or 0), total)
    assert not limits.spent(failed + (under_way or 0) - 1, total)
