# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The deployment and the tenant as a whole, each from what its host answers (R9, R16, R17, R45, R48, R53, section 2.1)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.organisation import (
    read_deployment,
    read_whole_tenant,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import NotOffered
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.host import Host
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode, PolicyInstance
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.target import HostingProvider
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.version import Version

from tests.unit.cmdlets.hosts import online, onprem
from tests.unit.cmdlets.scripted import Reply, Scripted, answering, failing
from tests.unit.sentences import sound

BROKEN = failing("It does not answer.")
EDGE = {
    "AllowOutsideUsers": True,
    "AllowFederatedUsers": False,
    "EnablePartnerDiscovery": "True",
    "BeClearingHouse": True,
}
NO_EDGE = dict.fromkeys(("AllowOutsideUsers", "AllowFederatedUsers", "EnablePartnerDiscovery"))
SERVER = onprem(
    Get_CsHostingProvider="Identity",
    Get_CsAccessEdgeConfiguration="Identity Filter",
    Get_CsTeamsUpgradeConfiguration="Identity",
    Get_CsTeamsUpgradePolicy="Identity",
    Get_CsServerPatchVersion="",
    Get_Module="Name ListAvailable",
)
PROVIDER = {"ProxyFqdn": "sipfed.online.lync.com", "Enabled": True, "EnabledSharedAddressSpace": True}


def deployment(**replies: list[dict[str, Any]] | Reply) -> Scripted:
    """A deployment in order, but for these answers."""
    well: dict[str, list[dict[str, Any]] | Reply] = {
        "Get_CsHostingProvider": [PROVIDER],
        "Get_CsAccessEdgeConfiguration": [EDGE],
        "Get_CsTeamsUpgradeConfiguration": [{"Identity": "Global", "DownloadTeams": True}],
        "Get_CsServerPatchVersion": [{"ComponentName": "Core Components", "Version": "7.0.2046.385"}],
        "Get_Module": [{"Version": "6.2.1"}],
    }
    return answering(**{**well, **replies})


def test_what_a_deployment_answers_is_read() -> None:
    host = deployment()
    found = read_deployment(host.remote(), SERVER)
    assert (found.server.build, found.server.teams_module) == (Version.find("7.0.2046.385"), Version.find("6.2.1"))
    assert found.providers == (HostingProvider("sipfed.online.lync.com", enabled=True, shared=True),)
    assert found.edge == {"AllowOutsideUsers": True, "AllowFederatedUsers": False, "EnablePartnerDiscovery": True}
    assert (found.can_notify, found.download_teams) == (True, True)
    # Parameter sets without a default would not bind.
    edge = next(each for each in host.started if each["name"] == "Get-CsAccessEdgeConfiguration")
    assert edge["parameters"] == {"Identity": "Global"}


@pytest.mark.parametrize(
    ("replies", "fact", "value"),
    [
        ({"Get_CsAccessEdgeConfiguration": []}, "edge", NO_EDGE),
        ({"Get_CsAccessEdgeConfiguration": BROKEN}, "edge", NO_EDGE),
        ({"Get_CsAccessEdgeConfiguration": [{"AllowOutsideUsers": None}]}, "edge", NO_EDGE),
        ({"Get_CsTeamsUpgradeConfiguration": [{"DownloadTeams": False}]}, "download_teams", False),
        ({"Get_CsTeamsUpgradeConfiguration": BROKEN}, "download_teams", None),
        ({"Get_CsHostingProvider": []}, "providers", ()),
    ],
)
def test_r11_what_a_deployment_does_not_answer_stays_unread(replies: Any, fact: str, value: object) -> None:
    found = read_deployment(deployment(**replies).remote(), SERVER)
    assert getattr(found, fact) == value


def test_r16_why_providers_cannot_be_read_is_kept() -> None:
    found = read_deployment(deployment(Get_CsHostingProvider=BROKEN).remote(), SERVER)
    assert isinstance(found.providers, Reason)
    assert found.providers.code == "target_unknown"
    # Only what moves users has to have it.
    lacking = read_deployment(deployment().remote(), onprem())
    assert isinstance(lacking.providers, Reason)
    assert (lacking.providers.code, "hosting_provider" in sound(lacking.providers.message)) == ("check_unread", True)
    assert (lacking.edge, lacking.download_teams, lacking.server.build) == (NO_EDGE, None, None)


NEW, GET = "New_CsTeamsUpgradePolicy", "Get_CsTeamsUpgradePolicy"


@pytest.mark.parametrize(
    ("cmdlets", "projection", "can"),
    [
        ({NEW: "Identity"}, True, True),
        ({NEW: None, GET: "Identity"}, True, False),
        # An endpoint for reading shows no cmdlet that writes; both came with the same update.
        ({NEW: None, GET: "Identity"}, False, True),
        ({NEW: "Identity", GET: None}, False, False),
    ],
)
def test_r45_a_server_that_has_instances_can_notify(
    cmdlets: dict[str, str | None], projection: bool, can: bool
) -> None:
    host = replace(onprem(**cmdlets), projection=projection)
    assert read_deployment(deployment().remote(), host).can_notify is can


TENANT = online(
    Get_CsTenant="",
    Get_CsTenantFederationConfiguration="Identity Filter",
    Get_CsTenantMigrationConfiguration="Identity",
    Get_CsTeamsUpgradePolicy="Identity",
)


def tenant(**replies: list[dict[str, Any]] | Reply) -> Scripted:
    """A tenant in order, but for these answers."""
    well: dict[str, list[dict[str, Any]] | Reply] = {
        "Get_CsTenant": [{"TeamsUpgradeOverridePolicy": None, "TeamsUpgradePolicyIsReadOnly": "None"}],
        "Get_CsTenantFederationConfiguration": [{"SharedSipAddressSpace": True}],
        "Get_CsTenantMigrationConfiguration": [{"MeetingMigrationEnabled": True}],
        "Get_CsTeamsUpgradePolicy": [{"Identity": "Global", "Mode": "SfBOnly"}],
    }
    return answering(**{**well, **replies})


def test_what_a_tenant_answers_is_read() -> None:
    host = tenant()
    found = read_whole_tenant(host.remote(), TENANT)
    assert found.default == PolicyInstance("Global", Mode.SFB_ONLY, notify=False)
    assert (found.shared_sip_address_space, found.meeting_migration_enabled) == (True, True)
    assert (found.override_policy, found.policy_read_only) == (None, "None")
    asked = {each["name"]: (each["parameters"], each["select"]) for each in host.started}
    assert asked["Get-CsTenantFederationConfiguration"] == ({"Identity": "Global"}, None)
    assert asked["Get-CsTenant"] == ({}, ["*"])


@pytest.mark.parametrize(
    ("replies", "fact", "value"),
    [
        (
            {"Get_CsTenantFederationConfiguration": [{"SharedSipAddressSpace": False}]},
            "shared_sip_address_space",
            False,
        ),
        ({"Get_CsTenantFederationConfiguration": []}, "shared_sip_address_space", None),
        ({"Get_CsTenantFederationConfiguration": BROKEN}, "shared_sip_address_space", None),
        (
            {"Get_CsTenantMigrationConfiguration": [{"MeetingMigrationEnabled": False}]},
            "meeting_migration_enabled",
            False,
        ),
        ({"Get_CsTenantMigrationConfiguration": BROKEN}, "meeting_migration_enabled", None),
        ({"Get_CsTenant": [{"TeamsUpgradeOverridePolicy": "UpgradeToTeams"}]}, "override_policy", "UpgradeToTeams"),
        (
            {"Get_CsTenant": [{"TeamsUpgradeOverridePolicy": {"Name": "UpgradeToTeams"}}]},
            "override_policy",
            "UpgradeToTeams",
        ),
        (
            {"Get_CsTenant": [{"TeamsUpgradePolicyIsReadOnly": "ModeAndNotifications"}]},
            "policy_read_only",
            "ModeAndNotifications",
        ),
        ({"Get_CsTenant": [{}]}, "policy_read_only", None),
        ({"Get_CsTenant": []}, "policy_read_only", None),
        ({"Get_CsTenant": BROKEN}, "override_policy", None),
        ({"Get_CsTenant": BROKEN}, "policy_read_only", None),
    ],
)
def test_r11_what_a_tenant_does_not_answer_stays_unread(replies: Any, fact: str, value: object) -> None:
    assert getattr(read_whole_tenant(tenant(**replies).remote(), TENANT), fact) == value


def test_r19_why_the_default_cannot_be_read_is_kept() -> None:
    found = read_whole_tenant(tenant(Get_CsTeamsUpgradePolicy=BROKEN).remote(), TENANT)
    assert isinstance(found.default, Reason)
    assert found.default.code == "instances_unknown"


def test_a_tenant_is_read_only_where_its_policies_can_be() -> None:
    with pytest.raises(NotOffered):
        read_whole_tenant(tenant().remote(), online())
    bare = online(Get_CsTeamsUpgradePolicy="Identity")
    found = read_whole_tenant(tenant().remote(), bare)
    facts = (
        found.shared_sip_address_space,
        found.meeting_migration_enabled,
        found.override_policy,
        found.policy_read_only,
    )
    assert facts == (None, None, None, None)


def test_an_identity_is_left_out_where_the_cmdlet_has_none() -> None:
    bare: Host = online(Get_CsTeamsUpgradePolicy="Identity", Get_CsTenantFederationConfiguration="Tenant")
    host = tenant()
    assert read_whole_tenant(host.remote(), bare).shared_sip_address_space is True
    assert next(each for each in host.started if "Federation" in each["name"])["parameters"] == {}
