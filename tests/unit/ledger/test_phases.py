# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far a user is, by what was sent and read back."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.phases import (
    WAY,
    phase_after,
    phase_in_wave,
    reached,
    target_of,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Status
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.phase import UserPhase
from hypothesis import given
from hypothesis import strategies as st

from .builders import ONLINE, ONPREM, TEAMS_ONLY, TOLD

GRANT, BATCH, MOVE = "Grant-CsTeamsUpgradePolicy", "New-CsBatchPolicyAssignmentOperation", "Move-CsUser"
MEETINGS = "Start-CsExMeetingMigration"


@pytest.mark.parametrize(
    ("action", "before", "after", "target"),
    [
        (GRANT, {"notify": False}, TOLD, UserPhase.NOTIFIED),
        (GRANT, {"mode": "Islands"}, {"mode": "SfBOnly"}, None),
        (GRANT, {"mode": "Islands"}, TEAMS_ONLY, UserPhase.UPGRADED),
        (BATCH, {"mode": "Islands"}, TEAMS_ONLY, UserPhase.UPGRADED),
        (MOVE, ONPREM, ONLINE, UserPhase.MOVED),
        (MOVE, ONPREM, TEAMS_ONLY, UserPhase.UPGRADED),
        (MOVE, ONLINE, ONPREM, UserPhase.ROLLED_BACK),
        (MOVE, ONPREM, {"homing": "onprem", "registrar_pool": "pool02.contoso.com"}, None),
        (MEETINGS, {}, {}, UserPhase.DONE),
        ("Set-CsTeamsUpgradeConfiguration", {}, {}, None),
    ],
)
def test_what_a_cmdlet_leads_to(
    action: str, before: dict[str, object], after: dict[str, object], target: UserPhase | None
) -> None:
    assert target_of(action, before, after) is target


@pytest.mark.parametrize(
    ("phase", "target", "after", "reaches"),
    [
        (UserPhase.PLANNED, UserPhase.NOTIFIED, TOLD, UserPhase.NOTIFIED),
        (UserPhase.NOTIFIED, UserPhase.MOVED, ONLINE, UserPhase.MOVED),
        (UserPhase.NOTIFIED, UserPhase.MOVED, TEAMS_ONLY, UserPhase.UPGRADED),
        (UserPhase.MOVED, UserPhase.UPGRADED, TEAMS_ONLY, UserPhase.UPGRADED),
        (UserPhase.UPGRADED, UserPhase.DONE, {"state": "succeeded"}, UserPhase.DONE),
        (UserPhase.UPGRADED, UserPhase.DONE, {"state": "pending"}, UserPhase.UPGRADED),
        (UserPhase.UPGRADED, UserPhase.DONE, {"state": "failed"}, UserPhase.UPGRADED),
        (UserPhase.DONE, UserPhase.NOTIFIED, TOLD, UserPhase.DONE),
        (UserPhase.DONE, UserPhase.ROLLED_BACK, ONPREM, UserPhase.ROLLED_BACK),
        # The policy that a user had before a rollback may be one that notifies.
        (UserPhase.ROLLED_BACK, UserPhase.NOTIFIED, TOLD, UserPhase.ROLLED_BACK),
        (UserPhase.ROLLED_BACK, UserPhase.MOVED, ONLINE, UserPhase.MOVED),
        (UserPhase.PLANNED, None, ONPREM, UserPhase.PLANNED),
    ],
)
def test_where_what_was_read_back_leads(
    phase: UserPhase, target: UserPhase | None, after: dict[str, object], reaches: UserPhase
) -> None:
    assert phase_after(phase, target, Status.CHANGED, after) is reaches


@given(
    st.sampled_from(UserPhase),
    st.sampled_from(UserPhase),
    st.sampled_from([each for each in Status if each != "changed"]),
)
def test_r12_r36_only_what_was_read_back_leads_on(phase: UserPhase, target: UserPhase, status: Status) -> None:
    assert phase_after(phase, target, status, TEAMS_ONLY) is phase


@given(st.sampled_from(WAY), st.sampled_from(WAY))
def test_nothing_but_a_rollback_leads_back(phase: UserPhase, found: UserPhase) -> None:
    assert WAY.index(reached(phase, found)) >= WAY.index(phase)


@pytest.mark.parametrize(
    ("phase", "same_wave", "again", "becomes"),
    [
        (UserPhase.PLANNED, True, False, UserPhase.PLANNED),
        (UserPhase.NOTIFIED, True, False, UserPhase.NOTIFIED),
        (UserPhase.NOTIFIED, False, False, UserPhase.PLANNED),
        (UserPhase.MOVED, False, False, UserPhase.MOVED),
        (UserPhase.ROLLED_BACK, True, False, UserPhase.ROLLED_BACK),
        (UserPhase.ROLLED_BACK, True, True, UserPhase.PLANNED),
        (UserPhase.ROLLED_BACK, False, False, UserPhase.PLANNED),
        (UserPhase.DONE, True, True, UserPhase.DONE),
    ],
)
def test_r64_a_member_of_a_wave(phase: UserPhase, same_wave: bool, again: bool, becomes: UserPhase) -> None:
    assert phase_in_wave(phase, same_wave=same_wave, again=again) is becomes
