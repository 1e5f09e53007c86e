# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose contacts are in the unified contact store, as pools and users are asked (R25)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.contacts import in_exchange
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, Side, User

from tests.unit.cmdlets.hosts import onprem
from tests.unit.cmdlets.scripted import Reply, Scripted, failing

HOST = onprem(Debug_CsUnifiedContactStore="PoolFqdn", Test_CsUnifiedContactStore="TargetFqdn UserSipAddress")
NONE: Reply = {"state": "completed", "output": [{"UcsMigratedCount": 0, "UcsMigratingCount": 0}]}


def user(name: str, pool: str | None = "pool01", sip: str | None = None) -> User:
    address = f"sip:{name}@contoso.com" if sip is None else sip
    return User(
        UserId.parse(f"{name}@contoso.com"), Side.ONPREM, Homing.ONPREM, sip_address=address, registrar_pool=pool
    )


ALICE, BOB = user("alice"), user("bob")


class Stores:
    """A deployment whose pools answer Debug-, and whose users answer Test-CsUnifiedContactStore, as given; else with a failure."""

    def __init__(self, pools: Mapping[str, Reply] | None = None, users: Mapping[str, Reply] | None = None) -> None:
        self._replies = {**(pools or {}), **(users or {})}
        self.host = Scripted(self._reply)

    def _reply(self, command: Mapping[str, Any]) -> Reply:
        asked = command["parameters"]
        if command["name"] == "Debug-CsUnifiedContactStore":
            return self._replies.get(asked["PoolFqdn"], failing("The pool does not answer."))
        assert asked["TargetFqdn"] == "pool01"
        return self._replies.get(asked["UserSipAddress"], failing("The user does not answer."))

    @property
    def asked(self) -> list[str]:
        return [
            command["parameters"].get("UserSipAddress", command["parameters"].get("PoolFqdn"))
            for command in self.host.started
        ]


def counts(*front_ends: Mapping[str, object]) -> Reply:
    return {"state": "completed", "output": list(front_ends)}


@pytest.mark.parametrize(
    ("reply", "there"),
    [
        (NONE, False),
        # Every front end has to say so.
        (
            counts({"UcsMigratedCount": 0, "UcsMigratingCount": 0}, {"UcsMigratedCount": "0", "UcsMigratingCount": 0}),
            False,
        ),
        (
            counts({"UcsMigratedCount": 0, "UcsMigratingCount": 0}, {"UcsMigratedCount": 1, "UcsMigratingCount": 0}),
            None,
        ),
        (counts({"UcsMigratedCount": 0, "UcsMigratingCount": 1}), None),
        (counts({"UcsMigratedCount": 3, "UcsMigratingCount": 0}), None),
        # A count that is not shown says nothing.
        (counts({"UcsMigratedCount": 0}), None),
        (counts({"UcsMigratingCount": 0}), None),
        (counts({"UcsMigratedCount": None, "UcsMigratingCount": 0}), None),
        (counts({}), None),
        (counts(), None),
        (failing("Access is denied."), None),
        (
            {**NONE, "errors": [{"message": "One front end does not answer.", "id": "", "category": "NotSpecified"}]},
            None,
        ),
        ({**NONE, "state": "timeout"}, None),
    ],
)
def test_r25_a_pool_without_such_users_speaks_for_all_of_its_users(reply: Reply, there: bool | None) -> None:
    stores = Stores({"pool01": reply})
    host = onprem(Debug_CsUnifiedContactStore="PoolFqdn")
    assert in_exchange(stores.host.remote(), host, [ALICE, BOB]) == {ALICE: there, BOB: there}
    assert stores.asked == ["pool01"]


@pytest.mark.parametrize(
    ("reply", "there"),
    [
        (counts({"Result": "Success"}), True),
        (counts({"Result": "success"}), True),
        (counts({"Result": "Failure"}), False),
        (counts({"Result": "FAILURE"}), False),
        (counts({"Result": "Failure", "Error": "The contacts are not in Exchange."}), False),
        # The test failed, and not the contacts.
        (counts({"Result": "Failure", "Error": "401 (Unauthorized): the test account could not sign in"}), None),
        (counts({"Result": "Failure", "Error": "The operation has timed out."}), None),
        (counts({"Result": "Failure", "Error": "Access was denied to sip:a403b@contoso.com"}), None),
        (counts({"Result": "Failure", "Error": "sip:a403b@contoso.com has none."}), False),
        (counts({"Result": "Failure"}, {"Result": "Success"}), True),
        (counts({"Result": "Failure"}, {"Result": "Skipped"}), None),
        (counts({"Result": "Unknown"}), None),
        (counts({"Result": None}), None),
        (counts({}), None),
        (counts(), None),
        (failing("Access is denied."), None),
        ({**counts({"Result": "Success"}), "state": "lost"}, None),
    ],
)
def test_r25_a_test_that_succeeds_finds_contacts_in_exchange(reply: Reply, there: bool | None) -> None:
    stores = Stores(users={ALICE.sip_address: reply})
    assert in_exchange(stores.host.remote(), HOST, [ALICE]) == {ALICE: there}
    assert stores.asked == ["pool01", ALICE.sip_address]


def test_r25_users_are_asked_for_only_in_pools_that_have_such_users() -> None:
    carol = user("carol", "pool02")
    stores = Stores({"pool02": NONE}, {ALICE.sip_address: counts({"Result": "Success"})})
    found = in_exchange(stores.host.remote(), HOST, [carol, ALICE, BOB])
    assert found == {carol: False, ALICE: True, BOB: None}
    assert stores.asked == ["pool01", "pool02", ALICE.sip_address, BOB.sip_address]


def test_a_pool_is_asked_once_however_it_is_written() -> None:
    carol = user("carol", "POOL01")
    stores = Stores({"pool01": NONE})
    assert in_exchange(stores.host.remote(), HOST, [carol, ALICE]) == {carol: False, ALICE: False}
    assert stores.asked == ["pool01"]


@pytest.mark.parametrize("nowhere", [user("eve", None), user("eve", ""), user("eve", sip="")])
def test_r11_of_a_user_without_pool_or_address_nothing_is_known(nowhere: User) -> None:
    stores = Stores({"pool01": NONE, "": NONE}, {"": counts({"Result": "Failure"})})
    assert in_exchange(stores.host.remote(), HOST, [nowhere]) == {nowhere: None}
    assert stores.asked == []


def test_r25_a_host_without_the_pools_cmdlet_is_asked_for_each_user() -> None:
    stores = Stores({"pool01": NONE}, {ALICE.sip_address: counts({"Result": "Failure"})})
    for host in (onprem(Test_CsUnifiedContactStore="TargetFqdn UserSipAddress"), HOST_OF_ONE_POOL):
        assert in_exchange(stores.host.remote(), host, [ALICE]) == {ALICE: False}
    assert stores.asked == [ALICE.sip_address] * 2
    assert in_exchange(stores.host.remote(), onprem(), [ALICE]) == {ALICE: None}


# Without -PoolFqdn the cmdlet would speak of one pool only, and not say of which.
HOST_OF_ONE_POOL = onprem(
    Debug_CsUnifiedContactStore="Identity", Test_CsUnifiedContactStore="TargetFqdn UserSipAddress"
)
