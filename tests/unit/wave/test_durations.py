# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long a wave takes, and how many of its users fit into its window: by a table, and compared with sessions that share queues."""

from __future__ import annotations

import heapq
import random
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.durations import (
    DOCUMENTED,
    Duration,
    Pace,
    Source,
    calls_of,
    duration_of,
    hours_of,
    of_report,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.plan import read_plan
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.wave import Wave
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.wave.plans import no_files

MOVE, GRANT, MEETINGS = "Move-CsUser", "Grant-CsTeamsUpgradePolicy", "Start-CsExMeetingMigration"
MEASURED = {MOVE: (100, 18.0), GRANT: (50, 2.0), MEETINGS: (50, 1.5)}
FOUR_HOURS = {"from": "19:00", "to": "23:00", "timezone": "Europe/Paris"}


def wave(**given: Any) -> Wave:
    """A wave with a window of four hours, unless `window` says another, or none."""
    planned: dict[str, Any] = {"name": "pilot", "upgrade_on": "2026-12-07", "users": ["a@x.com"]}
    window = given.get("window", FOUR_HOURS)
    (found,) = read_plan({"waves": [planned | ({"window": window} if window else {})]}, no_files).waves
    return found


def simulated(calls: Mapping[str, int], pace: Pace, seed: int) -> float:
    """The hours until the last call ends: cmdlet after cmdlet, in each of which free sessions take the next call."""
    drawn, total = random.Random(seed), 0.0
    for cmdlet, many in calls.items():
        free = [0.0] * pace.parallel(cmdlet)
        for _call in range(many):
            heapq.heappush(free, heapq.heappop(free) + pace.latency(cmdlet).seconds * drawn.uniform(0.5, 1.5))
        total += max(free)
    return total / 3600


@pytest.mark.parametrize(
    ("calls", "pace"),
    [
        ({MOVE: 800, GRANT: 100, MEETINGS: 300}, Pace(4, measured=MEASURED)),
        ({MOVE: 2000, GRANT: 2000}, Pace(8, skype_hosts=3, measured=MEASURED)),
        ({GRANT: 5000}, Pace(3, teams_hosts=2)),
        ({MOVE: 400}, Pace(1)),
    ],
)
def test_a_wave_takes_as_long_as_sessions_that_share_queues(calls: dict[str, int], pace: Pace) -> None:
    many = max(calls.values())
    found = duration_of(wave(window=None), many, calls, pace).hours
    for seed in range(5):
        assert found == pytest.approx(simulated(calls, pace, seed), rel=0.1)


@pytest.mark.parametrize(
    ("calls", "pace", "expected"),
    [
        ({MOVE: 4}, Pace(1, measured=MEASURED), (0.02, 0.02, 0.02, 1, Source.LEDGER)),
        ({MOVE: 300}, Pace(1), (1.0, 300 * 5 / 3600, 5.0, 1, Source.DOCUMENTED)),
        ({MOVE: 2, GRANT: 1}, Pace(1, measured={MOVE: (1, 36.0)}), (73 / 3600, None, None, 1, Source.DOCUMENTED)),
        ({MOVE: 2, GRANT: 3}, Pace(2, 3, 2, measured=MEASURED), (None, None, None, 6, Source.LEDGER)),
        ({"Set-Other": 36}, Pace(1), (0.01, 0.005, 0.05, 1, Source.DOCUMENTED)),
        ({MOVE: 10}, Pace(1, measured={MOVE: (0, 9.0)}), (120 / 3600, None, None, 1, Source.DOCUMENTED)),
    ],
)
def test_hours_are_those_of_the_ledger_or_documented_with_a_range(
    calls: dict[str, int], pace: Pace, expected: tuple[float | None, float | None, float | None, int, Source]
) -> None:
    found = duration_of(wave(), 10, calls, pace)
    shown = (found.hours, found.low, found.high, found.sessions, found.source)
    assert [each for each, wanted in zip(shown, expected, strict=True) if wanted is not None] == [
        pytest.approx(wanted) if isinstance(wanted, float) else wanted for wanted in expected if wanted is not None
    ]


def test_what_is_documented_has_a_range_around_it() -> None:
    assert all(each.low < each.seconds < each.high for each in DOCUMENTED.values())


@pytest.mark.parametrize(
    ("window", "hours"),
    [
        (FOUR_HOURS, 4.0),
        ({"from": "22:00", "to": "04:30"}, 6.5),
        ({"from": "00:00", "to": "23:59"}, 23 + 59 / 60),
    ],
)
def test_a_window_is_open_for_so_many_hours(window: Mapping[str, Any], hours: float) -> None:
    chosen = wave(window=window).window
    assert chosen
    assert hours_of(chosen, date(2026, 12, 7)) == pytest.approx(hours)


def test_a_wave_that_does_not_fit_says_how_many_do() -> None:
    found = duration_of(wave(), 1000, {MOVE: 1000}, Pace(1, measured={MOVE: (1, 36.0)}))
    assert found.hours == pytest.approx(10.0)
    assert found.fit == 400
    assert found.warning == (
        "Wave pilot does not fit its window: 1000 users take 10.0 hours, and the window has 4. 400 users fit; the others are left for "
        "another evening."
    )
    assert found.to_result() == {
        "wave": "pilot",
        "hours": 10.0,
        "sessions": 1,
        "from": "ledger",
        "hours_low": 10.0,
        "hours_high": 10.0,
        "users": 1000,
        "window_hours": 4.0,
        "users_per_window": 400,
        "fits": False,
        "warning": found.warning,
    }


@pytest.mark.parametrize(("day", "hours"), [("2027-03-27", 7.0), ("2026-10-24", 9.0), ("2026-10-25", 8.0)])
def test_a_night_in_which_clocks_are_set_is_shorter_or_longer(day: str, hours: float) -> None:
    chosen = wave(window={"from": "22:00", "to": "06:00", "timezone": "Europe/Paris"}).window
    assert chosen
    assert hours_of(chosen, date.fromisoformat(day)) == hours


@pytest.mark.parametrize("window", [FOUR_HOURS, None])
def test_a_wave_that_fits_has_no_warning(window: Mapping[str, Any] | None) -> None:
    found = duration_of(wave(window=window), 400, {MOVE: 400}, Pace(1, measured={MOVE: (1, 36.0)}))
    assert found.warning == ""
    assert found.to_result()["fits"] is (True if window else None)


@given(st.integers(1, 3000), st.floats(1, 60), st.integers(1, 12))
def test_those_who_fit_take_no_more_than_the_window(users: int, seconds: float, sessions: int) -> None:
    def taking(many: int) -> Duration:
        return duration_of(wave(), many, {MOVE: many}, Pace(sessions, measured={MOVE: (1, seconds)}))

    fit = taking(users).fit
    assert fit is not None
    assert taking(fit).hours <= 4 or fit == 0
    assert fit == users or taking(fit + 1).hours > 4


def user(name: str, *steps: tuple[str, list[str]]) -> dict[str, Any]:
    return {"user": name, "wave": "pilot", "steps": [{"step": step, "actions": actions} for step, actions in steps]}


USERS = [
    user("a", ("readiness", []), ("notify", [GRANT]), ("move", [MOVE]), ("meetings", [MEETINGS])),
    user("b", ("move", [MOVE]), ("grant", [GRANT])),
    user("c", ("notify", [GRANT])),
    {"user": "d", "wave": "pilot"},
]


def test_notifications_are_not_of_the_evening() -> None:
    assert calls_of(USERS) == (2, {MOVE: 2, GRANT: 1, MEETINGS: 1})


@pytest.mark.parametrize(("day", "expected"), [("2026-12-07", ["pilot"]), ("2026-12-01", [])])
def test_a_report_of_check_mode_says_how_long_its_upgrades_take(day: str, expected: list[str]) -> None:
    now = datetime.fromisoformat(f"{day}T20:00:00").replace(tzinfo=ZoneInfo("Europe/Paris"))
    assert [each.wave for each in of_report([wave()], now, {"users": USERS}, Pace())] == expected


def test_a_window_that_is_too_short_for_anybody_fits_nobody() -> None:
    found = duration_of(wave(), 3, {MOVE: 3}, Pace(4, measured={MOVE: (1, 5 * 3600.0)}))
    assert found.fit == 0
    assert "0 users fit" in found.warning


def test_a_wave_that_is_done_has_no_duration() -> None:
    now = datetime(2026, 12, 7, 20, tzinfo=ZoneInfo("Europe/Paris"))
    assert list(of_report([wave()], now, {"users": []}, Pace())) == []
    assert list(of_report([wave()], now, {"users": [user("a", ("move", []))]}, Pace())) == []
