# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls as they are put together, and what their answers say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.allowed_calls import CALLS, Task
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.command_builder import (
    CommandBuilder,
    fault_text,
    faults_of,
    hidden_reading,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.listing import Selection
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.policies import get_cs_teams_upgrade_policy
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import Answer, Command, State
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model import organisation_reasons
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import NotOffered
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.faults import Fault
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.host import Host, Offer
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, Side, User

from tests.unit.cmdlets.hosts import answer, online, onprem


def test_what_is_none_is_left_out_and_what_is_null_is_sent() -> None:
    call = CommandBuilder.of("Grant-CsTeamsUpgradePolicy", online()).with_(Identity="a", PolicyName=None)
    assert call.command.parameters == {"Identity": "a"}
    assert call.with_null("PolicyName").command.parameters == {"Identity": "a", "PolicyName": None}


def test_false_and_the_empty_text_are_values() -> None:
    call = CommandBuilder.of("Set-CsTeamsUpgradePolicy", onprem()).with_(NotifySfbUsers=False, Description="")
    assert call.command.parameters == {"NotifySfbUsers": False, "Description": ""}


def test_what_a_host_does_not_have_is_left_out_only_where_that_is_allowed() -> None:
    call = CommandBuilder.of("Get-CsOnlineUser", online())
    assert call.where_offered(LdapFilter="x", ResultSize=1, Filter=None).command.parameters == {"ResultSize": 1}
    with pytest.raises(NotOffered, match="LdapFilter"):
        call.with_(LdapFilter="x")
    with pytest.raises(NotOffered, match="OU"):
        call.with_null("OU")


@pytest.mark.parametrize(
    ("cmdlet", "host", "update", "never"),
    [
        (
            "Grant-CsTeamsUpgradePolicy",
            onprem(Grant_CsTeamsUpgradePolicy=None),
            "cumulative update 8",
            "MicrosoftTeams",
        ),
        ("New-CsTeamsUpgradePolicy", onprem(New_CsTeamsUpgradePolicy=None), "cumulative update 8", "MicrosoftTeams"),
        ("Move-CsUser", onprem(Move_CsUser=None), "newest cumulative update", "MicrosoftTeams"),
        ("Grant-CsTeamsUpgradePolicy", online(Grant_CsTeamsUpgradePolicy=None), "Update-Module", "Skype"),
    ],
)
def test_r45_what_is_to_be_updated_depends_on_the_side(cmdlet: str, host: Host, update: str, never: str) -> None:
    with pytest.raises(NotOffered) as refused:
        CommandBuilder.of(cmdlet, host)
    assert update in refused.value.reason.remedy
    assert never not in refused.value.reason.sentence


def endpoint(shown: int) -> Host:
    """A restricted endpoint with so many of the reading cmdlets, without parameters, and one that moves."""
    names = [*list(CALLS[Side.ONPREM, Task.READ])[:shown], "Move-CsUser"]
    return Host("sfb01", Side.ONPREM, False, {name: (Offer("", frozenset()),) for name in names})


def test_what_an_endpoint_made_for_this_hides_is_missed() -> None:
    almost, few = endpoint(len(CALLS[Side.ONPREM, Task.READ]) - 1), endpoint(2)
    assert (hidden_reading(almost) or organisation_reasons.NO_TARGET).code in ("cmdlet_hidden", "parameter_hidden")
    with pytest.raises(NotOffered, match="MoveToTeams"):
        CommandBuilder.of("Move-CsUser", almost).where_offered(MoveToTeams=True)
    assert hidden_reading(few) is None
    assert CommandBuilder.of("Move-CsUser", few).where_offered(MoveToTeams=True).command.parameters == {}
    with pytest.raises(NotOffered, match="Identity"):
        CommandBuilder.of("Move-CsUser", few).with_(Identity="a")


def test_a_command_travels_with_what_it_has_and_nothing_made_up() -> None:
    assert Command("Get-CsUser").to_request() == {
        "name": "Get-CsUser",
        "module": None,
        "parameters": {},
        "input": None,
        "select": None,
        "timeout": None,
        "near": None,
    }
    full = Command(
        "Get-CsUser", {"OU": ("a", "b")}, "SkypeForBusiness", ("SipAddress",), ("sip:a@x.com",), 5.0
    ).to_request()
    assert full["parameters"] == {"OU": ["a", "b"]}
    assert (full["select"], full["input"], full["timeout"]) == (["SipAddress"], ["sip:a@x.com"], 5.0)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (answer(error=" It broke. "), "It broke."),
        (answer(error="It broke.", state=State.FAILED), "It broke."),
        (answer(state=State.TIMEOUT), "the host did not answer in time"),
        (answer(state=State.LOST), "the connection to the host was lost"),
        (answer(state=State.REFUSED), "the call ended as refused"),
        (answer(state=State.CANCELLED), "the call ended as cancelled"),
    ],
)
def test_an_answer_that_is_no_use_says_why(given: Answer, text: str) -> None:
    assert fault_text(given) == text


def test_what_went_wrong_is_shown_with_its_id_and_category() -> None:
    assert faults_of(answer(error="It broke.")) == [Fault("It broke.", "Id,Class", "NotSpecified")]
    assert faults_of(answer({"a": 1})) == []


def test_only_objects_are_rows() -> None:
    assert answer("text", {"a": 1}, 7, None).rows == [{"a": 1}]


@pytest.mark.parametrize(("identity", "parameters"), [(None, {}), ("Global", {"Identity": "Global"})])
def test_all_instances_or_one_are_read(identity: str | None, parameters: dict[str, str]) -> None:
    host = online(Get_CsTeamsUpgradePolicy="Identity Filter")
    assert get_cs_teams_upgrade_policy(host, identity).parameters == parameters


ONPREM_FILTER = "HostingProvider -eq 'SRV:'"


@pytest.mark.parametrize(
    ("selection", "host", "name", "parameters"),
    [
        (Selection(), onprem(), "Get-CsUser", {}),
        (Selection(), online(), "Get-CsOnlineUser", {}),
        (
            Selection(filter="Department -eq 'Sales'"),
            online(),
            "Get-CsOnlineUser",
            {"Filter": "Department -eq 'Sales'"},
        ),
        (Selection(ldap_filter="(ou=x)"), onprem(), "Get-CsUser", {"LdapFilter": "(ou=x)"}),
        (Selection(ou="OU=x"), onprem(), "Get-CsUser", {"OU": "OU=x"}),
        (Selection(account_type="User"), online(), "Get-CsOnlineUser", {"AccountType": "User"}),
        # The host narrows what it can; Filter and LdapFilter exclude each other.
        (Selection(homing=Homing.ONPREM), onprem(), "Get-CsUser", {"Filter": ONPREM_FILTER}),
        (Selection(homing=Homing.ONPREM, ou="OU=x"), onprem(), "Get-CsUser", {"Filter": ONPREM_FILTER, "OU": "OU=x"}),
        (Selection(homing=Homing.ONPREM, ldap_filter="(ou=x)"), onprem(), "Get-CsUser", {"LdapFilter": "(ou=x)"}),
        (
            Selection(homing=Homing.ONPREM, filter="Enabled -eq $true"),
            onprem(),
            "Get-CsUser",
            {"Filter": "Enabled -eq $true"},
        ),
        (Selection(homing=Homing.ONPREM), online(), "Get-CsOnlineUser", {}),
    ],
)
def test_a_selection_is_handed_to_the_cmdlet_of_the_side(
    selection: Selection, host: Host, name: str, parameters: dict[str, str]
) -> None:
    command = selection.command(host)
    assert (command.name, dict(command.parameters)) == (name, parameters)


@pytest.mark.parametrize(
    ("selection", "host", "parameter"),
    [
        (Selection(ldap_filter="(ou=x)"), online(), "LdapFilter"),
        (Selection(ou="OU=x"), online(), "OU"),
        (Selection(account_type="User"), onprem(), "AccountType"),
    ],
)
def test_a_filter_that_a_side_does_not_have_is_not_left_out(selection: Selection, host: Host, parameter: str) -> None:
    with pytest.raises(NotOffered, match=parameter):
        selection.command(host)


def listed(homing: Homing = Homing.ONPREM, kind: str | None = None, pool: str | None = None) -> User:
    return User(UserId.parse("a@x.com"), Side.ONLINE, homing, account_type=kind, registrar_pool=pool)


@pytest.mark.parametrize(
    ("selection", "user", "meant"),
    [
        (Selection(), listed(), True),
        (Selection(), listed(kind="User"), True),
        (Selection(), listed(kind="SfBOnPremUser"), True),
        # R72: these come along without being users.
        (Selection(), listed(kind="Guest"), False),
        (Selection(), listed(kind="IneligibleUser"), False),
        (Selection(), listed(kind="Unknown"), False),
        (Selection(account_type="Guest"), listed(kind="guest"), True),
        (Selection(account_type="User"), listed(kind="SfBOnPremUser"), False),
        (Selection(account_type="User"), listed(kind=None), True),
        (Selection(homing=Homing.ONPREM), listed(Homing.ONPREM), True),
        (Selection(homing=Homing.ONPREM), listed(Homing.ONLINE), False),
        # Whose homing is unknown stays in the list, since nobody may be forgotten (R57).
        (Selection(homing=Homing.ONPREM), listed(Homing.UNKNOWN), True),
        (Selection(registrar_pool="Pool01.contoso.com"), listed(pool="pool01.CONTOSO.com"), True),
        (Selection(registrar_pool="pool01.contoso.com"), listed(pool="pool02.contoso.com"), False),
        (Selection(registrar_pool="pool01.contoso.com"), listed(), False),
    ],
)
def test_r72_who_is_meant_is_looked_at_in_what_was_listed(selection: Selection, user: User, meant: bool) -> None:
    assert selection.holds(user) is meant


@pytest.mark.parametrize(
    ("projection", "some", "everything"), [(True, ("SipAddress", "Enabled"), ("*",)), (False, (), ())]
)
def test_only_a_host_that_projects_freely_is_asked_for_properties(
    projection: bool, some: tuple[str, ...], everything: tuple[str, ...]
) -> None:
    call = CommandBuilder.of("Get-CsUser", replace(onprem(), projection=projection)).with_(Identity="a")
    assert call.showing("SipAddress", "Enabled").command.select == some
    assert call.whole().command.select == everything
    assert call.showing("SipAddress").command.parameters == {"Identity": "a"}


def test_a_parameter_that_is_listed_for_no_call_is_not_sent() -> None:
    call = CommandBuilder.of("Move-CsUser", onprem())
    for add in (call.with_, call.where_offered):
        with pytest.raises(LookupError, match="Move-CsUser -UseOAuth is not in CALLS"):
            add(UseOAuth=True)
