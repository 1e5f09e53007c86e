# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls that carry out actions, on hosts that offer different things (R7, R49, R56, R62, R75)."""

from __future__ import annotations

from typing import get_args

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.acting import command_for
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.allowed_calls import cmdlets
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import (
    Action,
    GrantInBatch,
    GrantPolicy,
    GrantTenantPolicy,
    MoveUser,
    NewInstance,
    RemoveInstance,
    SetConfiguration,
    SetInstance,
    StartMeetingMigration,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Scope
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import NotOffered
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.host import Host

from tests.unit.cmdlets.hosts import online, onprem

SIP = "sip:alice@contoso.com"
CLOUD = "sipfed.online.lync.com"


def sent(action: Action, host: Host) -> dict[str, object]:
    """The parameters that an action sends to a host."""
    return dict(command_for(action, host).parameters)


@pytest.mark.parametrize(
    ("action", "host", "parameters"),
    [
        (GrantPolicy(SIP, "Islands"), online(), {"Identity": SIP, "PolicyName": "Islands", "Confirm": False}),
        # Null, and not nothing, takes an assignment away.
        (GrantPolicy(SIP, None), online(), {"Identity": SIP, "PolicyName": None, "Confirm": False}),
        (GrantPolicy(SIP, None), onprem(), {"Identity": SIP, "PolicyName": None, "Confirm": False}),
        (GrantPolicy(SIP, "Notify"), onprem(), {"Identity": SIP, "PolicyName": "Notify", "Confirm": False}),
        # Newer modules have no Confirm.
        (
            GrantPolicy(SIP, "Islands"),
            online(Grant_CsTeamsUpgradePolicy="Identity PolicyName Global Force"),
            {"Identity": SIP, "PolicyName": "Islands"},
        ),
    ],
)
def test_r7_a_policy_is_granted_or_taken_away(action: GrantPolicy, host: Host, parameters: dict[str, object]) -> None:
    assert sent(action, host) == parameters


@pytest.mark.parametrize("migrate", [True, False])
def test_r56_meetings_are_mentioned_only_to_a_module_that_knows_them(migrate: bool) -> None:
    action = GrantPolicy(SIP, "UpgradeToTeams", migrate_meetings=migrate)
    old = online(Grant_CsTeamsUpgradePolicy="Identity PolicyName Global MigrateMeetingsToTeams Confirm")
    assert sent(action, old)["MigrateMeetingsToTeams"] is migrate
    assert "MigrateMeetingsToTeams" not in sent(GrantPolicy(SIP, "UpgradeToTeams"), old)
    with pytest.raises(NotOffered) as refused:
        command_for(action, online())
    assert refused.value.reason.code == "migrate_meetings_not_offered"
    assert "ps01" in refused.value.reason.message
    assert "meeting_migration" in refused.value.reason.remedy


@pytest.mark.parametrize(
    ("offered", "parameters"),
    [
        (
            "Identity PolicyName Global Force Confirm",
            {"Global": True, "PolicyName": "SfBOnly", "Force": True, "Confirm": False},
        ),
        # Force came with module 5.1.
        ("Identity PolicyName Global Confirm", {"Global": True, "PolicyName": "SfBOnly", "Confirm": False}),
        ("Identity PolicyName Global Force", {"Global": True, "PolicyName": "SfBOnly", "Force": True}),
    ],
)
def test_r62_the_tenant_default_is_granted_with_global_and_without_a_question(
    offered: str, parameters: dict[str, object]
) -> None:
    assert sent(GrantTenantPolicy("SfBOnly"), online(Grant_CsTeamsUpgradePolicy=offered)) == parameters


@pytest.mark.parametrize(("source", "target"), [("SfB", "Teams"), ("All", "Current")])
def test_r49_both_types_of_a_conversion_are_always_sent(source: str, target: str) -> None:
    assert sent(StartMeetingMigration(SIP, source, target), online()) == {
        "Identity": SIP,
        "SourceMeetingType": source,
        "TargetMeetingType": target,
    }


def test_r49_a_module_without_a_target_type_is_not_trusted_with_its_default() -> None:
    old = online(Start_CsExMeetingMigration="Identity SourceMeetingType")
    with pytest.raises(NotOffered, match="TargetMeetingType"):
        command_for(StartMeetingMigration(SIP, "SfB", "Teams"), old)


def batch(policy: str, name: str) -> dict[str, object]:
    """The parameters of an operation for one user."""
    known = {"Identity": [SIP], "PolicyType": "TeamsUpgradePolicy", "PolicyName": policy}
    return known | {"OperationName": name, "Confirm": False}


@pytest.mark.parametrize(
    ("action", "host", "name", "parameters"),
    [
        (
            NewInstance("Notify", True),
            onprem(),
            "New-CsTeamsUpgradePolicy",
            {"Identity": "Notify", "NotifySfbUsers": True},
        ),
        (
            NewInstance("Notify", False, ""),
            onprem(New_CsTeamsUpgradePolicy="Identity NotifySfbUsers Description Confirm"),
            "New-CsTeamsUpgradePolicy",
            {"Identity": "Notify", "NotifySfbUsers": False, "Description": "", "Confirm": False},
        ),
        (
            SetInstance("Global", notify=False),
            onprem(),
            "Set-CsTeamsUpgradePolicy",
            {"Identity": "Global", "NotifySfbUsers": False, "Confirm": False},
        ),
        (
            SetInstance("Notify", description=""),
            onprem(),
            "Set-CsTeamsUpgradePolicy",
            {"Identity": "Notify", "Description": "", "Confirm": False},
        ),
        (RemoveInstance("Notify"), onprem(), "Remove-CsTeamsUpgradePolicy", {"Identity": "Notify"}),
        (
            RemoveInstance("Notify"),
            onprem(Remove_CsTeamsUpgradePolicy="Identity Confirm"),
            "Remove-CsTeamsUpgradePolicy",
            {"Identity": "Notify", "Confirm": False},
        ),
        (
            SetConfiguration("Set-CsTenantMigrationConfiguration", (("MeetingMigrationEnabled", True),)),
            online(),
            "Set-CsTenantMigrationConfiguration",
            {"MeetingMigrationEnabled": True, "Force": True, "Confirm": False},
        ),
        (
            GrantInBatch(SIP, "SfBOnly"),
            online(),
            "New-CsBatchPolicyAssignmentOperation",
            batch("SfBOnly", "sfb.teams_upgrade SfBOnly"),
        ),
        (
            GrantInBatch(SIP, None),
            online(),
            "New-CsBatchPolicyAssignmentOperation",
            batch("", "sfb.teams_upgrade"),
        ),
    ],
)
def test_other_actions_send_what_they_say(action: Action, host: Host, name: str, parameters: dict[str, object]) -> None:
    command = command_for(action, host)
    assert (command.name, dict(command.parameters)) == (name, parameters)
    assert command.name == action.cmdlet


ACTIONS: list[tuple[Action, Host]] = [
    (MoveUser(SIP, CLOUD), onprem()),
    (GrantPolicy(SIP, "Islands"), online()),
    (GrantInBatch(SIP, "Islands"), online()),
    (GrantTenantPolicy("Islands"), online()),
    (NewInstance("Notify", True), onprem()),
    (SetInstance("Notify", True), onprem()),
    (RemoveInstance("Notify"), onprem()),
    (StartMeetingMigration(SIP, "SfB", "Teams"), online()),
    (SetConfiguration("Set-CsTeamsUpgradeConfiguration", (("DownloadTeams", False),)), online()),
]


def test_every_action_is_one_call_of_the_cmdlet_it_names() -> None:
    assert {type(action) for action, _host in ACTIONS} == set(get_args(Action))
    for action, host in ACTIONS:
        command = command_for(action, host)
        assert command.name == action.cmdlet
        assert command.name in cmdlets()


@pytest.mark.parametrize(("action", "host"), ACTIONS)
def test_a_cmdlet_that_is_missing_is_named_with_its_host(action: Action, host: Host) -> None:
    bare = Host(host.name, host.side, host.projection, {})
    with pytest.raises(NotOffered) as refused:
        command_for(action, bare)
    reason = refused.value.reason
    assert (reason.code, reason.scope) == ("cmdlet_missing", Scope.ORGANISATION)
    assert reason.message == f"{host.name} does not offer {action.cmdlet}." == str(refused.value)


@pytest.mark.parametrize(
    ("action", "host", "parameter"),
    [
        (MoveUser(SIP, CLOUD, proxy_pool="pool02"), onprem(Move_CsUser="Identity Target Confirm"), "ProxyPool"),
        (
            MoveUser(SIP, CLOUD, hosted_migration_override_url="https://a"),
            onprem(Move_CsUser="Identity Target"),
            "HostedMigrationOverrideUrl",
        ),
        (MoveUser(SIP, CLOUD, discard_contacts_and_meetings=True), onprem(Move_CsUser="Identity Target"), "Force"),
        (
            MoveUser(SIP, CLOUD, credential_user="a", credential_password="s3cret"),
            onprem(Move_CsUser="Identity Target"),
            "Credential",
        ),
        (GrantPolicy(SIP, "Islands"), online(Grant_CsTeamsUpgradePolicy="Identity"), "PolicyName"),
        (GrantPolicy(SIP, None), online(Grant_CsTeamsUpgradePolicy="Identity"), "PolicyName"),
        (GrantTenantPolicy("Islands"), online(Grant_CsTeamsUpgradePolicy="Identity PolicyName"), "Global"),
    ],
)
def test_a_parameter_that_is_needed_and_missing_is_named_and_not_left_out(
    action: Action, host: Host, parameter: str
) -> None:
    with pytest.raises(NotOffered) as refused:
        command_for(action, host)
    reason = refused.value.reason
    assert (reason.code, reason.scope) == ("parameter_missing", Scope.ORGANISATION)
    assert reason.message == f"{action.cmdlet} on {host.name} does not offer the parameter {parameter}."
    assert "s3cret" not in reason.message + reason.remedy


@pytest.mark.parametrize(
    ("host", "module"),
    [(online(), "MicrosoftTeams"), (onprem(), "SkypeForBusiness"), (onprem(""), None), (online(""), None)],
)
def test_r75_a_call_names_the_module_unless_a_proxy_stands_for_it(host: Host, module: str | None) -> None:
    assert command_for(GrantPolicy(SIP, "Islands"), host).module == module
