# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Meeting migration: what starts one, when it runs, how it ends, and how that reads."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.lab.organisation.builders import Org, error, properties, succeeded, teams_module, user

ALICE = "alice@contoso.com"


def start(org: Org, name: str = ALICE, **parameters: object) -> None:
    assert succeeded(org.cloud("Start-CsExMeetingMigration", Identity=name, **parameters))


def states(org: Org, name: str = ALICE) -> list[str]:
    return [str(row["State"]) for row in org.meetings(name)]


def test_a_request_waits_ninety_minutes_runs_and_succeeds() -> None:
    org = Org(user(homing="online", meetings={"skype": 3, "teams": 1, "large": 2}))
    start(org, SourceMeetingType="SfB", TargetMeetingType="Teams")
    (row,) = org.meetings(ALICE)
    assert (row["State"], row["TotalMeeting"], row["CreateDate"]) == ("Pending", 0, "2026-12-01T08:00:00.0000000Z")
    assert states(org.later(minutes=89)) == ["Pending"]
    assert states(org.later(minutes=2)) == ["InProgress"]
    (row,) = org.later(minutes=30).meetings(ALICE)
    assert (row["State"], row["MigrationType"], row["ModifiedDate"]) == (
        "Succeeded",
        "SfbToTeams",
        "2026-12-01T10:00:00.0000000Z",
    )
    assert (row["TotalMeeting"], row["SucceededMeeting"], row["FailedMeeting"]) == (3, 3, 0)
    found = org.organisation.world.tenant.find(ALICE)
    assert found is not None
    assert (found.calendar.skype, found.calendar.teams, found.calendar.large) == (0, 4, 2)


@pytest.mark.parametrize(
    ("parameters", "kind", "left"),
    [
        ({}, "ToSameType", 2),
        ({"SourceMeetingType": "SfB"}, "ToSameType", 2),
        ({"TargetMeetingType": "Current"}, "ToSameType", 2),
        ({"TargetMeetingType": "Teams"}, "AllToTeams", 0),
        ({"SourceMeetingType": "sfb", "TargetMeetingType": "teams"}, "SfbToTeams", 0),
        ({"SourceMeetingType": "Teams", "TargetMeetingType": "Teams"}, "TeamsToTeams", 2),
    ],
)
def test_only_the_target_teams_converts(parameters: dict[str, Any], kind: str, left: int) -> None:
    org = Org(user(homing="online", meetings={"skype": 2}))
    start(org, **parameters)
    (row,) = org.later(hours=3).meetings(ALICE)
    assert (row["MigrationType"], row["State"]) == (kind, "Succeeded")
    found = org.organisation.world.tenant.find(ALICE)
    assert found is not None
    assert found.calendar.skype == left


def test_each_call_queues_another_request() -> None:
    org = Org(user(homing="online"))
    start(org)
    start(org.later(minutes=100))
    assert states(org) == ["InProgress", "Pending"]


def test_failing_meetings_are_tried_nine_times_in_a_day() -> None:
    org = Org(user(homing="online", meetings={"skype": 5, "failing": 2, "message": "no rights"}))
    start(org, TargetMeetingType="Teams")
    (row,) = org.later(minutes=121).meetings(ALICE)
    assert (row["State"], row["RetryCount"], row["LastMessage"]) == ("InProgress", 1, "no rights")
    (row,) = org.later(hours=24).meetings(ALICE)
    assert (row["State"], row["RetryCount"], row["LastMessage"]) == ("Failed", 9, "no rights")
    assert (row["TotalMeeting"], row["SucceededMeeting"], row["FailedMeeting"]) == (5, 3, 2)


def test_a_passing_trouble_is_got_over() -> None:
    org = Org(user(homing="online", meetings={"skype": 5, "failing": 2, "attempts": 1}))
    start(org, TargetMeetingType="Teams")
    assert states(org.later(minutes=125)) == ["InProgress"]
    (row,) = org.later(minutes=160).meetings(ALICE)
    assert (row["State"], row["RetryCount"], row["FailedMeeting"], row["LastMessage"]) == ("Succeeded", 1, 0, "")


def test_a_mailbox_on_premises_fails() -> None:
    org = Org(user(homing="online", mailbox="onprem", meetings={"skype": 2}))
    start(org, TargetMeetingType="Teams")
    (row,) = org.later(hours=3).meetings(ALICE)
    assert (row["State"], row["FailedMeeting"]) == ("Failed", 2)
    assert "Exchange Online" in row["LastMessage"]


def test_switched_off_for_the_tenant_nothing_is_queued() -> None:
    org = Org(user(homing="online"), user("bob"), tenant={"meeting_migration": False})
    assert properties(org.cloud("Get-CsTenantMigrationConfiguration"))["MeetingMigrationEnabled"] is False
    start(org)
    org.move("bob@contoso.com")
    assert states(org) == states(org, "bob@contoso.com") == []
    org.cloud("Set-CsTenantMigrationConfiguration", MeetingMigrationEnabled=True)
    start(org)
    assert states(org) == ["Pending"]


@pytest.mark.parametrize(
    ("policy", "started"),
    [("UpgradeToTeams", True), ("SfBWithTeamsCollabAndMeetings", True), ("SfBWithTeamsCollab", False), (None, False)],
)
def test_a_grant_into_a_converting_mode_starts_one(policy: str | None, started: bool) -> None:
    org = Org(user(homing="online"), profile="2020")
    org.grant(ALICE, policy)
    assert states(org) == (["Pending"] if started else [])
    org.grant(ALICE, policy)
    assert len(states(org)) == int(started)


def test_in_2020_a_grant_could_leave_meetings_alone() -> None:
    org = Org(user(homing="online"), profile="2020")
    org.grant(ALICE, "UpgradeToTeams", MigrateMeetingsToTeams=False)
    assert states(org) == []


def test_today_that_parameter_has_no_effect() -> None:
    org = Org(user())
    org.grant(ALICE, "SfBWithTeamsCollabAndMeetings", MigrateMeetingsToTeams=False)
    assert states(org) == ["Pending"]


def test_whether_a_grant_starts_one_at_all_is_a_reading() -> None:
    org = Org(user(), readings={"grant_triggers_meetings": "no"})
    org.grant(ALICE, "SfBWithTeamsCollabAndMeetings")
    assert states(org) == []


def test_rows_by_state_and_time() -> None:
    org = Org(user(homing="online"), user("bob", homing="online"))
    start(org)
    org.later(hours=3)
    start(org, "bob@contoso.com")

    def users(**parameters: object) -> list[str]:
        rows = org.cloud("Get-CsMeetingMigrationStatus", **parameters).output
        return [row.properties["UserPrincipalName"].partition("@")[0] for row in rows]  # type: ignore[attr-defined]

    assert users() == ["alice", "bob"]
    assert users(State="Pending") == ["bob"]
    assert users(State="failed") == []
    assert users(StartTime="2026-12-01T09:00:00Z") == ["bob"]
    assert users(EndTime="2026-12-01T09:00:00Z") == ["alice"]
    assert "not found" in error(org.cloud("Get-CsMeetingMigrationStatus", Identity="nobody@contoso.com"))


@pytest.mark.parametrize(
    ("version", "reading", "text"), [("6.6.0", None, True), ("2.3.1", None, False), ("6.6.0", "objects", False)]
)
def test_the_summary_is_a_json_text_in_newer_modules(version: str, reading: str | None, text: bool) -> None:
    readings = {"meeting_summary": reading} if reading else {}
    org = Org(user(homing="online"), user("bob", homing="online"), hosts=teams_module(version), readings=readings)
    assert org.cloud("Get-CsMeetingMigrationStatus", SummaryOnly=True).output == ()
    start(org)
    assert _summary(org, text=text) == [{"State": "Pending", "UserCount": 1}]
    start(org.later(hours=3), "bob@contoso.com")
    assert _summary(org, text=text) == [{"State": "Succeeded", "UserCount": 1}, {"State": "Pending", "UserCount": 1}]


def _summary(org: Org, *, text: bool) -> Any:
    output = org.cloud("Get-CsMeetingMigrationStatus", SummaryOnly=True).output
    if not text:
        return [row.properties for row in output]  # type: ignore[attr-defined]
    (only,) = output
    assert isinstance(only, str)
    # A pipeline of one object becomes a JSON object, not a list of one.
    read = json.loads(only)
    return [read] if isinstance(read, dict) else read


def test_earlier_requests_are_listed_and_go_on() -> None:
    kinds = ("SfbToTeams", "TeamsToTeams", "AllToTeams", "ToSameType")
    made = ("Pending", "InProgress", "Succeeded", "Failed")
    requests = [{"kind": kind, "state": state, "age": "3h"} for kind, state in zip(kinds, made, strict=True)]
    org = Org(user(homing="online", meetings={"skype": 2, "requests": requests}))
    rows = org.meetings(ALICE)
    assert [(row["MigrationType"], row["State"]) for row in rows] == list(zip(kinds, made, strict=True))
    assert {row["CreateDate"] for row in rows} == {"2026-12-01T05:00:00.0000000Z"}
    assert [(row["TotalMeeting"], row["FailedMeeting"]) for row in rows[2:]] == [(1, 0), (1, 1)]
    assert states(org.later(minutes=31))[:2] == ["Pending", "Succeeded"]
    assert states(org.later(minutes=60))[:2] == ["InProgress", "Succeeded"]


def test_a_request_may_be_listed_later_than_it_was_made() -> None:
    org = Org(user(homing="online", meetings={"skype": 2}), timing={"meetings_listed": "5m"})
    start(org, SourceMeetingType="SfB", TargetMeetingType="Teams")
    assert states(org) == []
    assert states(org.later(minutes=5)) == ["Pending"]
