# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What restricted endpoints hide, and the role capability file that has to be corrected (R75, docs/jea.md)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.allowed_calls import (
    CALLS,
    NOT_USERS,
    Task,
    files_with,
    is_listed,
    role_capability,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.command_builder import (
    CommandBuilder,
    hidden_reading,
    offer_from,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import Export
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import NotOffered
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.host import Host, Offer
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Side

from tests.unit.cmdlets.hosts import online, onprem
from tests.unit.sentences import whole

NAMES = {Side.ONPREM: "sfb01", Side.ONLINE: "ps01"}
GRANT = "Grant-CsTeamsUpgradePolicy"
READING = {
    Side.ONPREM: (
        "Get-CsUser", "Get-CsPool", "Get-CsHostingProvider", "Get-CsServerPatchVersion", "Get-Module",
        "Get-CsAccessEdgeConfiguration", "Get-CsTeamsUpgradePolicy", "Get-CsTeamsUpgradeConfiguration",
        "Get-CsConferencingPolicy", "Get-CsDialInConferencingAccessNumber", "Debug-CsUnifiedContactStore",
        "Test-CsUnifiedContactStore",
    ),
    Side.ONLINE: (
        "Get-CsOnlineUser", "Get-CsTenant", "Get-CsTeamsUpgradePolicy", "Get-CsTeamsUpgradeConfiguration",
        "Get-CsTenantMigrationConfiguration", "Get-CsTenantFederationConfiguration", "Get-CsMeetingMigrationStatus",
        "Get-CsGroupPolicyAssignment", "Get-CsUserPolicyAssignment", "Get-CsBatchPolicyAssignmentOperation",
    ),
}  # fmt: skip


def endpoint(side: Side, *tasks: Task, without: Collection[str] = (), **changed: tuple[str, ...]) -> Host:
    """An endpoint restricted by the role capabilities of these tasks; `changed` gives cmdlets (with _ for -) other parameters."""
    shown: dict[str, set[str]] = {}
    for task in (Task.READ, *tasks):
        for cmdlet, parameters in CALLS[side, task].items():
            shown.setdefault(cmdlet, set()).update(parameters)
    shown |= {name.replace("_", "-"): {*each} for name, each in changed.items()}
    offers = {name: (Offer("", frozenset(each)),) for name, each in shown.items() if name not in without}
    return Host(NAMES[side], side, False, offers)


def said(reason: Reason | None) -> tuple[str, str] | None:
    """Code and message of a reason, after seeing that it is written as a sentence."""
    return None if reason is None else (whole(reason).code, reason.message)


def hidden(host: str, what: str, files: str) -> tuple[str, str]:
    """What is to be said of a hidden cmdlet, or `-Parameter of Cmdlet`."""
    code = "parameter_hidden" if what.startswith("-") else "cmdlet_hidden"
    return code, f"The restricted endpoint on {host} does not offer {what}, which {files} has to make visible."


ONPREM_READ, ONLINE_READ = "TeamsUpgradeOnpremRead.psrc", "TeamsUpgradeOnlineRead.psrc"


@pytest.mark.parametrize(
    ("host", "found"),
    [
        (endpoint(Side.ONPREM), None),
        (endpoint(Side.ONLINE), None),
        (endpoint(Side.ONPREM, Task.MOVE), None),
        (endpoint(Side.ONPREM, without=["Get-CsPool"]), hidden("sfb01", "Get-CsPool", ONPREM_READ)),
        (endpoint(Side.ONPREM, without=["Test-CsUnifiedContactStore"]), hidden("sfb01", "Test-CsUnifiedContactStore", ONPREM_READ)),
        (endpoint(Side.ONLINE, without=["Get-CsTenant"]), hidden("ps01", "Get-CsTenant", ONLINE_READ)),
        (endpoint(Side.ONPREM, Get_CsPool=()), hidden("sfb01", "-Identity of Get-CsPool", ONPREM_READ)),
        (endpoint(Side.ONPREM, Get_Module=("Name",)), hidden("sfb01", "-ListAvailable of Get-Module", ONPREM_READ)),
        (endpoint(Side.ONLINE, Get_CsOnlineUser=("Identity",)), hidden("ps01", "-Filter of Get-CsOnlineUser", ONLINE_READ)),
        # What knows accounts that are no users may be missing, not its parameter: the account is only called unknown.
        (endpoint(Side.ONPREM, without=[*NOT_USERS]), None),
        (endpoint(Side.ONPREM, without=[*NOT_USERS, "Get-Module"]), hidden("sfb01", "Get-Module", ONPREM_READ)),
        (
            endpoint(Side.ONPREM, without=["Get-CsMeetingRoom"], Get_CsAnalogDevice=()),
            hidden("sfb01", "-Identity of Get-CsAnalogDevice", ONPREM_READ),
        ),
        (endpoint(Side.ONPREM, Get_CsMeetingRoom=()), hidden("sfb01", "-Identity of Get-CsMeetingRoom", ONPREM_READ)),
        # Hosts that project freely hide nothing: they lack it.
        (replace(endpoint(Side.ONPREM, without=["Get-CsPool"]), projection=True), None),
        (onprem(), None),
        (online(), None),
    ],
)  # fmt: skip
def test_what_an_endpoint_for_reading_hides_is_named_with_its_file(host: Host, found: tuple[str, str] | None) -> None:
    assert said(hidden_reading(host)) == found


@pytest.mark.parametrize(
    ("side", "lacking", "made_for_this"),
    # 9 of 12, and 8 of 10: from three quarters on, the others are taken for forgotten.
    [(Side.ONPREM, 3, True), (Side.ONPREM, 4, False), (Side.ONLINE, 2, True), (Side.ONLINE, 3, False)],
)
def test_an_endpoint_that_shows_little_was_made_for_something_else(
    side: Side, lacking: int, made_for_this: bool
) -> None:
    host = endpoint(side, without=READING[side][-lacking:])
    assert (hidden_reading(host) is not None) is made_for_this
    # What tells accounts that are no users is not counted.
    without = endpoint(side, without=[*READING[side][-lacking:], *NOT_USERS])
    assert (hidden_reading(without) is not None) is made_for_this


@pytest.mark.parametrize(
    ("host", "cmdlet", "parameter", "found"),
    [
        (endpoint(Side.ONPREM, Task.MOVE, Move_CsUser=("Identity",)), "Move-CsUser", "Target",
         hidden("sfb01", "-Target of Move-CsUser", "TeamsUpgradeOnpremMove.psrc")),
        (endpoint(Side.ONLINE, Start_CsExMeetingMigration=("Identity",)), "Start-CsExMeetingMigration", "TargetMeetingType",
         hidden("ps01", "-TargetMeetingType of Start-CsExMeetingMigration", "TeamsUpgradeOnlineUpgrade.psrc")),
        # No file lists it, since the cmdlet of this side has no such parameter.
        (endpoint(Side.ONPREM), "Get-CsUser", "AccountType",
         ("parameter_missing", "Get-CsUser on sfb01 does not offer the parameter AccountType.")),
        # A proxy that only lists the parameter stands for a cmdlet that lacks it, and no file is to be corrected.
        (Host("ps01", Side.ONLINE, False, {"Get-CsOnlineUser": (Offer("", frozenset(), frozenset({"OU"})),)}),
         "Get-CsOnlineUser", "OU",
         ("parameter_missing", "Get-CsOnlineUser on ps01 does not offer the parameter OU.")),
        (onprem(Move_CsUser="Identity"), "Move-CsUser", "Target",
         ("parameter_missing", "Move-CsUser on sfb01 does not offer the parameter Target.")),
    ],
)  # fmt: skip
def test_a_needed_parameter_that_is_hidden_is_named_with_its_file(
    host: Host, cmdlet: str, parameter: str, found: tuple[str, str]
) -> None:
    call = CommandBuilder.of(cmdlet, host)
    with pytest.raises(NotOffered) as refused:
        call.with_(**{parameter: "x"})
    assert said(refused.value.reason) == found
    with pytest.raises(NotOffered) as refused:
        call.with_null(parameter)
    assert said(refused.value.reason) == found


def test_several_parameters_are_added_and_the_first_that_is_missing_is_named() -> None:
    call = CommandBuilder.of("Move-CsUser", onprem(Move_CsUser="Identity Target"))
    assert call.with_(Identity="a", Target="b").command.parameters == {"Identity": "a", "Target": "b"}
    with pytest.raises(NotOffered, match="ProxyPool"):
        call.with_(Identity="a", ProxyPool="c", DomainController="d")


UNTYPED_REPORT = {"Move-CsUser": (Offer("", frozenset(), frozenset({"Report"})),)}


@pytest.mark.parametrize(
    ("host", "parameters", "sent"),
    [
        # Confirm is listed nowhere, and is no slip where a proxy does not show it.
        (endpoint(Side.ONPREM, Task.MOVE), {"MoveToTeams": True, "Confirm": False}, {"MoveToTeams": True}),
        (endpoint(Side.ONPREM, Task.MOVE, Move_CsUser=("MoveToTeams", "Confirm")), {"MoveToTeams": True, "Confirm": False},
         {"MoveToTeams": True, "Confirm": False}),
        (endpoint(Side.ONPREM, Task.MOVE), {"MoveToTeams": None}, {}),
        (endpoint(Side.ONPREM, Task.MOVE, Move_CsUser=("Identity",)), {"Report": "x", "Confirm": False},
         hidden("sfb01", "-Report of Move-CsUser", "TeamsUpgradeOnpremMove.psrc")),
        (endpoint(Side.ONPREM, Task.MOVE, Move_CsUser=("Identity",)), {"Report": None, "Confirm": False}, {}),
        # Shown by a proxy because its file lists it: the cmdlet has none, which is known.
        (replace(endpoint(Side.ONPREM), cmdlets={**endpoint(Side.ONPREM).cmdlets, **UNTYPED_REPORT}), {"Report": "x"}, {}),
        (onprem(Move_CsUser="Identity"), {"Report": "x"}, {}),
    ],
)  # fmt: skip
def test_an_optional_parameter_is_left_out_where_it_is_known_to_be_missing(
    host: Host, parameters: Mapping[str, object], sent: dict[str, object] | tuple[str, str]
) -> None:
    call = CommandBuilder.of("Move-CsUser", host)
    if isinstance(sent, dict):
        assert call.where_offered(**parameters).command.parameters == sent
        return
    with pytest.raises(NotOffered) as refused:
        call.where_offered(**parameters)
    assert said(refused.value.reason) == sent


MODULE = "Update the MicrosoftTeams module on that host (Update-Module MicrosoftTeams)."
SERVER = "Update Skype for Business Server and its administrative tools there to the newest cumulative update."
NOTIFYING = (
    "Update Skype for Business Server to 2019, or to 2015 with cumulative update 8, and restart the server; before that, users who are "
    "homed there can be moved, and not notified."
)


@pytest.mark.parametrize(
    ("host", "cmdlet", "found", "remedy"),
    [
        (endpoint(Side.ONPREM), "Move-CsUser", hidden("sfb01", "Move-CsUser", "TeamsUpgradeOnpremMove.psrc"), None),
        (endpoint(Side.ONLINE), "Start-CsExMeetingMigration",
         hidden("ps01", "Start-CsExMeetingMigration", "TeamsUpgradeOnlineUpgrade.psrc"), None),
        # A cmdlet of the other side is in no file of this one.
        (endpoint(Side.ONPREM), "Get-CsTenant", ("cmdlet_missing", "sfb01 does not offer Get-CsTenant."), SERVER),
        (endpoint(Side.ONLINE), "Move-CsUser", ("cmdlet_missing", "ps01 does not offer Move-CsUser."), MODULE),
        (online(**{"Get-CsTenant": None}), "Get-CsTenant", ("cmdlet_missing", "ps01 does not offer Get-CsTenant."), MODULE),
        (onprem(Move_CsUser=None), "Move-CsUser", ("cmdlet_missing", "sfb01 does not offer Move-CsUser."), SERVER),
        (onprem(Grant_CsTeamsUpgradePolicy=None), GRANT, ("cmdlet_missing", f"sfb01 does not offer {GRANT}."), NOTIFYING),
    ],
)  # fmt: skip
def test_a_cmdlet_that_is_hidden_or_missing_is_named_with_the_remedy(
    host: Host, cmdlet: str, found: tuple[str, str], remedy: str | None
) -> None:
    with pytest.raises(NotOffered) as refused:
        CommandBuilder.of(cmdlet, host)
    assert said(refused.value.reason) == found
    assert remedy is None or refused.value.reason.remedy == remedy


@pytest.mark.parametrize(
    ("side", "task", "name"),
    [
        (Side.ONPREM, Task.READ, "TeamsUpgradeOnpremRead"),
        (Side.ONPREM, Task.MOVE, "TeamsUpgradeOnpremMove"),
        (Side.ONLINE, Task.SETTINGS, "TeamsUpgradeOnlineSettings"),
    ],
)
def test_a_role_capability_is_named_by_side_and_task(side: Side, task: Task, name: str) -> None:
    assert role_capability(side, task) == name


NOTIFY, UPGRADE, SETTINGS = (f"TeamsUpgradeOnline{each}.psrc" for each in ("Notify", "Upgrade", "Settings"))


@pytest.mark.parametrize(
    ("side", "cmdlet", "parameter", "shown", "files"),
    [
        (Side.ONPREM, "Get-CsPool", None, (), ONPREM_READ),
        (Side.ONPREM, "Get-CsPool", "Identity", (), ONPREM_READ),
        (Side.ONPREM, "Get-CsPool", "Filter", (), ""),
        (Side.ONPREM, "Get-CsTenant", None, (), ""),
        # Several make it visible: the one of which most is shown already.
        (Side.ONLINE, GRANT, None, (), f"{NOTIFY} or {UPGRADE} or {SETTINGS}"),
        (Side.ONLINE, GRANT, "PolicyName", (), f"{NOTIFY} or {UPGRADE} or {SETTINGS}"),
        (Side.ONLINE, GRANT, "Identity", (), f"{NOTIFY} or {UPGRADE}"),
        (Side.ONLINE, GRANT, "Force", (), SETTINGS),
        (Side.ONLINE, GRANT, "Identity", ("Start-CsExMeetingMigration",), UPGRADE),
        (Side.ONLINE, GRANT, "PolicyName", ("Set-CsTenantMigrationConfiguration",), SETTINGS),
        (Side.ONLINE, GRANT, "PolicyName", (GRANT,), f"{NOTIFY} or {UPGRADE} or {SETTINGS}"),
        (Side.ONLINE, GRANT, "PolicyName", ("Start-CsExMeetingMigration", "Set-CsTenantMigrationConfiguration",
         "Set-CsTeamsUpgradeConfiguration"), SETTINGS),
        # Each parameter that is shown counts as well.
        (Side.ONLINE, GRANT, "PolicyName", (f"{GRANT} Global", "Start-CsExMeetingMigration", f"{GRANT} Force"), SETTINGS),
    ],
)  # fmt: skip
def test_the_file_to_correct_is_the_one_of_which_most_is_shown(
    side: Side, cmdlet: str, parameter: str | None, shown: Collection[str], files: str
) -> None:
    def is_shown(name: str, each: str | None) -> bool:
        return (name if each is None else f"{name} {each}") in shown

    assert files_with(side, cmdlet, parameter, is_shown) == files


@pytest.mark.parametrize(
    ("cmdlet", "parameter", "listed"),
    [
        ("Move-CsUser", "Target", True),
        ("Move-CsUser", "Confirm", True),
        ("Move-CsUser", "UseOAuth", False),
        ("Get-CsUser", "Target", False),
        ("Grant-CsTeamsUpgradePolicy", "MigrateMeetingsToTeams", True),
        ("Get-CsVoicePolicy", "Identity", False),
    ],
)
def test_a_parameter_is_listed_for_its_cmdlet_alone(cmdlet: str, parameter: str, listed: bool) -> None:
    assert is_listed(cmdlet, parameter) is listed


BOTH = ("Identity", "Filter", "OU")


@pytest.mark.parametrize(
    ("cmdlet", "module", "untyped", "offer"),
    [
        # A module's own cmdlet has what it shows, of whatever type.
        ("Get-CsOnlineUser", "MicrosoftTeams", ("OU",), Offer("MicrosoftTeams", frozenset(BOTH))),
        # A proxy shows what its file lists; what only some versions have is typed there where the cmdlet has it.
        ("Get-CsOnlineUser", "", (), Offer("", frozenset(BOTH))),
        ("Get-CsOnlineUser", "", ("OU",), Offer("", frozenset({"Identity", "Filter"}), frozenset({"OU"}))),
        ("Get-CsOnlineUser", "", ("OU", "Filter"), Offer("", frozenset({"Identity", "Filter"}), frozenset({"OU"}))),
        # What every version has may be an Object.
        ("Get-CsUser", "", ("OU", "Identity"), Offer("", frozenset(BOTH))),
    ],
)
def test_a_parameter_that_only_a_file_lists_is_none(
    cmdlet: str, module: str, untyped: tuple[str, ...], offer: Offer
) -> None:
    assert offer_from(cmdlet, Export(cmdlet, module, "Function", BOTH, untyped)) == offer
