# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is in a listing, and what becomes of users whose listing does not show what decides (R11, R57, R72)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.listing import (
    Selection,
    list_accounts,
    list_users,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.users import read_singly
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import Row
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import read_or_reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId, address_of, parse_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, Side, User

from tests.unit.cmdlets.hosts import online, onprem
from tests.unit.cmdlets.scripted import Reply, Scripted, answering, failing
from tests.unit.cmdlets.test_comparing import HOMING, NAMES, Tenant
from tests.unit.cmdlets.test_listings import BLANK, GRANTED, Patchy
from tests.unit.sentences import whole

SERVER = onprem()
ALICE = UserId.parse("alice@contoso.com")


def directory(*rows: Row) -> Scripted:
    """A host that lists these accounts, and finds them by either address."""

    def reply(command: Mapping[str, Any]) -> Reply:
        asked = command["parameters"].get("Identity")
        names = ("SipAddress", "UserPrincipalName")
        found = [row for row in rows if asked is None or address_of(asked) in [address_of(row.get(n)) for n in names]]
        return {"state": "completed", "output": found[: command["parameters"].get("ResultSize")]}

    return Scripted(reply)


def account(sip: str | None, name: str | None, **more: object) -> Row:
    return {"SipAddress": sip, "UserPrincipalName": name, "HostingProvider": "SRV:", **more}


@pytest.mark.parametrize(
    ("row", "user"),
    [
        (account("sip:alice@contoso.com", "alice@fabrikam.com"), "alice@contoso.com"),
        (account("SIP:Alice@contoso.com", None), "Alice@contoso.com"),
        (account(None, "alice@fabrikam.com"), "alice@fabrikam.com"),
        (account("", "alice@fabrikam.com"), "alice@fabrikam.com"),
        ({"UserPrincipalName": "alice@fabrikam.com", "HostingProvider": "SRV:"}, "alice@fabrikam.com"),
        # Nobody whom a cmdlet could be told of.
        (account(None, None), None),
        (account("sip:", ""), None),
        ({"HostingProvider": "SRV:"}, None),
        (account("sip:alice", None), None),
        # R72: deleted accounts are listed for a while.
        (account("sip:alice@contoso.com", None, SoftDeletionTimestamp="2026-01-01"), None),
    ],
)
def test_a_listed_user_is_named_by_sip_address_before_user_principal_name(row: Row, user: str | None) -> None:
    found = list_users(directory(row).remote(), online(), Selection())
    assert [each.id.text for each in found] == ([] if user is None else [user])


def test_an_account_that_nobody_can_name_is_mentioned() -> None:
    odd = [account(f"sip:x[{number}]@contoso.com", None) for number in range(2)]
    gone = account("sip:a*b@contoso.com", None, SoftDeletionTimestamp="2026-01-01")
    remote = directory(account("sip:alice@contoso.com", None), *odd, gone, account(None, None)).remote()
    assert [each.id.text for each in list_users(remote, SERVER, Selection())] == ["alice@contoso.com"]
    (note,) = remote.notes
    assert note.startswith("sfb01 lists accounts that nobody can name")
    assert note.endswith(" (2): x[0]@contoso.com, x[1]@contoso.com")


def test_what_a_host_says_of_a_listing_is_passed_on() -> None:
    some = "Only the first 1000 items are returned."
    listed = {"state": "completed", "output": [account("sip:alice@contoso.com", None)], "warnings": [some, some]}
    remote = Scripted(lambda _command: listed).remote()
    assert len(list_users(remote, SERVER, Selection())) == 1
    assert remote.notes == [f"sfb01 said of Get-CsUser: {some}"]


@pytest.mark.parametrize(
    ("selection", "hidden", "may"),
    [
        (Selection(), (), True),
        (Selection(homing=Homing.ONLINE), (), False),
        (Selection(homing=Homing.ONLINE), ("homing",), True),
        (Selection(registrar_pool="pool02"), (), False),
        (Selection(registrar_pool="pool02"), ("registrar_pool",), True),
        (Selection(account_type="Guest"), (), False),
        (Selection(account_type="Guest"), ("account_type",), True),
        (Selection(account_type="Guest"), ("account_type", "mode"), True),
        # What else is hidden does not decide who is meant.
        (Selection(homing=Homing.ONLINE), ("mode", "assigned", "licences"), False),
    ],
)
def test_a_user_may_be_meant_where_the_listing_hides_what_was_asked_for(
    selection: Selection, hidden: Collection[str], may: bool
) -> None:
    user = User(ALICE, Side.ONLINE, Homing.ONPREM, account_type="User", registrar_pool="pool01")
    assert selection.may_hold(user, frozenset(hidden)) is may


class OneAtATime(Tenant):
    """A tenant that returns only the first user by identity, and is too busy for the others."""

    def __call__(self, command: Mapping[str, Any]) -> Reply:
        self.broken = address_of(command["parameters"].get("Identity", NAMES[0])) != NAMES[0]
        return super().__call__(command)


def test_r11_a_fact_that_is_listed_otherwise_is_unknown_of_those_who_cannot_be_read() -> None:
    found = OneAtATime(GRANTED, TeamsUpgradeEffectiveMode="TeamsOnly").list()
    assert list(found) == NAMES
    assert {name: user.mode for name, user in found.items()} == {
        name: Mode.ISLANDS if name == NAMES[0] else None for name in NAMES
    }
    # What both show alike stays.
    assert {(user.homing, user.assigned, user.account_type) for user in found.values()} == {
        (Homing.ONPREM, "Islands", "SfBOnPremUser")
    }
    cloud = "sipfed.online.lync.com"
    homings = OneAtATime(GRANTED, HostingProvider=cloud, OnPremHostingProvider=cloud).list()
    assert {name: user.homing for name, user in homings.items()} == {
        name: Homing.ONPREM if name == NAMES[0] else Homing.UNKNOWN for name in NAMES
    }


def test_a_listing_that_says_the_same_is_taken_as_it_is() -> None:
    found = OneAtATime(GRANTED).list()
    assert list(found) == NAMES
    assert {(user.homing, user.mode, user.assigned) for user in found.values()} == {
        (Homing.ONPREM, Mode.ISLANDS, "Islands")
    }


@pytest.mark.parametrize(
    ("own", "listed"),
    [
        ({}, {"TeamsUpgradeEffectiveMode": "TeamsOnly"}),
        ({NAMES[0]: {"TeamsUpgradePolicy": {"Name": "SfBOnly"}}}, {"TeamsUpgradePolicy": None}),
        # The first user has nothing to show; one in another mode has, who comes first of those that are tried.
        (
            {NAMES[50]: {"TeamsUpgradePolicy": "SfBOnly", "TeamsUpgradeEffectiveMode": "SfBOnly"}},
            {"TeamsUpgradePolicy": None},
        ),
        (
            {
                **{name: {"UserValidationErrors": None} for name in NAMES},
                NAMES[19]: {"UserValidationErrors": ["twice"]},
            },
            {"UserValidationErrors": None},
        ),
    ],
)
def test_a_listing_that_shows_something_otherwise_has_all_listed_users_read_singly(
    own: Mapping[str, Row], listed: Mapping[str, object]
) -> None:
    tenant = Tenant(own, **listed)
    assert tenant.list() == Tenant(own).list()
    assert {*tenant.singles} == {*NAMES}


def test_of_many_users_in_doubt_some_are_read_and_the_listing_is_believed_of_others() -> None:
    # All homings rest on the type, of which listing and single read say the same.
    providers: Row = dict.fromkeys(HOMING[:2])
    tenant = Tenant({name: {"TeamsUpgradePolicy": "Islands", **providers} for name in NAMES})
    assert {user.homing for user in tenant.list().values()} == {Homing.ONPREM}
    assert tenant.singles == NAMES[:21]


@pytest.mark.parametrize("odd", [5, 20])
def test_of_many_users_in_doubt_all_are_read_once_one_is_listed_otherwise(odd: int) -> None:
    providers: Row = dict.fromkeys(HOMING[:2])
    own: dict[str, Row] = {name: {"TeamsUpgradePolicy": "Islands", **providers} for name in NAMES}
    tenant = Patchy(own, {NAMES[odd]: BLANK | {"InterpretedUserType": "PureOnlineTeamsOnlyUser"}})
    assert {user.homing for user in tenant.list().values()} == {Homing.ONPREM}
    assert tenant.singles == NAMES


def test_only_listed_users_who_may_be_meant_are_read_singly() -> None:
    own: dict[str, Row] = {**GRANTED, NAMES[40]: {"TeamsUpgradePolicy": "Islands", "AccountType": "Guest", **BLANK}}
    tenant = Tenant(own)
    assert NAMES[40] not in tenant.list()
    assert tenant.singles == [NAMES[0]]


def test_each_listed_user_is_read_once_and_all_but_the_first_by_what_is_read() -> None:
    rows = [account(f"sip:{name}", name) for name in NAMES[:3]]
    host = directory(*rows)
    users = parse_users(NAMES[:3])
    assert list(read_singly(host.remote(), SERVER, users)) == users
    assert [each["parameters"]["Identity"] for each in host.started] == [user.sip for user in users]
    first, *others = [each["select"] for each in host.started]
    assert first == ["*"]
    assert {tuple(each) for each in others} == {
        (
            "Identity", "SipAddress", "UserPrincipalName", "DisplayName", "HostingProvider", "RegistrarPool", "Enabled",
            "EnterpriseVoiceEnabled", "LineURI", "ConferencingPolicy", "TeamsUpgradePolicy",
        )
    }  # fmt: skip
    assert read_singly(host.remote(), SERVER, []) == {}
    assert len(host.started) == 3


@pytest.mark.parametrize(
    ("reply", "code", "message"),
    [
        (failing("Busy."), "fault", "Busy."),
        (failing("Access is denied."), "access_denied", "Access is denied."),
        ({"state": "timeout"}, "read_failed", "Get-CsOnlineUser on ps01: the host did not answer in time"),
        ({"state": "lost"}, "read_failed", "Get-CsOnlineUser on ps01: the connection to the host was lost"),
    ],
)
def test_r11_users_that_cannot_be_listed_are_not_taken_for_none(reply: Reply, code: str, message: str) -> None:
    for selection in (Selection(), Selection(filter="Enabled -eq $true")):
        found = read_or_reason(list_users, answering(Get_CsOnlineUser=reply).remote(), online(), selection)
        assert isinstance(found, Reason)
        assert found.code == code
        assert message in found.message
        assert code != "read_failed" or whole(found).remedy == "Run again once the host answers."


class Projecting(Scripted):
    """A host that lists these accounts with the properties that are asked for, as null where they do not exist."""

    def __init__(self, *rows: Row) -> None:
        super().__init__(self._reply)
        self._rows = rows

    def _reply(self, command: Mapping[str, Any]) -> Reply:
        names = command["select"]
        found = self._rows[: command["parameters"].get("ResultSize")]
        whole_objects = names is None or names == ["*"]
        rows = found if whole_objects else [{name: row.get(name) for name in names} for row in found]
        return {"state": "completed", "output": list(rows)}

    @property
    def calls(self) -> list[tuple[dict[str, object], bool]]:
        """The parameters of each call, and whether whole objects were asked for."""
        return [(each["parameters"], each["select"] == ["*"]) for each in self.started]


SALES = {"Filter": "Department -eq 'Sales'"}


def test_r11_a_property_that_a_listing_does_not_have_is_not_an_empty_one() -> None:
    rows: list[Row] = [
        {"SipAddress": "sip:alice@contoso.com", "TeamsUpgradePolicy": None, "Company": "Contoso"},
        {"SipAddress": "sip:bob@contoso.com", "TeamsUpgradePolicy": "SfBOnly", "LineUri": None},
    ]
    host = Projecting(*rows)
    assert list_accounts(host.remote(), online(), Selection(filter=SALES["Filter"])) == [
        {"SipAddress": "sip:alice@contoso.com", "TeamsUpgradePolicy": None},
        {"SipAddress": "sip:bob@contoso.com", "TeamsUpgradePolicy": "SfBOnly"},
    ]
    assert host.calls == [({**SALES, "ResultSize": 1}, True), (SALES, False)]
    assert {*host.started[1]["select"]} >= {"SipAddress", "HostingProvider", "InterpretedUserType", "AssignedPlan"}
    assert {each["module"] for each in host.started} == {"MicrosoftTeams"}


def test_where_no_first_object_shows_its_properties_whole_objects_are_listed() -> None:
    nobody = Projecting()
    assert list_accounts(nobody.remote(), online(), Selection(filter=SALES["Filter"])) == []
    assert nobody.calls == [({**SALES, "ResultSize": 1}, True), (SALES, True)]
    row: Row = {"SipAddress": "sip:alice@contoso.com", "Company": None}
    old = Projecting(row)
    host = online(Get_CsOnlineUser="Identity Filter")
    assert list_accounts(old.remote(), host, Selection(filter=SALES["Filter"])) == [row]
    assert old.calls == [(SALES, True)]
