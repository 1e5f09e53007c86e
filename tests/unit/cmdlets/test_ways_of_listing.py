# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading many users of a server at once: by a filter where the host takes one that is right, else through the pipeline, else singly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets import get_csuser
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.address_filters import ldap_value
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.users import read_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import Row
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import parse_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import User

from tests.unit.cmdlets.hosts import onprem
from tests.unit.cmdlets.scripted import Reply, Scripted, failing, how
from tests.unit.sentences import whole

NAMES = [f"user{n}@contoso.com" for n in range(120)]


def account(name: str, sip: str = "") -> Row:
    return {
        "SipAddress": f"sip:{sip or name}",
        "UserPrincipalName": name,
        "HostingProvider": "SRV:",
        "TeamsUpgradePolicy": "Chosen",
    }


class Server:
    """A server that finds its users in the ways it is asked to; `change` is what it says of those that a way lists, by the way's name."""

    def __init__(self, rows: list[Row], **change: Callable[[list[Row]], Reply]) -> None:
        self._rows = rows
        self._change = change

    def __call__(self, command: Mapping[str, Any]) -> Reply:
        way, named = how(command)
        found = [row for row in self._rows if {row["SipAddress"], row["UserPrincipalName"]} & named]
        if way in self._change:
            return self._change[way](found)
        if not found:
            return failing("Management object not found for identity.", "ManagementObjectNotFound")
        return {"state": "completed", "output": found}


def ways(host: Scripted) -> list[str]:
    """The ways in which a host was asked, each named once for calls that follow each other."""
    named = [how(command)[0] for command in host.started]
    return [way for place, way in enumerate(named) if named[place - 1 : place] != [way]]


def empty(_rows: list[Row]) -> Reply:
    return {"state": "completed", "output": []}


def everybody(_rows: list[Row]) -> Reply:
    return {"state": "completed", "output": [account(f"other{n}@contoso.com") for n in range(201)]}


def refused(_rows: list[Row]) -> Reply:
    return failing("The filter cannot be read.", "InvalidFilter")


def blank(rows: list[Row]) -> Reply:
    return {"state": "completed", "output": [row | {"TeamsUpgradePolicy": ""} for row in rows]}


def test_an_ldap_filter_names_both_addresses_of_each_user() -> None:
    users = parse_users(["alice@contoso.com", "sip:o(n)eil@contoso.com"])
    (command,) = get_csuser.by_ldap_filter(users, onprem())
    assert (command.name, command.input) == ("Get-CsUser", ())
    assert command.parameters == {
        "LdapFilter": "(|(msRTCSIP-PrimaryUserAddress=sip:alice@contoso.com)(userPrincipalName=alice@contoso.com)"
        r"(msRTCSIP-PrimaryUserAddress=sip:o\28n\29eil@contoso.com))"
    }


def test_a_filter_names_both_addresses_of_users_without_special_characters() -> None:
    users = parse_users(["alice@contoso.com", "o'neil@contoso.com", "sip:bob@contoso.com"])
    (command,) = get_csuser.by_filter(users, onprem())
    assert command.parameters == {
        "Filter": "SipAddress -eq 'sip:alice@contoso.com' -or UserPrincipalName -eq 'alice@contoso.com'"
        " -or SipAddress -eq 'sip:bob@contoso.com'"
    }


@pytest.mark.parametrize("way", [get_csuser.by_ldap_filter, get_csuser.by_filter, get_csuser.by_pipeline])
def test_no_call_asks_a_server_for_more_than_fifty_users(way: Any) -> None:
    users = parse_users(NAMES)
    asked = [how({"parameters": each.parameters, "input": each.input})[1] for each in way(users, onprem())]
    assert [sum(name.startswith("sip:") for name in names) for names in asked] == [50, 50, 20]


def test_a_way_that_a_server_does_not_offer_is_no_call() -> None:
    users = parse_users(NAMES)
    old = onprem(Get_CsUser="Identity")
    assert get_csuser.by_ldap_filter(users, old) == get_csuser.by_filter(users, old) == []
    assert len(get_csuser.by_pipeline(users, old)) == 3


@pytest.mark.parametrize(
    ("changes", "tried"),
    [
        ({}, ["single", "ldap"]),
        ({"ldap": refused}, ["single", "ldap", "filter"]),
        ({"ldap": empty}, ["single", "ldap", "filter"]),
        ({"ldap": blank}, ["single", "ldap", "filter"]),
        ({"ldap": everybody}, ["single", "ldap", "filter"]),
        ({"ldap": refused, "filter": everybody}, ["single", "ldap", "filter", "pipeline"]),
        ({"ldap": blank, "filter": blank, "pipeline": blank}, ["single", "ldap", "filter", "pipeline", "single"]),
        ({"ldap": empty, "filter": empty, "pipeline": empty}, ["single", "ldap", "filter", "pipeline", "single"]),
    ],
)
def test_the_next_way_is_taken_where_one_does_not_show_what_a_single_read_does(
    changes: dict[str, Callable[[list[Row]], Reply]], tried: list[str]
) -> None:
    host = Scripted(Server([account(name) for name in NAMES], **changes))
    found = read_users(host.remote(), onprem(), parse_users(NAMES))
    assert ways(host) == tried
    assert {fact.assigned for fact in found.values() if isinstance(fact, User)} == {"Chosen"}
    assert len(found) == len(NAMES)


@pytest.mark.parametrize(("offered", "tried"), [("Identity Filter", "filter"), ("Identity", "pipeline")])
def test_a_server_is_read_in_the_ways_that_it_offers(offered: str, tried: str) -> None:
    host = Scripted(Server([account(name) for name in NAMES]))
    read_users(host.remote(), onprem(Get_CsUser=offered), parse_users(NAMES))
    assert ways(host) == ["single", tried]


def test_users_whom_no_listing_shows_are_read_by_identity() -> None:
    host = Scripted(Server([account(name) for name in NAMES]))
    *others, nobody = read_users(host.remote(), onprem(), parse_users([*NAMES, "nobody@contoso.com"])).values()
    assert all(isinstance(fact, User) for fact in others)
    assert isinstance(nobody, Reason)
    assert whole(nobody).code == "user_not_found"
    assert [how(command)[1] for command in host.started if how(command)[0] == "single"][1:] == [
        {"sip:nobody@contoso.com"},
        {"nobody@contoso.com"},
    ]


@pytest.mark.parametrize(("place", "tried"), [(0, ["single", "ldap", "single"]), (5, ["single", "ldap"])])
def test_a_listing_by_both_addresses_shows_whose_name_an_address_is(place: int, tried: list[str]) -> None:
    """Nobody is asked for by name again. Where it is the user who was read to compare with, another one is compared."""
    rows = [account(name) for name in NAMES]
    rows[place] = account("upn@contoso.com", sip=NAMES[place])
    host = Scripted(Server([*rows, account(NAMES[place], sip="somebody.else@contoso.com")]))
    found = read_users(host.remote(), onprem(), parse_users(NAMES))
    reasons = [(user.text, fact) for user, fact in found.items() if isinstance(fact, Reason)]
    assert [name for name, _reason in reasons] == [NAMES[place]]
    assert whole(reasons[0][1]).code == "ambiguous_user"
    assert ways(host) == tried


def test_a_listing_that_is_cut_off_does_not_show_whose_name_an_address_is() -> None:
    rows = [account(name) for name in NAMES]
    rows[5] = account("upn@contoso.com", sip=NAMES[5])
    others = account(NAMES[5], sip="somebody.else@contoso.com")

    def cut(found: list[Row]) -> Reply:
        return {"state": "timeout", "output": [row for row in found if row is not others]}

    host = Scripted(Server([*rows, others], ldap=cut))
    found = read_users(host.remote(), onprem(), parse_users(NAMES))
    (reason,) = [fact for fact in found.values() if isinstance(fact, Reason)]
    assert whole(reason).code == "ambiguous_user"
    assert ways(host) == ["single", "ldap", "pipeline"]


@pytest.mark.parametrize(
    ("value", "escaped"),
    [
        ("sip:a.b+c'd@contoso.com", "sip:a.b+c'd@contoso.com"),
        ("a*b", r"a\2ab"),
        ("a(b)c", r"a\28b\29c"),
        ("a\\b", r"a\5cb"),
        ("a\0b", r"a\00b"),
    ],
)
def test_an_address_is_escaped_for_an_ldap_filter(value: str, escaped: str) -> None:
    assert ldap_value(value) == escaped
