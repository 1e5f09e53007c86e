# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of calls holds what is sent to hosts, all of it and nothing else. Everything that calls a cmdlet is made to, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, get_args, get_type_hints

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.acting import command_for
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.allowed_calls import (
    BY_VERSION,
    CALLS,
    CONFIRM,
    Task,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.batches import get_operation
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.command_builder import (
    CommandBuilder,
    NotOffered,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.configurations import (
    MIGRATION,
    UPGRADE,
    read_configuration,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.deployment import read_target
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.groups import read_group_policies
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.listing import Selection, list_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.meetings import list_meetings, read_meetings
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.move_reports import read_report
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.onprem_dependencies import (
    read_onprem_dependencies,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.organisation import (
    read_deployment,
    read_whole_tenant,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.policies import read_instances
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.tenant import count_onprem_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.users import read_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.client import Remote
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
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.host import MODULES, Host, Offer
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import parse_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, Side, User

from tests.unit.cmdlets.scripted import OK, Reply, Scripted

USERS = parse_users(["alice@contoso.com", "bob@contoso.com"])
ALICE = User(USERS[0], Side.ONPREM, Homing.ONPREM, "sip:alice@contoso.com", registrar_pool="pool01.contoso.com")

ACTIONS: Mapping[tuple[Side, Task], Sequence[Action]] = {
    (Side.ONPREM, Task.NOTIFY): [
        GrantPolicy("a", "Notify"),
        NewInstance("Notify", True, "text"),
        SetInstance("Notify", True, "text"),
    ],
    (Side.ONPREM, Task.MOVE): [
        MoveUser("a", "pool", True, True, True, "admin", "secret", "https://a", "pool02", "dc01", r"D:\Reports"),
    ],
    (Side.ONPREM, Task.SETTINGS): [
        NewInstance("Notify", True, "text"),
        SetInstance("Notify", True, "text"),
        RemoveInstance("Notify"),
        SetConfiguration("Set-CsTeamsUpgradeConfiguration", (("DownloadTeams", True),)),
    ],
    (Side.ONLINE, Task.NOTIFY): [GrantPolicy("a", "IslandsWithNotify")],
    (Side.ONLINE, Task.UPGRADE): [
        GrantPolicy("a", "UpgradeToTeams", migrate_meetings=False),
        GrantInBatch("a", "UpgradeToTeams"),
        StartMeetingMigration("a", "SfB", "Teams"),
    ],
    (Side.ONLINE, Task.SETTINGS): [
        GrantTenantPolicy("Islands"),
        SetConfiguration(f"Set-{UPGRADE}", (("DownloadTeams", True), ("SfBMeetingJoinUx", "SkypeMeetingsApp"))),
        SetConfiguration(f"Set-{MIGRATION}", (("MeetingMigrationEnabled", True),)),
    ],
}
CHECKS = frozenset({"contacts", "mailbox", "conferencing"})
Read = Callable[[Remote, Host], object]
READS: Mapping[Side, Sequence[Read]] = {
    Side.ONPREM: [
        lambda remote, host: read_users(remote, host, USERS, domain_controller="dc1.contoso.com"),
        lambda remote, host: list_users(remote, host, Selection(filter="x", ldap_filter="y", ou="z")),
        lambda remote, host: read_target(remote, host, "pool01.contoso.com"),
        lambda remote, host: read_onprem_dependencies(remote, host, [ALICE], CHECKS),
        read_instances,
        lambda remote, host: read_configuration(remote, host, UPGRADE),
        read_deployment,
    ],
    Side.ONLINE: [
        lambda remote, host: read_users(remote, host, USERS),
        lambda remote, host: list_users(remote, host, Selection("x", "y", "z", account_type="User")),
        lambda remote, host: read_meetings(remote, host, [ALICE]),
        lambda remote, host: read_group_policies(remote, host, [replace(ALICE, assigned="")]),
        list_meetings,
        read_instances,
        lambda remote, host: read_configuration(remote, host, UPGRADE),
        lambda remote, host: read_configuration(remote, host, MIGRATION),
        read_whole_tenant,
        count_onprem_users,
        lambda remote, host: remote.one(get_operation("id", host)),
    ],
}


def host_with_everything(side: Side) -> Host:
    """A host that has everything the table lists, and Confirm for all of it."""
    parameters: dict[str, set[str]] = {}
    for (whose, _task), calls in CALLS.items():
        for cmdlet, names in calls.items() if whose is side else ():
            parameters.setdefault(cmdlet, {CONFIRM}).update(names)
    offers = {cmdlet: [Offer(MODULES[side], frozenset(names))] for cmdlet, names in parameters.items()}
    return Host("host", side, True, offers)


def sent_by(commands: Sequence[Mapping[str, Any]]) -> dict[str, set[str]]:
    """By cmdlet, the parameters that were sent. What comes through the pipeline is bound to Identity."""
    found: dict[str, set[str]] = {}
    for command in commands:
        names = {*command["parameters"], *(["Identity"] if command["input"] else [])} - {CONFIRM}
        found.setdefault(command["name"], set()).update(names)
    return found


def listed(side: Side, task: Task) -> dict[str, set[str]]:
    return {cmdlet: set(parameters) for cmdlet, parameters in CALLS[side, task].items()}


@pytest.mark.parametrize(("side", "task"), ACTIONS)
def test_what_a_task_writes_is_what_the_table_lists(side: Side, task: Task) -> None:
    host = host_with_everything(side)
    commands = [command_for(action, host).to_request() for action in ACTIONS[side, task]]
    if task is Task.MOVE:
        commands.append(read_report(r"D:\Reports\move.csv", host).to_request())
    assert sent_by(commands) == listed(side, task)


@pytest.mark.parametrize("side", Side)
def test_what_is_read_is_what_the_table_lists(side: Side) -> None:
    connection = Scripted(told)
    remote = connection.remote(read_only=True)
    for read in READS[side]:
        read(remote, host_with_everything(side))
    assert sent_by(connection.started) == listed(side, Task.READ)


def told(command: Mapping[str, Any]) -> Reply:
    """One user, so that there are more questions to ask; nothing otherwise, or a number so that policies are looked at."""
    user = {"SipAddress": "sip:alice@contoso.com", "HostingProvider": "SRV:"}
    rows = {
        "Get-CsUser": [user],
        "Get-CsOnlineUser": [user],
        "Get-CsDialInConferencingAccessNumber": [{"Identity": "x"}],
        "Get-CsGroupPolicyAssignment": [{"GroupId": "x"}],
    }
    return {**OK, "output": rows.get(command["name"], [])}


def test_every_task_of_each_side_is_tried() -> None:
    assert {*ACTIONS, *((side, Task.READ) for side in READS)} == set(CALLS)


def test_what_is_not_listed_is_not_sent() -> None:
    offers = {"Get-CsUser": [Offer("SkypeForBusiness", frozenset({"Credential"}))]}
    call = CommandBuilder.of("Get-CsUser", Host("host", Side.ONPREM, True, offers))
    for add in (call.with_, call.where_offered):
        with pytest.raises(LookupError, match=r"Get-CsUser -Credential is not in CALLS of _cmdlets/calls\.py: list it"):
            add(Credential="x")


@pytest.mark.parametrize("offers", [{}, {"Get-CsVoicePolicy": [Offer("SkypeForBusiness", frozenset())]}])
def test_a_cmdlet_that_is_not_listed_is_no_fault_of_the_host(offers: Mapping[str, Sequence[Offer]]) -> None:
    with pytest.raises(LookupError, match=r"Get-CsVoicePolicy is not in CALLS of _cmdlets/calls\.py: list it"):
        CommandBuilder.of("Get-CsVoicePolicy", Host("host", Side.ONPREM, True, offers))


def test_a_parameter_that_is_not_listed_is_no_fault_of_the_host() -> None:
    call = CommandBuilder.of("Get-CsUser", Host("host", Side.ONPREM, True, {"Get-CsUser": [Offer("x", frozenset())]}))
    with pytest.raises(LookupError, match="list it there under the side and task that send it, then run make jea"):
        call.with_(Credential="x")
    with pytest.raises(NotOffered, match="AccountType"):
        call.with_(AccountType="x")


def whole(kind: type[Action]) -> Action:
    """An action with a value for each of its options."""
    hints = get_type_hints(kind)
    values: dict[str, Any] = {each.name: VALUES[str(hints[each.name])] for each in fields(kind)}
    return kind(**values | SETTING.get(kind, {}))


VALUES: Mapping[str, Any] = {
    "<class 'str'>": "x",
    "str | None": "x",
    "<class 'bool'>": True,
    "bool | None": True,
    "tuple[tuple[str, object], ...]": (("DownloadTeams", True),),
}
SETTING: Mapping[type[Action], dict[str, Any]] = {SetConfiguration: {"cmdlet": f"Set-{UPGRADE}"}}
KINDS: tuple[type[Action], ...] = get_args(Action)


@pytest.mark.parametrize(
    ("kind", "option"), [(kind, each.name) for kind in KINDS for each in fields(kind) if each.name != "cmdlet"]
)
def test_every_option_of_an_action_is_sent_and_listed(kind: type[Action], option: str) -> None:
    sides = [side for (side, _task), actions in ACTIONS.items() if any(isinstance(each, kind) for each in actions)]
    assert sides, (
        f"{kind.__name__} is no action of ACTIONS in this file: add one with all its options to the task that sends it."
    )
    host = host_with_everything(sides[-1])
    action: Any = whole(kind)
    given = getattr(action, option)
    other = replace(
        action, **{option: "y" if isinstance(given, str) else () if isinstance(given, tuple) else not given}
    )
    assert command_for(action, host) != command_for(other, host), (
        f"{kind.__name__}.{option} changes nothing that is sent: send it in _cmdlets/acting.py, and list it in _cmdlets/calls.py."
    )


def test_what_depends_on_the_version_is_listed_too() -> None:
    listed_of: dict[str, set[str]] = {}
    for calls in CALLS.values():
        for cmdlet, names in calls.items():
            listed_of.setdefault(cmdlet, set()).update(names)
    assert [cmdlet for cmdlet, names in BY_VERSION.items() if not names <= listed_of[cmdlet]] == []
