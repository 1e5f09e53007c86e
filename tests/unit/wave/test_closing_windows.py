# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Windows by the clock: until when modules start users, and what is left when a window closes between two steps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.report import summarise
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.run import RunState
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.wave.remembering import INSTANCE, ONPREM, sentence, shown, users_of
from tests.unit.wave.runs import EVENINGS, A, B, C, Shown, item, run, wave
from tests.unit.wave.stepping import do, everybody_onprem, of, outcomes, ready
from tests.unit.wave.test_notice import ONLINE
from tests.unit.wave.test_readiness import cloud, skype

CLOSED = ("skipped", "window_closed")
BEGAN = datetime(2031, 3, 4, 5, 6, 7, tzinfo=UTC)
EVENING = datetime.fromisoformat("2026-12-07T21:30:00+01:00")
PARIS = EVENINGS | {"timezone": "Europe/Paris"}


def begun(
    now: datetime = EVENING, window: dict[str, Any] | None = None, began: datetime = BEGAN, **facts: Any
) -> RunState:
    """A run with everybody on-prem that began at a moment of the clock, which was another one in the plan."""
    choices = {key: facts.pop(key) for key in ("check_mode", "budget", "most_users") if key in facts}
    return everybody_onprem(run(wave(window=window or PARIS, **facts), now=now, began=began, **choices))


def start_before(state: RunState, step: str = "move") -> datetime | None:
    """The moment from which on the first module of a step starts nobody more; None where it is given none."""
    found = do(state, step, {"users": []})[0].get("start_before")
    return None if found is None else datetime.fromisoformat(found)


@pytest.mark.parametrize(
    ("now", "window", "left"),
    [
        ("2026-12-07T21:30:00+01:00", PARIS, timedelta(hours=1, minutes=30)),
        ("2026-12-07T20:30:00+00:00", PARIS, timedelta(hours=1, minutes=30)),
        ("2026-12-07T22:59:59.500000+01:00", PARIS, timedelta(seconds=0.5)),
        ("2026-12-07T21:30:00-08:00", EVENINGS, timedelta(hours=1, minutes=30)),
        ("2026-12-07T22:30:00+01:00", PARIS | {"from": "22:00", "to": "02:00"}, timedelta(hours=3, minutes=30)),
        ("2026-12-08T01:00:00+01:00", PARIS | {"from": "22:00", "to": "02:00"}, timedelta(hours=1)),
        # The night in which the clocks are set forward is an hour shorter, that in which they are set back an hour longer.
        ("2027-03-27T23:00:00+01:00", PARIS | {"from": "22:00", "to": "04:00"}, timedelta(hours=4)),
        ("2027-10-30T23:00:00+02:00", PARIS | {"from": "22:00", "to": "04:00"}, timedelta(hours=6)),
    ],
)
def test_modules_start_nobody_after_the_window_by_the_clock_of_this_machine(
    now: str, window: dict[str, Any], left: timedelta
) -> None:
    assert start_before(begun(datetime.fromisoformat(now), window)) == BEGAN + left


@given(
    st.datetimes(datetime(2026, 12, 8), datetime(2027, 12, 31), timezones=st.just(UTC)),
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),
    st.timedeltas(timedelta(0), timedelta(hours=30)),
)
def test_the_clock_and_the_time_of_the_plan_pass_alike(now: datetime, began: datetime, passed: timedelta) -> None:
    state = begun(now, PARIS | {"from": "20:00", "to": "06:00"}, began)
    pilot = state.wave("pilot")
    closes = state.closes(pilot)
    assert (closes is not None) is pilot.open
    assert state.plan_time(began + passed) - now == passed
    if closes is not None:
        assert closes.utcoffset() is not None
        assert state.in_time(pilot, closes - timedelta(microseconds=1))
        assert not state.in_time(pilot, closes)
        assert state.in_time(pilot, began + passed) is pilot.wave.is_open(now + passed)
    else:
        assert not state.in_time(pilot, began + passed)


def test_a_module_that_only_reads_gets_no_moment() -> None:
    state = begun()
    assert "start_before" in do(state, "move", {"users": [item(A, "changed")]})[0]
    assert "start_before" not in do(state, "sync", {"users": [{"user": A, "homing": "online"}]})[0]
    assert "start_before" in do(state, "grant")[0]


def test_an_instance_is_no_user_and_gets_no_moment() -> None:
    state = begun(EVENING.replace(day=1))
    instance, users = do(state, "notify_onprem", INSTANCE)
    assert "start_before" not in instance
    assert "start_before" in users


@pytest.mark.parametrize("facts", [{"check_mode": True}, {"began": None}])
def test_check_mode_and_a_run_without_a_beginning_have_no_moment(facts: dict[str, Any]) -> None:
    assert start_before(begun(**facts)) is None


def test_a_wave_without_a_window_has_no_moment() -> None:
    assert start_before(everybody_onprem(run(began=BEGAN))) is None


def test_who_is_not_started_when_the_window_closes_between_two_steps_waits() -> None:
    state = begun(now=EVENING)
    late = BEGAN + timedelta(hours=1, minutes=30)
    assert do(state, "move", at=late) == []
    assert shown(state) == dict.fromkeys((A, B, C), CLOSED)
    assert sentence(state, A).startswith(f"{A} waits for the wave's window (mon, tue,")
    found: Shown = summarise(state)
    assert (found["failed"], found["verdict"]) == (False, "3 users: 3 waiting.")


def test_who_is_changed_and_not_finished_when_the_window_closes_is_pending() -> None:
    state = begun(now=EVENING)
    state.fail_when_closed = True
    just = BEGAN + timedelta(hours=1, minutes=30) - timedelta(microseconds=1)
    assert users_of(
        do(state, "move", {"users": [item(A, "changed"), item(B, "skipped", "window_closed")]}, at=just)
    ) == [
        A,
        B,
        C,
    ]
    late = just + timedelta(seconds=1)
    # Reading is for any hour.
    assert users_of(do(state, "sync", {"users": [{"user": A, "homing": "online"}]}, at=late)) == [A]
    assert do(state, "grant", at=late) == []
    assert shown(state) == {A: ("pending", "window_closed"), B: CLOSED, C: ("ok", "")}
    found: Shown = summarise(state)
    assert (found["failed"], found["verdict"]) == (
        False,
        "3 users: 1 done, 1 pending, 1 of them changed in part, 1 waiting.",
    )


def test_a_window_that_closes_leaves_those_who_were_not_notified() -> None:
    state = begun(EVENING.replace(day=1))
    late = BEGAN + timedelta(hours=2)
    assert [do(state, f"notify_{side}", at=late) for side in ("onprem", "online")] == [[], []]
    assert [each.step for each in state.wave("pilot").records] == ["readiness", "notify"]
    assert shown(state) == dict.fromkeys((A, B, C), CLOSED)


def test_a_late_notification_needs_the_window_and_keeps_its_reason() -> None:
    state = begun(enforces_notice=True)
    assert do(state, "notify_late_onprem", at=BEGAN + timedelta(hours=2)) == []
    assert do(state, "move", at=BEGAN + timedelta(hours=2)) == []
    assert shown(state) == dict.fromkeys((A, B, C), CLOSED)


def test_a_run_that_began_before_its_window_starts_nobody_when_it_opens() -> None:
    state = begun(EVENING.replace(hour=18, minute=59))
    assert do(state, "move", at=BEGAN + timedelta(minutes=2)) == []
    assert [each.step for each in state.wave("pilot").records] == ["readiness"]
    assert shown(state) == dict.fromkeys((A, B, C), CLOSED)
    found: Shown = summarise(state)
    assert found["verdict"].startswith("Wave 'pilot' waits for its window")


def test_each_wave_has_its_own_window() -> None:
    early, late = wave("early", [A], window=PARIS | {"to": "22:00"}), wave("late", [B], window=PARIS)
    state = run(early, late, now=EVENING, began=BEGAN)
    for name, user in (("early", A), ("late", B)):
        do(state, "readiness_onprem", {"users": [of(user, ONPREM[0])], "organisation": []}, name=name)
        do(state, "readiness_online", {"users": [of(user, ONPREM[1])], "organisation": []}, name=name)
    after = BEGAN + timedelta(minutes=45)
    assert do(state, "move", name="early", at=after) == []
    (moved,) = do(state, "move", name="late", at=after)
    assert datetime.fromisoformat(str(moved["start_before"])) == BEGAN + timedelta(hours=1, minutes=30)
    assert shown(state) == {A: CLOSED, B: ("ok", "")}


def test_check_mode_predicts_at_any_hour_and_however_long_it_takes() -> None:
    state = begun(EVENING.replace(hour=9), check_mode=True)
    assert users_of(do(state, "move", at=BEGAN + timedelta(hours=20))) == [A, B, C]


def test_meetings_that_a_move_has_queued_wait_for_the_next_window() -> None:
    state = run(wave(users=[A, B], window=PARIS), now=EVENING, began=BEGAN)
    before = cloud(mode="TeamsOnly", assigned="UpgradeToTeams")
    ready(state, [of(A, ONLINE[0]), of(B, skype(homing="online"))], [of(A, ONLINE[1]), of(B, before)])
    do(state, "grant", {"users": [item(A, "changed")]})
    late = BEGAN + timedelta(hours=2)
    assert do(state, "meetings", at=late) == [
        {"module": "meeting_migration", "users": [B], "wait": False, "follow_only": True}
    ]
    assert shown(state) == {A: ("pending", "window_closed"), B: ("ok", "")}


def test_users_that_a_module_left_out_are_pending_where_they_were_moved() -> None:
    state = everybody_onprem(run(wave(users=[A, B])), [A, B])
    do(state, "move", {"users": [item(A, "changed"), item(B, "skipped", "window_closed")]})
    do(state, "sync", {"users": [{"user": A, "homing": "online"}]})
    do(state, "grant", {"users": [item(A, "skipped", "window_closed")]})
    assert outcomes(state) == {A: "pending", B: "skipped"}
