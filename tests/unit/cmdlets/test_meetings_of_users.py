# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users with their meeting migrations, and why one or the other could not be read (R11, R50)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.meetings import (
    list_meetings,
    read_users_meetings,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.not_users import read_not_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.tenant import read_tenant
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model import reasons
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import read_or_reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId, parse_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.meeting import (
    Meeting,
    MigrationState,
    UserMeetings,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import User

from tests.unit.cmdlets.hosts import online, onprem
from tests.unit.cmdlets.scripted import Reply, Scripted, answering, failing
from tests.unit.sentences import sound, whole

STATUS = "Get-CsMeetingMigrationStatus"
ALICE, BOB = parse_users(["alice@contoso.com", "bob@contoso.com"])
DONE = {"State": "Succeeded", "UserPrincipalName": "alice@contoso.com"}


def host(status: Reply) -> Scripted:
    """A tenant that knows Alice alone, and answers for her meetings as given."""

    def reply(command: Mapping[str, Any]) -> Reply:
        if command["name"] == STATUS:
            return status
        asked = str(command["parameters"])
        known = {
            "SipAddress": "sip:alice@contoso.com",
            "UserPrincipalName": "alice@contoso.com",
            "HostingProvider": "SRV:",
        }
        return {"state": "completed", "output": [known] if "alice" in asked else []}

    return Scripted(reply)


def read(status: Reply) -> dict[UserId, UserMeetings | Reason]:
    return read_users_meetings(host(status).remote(), online(), [ALICE, BOB])


def test_users_come_with_their_requests_and_others_with_the_reason() -> None:
    found = read({"state": "completed", "output": [DONE]})
    alice, bob = found[ALICE], found[BOB]
    assert isinstance(alice, UserMeetings)
    assert isinstance(alice.user, User)
    assert (alice.user.id, alice.unread) == (ALICE, None)
    assert alice.requests == (Meeting(MigrationState.SUCCEEDED, None, None, None, "", None, ""),)
    assert isinstance(bob, Reason)
    assert whole(bob).code == "user_not_found"


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (failing("It is odd."), "It is odd."),
        ({"state": "completed", "output": ["[{"]}, "the answer is no JSON"),
        ({"state": "completed", "output": [{**DONE, "State": "Resting"}]}, "the state of a request is 'Resting'"),
        ({"state": "timeout"}, "the host did not answer in time"),
    ],
)
def test_r11_requests_that_cannot_be_read_are_said_to_be_unread(reply: Reply, fault: str) -> None:
    alice = read(reply)[ALICE]
    assert isinstance(alice, UserMeetings)
    assert alice.requests == ()
    assert alice.unread is not None
    assert alice.unread == reasons.MEETINGS_UNKNOWN.format(user="alice@contoso.com", fault=fault)
    listed = read_or_reason(list_meetings, host(reply).remote(), online())
    if "Resting" in fault:
        assert listed == {"alice@contoso.com": alice.unread}
    else:
        assert listed == reasons.MEETINGS_UNKNOWN.format(user="everybody", fault=fault)


def test_a_user_whose_requests_are_unread_is_known_all_the_same() -> None:
    unread = read(failing("It is odd."))[ALICE]
    assert isinstance(unread, UserMeetings)
    assert (unread.user.id, unread.user.sip_address) == (ALICE, "sip:alice@contoso.com")


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        ([], "the answer holds no tenant"),
        (failing("It is odd."), "It is odd."),
        ({"state": "completed", "output": [{}], "errors": [{"message": "Half of it."}]}, "Half of it."),
        ({"state": "lost"}, "the connection to the host was lost"),
    ],
)
def test_r9_a_tenant_that_cannot_be_read_says_why(reply: list[dict[str, Any]] | Reply, fault: str) -> None:
    tenant = online(Get_CsTenant="")
    found = read_or_reason(read_tenant, answering(Get_CsTenant=reply).remote(), tenant)
    assert isinstance(found, Reason)
    assert whole(found).code == "tenant_unknown"
    assert fault in found.message
    assert "ps01" in found.message
    assert read_tenant(answering().remote(), online()) == (None, None)


def test_r28_an_account_that_is_no_user_is_called_what_it_is() -> None:
    room = {"SipAddress": "sip:alice@contoso.com"}
    server = onprem(Get_CsMeetingRoom="Identity", Get_CsAnalogDevice="Identity")
    answers = answering(Get_CsMeetingRoom=[room], Get_CsAnalogDevice=[])
    found = read_not_users(answers.remote(), server, [ALICE, BOB])
    assert set(found) == {ALICE}
    assert "alice@contoso.com" in sound(found[ALICE].message)
    assert "Get-CsMeetingRoom returns it as" in found[ALICE].message
    assert [each["parameters"] for each in answers.started] == [
        {"Identity": user.sip} for dummy in range(2) for user in (ALICE, BOB)
    ]
