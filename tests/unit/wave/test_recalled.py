# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a ledger gives a wave: check mode is given the same, and writes nothing (R64)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.ledger import Ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.opening import open_ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.processes import process
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import NewRun, Selection, Sending
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Status
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.phase import UserPhase
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.memory import Memory
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.ledger import RunLedger

from tests.unit.wave.runs import NOON, A, B, run, wave

NOTICE = datetime.fromisoformat("2026-11-30T18:00:00+00:00")
BOTH = pytest.mark.parametrize("check_mode", [False, True])


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'ledger.db'}"


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    with open_ledger(url) as opened:
        yield opened


def recalled(url: str, check_mode: bool, *, name: str = "pilot", again: bool = False) -> Memory:
    """What a run gives a wave of Alice and Bob from the ledger."""
    state = run(wave(name, [f"SIP:{A.upper()}", B], again=again), check_mode=check_mode)
    RunLedger(url, None, 300).recall(state, state.wave(name))
    return state.wave(name).memory


def rolled_back(ledger: Ledger, name: str) -> None:
    """Alice was notified of a wave and rolled back."""
    ledger.remember_members(name, [A])
    ledger.remember_notices(name, {A: NOTICE})
    ledger.reached([A], UserPhase.UPGRADED, NOON)
    ledger.reached([A], UserPhase.ROLLED_BACK, NOON)


@BOTH
def test_r64_who_was_rolled_back_stays_so_in_the_same_wave(ledger: Ledger, url: str, check_mode: bool) -> None:
    rolled_back(ledger, "pilot")
    found = recalled(url, check_mode)
    assert found.rolled_back == {A}
    assert (found.notified_on(A), found.notified_on(B)) == (NOTICE, None)


@BOTH
def test_r64_another_wave_takes_them_with_a_notice_of_its_own(ledger: Ledger, url: str, check_mode: bool) -> None:
    rolled_back(ledger, "pilot")
    found = recalled(url, check_mode, name="rest")
    assert (found.rolled_back, found.notified_on(A)) == (frozenset(), None)


@BOTH
def test_r64_r47_who_is_taken_again_is_notified_again(ledger: Ledger, url: str, check_mode: bool) -> None:
    rolled_back(ledger, "pilot")
    found = recalled(url, check_mode, again=True)
    assert (found.rolled_back, found.notified_on(A)) == (frozenset(), None)
    assert found.users[A].phase is UserPhase.PLANNED
    # Once they are, the notice counts.
    if not check_mode:
        ledger.remember_notices("pilot", {A: NOON})
        assert recalled(url, check_mode, again=True).notified_on(A) == NOON


@BOTH
def test_r47_a_notice_is_that_of_the_wave(ledger: Ledger, url: str, check_mode: bool) -> None:
    ledger.remember_members("pilot", [A])
    ledger.remember_notices("pilot", {A: NOTICE})
    found = recalled(url, check_mode)
    assert (found.notified_on(A), found.users[A].phase) == (NOTICE, UserPhase.NOTIFIED)
    other = recalled(url, check_mode, name="rest")
    assert (other.notified_on(A), other.users[A].phase) == (None, UserPhase.PLANNED)


@BOTH
def test_members_are_remembered_and_in_check_mode_nothing_is(ledger: Ledger, url: str, check_mode: bool) -> None:
    recalled(url, check_mode)
    assert ledger.members("pilot") == ([] if check_mode else [A, B])
    assert [each["wave"] for each in ledger.users(Selection())] == ([] if check_mode else ["pilot", "pilot"])


@BOTH
def test_attempts_are_counted_over_the_whole_migration(ledger: Ledger, url: str, check_mode: bool) -> None:
    begun = ledger.begin_run(NewRun(process(), job="", check_mode=False, now=NOON)).id
    ends = {"u1": Status.CHANGED, "u2": Status.FAILED, "u3": Status.UNKNOWN, "u4": Status.PENDING, "u5": None}
    for name, status in ends.items():
        event = ledger.event_sent(
            begun, Sending(f"{name}@contoso.com", "Move-CsUser", {}, {"homing": "online"}, wave="old")
        )
        if status:
            ledger.event_completed(event, status)
    found = recalled(url, check_mode)
    assert (found.attempted, found.failed, found.sent) == (5, 2, frozenset())
    assert recalled(url, check_mode, name="old").sent == {UserPhase.MOVED}
