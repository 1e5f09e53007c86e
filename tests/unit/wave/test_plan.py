# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a wave plan says, what is wrong with it, and what it makes due."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.plan_users import PlanProblem
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.plan import UnsoundPlan, parse_now, read_plan
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.wave.plans import NOON, no_files, plan, problem, read, wave, without


def test_a_plan_gives_its_waves_by_date_with_everything_a_role_needs() -> None:
    found = read(
        plan(
            wave(name="rest", upgrade_on=date(2027, 2, 1), users=["sip:Bob@contoso.com", "SIP:BOB@CONTOSO.COM"]),
            wave(mode="sfbwithteamscollab", notify_days_before=3, migrate_meetings=False),
            failure_budget_percentage=5,
        )
    )
    assert found["problems"] == []
    assert found["failure_budget_percentage"] == 5
    assert [each["name"] for each in found["waves"]] == ["pilot", "rest"]
    assert found["waves"][0] == {
        "name": "pilot",
        "due": "upgrade",
        "upgrade_on": "2026-12-07",
        "notify_on": "2026-12-04",
        "lead_days": 3,
        "mode": "SfBWithTeamsCollab",
        "migrate_meetings": False,
        "users": ["alice@contoso.com"],
        "excluded": 0,
        "filter": {},
        "members_known": True,
        "window": "",
        "window_open": True,
    }
    assert found["waves"][1]["users"] == ["Bob@contoso.com"]


@pytest.mark.parametrize(
    ("day", "due"),
    [
        ("2026-11-29T23:59:59+00:00", "nothing"),
        ("2026-11-30T00:00:00+00:00", "notify"),
        ("2026-12-06T23:59:59+00:00", "notify"),
        ("2026-12-07T00:00:00+00:00", "upgrade"),
        ("2027-06-01T00:00:00+00:00", "upgrade"),
    ],
)
def test_r47_a_wave_is_notified_a_week_before_its_day_and_stays_due(day: str, due: str) -> None:
    assert read(plan(wave()), parse_now(day))["waves"][0]["due"] == due


def test_r47_a_lead_of_zero_notifies_nobody() -> None:
    found = read(plan(wave(notify_days_before=0)), NOON - timedelta(days=1))
    assert found["waves"][0]["due"] == "nothing"


def test_a_wave_overrides_the_defaults() -> None:
    defaults = {"notify_days_before": 14, "migrate_meetings": False, "mode": "Islands"}
    found = read(plan(wave(mode="TeamsOnly"), defaults=defaults))
    assert (found["waves"][0]["lead_days"], found["waves"][0]["mode"]) == (14, "TeamsOnly")
    assert found["waves"][0]["migrate_meetings"] is False


@given(
    upgrade=st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    lead=st.integers(0, 365),
    days=st.lists(st.integers(-400, 400), min_size=2, max_size=2).map(sorted),
)
def test_what_is_due_never_goes_back(upgrade: date, lead: int, days: list[int]) -> None:
    order = ["nothing", "notify", "upgrade"]
    entry = wave(upgrade_on=upgrade, notify_days_before=lead)
    noons = [datetime(upgrade.year, upgrade.month, upgrade.day, 12, tzinfo=UTC) + timedelta(days=day) for day in days]
    earlier, later = (order.index(read(plan(entry), noon)["waves"][0]["due"]) for noon in noons)
    assert earlier <= later
    assert (later == order.index("upgrade")) == (days[1] >= 0)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "The plan is not a mapping"),
        (["pilot"], "The plan is not a mapping"),
        ({}, "The plan has no waves"),
        (plan(), "The plan has no waves"),
        ({"waves": "pilot"}, "The plan has no waves"),
        (plan(wave(), budget=5), "unknown key 'budget'"),
        (plan(wave(), failure_budget_percentage=101), "failure_budget_percentage is 101"),
        (plan(wave(), failure_budget_percentage=True), "failure_budget_percentage is True"),
        (plan(wave(), defaults=["mode"]), "The plan's defaults is not a mapping"),
        (plan(wave(), defaults={"upgrade_on": "2026-12-07"}), "The plan's defaults has an unknown key 'upgrade_on'"),
        (plan("pilot"), "Wave 1 is not a mapping"),
        (plan(wave(notify=True)), "unknown key 'notify'. Did you mean 'notify_days_before'?"),
        (plan(without(wave(), "name")), "Wave 1 has no name"),
        (plan(wave(name=7)), "The name of wave 1 is 7, which is no text."),
        (plan(wave(mode="TeamOnly")), "there is no mode 'TeamOnly'. The modes are Islands, SfBOnly"),
        (plan(wave(notify_days_before="soon")), "notify_days_before is 'soon'"),
        (plan(wave(notify_days_before=-1)), "notify_days_before is -1"),
        (plan(wave(migrate_meetings="maybe")), "migrate_meetings is 'maybe'"),
        (plan(without(wave(), "upgrade_on")), "upgrade_on is missing"),
        (plan(wave(upgrade_on="07.12.2026")), "upgrade_on is '07.12.2026', which is no date"),
        (plan(wave(upgrade_on="2026-02-30")), "upgrade_on is '2026-02-30'"),
        (plan(wave(upgrade_on=20261207)), "upgrade_on is '20261207'"),
        (plan(wave(upgrade_on=NOON)), "which is no date"),
        (plan(without(wave(), "users")), "says nothing about its users. Give it exactly one of users, users_file"),
        (plan(wave(users_file="a.csv")), "has users and users_file"),
        (plan(wave(users=[])), "has an empty list of users"),
        (plan(wave(users="alice@contoso.com")), "users is not a list"),
        (plan(wave(users=[""])), "An empty user was given"),
        (plan(wave(users=[None])), "An empty user was given"),
        (plan(wave(users=["sip:"])), "An empty user was given"),
        (plan(wave(users=["*@contoso.com"])), "contains a wildcard"),
        (
            plan(wave(users=["al?ce@contoso.com"])),
            "which an export as ASCII writes for letters such as ü. Export again with",
        ),
        (plan(wave(users=["alice@contoso.com\nbob@contoso.com"])), "contains a control character"),
        (plan(wave(users=["alice"])), "is no address"),
        (plan(wave(exclude=["[ab]@contoso.com"])), "exclude: The user '[ab]@contoso.com' contains a wildcard"),
        (plan(wave(), wave(users=["bob@contoso.com"])), "Two waves are called 'pilot'"),
        (plan(without(wave(filter={}), "users")), "has an empty filter"),
        (plan(without(wave(filter={"registrar_pool": ""}), "users")), "has an empty filter"),
        (plan(without(wave(filter={"pool": "a"}), "users")), "unknown key 'pool'"),
        (plan(without(wave(users_file=" "), "users")), "is not the name of a file"),
        (plan(without(wave(users_file="gone.csv"), "users")), "there is no file gone.csv. Correct the path"),
    ],
)
def test_a_plan_that_is_not_sound_is_refused_with_one_sentence_and_a_remedy(value: object, words: str) -> None:
    assert words in problem(value)


def test_each_wave_that_is_not_sound_is_named() -> None:
    found = read(plan(wave(mode="x"), wave(name="rest", upgrade_on="soon")))
    assert ["pilot" in found["problems"][0]["message"], "rest" in found["problems"][1]["message"]] == [True, True]


def test_a_user_in_two_waves_is_refused_however_they_are_written() -> None:
    rest = wave(name="rest", users=["SIP:Alice@Contoso.com"])
    assert "Alice@Contoso.com is in wave 'pilot' and in wave 'rest'" in problem(plan(wave(), rest))


def test_several_users_in_the_same_two_waves_are_one_problem() -> None:
    both = ["alice@contoso.com", "bob@contoso.com", "carol@contoso.com"]
    assert "alice@contoso.com and 2 more are in wave" in problem(plan(wave(users=both), wave(name="rest", users=both)))


def test_an_excluded_user_may_be_in_another_wave() -> None:
    entry = wave(users=["alice@contoso.com", "bob@contoso.com"], exclude=["sip:ALICE@contoso.com"])
    found = read(plan(entry, wave(name="rest")))
    assert found["problems"] == []
    assert found["waves"][0]["users"] == ["bob@contoso.com"]


def test_addresses_that_only_look_alike_are_two_users() -> None:
    """The Kelvin sign lowers to k in Unicode; it is another address all the same."""
    found = read(plan(wave(users=["\u212aim@contoso.com"]), wave(name="rest", users=["kim@contoso.com"])))
    assert found["problems"] == []


@given(name=st.text(st.sampled_from("aZ09.'+#&$()!%{}~=^`|äÖßéñłøŒ\u0430\u65e5\u05d0"), min_size=1))
def test_what_a_name_holds_comes_out_as_it_went_in(name: str) -> None:
    """Quotes and dollar signs are part of an address, since addresses never become text of a command."""
    address = f"u{name}u@contoso.com"
    assert read(plan(wave(users=[address])))["waves"][0]["users"] == [address]


def test_what_was_cleaned_up_is_noted_with_its_place() -> None:
    data = "user\nalice@contoso.com\n\n\u200bbob@contoso.com\n".encode()
    found = read_plan(plan(without(wave(users_file="pilot.csv"), "users")), lambda _path: data)
    assert found.notes == (
        "Wave 'pilot': pilot.csv, line 4: U+200B ZERO WIDTH SPACE was removed from bob@contoso.com.",
    )
    assert [user.address for user in found.waves[0].members] == ["alice@contoso.com", "bob@contoso.com"]


def test_a_filter_wave_has_no_users_until_they_are_found() -> None:
    entry = without(wave(filter={"registrar_pool": "pool-par.contoso.com"}, exclude=["boss@contoso.com"]), "users")
    before = read(plan(entry))["waves"][0]
    assert (before["members_known"], before["users"]) == (False, [])
    assert before["filter"] == {"registrar_pool": "pool-par.contoso.com"}
    after = read(plan(entry), pilot=["boss@contoso.com", "alice@contoso.com"])["waves"][0]
    assert (after["members_known"], after["users"]) == (True, ["alice@contoso.com"])


def test_a_user_that_a_wave_lists_is_left_to_it_by_filters() -> None:
    """Users who were left out of a pilot are still in their pool when the pool's own wave comes."""
    by_pool = without(wave(name="paris", filter={"registrar_pool": "pool-par.contoso.com"}), "users")
    found = read_plan(plan(wave(), by_pool), no_files).with_members({"paris": ["bob@contoso.com", "Alice@contoso.com"]})
    assert [[user.address for user in each.members] for each in found.waves] == [
        ["alice@contoso.com"],
        ["bob@contoso.com"],
    ]
    assert found.notes == (
        "Wave 'paris': Alice@contoso.com, found by its filter, is left to wave 'pilot', which lists them.",
    )


def test_a_user_that_two_filters_find_is_in_two_waves() -> None:
    both = [without(wave(name=name, filter={"ou": name}), "users") for name in ("paris", "lyon")]
    assert "is in wave 'paris' and in wave 'lyon'" in problem(
        plan(*both), paris=["alice@contoso.com"], lyon=["alice@contoso.com"]
    )


def test_an_excluded_address_that_the_wave_does_not_have_is_noted() -> None:
    entry = wave(users=["alice@contoso.com", "boss@contoso.com"], exclude=["bos@contoso.com"])
    assert read_plan(plan(entry), no_files).notes == (
        "Wave 'pilot', exclude: bos@contoso.com is not among the wave's users. Did you mean boss@contoso.com?",
    )
    by_ou = without(wave(filter={"ou": "paris"}, exclude=["bos@contoso.com"]), "users")
    unknown = read_plan(plan(by_ou), no_files)
    assert unknown.notes == ()
    assert len(unknown.with_members({"pilot": ["boss@contoso.com"]}).notes) == 1


def test_odd_names_that_a_host_lists_stop_no_plan() -> None:
    by_ou = without(wave(filter={"ou": "paris"}), "users")
    found = read_plan(plan(by_ou), no_files).with_members({"pilot": ["a b@contoso.com"]})
    assert [user.address for user in found.waves[0].members] == ["a b@contoso.com"]


@pytest.mark.parametrize("text", ["soon", "2026-12-07", "2026-12-07T19:00:00", ""])
def test_now_needs_a_time_with_an_offset(text: str) -> None:
    with pytest.raises(PlanProblem, match="teams_upgrade_now"):
        parse_now(text)


@pytest.mark.parametrize(
    ("names", "kept"), [([], ["pilot", "rest"]), (["REST"], ["rest"]), (["rest", "pilot"], ["pilot", "rest"])]
)
def test_a_plan_can_be_narrowed_to_waves(names: list[str], kept: list[str]) -> None:
    whole = read_plan(plan(wave(), wave(name="rest", users=["bob@contoso.com"])), no_files)
    assert [each.name for each in whole.only(names).waves] == kept


def test_a_wave_that_the_plan_does_not_have_is_refused() -> None:
    with pytest.raises(UnsoundPlan, match=r"there is no wave 'pilto'\. Did you mean 'pilot'"):
        read_plan(plan(wave()), no_files).only(["pilto"])
