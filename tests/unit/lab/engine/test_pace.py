# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The latency of a call holds the host's own work on it."""

from __future__ import annotations

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.pace import Pace

from tests.unit.run.waiting import FakeClock


def test_a_call_ends_so_long_after_its_request_came() -> None:
    clock = FakeClock()
    pace = Pace(clock.monotonic)
    clock.passed = 100.0
    pace.came()
    clock.passed += 0.25
    assert pace.left(2.0) == 1.75
    assert pace.left(0.0) <= 0


def test_a_call_that_follows_another_begins_when_that_has_ended() -> None:
    clock = FakeClock()
    pace = Pace(clock.monotonic)
    pace.came()
    clock.passed += 2.0
    pace.ended()
    clock.passed += 0.5
    assert pace.left(2.0) == 1.5


def test_the_time_in_which_nothing_was_asked_for_does_not_count() -> None:
    clock = FakeClock()
    pace = Pace(clock.monotonic)
    pace.came()
    pace.ended()
    clock.passed += 60.0
    pace.came()
    assert pace.left(2.0) == 2.0
