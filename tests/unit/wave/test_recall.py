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
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.calls import ModuleCall
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.memory import Memory, UserMemory
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.notice import notified_on
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.ledger import RunLedger

from tests.unit.wave.remembering import ONPREM, on_the_day
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


def test_r64_a_wave_in_between_brings_no_old_notice_back(ledger: RunLedger) -> None:
    for name in ("other", "pilot"):
        state = run(wave(name))
        ledger.recall(state, state.wave(name))
    assert state.wave("pilot").memory.users[A] == UserMemory(PLANNED)


@pytest.mark.parametrize("check", [True, False])
def test_r47_who_joins_a_filter_later_was_not_notified_by_other_means(ledger: RunLedger, check: bool) -> None:
    by_filter = {"filter": {"registrar_pool": "pool01"}, "notified_on": NOTIFIED.date(), "enforces_notice": True}
    states = [run(wave("lyon", users, **by_filter)) for users in ([A, B], [A, B, C])]
    states[1].check_mode = check
    for state in states:
        ledger.recall(state, state.wave("lyon"))
    assert [state.wave("lyon").memory.later for state in states] == [frozenset(), {C}]
    (_first, second) = states
    days = {user: notified_on(second, second.wave("lyon"), user) for user in (A, B, C)}
    assert days == {A: NOTIFIED.date(), B: NOTIFIED.date(), C: None}
    listed = run(wave("lyon", [A, B, C], **{**by_filter, "filter": {}}), check_mode=check)
    ledger.recall(listed, listed.wave("lyon"))
    assert listed.wave("lyon").memory.later == frozenset()


def test_what_users_had_is_kept_only_where_something_was_sent(ledger: RunLedger) -> None:
    state = on_the_day({A: ONPREM, C: ONPREM}, enforces_notice=False)
    pilot, call = state.wave("pilot"), ModuleCall("move", "csuser_move", (A, C))
    ledger.calling(state, pilot, call)
    with ledger.open() as opened:
        run_id = opened.begin_run(NewRun(process())).id
        opened.event_sent(run_id, Sending(A, "Move-CsUser", {"homing": "onprem"}, {"homing": "online"}))
    ledger.called(state, pilot, call, NOON)
    with ledger.open() as opened:
        before = {user: each.before for user, each in opened.remembered([A, C]).items()}
    assert before[A] is not None
    assert before[C] is None


def test_names_that_one_side_has_shown_are_known_when_the_other_is_read(ledger: RunLedger) -> None:
    state = run(wave("pilot"))
    names = {"other@contoso.com": A}
    state.wave("pilot").memory = Memory(other_names=names)
    ledger.recall(state, state.wave("pilot"))
    assert state.wave("pilot").memory.other_names == names
