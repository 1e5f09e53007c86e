# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""When a change window is open, in its own time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.plan_users import PlanProblem
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.plan_window import parse_window
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.plan import parse_now, read_plan
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.sentences import sound

EVENING: dict[str, Any] = {
    "days": ["thu", "mon"],
    "from": "19:00",
    "to": "23:00",
    "timezone": "Europe/Paris",
}
PARIS = {"timezone": "Europe/Paris"}
NIGHT: dict[str, Any] = {"days": ["fri"], "from": "22:00", "to": "02:00"}


@pytest.mark.parametrize(
    ("window", "now", "is_open"),
    [
        (EVENING, "2026-12-07T19:00:00+01:00", True),
        (EVENING, "2026-12-07T18:59:59+01:00", False),
        (EVENING, "2026-12-07T18:00:00+00:00", True),
        (EVENING, "2026-12-07T23:00:00+01:00", False),
        (EVENING, "2026-12-08T20:00:00+01:00", False),
        (EVENING, "2026-07-06T17:00:00+00:00", True),
        (NIGHT, "2026-12-11T22:00:00+01:00", True),
        (NIGHT, "2026-12-12T01:59:59+01:00", True),
        (NIGHT, "2026-12-12T02:00:00+01:00", False),
        (NIGHT, "2026-12-12T22:00:00+01:00", False),
        (NIGHT, "2026-12-11T01:00:00+01:00", False),
    ],
)
def test_the_window_opens_and_closes_on_its_own_clock(window: object, now: str, is_open: bool) -> None:
    assert parse_window(window, "Wave 'pilot'").is_open(parse_now(now)) is is_open


@pytest.mark.parametrize(
    ("window", "now", "closes"),
    [
        (EVENING, "2026-12-07T19:00:00+01:00", "2026-12-07T23:00:00+01:00"),
        (EVENING, "2026-12-07T22:59:59+01:00", "2026-12-07T23:00:00+01:00"),
        (EVENING, "2026-12-07T20:00:00+00:00", "2026-12-07T22:00:00+00:00"),
        (EVENING, "2026-12-07T23:00:00+01:00", None),
        (NIGHT, "2026-12-11T22:30:00+01:00", "2026-12-12T02:00:00+01:00"),
        (NIGHT, "2026-12-12T00:30:00+01:00", "2026-12-12T02:00:00+01:00"),
        # Without a time zone the offset of now counts.
        ({"from": "22:00", "to": "02:00"}, "2026-12-07T22:30:00+05:30", "2026-12-08T02:00:00+05:30"),
        # In Paris the hour from 02:00 is missing on 2027-03-28, and comes twice on 2026-10-25.
        (PARIS | {"from": "22:00", "to": "02:30"}, "2027-03-27T23:00:00+01:00", "2027-03-28T01:00:00+00:00"),
        (PARIS | {"from": "22:00", "to": "04:00"}, "2027-03-27T23:00:00+01:00", "2027-03-28T02:00:00+00:00"),
        (PARIS | {"from": "22:00", "to": "02:30"}, "2026-10-24T23:00:00+02:00", "2026-10-25T00:30:00+00:00"),
        (PARIS | {"from": "22:00", "to": "02:30"}, "2026-10-25T01:10:00+00:00", "2026-10-25T01:30:00+00:00"),
        (PARIS | {"from": "22:00", "to": "04:00"}, "2026-10-24T23:00:00+02:00", "2026-10-25T03:00:00+00:00"),
    ],
)
def test_a_window_closes_at_the_end_that_its_own_clock_shows(window: object, now: str, closes: str | None) -> None:
    found = parse_window(window, "Wave 'pilot'").closes(parse_now(now))
    assert found == (None if closes is None else datetime.fromisoformat(closes))


@given(
    st.integers(0, 23 * 60 + 59),
    st.integers(1, 23 * 60 + 59),
    st.sampled_from(["Europe/Paris", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", None]),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
)
def test_a_window_is_open_until_it_closes(start: int, minutes: int, zone: str | None, now: datetime) -> None:
    end = (start + minutes) % (24 * 60)
    hours = {"from": f"{start // 60:02}:{start % 60:02}", "to": f"{end // 60:02}:{end % 60:02}"}
    window = parse_window(hours | ({"timezone": zone} if zone else {}), "Wave 'pilot'")
    closes = window.closes(now)
    assert (closes is not None) is window.is_open(now)
    if closes is not None:
        assert closes > now
        assert not window.is_open(closes)
        steps = [now + (closes - now) * share / 7 for share in range(7)] + [closes - timedelta(microseconds=1)]
        assert all(window.is_open(moment) for moment in steps if moment >= now)


def test_a_window_says_what_it_is() -> None:
    assert str(parse_window(EVENING, "")) == "mon, thu 19:00 to 23:00 Europe/Paris"
    assert str(parse_window({"from": "08:00", "to": "09:30"}, "")).endswith("sun 08:00 to 09:30")


def test_the_day_of_a_wave_is_the_day_of_its_window() -> None:
    """At 23:30 UTC it is the next day in Paris."""
    wave = {"name": "pilot", "upgrade_on": "2026-12-07", "users": ["alice@contoso.com"], "window": EVENING}
    now = datetime(2026, 12, 6, 23, 30, tzinfo=UTC)
    found = read_plan({"waves": [wave]}, lambda _path: b"").waves[0]
    assert (found.due(now), found.is_open(now)) == ("upgrade", False)


@pytest.mark.parametrize(
    ("window", "words"),
    [
        ("evenings", "the window is not a mapping"),
        (EVENING | {"until": "23:00"}, "unknown key 'until'"),
        (EVENING | {"from": 1140}, "'from' 1140 is no time of day"),
        (EVENING | {"to": "24:00"}, "'to' '24:00' is no time of day"),
        ({"from": "19:00"}, "'to' is missing"),
        (EVENING | {"to": "19:00"}, "ends when it begins"),
        (EVENING | {"days": []}, "days are not a list of weekdays"),
        (EVENING | {"days": "mon"}, "days are not a list of weekdays"),
        (EVENING | {"days": ["monday"]}, "days are not a list of weekdays"),
        (EVENING | {"timezone": "Paris"}, "time zone 'Paris' is not known here"),
        (EVENING | {"timezone": "/etc/passwd"}, "time zone '/etc/passwd' is not known here"),
    ],
)
def test_a_window_that_is_not_sound_is_refused(window: object, words: str) -> None:
    with pytest.raises(PlanProblem) as refused:
        parse_window(window, "Wave 'pilot'")
    assert words in refused.value.message
    assert refused.value.message.startswith("Wave 'pilot': ")
    assert sound(refused.value.message)
    assert sound(refused.value.remedy).endswith(".")
