# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time zones by their IANA names, and what is said of every other name."""

from __future__ import annotations

from zoneinfo import available_timezones

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.plan_users import PlanProblem
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.plan_window import parse_window
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.time_zones import UnknownZone, time_zone
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.windows_zones import IANA
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.sentences import sound


@pytest.mark.parametrize("name", ["Europe/Paris", "UTC", "CET", "GMT", "Etc/GMT-1", "America/Argentina/Ushuaia"])
def test_a_name_of_iana_is_a_zone(name: str) -> None:
    assert time_zone(name).key == name


@pytest.mark.parametrize(("windows", "zone"), IANA.items())
def test_each_name_of_windows_is_answered_with_its_zone(windows: str, zone: str) -> None:
    """One of them, UTC, is a name of IANA as well."""
    assert zone in available_timezones()
    for name in {windows, windows.lower(), windows.replace("Standard", "Daylight")} - {"UTC", "utc"}:
        with pytest.raises(UnknownZone) as refused:
            time_zone(name)
        assert refused.value.problem == f"is a Windows name: write {zone}."


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("europe/paris", "Did you mean Europe/Paris?"),
        ("EUROPE/PARIS ", "Did you mean Europe/Paris?"),
        ("Europe/Pariss", "Did you mean Europe/Paris?"),
        ("Europa/Paris", "Did you mean Europe/Paris?"),
        ("Europe\\Paris", "Did you mean Europe/Paris?"),
        ("America/New York", "Did you mean America/New_York?"),
        ("Paris", "Did you mean Europe/Paris?"),
        ("new york", "Did you mean America/New_York?"),
        ("utc", "Did you mean UTC?"),
        ("cet", "Did you mean CET?"),
        ("W. Europ Standard Time", "Did you mean Europe/Berlin, which Windows calls so?"),
        ("CET+1", "is an offset from UTC, which knows no summer time"),
        ("UTC+1", "is an offset from UTC"),
        ("GMT+1", "is an offset from UTC"),
        ("UTC+01:00", "is an offset from UTC"),
        ("+0100", "is an offset from UTC"),
        ("-5", "is an offset from UTC"),
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "is an offset from UTC"),
        ("Z", "UTC itself is written UTC"),
        ("CEST", "is an abbreviation, which names no single zone"),
        ("MESZ", "is an abbreviation"),
        ("IST", "is an abbreviation"),
        ("PST", "is an abbreviation"),
        ("EST", "has no summer time. Write a place, such as America/New_York"),
        ("localtime", "depends on the controller's system"),
        ("right/Europe/Paris", "depends on the controller's system"),
        ("", "is not known here"),
        ("Europe", "is not known here"),
        ("/etc/passwd", "is not known here"),
        ("../localtime", "is not known here"),
        ("60", "is not known here"),
        ("Mitteleurop\u00e4ische Zeit", "is not known here. Write a place, such as Europe/Paris"),
        ("\0", "is not known here"),
        ("\ud800", "is not known here"),
    ],
)
def test_what_is_no_zone_is_refused_with_what_to_write(name: str, words: str) -> None:
    with pytest.raises(UnknownZone) as refused:
        time_zone(name)
    assert words in str(refused.value)
    assert sound(f"The zone {refused.value.problem}")
    assert sound(refused.value.remedy)


def test_a_system_without_zones_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{time_zone.__module__}.available_timezones", set)
    with pytest.raises(UnknownZone, match="install the Python package tzdata"):
        time_zone("Europe/Pariss")


def test_a_plan_says_where_the_zone_stands() -> None:
    with pytest.raises(PlanProblem) as refused:
        parse_window({"from": "19:00", "to": "23:00", "timezone": "W. Europe Standard Time"}, "Wave 'pilot'")
    assert refused.value.message == (
        "Wave 'pilot': the time zone 'W. Europe Standard Time' is a Windows name: write Europe/Berlin."
    )


@given(st.text())
def test_whatever_is_written_is_a_zone_or_refused_with_a_remedy(name: str) -> None:
    try:
        assert time_zone(name).key == name
    except UnknownZone:
        return
