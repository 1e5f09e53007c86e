# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A look for drift with what a ledger really remembers, asked of some users at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.opening import open_ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.processes import process
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import NewRun, Sending
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Status
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.phase import UserPhase
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave import drift_run
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.drift_run import everybody
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.run import DriftRun, RunState
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.drift import look
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.ledger import RunLedger

from tests.unit.wave.drifting import HOME, UPGRADED
from tests.unit.wave.runs import NOON, A, B, C, run, wave
from tests.unit.wave.sides import assessment_of
from tests.unit.wave.stepping import of
from tests.unit.wave.test_readiness import Item

ONLINE = {"homing": "online"}
BEFORE = {"homing": "onprem", "registrar_pool": "pool01.contoso.com"}


def moved(ledger: RunLedger, *users: str) -> None:
    """A run of yesterday has moved these users."""
    with ledger.open() as opened:
        begun = opened.begin_run(NewRun(process())).id
        opened.remember_before(dict.fromkeys(users, BEFORE))
        for user in users:
            sent = opened.event_sent(begun, Sending(user, "Move-CsUser", BEFORE, {}, phase=UserPhase.MOVED))
            opened.event_completed(sent, Status.CHANGED, after=ONLINE)


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunState:
    """A run that looks at three users of a wave whose day has come: Alice was notified in time, Bob and Carol were not."""
    monkeypatch.setattr(drift_run, "JUDGED_AT_ONCE", 2)
    state = run(wave(users=[A, B, C], lead_days=7, enforces_notice=True), now=NOON, check_mode=True)
    state.ledger = f"sqlite:///{tmp_path}/ledger.db"
    state.drift = DriftRun()
    with open_ledger(state.ledger) as opened:
        opened.remember_members("pilot", [A, B, C])
        opened.remember_notices("pilot", {A: NOON - timedelta(days=8), B: NOON - timedelta(days=1)})
    return state


def found(
    state: RunState, ledger: RunLedger, sides: Mapping[str, tuple[Item, Item]], *, later: Sequence[str] = ()
) -> Mapping[str, tuple[str, str]]:
    """How everybody is found; `later` are moved by another run while they are read."""
    state.id = ""
    ledger.begin(state, {}, None)
    assert state.drift
    state.drift.everybody = reading = everybody(state, [])
    onprem, online = ([of(user, each[side]) for user, each in sides.items()] for side in (0, 1))
    reading.assessment = assessment_of(reading.wave.members, onprem, online)
    if later:
        moved(ledger, *later)
    report = look(state, ledger, fail_on_drift=False)
    return {each["user"]: (each["status"], (each["reason"] or {}).get("code", "")) for each in report["users"]}


def test_each_user_is_judged_with_their_own_notice(state: RunState) -> None:
    ledger = RunLedger(state.ledger, None, 300)
    assert found(state, ledger, dict.fromkeys((A, B, C), HOME)) == {
        A: ("pending", "not_done_yet"),
        B: ("pending", "notice_not_over"),
        C: ("pending", "notice_not_over"),
    }


def test_each_user_is_judged_with_their_own_past(state: RunState) -> None:
    ledger = RunLedger(state.ledger, None, 300)
    moved(ledger, A, C)
    assert found(state, ledger, {A: UPGRADED, B: UPGRADED, C: HOME}) == {
        A: ("in_state", ""),
        B: ("in_state", ""),
        C: ("drifted", "moved_back"),
    }


def test_what_happens_while_hosts_are_read_is_held_against_nobody(state: RunState) -> None:
    ledger = RunLedger(state.ledger, None, 300)
    assert found(state, ledger, dict.fromkeys((A, B, C), HOME), later=[C])[C] == ("pending", "being_changed")


def test_users_are_as_they_are_since_the_look_that_found_them_so_first(state: RunState) -> None:
    ledger = RunLedger(state.ledger, None, 300)
    found(state, ledger, dict.fromkeys((A, B, C), HOME))
    state.now = NOON + timedelta(days=1)
    found(state, ledger, {A: UPGRADED, B: HOME, C: HOME})
    with ledger.open() as opened:
        findings = opened.drift.findings()
    assert {user: each.since for user, each in findings.items()} == {A: state.now, B: NOON, C: NOON}
