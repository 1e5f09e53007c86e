# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where mailboxes are and who can be dialled in to, as the server answers (R23, R26)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.onprem_dependencies import (
    dial_in,
    mailboxes_onprem,
    read_onprem_dependencies,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.onprem_dependencies import OnpremDependencies
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, Side, User

from tests.unit.cmdlets.hosts import online, onprem
from tests.unit.cmdlets.scripted import Reply, Scripted, answering, failing

NUMBERS = {"Get_CsConferencingPolicy": "Identity", "Get_CsDialInConferencingAccessNumber": "Identity"}
HOST = onprem(
    **NUMBERS,
    Debug_CsUnifiedContactStore="PoolFqdn",
    Test_CsUnifiedContactStore="TargetFqdn UserSipAddress",
)
NUMBER = {"PrimaryUri": "sip:dialin@contoso.com"}


def user(name: str, homing: Homing = Homing.ONPREM, **facts: Any) -> User:
    facts = {"sip_address": f"sip:{name}@contoso.com", "registrar_pool": "pool01"} | facts
    return User(UserId.parse(f"{name}@contoso.com"), Side.ONPREM, homing, **facts)


def policy(identity: str, allows: object) -> dict[str, object]:
    return {"Identity": identity, "EnableDialInConferencing": allows}


OPEN, SHUT = policy("Global", True), policy("Global", False)


@pytest.mark.parametrize(
    ("own", "policies", "allowed"),
    [
        # Without a policy of their own, users have Global's.
        ("", [OPEN], True),
        ("", [SHUT], False),
        ("", [policy("Global", None)], None),
        ("", [], None),
        # A site's comes before Global's, and whose site it is, is not known: both have to say the same.
        ("", [SHUT, policy("site:Redmond", True)], None),
        ("", [OPEN, policy("site:Redmond", False)], None),
        ("", [OPEN, policy("site:Redmond", True)], True),
        ("", [SHUT, policy("Site:Redmond", False), policy("Site:Paris", False)], False),
        ("", [SHUT, policy("site:Redmond", None)], None),
        ("", [policy("site:Redmond", False)], False),
        # Policies that are granted to users are nobody's else.
        ("", [SHUT, policy("Tag:Talkers", True)], False),
        ("", [policy("Tag:Talkers", True)], None),
        # Users have their own where they have one, with or without the prefix, in any case.
        ("Talkers", [SHUT, policy("Tag:Talkers", True)], True),
        ("talkers", [SHUT, policy("Tag:Talkers", "True")], True),
        ("Tag:Quiet", [OPEN, policy("Tag:Talkers", True), policy("Tag:Quiet", False)], False),
        ("Quiet", [OPEN, policy("site:Quiet", True), policy("Quiet", False)], False),
        ("Talkers", [OPEN, policy("Tag:Talkers", "")], None),
        # One that is not listed says nothing, and neither does a user whose policy is not shown.
        ("Removed", [OPEN], None),
        (None, [OPEN], None),
        (None, [SHUT], None),
        # On some servers the default has no identity.
        ("", [policy("", False)], False),
        ("", [{"EnableDialInConferencing": True}], True),
    ],
)
def test_r23_dial_in_is_what_the_users_conferencing_policy_says(
    own: str | None, policies: list[dict[str, Any]], allowed: bool | None
) -> None:
    alice = user("alice", conferencing_policy=own)
    host = answering(Get_CsConferencingPolicy=policies, Get_CsDialInConferencingAccessNumber=[NUMBER])
    assert dial_in(host.remote(), HOST, [alice]) == {alice: allowed}


@pytest.mark.parametrize(
    ("numbers", "allowed"),
    [
        ([], False),
        ([NUMBER], True),
        (failing("Access is denied."), True),
        ({"state": "timeout"}, True),
        ({"state": "completed", "errors": [{"message": "One site does not answer."}]}, True),
    ],
)
def test_r23_without_a_number_nobody_is_dialled_in_to(numbers: Reply | list[dict[str, Any]], allowed: bool) -> None:
    alice = user("alice", conferencing_policy="")
    host = answering(Get_CsConferencingPolicy=[OPEN], Get_CsDialInConferencingAccessNumber=numbers)
    assert dial_in(host.remote(), HOST, [alice]) == {alice: allowed}


def test_r11_what_a_host_has_no_cmdlet_for_is_not_known() -> None:
    alice = user("alice", conferencing_policy="")
    assert dial_in(answering().remote(), onprem(), [alice]) == {alice: None}
    policies = answering(Get_CsConferencingPolicy=[OPEN])
    assert dial_in(policies.remote(), onprem(Get_CsConferencingPolicy="Identity"), [alice]) == {alice: True}
    assert mailboxes_onprem(answering().remote(), onprem(Get_CsUser="Identity Filter"), [alice]) == {alice: None}


class Directory:
    """A server that finds by LDAP filter the users with an on-prem mailbox; asked for one of the `broken`, it fails."""

    def __init__(self, *mailboxes: str, broken: str = "nobody") -> None:
        self._mailboxes, self._broken = mailboxes, broken
        self.host = Scripted(self._reply)

    def _reply(self, command: Mapping[str, Any]) -> Reply:
        asked = command["parameters"]["LdapFilter"]
        if self._broken in asked:
            return failing("The directory does not answer.")
        found = [name for name in self._mailboxes if f"=sip:{name}@contoso.com)" in asked]
        return {"state": "completed", "output": [{"SipAddress": f"SIP:{name}@Contoso.com"} for name in found]}


def test_r26_the_server_finds_mailboxes_by_their_database() -> None:
    alice, bob, nameless = user("alice"), user("bob"), user("carol", sip_address="")
    directory = Directory("alice")
    found = mailboxes_onprem(directory.host.remote(), HOST, [alice, bob, nameless])
    assert found == {alice: True, bob: False, nameless: None}
    (command,) = directory.host.started
    assert (command["name"], command["module"]) == ("Get-CsUser", "SkypeForBusiness")
    assert command["parameters"] == {
        "LdapFilter": "(&(homeMDB=*)(|(msRTCSIP-PrimaryUserAddress=sip:alice@contoso.com)"
        "(msRTCSIP-PrimaryUserAddress=sip:bob@contoso.com)))"
    }
    assert command["select"] == ["SipAddress"]
    mailboxes_onprem(directory.host.remote(), replace(HOST, projection=False), [alice])
    assert directory.host.started[-1]["select"] is None


def test_r26_many_users_are_asked_for_in_parts_of_which_one_may_fail() -> None:
    users = [user(f"u{number}") for number in range(120)]
    directory = Directory("u3", "u119", broken="u70@")
    found = mailboxes_onprem(directory.host.remote(), HOST, users)
    assert [each["parameters"]["LdapFilter"].count("=sip:") for each in directory.host.started] == [50, 50, 20]
    assert [found[each] for each in users] == [
        None if 50 <= number < 100 else number in (3, 119) for number in range(120)
    ]


EVERYTHING: dict[str, list[dict[str, Any]] | Reply] = {
    "Get_CsConferencingPolicy": [OPEN],
    "Get_CsDialInConferencingAccessNumber": [NUMBER],
    "Get_CsUser": [{"SipAddress": "sip:alice@contoso.com"}],
    "Debug_CsUnifiedContactStore": [{"UcsMigratedCount": 1, "UcsMigratingCount": 0}],
    "Test_CsUnifiedContactStore": [{"Result": "Success"}],
}


@pytest.mark.parametrize(
    ("checks", "found", "cmdlets"),
    [
        ((), OnpremDependencies(), set()),
        (
            ("contacts",),
            OnpremDependencies(contacts_in_exchange=True, asked=frozenset(("contacts_in_exchange",))),
            {"Debug-CsUnifiedContactStore", "Test-CsUnifiedContactStore"},
        ),
        (("mailbox",), OnpremDependencies(mailbox_onprem=True, asked=frozenset(("mailbox_onprem",))), {"Get-CsUser"}),
        (
            ("conferencing", "licences"),
            OnpremDependencies(dial_in=True, asked=frozenset(("dial_in",))),
            {"Get-CsConferencingPolicy", "Get-CsDialInConferencingAccessNumber"},
        ),
        (
            ("contacts", "mailbox", "conferencing"),
            OnpremDependencies(True, True, True, frozenset(("contacts_in_exchange", "mailbox_onprem", "dial_in"))),
            {name.replace("_", "-") for name in EVERYTHING},
        ),
    ],
)
def test_only_what_is_checked_is_read(checks: tuple[str, ...], found: OnpremDependencies, cmdlets: set[str]) -> None:
    alice = user("alice", conferencing_policy="")
    host = answering(**EVERYTHING)
    assert read_onprem_dependencies(host.remote(), HOST, [alice], frozenset(checks)) == {alice: found}
    assert {each["name"] for each in host.started} == cmdlets


@pytest.mark.parametrize("homing", [Homing.ONLINE, Homing.UNKNOWN])
def test_who_is_not_homed_onprem_has_nothing_there(homing: Homing) -> None:
    everything = frozenset(("contacts", "mailbox", "conferencing"))
    host = answering(**EVERYTHING)
    alice, moved = user("alice", conferencing_policy=""), user("bob", homing, conferencing_policy="")
    assert set(read_onprem_dependencies(host.remote(), HOST, [moved, alice], everything)) == {alice}
    assert read_onprem_dependencies(host.remote(), online(), [alice], everything) == {}
