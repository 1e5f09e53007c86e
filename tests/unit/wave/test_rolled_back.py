# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who was rolled back is not upgraded again unless the plan says so (R64)."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.phase import UserPhase
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.memory import Memory, UserMemory
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.readiness import WaveGoal
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.report import summarise
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.run import RunState

from tests.unit.sentences import sound
from tests.unit.wave.remembering import ONPREM, late, on_the_day, shown, users_of
from tests.unit.wave.runs import NOON, A, B, Shown, run, wave
from tests.unit.wave.stepping import do, of, ready
from tests.unit.wave.test_notice import ONLINE
from tests.unit.wave.test_readiness import Item, cloud, skype, teams, unread
from tests.unit.wave.test_readiness_organisation import check

BACK = ("skipped", "rolled_back")
ROLLED_BACK = Memory({A: UserMemory(UserPhase.ROLLED_BACK)})


def back(facts: tuple[Item, Item] = ONPREM, **options: Any) -> RunState:
    """Alice was rolled back, Bob was not; else they are alike."""
    return on_the_day({A: facts, B: facts}, ROLLED_BACK, **{"enforces_notice": False} | options)


@pytest.mark.parametrize("facts", [ONPREM, ONLINE])
@pytest.mark.parametrize("check_mode", [False, True])
def test_r64_who_was_rolled_back_is_neither_notified_nor_upgraded(facts: tuple[Item, Item], check_mode: bool) -> None:
    state = back(facts, check_mode=check_mode)
    assert [*users_of(do(state, "move")), *users_of(do(state, "grant"))] == [B]
    assert shown(state) == {A: BACK, B: ("ok", "")}
    state = back(facts, check_mode=check_mode, enforces_notice=True)
    assert [*late(state, "onprem"), *late(state, "online")] == [B]
    assert shown(state)[A] == BACK
    state = back(facts, check_mode=check_mode, now=NOON.replace(day=1))
    assert [*users_of(do(state, "notify_onprem")), *users_of(do(state, "notify_online"))] == [B]
    assert shown(state)[A] == BACK


def test_r64_it_is_no_failure_and_says_what_to_do() -> None:
    state = back()
    do(state, "move", {"users": []})
    found: Shown = summarise(state)
    alice, _bob = found["waves"][0]["users"]
    assert (found["failed"], found["verdict"]) == (False, "2 users: 1 done, 1 left out (1 reason).")
    assert sound(alice["message"]) == f"{A} was rolled back, and is not upgraded again with this wave."
    assert "again: true" in sound(alice["remedy"])


def test_r64_a_wave_that_says_so_takes_them_again() -> None:
    state = back(again=True)
    assert users_of(do(state, "move")) == [A, B]


@pytest.mark.parametrize("phase", [UserPhase.PLANNED, UserPhase.NOTIFIED])
def test_who_was_not_moved_before_is_upgraded(phase: UserPhase) -> None:
    state = on_the_day({A: ONPREM}, Memory({A: UserMemory(phase)}), enforces_notice=False)
    assert users_of(do(state, "move")) == [A]


@pytest.mark.parametrize("phase", [UserPhase.MOVED, UserPhase.UPGRADED, UserPhase.DONE])
def test_whom_somebody_has_moved_back_is_not_moved_again_without_a_word(phase: UserPhase) -> None:
    memory = Memory({A: UserMemory(phase)})
    state = on_the_day({A: ONPREM}, memory, enforces_notice=False)
    assert users_of(do(state, "move")) == []
    assert shown(state) == {A: ("skipped", "moved_back")}
    again = on_the_day({A: ONPREM}, memory, enforces_notice=False, again=True)
    assert users_of(do(again, "move")) == [A]
    gone_on = on_the_day({A: (skype(homing="online"), cloud())}, memory, enforces_notice=False)
    assert users_of(do(gone_on, "grant")) == [A]


def test_r64_the_administrator_may_accept_it() -> None:
    state = run(wave(users=[A]), goal=WaveGoal(accepted=frozenset({"rolled_back"})))
    state.wave("pilot").memory = ROLLED_BACK
    ready(state, [of(A, skype())], [of(A, teams())])
    assert users_of(do(state, "move")) == [A]


def test_who_is_teams_only_after_all_is_done() -> None:
    state = back((skype(homing="online"), cloud(mode="TeamsOnly")))
    assert shown(state) == {A: ("ok", ""), B: ("ok", "")}


def test_users_that_a_playbook_names_are_upgraded_though_rolled_back() -> None:
    state = run(wave(users=[A]))
    state.wave("pilot").planned, state.wave("pilot").memory = False, ROLLED_BACK
    ready(state, [of(A, skype())], [of(A, teams())])
    assert users_of(do(state, "move")) == [A]


def test_all_reasons_of_a_user_are_named_and_the_rollback_first() -> None:
    state = back((skype(enabled=False), teams()))
    found: Shown = summarise(state)
    alice, bob = found["waves"][0]["users"]
    assert (alice["code"], bob["code"] != "rolled_back") == ("rolled_back", True)
    assert alice["message"].startswith(f"{A} was rolled back")
    assert bob["message"].replace(B, A) in alice["message"]


@pytest.mark.parametrize(("again", "stopped"), [(False, False), (True, True)])
def test_r39_what_stops_moves_stops_no_wave_that_moves_nobody(again: bool, stopped: bool) -> None:
    state = run(wave(users=[A], again=again))
    state.wave("pilot").memory = ROLLED_BACK
    ready(state, [of(A, skype())], [of(A, teams())], check("move"))
    assert summarise(state)["failed"] is stopped
    assert shown(state)[A] == (("skipped", "not_started") if again else BACK)


def test_who_could_not_be_read_is_unknown_though_rolled_back() -> None:
    state = back((unread(), teams()))
    assert shown(state)[A] == ("unknown", "read_failed")
