# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether a SIP address is the user principal name of somebody else, where that is hard to find out (R11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.users import read_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import Row
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.host import Host
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import parse_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import User

from tests.unit.cmdlets.hosts import online, onprem
from tests.unit.cmdlets.scripted import Reply, Scripted, failing, how
from tests.unit.sentences import whole

NOBODY = failing("Management object not found for identity.", "ManagementObjectNotFound")
BUSY = failing("The service is busy.", "Busy")


def account(sip: str, name: str) -> Row:
    return {
        "Identity": f"{sip} {name}",
        "SipAddress": f"sip:{sip}@contoso.com",
        "UserPrincipalName": f"{name}@contoso.com",
        "HostingProvider": "SRV:",
    }


def host(*rows: Row, fails: Callable[[str], bool] = lambda asked: False) -> Scripted:
    """A host that finds users by SIP address and name, whichever way it is asked. `fails`: what is asked for is not answered."""

    def reply(command: Mapping[str, Any]) -> Reply:
        asked = how(command)[1]
        if any(map(fails, asked)):
            return BUSY
        found = [row for row in rows if {row["SipAddress"], row["UserPrincipalName"]} & asked]
        return {"state": "completed", "output": found} if found else NOBODY

    return Scripted(reply)


def read(side: Host, connection: Scripted, name: str = "alice") -> User | Reason:
    (found,) = read_users(connection.remote(), side, parse_users([f"{name}@contoso.com"])).values()
    return found


@pytest.mark.parametrize("name", ["o'neil", "jörg"])
@pytest.mark.parametrize("side", [online(), onprem(), online(Get_CsOnlineUser="Identity")])
def test_an_address_that_no_filter_takes_is_asked_for_by_itself(side: Host, name: str) -> None:
    found = read(side, host(account(name, "first"), account("second", name)), name)
    assert isinstance(found, Reason)
    assert whole(found).code == "ambiguous_user"


@pytest.mark.parametrize("name", ["alice", "o'neil"])
@pytest.mark.parametrize("side", [online(), onprem(), online(Get_CsOnlineUser="Identity")])
def test_an_address_that_is_nobody_elses_name_is_that_users(side: Host, name: str) -> None:
    found = read(side, host(account(name, "first")), name)
    assert isinstance(found, User)


@pytest.mark.parametrize("side", [online(), onprem()])
def test_r11_whose_name_it_is_and_cannot_be_read_is_not_known(side: Host) -> None:
    connection = host(
        account("alice", "first"), account("second", "alice"), fails=lambda asked: not asked.startswith("sip:")
    )
    found = read(side, connection)
    assert isinstance(found, Reason)
    assert whole(found).code == "read_failed"
    assert "alice@contoso.com" in found.message


@pytest.mark.parametrize("side", [online(), onprem()])
def test_r11_names_of_which_one_cannot_be_read_are_asked_for_one_by_one(side: Host) -> None:
    people = [account(f"u{number}", f"upn{number}") for number in range(4)]
    connection = host(*people, account("second", "u2"), fails=lambda asked: asked == "u3@contoso.com")
    users = parse_users(
        [f"sip:u{number}@contoso.com" if number < 2 else f"u{number}@contoso.com" for number in range(4)]
    )
    found = [
        fact if isinstance(fact, User) else fact.code for fact in read_users(connection.remote(), side, users).values()
    ]
    assert [isinstance(fact, User) for fact in found] == [True, True, False, False]
    assert found[2:] == ["ambiguous_user", "read_failed"]


@pytest.mark.parametrize("side", [online(), onprem()])
def test_an_address_that_two_accounts_have_is_neither_ones_nor_nobodys(side: Host) -> None:
    found = read(side, host(account("alice", "first"), account("alice", "second")))
    assert isinstance(found, Reason)
    assert whole(found).code == "ambiguous_user"
