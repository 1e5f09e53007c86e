# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of calls holds what is sent to hosts, all of it and nothing else. Everything that calls a cmdlet is made to, once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields, replace
from importlib import import_module
from pkgutil import iter_modules
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils import _cmdlets
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.acting import command_for
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.allowed_calls import (
    BY_VERSION,
    CALLS,
    CONFIRM,
    Task,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.batches import get_operation, list_operations
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.command_builder import CommandBuilder
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.configurations import (
    MIGRATION,
    UPGRADE,
    read_configuration,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.deployment import read_target
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.groups import read_group_policies
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.listing import Selection, list_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.meetings import (
    list_meetings,
    read_meetings,
    read_users_meetings,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.move_reports import read_report
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.onprem_dependencies import (
    read_onprem_dependencies,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.organisation import (
    read_deployment,
    read_whole_tenant,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.policies import read_instance
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.tenant import count_onprem_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.users import read_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.client import Remote
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import Action, MoveUser
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import Failure, NotOffered
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.host import MODULES, Host, Offer
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import parse_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, Side, User

from tests.unit.cmdlets.acted import ACTIONS, KINDS, SETTINGS
from tests.unit.cmdlets.scripted import OK, Reply, Scripted

USERS = parse_users(["alice@contoso.com", "bob@contoso.com"])
ALICE = User(USERS[0], Side.ONPREM, Homing.ONPREM, "sip:alice@contoso.com", registrar_pool="pool01.contoso.com")

CHECKS = frozenset({"contacts", "mailbox", "conferencing"})
Read = Callable[[Remote, Host], object]
READS: Mapping[Side, Sequence[Read]] = {
    Side.ONPREM: [
        lambda remote, host: read_users(remote, host, USERS, domain_controller="dc1.contoso.com"),
        lambda remote, host: list_users(remote, host, Selection(filter="x", ldap_filter="y", ou="z")),
        lambda remote, host: read_target(remote, host, "pool01.contoso.com"),
        lambda remote, host: read_onprem_dependencies(remote, host, [ALICE], CHECKS),
        lambda remote, host: read_instance(remote, host, "Notify"),
        lambda remote, host: read_configuration(remote, host, UPGRADE),
        read_deployment,
    ],
    Side.ONLINE: [
        lambda remote, host: read_users(remote, host, USERS),
        lambda remote, host: list_users(remote, host, Selection("x", "y", "z", account_type="User")),
        lambda remote, host: read_meetings(remote, host, [ALICE]),
        lambda remote, host: read_group_policies(remote, host, [replace(ALICE, assigned="")]),
        list_meetings,
        lambda remote, host: read_users_meetings(remote, host, USERS),
        lambda remote, host: read_configuration(remote, host, UPGRADE),
        lambda remote, host: read_configuration(remote, host, MIGRATION),
        read_whole_tenant,
        count_onprem_users,
        lambda remote, host: remote.one(get_operation("id", host)),
        lambda remote, host: remote.one(list_operations(host)),
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
    sent, allowed = sent_by(write_everything(side, task)), listed(side, task)
    assert sent == allowed, (
        f"{side.value} {task.value}: CALLS in _cmdlets/allowed_calls.py and what the actions send differ in {differing(sent, allowed)}. "
        "List there what is sent, take out what is not, and name in ACTIONS of tests/unit/cmdlets/acted.py the options that the task "
        "never gives."
    )


def write_everything(side: Side, task: Task) -> Sequence[Mapping[str, Any]]:
    """The commands of every action of a task; those of a move are followed by reading its report."""
    host = host_with_everything(side)
    actions = [action for use in ACTIONS[side, task] for action in use.actions()]
    commands = [command_for(action, host) for action in actions]
    reports = [read_report(each.report, host) for each in actions if isinstance(each, MoveUser) and each.report]
    return [command.to_request() for command in (*commands, *reports)]


@pytest.mark.parametrize("side", Side)
def test_what_is_read_is_what_the_table_lists(side: Side) -> None:
    sent, allowed = sent_by(read_everything(side)), listed(side, Task.READ)
    assert sent == allowed, (
        f"{side.value}: CALLS in _cmdlets/allowed_calls.py and what is read differ in {differing(sent, allowed)}. List there what is "
        "sent, take out what is not, and call every reader in READS of this file."
    )


def read_everything(side: Side) -> Sequence[Mapping[str, Any]]:
    """The commands of every reader."""
    connection = Scripted(reply)
    remote = connection.remote(read_only=True)
    for read in READS[side]:
        with suppress(Failure):
            read(remote, host_with_everything(side))
    return connection.started


def differing(sent: Mapping[str, set[str]], allowed: Mapping[str, set[str]]) -> list[str]:
    """The cmdlets and parameters that only one of them has."""
    one, other = ({(cmdlet, each) for cmdlet in found for each in ("", *found[cmdlet])} for found in (sent, allowed))
    return sorted(f"{cmdlet} -{parameter}" if parameter else cmdlet for cmdlet, parameter in one ^ other)


def reply(command: Mapping[str, Any]) -> Reply:
    """One user, so that there are more questions to ask, whom no filter by address finds, so that each way is tried; nothing otherwise,
    or a number so that policies are looked at.
    """
    user = {"SipAddress": "sip:alice@contoso.com", "HostingProvider": "SRV:"}
    by_filter = "alice" in f"{command['parameters'].get('LdapFilter')}{command['parameters'].get('Filter')}"
    rows = {
        "Get-CsUser": [] if by_filter else [user],
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
        with pytest.raises(
            LookupError, match=r"Get-CsUser -Credential is not in CALLS of _cmdlets/allowed_calls\.py: list it"
        ):
            add(Credential="x")


@pytest.mark.parametrize("offers", [{}, {"Get-CsVoicePolicy": [Offer("SkypeForBusiness", frozenset())]}])
def test_a_cmdlet_that_is_not_listed_is_no_fault_of_the_host(offers: Mapping[str, Sequence[Offer]]) -> None:
    with pytest.raises(LookupError, match=r"Get-CsVoicePolicy is not in CALLS of _cmdlets/allowed_calls\.py: list it"):
        CommandBuilder.of("Get-CsVoicePolicy", Host("host", Side.ONPREM, True, offers))


def test_a_parameter_that_is_not_listed_is_no_fault_of_the_host() -> None:
    call = CommandBuilder.of("Get-CsUser", Host("host", Side.ONPREM, True, {"Get-CsUser": [Offer("x", frozenset())]}))
    with pytest.raises(LookupError, match="list it there under the side and task that send it, then run make jea"):
        call.with_(Credential="x")
    with pytest.raises(NotOffered, match="AccountType"):
        call.with_(AccountType="x")


@pytest.mark.parametrize("kind", KINDS)
def test_every_action_is_one_of_a_task(kind: type[Action]) -> None:
    assert any(use.kind is kind for uses in ACTIONS.values() for use in uses), (
        f"{kind.__name__} is in no task: add it to ACTIONS in tests/unit/cmdlets/acted.py, and what it sends to CALLS in "
        "plugins/module_utils/_cmdlets/allowed_calls.py."
    )


@pytest.mark.parametrize(
    ("kind", "option"), [(kind, each.name) for kind in KINDS for each in fields(kind) if each.name != "cmdlet"]
)
def test_every_option_of_an_action_is_sent(kind: type[Action], option: str) -> None:
    uses = [
        (side, use)
        for (side, _task), found in ACTIONS.items()
        for use in found
        if use.kind is kind and option not in use.without
    ]
    assert uses, f"No task gives {kind.__name__}.{option}: tests/unit/cmdlets/acted.py leaves it out everywhere."
    side, use = uses[-1]
    action: Any = next(use.actions())
    given = getattr(action, option)
    other = replace(
        action, **{option: "y" if isinstance(given, str) else () if isinstance(given, tuple) else not given}
    )
    host = host_with_everything(side)
    assert command_for(action, host) != command_for(other, host), (
        f"{kind.__name__}.{option} changes nothing that is sent: send it in _cmdlets/acting.py, and list it in _cmdlets/allowed_calls.py."
    )


def test_every_setting_that_is_read_can_be_set() -> None:
    connection = Scripted(lambda _command: {**OK, "output": [{"Identity": "Global"}]})
    read = read_configuration(connection.remote(), host_with_everything(Side.ONLINE), UPGRADE)
    assert {name for names in SETTINGS.values() for name in names} == set(read), (
        "A property of a configuration is missing in SETTINGS of tests/unit/cmdlets/acted.py."
    )


# What only says something of a host calls nothing on it.
SENTENCES = ("str", "bool", "Reason", "Reason | None")


def functions() -> Iterator[tuple[str, FunctionType]]:
    """Every function of _cmdlets that is given a host, and every method of a class that is: what may call a cmdlet."""
    for found in iter_modules(_cmdlets.__path__, f"{_cmdlets.__name__}."):
        module = import_module(found.name)
        classes = [each for each in vars(module).values() if isinstance(each, type) and each is not CommandBuilder]
        for owner in (module, *classes):
            holds_host = "Host" in hints(vars(owner).get("__init__")).values()
            for name, each in vars(owner).items():
                function = getattr(each, "__func__", each)
                if not isinstance(function, FunctionType) or function.__module__ != module.__name__:
                    continue
                if hints(function).get("return") not in SENTENCES and (
                    holds_host or "Host" in hints(function).values()
                ):
                    yield f"{found.name.rpartition('.')[2]}.py: {name}", function


def hints(function: object) -> Mapping[str, str]:
    """The annotations of a function, as they are written."""
    return {name: str(hint) for name, hint in getattr(function, "__annotations__", {}).items()}


def test_every_function_that_may_call_a_cmdlet_is_called_here() -> None:
    called: set[CodeType] = set()

    def note(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            called.add(frame.f_code)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        for side in Side:
            read_everything(side)
        for side, task in ACTIONS:
            write_everything(side, task)
    finally:
        sys.setprofile(before)
    missing = [name for name, function in functions() if function.__code__ not in called]
    assert not missing, (
        f"{missing} may call a cmdlet and is not called by READS or ACTIONS: add a call of it to READS in "
        "tests/unit/cmdlets/test_allowed_calls.py, so that what it sends is compared with _cmdlets/allowed_calls.py."
    )


def test_what_depends_on_the_version_is_listed_too() -> None:
    listed_of: dict[str, set[str]] = {}
    for calls in CALLS.values():
        for cmdlet, names in calls.items():
            listed_of.setdefault(cmdlet, set()).update(names)
    assert [cmdlet for cmdlet, names in BY_VERSION.items() if not names <= listed_of[cmdlet]] == []
