# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Migration requests and batch operations as the service lists them (R50, R55, A.5, A.6)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.batches import (
    OperationStatus,
    get_operation,
    operation_id,
    progress_in,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.meetings import (
    is_about,
    moment,
    requests_in,
    rows_of,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import Answer, Row, State
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import Failure
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.meeting import Meeting, MigrationState
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, Side, User
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.cmdlets.hosts import answer, online

# As the service writes a request.
ROW: Row = {
    "CorrelationId": "c-1",
    "CreateDate": "2026-12-07T12:00:00.1234567Z",
    "FailedMeeting": 1,
    "InvitesUpdate": 0,
    "LastMessage": "The mailbox is full.",
    "MigrationType": "SfbToTeams",
    "ModifiedDate": "2026-12-07T14:00:00.1234567Z",
    "RetryCount": 9,
    "State": "Failed",
    "SucceededMeeting": 3,
    "TotalMeeting": 4,
    "UserId": "00000000-0000-0000-0000-000000000001",
    "UserPrincipalName": "alice@contoso.com",
}
NOON = datetime(2026, 12, 7, 12, tzinfo=UTC)


def test_r55_a_request_is_read_with_its_counts_and_message() -> None:
    since = NOON + timedelta(microseconds=123456)
    read = Meeting(MigrationState.FAILED, 4, 3, 1, "The mailbox is full.", since, "SfbToTeams")
    assert requests_in("alice", [ROW]) == (read,)


def test_what_a_request_leaves_out_is_not_made_up() -> None:
    read = Meeting(MigrationState.PENDING, None, None, None, "", None, "")
    assert requests_in("alice", [{"State": "Pending"}]) == (read,)


@pytest.mark.parametrize("state", [None, "", "Whatever"])
def test_r50_a_request_in_an_unknown_state_may_be_under_way(state: object) -> None:
    with pytest.raises(Failure) as failed:
        requests_in("alice@contoso.com", [ROW, ROW | {"State": state}])
    found = failed.value.reason
    assert (found.code, repr(state) in found.message) == ("meetings_unknown", True)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2026-12-07T12:00:00.1234567Z", NOON + timedelta(microseconds=123456)),
        ("2026-12-07T12:00:00.12Z", NOON + timedelta(microseconds=120000)),
        ("2026-12-07T12:00:00Z", NOON),
        ("2026-12-07T12:00:00", NOON),
        ("2026-12-07T13:00:00.0000000+01:00", NOON),
        ("", None),
        (None, None),
        ("yesterday", None),
        ("/Date(1765108800000)/", NOON.replace(year=2025)),
    ],
)
def test_a_time_is_read_with_seven_digits_and_is_utc_without_an_offset(value: object, read: datetime | None) -> None:
    assert moment(value) == read


@given(
    st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1)),
    st.integers(-14, 14),
    st.from_regex(r"[0-9]{1,3}", fullmatch=True),
)
def test_no_digits_beyond_the_sixth_change_a_time(local: datetime, hours: int, more: str) -> None:
    at = local.replace(tzinfo=timezone(timedelta(hours=hours)))
    written = at.isoformat(timespec="microseconds")
    assert moment(written[:26] + more + written[26:]) == at


def request(day: int | None, state: str) -> Row:
    return {"State": state, "CreateDate": f"2026-12-{day:02}T12:00:00Z" if day else None}


@given(
    st.permutations([request(1, "Failed"), request(3, "Succeeded"), request(2, "Pending"), request(None, "InProgress")])
)
def test_requests_are_read_from_the_newest_to_those_without_a_date(rows: list[Row]) -> None:
    found = requests_in("alice", rows)
    assert [each.state for each in found] == ["succeeded", "pending", "failed", "in_progress"]


@pytest.mark.parametrize("date", ["11/29/2026 3:00:00 PM", "29.11.2026 15:00:00"])
def test_r11_several_requests_of_which_one_has_an_odd_date_are_unknown(date: str) -> None:
    odd: Row = {"State": "Failed", "CreateDate": date}
    assert [each.state for each in requests_in("alice", [odd])] == ["failed"]
    both: list[Row] = [odd, request(1, "Succeeded")]
    for rows in (both, both[::-1]):
        with pytest.raises(Failure) as raised:
            requests_in("alice", rows)
        assert raised.value.reason.code == "meetings_unknown"
        assert date in raised.value.reason.message


def test_a_time_in_json_of_windows_powershell_is_read() -> None:
    rows: list[Row] = [{"State": "Failed", "CreateDate": "/Date(1796049000000)/"}, request(1, "Succeeded")]
    assert [each.state for each in requests_in("alice", rows)] == ["succeeded", "failed"]
    assert moment("/Date(1796049000000+0100)/") == datetime(2026, 11, 30, 14, 30, tzinfo=UTC)


def test_who_has_no_request_has_none() -> None:
    assert requests_in("alice", []) == ()


@pytest.mark.parametrize(
    ("given", "rows"),
    [
        (answer({"State": "Pending"}), [{"State": "Pending"}]),
        (answer(json.dumps([{"State": "Pending"}, {"State": "Failed"}])), [{"State": "Pending"}, {"State": "Failed"}]),
        (answer(' {"State": "Pending"}'), [{"State": "Pending"}]),
        (answer([{"State": "Pending"}], {"State": "Failed"}), [{"State": "Pending"}, {"State": "Failed"}]),
        (answer("Nothing found", None, 7, "[1, null]"), []),
        (answer(), []),
    ],
)
def test_requests_come_as_objects_or_as_json_text(given: Answer, rows: list[Row]) -> None:
    assert rows_of(given) == rows


def test_r50_half_an_answer_is_no_answer() -> None:
    with pytest.raises(ValueError, match="Expecting"):
        rows_of(answer('[{"State": "Pending"'))


ALICE = User(
    UserId.parse("alice@contoso.com"), Side.ONLINE, Homing.ONLINE, "sip:alice.sip@contoso.com", "alice.upn@contoso.com"
)


@pytest.mark.parametrize(
    ("row", "about"),
    [
        ({"UserPrincipalName": "Alice@Contoso.com"}, True),
        ({"UserPrincipalName": "alice.upn@contoso.com"}, True),
        ({"UserPrincipalName": "sip:alice.sip@contoso.com"}, True),
        ({"Identity": "alice.upn@contoso.com"}, True),
        ({"UserPrincipalName": "bob@contoso.com", "Identity": "alice@contoso.com"}, True),
        ({"UserPrincipalName": "bob@contoso.com"}, False),
        # A row that names nobody is of the user that was asked for.
        ({"UserId": "00000000-0000-0000-0000-000000000001"}, True),
        ({"UserPrincipalName": None, "Identity": ""}, True),
    ],
)
def test_a_request_is_of_the_user_that_it_names(row: Row, about: bool) -> None:
    assert is_about(row, ALICE) is about


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (answer("0fbb-4a"), "0fbb-4a"),
        (answer(" 0fbb-4a \r\n"), "0fbb-4a"),
        (answer({"OperationId": "0fbb-4a", "OverallStatus": "NotStarted"}), "0fbb-4a"),
        (answer("", {"Other": 1}, "0fbb-4a"), "0fbb-4a"),
        (answer(), None),
    ],
)
def test_an_operation_is_named_by_text_or_in_an_object(given: Answer, found: str | None) -> None:
    assert operation_id(given) == found


def operation(status: str, *users: tuple[str, str, str]) -> Answer:
    states = [{"Id": id, "State": state, "Result": result} for id, state, result in users]
    return answer({"OperationId": "0fbb-4a", "OverallStatus": status, "UserState": states})


@pytest.mark.parametrize(
    ("given", "progress"),
    [
        (operation("NotStarted"), OperationStatus(False)),
        (
            operation("InProgress", ("sip:A@x.com", "Completed", "Success")),
            OperationStatus(False, frozenset(("a@x.com",))),
        ),
        (operation("InProgress", ("a@x.com", "InProgress", "")), OperationStatus(False)),
        # The page says Complete, its examples Completed.
        (operation("Complete", ("a@x.com", "Completed", "Success")), OperationStatus(True, frozenset(("a@x.com",)))),
        (operation("Completed", ("a@x.com", "Completed", "success")), OperationStatus(True, frozenset(("a@x.com",)))),
        # A completed operation may hold failures.
        (
            operation("Completed", ("a@x.com", "Completed", "Success"), ("b@x.com", "Completed", "User not found")),
            OperationStatus(True, frozenset(("a@x.com",)), {"b@x.com": "User not found"}),
        ),
        (
            answer(
                {
                    "OverallStatus": "Completed",
                    "UserState": {"Id": "a@x.com", "State": "Completed", "Result": "Success"},
                }
            ),
            OperationStatus(True, frozenset(("a@x.com",))),
        ),
        (answer({"OverallStatus": "Completed", "UserState": None}), OperationStatus(True)),
        (answer(), None),
        (answer({"OverallStatus": "Completed"}, error="Not found."), None),
        (answer(state=State.LOST), None),
    ],
)
def test_an_operation_says_of_each_user_whether_it_worked(given: Answer, progress: OperationStatus | None) -> None:
    assert progress_in(given) == progress


ASKED = frozenset(("a@x.com", "b@x.com"))
BY_ID = "1d2c9f0e-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("given", "unknown"),
    [
        (operation("Completed", ("a@x.com", "Completed", "Success"), ("b@x.com", "Completed", "User not found")), ""),
        (operation("InProgress", ("a@x.com", "Completed", "Success"), ("b@x.com", "NotStarted", "")), ""),
        # An operation has not taken users that it leaves out while it lists what came of the others.
        (operation("InProgress", ("sip:a@x.com", "Completed", "Success")), ""),
        # Objects of which only the text has arrived: the users' names, or that of their type.
        (answer({"OverallStatus": "Completed", "UserState": ["sip:a@x.com", "sip:b@x.com"]}), "ab"),
        (answer({"OverallStatus": "Completed", "UserState": "sip:a@x.com sip:b@x.com"}), "ab"),
        (answer({"OverallStatus": "Completed", "UserState": ["Microsoft.Teams.UserState"] * 2}), "ab"),
        (answer({"OverallStatus": "Completed", "UserState": []}), "ab"),
        (answer({"OverallStatus": "Completed", "UserState": None}), "ab"),
        (answer({"OverallStatus": "Completed"}), "ab"),
        # Users who are named by their object ids.
        (operation("Completed", (BY_ID, "Completed", "Success"), (BY_ID[:-1] + "2", "Completed", "Success")), "ab"),
        (operation("Completed", ("a@x.com", "Completed", "Success"), (BY_ID, "Completed", "Success")), "b"),
        # Done, and no word of whether it worked.
        (operation("Completed", ("a@x.com", "Completed", "Success"), ("b@x.com", "Completed", "")), "b"),
    ],
)
def test_a_user_of_which_an_operation_says_nothing_readable_is_unknown(given: Answer, unknown: str) -> None:
    progress = progress_in(given)
    assert progress is not None
    assert progress.unknown(ASKED) == {f"{name}@x.com" for name in unknown}


def test_the_states_of_users_are_projected_so_that_they_arrive_as_objects() -> None:
    assert "UserState" in get_operation("0fbb-4a", online()).select


def test_an_operation_is_asked_for_by_its_id() -> None:
    command = get_operation("0fbb-4a", online())
    assert (command.name, command.parameters) == ("Get-CsBatchPolicyAssignmentOperation", {"Identity": "0fbb-4a"})
