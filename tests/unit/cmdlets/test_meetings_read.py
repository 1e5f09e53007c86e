# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What answers about meetings mean: a request, none, or not known (R11, R50)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.meetings import list_meetings, read_meetings
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import read_or_reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, Side, User

from tests.unit.cmdlets.hosts import online
from tests.unit.cmdlets.scripted import Reply, Scripted, failing

ALICE = User(
    UserId.parse("alice@contoso.com"), Side.ONLINE, Homing.ONLINE, "sip:alice@contoso.com", "alice@contoso.com"
)


def requests(*of: tuple[str, str, int]) -> list[dict[str, Any]]:
    return [
        {"UserPrincipalName": user, "State": state, "CreateDate": f"2026-12-{day:02}T12:00:00Z"}
        for user, state, day in of
    ]


def completed(*output: object) -> Reply:
    return {"state": "completed", "output": list(output)}


MINE = requests(
    ("alice@contoso.com", "Failed", 1), ("alice@contoso.com", "Succeeded", 2), ("bob@contoso.com", "Pending", 3)
)


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        (completed(*MINE), "succeeded"),
        (completed(json.dumps(MINE)), "succeeded"),
        (completed(*MINE[2:]), None),
        (completed(), None),
        (failing("User not found"), "meetings_unknown"),
        (failing("Resource not found."), "meetings_unknown"),
        (completed(*MINE, *requests(("alice@contoso.com", "Queued", 1))), "meetings_unknown"),
        (failing("Something broke."), "meetings_unknown"),
        (failing("Access is denied."), "access_denied"),
        (completed('[{"State": "Pend'), "meetings_unknown"),
        ({"state": "timeout"}, "meetings_unknown"),
        ({"state": "lost"}, "meetings_unknown"),
    ],
)
def test_r50_only_an_answer_that_was_read_says_that_there_is_no_request(reply: Reply, found: str | None) -> None:
    connection = Scripted(lambda _command: reply)
    (meetings,) = read_meetings(connection.remote(), online(), [ALICE]).values()
    said = meetings.code if isinstance(meetings, Reason) else next((each.state.value for each in meetings), None)
    assert said == found
    assert connection.started[0]["parameters"] == {"Identity": "sip:alice@contoso.com"}


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        (completed(*MINE, {"State": "Pending"}), {"alice@contoso.com": "succeeded", "bob@contoso.com": "pending"}),
        (completed(json.dumps(MINE)), {"alice@contoso.com": "succeeded", "bob@contoso.com": "pending"}),
        (completed({"UserPrincipalName": "c@contoso.com", "State": "Odd"}), {"c@contoso.com": "meetings_unknown"}),
        (completed(), {}),
        (failing("Access is denied."), "access_denied"),
        (completed("[{"), "meetings_unknown"),
        ({"state": "lost"}, "meetings_unknown"),
    ],
)
def test_the_newest_request_of_everybody_is_listed(reply: Reply, found: dict[str, str] | str) -> None:
    listed = read_or_reason(list_meetings, Scripted(lambda _command: reply).remote(), online())
    if isinstance(listed, Reason):
        assert listed.code == found
    else:
        shown = {user: one.code if isinstance(one, Reason) else one.state.value for user, one in listed.items()}
        assert shown == found
