# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan says of notices: notified_on, notice and again (R47, R64)."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.plan import read_plan
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.wave import Wave

from tests.unit.wave.plans import no_files, plan, problem, wave


def pilot(**settings: object) -> Wave:
    """The wave that a plan with these settings has."""
    (found,) = read_plan(plan(wave(**settings)), no_files).waves
    return found


def test_r47_a_notice_counts_unless_the_plan_says_otherwise() -> None:
    found = pilot()
    assert (found.lead_days, found.enforces_notice, found.notified_on, found.again) == (7, True, None, False)
    assert found.notify_on == date(2026, 11, 30)


@pytest.mark.parametrize(("notice", "enforced"), [("enforce", True), ("ignore", False)])
def test_r47_a_notice_is_enforced_or_ignored(notice: str, enforced: bool) -> None:
    assert pilot(notice=notice).enforces_notice is enforced


@pytest.mark.parametrize("value", ["Ignore", "", "none", True, False, 7, ["ignore"], {"ignore": True}])
def test_a_notice_that_is_neither_is_refused(value: object) -> None:
    assert problem(plan(wave(notice=value))) == f"Wave 'pilot': notice is {value!r}. Write enforce or ignore."


@pytest.mark.parametrize("value", ["2026-11-28", date(2026, 11, 28)])
def test_r47_a_day_of_other_means_is_a_date(value: object) -> None:
    assert pilot(notified_on=value).notified_on == date(2026, 11, 28)


def test_a_key_without_a_value_is_as_if_it_was_not_there() -> None:
    assert pilot(notified_on=None, notice=None, again=None) == pilot()


@pytest.mark.parametrize(
    "value",
    [
        "",
        0,
        False,
        True,
        "yesterday",
        "28.11.2026",
        "2026-11-31",
        "2014-12-31",
        20261128,
        [],
        datetime(2026, 11, 28, 19),
    ],
)
def test_a_day_of_other_means_that_is_no_date_is_refused(value: object) -> None:
    said = problem(plan(wave(notified_on=value)))
    assert said == (
        f"Wave 'pilot': notified_on is {str(value)!r}, which is no date. Write it as 2026-12-07 (year-month-day)."
    )


@pytest.mark.parametrize("again", [True, False])
def test_r64_a_wave_says_whether_it_takes_users_again(again: bool) -> None:
    assert pilot(again=again).again is again


@pytest.mark.parametrize("value", ["true", "yes", 1, 0, []])
def test_again_that_is_no_boolean_is_refused(value: object) -> None:
    assert problem(plan(wave(again=value))) == f"Wave 'pilot': again is {value!r}. Write true or false."


@pytest.mark.parametrize("key", ["notified_on", "notice", "again"])
def test_what_concerns_one_wave_alone_has_no_default(key: str) -> None:
    said = problem(plan(wave(), defaults={key: "2026-11-28"}))
    assert said.startswith(f"The plan's defaults has an unknown key '{key}'.")


@pytest.mark.parametrize(
    ("key", "meant"), [("notify_on", "notified_on"), ("notified", "notified_on"), ("notices", "notice")]
)
def test_a_slip_in_a_key_names_the_one_that_was_meant(key: str, meant: str) -> None:
    assert f"Did you mean '{meant}'?" in problem(plan(wave(**{key: "2026-11-28"})))
