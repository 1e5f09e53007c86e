# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What users have by being in a group (R8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.groups import read_group_policies
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.host import Host

from tests.unit.cmdlets.hosts import online
from tests.unit.cmdlets.scripted import OK, Reply, Scripted, failing
from tests.unit.rules.builders import onprem

USER = onprem()
GROUPS, ASSIGNED = "Get-CsGroupPolicyAssignment", "Get-CsUserPolicyAssignment"
HOST = online(Get_CsGroupPolicyAssignment="GroupId PolicyType", Get_CsUserPolicyAssignment="Identity PolicyType")
SOME: Reply = {**OK, "output": [{"GroupId": "sales"}]}
NONE: Reply = {**OK, "output": []}


def by(*sources: tuple[str, str]) -> Reply:
    listed = [{"AssignmentType": kind, "PolicyName": name} for kind, name in sources]
    return {**OK, "output": [{"PolicyType": "TeamsUpgradePolicy", "PolicySource": listed}]}


@pytest.mark.parametrize(
    ("groups", "assigned", "found", "calls"),
    [
        (NONE, NONE, "", 1),
        (SOME, NONE, "", 2),
        (SOME, by(("Group", "Tag:SfBOnly"), ("Group", "Islands")), "SfBOnly", 2),
        (SOME, by(("Direct", "Islands")), "", 2),
        (SOME, failing("busy"), None, 2),
        # A source of which only its text has arrived, and a group's policy without a name.
        (SOME, {**OK, "output": [{"PolicyType": "TeamsUpgradePolicy", "PolicySource": ["PolicySource"]}]}, None, 2),
        (SOME, by(("Group", "Microsoft.Rtc.Management.UserPolicyDefinition")), None, 2),
        (failing("no"), NONE, None, 1),
    ],
)
def test_r8_groups_are_asked_for_once_and_users_only_where_there_are_any(
    groups: Reply, assigned: Reply, found: str | None, calls: int
) -> None:
    def answer(command: Mapping[str, Any]) -> Reply:
        return groups if command["name"] == GROUPS else assigned

    connection = Scripted(answer)
    assert read_group_policies(connection.remote(), HOST, [USER]) == {USER: found}
    assert len(connection.started) == calls


@pytest.mark.parametrize("host", [online(), HOST])
def test_users_who_have_an_assignment_are_not_asked_for(host: Host) -> None:
    connection = Scripted(lambda _command: NONE)
    assert read_group_policies(connection.remote(), host, [onprem(assigned="Islands"), onprem(assigned=None)]) == {}


def test_r8_each_user_is_asked_for_by_name_and_with_what_is_read() -> None:
    connection = Scripted(lambda command: SOME if command["name"] == GROUPS else NONE)
    users = [
        onprem(user_principal_name="alice@fabrikam.com"),
        onprem(user_principal_name="", sip_address="sip:bob@contoso.com"),
    ]
    read_group_policies(connection.remote(), HOST, users)
    groups, *asked = connection.started
    assert groups["parameters"] == {"PolicyType": "TeamsUpgradePolicy"}
    assert [each["parameters"] for each in asked] == [
        {"PolicyType": "TeamsUpgradePolicy", "Identity": "alice@fabrikam.com"},
        {"PolicyType": "TeamsUpgradePolicy", "Identity": "sip:bob@contoso.com"},
    ]
    assert {tuple(each["select"]) for each in asked} == {("PolicyType", "PolicyName", "PolicySource")}


def test_r8_where_no_group_can_give_anything_users_have_nothing_by_a_group() -> None:
    connection = Scripted(lambda _command: SOME)
    assert read_group_policies(connection.remote(), online(), [USER]) == {USER: ""}
    assert connection.started == []


def test_r8_one_source_that_is_no_list_counts_as_one() -> None:
    one = {"AssignmentType": "Group", "PolicyName": "SfBOnly"}
    reply = {**OK, "output": [{"PolicyType": "teamsupgradepolicy", "PolicySource": one}, {"PolicySource": [one, one]}]}
    connection = Scripted(lambda command: SOME if command["name"] == GROUPS else reply)
    assert read_group_policies(connection.remote(), HOST, [USER]) == {USER: "SfBOnly"}
