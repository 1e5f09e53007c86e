# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far a user is, by what was sent and read back."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.phases import (
    WAY,
    Phase,
    phase_after,
    phase_in_wave,
    reached,
    target_of,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Status
from hypothesis import given
from hypothesis import strategies as st

from .builders import ONLINE, ONPREM, TEAMS_ONLY, TOLD

GRANT, BATCH, MOVE = "Grant-CsTeamsUpgradePolicy", "New-CsBatchPolicyAssignmentOperation", "Move-CsUser"
MEETINGS = "Start-CsExMeetingMigration"


@pytest.mark.parametrize(
    ("action", "before", "after", "target"),
    [
        (GRANT, {"notify": False}, TOLD, Phase.NOTIFIED),
        (GRANT, {"mode": "Islands"}, {"mode": "SfBOnly"}, None),
        (GRANT, {"mode": "Islands"}, TEAMS_ONLY, Phase.UPGRADED),
        (BATCH, {"mode": "Islands"}, TEAMS_ONLY, Phase.UPGRADED),
        (MOVE, ONPREM, ONLINE, Phase.MOVED),
        (MOVE, ONPREM, TEAMS_ONLY, Phase.UPGRADED),
        (MOVE, ONLINE, ONPREM, Phase.ROLLED_BACK),
        (MOVE, ONPREM, {"homing": "onprem", "registrar_pool": "pool02.contoso.com"}, None),
        (MEETINGS, {}, {}, Phase.DONE),
        ("Set-CsTeamsUpgradeConfiguration", {}, {}, None),
    ],
)
def test_what_a_cmdlet_leads_to(
    action: str, before: dict[str, object], after: dict[str, object], target: Phase | None
) -> None:
    assert target_of(action, before, after) is target


@pytest.mark.parametrize(
    ("phase", "target", "after", "reaches"),
    [
        (Phase.PLANNED, Phase.NOTIFIED, TOLD, Phase.NOTIFIED),
        (Phase.NOTIFIED, Phase.MOVED, ONLINE, Phase.MOVED),
        (Phase.NOTIFIED, Phase.MOVED, TEAMS_ONLY, Phase.UPGRADED),
        (Phase.MOVED, Phase.UPGRADED, TEAMS_ONLY, Phase.UPGRADED),
        (Phase.UPGRADED, Phase.DONE, {"state": "succeeded"}, Phase.DONE),
        (Phase.UPGRADED, Phase.DONE, {"state": "pending"}, Phase.UPGRADED),
        (Phase.UPGRADED, Phase.DONE, {"state": "failed"}, Phase.UPGRADED),
        (Phase.DONE, Phase.NOTIFIED, TOLD, Phase.DONE),
        (Phase.DONE, Phase.ROLLED_BACK, ONPREM, Phase.ROLLED_BACK),
        # The policy that a user had before a rollback may be one that notifies.
        (Phase.ROLLED_BACK, Phase.NOTIFIED, TOLD, Phase.ROLLED_BACK),
        (Phase.ROLLED_BACK, Phase.MOVED, ONLINE, Phase.MOVED),
        (Phase.PLANNED, None, ONPREM, Phase.PLANNED),
    ],
)
def test_where_what_was_read_back_leads(
    phase: Phase, target: Phase | None, after: dict[str, object], reaches: Phase
) -> None:
    assert phase_after(phase, target, Status.CHANGED, after) is reaches


@given(st.sampled_from(Phase), st.sampled_from(Phase), st.sampled_from([each for each in Status if each != "changed"]))
def test_r12_r36_only_what_was_read_back_leads_on(phase: Phase, target: Phase, status: Status) -> None:
    assert phase_after(phase, target, status, TEAMS_ONLY) is phase


@given(st.sampled_from(WAY), st.sampled_from(WAY))
def test_nothing_but_a_rollback_leads_back(phase: Phase, found: Phase) -> None:
    assert WAY.index(reached(phase, found)) >= WAY.index(phase)


@pytest.mark.parametrize(
    ("phase", "same_wave", "again", "becomes"),
    [
        (Phase.PLANNED, True, False, Phase.PLANNED),
        (Phase.NOTIFIED, True, False, Phase.NOTIFIED),
        (Phase.NOTIFIED, False, False, Phase.PLANNED),
        (Phase.MOVED, False, False, Phase.MOVED),
        (Phase.ROLLED_BACK, True, False, Phase.ROLLED_BACK),
        (Phase.ROLLED_BACK, True, True, Phase.PLANNED),
        (Phase.ROLLED_BACK, False, False, Phase.PLANNED),
        (Phase.DONE, True, True, Phase.DONE),
    ],
)
def test_r64_a_member_of_a_wave(phase: Phase, same_wave: bool, again: bool, becomes: Phase) -> None:
    assert phase_in_wave(phase, same_wave=same_wave, again=again) is becomes
