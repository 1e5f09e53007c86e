# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a wave remembers of its users: check mode, which makes nobody a member, remembers the same as the run that it predicts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.opening import open_ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.processes import process
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import NewRun, Sending
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Status
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.phase import UserPhase
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.memory import UserMemory
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.ledger import RunLedger

from tests.unit.wave.runs import NOON, A, B, C, run, wave

PLANNED, ROLLED_BACK = UserPhase.PLANNED, UserPhase.ROLLED_BACK
NOTIFIED = NOON - timedelta(days=7)


@pytest.fixture
def ledger(tmp_path: Path) -> RunLedger:
    """A ledger with Alice, who was notified with the pilot and rolled back, and Bob, who was notified."""
    url = f"sqlite:///{tmp_path}/ledger.db"
    with open_ledger(url) as opened:
        begun = opened.begin_run(NewRun(process())).id
        opened.remember_members("pilot", [A, B])
        opened.remember_notices("pilot", {A: NOTIFIED, B: NOTIFIED})
        back = opened.event_sent(begun, Sending(A, "Move-CsUser", {"homing": "online"}, {"homing": "onprem"}))
        opened.event_completed(back, Status.CHANGED, after={"homing": "onprem"})
    return RunLedger(url, None, 300)


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize(
    ("name", "facts", "alice", "bob"),
    [
        ("pilot", {}, UserMemory(ROLLED_BACK, NOTIFIED), UserMemory(UserPhase.NOTIFIED, NOTIFIED)),
        # Who is upgraded again hears of it again.
        ("pilot", {"again": True}, UserMemory(PLANNED), UserMemory(UserPhase.NOTIFIED, NOTIFIED)),
        ("other", {}, UserMemory(PLANNED), UserMemory(PLANNED)),
    ],
)
def test_r64_check_mode_remembers_what_the_run_does(
    ledger: RunLedger, check: bool, name: str, facts: dict[str, Any], alice: UserMemory, bob: UserMemory
) -> None:
    state = run(wave(name, **facts), check_mode=check)
    ledger.recall(state, state.wave(name))
    users = state.wave(name).memory.users
    assert (users[A], users[B]) == (alice, bob)
    assert (C in users) is not check


def test_users_without_a_plan_are_remembered_as_they_are(ledger: RunLedger) -> None:
    state = run(wave("users"))
    state.wave("users").planned = False
    ledger.recall(state, state.wave("users"))
    assert state.wave("users").memory.users[A] == UserMemory(ROLLED_BACK)
