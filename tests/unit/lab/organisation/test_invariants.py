# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds whatever is called, in whatever order."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.filters import (
    Dialect,
    FilterError,
    parse_filter,
)
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.identities import bare, like, sip_uri
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.ldap import LdapError, parse_ldap
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.from_yaml import from_mapping
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import SeedError
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.extent import examples
from tests.unit.lab.organisation.builders import CLOUD, POOL1, POOL2, Org, user

NAMES = ("alice", "bob", "carl")
PEOPLE = (
    user("alice", meetings={"skype": 2}),
    user("bob", homing="online", policy="UpgradeToTeams"),
    user("carl", licences=[], policy="SfBOnly"),
)
POLICIES = ("UpgradeToTeams", "Islands", "SfBOnly", "SfBWithTeamsCollabAndMeetings", "Global", None)

# How long an example takes says nothing where others work on the same machine.
UNHURRIED = settings(deadline=None, max_examples=examples(40))

people = st.sampled_from([f"{name}@contoso.com" for name in NAMES])
steps = st.lists(
    st.one_of(
        st.tuples(st.just("move"), people, st.sampled_from([CLOUD, POOL1, POOL2])),
        st.tuples(st.just("grant"), people, st.sampled_from(POLICIES)),
        st.tuples(st.just("later"), st.integers(1, 200), st.none()),
    ),
    max_size=12,
)


def play(org: Org, script: list[tuple[str, object, object]]) -> None:
    for step, first, second in script:
        if step == "move":
            org.move(str(first), str(second))
        elif step == "grant":
            org.grant(str(first), None if second is None else str(second))
        else:
            org.clock.advance(timedelta(minutes=int(str(first))))


@UNHURRIED
@given(steps, st.sampled_from(["today", "2020"]))
def test_both_sides_agree_in_the_end(script: list[tuple[str, object, object]], profile: str) -> None:
    org = Org(*PEOPLE, profile=profile)
    play(org, script)
    org.later(days=1)
    for name in NAMES:
        there, here = org.online(f"{name}@contoso.com"), org.onprem(f"{name}@contoso.com")
        assert there["OnPremHostingProvider"] == here["HostingProvider"]
        assert (here["RegistrarPool"] is None) == (here["HostingProvider"] == CLOUD)


@UNHURRIED
@given(steps)
def test_today_teams_only_and_the_cloud_are_the_same_in_the_end(script: list[tuple[str, object, object]]) -> None:
    org = Org(*PEOPLE)
    play(org, script)
    org.later(days=1)
    for name in NAMES:
        found = org.online(f"{name}@contoso.com")
        assert (found["TeamsUpgradeEffectiveMode"] == "TeamsOnly") == (found["HostingProvider"] == CLOUD)


@UNHURRIED
@given(steps, st.sampled_from(["today", "2020"]))
def test_what_a_call_did_not_touch_stays_as_it_was(script: list[tuple[str, object, object]], profile: str) -> None:
    org = Org(*PEOPLE, profile=profile)
    play(org, script)
    touched = {address for entry in org.journal.entries() for address in entry.users}
    org.later(days=1)
    fresh = Org(*PEOPLE, profile=profile)
    for name in NAMES:
        if f"sip:{name}@contoso.com" not in touched:
            assert org.onprem(f"{name}@contoso.com") == fresh.onprem(f"{name}@contoso.com")
            assert org.mode(f"{name}@contoso.com") == fresh.mode(f"{name}@contoso.com")


@UNHURRIED
@given(steps)
def test_a_failed_call_touches_nobody(script: list[tuple[str, object, object]]) -> None:
    org = Org(*PEOPLE)
    play(org, script)
    assert all(not entry.users for entry in org.journal.entries() if entry.outcome == "failed")


@UNHURRIED
@given(st.text(alphabet="abc -eqnlikand'\"()$!*{}5", max_size=40))
def test_a_filter_is_understood_or_refused(text: str) -> None:
    try:
        predicate = parse_filter(text, Dialect(("a", "b", "c")))
    except FilterError:
        return
    assert predicate({"a": "x", "b": None}) in (True, False)


@UNHURRIED
@given(st.text(alphabet="ab=*()&|!\\2a ", max_size=30))
def test_an_ldap_filter_is_understood_or_refused(text: str) -> None:
    org = Org(user(), sign_in=False)
    (only,) = org.organisation.world.directory
    try:
        condition = parse_ldap(text)
    except LdapError:
        return
    assert condition.holds(only) in (True, False)


@UNHURRIED
@given(st.text(max_size=20), st.text(max_size=20))
def test_wildcards_match_what_they_say(before: str, after: str) -> None:
    literal = all(char not in "[]?*" for char in before + after)
    assert not literal or like(f"{before}x{after}", f"{before}*{after}")
    assert not literal or like(f"{before}x{after}", f"{before}?{after}")


@UNHURRIED
@given(st.from_regex(r"\A[a-zA-Z0-9.]{1,10}@[a-zA-Z]{1,8}\.com\Z"))
def test_an_address_is_the_same_in_any_writing(address: str) -> None:
    assert bare(sip_uri(address)) == bare(address.upper()) == bare(f"SIP:{address} ")
    assert sip_uri(sip_uri(address)) == sip_uri(address)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["sip", "pools", "user"]), inner, max_size=2)
    ),
    max_leaves=5,
)
NAMED = "profile clock clock_rate latency readings timing accounts hosts tenant topology defaults users csv synthetic".split()


def refusal(seed: dict[str, object]) -> str | None:
    try:
        from_mapping(seed, Path("/nonexistent"))
    except SeedError as error:
        return str(error)
    return None


@UNHURRIED
@given(st.dictionaries(st.sampled_from(NAMED), values, max_size=3))
def test_any_seed_is_used_or_refused_in_a_sentence(seed: dict[str, object]) -> None:
    problem = refusal(seed)
    assert problem is None or problem.endswith(".")


@pytest.mark.parametrize("profile", ["today", "2020"])
def test_repeating_a_move_and_a_grant_changes_nothing_more(profile: str) -> None:
    org = Org(*PEOPLE, profile=profile)
    org.move("alice@contoso.com", MoveToTeams=True)
    org.later(hours=3)
    once = org.online("alice@contoso.com"), org.meetings("alice@contoso.com")
    org.move("alice@contoso.com", MoveToTeams=True)
    assert (org.online("alice@contoso.com"), org.meetings("alice@contoso.com")) == once
