# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The instances of TeamsUpgradePolicy that a host lists, and the tenant's default (R6, R11, A.1)."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.policies import (
    read_instance,
    read_instances,
    read_tenant_default,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.client import Remote
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import Failure, read_or_reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.host import Host
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode, PolicyInstance

from tests.unit.cmdlets.hosts import online, onprem
from tests.unit.cmdlets.scripted import Reply, answering, failing
from tests.unit.sentences import sound, whole

HOST = online(Get_CsTeamsUpgradePolicy="Identity Filter")
ONPREM = onprem(Get_CsTeamsUpgradePolicy="Identity Filter")
Rows = list[dict[str, Any]]
ROW = {"Identity": "Global", "Mode": "Islands", "NotifySfbUsers": False, "Description": "Either client"}


def instances(remote: Remote, host: Host) -> list[PolicyInstance] | tuple[str, str]:
    """The instances, or code and message of the reason why they are not known."""
    found = read_or_reason(read_instances, remote, host)
    return (found.code, sound(found.message)) if isinstance(found, Reason) else found


def default(remote: Remote, host: Host) -> PolicyInstance | tuple[str, str]:
    """The tenant's default, or code and message of the reason why it is not known."""
    found = read_or_reason(read_tenant_default, remote, host)
    return (found.code, sound(found.message)) if isinstance(found, Reason) else found


@pytest.mark.parametrize(
    ("row", "instance"),
    [
        (ROW, PolicyInstance("Global", Mode.ISLANDS, False, "Either client")),
        (
            {**ROW, "Identity": "Tag:UpgradeToTeams"},
            PolicyInstance("UpgradeToTeams", Mode.ISLANDS, False, "Either client"),
        ),
        # Documents spell modes in two ways; one that is not known is none.
        (
            {**ROW, "Mode": "sfbwithTeamsCollab"},
            PolicyInstance("Global", Mode.SFB_WITH_TEAMS_COLLAB, False, "Either client"),
        ),
        ({**ROW, "Mode": "Legacy"}, PolicyInstance("Global", None, False, "Either client")),
        ({**ROW, "NotifySfbUsers": "True"}, PolicyInstance("Global", Mode.ISLANDS, True, "Either client")),
        ({**ROW, "NotifySfbUsers": True}, PolicyInstance("Global", Mode.ISLANDS, True, "Either client")),
        ({**ROW, "NotifySfbUsers": None}, PolicyInstance("Global", Mode.ISLANDS, False, "Either client")),
        ({**ROW, "Description": None}, PolicyInstance("Global", Mode.ISLANDS, False, "")),
        # On-prem instances have no mode, and sites and pools have some of their own.
        ({"Identity": "site:Redmond", "NotifySfbUsers": True}, PolicyInstance("site:Redmond", None, True, "")),
        ({"Identity": "", "Mode": "Islands"}, PolicyInstance("Global", Mode.ISLANDS, False, "")),
        ({"Mode": "TeamsOnly"}, PolicyInstance("Global", Mode.TEAMS_ONLY, False, "")),
    ],
)
def test_r6_an_instance_is_what_its_object_shows(row: dict[str, Any], instance: PolicyInstance) -> None:
    host = answering(Get_CsTeamsUpgradePolicy=[row])
    assert instances(host.remote(), HOST) == [instance]
    (command,) = host.started
    assert (command["module"], command["parameters"]) == ("MicrosoftTeams", {})


def test_instances_come_as_the_host_lists_them() -> None:
    rows: Rows = [ROW, {"Identity": "Tag:SfBOnly", "Mode": "SfBOnly"}, {"Identity": "Tag:Islands", "Mode": "Islands"}]
    found = instances(answering(Get_CsTeamsUpgradePolicy=rows).remote(), HOST)
    assert [each.identity for each in found if isinstance(each, PolicyInstance)] == ["Global", "SfBOnly", "Islands"]


PARTLY: Reply = {"state": "completed", "output": [ROW], "errors": [{"message": "One policy cannot be shown."}]}


@pytest.mark.parametrize(
    ("reply", "code", "cause"),
    [
        ([], "instances_unknown", "the answer holds no instance"),
        (failing("The store does not answer."), "instances_unknown", "The store does not answer."),
        (PARTLY, "instances_unknown", "One policy cannot be shown."),
        ({"state": "timeout"}, "instances_unknown", "the host did not answer in time"),
        ({"state": "lost"}, "instances_unknown", "the connection to the host was lost"),
        # What would meet everybody alike is named as such (R39).
        (failing("Access is denied."), "access_denied", "Access is denied."),
    ],
)
def test_r11_instances_that_cannot_be_read_are_not_guessed(reply: Reply | Rows, code: str, cause: str) -> None:
    for read in (instances, default):
        for host in (HOST, ONPREM):
            found = read(answering(Get_CsTeamsUpgradePolicy=reply).remote(), host)
            assert isinstance(found, tuple)
            assert found[0] == code
            assert cause in found[1]
            assert code == "access_denied" or host.name in found[1]


@pytest.mark.parametrize(
    ("rows", "identity"),
    [
        ([ROW], "Global"),
        ([{**ROW, "Identity": "global"}], "global"),
        ([{**ROW, "Identity": None}], "Global"),
        # A host that does not filter lists them all.
        ([{"Identity": "Tag:SfBOnly", "Mode": "SfBOnly"}, ROW], "Global"),
    ],
)
def test_the_tenants_default_is_the_instance_global(rows: Rows, identity: str) -> None:
    host = answering(Get_CsTeamsUpgradePolicy=rows)
    assert default(host.remote(), HOST) == PolicyInstance(identity, Mode.ISLANDS, False, "Either client")
    (command,) = host.started
    assert command["parameters"] == {"Identity": "Global"}


def test_r11_another_instance_is_not_taken_for_the_default() -> None:
    found = default(answering(Get_CsTeamsUpgradePolicy=[{**ROW, "Identity": "Tag:SfBOnly"}]).remote(), HOST)
    assert isinstance(found, tuple)
    assert found[0] == "instances_unknown"
    assert "ps01" in found[1]
    assert "there is no instance Global in the answer" in found[1]


OWN: Rows = [
    {"Identity": "Global", "NotifySfbUsers": False},
    {"Identity": "Tag:Pilot", "NotifySfbUsers": True, "Description": "First ones"},
    {"Identity": "site:Redmond", "NotifySfbUsers": True},
]
PILOT = PolicyInstance("Pilot", None, True, "First ones")


@pytest.mark.parametrize(
    ("name", "instance", "calls"),
    [
        ("Pilot", PILOT, 1),
        ("tag:PILOT", PILOT, 1),
        ("site:Redmond", PolicyInstance("site:Redmond", None, True, ""), 1),
        # What every tenant has is known without being read (A.1).
        ("UpgradeToTeams", PolicyInstance("UpgradeToTeams", Mode.TEAMS_ONLY, False), 0),
        ("sfbonlywithnotify", PolicyInstance("SfBOnlyWithNotify", Mode.SFB_ONLY, True), 0),
    ],
)
def test_an_instance_is_found_by_its_name(name: str, instance: PolicyInstance, calls: int) -> None:
    host = answering(Get_CsTeamsUpgradePolicy=OWN)
    assert read_instance(host.remote(), ONPREM, name) == instance
    assert [each["parameters"] for each in host.started] == [{}] * calls


def test_an_instance_that_is_not_there_is_named_with_its_host() -> None:
    with pytest.raises(Failure) as failed:
        read_instance(answering(Get_CsTeamsUpgradePolicy=OWN).remote(), ONPREM, "Pilots")
    found = whole(failed.value.reason)
    assert found.code == "instance_missing"
    assert found.message == "There is no instance Pilots of TeamsUpgradePolicy on sfb01."
