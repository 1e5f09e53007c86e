# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls that carry out actions, on hosts that offer different things (R7, R24, R32 to R34, R49, R56, R62, R75)."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.acting import CMDLETS, command_for
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.calling import NotOffered
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
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.host import Host
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._remote import Credential
from hypothesis import given
from hypothesis import strategies as st

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


BARE_MOVE = {"Identity": SIP, "Target": CLOUD, "MoveToTeams": True, "Confirm": False}


@pytest.mark.parametrize(
    ("options", "more"),
    [
        ({}, {}),
        (
            {"credential_user": "admin@contoso.com", "credential_password": "s3cret"},
            {"Credential": Credential("admin@contoso.com", "s3cret")},
        ),
        ({"credential_user": "admin@contoso.com"}, {}),
        ({"hosted_migration_override_url": "https://admin1a"}, {"HostedMigrationOverrideUrl": "https://admin1a"}),
        ({"proxy_pool": "pool02"}, {"ProxyPool": "pool02"}),
        ({"domain_controller": "dc1"}, {"DomainController": "dc1"}),
        ({"without_telephony": True}, {"BypassEnterpriseVoiceCheck": True}),
        ({"discard_contacts_and_meetings": True}, {"Force": True}),
    ],
)
def test_r32_a_move_sends_what_was_asked_for_and_nothing_else(options: dict[str, Any], more: dict[str, object]) -> None:
    assert sent(MoveUser(SIP, CLOUD, **options), onprem()) == BARE_MOVE | more


@pytest.mark.parametrize(
    ("to_teams", "host", "parameters"),
    [
        (True, onprem(), BARE_MOVE),
        (False, onprem(), {"Identity": SIP, "Target": CLOUD, "Confirm": False}),
        (
            True,
            onprem(Move_CsUser="Identity Target Credential Confirm"),
            {"Identity": SIP, "Target": CLOUD, "Confirm": False},
        ),
        (True, onprem("", Move_CsUser="Identity Target"), {"Identity": SIP, "Target": CLOUD}),
    ],
)
def test_r32_move_to_teams_is_sent_where_it_is_asked_for_and_offered(
    to_teams: bool, host: Host, parameters: dict[str, object]
) -> None:
    assert sent(MoveUser(SIP, CLOUD, to_teams=to_teams), host) == parameters


moves = st.builds(
    MoveUser,
    st.just(SIP),
    st.sampled_from([CLOUD, "pool01.contoso.com"]),
    to_teams=st.booleans(),
    without_telephony=st.booleans(),
    discard_contacts_and_meetings=st.booleans(),
    credential_user=st.none() | st.just("admin@contoso.com"),
    credential_password=st.none() | st.just("s3cret"),
    hosted_migration_override_url=st.none() | st.just("https://admin1a"),
    proxy_pool=st.none() | st.just("pool02"),
    domain_controller=st.none() | st.just("dc1"),
)


@given(moves)
def test_r33_force_means_data_loss_and_is_sent_for_nothing_else(move: MoveUser) -> None:
    parameters = sent(move, onprem())
    assert ("Force" in parameters) is move.discard_contacts_and_meetings
    assert ("BypassEnterpriseVoiceCheck" in parameters) is move.without_telephony
    # R23: never by default, and there is no option for it.
    assert not {"BypassAudioConferencingCheck", "UseOAuth", "Report"} & set(parameters)


@given(moves)
def test_r34_a_move_never_asks_for_confirmation(move: MoveUser) -> None:
    assert sent(move, onprem())["Confirm"] is False


def test_r78_a_password_is_in_no_text_of_a_command() -> None:
    command = command_for(MoveUser(SIP, CLOUD, credential_user="admin", credential_password="s3cret"), onprem())
    assert "s3cret" not in repr(command)
    assert command.as_json()["parameters"] == BARE_MOVE | {
        "Credential": {"type": "credential", "user": "admin", "password": "s3cret"}
    }


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
            SetConfiguration("Set-CsTenantMigrationConfiguration", (("MeetingMigrationEnabled", True),)),
            online(),
            "Set-CsTenantMigrationConfiguration",
            {"MeetingMigrationEnabled": True, "Force": True, "Confirm": False},
        ),
        (
            GrantInBatch(SIP, "SfBOnly"),
            online(),
            "New-CsBatchPolicyAssignmentOperation",
            {"Identity": [SIP], "PolicyType": "TeamsUpgradePolicy", "PolicyName": "SfBOnly", "Confirm": False},
        ),
        (
            GrantInBatch(SIP, None),
            online(),
            "New-CsBatchPolicyAssignmentOperation",
            {"Identity": [SIP], "PolicyType": "TeamsUpgradePolicy", "PolicyName": "", "Confirm": False},
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
        assert command.name in CMDLETS


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
