# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What became of a cmdlet that a dead run had sent, by what is read now (R12, R36)."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.interrupted import (
    completion_of,
    completion_of_one,
    seconds_left,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import Unfinished

from tests.unit.ledger.builders import ALICE

Facts = dict[str, Any]
MOVE, GRANT, BATCH = "Move-CsUser", "Grant-CsTeamsUpgradePolicy", "New-CsBatchPolicyAssignmentOperation"
MEETINGS = "Start-CsExMeetingMigration"
POOL1, POOL2 = {"homing": "onprem", "registrar_pool": "pool01"}, {"homing": "onprem", "registrar_pool": "pool02"}
ONLINE = {"homing": "online"}
QUIET, TOLD = {"homing": "onprem", "notify": False}, {"homing": "onprem", "policy": "Notify", "notify": True}


LATER = {"name": "Later", "side": "onprem"}
PRESENT, CHANGED = {"state": "present", "notify": False}, {"state": "present", "notify": True}
ABSENT = {"state": "absent"}


def event(action: str, before: Facts, after: Facts, age: float = 0) -> Unfinished:
    return Unfinished(1, age, "monday", ALICE, "pilot", action, before, after, "")


@pytest.mark.parametrize(
    ("action", "before", "after", "state", "ends"),
    [
        (MOVE, POOL1, ONLINE, ONLINE, ("changed", None)),
        (MOVE, POOL1, ONLINE, POOL1, ("unknown", "interrupted")),
        # Moved to another pool by somebody: the move to the cloud has not worked.
        (MOVE, POOL1, ONLINE, POOL2, ("unknown", "changed_otherwise")),
        (MOVE, ONLINE, POOL1, POOL1, ("changed", None)),
        (MOVE, ONLINE, POOL1, {**POOL1, "registrar_pool": "POOL01"}, ("changed", None)),
        (MOVE, ONLINE, POOL1, POOL2, ("unknown", "changed_otherwise")),
        (GRANT, QUIET, TOLD, TOLD, ("changed", None)),
        # Somebody has given another policy, which does not notify.
        (GRANT, QUIET, TOLD, {**QUIET, "policy": "Quiet"}, ("unknown", "interrupted")),
        (GRANT, {**QUIET, "policy": "A"}, TOLD, {**QUIET, "policy": "B"}, ("unknown", "changed_otherwise")),
        # Meetings go on by themselves.
        (MEETINGS, {"state": "none"}, {"state": "pending"}, {"state": "succeeded"}, ("changed", None)),
        # One side does not tell what the other has changed.
        (GRANT, {**QUIET, "mode": "Islands"}, TOLD, QUIET, None),
        (GRANT, {}, TOLD, TOLD, None),
    ],
)
def test_r36_an_event_is_completed_by_what_is_read(
    action: str, before: Facts, after: Facts, state: Facts, ends: tuple[str, str | None] | None
) -> None:
    done = completion_of(event(action, before, after), state)
    assert ends == (done and (done.status.value, done.reason.code if done.reason else None))


@pytest.mark.parametrize(
    ("action", "state", "age", "left"),
    [
        (MOVE, POOL1, 20, 100),
        (BATCH, POOL1, 20, 100),
        (MOVE, POOL1, 120, 0),
        (MOVE, POOL1, 500, 0),
        (MOVE, ONLINE, 20, 0),
        (MOVE, POOL2, 20, 0),
        (GRANT, POOL1, 20, 0),
    ],
)
def test_r50_a_move_may_be_at_work_for_a_while_after_its_run_has_died(
    action: str, state: Facts, age: int, left: int
) -> None:
    assert seconds_left(event(action, POOL1, ONLINE, age), state, 120) == left


@pytest.mark.parametrize(
    ("before", "after", "about", "state", "ends"),
    [
        (PRESENT, CHANGED, LATER, CHANGED, ("changed", None)),
        (PRESENT, CHANGED, {**LATER, "name": "later"}, CHANGED, ("changed", None)),
        (PRESENT, CHANGED, LATER, PRESENT, ("unknown", "interrupted")),
        (PRESENT, CHANGED, LATER, ABSENT, ("unknown", "changed_otherwise")),
        (ABSENT, CHANGED, LATER, CHANGED, ("changed", None)),
        (ABSENT, CHANGED, LATER, PRESENT, ("unknown", "changed_otherwise")),
        (PRESENT, ABSENT, LATER, ABSENT, ("changed", None)),
        (PRESENT, ABSENT, LATER, PRESENT, ("unknown", "interrupted")),
        # Another instance, and what is called the same on the other side.
        (PRESENT, CHANGED, {**LATER, "name": "Tell"}, CHANGED, None),
        (PRESENT, CHANGED, {**LATER, "side": "online"}, CHANGED, None),
        # A configuration of which other options are given now, or more of them.
        ({"A": 1}, {"A": 2}, LATER, {"B": 2}, None),
        ({"A": 1, "B": 1}, {"A": 2, "B": 1}, LATER, {"A": 2}, None),
        ({"A": 1}, {"A": 2}, LATER, {"A": 2, "B": 1}, ("changed", None)),
    ],
)
def test_an_event_without_a_user_is_completed_by_the_next_look_at_the_same_thing(
    before: Facts, after: Facts, about: Facts, state: Facts, ends: tuple[str, str | None] | None
) -> None:
    done = completion_of_one(event("Set-CsTeamsUpgradePolicy", {**LATER, **before}, after), about, state)
    assert ends == (done and (done.status.value, done.reason.code if done.reason else None))


def test_an_event_that_does_not_say_what_it_is_about_is_left_as_it_is() -> None:
    assert completion_of_one(event("Set-CsTeamsUpgradePolicy", PRESENT, CHANGED), LATER, CHANGED) is None
