# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts that Get-CsUser does not return, since they are rooms, phones, devices or endpoints (R28)."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.not_users import read_not_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import parse_users

from tests.unit.cmdlets.hosts import onprem
from tests.unit.cmdlets.scripted import answering, failing
from tests.unit.sentences import whole

ALICE, BOB = parse_users(["alice@contoso.com", "bob@contoso.com"])
ROOM = {"SipAddress": "sip:alice@contoso.com", "Identity": "CN=Room"}
HOST = onprem(Get_CsMeetingRoom="Identity", Get_CsAnalogDevice="Identity")


@pytest.mark.parametrize(
    ("cmdlet", "what"),
    [
        ("Get-CsMeetingRoom", "a meeting room"),
        ("Get-CsCommonAreaPhone", "a common area phone"),
        ("Get-CsAnalogDevice", "an analog device"),
        ("Get-CsExUmContact", "a contact of Exchange Unified Messaging"),
        ("Get-CsHybridApplicationEndpoint", "a hybrid application endpoint"),
        ("Get-CsTrustedApplicationEndpoint", "an endpoint of a trusted application"),
        ("Get-CsApplicationEndpoint", "an endpoint of an application, as response groups have them"),
    ],
)
def test_r28_what_an_account_is_depends_on_the_cmdlet_that_returns_it(cmdlet: str, what: str) -> None:
    name = cmdlet.replace("-", "_")
    host = answering(**{name: [ROOM]})
    found = read_not_users(host.remote(), onprem(**{name: "Identity"}), [ALICE])
    assert whole(found[ALICE]).code == "not_a_user"
    assert found[ALICE].message == f"alice@contoso.com is no ordinary user: {cmdlet} returns it as {what}."
    assert [(each["name"], each["module"], each["parameters"]) for each in host.started] == [
        (cmdlet, "SkypeForBusiness", {"Identity": "sip:alice@contoso.com"})
    ]


@pytest.mark.parametrize(("count", "listed"), [(1, False), (20, False), (21, True), (60, True)])
def test_many_accounts_are_listed_and_few_are_asked_for_one_by_one(count: int, listed: bool) -> None:
    users = parse_users(f"u{number}@contoso.com" for number in range(count))
    rows = [{"SipAddress": "sip:u0@contoso.com"}, {"SipAddress": "sip:stranger@contoso.com"}]
    host = answering(Get_CsMeetingRoom=rows, Get_CsAnalogDevice=[])
    found = read_not_users(host.remote(), HOST, users)
    assert set(found) == {users[0]}
    assert found[users[0]].message.endswith("Get-CsMeetingRoom returns it as a meeting room.")
    cmdlets = ("Get-CsMeetingRoom", "Get-CsAnalogDevice")
    sent = [(each["name"], each["parameters"], each["select"]) for each in host.started]
    if listed:
        assert sent == [(cmdlet, {}, ["SipAddress", "UserPrincipalName", "Identity"]) for cmdlet in cmdlets]
    else:
        assert sent == [(cmdlet, {"Identity": user.sip}, None) for cmdlet in cmdlets for user in users]


def test_of_two_cmdlets_that_return_an_account_the_first_is_named() -> None:
    host = answering(Get_CsMeetingRoom=[ROOM], Get_CsAnalogDevice=[ROOM])
    found = read_not_users(host.remote(), HOST, [BOB, ALICE])
    assert set(found) == {ALICE}
    assert "a meeting room" in found[ALICE].message


def test_what_a_host_cannot_be_asked_for_is_not_asked() -> None:
    nothing = answering()
    for host in (onprem(), onprem(Get_CsMeetingRoom="Filter")):
        assert read_not_users(nothing.remote(), host, [ALICE]) == {}
    assert read_not_users(nothing.remote(), HOST, []) == {}
    assert nothing.started == []
    failed = answering(Get_CsMeetingRoom=failing("Not found."), Get_CsAnalogDevice={"state": "timeout"})
    assert read_not_users(failed.remote(), HOST, [ALICE]) == {}
