# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many users one run starts, over all of its waves (most_users)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.phase import UserPhase
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.memory import Memory, UserMemory
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.report import summarise
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.run import RunState

from tests.unit.wave.remembering import INSTANCE, ONPREM, late, on_the_day, sentence, shown, users_of
from tests.unit.wave.runs import EVENINGS, NOON, A, B, C, Shown, item, run, wave
from tests.unit.wave.stepping import do, everybody_onprem, of
from tests.unit.wave.test_notice import ONLINE, PENDING
from tests.unit.wave.test_readiness import cloud, skype, teams

LEFT = ("skipped", "left_for_next_run")
USERS = [f"user{number}@contoso.com" for number in range(6)]
DONE = (skype(homing="online"), cloud(mode="TeamsOnly"))


def moved(state: RunState, name: str = "pilot") -> list[str]:
    """Move those whom a wave moves now; return them."""
    return users_of(do(state, "move", name=name))


def two_waves(most: int | None, **facts: Any) -> RunState:
    """Two waves of three users each, who are read and to be moved."""
    state = run(wave("pilot", USERS[:3]), wave("rest", USERS[3:]), most_users=most, **facts)
    for name, users in (("pilot", USERS[:3]), ("rest", USERS[3:])):
        here, there = [of(user, skype()) for user in users], [of(user, teams()) for user in users]
        do(state, "readiness_onprem", {"users": here, "organisation": []}, name=name)
        do(state, "readiness_online", {"users": there, "organisation": []}, name=name)
    return state


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize(
    ("most", "first", "second"),
    [(None, 3, 3), (7, 3, 3), (6, 3, 3), (5, 3, 2), (4, 3, 1), (3, 3, 0), (2, 2, 0), (1, 1, 0)],
)
def test_a_run_starts_so_many_users_over_all_waves(most: int | None, first: int, second: int, check_mode: bool) -> None:
    state = two_waves(most, check_mode=check_mode)
    assert moved(state) == USERS[:first]
    assert moved(state, "rest") == USERS[3 : 3 + second]
    left = {user for user, outcome in shown(state).items() if outcome == LEFT}
    assert left == {*USERS[first:3], *USERS[3 + second :]}


@pytest.mark.parametrize(
    ("failed", "most", "first", "second"),
    [
        # Two fail every day; half of the places are theirs, the others come first.
        (USERS[:2], 3, USERS[:3], []),
        (USERS[:3], 4, USERS[:2], USERS[3:5]),
        (USERS[:3], 6, USERS[:3], USERS[3:]),
        (USERS[:3], 2, USERS[:1], USERS[3:4]),
        (USERS[:1], 2, USERS[1:3], []),
    ],
)
def test_users_who_failed_before_come_last_and_fill_half_of_the_places(
    failed: list[str], most: int, first: list[str], second: list[str]
) -> None:
    state = two_waves(most)
    state.wave("pilot").memory = Memory({user: UserMemory(UserPhase.PLANNED, failed=True) for user in failed})
    assert set(moved(state)) == set(first)
    assert moved(state, "rest") == second


def test_who_is_left_is_no_failure_and_is_counted_in_the_verdict() -> None:
    state = two_waves(4)
    for name, users in (("pilot", USERS[:3]), ("rest", USERS[3:4])):
        do(state, "move", {"users": [item(user, "changed") for user in users]}, name=name)
        do(state, "sync", {"users": [{"user": user, "homing": "online"} for user in users]}, name=name)
        do(state, "grant", {"users": []}, name=name)
    found: Shown = summarise(state)
    assert (found["failed"], found["verdict"]) == (False, "6 users: 4 changed, 2 left for the next run.")
    state = two_waves(2)
    moved(state)
    assert sentence(state, USERS[2]) == f"{USERS[2]} is left for the next run, since one run starts 2 users at most."


def test_who_was_started_is_finished_though_no_more_are_started() -> None:
    users = {A: ONPREM, B: ONLINE, C: ONLINE}
    state = on_the_day(users, enforces_notice=False, most_users=2)
    assert moved(state) == [A]
    # Alice goes through all steps, Bob is the second, and Carol is left.
    state = on_the_day(users, enforces_notice=False, most_users=2)
    do(state, "move", {"users": [item(A, "changed")]})
    do(state, "sync", {"users": [{"user": A, "homing": "online"}]})
    granted = do(state, "grant", {"users": [item(A, "changed"), item(B, "changed")]})
    assert users_of(granted) == [A, B]
    assert users_of(do(state, "meetings", {"users": []}, {"users": []})) == [A, B]
    assert shown(state) == {A: ("changed", ""), B: ("changed", ""), C: LEFT}


def test_who_needs_no_change_takes_nobodys_place() -> None:
    state = on_the_day({A: DONE, B: ONPREM, C: ONPREM}, enforces_notice=False, most_users=1)
    assert moved(state) == [B]
    assert shown(state) == {A: ("ok", ""), B: ("ok", ""), C: LEFT}


def test_who_has_the_mode_of_the_wave_takes_nobodys_place() -> None:
    has = (skype(), teams(mode="SfBOnly"))
    state = on_the_day({A: has, B: ONPREM, C: ONPREM}, enforces_notice=False, mode=Mode.SFB_ONLY, most_users=1)
    assert users_of(do(state, "grant")) == [A, B]
    assert shown(state)[C] == LEFT


def test_who_is_teams_only_is_to_be_changed_in_a_wave_of_another_mode() -> None:
    facts: Shown = {"enforces_notice": False, "mode": Mode.SFB_ONLY}
    state = on_the_day({A: DONE, B: DONE}, most_users=1, **facts)
    assert users_of(do(state, "grant")) == [A]
    assert shown(state)[B] == LEFT
    closed = on_the_day({A: DONE, B: DONE}, window=EVENINGS, **facts)
    assert do(closed, "grant") == []
    assert shown(closed) == dict.fromkeys((A, B), ("skipped", "window_closed"))


@pytest.mark.parametrize("assigned", ["Tag:TeamsUpgradeNotify", "teamsupgradenotify"])
def test_who_is_notified_takes_nobodys_place_on_the_day_of_the_notification(assigned: str) -> None:
    users = {A: (skype(assigned=assigned), teams()), B: ONPREM, C: ONPREM}
    state = on_the_day(users, now=NOON.replace(day=1), most_users=1, notify_policy="TeamsUpgradeNotify")
    assert users_of(do(state, "notify_onprem", INSTANCE)) == [A, B]
    assert shown(state)[C] == LEFT


def test_a_late_notification_that_is_there_takes_nobodys_place() -> None:
    users = {A: (skype(assigned="TeamsUpgradeNotify"), teams()), B: ONPREM, C: ONPREM}
    state = on_the_day(users, most_users=1, notify_policy="TeamsUpgradeNotify")
    assert late(state, "onprem") == [A, B]
    assert shown(state) == {A: PENDING, B: PENDING, C: LEFT}


def test_late_notifications_count_and_those_beyond_are_left() -> None:
    state = on_the_day({A: ONPREM, B: ONPREM, C: ONLINE}, most_users=2)
    assert late(state, "onprem", item(A, "changed"), item(B, "changed")) == [A, B]
    assert late(state, "online") == []
    assert shown(state) == {A: PENDING, B: PENDING, C: LEFT}
    found: Shown = summarise(state)
    assert found["verdict"] == "3 users: 2 pending, 2 of them changed in part, 1 left for the next run."


def test_users_who_are_read_alone_do_not_count() -> None:
    before = cloud(mode="TeamsOnly", assigned="UpgradeToTeams")
    state = on_the_day({A: (skype(homing="online"), before), B: ONPREM}, enforces_notice=False, most_users=1)
    assert [each["follow_only"] for each in do(state, "meetings")] == [True]
    assert moved(state) == [B]


def test_users_of_a_step_that_leaves_everybody_are_listed_and_no_module_is_called() -> None:
    state = on_the_day({A: ONPREM, B: ONPREM}, enforces_notice=False, most_users=1)
    state.started = {C}
    assert do(state, "move") == []
    assert shown(state) == {A: LEFT, B: LEFT}
    assert state.started == {C}


def test_addresses_count_once_however_they_are_written() -> None:
    users = ["sip:Alice@contoso.com", "BOB@contoso.com"]
    state = everybody_onprem(run(wave(users=users, upgrade_on=date(2026, 12, 7)), most_users=1), users)
    state.started = {A}
    assert [len(moved(state))] == [1]
    assert shown(state)[B.replace("bob", "BOB")] == LEFT
