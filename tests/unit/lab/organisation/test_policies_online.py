# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""TeamsUpgradePolicy in the tenant: the instances, what may be granted to which users, and the tenant's default."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.call import Thing

from tests.unit.lab.organisation.builders import (
    Org,
    all_properties,
    error,
    properties,
    succeeded,
    teams_module,
    user,
)

INSTANCES = {
    "Global": ("Islands", False),
    "Tag:UpgradeToTeams": ("TeamsOnly", False),
    "Tag:Islands": ("Islands", False),
    "Tag:IslandsWithNotify": ("Islands", True),
    "Tag:SfBOnly": ("SfBOnly", False),
    "Tag:SfBOnlyWithNotify": ("SfBOnly", True),
    "Tag:SfBWithTeamsCollab": ("SfBWithTeamsCollab", False),
    "Tag:SfBWithTeamsCollabWithNotify": ("SfBWithTeamsCollab", True),
    "Tag:SfBWithTeamsCollabAndMeetings": ("SfBWithTeamsCollabAndMeetings", False),
    "Tag:SfBWithTeamsCollabAndMeetingsWithNotify": ("SfBWithTeamsCollabAndMeetings", True),
}
ONLINE = {"homing": "online"}
SFB_MODES = ("Islands", "SfBOnly", "SfBWithTeamsCollab", "SfBWithTeamsCollabAndMeetings")


def test_the_instances() -> None:
    listed = all_properties(Org().cloud("Get-CsTeamsUpgradePolicy"))
    assert {one["Identity"]: (one["Mode"], one["NotifySfbUsers"]) for one in listed} == INSTANCES
    assert [one["Identity"] for one in listed if "Action" in one] == ["Tag:Islands"]


@pytest.mark.parametrize("asked", ["UpgradeToTeams", "Tag:UpgradeToTeams", "tag:upgradetoteams"])
def test_one_instance_by_any_spelling(asked: str) -> None:
    assert properties(Org().cloud("Get-CsTeamsUpgradePolicy", Identity=asked))["Mode"] == "TeamsOnly"


def test_instances_by_a_wildcard_and_one_that_is_not_there() -> None:
    org = Org()
    listed = all_properties(org.cloud("Get-CsTeamsUpgradePolicy", Filter="tag:sfbonly*"))
    assert [one["Identity"] for one in listed] == ["Tag:SfBOnly", "Tag:SfBOnlyWithNotify"]
    assert "Legacy" in error(org.cloud("Get-CsTeamsUpgradePolicy", Identity="Legacy"))


@pytest.mark.parametrize("mode", SFB_MODES)
def test_today_a_user_on_premises_may_hold_any_mode_but_teams_only(mode: str) -> None:
    org = Org(user())
    assert succeeded(org.grant("alice@contoso.com", mode))
    assert org.mode("alice@contoso.com") == mode
    assert "homed in Skype for Business Server on-premises" in error(org.grant("alice@contoso.com", "UpgradeToTeams"))
    assert org.mode("alice@contoso.com") == mode


@pytest.mark.parametrize("mode", SFB_MODES)
@pytest.mark.parametrize("homing", ["online", "cloud"])
def test_today_a_user_of_the_cloud_is_teams_only_and_nothing_else(mode: str, homing: str) -> None:
    org = Org(user(homing=homing))
    assert org.mode("alice@contoso.com") == "TeamsOnly"
    assert "only be in TeamsOnly mode" in error(org.grant("alice@contoso.com", mode))
    assert succeeded(org.grant("alice@contoso.com", "UpgradeToTeams"))
    assert succeeded(org.grant("alice@contoso.com", None))
    assert org.mode("alice@contoso.com") == "TeamsOnly"


@pytest.mark.parametrize("mode", [*SFB_MODES, "UpgradeToTeams"])
def test_in_2020_a_user_of_the_cloud_may_hold_any_mode(mode: str) -> None:
    org = Org(user(**ONLINE), profile="2020")
    assert succeeded(org.grant("alice@contoso.com", mode))
    assert org.mode("alice@contoso.com") == ("TeamsOnly" if mode == "UpgradeToTeams" else mode)


@pytest.mark.parametrize("name", ["Global", "global", "Tag:Global", "TeamsOnly", "Legacy"])
def test_global_and_unknown_names_are_no_user_policies(name: str) -> None:
    message = f'Policy "{name}" is not a user policy. You can assign only a user policy to a specific user.'
    assert error(Org(user()).grant("alice@contoso.com", name)) == message


@pytest.mark.parametrize("nothing", [None, ""])
def test_null_takes_the_grant_away(nothing: str | None) -> None:
    org = Org(user(policy="SfBOnly"), tenant={"default_policy": "SfBWithTeamsCollab"})
    org.grant("alice@contoso.com", nothing)
    assert org.online("alice@contoso.com")["TeamsUpgradePolicy"] is None
    assert org.mode("alice@contoso.com") == "SfBWithTeamsCollab"


@pytest.mark.parametrize(
    ("mode", "values"),
    [
        ("Islands", None),
        ("SfBWithTeamsCollabAndMeetings", "AllowUserChat, AllowPrivateCalling"),
        (
            "SfBWithTeamsCollab",
            "AllowUserChat, AllowPrivateCalling, AllowPrivateMeetingScheduling, AllowChannelMeetingScheduling",
        ),
    ],
)
def test_the_warning_of_what_is_ignored(mode: str, values: str | None) -> None:
    warnings = Org(user()).grant("alice@contoso.com", mode).warnings
    if values is None:
        assert warnings == []
        return
    assert list(warnings) == [
        f"The user 'alice@contoso.com' currently has enabled values for: {values}, however these values will be ignored. "
        f"This is because you are granting this user TeamsUpgradePolicy with mode={mode}, which causes the Teams client to "
        "behave as if they are disabled."
    ]


def test_a_group_comes_between_the_user_and_the_tenant() -> None:
    groups = [
        {"group": "g2", "policy": "SfBOnly", "rank": 2, "members": ["alice@contoso.com", "bob@contoso.com"]},
        {"group": "g1", "policy": "SfBWithTeamsCollab", "rank": 1, "members": ["alice@contoso.com"]},
    ]
    org = Org(user(), user("bob"), user("carl"), user("dora", policy="Islands"), tenant={"groups": groups})
    modes = [org.mode(f"{name}@contoso.com") for name in ("alice", "bob", "carl", "dora")]
    assert modes == ["SfBWithTeamsCollab", "SfBOnly", "Islands", "Islands"]
    found = properties(org.cloud("Get-CsUserPolicyAssignment", Identity="alice@contoso.com"))
    assert [one.properties["AssignmentType"] for one in found["PolicySource"]] == ["Group", "Group"]
    assert org.cloud("Get-CsUserPolicyAssignment", Identity="carl@contoso.com").output == ()
    assert "not supported" in error(org.cloud("Grant-CsTeamsUpgradePolicy", Group="g1", PolicyName="Islands"))


def test_microsofts_override_beats_everything() -> None:
    org = Org(user(policy="SfBOnly"), tenant={"override": True})
    assert org.mode("alice@contoso.com") == "TeamsOnly"
    assert properties(org.cloud("Get-CsTenant"))["TeamsUpgradeOverridePolicy"] == "UpgradeToTeams"


def test_a_read_only_tenant_takes_no_mode() -> None:
    org = Org(user(), tenant={"read_only": True})
    assert org.online("alice@contoso.com")["TeamsUpgradePolicyIsReadOnly"] == "ModeAndNotifications"
    assert "ModeAndNotifications" in error(org.grant("alice@contoso.com", "SfBOnly"))
    assert org.cloud("Grant-CsTeamsUpgradePolicy", PolicyName="SfBOnly", Global=True, Force=True).failures


def test_the_effective_mode_follows_after_the_delay_of_the_policy() -> None:
    org = Org(user(), timing={"policy": "24h"})
    org.grant("alice@contoso.com", "SfBOnly")
    found = org.online("alice@contoso.com")
    assert (found["TeamsUpgradePolicy"].text, found["TeamsUpgradeEffectiveMode"]) == ("SfBOnly", "Islands")
    assert org.later(hours=25).mode("alice@contoso.com") == "SfBOnly"


@pytest.mark.parametrize(
    ("version", "unassigned", "assigned"),
    [("2.3.1", None, "SfBOnly"), ("3.0.0", "empty", "object"), ("4.3.1", "empty", "object"), ("4.4.1", None, "object")],
)
def test_the_shape_of_a_policy_by_version(version: str, unassigned: str | None, assigned: str) -> None:
    def shape(value: Any) -> str | None:
        if isinstance(value, Thing):
            return "object" if value.properties["Name"] else "empty"
        assert value is None or isinstance(value, str)
        return value

    org = Org(user(policy="SfBOnly"), user("bob"), hosts=teams_module(version))
    found = {name: shape(org.online(f"{name}@contoso.com")["TeamsUpgradePolicy"]) for name in ("alice", "bob")}
    assert found == {"alice": assigned, "bob": unassigned}


def tenant_grant(org: Org, policy: str, **parameters: object) -> Any:
    return org.cloud("Grant-CsTeamsUpgradePolicy", PolicyName=policy, Global=True, **parameters)


def tenant_mode(org: Org) -> str:
    return str(properties(org.cloud("Get-CsTenant"))["TeamsUpgradeEffectiveMode"])


def test_the_tenants_default_reaches_those_without_a_grant() -> None:
    org = Org(user(), user("bob", policy="Islands"))
    assert succeeded(tenant_grant(org, "SfBWithTeamsCollabWithNotify", Force=True))
    assert [org.mode(f"{name}@contoso.com") for name in ("alice", "bob")] == ["SfBWithTeamsCollab", "Islands"]
    found = properties(org.cloud("Get-CsTeamsUpgradePolicy", Identity="Global"))
    assert (found["Identity"], found["Mode"], found["NotifySfbUsers"]) == ("Global", "SfBWithTeamsCollab", True)
    assert tenant_mode(org) == "SfBWithTeamsCollab"
    assert org.meetings("alice@contoso.com") == []


def test_a_change_of_the_default_asks_unless_it_is_forced() -> None:
    org = Org(user())
    assert tenant_grant(org, "SfBOnly").prompt
    assert org.cloud("Grant-CsTeamsUpgradePolicy", PolicyName="SfBOnly").prompt
    assert tenant_mode(org) == "Islands"


def test_before_force_the_switch_for_all_was_enough() -> None:
    org = Org(user(), hosts=teams_module("4.9.3"))
    assert org.cloud("Grant-CsTeamsUpgradePolicy", PolicyName="SfBOnly").prompt
    assert succeeded(tenant_grant(org, "SfBOnly"))


def test_the_guard_claims_success_and_changes_nothing() -> None:
    org = Org(user())
    outcome = tenant_grant(org, "UpgradeToTeams", Force=True)
    assert succeeded(outcome)
    (warning,) = outcome.warnings
    assert warning.startswith("*All* users in this tenant are now full Teams-only users")
    assert "This organization cannot be upgraded to TeamsOnly mode." in warning
    assert "{[lyncdiscover.contoso.com.203.0.113.10];}" in warning
    assert tenant_mode(org) == "Islands"


@pytest.mark.parametrize("lyncdiscover", ["cloud", "none"])
def test_the_guard_looks_at_dns_and_not_at_users(lyncdiscover: str) -> None:
    org = Org(user(), tenant={"domains": [{"name": "contoso.com", "lyncdiscover": lyncdiscover}]})
    assert succeeded(tenant_grant(org, "UpgradeToTeams", Force=True))
    assert tenant_mode(org) == "TeamsOnly"
    found = org.online("alice@contoso.com")
    assert (found["OnPremHostingProvider"], found["TeamsUpgradeEffectiveMode"]) == ("SRV:", "TeamsOnly")
    assert found["InterpretedUserType"] == "HybridOnpremTeamsOnlyUser"


@pytest.mark.parametrize("seed", [{"profile": "2020"}, {"readings": {"tenant_guard": "none"}}])
def test_worlds_without_a_guard(seed: dict[str, Any]) -> None:
    org = Org(user(), **seed)
    tenant_grant(org, "UpgradeToTeams", Force=True)
    assert tenant_mode(org) == "TeamsOnly"
