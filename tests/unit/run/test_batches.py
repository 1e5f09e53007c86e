# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Grants that go in batches, and those that a batch leaves out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import GrantInBatch
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Change, Reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import Failure, NotOffered
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId, parse_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.ledger_reasons import LEDGER_FULL
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.apply import ChangeApplier
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.batches import LOOKS, Following
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.limits import FailureCount, Limits
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.prepare import prepare
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.recorder import Recorder

from tests.unit.cmdlets.hosts import online
from tests.unit.cmdlets.scripted import OK, Reply, Scripted, failing, prepared, still
from tests.unit.run.waiting import FakeClock


def in_batch(results: Mapping[str, str], status: str = "Completed") -> Scripted:
    """A tenant that carries batch operations out with these results."""

    def reply(command: Mapping[str, Any]) -> Reply:
        if command["name"] == "New-CsBatchPolicyAssignmentOperation":
            return {"state": "completed", "output": ["op-1"]}
        if command["name"] == "Get-CsBatchPolicyAssignmentOperation":
            users = [{"Id": user, "State": "Completed", "Result": result} for user, result in results.items()]
            return {"state": "completed", "output": [{"OverallStatus": status, "UserState": users}]}
        return OK

    return Scripted(reply)


@pytest.mark.parametrize(
    ("results", "status", "singly"),
    [
        ({"sip:u0@contoso.com": "Success", "u1@contoso.com": "Success"}, "Completed", []),
        ({"sip:u0@contoso.com": "Success", "u1@contoso.com": "User not found"}, "Completed", ["u1"]),
        ({"sip:u0@contoso.com": "Success"}, "InProgress", ["u1"]),
    ],
)
def test_users_that_a_batch_leaves_out_are_granted_singly(
    results: Mapping[str, str], status: str, singly: list[str]
) -> None:
    connection = in_batch(results, status)
    failures = FailureCount(Limits(retry_delay=0), 2)
    applying = ChangeApplier(connection.remote(), online(), failures, following=Following(0, 0))
    users = parse_users(["u0@contoso.com", "u1@contoso.com"])
    changes = {user: Change({}, {}, GrantInBatch(user.sip, "SfBOnly")) for user in users}
    attempts = applying.send(prepared(changes, online()), still(changes))
    assert [each.started for each in attempts.values()] == [True, True]
    assert applying.operations == ["op-1"]
    grants = [each for each in connection.started if each["name"] == "Grant-CsTeamsUpgradePolicy"]
    assert [each["parameters"]["Identity"] for each in grants] == [f"sip:{user}@contoso.com" for user in singly]
    assert connection.started[1]["parameters"]["Identity"] == [user.sip for user in users]


def test_a_grant_that_the_host_lacks_stops_everybody_and_keeps_what_is_known() -> None:
    connection, host = in_batch({"u0@contoso.com": "Success"}), online(Grant_CsTeamsUpgradePolicy=None)
    applying = ChangeApplier(
        connection.remote(), host, FailureCount(Limits(retry_delay=0), 2), following=Following(0, 0)
    )
    users = parse_users(["u0@contoso.com", "u1@contoso.com"])
    changes = {user: Change({}, {}, GrantInBatch(user.sip, "SfBOnly")) for user in users}
    attempts = applying.send(prepared(changes, host), still(changes))
    assert [each.started for each in attempts.values()] == [True, False]
    assert applying.stopped is not None
    assert (applying.stopped.code, applying.operations) == ("cmdlet_missing", ["op-1"])


@pytest.mark.parametrize(("answers", "answered", "operations"), [(1, False, []), (2, True, ["op-1"])])
def test_a_connection_that_breaks_in_a_batch_leaves_its_users_unknown(
    answers: int, answered: bool, operations: list[str]
) -> None:
    """They may have been granted: they count as started and are not granted singly."""
    connection, host = in_batch({}), online()
    connection._breaks_after = answers
    applying = ChangeApplier(
        connection.remote(), host, FailureCount(Limits(retry_delay=0), 2), following=Following(0, 0)
    )
    users = parse_users(["u0@contoso.com", "u1@contoso.com"])
    changes = {user: Change({}, {}, GrantInBatch(user.sip, "SfBOnly")) for user in users}
    attempts = applying.send(prepared(changes, host), still(changes))
    assert [(each.started, each.answered) for each in attempts.values()] == [(True, answered)] * 2
    assert applying.stopped is not None
    assert (applying.stopped.code, applying.operations) == ("connection", operations)
    assert "Grant-CsTeamsUpgradePolicy" not in [each["name"] for each in connection.started]


def test_no_batch_is_prepared_where_nobody_could_say_what_came_of_it() -> None:
    host = online(Get_CsBatchPolicyAssignmentOperation=None)
    with pytest.raises(NotOffered) as missing:
        prepare(Change({}, {}, GrantInBatch("sip:u0@contoso.com", "SfBOnly")), host)
    assert "Get-CsBatchPolicyAssignmentOperation" in missing.value.reason.message


def test_operations_are_asked_in_each_interval_until_their_time_is_up() -> None:
    connection, clock = in_batch({}, "InProgress"), FakeClock()
    failures = FailureCount(Limits(retry_delay=0), 1)
    applying = ChangeApplier(connection.remote(), online(), failures, following=Following(60, 10), clock=clock)
    users = parse_users(["u0@contoso.com"])
    changes = {user: Change({}, {}, GrantInBatch(user.sip, "SfBOnly")) for user in users}
    applying.send(prepared(changes, online()), still(changes))
    assert clock.slept == [10] * 7


BATCH = {"OverallStatus": "Completed", "CompletedCount": 2, "ErrorCount": 1}
AS_TEXT: Reply = {**OK, "output": [BATCH | {"UserState": ["sip:u0@contoso.com", "sip:u1@contoso.com"]}]}
STARTED: Reply = {**OK, "output": ["op-1"]}


@pytest.mark.parametrize(
    ("started", "detail", "singly", "sure"),
    [
        # Who was granted cannot be read: granting everybody again would be a guess.
        (STARTED, AS_TEXT, 0, True),
        (STARTED, failing("busy"), 0, True),
        ({**OK, "output": [{"Other": 1}]}, AS_TEXT, 0, True),
        # The counts alone say that all went well.
        (STARTED, {**OK, "output": [BATCH | {"ErrorCount": 0, "UserState": ["x", "x"]}]}, 0, True),
        # An operation whose start was not answered may have been started.
        ({"state": "lost"}, AS_TEXT, 0, False),
        ({"state": "timeout"}, AS_TEXT, 0, False),
        # One that was refused was not.
        (failing("BadRequest"), AS_TEXT, 2, True),
    ],
)
def test_users_that_a_batch_may_have_granted_are_not_granted_again(
    started: Reply, detail: Reply, singly: int, sure: bool
) -> None:
    answers = {"New-CsBatchPolicyAssignmentOperation": started, "Get-CsBatchPolicyAssignmentOperation": detail}
    connection = Scripted(lambda command: answers.get(command["name"], OK))
    failures = FailureCount(Limits(retry_delay=0), 2)
    applying = ChangeApplier(connection.remote(), online(), failures, following=Following(0, 0))
    users = parse_users(["u0@contoso.com", "u1@contoso.com"])
    changes = {user: Change({}, {}, GrantInBatch(user.sip, "SfBOnly")) for user in users}
    attempts = applying.send(prepared(changes, online()), still(changes))
    assert [(each.started, each.answered) for each in attempts.values()] == [(True, sure)] * 2
    assert sum(each["name"] == "Grant-CsTeamsUpgradePolicy" for each in connection.started) == singly


@pytest.mark.parametrize(
    ("limits", "singly", "failed"),
    [
        (Limits(max_failures=1), 0, 2),
        (Limits(max_failures=2), 1, 2),
        (Limits(50), 0, 2),
        (Limits(67), 1, 2),
        (Limits(0), 1, 2),
    ],
)
@pytest.mark.parametrize("state", ["lost", "timeout"])
def test_r40_users_of_an_operation_that_was_lost_count_as_failed(
    state: str, limits: Limits, singly: int, failed: int
) -> None:
    """Whether they were granted is not known; once that are too many, the users of the next operation are not granted singly."""
    starts: list[Reply] = [{"state": state}, failing("BadRequest")]
    connection = Scripted(lambda command: starts.pop(0) if command["name"].startswith("New-CsBatch") else OK)
    failures = FailureCount(limits, 3)
    applying = ChangeApplier(connection.remote(), online(), failures, following=Following(0, 0))
    u0, u1, u2 = users = parse_users(f"u{n}@contoso.com" for n in range(3))
    policies = {u0: "SfBOnly", u1: "SfBOnly", u2: "Islands"}
    changes = {user: Change({}, {}, GrantInBatch(user.sip, policies[user])) for user in users}
    attempts = applying.send(prepared(changes, online()), still(changes))
    assert [(each.started, each.answered) for each in attempts.values()] == [(True, False)] * 2 + [(bool(singly), True)]
    assert sum(each["name"] == "Grant-CsTeamsUpgradePolicy" for each in connection.started) == singly
    assert (failures.users, failures.number) == ({"u0@contoso.com", "u1@contoso.com"}, failed)


def test_r40_no_more_operations_are_started_once_too_many_users_are_lost() -> None:
    """Three operations are started at a time; each holds the users of one policy."""
    connection = Scripted(lambda command: {"state": "lost"} if command["name"].startswith("New-CsBatch") else OK)
    failures = FailureCount(Limits(max_failures=2), 4)
    applying = ChangeApplier(connection.remote(), online(), failures, following=Following(0, 0))
    users = parse_users(f"u{n}@contoso.com" for n in range(4))
    policies = ["Islands", "SfBOnly", "SfBWithTeamsCollab", "UpgradeToTeams"]
    named = zip(users, policies, strict=True)
    changes = {user: Change({}, {}, GrantInBatch(user.sip, policy)) for user, policy in named}
    attempts = applying.send(prepared(changes, online()), still(changes))
    assert [each["parameters"]["PolicyName"] for each in connection.started[1:]] == policies[:3]
    assert [each.started for each in attempts.values()] == [True, True, True, False]
    assert applying.stopped is None


def test_r40_users_of_operations_that_a_broken_connection_lost_count_as_failed() -> None:
    connection, failures = in_batch({}), FailureCount(Limits(), 2)
    connection._breaks_after = 1
    applying = ChangeApplier(connection.remote(), online(), failures, following=Following(0, 0))
    users = parse_users(["u0@contoso.com", "u1@contoso.com"])
    changes = {user: Change({}, {}, GrantInBatch(user.sip, "SfBOnly")) for user in users}
    applying.send(prepared(changes, online()), still(changes))
    assert failures.users == {user.text for user in users}


def test_a_batch_holds_one_policy_and_no_more_than_the_service_takes() -> None:
    connection = in_batch({})
    failures = FailureCount(Limits(retry_delay=0), 5002)
    applying = ChangeApplier(connection.remote(), online(), failures, following=Following(0, 0))
    users = parse_users(f"u{n}@contoso.com" for n in range(5002))
    policies = ["Islands", *["SfBOnly"] * 5001]
    named = zip(users, policies, strict=True)
    changes = {user: Change({}, {}, GrantInBatch(user.sip, policy)) for user, policy in named}
    applying.send(prepared(changes, online()), still(changes))
    batches = [each["parameters"] for each in connection.started if each["name"].startswith("New-CsBatch")]
    assert [(each["PolicyName"], len(each["Identity"])) for each in batches] == [
        ("Islands", 1),
        ("SfBOnly", 5000),
        ("SfBOnly", 1),
    ]


class _Full(Recorder):
    """A ledger whose disk is full after the first group of operations."""

    def __init__(self) -> None:
        self._groups = 0

    def sending(self, changes: Sequence[tuple[UserId, Change]]) -> Mapping[UserId, Reason]:
        self._groups += 1
        if self._groups > 1:
            raise Failure(LEDGER_FULL.format(ledger="ledger.db"))
        return super().sending(changes)


def test_users_of_operations_that_were_started_before_a_ledger_fails_are_read() -> None:
    users = parse_users([f"u{number}@contoso.com" for number in range(4)])
    connection = in_batch({user.sip: "Success" for user in users})
    failures = FailureCount(Limits(retry_delay=0), 4)
    applying = ChangeApplier(connection.remote(), online(), failures, following=Following(0, 0), recorder=_Full())
    # An operation is for one policy, and three are started at a time.
    changes = {user: Change({}, {}, GrantInBatch(user.sip, f"Policy{number}")) for number, user in enumerate(users)}
    attempts = applying.send(prepared(changes, online()), still(changes))
    assert [each.started for each in attempts.values()] == [True, True, True, False]
    assert applying.stopped is not None
    assert applying.stopped.code == "ledger_full"


def granted_in_batch(connection: Scripted, clock: FakeClock) -> ChangeApplier:
    """Grant two users in a batch that is followed for an hour."""
    failures = FailureCount(Limits(retry_delay=0), 2)
    applying = ChangeApplier(connection.remote(), online(), failures, following=Following(3600, 10), clock=clock)
    changes = {
        user: Change({}, {}, GrantInBatch(user.sip, "SfBOnly")) for user in parse_users(["u0@c.com", "u1@c.com"])
    }
    applying.send(prepared(changes, online()), still(changes))
    return applying


@pytest.mark.parametrize(("failing_looks", "looks", "warned"), [(99, LOOKS, True), (LOOKS - 1, LOOKS, False)])
def test_an_operation_that_cannot_be_looked_up_is_not_followed_for_an_hour(
    failing_looks: int, looks: int, warned: bool
) -> None:
    asked: list[str] = []

    def reply(command: Mapping[str, Any]) -> Reply:
        if command["name"] == "Get-CsBatchPolicyAssignmentOperation" and command["parameters"]:
            asked.append("look")
            if len(asked) <= failing_looks:
                return failing("Operation not found.")
            users = [{"Id": f"u{number}@c.com", "State": "Completed", "Result": "Success"} for number in range(2)]
            return {**OK, "output": [{"OverallStatus": "Completed", "UserState": users}]}
        return STARTED if command["name"].startswith("New-") else OK

    connection, clock = Scripted(reply), FakeClock()
    applying = granted_in_batch(connection, clock)
    assert len(asked) == looks
    assert [warning.startswith("The batch operation op-1 cannot be looked up: ") for warning in applying.warnings] == (
        [True] if warned else []
    )
    assert "Grant-CsTeamsUpgradePolicy" not in [each["name"] for each in connection.started]


def test_a_batch_that_the_service_refuses_leads_to_a_warning() -> None:
    connection = Scripted(
        lambda command: failing("Policy settings are wrong.") if command["name"].startswith("New-") else OK
    )
    applying = granted_in_batch(connection, FakeClock())
    (warning,) = applying.warnings
    assert warning.startswith("A batch operation for 2 users was refused, and what it was to do is done singly: ")
    assert "Policy settings are wrong." in warning
    assert [each["name"] for each in connection.started].count("Grant-CsTeamsUpgradePolicy") == 2
