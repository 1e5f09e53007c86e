# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nobody is upgraded before the days between their notification and the upgrade have passed (R47)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.memory import Memory
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.run import RunState
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.wave.remembering import ONPREM, notified, on_the_day, shown, users_of
from tests.unit.wave.runs import NOON, A, B, C, run, wave
from tests.unit.wave.stepping import do, everybody_onprem
from tests.unit.wave.test_readiness import ABSENT, Item, cloud, skype, teams

PENDING = ("pending", "notice_not_over")
ONLINE: tuple[Item, Item] = (skype(homing="online"), cloud())
DAY_BEFORE = "2026-12-06T12:00:00+00:00"


def alone(
    notice: str | None, now: str = "2026-12-07T12:00:00+00:00", zone: str | None = None, **facts: Any
) -> RunState:
    """Alice in a wave of her own, whose upgrade is due since October."""
    window = {"from": "00:00", "to": "23:59"} | ({"timezone": zone} if zone else {})
    facts = {"upgrade_on": date(2026, 10, 1), "window": window} | facts
    return on_the_day({A: ONPREM}, notified(alice=notice), now=datetime.fromisoformat(now), **facts)


def upgraded(state: RunState) -> bool:
    """Whether Alice is upgraded; else she waits for her notice, or is notified first."""
    moved = users_of(do(state, "move"))
    assert moved in ([], [A])
    assert (shown(state)[A] == PENDING) is not bool(moved)
    return bool(moved)


@pytest.mark.parametrize(
    ("notice", "now", "zone", "expected"),
    [
        # Seven days less five minutes.
        ("2026-11-30T19:05:00+01:00", "2026-12-07T19:00:00+01:00", "Europe/Paris", True),
        ("2026-11-30T23:59:59+01:00", "2026-12-07T00:00:00+01:00", "Europe/Paris", True),
        ("2026-12-01T00:00:00+01:00", "2026-12-07T23:58:00+01:00", "Europe/Paris", False),
        # Kept in UTC, where it is the day before.
        ("2026-11-30T23:30:00+00:00", "2026-12-07T23:00:00+01:00", "Europe/Paris", False),
        ("2026-11-30T23:30:00+00:00", "2026-12-08T00:00:00+01:00", "Europe/Paris", True),
        ("2026-12-01T01:00:00+00:00", "2026-12-08T00:30:00+00:00", "America/Chicago", True),
        ("2026-11-30T11:00:00+00:00", "2026-12-07T09:00:00+00:00", "Pacific/Kiritimati", False),
        # The clocks were set between: 2026-10-25 in Paris.
        ("2026-10-19T23:30:00+02:00", "2026-10-26T00:10:00+01:00", "Europe/Paris", True),
        ("2026-10-20T00:10:00+02:00", "2026-10-26T23:50:00+01:00", "Europe/Paris", False),
        # Without a time zone the offset of the run counts, not UTC in which a ledger keeps moments.
        ("2026-12-01T01:00:00+00:00", "2026-12-07T19:00:00-06:00", None, True),
        ("2026-12-01T06:30:00+00:00", "2026-12-07T19:00:00-06:00", None, False),
        ("2026-11-30T20:00:00+00:00", "2026-12-07T12:00:00+05:30", None, False),
        ("2026-11-30T18:00:00+00:00", "2026-12-07T12:00:00+05:30", None, True),
    ],
)
def test_r47_days_count_by_the_clock_of_the_wave(notice: str, now: str, zone: str | None, expected: bool) -> None:
    assert upgraded(alone(notice, now, zone)) is expected


@pytest.mark.parametrize("window", [True, False])
def test_r47_without_a_window_the_day_is_that_of_the_run(window: bool) -> None:
    facts = {} if window else {"window": None}
    assert upgraded(alone("2026-12-01T01:00:00+00:00", "2026-12-07T19:00:00-06:00", None, **facts))
    assert not upgraded(alone("2026-11-30T20:00:00+00:00", "2026-12-07T12:00:00+05:30", None, **facts))


@given(
    st.datetimes(datetime(2026, 10, 9), datetime(2027, 5, 1), timezones=st.just(UTC)),
    st.timedeltas(timedelta(0), timedelta(days=12)),
    st.sampled_from(["Europe/Paris", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Kiritimati", None]),
    st.integers(-12 * 60, 14 * 60),
    st.integers(1, 10),
)
def test_r47_nobody_is_upgraded_before_so_many_midnights(
    notice: datetime, passed: timedelta, zone: str | None, offset: int, lead: int
) -> None:
    now = (notice + passed).astimezone(timezone(timedelta(minutes=offset)))
    state = alone(notice.isoformat(), now.isoformat(), zone, lead_days=lead)
    clock = ZoneInfo(zone) if zone else now.tzinfo
    midnights = (now.astimezone(clock).date() - notice.astimezone(clock).date()).days
    state.wave("pilot").open = True
    state.wave("pilot").wave = wave(
        users=[A], lead_days=lead, enforces_notice=True, upgrade_on=date(2026, 10, 1), window=_always(zone)
    )
    assert bool(users_of(do(state, "move"))) is (midnights >= lead and state.wave("pilot").wave.is_open(now))
    assert (shown(state)[A] == PENDING) is (midnights < lead)


def _always(zone: str | None) -> dict[str, str]:
    return {"from": "00:00", "to": "23:59"} | ({"timezone": zone} if zone else {})


@pytest.mark.parametrize(
    ("remembered", "planned", "expected"),
    [
        ("2026-11-30T12:00:00+00:00", None, True),
        ("2026-12-01T12:00:00+00:00", None, False),
        (None, date(2026, 11, 30), True),
        (None, date(2026, 12, 1), False),
        ("2026-12-01T12:00:00+00:00", date(2026, 11, 30), True),
        ("2026-11-30T12:00:00+00:00", date(2026, 12, 1), True),
        ("2026-12-01T12:00:00+00:00", date(2026, 12, 2), False),
        (None, date(2026, 12, 24), False),
        (None, None, False),
    ],
)
def test_r47_the_first_notification_counts(remembered: str | None, planned: date | None, expected: bool) -> None:
    assert upgraded(alone(remembered, notified_on=planned)) is expected


@pytest.mark.parametrize(("lead", "days", "expected"), [(1, 0, False), (1, 1, True), (14, 13, False), (14, 14, True)])
def test_r47_the_lead_is_that_of_the_wave(lead: int, days: int, expected: bool) -> None:
    assert upgraded(alone((NOON - timedelta(days=days)).isoformat(), lead_days=lead)) is expected


def test_r47_the_lead_is_a_week_unless_the_plan_says_otherwise() -> None:
    assert not upgraded(alone("2026-12-01T12:00:00+00:00"))
    assert upgraded(alone("2026-11-30T12:00:00+00:00"))


@pytest.mark.parametrize(
    "facts", [{"enforces_notice": False}, {"lead_days": 0}, {"lead_days": 0, "notified_on": date(2026, 12, 7)}]
)
@pytest.mark.parametrize("notice", [None, DAY_BEFORE])
def test_r47_nobody_waits_where_the_plan_has_no_notice(facts: dict[str, Any], notice: str | None) -> None:
    state = alone(notice, **facts)
    assert [do(state, f"notify_late_{side}") for side in ("onprem", "online")] == [[], []]
    assert upgraded(state)


def test_r47_who_was_moved_already_is_finished_without_a_notice() -> None:
    moving = (skype(homing="online"), teams())
    state = on_the_day({A: moving, B: (skype(homing="online"), cloud(mode="TeamsOnly"))})
    assert [do(state, f"notify_late_{side}") for side in ("onprem", "online")] == [[], []]
    assert users_of(do(state, "sync", {"users": [{"user": A, "homing": "online"}]})) == [A]
    assert users_of(do(state, "grant", {"users": [{"user": A, "status": "changed"}]})) == [A]
    assert shown(state) == {A: ("changed", ""), B: ("ok", "")}


def test_r47_each_user_waits_for_their_own_notice() -> None:
    state = on_the_day(
        {A: ONPREM, B: ONPREM, C: ONLINE},
        notified(alice="2026-11-30T08:00:00+00:00", bob=DAY_BEFORE, carol="2026-11-30T08:00:00+00:00"),
    )
    assert users_of(do(state, "move", {"users": []})) == [A]
    assert users_of(do(state, "grant", {"users": []})) == [C]
    assert shown(state) == {A: ("ok", ""), B: PENDING, C: ("ok", "")}


def test_r47_a_mode_that_the_cloud_shows_of_users_homed_onprem_is_no_upgrade() -> None:
    """A tenant's default of TeamsOnly is shown of everybody; users homed on-prem are still to be moved."""
    state = on_the_day({A: (skype(), teams(mode="TeamsOnly"))})
    assert do(state, "move") == []
    assert shown(state)[A] == PENDING


@pytest.mark.parametrize(
    ("facts", "mode", "waits"),
    [
        (ONPREM, "Islands", True),
        (ONPREM, "SfBOnly", False),
        (ONLINE, "Islands", True),
        (ONLINE, "SfBOnly", False),
        ((ABSENT, cloud()), "TeamsOnly", False),
    ],
)
def test_r47_a_grant_of_another_mode_waits_unless_it_is_in_effect(
    facts: tuple[Item, Item], mode: str, waits: bool
) -> None:
    here, there = facts
    state = on_the_day({A: (here, {**there, "mode": mode})}, mode=Mode.SFB_ONLY)
    assert users_of(do(state, "grant", {"users": []})) == ([] if waits else [A])
    assert shown(state)[A] == (PENDING if waits else ("ok", ""))


def test_users_that_a_playbook_names_wait_for_no_notice() -> None:
    state = run(wave(users=[A], enforces_notice=True))
    state.wave("pilot").planned = False
    everybody_onprem(state, [A])
    assert do(state, "notify_late_onprem") == []
    assert users_of(do(state, "move")) == [A]


def test_who_is_not_ready_has_their_own_reason_and_is_not_notified() -> None:
    state = on_the_day({A: (skype(enabled=False), teams())}, Memory())
    assert do(state, "notify_late_onprem") == []
    assert shown(state)[A][0] == "skipped"
    assert shown(state)[A] != PENDING


def test_on_the_day_of_the_notification_nobody_is_late() -> None:
    state = run(wave(users=[A], enforces_notice=True), now=NOON.replace(day=1))
    everybody_onprem(state, [A])
    assert do(state, "notify_late_onprem") == []
    assert do(state, "move") == []
    assert shown(state) == {A: ("ok", "")}
