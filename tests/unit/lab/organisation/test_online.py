# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tenant: its users in each version's shape, its settings."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.lab.organisation.builders import (
    Org,
    all_properties,
    error,
    properties,
    sips,
    succeeded,
    teams_module,
    user,
)

ALICE = "alice@contoso.com"


@pytest.mark.parametrize("identity", ["sip:ALICE@contoso.com", "alice@contoso.com", "alice"])
def test_identities(identity: str) -> None:
    org = Org(user(name="Alice Adler"))
    assert org.online(identity)["DisplayName"] == "Alice Adler"
    assert org.online(org.online(identity)["Identity"].upper())["DisplayName"] == "Alice Adler"


@pytest.mark.parametrize(("version", "found"), [("2.3.1", True), ("3.0.0", False)])
def test_display_names_named_users_in_old_modules_only(version: str, found: bool) -> None:
    org = Org(user(name="Alice Adler"), hosts=teams_module(version))
    assert succeeded(org.cloud("Get-CsOnlineUser", Identity="Alice Adler")) is found
    assert "not found" in error(org.cloud("Get-CsOnlineUser", Identity="Alice*"))


def test_the_names_of_properties_changed_with_three() -> None:
    old = Org(user(validation_errors=["x"]), hosts=teams_module("2.3.1")).online(ALICE)
    new = Org(user(validation_errors=["x"])).online(ALICE)
    assert {"ObjectId", "FirstName", "Enabled", "DirSyncEnabled", "MCOValidationError"} <= old.keys() - new.keys()
    assert {
        "GivenName",
        "IsSipEnabled",
        "UserDirSyncEnabled",
        "UserValidationErrors",
        "FeatureTypes",
    } <= new.keys() - old.keys()
    assert old["ObjectId"] == new["Identity"]
    assert old["Identity"].startswith("CN=")
    assert "EffectivePolicyAssignments" in Org(user(), hosts=teams_module("7.4.0")).online(ALICE)
    assert "EffectivePolicyAssignments" not in new


@pytest.mark.parametrize(
    ("version", "readings", "shape"),
    [("2.3.1", {}, "xml"), ("6.6.0", {}, "objects"), ("6.6.0", {"assigned_plan": "json"}, "json")],
)
def test_the_shape_of_licences(version: str, readings: dict[str, str], shape: str) -> None:
    org = Org(user(licences=["Teams", "MCOEV"]), hosts=teams_module(version), readings=readings)
    plans = org.online(ALICE)["AssignedPlan"]
    if shape == "xml":
        assert [plan.count('Capability Plan="Teams"') for plan in plans] == [1, 0]
    elif shape == "json":
        assert [one["Capability"] for one in json.loads(plans)] == ["Teams", "MCOEV"]
    else:
        assert [one.properties["Capability"] for one in plans] == ["Teams", "MCOEV"]
        assert org.online(ALICE)["FeatureTypes"] == ["Teams", "PhoneSystem"]


PEOPLE = (
    user(),
    user("moved", homing="online", policy="UpgradeToTeams"),
    user("born", homing="cloud"),
    user("bare", homing="cloud", licences=[]),
    user("unsynced", synced=False),
    user("guest", homing="cloud", account_type="Guest"),
    user("gone", homing="cloud", deleted="2026-11-01T00:00:00Z"),
    user("aa", homing="cloud", account_type="ResourceAccount"),
)
EVERYBODY = ["aa", "alice", "bare", "born", "gone", "guest", "moved"]


def listed(**parameters: object) -> list[str]:
    return sips(Org(*PEOPLE).cloud("Get-CsOnlineUser", **parameters))


def test_a_listing_holds_guests_and_deleted_ones_but_nobody_unsynchronised() -> None:
    assert listed() == EVERYBODY
    assert "not found" in error(Org(*PEOPLE).cloud("Get-CsOnlineUser", Identity="unsynced@contoso.com"))


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"AccountType": "SfBOnPremUser"}, ["alice"]),
        ({"AccountType": "User"}, ["born", "gone", "moved"]),
        ({"AccountType": "IneligibleUser"}, ["bare"]),
        ({"SoftDeletedUsers": True}, ["gone"]),
        ({"ResultSize": 1}, ["alice"]),
        ({"Filter": "OnPremHostingProvider -ne $null"}, ["alice", "moved"]),
        ({"Filter": "OnPremHostingProvider -eq 'SRV:'"}, ["alice"]),
        (
            {"Filter": "AccountType -ne 'Guest' -and SoftDeletionTimestamp -eq $null"},
            ["aa", "alice", "bare", "born", "moved"],
        ),
        (
            {"Filter": "FeatureTypes -contains 'Teams' -and UserPrincipalName -like '*o*@contoso.com'"},
            "born gone moved".split(),
        ),
        ({"Filter": "TeamsUpgradePolicy -eq 'Host:UpgradeToTeams'"}, ["moved"]),
        ({"Filter": "TeamsUpgradePolicy -eq ' ' -and OnPremHostingProvider -eq 'SRV:'"}, ["alice"]),
        ({"Filter": "WhenCreated -lt '2026-10-01'"}, EVERYBODY),
        ({"Filter": "WhenCreated -gt '2026-10-01T00:00:00Z'"}, []),
    ],
)
def test_what_narrows_a_listing(parameters: dict[str, Any], found: list[str]) -> None:
    assert listed(**parameters) == found


@pytest.mark.parametrize(
    "text",
    [
        "TeamsUpgradeEffectiveMode -eq 'TeamsOnly'",
        "InterpretedUserType -like 'Hybrid*'",
        "-not (AccountType -eq 'User')",
        "DisplayName -notlike 'A*'",
    ],
)
def test_what_cannot_be_filtered(text: str) -> None:
    assert "Cannot parse the filter" in error(Org(*PEOPLE).cloud("Get-CsOnlineUser", Filter=text))


def test_wildcards_of_middle_versions_stand_at_the_end_only() -> None:
    org = Org(*PEOPLE, hosts=teams_module("4.9.3"))
    assert sips(org.cloud("Get-CsOnlineUser", Filter="UserPrincipalName -like 'bor*'")) == ["born"]
    assert "at the end" in error(org.cloud("Get-CsOnlineUser", Filter="UserPrincipalName -like '*n@contoso.com'"))


def test_chosen_properties_and_none_of_the_policies() -> None:
    org = Org(user(), hosts=teams_module("7.4.0"))
    found = properties(org.cloud("Get-CsOnlineUser", Identity=ALICE, Properties="SipAddress,teamsUpgradeEffectiveMode"))
    assert set(found) == {
        *("Identity", "UserPrincipalName", "Alias", "AccountEnabled", "DisplayName"),
        *("SipAddress", "TeamsUpgradeEffectiveMode"),
    }
    assert "Colour" in error(org.cloud("Get-CsOnlineUser", Identity=ALICE, Properties="Colour"))
    assert "TeamsUpgradePolicy" not in properties(org.cloud("Get-CsOnlineUser", Identity=ALICE, SkipUserPolicies=True))


@pytest.mark.parametrize(
    ("facts", "version", "text"),
    [
        ({}, "6.6.0", "HybridOnpremSfBUserWithTeamsLicense"),
        ({"licences": []}, "6.6.0", "HybridOnpremSfBUserNotLicensedForService"),
        ({"validation_errors": ["x"]}, "6.6.0", "HybridOnpremSfBUserWithTeamsLicenseWithMCOValidationError"),
        ({"homing": "online"}, "6.6.0", "HybridOnlineTeamsOnlyUser"),
        ({"homing": "cloud"}, "6.6.0", "DirSyncEnabledOnlineTeamsOnlyUser"),
        ({"homing": "cloud"}, "2.3.1", "AADConnectEnabledOnlineTeamsOnlyUser"),
        ({"homing": "cloud", "account_type": "ResourceAccount"}, "6.6.0", "PureOnlineApplicationInstance"),
        ({"enabled": False}, "6.6.0", "HybridOnpremActiveDirectoryDisabledUser"),
        ({"interpreted_user_type": "SomethingNew"}, "6.6.0", "SomethingNew"),
    ],
)
def test_the_interpreted_type(facts: dict[str, Any], version: str, text: str) -> None:
    assert Org(user(**facts), hosts=teams_module(version)).online(ALICE)["InterpretedUserType"] == text


def test_the_settings_of_the_tenant() -> None:
    org = Org(user(homing="online"))
    assert properties(org.cloud("Get-CsTenantFederationConfiguration"))["SharedSipAddressSpace"] is True
    org.cloud("Set-CsTenantFederationConfiguration", SharedSipAddressSpace=False)
    assert properties(org.cloud("Get-CsTenantFederationConfiguration"))["SharedSipAddressSpace"] is False
    org.cloud("Set-CsTeamsUpgradeConfiguration", DownloadTeams=False, SfBMeetingJoinUx="SkypeMeetingsApp")
    found = properties(org.cloud("Get-CsTeamsUpgradeConfiguration"))
    assert (found["DownloadTeams"], found["SfBMeetingJoinUx"]) == (False, "SkypeMeetingsApp")
    assert len(all_properties(org.cloud("Get-CsOnlineSipDomain", DomainStatus="Enabled"))) == 2
    org.cloud("Disable-CsOnlineSipDomain", Domain="contoso.com")
    assert properties(org.cloud("Get-CsOnlineSipDomain", Domain="contoso.com"))["Status"] == "Disabled"
    assert org.online(ALICE)["SipAddress"] == ""


@pytest.mark.parametrize(("version", "old"), [("2.3.1", True), ("6.6.0", False)])
def test_the_tenant_lost_its_identity_with_three(version: str, old: bool) -> None:
    found = properties(Org(hosts=teams_module(version)).cloud("Get-CsTenant"))
    assert {"Identity", "ObjectId", "RegistrarPool"} <= found.keys() if old else "Identity" not in found
    assert (found["TeamsUpgradeEffectiveMode"], found["ServiceInstance"]) == (
        "Islands",
        "MicrosoftCommunicationsOnline/NOAM-4A-S7",
    )


def test_groups_are_listed_and_removed_but_never_given_this_policy() -> None:
    groups = [
        {"group": "g1", "policy": "SfBOnly", "members": [ALICE]},
        {"group": "g2", "policy": "Islands", "members": []},
    ]
    org = Org(user(), tenant={"groups": groups})
    assert [one["PolicyName"] for one in all_properties(org.cloud("Get-CsGroupPolicyAssignment"))] == [
        "SfBOnly",
        "Islands",
    ]
    kind = {"PolicyType": "TeamsUpgradePolicy"}
    assert "not supported" in error(
        org.cloud("New-CsGroupPolicyAssignment", GroupId="g3", PolicyName="Islands", **kind)
    )
    org.cloud("Remove-CsGroupPolicyAssignment", GroupId="G1", **kind)
    assert properties(org.cloud("Get-CsGroupPolicyAssignment", **kind))["GroupId"] == "g2"
    assert org.mode(ALICE) == "Islands"


def test_telephony_is_set_in_the_tenant() -> None:
    org = Org(user(homing="online"))
    org.cloud("Set-CsUser", Identity=ALICE, EnterpriseVoiceEnabled=True, LineURI="tel:+331")
    assert (org.online(ALICE)["EnterpriseVoiceEnabled"], org.online(ALICE)["LineUri"]) == (True, "tel:+331")


def test_what_is_not_there_in_the_tenant() -> None:
    org = Org()
    assert "fabrikam.com" in error(org.cloud("Enable-CsOnlineSipDomain", Domain="fabrikam.com"))
    assert "elsewhere" in error(org.cloud("Set-CsTenantFederationConfiguration", Identity="elsewhere"))
    for cmdlet in (
        "Grant-CsTeamsUpgradePolicy",
        "Start-CsExMeetingMigration",
        "Get-CsUserPolicyAssignment",
        "Set-CsUser",
    ):
        assert "not found" in error(org.cloud(cmdlet, Identity="nobody@contoso.com"))
    assert succeeded(org.cloud("Set-TeamsEnvironmentConfig", TeamsEnvironmentName="TeamsChina"))


def test_a_cmdlet_that_is_not_simulated() -> None:
    assert "does not simulate MicrosoftTeams\\Get-CsPetPolicy" in error(Org().cloud("Get-CsPetPolicy"))
