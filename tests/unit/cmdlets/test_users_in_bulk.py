# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading many users: which calls are made, in which order, and what each asks for (R11, R29, R72)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.comparing import blanks_errors, doubtful
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.users import read_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import Row
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import address_of, parse_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, Side, User

from tests.unit.cmdlets.hosts import online, onprem
from tests.unit.cmdlets.scripted import Reply, Scripted, failing
from tests.unit.cmdlets.test_comparing import HOST, NAMES, Tenant
from tests.unit.cmdlets.test_listings import GRANTED
from tests.unit.sentences import whole

STRANGERS = [f"x{number}@contoso.com" for number in range(5)]


class Projecting(Tenant):
    """A tenant that returns the properties that are asked for, as null where they do not exist; it shows no policies at all."""

    def __call__(self, command: Mapping[str, Any]) -> Reply:
        reply = super().__call__(command)
        shown = [{name: each for name, each in row.items() if name != "TeamsUpgradePolicy"} for row in reply["output"]]
        if (names := command["select"] or ["*"]) != ["*"]:
            shown = [{name: row.get(name) for name in names} for row in shown]
        return {**reply, "output": shown}


def test_r11_a_property_that_no_read_shows_is_not_known_of_anybody() -> None:
    found = Projecting(GRANTED).read()
    assert {fact.assigned if isinstance(fact, User) else fact.code for fact in found.values()} == {None}


def test_the_first_read_of_each_kind_is_of_whole_objects() -> None:
    tenant = Tenant(GRANTED)
    connection = Scripted(tenant)
    read_users(connection.remote(), HOST, parse_users(NAMES))
    asked = [(sorted(each["parameters"]), each["select"] == ["*"]) for each in connection.started]
    assert asked == [(["Identity"], True), (["Filter"], True), (["Filter"], False), (["Filter"], False)]
    # The first user is asked for again, to compare.
    assert [address_of(NAMES[0]) in str(each["parameters"]) for each in connection.started] == [
        True,
        True,
        False,
        False,
    ]
    assert {tuple(each["select"]) for each in connection.started[2:]} == {
        (
            "Identity", "SipAddress", "UserPrincipalName", "DisplayName", "HostingProvider", "OnPremHostingProvider",
            "InterpretedUserType", "AccountType", "TeamsUpgradeEffectiveMode", "TeamsUpgradePolicy",
            "TeamsUpgradeNotificationsEnabled", "TeamsUpgradePolicyIsReadOnly", "TeamsUpgradeOverridePolicy", "AssignedPlan",
            "FeatureTypes", "UserValidationErrors", "EnterpriseVoiceEnabled", "LineUri", "OnPremEnterpriseVoiceEnabled",
            "OnPremLineURI", "SoftDeletionTimestamp", "UserDirSyncEnabled",
        )
    }  # fmt: skip


def test_three_users_are_tried_before_a_listing_is_asked_for() -> None:
    tenant = Tenant(GRANTED)
    found = tenant.read(*STRANGERS, *NAMES[:2])
    assert [fact.code for fact in found.values() if isinstance(fact, Reason)] == ["user_not_found"] * 5
    first = [name for name in STRANGERS[:3] for _address in range(2)]
    # Then one of those listed, to compare, and those whom the listing does not hold.
    assert tenant.singles == [*first, NAMES[0], *STRANGERS[3:], *STRANGERS[3:]]


class Forgetful(Tenant):
    """A tenant that lists everybody but the first user."""

    def __call__(self, command: Mapping[str, Any]) -> Reply:
        reply = super().__call__(command)
        if "Identity" in command["parameters"]:
            return reply
        return {**reply, "output": [row for row in reply["output"] if row["Identity"] != NAMES[0]]}


def test_where_the_first_user_is_not_listed_another_is_compared() -> None:
    tenant = Forgetful(GRANTED)
    found = tenant.read(*NAMES[:9])
    assert all(isinstance(fact, User) for fact in found.values())
    assert tenant.singles == NAMES[:2]


def test_r72_a_first_user_who_is_deleted_is_compared_as_any() -> None:
    gone = {"TeamsUpgradePolicy": "Islands", "SoftDeletionTimestamp": "2026-01-01"}
    tenant = Tenant({**GRANTED, NAMES[0]: gone})
    first, *others = tenant.read().values()
    assert isinstance(first, Reason)
    assert whole(first).code == "user_deleted"
    assert NAMES[0] in first.message
    assert all(isinstance(fact, User) for fact in others)
    assert tenant.singles == [NAMES[0]]


def account(sip: str, name: str) -> Row:
    return {
        "SipAddress": f"sip:{sip}@contoso.com",
        "UserPrincipalName": f"{name}@contoso.com",
        "HostingProvider": "SRV:",
    }


@pytest.mark.parametrize("others", [0, 3])
def test_whether_an_address_is_somebody_elses_name_is_asked_for_by_what_is_read(others: int) -> None:
    rows = [account("alice", "alice.upn"), account("bob", "alice"), *(account(f"u{n}", f"u{n}") for n in range(others))]

    def reply(command: Mapping[str, Any]) -> Reply:
        asked = str(command["parameters"])
        found = [row for row in rows if f"'{row['SipAddress']}'" in asked or f"'{row['UserPrincipalName']}'" in asked]
        return {"state": "completed", "output": found}

    connection = Scripted(reply)
    users = parse_users([*(f"u{n}@contoso.com" for n in range(others)), "alice@contoso.com"])
    found = read_users(connection.remote(), online(), users)[users[-1]]
    assert isinstance(found, Reason)
    assert whole(found).code == "ambiguous_user"
    assert "alice@contoso.com" in found.message
    if not others:
        *_reads, last = connection.started
        assert last["parameters"] == {"Filter": "UserPrincipalName -eq 'alice@contoso.com'"}
        assert last["select"] != ["*"]


@pytest.mark.parametrize(
    ("single", "listed", "blank"),
    [
        ({"UserValidationErrors": []}, {"UserValidationErrors": None}, True),
        ({"UserValidationErrors": []}, {"UserValidationErrors": ""}, True),
        ({"UserValidationErrors": ["twice"]}, {"UserValidationErrors": ""}, True),
        ({"UserValidationErrors": []}, {}, True),
        ({"UserValidationErrors": []}, {"UserValidationErrors": []}, False),
        ({"UserValidationErrors": ["twice"]}, {"UserValidationErrors": ["twice"]}, False),
        # Null in both may be how no error is shown.
        ({"UserValidationErrors": None}, {"UserValidationErrors": None}, False),
        ({}, {"UserValidationErrors": None}, False),
    ],
)
def test_a_listing_with_nothing_in_place_of_a_list_shows_no_errors(single: Row, listed: Row, blank: bool) -> None:
    assert blanks_errors(single, listed) is blank


@pytest.mark.parametrize(
    ("user", "asked"),
    [
        ("carol@contoso.com", ["sip:carol@contoso.com", "carol@contoso.com"]),
        ("sip:carol@contoso.com", ["sip:carol@contoso.com"]),
    ],
)
def test_a_user_is_asked_for_by_sip_address_and_then_by_name(user: str, asked: list[str]) -> None:
    for host in (online(), onprem()):
        nobody = Scripted(lambda _command: {"state": "completed", "output": []})
        (found,) = read_users(nobody.remote(), host, parse_users([user])).values()
        assert isinstance(found, Reason)
        assert whole(found).code == "user_not_found"
        assert user in found.message
        assert host.name in found.message
        assert [each["parameters"] for each in nobody.started] == [{"Identity": name} for name in asked]


@pytest.mark.parametrize("reply", [failing("It is busy.", "Busy"), {"state": "timeout"}, {"state": "lost"}])
def test_r11_a_user_who_could_not_be_read_is_not_asked_for_again(reply: Reply) -> None:
    host = Scripted(lambda _command: reply)
    (found,) = read_users(host.remote(), online(), parse_users(["carol@contoso.com"])).values()
    assert isinstance(found, Reason)
    assert whole(found).code == "read_failed"
    assert "carol@contoso.com" in found.message
    assert [each["parameters"] for each in host.started] == [{"Identity": "sip:carol@contoso.com"}]


LISTED = {user: User(user, Side.ONLINE, Homing.ONPREM, mode=Mode.ISLANDS, assigned="") for user in parse_users(NAMES)}
FIRST, *_OTHERS = LISTED.values()
NO_ERRORS: list[Row] = [{"UserValidationErrors": None}, {"UserValidationErrors": ""}]


@pytest.mark.parametrize(
    ("compared", "rows", "doubted"),
    [
        (FIRST, [], NAMES[:5]),
        (None, [], NAMES[:5]),
        (Reason("user_deleted", "Gone."), [], NAMES[:5]),
        # One user has a policy in both reads: policies are shown.
        (replace(FIRST, assigned="Islands"), [], []),
        # Users of other modes come first.
        (replace(FIRST, mode=Mode.SFB_ONLY), [], NAMES[:5]),
        (replace(FIRST, assigned="Islands"), NO_ERRORS, NAMES[:20]),
        (replace(FIRST, assigned="Islands"), [{"UserValidationErrors": ""}] * 3, NAMES[:20]),
        (replace(FIRST, assigned="Islands"), [*NO_ERRORS, {"UserValidationErrors": []}], []),
        (replace(FIRST, assigned="Islands"), [*NO_ERRORS, {"SipAddress": "x"}], NAMES[:20]),
        (replace(FIRST, assigned="Islands"), [{"SipAddress": "x"}], []),
        (FIRST, NO_ERRORS, NAMES[:20]),
    ],
)
def test_where_nobody_has_errors_or_policies_some_users_are_doubted(
    compared: User | Reason | None, rows: list[Row], doubted: list[str]
) -> None:
    assert [user.text for user in doubtful(LISTED, rows, compared)] == doubted


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        # As the cmdlets of both sides say that there is nobody, with or without an error.
        (failing("Management object not found for identity.", "ManagementObjectNotFound"), "user_not_found"),
        ({"state": "failed"}, "user_not_found"),
        ({"state": "completed"}, "user_not_found"),
        ({"state": "cancelled"}, "read_failed"),
        ({"state": "refused"}, "read_failed"),
    ],
)
def test_a_user_is_not_found_only_where_the_cmdlet_came_to_its_end(reply: Reply, code: str) -> None:
    for host in (online(), onprem()):
        (found,) = read_users(
            Scripted(lambda _command: reply).remote(), host, parse_users(["carol@contoso.com"])
        ).values()
        assert isinstance(found, Reason)
        assert whole(found).code == code
