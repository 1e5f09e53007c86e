# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Batch operations that an earlier run has started and that are still at work: nobody is asked for twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.batches import NAME
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import GrantInBatch
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Change
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import parse_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.apply import ChangeApplier
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.batches import Following
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.limits import FailureCount, Limits

from tests.unit.cmdlets.hosts import online
from tests.unit.cmdlets.scripted import OK, Reply, Scripted, failing, prepared, still
from tests.unit.run.waiting import FakeClock

NEW, GET = "New-CsBatchPolicyAssignmentOperation", "Get-CsBatchPolicyAssignmentOperation"
USERS = parse_users(["u0@contoso.com", "u1@contoso.com"])
OURS = {"OperationId": "before", "OperationName": f"{NAME} SfBOnly", "OverallStatus": "InProgress"}


def state(user: str, *, done: bool) -> dict[str, str]:
    return {"Id": user, "State": "Completed", "Result": "Success"} if done else {"Id": user, "State": "NotStarted"}


def tenant(listed: Reply, first: int) -> Scripted:
    """A tenant with these operations. That of before is for the first users, and has come to them when it is asked again."""
    asked: list[str] = []

    def reply(command: Mapping[str, Any]) -> Reply:
        operation = command["parameters"].get("Identity")
        if command["name"] == NEW:
            return {**OK, "output": ["new"]}
        if command["name"] != GET:
            return OK
        if operation is None:
            return listed
        asked.append(operation)
        users = USERS[:first] if operation == "before" else USERS
        done = operation == "new" or asked.count("before") > 1
        states = [state(user.sip, done=done) for user in users]
        return {**OK, "output": [{"OverallStatus": "Completed" if done else "InProgress", "UserState": states}]}

    return Scripted(reply)


@pytest.mark.parametrize(
    ("listed", "first", "started", "operations"),
    [
        # Both are still to come in the operation of before; one is; nobody is.
        ({**OK, "output": [OURS]}, 2, [], ["before"]),
        ({**OK, "output": [OURS]}, 1, [["sip:u1@contoso.com"]], ["before", "new"]),
        ({**OK, "output": [OURS]}, 0, [[user.sip for user in USERS]], ["new"]),
        # It has ended, is for another policy, or somebody else's.
        ({**OK, "output": [OURS | {"OverallStatus": "Complete"}]}, 2, [[user.sip for user in USERS]], ["new"]),
        ({**OK, "output": [OURS | {"OperationName": NAME}]}, 2, [[user.sip for user in USERS]], ["new"]),
        ({**OK, "output": [OURS | {"OperationName": None}]}, 2, [[user.sip for user in USERS]], ["new"]),
        # What cannot be listed keeps nobody from being granted: the same assignment made twice is that assignment.
        (failing("busy"), 2, [[user.sip for user in USERS]], ["new"]),
    ],
)
def test_who_waits_in_an_operation_of_before_is_followed_there(
    listed: Reply, first: int, started: list[list[str]], operations: list[str]
) -> None:
    connection, clock = tenant(listed, first), FakeClock()
    failures = FailureCount(Limits(retry_delay=0), 2)
    applying = ChangeApplier(connection.remote(), online(), failures, following=Following(60, 10), clock=clock)
    changes = {user: Change({}, {}, GrantInBatch(user.sip, "SfBOnly")) for user in USERS}
    attempts = applying.send(prepared(changes, online()), still(changes))
    new = [each["parameters"] for each in connection.started if each["name"] == NEW]
    assert [each["Identity"] for each in new] == started
    assert {each["OperationName"] for each in new} <= {f"{NAME} SfBOnly"}
    assert applying.operations == operations
    assert [(each.started, each.answered) for each in attempts.values()] == [(True, True)] * 2
    assert "Grant-CsTeamsUpgradePolicy" not in [each["name"] for each in connection.started]


def test_a_connection_that_breaks_before_anything_was_sent_leaves_nobody_unknown() -> None:
    connection = tenant(OK, 0)
    connection._breaks_after = 0
    failures = FailureCount(Limits(retry_delay=0), 2)
    applying = ChangeApplier(connection.remote(), online(), failures, following=Following(0, 0))
    changes = {user: Change({}, {}, GrantInBatch(user.sip, "SfBOnly")) for user in USERS}
    attempts = applying.send(prepared(changes, online()), still(changes))
    assert [each.started for each in attempts.values()] == [False, False]
    assert applying.stopped is not None
    assert (applying.stopped.code, failures.users) == ("connection", set())
