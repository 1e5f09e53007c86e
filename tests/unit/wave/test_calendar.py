# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The days of a rehearsal: from the plan, inside the windows, as long as something is left to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model import reasons
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.wave_reasons import NOTICE_NOT_OVER
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.calendar import Calendar, ends_of_notice
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.plan import Plan, read_plan
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.wave import Wave
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.wave.plans import no_files

PARIS = {"from": "19:00", "to": "23:00", "timezone": "Europe/Paris"}
User = dict[str, Any]


def plan_of(*waves: Mapping[str, Any]) -> Plan:
    listed = [{"users": [f"user@{each['name']}.com"], **each} for each in waves]
    return read_plan({"waves": listed}, no_files)


def user(wave: str, status: str, code: str = "", *, changed: bool = False) -> User:
    return {"user": f"a@{wave}.com", "wave": wave, "status": status, "reason": {"code": code}, "changed": changed}


def jobs(plan: Plan, *, start: str = "", answers: Sequence[Sequence[User]] = ()) -> list[str]:
    """The moments of the jobs, each of which ends with the next of the answers; after the last one, everybody is done."""
    calendar = Calendar(plan, UTC, datetime.fromisoformat(start) if start else None)
    found = []
    while (moment := calendar.due()) is not None:
        found.append(moment.isoformat(timespec="minutes"))
        calendar.done(moment, answers[len(found) - 1] if len(found) <= len(answers) else (), {})
        assert len(found) < 50
    return found


def test_each_wave_has_a_job_for_its_notification_and_one_for_its_upgrade() -> None:
    plan = plan_of({"name": "a", "upgrade_on": "2026-12-07"}, {"name": "b", "upgrade_on": "2026-12-14"})
    expected = ["2026-11-30T19:00+00:00", "2026-12-07T19:00+00:00", "2026-12-14T19:00+00:00"]
    assert jobs(plan) == expected


def test_a_wave_without_notice_has_its_upgrade_alone() -> None:
    assert jobs(plan_of({"name": "a", "upgrade_on": "2026-12-07", "notify_days_before": 0})) == [
        "2026-12-07T19:00+00:00"
    ]


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (PARIS, "2026-12-07T19:00+01:00"),
        (PARIS | {"days": ["wed"]}, "2026-12-09T19:00+01:00"),
        (PARIS | {"days": ["sun"]}, "2026-12-13T19:00+01:00"),
        ({"from": "22:00", "to": "04:00"}, "2026-12-07T22:00+00:00"),
        ({"from": "00:00", "to": "04:00", "timezone": "Asia/Tokyo"}, "2026-12-07T00:00+09:00"),
    ],
)
def test_a_job_begins_when_the_window_opens(window: Mapping[str, Any], expected: str) -> None:
    assert jobs(plan_of({"name": "a", "upgrade_on": "2026-12-07", "notify_days_before": 0, "window": window})) == [
        expected
    ]


def test_a_window_whose_first_hour_is_missing_opens_after_it() -> None:
    window = {"from": "02:30", "to": "05:00", "timezone": "Europe/Paris"}
    plan = plan_of({"name": "a", "upgrade_on": "2027-03-28", "notify_days_before": 0, "window": window})
    assert jobs(plan) == ["2027-03-28T03:00+02:00"]


def test_a_day_on_which_all_of_a_window_is_missing_has_no_job() -> None:
    window = {"from": "02:00", "to": "03:00", "timezone": "Europe/Paris"}
    one = {"name": "a", "upgrade_on": "2027-03-28", "notify_days_before": 0, "window": window}
    other = {"name": "b", "upgrade_on": "2027-03-28", "notify_days_before": 0}
    assert jobs(plan_of(one)) == ["2027-03-29T02:00+02:00"]
    assert jobs(plan_of(other, one)) == ["2027-03-28T19:00+00:00", "2027-03-29T02:00+02:00"]


def test_a_wave_without_a_window_goes_with_one_of_the_same_day() -> None:
    windowed = {"name": "a", "upgrade_on": "2026-12-07", "notify_days_before": 0, "window": PARIS}
    plan = plan_of(windowed, {"name": "b", "upgrade_on": "2026-12-07", "notify_days_before": 0})
    assert jobs(plan) == ["2026-12-07T19:00+01:00"]


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        ("changed", "", 1),
        ("skipped", "not_licensed", 1),
        ("pending", reasons.SYNC_PENDING.code, 3),
        ("failed", "fault", 3),
        ("skipped", reasons.WINDOW_CLOSED.code, 3),
    ],
)
def test_what_is_left_has_another_job_until_it_stays_the_same(status: str, code: str, expected: int) -> None:
    """The first job changed somebody, the second one nobody, and the third one finds all as before."""
    plan = plan_of({"name": "a", "upgrade_on": "2026-12-07", "notify_days_before": 0})
    answers = [
        [user("a", status, code, changed=True)],
        [user("a", status, code, changed=True)],
        [user("a", status, code)],
    ]
    assert len(jobs(plan, answers=answers)) == expected


def test_users_who_wait_for_their_notice_have_a_job_on_its_last_day() -> None:
    calendar = Calendar(plan_of({"name": "a", "upgrade_on": "2026-12-07", "notify_days_before": 0}), UTC)
    first = calendar.due()
    assert first is not None
    calendar.done(first, [user("a", "pending", NOTICE_NOT_OVER.code)], {"a": [date(2026, 12, 14), date(2026, 12, 1)]})
    assert calendar.due() == datetime(2026, 12, 14, 19, tzinfo=UTC)


def test_a_failed_notification_is_tried_again_before_the_day_of_the_upgrade() -> None:
    plan = plan_of({"name": "a", "upgrade_on": "2026-12-07"})
    assert jobs(plan, answers=[[user("a", "failed", "fault")]]) == [
        "2026-11-30T19:00+00:00",
        "2026-12-01T19:00+00:00",
        "2026-12-07T19:00+00:00",
    ]


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-11-01T08:00:00+00:00", ["2026-11-30T19:00+00:00", "2026-12-07T19:00+00:00"]),
        ("2026-12-02T08:00:00+00:00", ["2026-12-02T08:00+00:00", "2026-12-07T19:00+00:00"]),
        ("2026-12-20T08:00:00+00:00", ["2026-12-20T08:00+00:00"]),
    ],
)
def test_a_rehearsal_that_begins_later_catches_up(start: str, expected: list[str]) -> None:
    assert jobs(plan_of({"name": "a", "upgrade_on": "2026-12-07"}), start=start) == expected


def test_a_rehearsal_that_begins_outside_the_window_waits_for_it() -> None:
    plan = plan_of({"name": "a", "upgrade_on": "2026-12-07", "notify_days_before": 0, "window": PARIS})
    assert jobs(plan, start="2026-12-08T08:00:00+00:00") == ["2026-12-08T19:00+01:00"]
    assert jobs(plan, start="2026-12-08T23:30:00+00:00") == ["2026-12-09T19:00+01:00"]


def test_a_job_is_given_the_waves_that_it_is_for_unless_one_has_a_filter() -> None:
    waves: list[dict[str, Any]] = [{"name": "a", "upgrade_on": "2026-12-07"}, {"name": "b", "upgrade_on": "2026-12-14"}]
    calendar = Calendar(plan_of(*waves), UTC)
    given = []
    while (moment := calendar.due()) is not None:
        given.append(calendar.waves_for(moment))
        pending = len(given) == 2
        calendar.done(moment, [user("a", "pending", changed=True)] if pending else (), {})
    # On the second day, the notification of b meets the upgrade of a, whose users are pending.
    assert given == [["a"], ["a", "b"], ["a"], ["b"]]
    chosen = [waves[0], {"name": "b", "upgrade_on": "2026-12-14", "users": None, "filter": {"ou": "OU=X"}}]
    assert Calendar(plan_of(*chosen), UTC).waves_for(datetime(2026, 11, 30, 19, tzinfo=UTC)) == ["a", "b"]


def test_another_waves_job_on_the_same_evening_is_not_the_next_try() -> None:
    """All waves are given to each job, since one has a filter: the second job of the evening finds the first wave's users as they were."""
    hours = {"from": "19:00", "to": "23:00"}
    plan = plan_of(
        {
            "name": "a",
            "upgrade_on": "2026-12-07",
            "notify_days_before": 0,
            "window": hours | {"timezone": "Europe/Paris"},
        },
        {
            "name": "b",
            "upgrade_on": "2026-12-07",
            "notify_days_before": 0,
            "users": None,
            "filter": {"registrar_pool": "pool.b.com"},
            "window": hours | {"timezone": "Europe/London"},
        },
    )
    pending = user("a", "pending", "meetings_not_due")
    answers = [[pending | {"changed": True}], [pending, user("b", "changed", changed=True)], [user("a", "ok")]]
    assert jobs(plan, answers=answers) == [
        "2026-12-07T19:00+01:00",
        "2026-12-07T19:00+00:00",
        "2026-12-08T19:00+01:00",
    ]


@pytest.mark.parametrize(
    ("told", "moments", "expected"),
    [
        (None, ["2026-12-01T23:30:00+00:00"], ["2026-12-09"]),
        (None, ["2026-12-01T22:30:00+00:00", "2026-12-01T23:30:00+00:00"], ["2026-12-08", "2026-12-09"]),
        ("2026-12-03", [], ["2026-12-10"]),
        ("2026-12-03", ["2026-12-01T12:00:00+00:00"], ["2026-12-08", "2026-12-10"]),
        (None, [], []),
    ],
)
def test_r47_a_notice_ends_days_after_it_was_given_by_whatever_means(
    told: str | None, moments: list[str], expected: list[str]
) -> None:
    planned = {"name": "a", "upgrade_on": "2026-12-07", "window": PARIS} | ({"notified_on": told} if told else {})
    (wave,) = plan_of(planned).waves
    found = ends_of_notice(wave, map(datetime.fromisoformat, moments), UTC)
    assert [day.isoformat() for day in found] == expected


def test_days_of_a_notice_without_a_window_are_those_of_the_runs_clock() -> None:
    (wave,) = plan_of({"name": "a", "upgrade_on": "2026-12-07"}).waves
    given = [datetime(2026, 12, 1, 20, tzinfo=UTC)]
    assert ends_of_notice(wave, given, ZoneInfo("Asia/Tokyo")) == [date(2026, 12, 9)]


def test_jobs_that_lie_ahead_are_counted() -> None:
    plan = plan_of({"name": "a", "upgrade_on": "2026-12-07"}, {"name": "b", "upgrade_on": "2026-12-14"})
    calendar = Calendar(plan, UTC)
    assert calendar.ahead() == 5
    first = calendar.due()
    assert first is not None
    calendar.done(first, (), {})
    assert calendar.ahead() == 4


ZONES = ("Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
HOURS = st.times().map(lambda each: each.strftime("%H:%M"))


@given(
    st.lists(st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), min_size=1, unique=True),
    st.tuples(HOURS, HOURS).filter(lambda each: each[0] != each[1]),
    st.sampled_from(ZONES),
    st.dates(date(2026, 1, 1), date(2028, 1, 1)),
)
def test_every_job_finds_its_wave_due_and_its_window_open(
    days: list[str], hours: tuple[str, str], zone: str, day: date
) -> None:
    window = {"days": days, "from": hours[0], "to": hours[1], "timezone": zone}
    plan = plan_of({"name": "a", "upgrade_on": day.isoformat(), "notify_days_before": 2, "window": window})
    calendar, (wave,) = Calendar(plan, ZoneInfo("Asia/Tokyo")), plan.waves
    for due in _days_of(wave):
        moment = calendar.due()
        assert moment is not None
        assert calendar.worked_on(moment) == ["a"]
        assert wave.day(moment) >= due
        calendar.done(moment, (), {})
        if wave.day(moment) >= wave.upgrade_on:
            break
    assert calendar.due() is None


def _days_of(wave: Wave) -> list[date]:
    return [wave.notify_on, wave.upgrade_on]
