# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an operation's counts say where its users cannot be read, and how one is started (A.6)."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.batches import (
    OperationStatus,
    get_operation,
    merged,
    new_operation,
    policy_of,
    progress_in,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import State
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import NotOffered

from tests.unit.cmdlets.hosts import answer, online

WELL = {"OverallStatus": "Completed", "ErrorCount": 0, "CompletedCount": 2, "UserState": None}
DONE = {"Id": "a@x.com", "State": "Completed", "Result": "Success"}


def progress(row: dict[str, object]) -> OperationStatus:
    found = progress_in(answer(row))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("counts", "faultless"),
    [
        ({}, True),
        ({"ErrorCount": "0", "CompletedCount": "2"}, True),
        ({"OverallStatus": "Complete"}, True),
        ({"OverallStatus": "completed"}, True),
        # One that goes on may count no error yet.
        ({"OverallStatus": "InProgress"}, False),
        ({"OverallStatus": "NotStarted"}, False),
        ({"OverallStatus": None}, False),
        ({"OverallStatus": ""}, False),
        # The count of those completed holds the failures.
        ({"ErrorCount": 1}, False),
        ({"ErrorCount": None}, False),
        ({"ErrorCount": ""}, False),
        ({"ErrorCount": False}, False),
        ({"CompletedCount": 0}, False),
        ({"CompletedCount": None}, False),
    ],
)
def test_an_operation_is_faultless_that_has_ended_and_counts_no_error(
    counts: dict[str, object], faultless: bool
) -> None:
    assert progress({**WELL, **counts}).faultless is faultless
    for missing in counts:
        assert not progress({name: value for name, value in WELL.items() if name != missing}).faultless


@pytest.mark.parametrize(
    ("states", "unread", "waiting"),
    [
        ([DONE], False, ()),
        (DONE, False, ()),
        ([DONE, {"Id": "sip:B@x.com", "State": "NotStarted"}], False, ("b@x.com",)),
        ([DONE, {"Id": "b@x.com", "State": "InProgress", "Result": "Success"}], False, ("b@x.com",)),
        # Without a state, the result counts.
        ([{"Id": "a@x.com", "Result": "Success"}], False, ()),
        ([{"Id": "a@x.com", "State": "COMPLETED", "Result": "success"}], False, ()),
        ([DONE, {"Id": "b@x.com", "State": "Completed", "Result": ""}], True, ()),
        ([DONE, {"Id": "", "State": "InProgress"}], True, ()),
        ([DONE, {"State": "Completed", "Result": "Success"}], True, ()),
        ([DONE, "b@x.com"], True, ()),
        (["a@x.com"], True, ()),
        ([], True, ()),
        (None, True, ()),
        ("a@x.com", True, ()),
    ],
)
def test_what_is_said_of_users_is_read_or_known_to_be_unread(
    states: object, unread: bool, waiting: tuple[str, ...]
) -> None:
    found = progress({"OverallStatus": "InProgress", "UserState": states})
    assert (found.unread, found.waiting, found.faultless) == (unread, frozenset(waiting), False)


def test_an_answer_that_broke_off_says_nothing() -> None:
    assert progress_in(answer(WELL, state=State.LOST)) is None
    assert progress_in(answer(WELL, error="Busy.")) is None
    assert progress_in(answer()) is None


def test_whose_turn_has_not_come_is_known_and_whose_name_is_strange_is_not() -> None:
    asked = frozenset(("a@x.com", "b@x.com", "c@x.com"))
    waits = OperationStatus(False, frozenset(("a@x.com",)), {"b@x.com": "No licence"}, waiting=frozenset(("c@x.com",)))
    assert waits.unknown(asked) == frozenset()
    unread = OperationStatus(
        False, frozenset(("a@x.com",)), {"b@x.com": "No licence"}, waiting=frozenset(("c@x.com",)), unread=True
    )
    assert unread.unknown(asked | {"d@x.com"}) == {"d@x.com"}
    assert OperationStatus(False, frozenset(("z@x.com",))).unknown(asked) == asked


@pytest.mark.parametrize(("policy", "sent"), [("SfBOnly", "SfBOnly"), (None, ""), ("", "")])
def test_an_operation_is_started_for_users_of_one_policy(policy: str | None, sent: str) -> None:
    command = new_operation(["sip:a@x.com", "sip:b@x.com"], policy, online())
    assert (command.name, command.module) == ("New-CsBatchPolicyAssignmentOperation", "MicrosoftTeams")
    assert command.parameters == {
        "Identity": ["sip:a@x.com", "sip:b@x.com"],
        "PolicyType": "TeamsUpgradePolicy",
        "PolicyName": sent,
        "OperationName": f"sfb.teams_upgrade {sent}".strip(),
        "Confirm": False,
    }


def test_an_operation_is_asked_for_what_is_read_of_it() -> None:
    assert get_operation("0fbb-4a", online()).select == (
        "OperationId", "OverallStatus", "CompletedCount", "ErrorCount", "UserState",
    )  # fmt: skip


@pytest.mark.parametrize("offered", ["Status", None])
def test_an_operation_that_nobody_could_ask_for_is_not_started(offered: str | None) -> None:
    host = online(Get_CsBatchPolicyAssignmentOperation=offered)
    with pytest.raises(NotOffered, match="Get-CsBatchPolicyAssignmentOperation"):
        new_operation(["sip:a@x.com"], "SfBOnly", host)


def test_operations_of_one_policy_are_merged_in_order() -> None:
    one = new_operation(["sip:a@x.com", "sip:b@x.com"], "SfBOnly", online())
    other = new_operation(["sip:c@x.com"], "SfBOnly", online())
    both = merged([one, other])
    assert (both.name, both.module) == ("New-CsBatchPolicyAssignmentOperation", "MicrosoftTeams")
    assert both.parameters == {**one.parameters, "Identity": ["sip:a@x.com", "sip:b@x.com", "sip:c@x.com"]}
    assert policy_of(both) == "SfBOnly"
    assert policy_of(new_operation(["sip:a@x.com"], None, online())) == ""


def test_the_detail_of_an_operation_is_asked_for_by_its_id() -> None:
    command = get_operation("0fbb-4a", online())
    assert (command.name, command.module) == ("Get-CsBatchPolicyAssignmentOperation", "MicrosoftTeams")
    assert command.parameters == {"Identity": "0fbb-4a"}
