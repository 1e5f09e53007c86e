# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Asking for many users at once, and telling whose answer is whose (R11)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets import get_csonlineuser, get_csuser
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.matching import match
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.users import read_users, unread
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import Row
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason, Scope
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.faults import Fault
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.host import Host
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId, fold, parse_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import User
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.cmdlets.hosts import online, onprem
from tests.unit.cmdlets.scripted import Reply, Scripted, failing, how
from tests.unit.sentences import whole

ALICE = UserId.parse("alice@contoso.com")


def row(sip: str | None, name: str | None) -> Row:
    return {"SipAddress": sip, "UserPrincipalName": name}


A = row("sip:alice@contoso.com", "alice@fabrikam.com")
B = row("sip:bob@contoso.com", "alice@contoso.com")
C = row(None, "carol@contoso.com")


@pytest.mark.parametrize(
    ("asked", "rows", "found"),
    [
        ("alice@contoso.com", [A], A),
        ("SIP:Alice@Contoso.com", [A], A),
        ("alice@fabrikam.com", [A], A),
        ("carol@contoso.com", [A, C], C),
        # With sip:, a user principal name is not meant.
        ("sip:alice@fabrikam.com", [A], None),
        ("sip:carol@contoso.com", [C], None),
        ("sip:alice@contoso.com", [A, B], A),
        ("bob@contoso.com", [A, B], B),
        ("nobody@contoso.com", [A, B, C], None),
        ("alice@contoso.com", [], None),
        ("alice@contoso.com", [row("", ""), row(None, None)], None),
        # The same user twice is one user.
        (
            "alice@contoso.com",
            [A, row("SIP:alice@contoso.com", "Alice@fabrikam.com")],
            row("SIP:alice@contoso.com", "Alice@fabrikam.com"),
        ),
    ],
)
def test_a_row_is_found_by_sip_address_before_user_principal_name(
    asked: str, rows: list[Row], found: Row | None
) -> None:
    user = UserId.parse(asked)
    assert match([user], rows) == ({} if found is None else {user: found})


GONE = row("sip:alice@contoso.com", "alice@fabrikam.com") | {"SoftDeletionTimestamp": "2026-01-01", "Identity": "1"}
HERE = row("sip:alice@contoso.com", "alice@fabrikam.com") | {"SoftDeletionTimestamp": None, "Identity": "2"}
TWIN = HERE | {"Identity": "3"}


@given(st.permutations([GONE, HERE, GONE | {"Identity": "4"}]))
def test_r72_a_deleted_account_does_not_hide_the_one_that_took_its_place(rows: list[Row]) -> None:
    assert match([ALICE], rows) == {ALICE: HERE}
    assert match([ALICE], [GONE]) == {ALICE: GONE}


@pytest.mark.parametrize("rows", [[A, B], [B, A], [HERE, TWIN], [TWIN, GONE, HERE], [GONE, GONE | {"Identity": "4"}]])
def test_an_address_of_two_people_is_ambiguous(rows: list[Row]) -> None:
    found = match([ALICE], rows)[ALICE]
    assert isinstance(found, Reason)
    assert whole(found).code == "ambiguous_user"
    assert "alice@contoso.com" in found.message


def test_many_users_are_read_from_the_server_through_the_pipeline() -> None:
    users = parse_users(f"user{n}@contoso.com" for n in range(120))
    commands = get_csuser.by_pipeline(users, onprem())
    assert [len(each.input) for each in commands] == [50, 50, 20]
    assert [name for each in commands for name in each.input] == [user.sip for user in users]
    assert all((each.name, each.module, each.parameters) == ("Get-CsUser", "SkypeForBusiness", {}) for each in commands)


def test_many_users_are_read_from_the_server_by_their_names() -> None:
    users = parse_users(["alice@fabrikam.com", *(f"user{n}@fabrikam.com" for n in range(50))])
    first, second = get_csuser.by_names(users, onprem())
    assert (len(first.input), second.input) == (50, ("user49@fabrikam.com",))
    assert first.input[:2] == ("alice@fabrikam.com", "user0@fabrikam.com")
    assert [(each.name, each.module, each.parameters) for each in (first, second)] == [
        ("Get-CsUser", "SkypeForBusiness", {})
    ] * 2
    assert get_csuser.by_names([], onprem()) == get_csuser.by_pipeline([], onprem()) == []


@pytest.mark.parametrize(("host", "module"), [(onprem(), "SkypeForBusiness"), (onprem(""), None)])
def test_r75_a_pipeline_is_read_by_the_modules_own_cmdlet_or_its_proxy(host: Host, module: str | None) -> None:
    users = parse_users(["alice@contoso.com"])
    for commands in (get_csuser.by_pipeline(users, host), get_csuser.by_names(users, host)):
        assert [each.module for each in commands] == [module]
    assert get_csuser.by_identity("alice@contoso.com", host).module == module


def test_users_are_read_from_the_cloud_by_their_names() -> None:
    users = parse_users(["alice@fabrikam.com", "o'neil@fabrikam.com", "bob@fabrikam.com"])
    (command,) = get_csonlineuser.by_names(users, online())
    assert (command.name, command.module) == ("Get-CsOnlineUser", "MicrosoftTeams")
    assert command.parameters == {
        "Filter": "UserPrincipalName -eq 'alice@fabrikam.com' -or UserPrincipalName -eq 'bob@fabrikam.com'"
    }
    assert get_csonlineuser.by_names(users, online(Get_CsOnlineUser="Identity")) == []


def test_many_users_are_read_from_the_cloud_by_a_filter() -> None:
    users = parse_users(["alice@contoso.com", "sip:bob@contoso.com"])
    (command,) = get_csonlineuser.by_filter(users, online())
    assert (command.name, command.module) == ("Get-CsOnlineUser", "MicrosoftTeams")
    assert command.parameters == {
        "Filter": "SipAddress -eq 'sip:alice@contoso.com' -or UserPrincipalName -eq 'alice@contoso.com'"
        " -or SipAddress -eq 'sip:bob@contoso.com'"
    }


def test_a_filter_holds_a_bounded_number_of_users() -> None:
    users = parse_users(f"user{n}@contoso.com" for n in range(45))
    commands = get_csonlineuser.by_filter(users, online())
    assert [str(each.parameters["Filter"]).count("SipAddress") for each in commands] == [20, 20, 5]


@given(st.lists(st.from_regex(r"u[^*?\[\]@\s\x00-\x1f\x7f\x85\u2028\u2029]+@contoso\.com", fullmatch=True), max_size=5))
def test_no_address_changes_what_a_filter_means(addresses: list[str]) -> None:
    users = [UserId.parse(address) for address in addresses]
    for command in get_csonlineuser.by_filter(users, online()):
        clauses = str(command.parameters["Filter"]).split(" -or ")
        assert all(
            re.fullmatch(r"(SipAddress -eq 'sip:|UserPrincipalName -eq ')[A-Za-z0-9._@+-]+'", each) for each in clauses
        )


def test_without_a_filter_users_of_the_cloud_are_read_one_by_one() -> None:
    assert get_csonlineuser.by_filter([ALICE], online(Get_CsOnlineUser="Identity")) == []
    assert get_csonlineuser.by_identity("sip:alice@contoso.com", online()).parameters == {
        "Identity": "sip:alice@contoso.com"
    }
    assert get_csuser.by_identity("alice@contoso.com", onprem()).parameters == {"Identity": "alice@contoso.com"}


def test_r11_a_failed_read_is_the_users_own_unless_everybody_would_meet_it() -> None:
    one = unread(ALICE, Fault("The request was throttled."))
    assert (one.code, one.scope, one.retryable) == ("read_failed", Scope.USER, True)
    assert one.message == "alice@contoso.com could not be read: The request was throttled."
    all_of_them = unread(ALICE, Fault("Access is denied."))
    assert (all_of_them.code, all_of_them.scope) == ("access_denied", Scope.ORGANISATION)


def directory(*rows: Row) -> Scripted:
    """A host with these accounts, which finds them by either address in whichever way they are named."""

    def reply(command: Mapping[str, Any]) -> Reply:
        asked = {fold(one) for one in how(command)[1]}
        found = [one for one in rows if {fold(str(one["SipAddress"])), fold(str(one["UserPrincipalName"]))} & asked]
        return (
            {"state": "completed", "output": found} if found else failing("User not found", "ManagementObjectNotFound")
        )

    return Scripted(reply)


@pytest.mark.parametrize("side", [online(), onprem()])
@pytest.mark.parametrize("others", [0, 3])
def test_an_address_of_two_people_is_refused_however_many_are_read(side: Host, others: int) -> None:
    first, second = A | {"HostingProvider": "SRV:"}, B | {"HostingProvider": "SRV:"}
    more = [row(f"sip:u{n}@contoso.com", f"u{n}@contoso.com") | {"HostingProvider": "SRV:"} for n in range(others)]
    host = directory(first, second, *more)
    asked = parse_users([*(f"u{n}@contoso.com" for n in range(others)), "alice@contoso.com"])
    found = read_users(host.remote(), side, asked)[asked[-1]]
    assert isinstance(found, Reason)
    assert found.code == "ambiguous_user"
    sip = parse_users(["sip:alice@contoso.com"])
    meant = read_users(host.remote(), side, sip)[sip[0]]
    assert isinstance(meant, User)
    assert meant.user_principal_name == "alice@fabrikam.com"


def test_whose_name_is_their_address_is_asked_for_once() -> None:
    plain = row("sip:carol@contoso.com", "carol@contoso.com") | {"HostingProvider": "SRV:"}
    host = directory(plain)
    read_users(host.remote(), onprem(), parse_users(["carol@contoso.com"]))
    assert len(host.started) == 1


@pytest.mark.parametrize("side", [online(), onprem()])
@pytest.mark.parametrize("others", [0, 3])
def test_r72_the_name_of_a_deleted_account_makes_nobody_ambiguous(side: Host, others: int) -> None:
    here, gone = A | {"HostingProvider": "SRV:"}, B | {"HostingProvider": "SRV:", "SoftDeletionTimestamp": "2026-01-01"}
    # The whole object of a user who is there shows that there is such a property.
    here |= {"SoftDeletionTimestamp": None}
    more = [here | row(f"sip:u{n}@contoso.com", f"u{n}@contoso.com") for n in range(others)]
    asked = parse_users([*(f"u{n}@contoso.com" for n in range(others)), "alice@contoso.com"])
    found = read_users(directory(here, gone, *more).remote(), side, asked)[asked[-1]]
    assert isinstance(found, User)
    assert found.user_principal_name == "alice@fabrikam.com"
