# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Batch assignment: an operation that goes on by itself, and its results user by user."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.lab.organisation.builders import Org, all_properties, error, properties, user


def start(org: Org, *users: str, policy: str | None = "SfBOnly", **parameters: object) -> str:
    outcome = org.cloud(
        "New-CsBatchPolicyAssignmentOperation",
        Identity=list(users),
        PolicyType="TeamsUpgradePolicy",
        PolicyName=policy,
        **parameters,
    )
    assert not outcome.failures
    (operation,) = outcome.output
    return str(operation)


def look(org: Org, operation: str) -> Any:
    return properties(org.cloud("Get-CsBatchPolicyAssignmentOperation", Identity=operation))


def test_an_operation_goes_from_not_started_to_completed() -> None:
    org = Org(user(), user("bob"))
    operation = start(org, "alice@contoso.com", "sip:bob@contoso.com", OperationName="pilot")
    found = look(org, operation)
    assert (found["OverallStatus"], found["NotStartedCount"], found["CompletedTime"]) == ("NotStarted", 2, None)
    found = look(org.later(seconds=10), operation)
    assert (found["OverallStatus"], found["InProgressCount"]) == ("InProgress", 2)
    assert org.mode("alice@contoso.com") == "Islands"
    found = look(org.later(seconds=10), operation)
    assert (found["OverallStatus"], found["CompletedCount"], found["ErrorCount"]) == ("Completed", 2, 0)
    assert found["CompletedTime"] is not None
    assert [one.properties["Result"] for one in found["UserState"]] == ["Success", "Success"]
    assert [org.mode(f"{name}@contoso.com") for name in ("alice", "bob")] == ["SfBOnly", "SfBOnly"]


def test_a_completed_operation_can_hold_errors() -> None:
    org = Org(
        user(),
        user("moved", homing="online"),
        user("bare", licences=[]),
        user("odd", upn="odd.name@contoso.com"),
    )
    names = ["alice@contoso.com", "moved@contoso.com", "bare@contoso.com", "odd.name@contoso.com", "nobody@contoso.com"]
    found = look(org.later(seconds=0), start(org, *names))
    assert found["ErrorCount"] == 0
    found = look(org.later(minutes=1), found["OperationId"])
    results = [one.properties["Result"] for one in found["UserState"]]
    assert results[0] == "Success"
    assert "only be in TeamsOnly mode" in results[1]
    assert "license" in results[2]
    assert results[3:] == ["User not found", "User not found"]
    assert (found["OverallStatus"], found["CompletedCount"], found["ErrorCount"]) == ("Completed", 5, 4)


def test_the_rules_of_a_grant_hold() -> None:
    org = Org(user())
    operation = start(org, "alice@contoso.com", policy="UpgradeToTeams")
    (one,) = look(org.later(minutes=1), operation)["UserState"]
    assert "on-premises" in one.properties["Result"]
    assert org.mode("alice@contoso.com") == "Islands"


@pytest.mark.parametrize("nothing", [None, ""])
def test_nothing_takes_the_policy_away(nothing: str | None) -> None:
    org = Org(user(policy="SfBOnly"))
    start(org, "alice@contoso.com", policy=nothing)
    assert org.later(minutes=1).mode("alice@contoso.com") == "Islands"


def test_object_ids_are_taken_and_duplicates_dropped() -> None:
    org = Org(user())
    object_id = org.online("alice@contoso.com")["Identity"]
    operation = start(org, object_id, "alice@contoso.com", "SIP:Alice@contoso.com")
    assert [one.properties["Id"] for one in look(org, operation)["UserState"]] == [object_id, "SIP:Alice@contoso.com"]


def test_five_thousand_users_take_minutes_and_one_more_is_refused() -> None:
    org = Org(synthetic={"count": 5000})
    names = [f"user{number:05d}@contoso.com" for number in range(1, 5001)]
    operation = start(org, *names, policy="Islands")
    found = look(org.later(seconds=60), operation)
    assert 0 < found["CompletedCount"] < 5000
    assert look(org.later(minutes=5), operation)["OverallStatus"] == "Completed"
    outcome = org.cloud("New-CsBatchPolicyAssignmentOperation", Identity=[*names, "x"], PolicyType="TeamsUpgradePolicy")
    assert "5000" in error(outcome)


def test_what_is_no_policy_type_and_no_operation() -> None:
    org = Org(user())
    outcome = org.cloud("New-CsBatchPolicyAssignmentOperation", Identity=["a"], PolicyType="TeamsPetPolicy")
    assert "TeamsPetPolicy" in error(outcome)
    assert "x-y" in error(org.cloud("Get-CsBatchPolicyAssignmentOperation", Identity="x-y"))


def test_the_list_is_of_thirty_days_and_without_users() -> None:
    org = Org(user())
    first = start(org, "alice@contoso.com")
    org.later(days=20)
    start(org, "alice@contoso.com", policy="Islands")
    listed = all_properties(org.cloud("Get-CsBatchPolicyAssignmentOperation"))
    assert [(one["OperationId"] == first, one["UserState"]) for one in listed] == [(True, []), (False, [])]
    done = all_properties(org.cloud("Get-CsBatchPolicyAssignmentOperation", Status="Completed"))
    assert [one["OperationId"] for one in done] == [first]
    org.later(days=11)
    assert len(all_properties(org.cloud("Get-CsBatchPolicyAssignmentOperation"))) == 1


def test_the_word_for_done_is_a_reading() -> None:
    org = Org(user(), readings={"batch_done": "Complete"})
    operation = start(org, "alice@contoso.com")
    assert look(org.later(minutes=1), operation)["OverallStatus"] == "Complete"
