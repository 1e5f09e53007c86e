# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The soak of dev/soak.py for a shorter time: users are where the module says, nobody is moved twice, no shell stays."""

from __future__ import annotations

from tests.extent import in_long_runs
from tests.lab.faults.soak import soak


@in_long_runs
def test_users_are_where_they_are_said_to_be_while_requests_meet_faults() -> None:
    seen = soak(1.0, 0.02)
    assert not seen.wrong
    assert not seen.shells_left
    assert sum(seen.met.values()) > 20
    assert set(seen.statuses) <= {"changed", "ok", "unknown", "failed", "task failed"}
    assert seen.statuses["changed"] > 100
