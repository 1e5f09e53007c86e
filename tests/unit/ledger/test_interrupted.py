# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What became of a cmdlet that a dead run had sent, by what is read now (R12, R36)."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.interrupted import completion_of, seconds_left
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import Unfinished

from tests.unit.ledger.builders import ALICE

Facts = dict[str, Any]
MOVE, GRANT, BATCH = "Move-CsUser", "Grant-CsTeamsUpgradePolicy", "New-CsBatchPolicyAssignmentOperation"
MEETINGS = "Start-CsExMeetingMigration"
POOL1, POOL2 = {"homing": "onprem", "registrar_pool": "pool01"}, {"homing": "onprem", "registrar_pool": "pool02"}
ONLINE = {"homing": "online"}
QUIET, TOLD = {"homing": "onprem", "notify": False}, {"homing": "onprem", "policy": "Notify", "notify": True}


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
