# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Seeds: what a file may say, how mistakes read, users made up. Exports are in test_exports.py."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.clock import Clock
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.building import build_world
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.from_yaml import from_mapping, load
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import Seed, SeedError, UserSeed
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.synthetic import synthetic_users

from tests.unit.lab.organisation.builders import Org, sips, succeeded, user

FULL = """
profile: "2020"
clock: 2026-12-01T08:00:00+01:00
clock_rate: 60
latency: none
readings: {tenant_guard: none}
timing: {sync: 5m, meetings: 90m, meetings_retries: 2, policy: 0}
accounts: {lab: secret}
hosts:
  sfb01: {skype: 2015 CU12, teams: 6.6.0, privileged: true, port: 15985}
  teams01: {teams: 7.4.0, max_shells: 3}
tenant:
  id: 11111111-1111-1111-1111-111111111111
  default_policy: SfBWithTeamsCollab
  shared_sip_address_space: false
  domains: [{name: fabrikam.com, lyncdiscover: cloud}]
  accounts: [{user: boss@fabrikam.com, password: pw, mfa: true}]
  applications: [{id: app, thumbprints: [AA, BB]}]
  groups: [{group: g, policy: Islands, members: [a@fabrikam.com]}]
topology:
  domain: fabrikam.com
  sites: [Rome]
  pools: [{fqdn: p1.fabrikam.com, site: Oslo, computers: [f1.fabrikam.com]}]
  providers: [{identity: M365, proxy_fqdn: sipfed.other.com}]
  edge: {federating_pools: [e1, e2]}
  policies: [{identity: Notify, notify: true}]
defaults: {usage_location: IT, contacts: 3}
users:
  - sip: a@fabrikam.com
    homing: online
    contacts: 4
    meetings: {skype: 1, failing: 1, attempts: 2, message: m}
  - {sip: sip:b@fabrikam.com, pool: p1.fabrikam.com, notify_policy: Notify, licences: [teams], attributes: {City: Rome}}
"""


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(text, encoding=encoding)
    return path


def test_everything_that_a_seed_can_say(tmp_path: Path) -> None:
    seed = load(write(tmp_path, "seed.yml", FULL, "utf-8-sig"))
    assert (seed.profile.name, seed.clock_rate, seed.readings.tenant_guard) == ("2020", 60, "none")
    assert seed.clock is not None
    assert seed.clock.isoformat() == "2026-12-01T08:00:00+01:00"
    assert (seed.timing.sync.total_seconds(), seed.timing.meetings_retries) == (300, 2)
    assert [(host.name, dict(host.modules), host.port, host.max_shells) for host in seed.hosts] == [
        ("sfb01", {"SkypeForBusiness": "6.0.9319.619", "MicrosoftTeams": "6.6.0"}, 15985, 30),
        ("teams01", {"MicrosoftTeams": "7.4.0"}, 0, 3),
    ]
    assert (seed.tenant.default.name, str(seed.tenant.default.mode)) == ("Global", "SfBWithTeamsCollab")
    assert (seed.topology.sites, seed.topology.edge.federating_pools) == (("Rome", "Oslo"), ("e1", "e2"))
    first, second = seed.users
    assert (first.usage_location, first.contacts, first.meetings.attempts, first.homing) == ("IT", 4, 2, "online")
    assert (second.contacts, second.licences, second.attributes) == (3, ("Teams",), {"City": "Rome"})
    world = build_world(seed, Clock())
    assert [one.sip for one in world.directory] == ["sip:a@fabrikam.com", "sip:b@fabrikam.com"]
    assert world.hosts["sfb01"].privileged


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[1, 2]", "the top level must be a mapping"),
        ("colour: blue", "the top level has 'colour', which is not known; known are accounts,"),
        ("profile: 1999", "profile must be one of today, 2020, not 1999"),
        ("clock: soon", "clock must be a time such as 2026-12-01T08:00:00+01:00, not 'soon'"),
        ("clock_rate: -1", "clock_rate must be a number from 0"),
        ("latency: fast", "latency cannot be used"),
        ("timing: {sync: fast}", "sync must be a time span such as 30m"),
        ("readings: {colour: blue}", "there is no reading 'colour'"),
        ("hosts: {h: {skype: 2010}}", "is not a build of Skype for Business Server"),
        ("hosts: {h: {teams: new}}", "is not a version"),
        ("hosts: {h: {}}", "host h has neither skype nor teams"),
        ("users: {a: b}", "users must be a list"),
        ("users: [alice]", "users no. 1 must be a mapping"),
        ("users: [{sip: alice}]", "sip must be a SIP address such as alice@contoso.com"),
        ("users: [{sip: a@b.c, homing: space}]", "homing must be one of onprem, online, cloud, none"),
        ("users: [{sip: a@b.c, voice: maybe}]", "In the seed, users no. 1, voice must be true or false"),
        ("users: [{sip: a@b.c, contacts: -1}]", "contacts must be a whole number from 0"),
        ("users: [{sip: a@b.c, licences: Teams}]", "licences must be a list of texts"),
        ("users: [{sip: a@b.c, licences: [E5]}]", "a user has the licence 'E5'; known are Teams"),
        ("users: [{sip: a@b.c, name: [x]}]", "name must be a text"),
        ("defaults: 1", "defaults must be a mapping"),
        ("tenant: {default_policy: Global}", "default_policy must be the name of an instance"),
        ("tenant: {groups: [{group: g, policy: x}]}", "a group has the policy 'x'"),
        ("csv: {onprem: missing.csv}", "missing.csv cannot be read"),
        ("a: [", "is not YAML"),
    ],
)
def test_a_mistake_is_one_sentence_that_names_the_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SeedError) as caught:
        load(write(tmp_path, "seed.yml", text))
    assert message in str(caught.value)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_a_seed_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="There is no seed file"):
        load(tmp_path / "none.yml")
    (tmp_path / "bad.yml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SeedError, match="cannot be read"):
        load(tmp_path / "bad.yml")
    assert load(write(tmp_path, "empty.yml", "")).users == []


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ([{"policy": "Legacy"}], "has the policy 'Legacy'"),
        ([{"notify_policy": "Notify"}], "list it under policies"),
        ([{"pool": "nowhere"}], "list it under pools"),
        ([{}, {}], "there are two users"),
    ],
)
def test_users_that_do_not_fit(facts: list[dict[str, Any]], message: str) -> None:
    seed = from_mapping({"users": [user(**one) for one in facts]}, Path())
    with pytest.raises(SeedError, match=message):
        build_world(seed, Clock())


def test_a_seed_can_be_used_twice() -> None:
    seed = from_mapping({"users": [user()]}, Path())
    first, second = build_world(seed, Clock()), build_world(seed, Clock())
    first.tenant.settings.shared_sip_address_space = False
    first.topology.pools.clear()
    assert second.tenant.settings.shared_sip_address_space
    assert second.topology.pools


def test_the_tenant_may_see_a_user_elsewhere_or_without_an_address() -> None:
    listed = [user(), user(sip="b@x.com", homing="online", cloud_homing="onprem", cloud_sip="")]
    seed = from_mapping({"users": listed}, Path())
    world = build_world(seed, Clock())
    _first, second = world.directory
    _seen, differs = world.tenant
    assert (second.on_premises, differs.on_premises, differs.sip) == (False, True, "")


def test_what_was_deleted_in_the_tenant_is_not_in_the_directory() -> None:
    gone = {"sip": "gone@x.com", "deleted": "2026-01-01", "homing": "cloud"}
    world = build_world(from_mapping({"users": [gone]}, Path()), Clock())
    assert (len(world.directory), len(world.tenant)) == (0, 1)


def test_made_up_users_are_the_same_for_the_same_seed() -> None:
    users = synthetic_users(200, ["p1", "p2"])
    assert users == synthetic_users(200, ["p1", "p2"])
    assert users != synthetic_users(200, ["p1", "p2"], seed=2)
    assert {one.pool for one in users} == {"p1", "p2", None}
    assert len({one.sip for one in users}) == 200


def test_lookups_do_not_slow_down_with_the_number_of_users() -> None:
    org = Org(synthetic={"count": 20000})
    started = time.perf_counter()
    for number in range(1, 501):
        assert succeeded(org.server("Get-CsUser", Identity=f"user{number:05d}@contoso.com"))
        assert succeeded(org.cloud("Get-CsOnlineUser", Identity=f"user{number:05d}@contoso.com"))
    # 1,000 lookups; a walk through 20,000 users each would take minutes.
    assert time.perf_counter() - started < 5
    assert len(sips(org.server("Get-CsUser", ResultSize=7))) == 7


def test_a_user_seed_stands_alone() -> None:
    world = build_world(Seed(users=[UserSeed("new.user@contoso.com", homing="none")]), Clock())
    (found,) = world.directory
    assert (found.person.display_name, found.sip, found.enabled, found.locator) == ("New User", "", False, "")
    (seen,) = world.tenant
    assert (seen.sip, seen.locator) == ("", None)
