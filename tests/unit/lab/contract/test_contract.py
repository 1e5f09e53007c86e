# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The contract: what each version of a module offers, and that the organisation answers all of it."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract import versions
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.call import (
    CmdletContract,
    Parameter,
    Pipeline,
)
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.loader import cmdlets
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.readings import CHOICES, Readings
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.cmdlets.catalogue import BEHAVIOURS

from tests.unit.lab.organisation.builders import Org, all_properties, server

SKYPE, TEAMS = "SkypeForBusiness", "MicrosoftTeams"
NEWEST = {SKYPE: versions.SERVER_BUILDS["SE CU1"], TEAMS: "7.8.1"}
NOTIFYING = {f"{verb}-CsTeamsUpgradePolicy" for verb in ("Get", "New", "Set", "Remove", "Grant")}


def offered(module: str, version: str | None = None, **readings: str) -> dict[str, CmdletContract]:
    if module == SKYPE and version is not None:
        version = versions.server_build(version)
    return cmdlets(module, version or NEWEST[module], Readings().chosen(readings))


def names(contract: CmdletContract, parameter_set: str | None = None) -> set[str]:
    return {
        parameter.name for one in contract.sets if parameter_set in (None, one.name) for parameter in one.parameters
    }


def parameter(contract: CmdletContract, name: str, parameter_set: str = "Identity") -> Parameter:
    (one,) = (one for one in contract.sets if one.name == parameter_set)
    return next(item for item in one.parameters if item.name == name)


@pytest.mark.parametrize("module", [SKYPE, TEAMS])
@pytest.mark.parametrize("version", ["oldest", "newest"])
def test_every_cmdlet_offered_is_answered_and_every_answer_offered(module: str, version: str) -> None:
    oldest = {SKYPE: versions.SERVER_BUILDS["2013"], TEAMS: "2.0.0"}
    contracts = offered(module, oldest[module] if version == "oldest" else None)
    assert {name.casefold() for name in contracts} <= set(BEHAVIOURS[module])
    if version == "newest":
        assert {name.casefold() for name in contracts} == set(BEHAVIOURS[module])


@pytest.mark.parametrize("module", [SKYPE, TEAMS])
def test_parameter_sets_are_sound(module: str) -> None:
    for contract in offered(module).values():
        assert contract.sets, contract.name
        for one in contract.sets:
            listed = [item.name for item in one.parameters]
            assert len(set(listed)) == len(listed), (contract.name, one.name)
            assert not {"WhatIf", "Confirm"} & set(listed), contract.name
            positions = [item.position for item in one.parameters if item.position is not None]
            assert len(set(positions)) == len(positions), (contract.name, one.name)
        assert sum(one.default for one in contract.sets) <= 1, contract.name


def test_move_cs_user_is_as_its_page_says() -> None:
    contract = offered(SKYPE)["Move-CsUser"]
    assert contract.confirm_impact == "High"
    assert [one.name for one in contract.sets if one.default] == ["Identity"]
    assert parameter(contract, "Identity") == Parameter("Identity", "UserIdParameter", True, 0, Pipeline.BOTH)
    assert parameter(contract, "Target") == Parameter("Target", "Fqdn", True, 1)
    assert parameter(contract, "UserList", "Users").mandatory
    assert "Identity" not in names(contract, "Users")
    assert "UseOAuth" not in names(contract)


@pytest.mark.parametrize(
    ("build", "there", "missing"),
    [
        (
            "2013",
            "HostedMigrationOverrideUrl Force",
            "MoveToTeams UseOAuth Report UserList AccessTokens TenantAdminUserName",
        ),
        ("2015 CU7", "Report BypassEnterpriseVoiceCheck", "MoveToTeams UseOAuth TenantAdminUserName"),
        ("2015 CU8", "MoveToTeams UseOAuth TenantAdminUserName", "AccessTokens"),
        ("2015 CU12", "MoveToTeams", "UseOAuth AccessTokens UseLegacyMode"),
        ("2015 CU13", "MoveToTeams AccessTokens UseLegacyMode", "UseOAuth"),
        ("2019 CU6", "MoveToTeams", "UseOAuth AccessTokens"),
        ("SE", "MoveToTeams AccessTokens", "UseOAuth"),
    ],
)
def test_move_cs_user_by_build(build: str, there: str, missing: str) -> None:
    found = names(offered(SKYPE, build)["Move-CsUser"])
    assert set(there.split()) <= found
    assert not set(missing.split()) & found


@pytest.mark.parametrize(
    ("build", "there"), [("2013", False), ("2015 CU7", False), ("2015 CU8", True), ("2019 RTM", True), ("SE", True)]
)
def test_notifying_needs_2015_cu8(build: str, there: bool) -> None:
    assert (set(offered(SKYPE, build)) >= NOTIFYING) is there
    assert there or not NOTIFYING & set(offered(SKYPE, build))


def test_the_patch_version_came_with_an_update_of_2015() -> None:
    assert "Get-CsServerPatchVersion" not in offered(SKYPE, "2015 RTM")
    assert "Get-CsServerPatchVersion" in offered(SKYPE, "2015 CU5")


def test_the_grant_on_premises_has_nothing_of_the_services() -> None:
    contract = offered(SKYPE)["Grant-CsTeamsUpgradePolicy"]
    assert names(contract) == {"Identity", "PolicyName", "PassThru"}
    assert contract.confirm_impact == "Medium"
    assert "DomainController" in names(offered(SKYPE, grant_domain_controller="offered")["Grant-CsTeamsUpgradePolicy"])
    assert offered(SKYPE)["Remove-CsTeamsUpgradePolicy"].confirm_impact is None


@pytest.mark.parametrize(
    ("version", "there", "missing", "impact"),
    [
        ("2.3.1", "MigrateMeetingsToTeams Global", "Force Group Rank", "Medium"),
        ("4.5.0", "MigrateMeetingsToTeams Group Rank", "Force", "Medium"),
        ("5.1.0", "MigrateMeetingsToTeams Group Force", "Tenant", "Medium"),
        ("6.6.0", "MigrateMeetingsToTeams Force MsftInternalProcessingMode", "Tenant", "Medium"),
        ("7.4.0", "Force Group", "MigrateMeetingsToTeams", None),
    ],
)
def test_the_grant_online_by_version(version: str, there: str, missing: str, impact: str | None) -> None:
    contract = offered(TEAMS, version)["Grant-CsTeamsUpgradePolicy"]
    assert set(there.split()) <= names(contract)
    assert not set(missing.split()) & names(contract)
    assert contract.confirm_impact == impact
    assert "Force" not in names(contract, "Identity")


@pytest.mark.parametrize(
    ("reading", "module", "cmdlet", "name"),
    [
        ("move_to_teams", SKYPE, "Move-CsUser", "MoveToTeams"),
        ("migrate_meetings", TEAMS, "Grant-CsTeamsUpgradePolicy", "MigrateMeetingsToTeams"),
    ],
)
def test_where_the_documents_conflict_a_reading_decides(reading: str, module: str, cmdlet: str, name: str) -> None:
    assert name in names(offered(module, None, **{reading: "offered"})[cmdlet])
    assert name not in names(offered(module, None, **{reading: "withdrawn"})[cmdlet])


@pytest.mark.parametrize(
    ("version", "there", "missing"),
    [
        ("2.3.1", "LdapFilter OU", "AccountType Sort Properties"),
        ("4.4.0", "LdapFilter", "AccountType"),
        ("4.6.0", "AccountType", "LdapFilter OU Sort"),
        ("6.6.0", "AccountType Sort SoftDeletedUsers", "Properties SoftDeletedUser"),
        ("7.4.0", "Properties SoftDeletedUser", "SoftDeletedUsers LdapFilter"),
    ],
)
def test_get_cs_online_user_by_version(version: str, there: str, missing: str) -> None:
    found = names(offered(TEAMS, version)["Get-CsOnlineUser"])
    assert set(there.split()) <= found
    assert not set(missing.split()) & found


@pytest.mark.parametrize(
    ("version", "sets"),
    [
        ("2.3.1", {"UserCredential", "AccessToken"}),
        ("4.7.1", {"UserCredential", "AccessTokens", "ServicePrincipalCertificateThumbprint"}),
        (
            "7.8.1",
            {
                *("UserCredential", "AccessTokens", "ManagedServiceLogin"),
                *("ServicePrincipalCertificate", "ServicePrincipalCertificateThumbprint"),
            },
        ),
    ],
)
def test_ways_to_sign_in_by_version(version: str, sets: set[str]) -> None:
    contract = offered(TEAMS, version)["Connect-MicrosoftTeams"]
    assert {one.name for one in contract.sets} == sets
    assert ("DisableWAM" in names(contract)) is (version == "7.8.1")


def test_closed_sets_of_values() -> None:
    contracts = offered(TEAMS)
    everything = "__AllParameterSets"
    assert parameter(contracts["Start-CsExMeetingMigration"], "SourceMeetingType", everything).values == (
        "All",
        "SfB",
        "Teams",
    )
    assert parameter(contracts["Start-CsExMeetingMigration"], "TargetMeetingType", everything).values == (
        "Current",
        "Teams",
    )
    assert contracts["Start-CsExMeetingMigration"].confirm_impact is None
    assert set(parameter(contracts["Get-CsMeetingMigrationStatus"], "State", everything).values) == {
        *("Pending", "InProgress", "Failed", "Succeeded")
    }
    # The page lists kinds of identities where values are listed elsewhere.
    assert parameter(contracts["Get-CsOnlineUser"], "Identity", everything).values == ()


def test_a_host_offers_what_all_of_its_modules_offer() -> None:
    organisation = Org(hosts=server("2019 CU8")).organisation
    commands = organisation.commands("sfb01")
    assert {commands[f"{module}\\Grant-CsTeamsUpgradePolicy"].module for module in (SKYPE, TEAMS)} == {SKYPE, TEAMS}
    assert [(one.name, one.version) for one in organisation.modules("sfb01")] == [
        (SKYPE, "7.0.2046.553"),
        (TEAMS, "6.6.0"),
    ]
    assert all(contract.module == TEAMS for contract in organisation.commands("teams01").values())


@pytest.mark.parametrize(
    ("given", "build"),
    [
        ("2019 CU6", "7.0.2046.385"),
        ("se  cu1", "7.0.2046.849"),
        ("2015 cu8", "6.0.9319.537"),
        ("7.0.2046.404", "7.0.2046.404"),
    ],
)
def test_builds_by_name(given: str, build: str) -> None:
    assert versions.server_build(given) == build


@pytest.mark.parametrize("given", ["2010", "7.0", "2019 CU99", ""])
def test_what_is_no_build(given: str) -> None:
    with pytest.raises(ValueError, match="is not a build of Skype for Business Server"):
        versions.server_build(given)


def test_versions_compare_as_numbers() -> None:
    assert versions.parse("7.0.2046.1000") > versions.parse("7.0.2046.385")
    assert versions.parse("7.8.1-preview") == (7, 8, 1)
    with pytest.raises(ValueError, match="not a version"):
        versions.parse("new")


@pytest.mark.parametrize(
    ("build", "base", "name"),
    [
        ("2013", "5.0.8308.0", "Lync Server 2013"),
        ("2015 CU12", "6.0.9319.0", "Skype for Business Server 2015"),
        ("2019 CU8", "7.0.2046.0", "Skype for Business Server 2019"),
        ("SE CU1", "7.0.2046.0", "Skype for Business Server Subscription Edition"),
    ],
)
def test_what_a_server_says_of_its_version(build: str, base: str, name: str) -> None:
    org = Org(hosts=server(build))
    assert org.server("Get-CsServerVersion").output == (f"{name} ({base}): Volume license key installed.",)
    rows = all_properties(org.server("Get-CsServerPatchVersion"))
    assert {row["Version"] for row in rows} == {versions.server_build(build)}
    assert rows[0]["ComponentName"] == f"{name}, Core Components"


def test_readings_are_checked() -> None:
    for name, choices in CHOICES.items():
        assert Readings().choice(name) in choices
    with pytest.raises(ValueError, match="there is no reading"):
        Readings().chosen({"colour": "blue"})
    with pytest.raises(ValueError, match="cannot be 'blue'"):
        Readings().chosen({"tenant_guard": "blue"})
    with pytest.raises(KeyError):
        Readings().choice("colour")
