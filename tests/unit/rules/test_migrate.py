# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Converting meetings (R49 to R51, R55, section 5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import StartMeetingMigration
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import (
    Change,
    Pending,
    Reason,
    Refuse,
    Unknown,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.meeting import (
    Meeting,
    MigrationState,
    UserMeetings,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, User
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.migrate import (
    SCHEDULES_IN_TEAMS,
    Migrate,
    failure,
    pending,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.rules.builders import ALICE, cloud_user, in_short, online, onprem

START = "change Start-CsExMeetingMigration"
NOON = datetime(2026, 12, 7, 12, tzinfo=UTC)


def request(state: str, kind: str = "SfbToTeams", failed: int | None = 0, message: str = "") -> Meeting:
    """A request as the service lists it."""
    read = MigrationState.read(state)
    assert read is not None
    return Meeting(read, 4, None, failed, message, NOON, kind)


def of(user: User, *requests: Meeting) -> UserMeetings:
    """A user and their requests, the newest first."""
    return UserMeetings(user, requests)


facts = st.builds(
    UserMeetings,
    st.builds(cloud_user, st.sampled_from(Homing), st.none() | st.sampled_from(Mode)),
    st.lists(
        st.builds(
            request,
            st.sampled_from(["Pending", "InProgress", "Failed", "Succeeded"]),
            st.sampled_from(["", "SfbToTeams", "AllToTeams", "ToSameType"]),
            st.none() | st.integers(0, 4),
        ),
        max_size=3,
    ).map(tuple),
)
desired_states = st.builds(
    Migrate, st.sampled_from(["SfB", "Teams", "All"]), st.sampled_from(["Teams", "Current"]), st.booleans()
)


@pytest.mark.parametrize(
    ("facts", "decision"),
    [
        (of(online()), START),
        (of(onprem(Mode.SFB_WITH_TEAMS_COLLAB_AND_MEETINGS)), START),
        (of(onprem(Mode.SFB_WITH_TEAMS_COLLAB)), "skip meetings_not_applicable"),
        (of(onprem(Mode.ISLANDS)), "skip meetings_not_applicable"),
        (of(online(), request("Pending")), "settling migration_pending"),
        (of(online(), request("InProgress")), "settling migration_pending"),
        (of(online(), request("InProgress", failed=1)), "settling migration_pending"),
        (of(online(), request("Succeeded")), "keep"),
        (of(online(), request("Succeeded", failed=None)), "keep"),
        (of(online(), request("Succeeded", failed=1)), "refuse migration_failed"),
        (of(online(), request("Failed")), "refuse migration_failed"),
        (of(online(None)), "unread homing_unknown"),
        (of(cloud_user(Homing.UNKNOWN, Mode.TEAMS_ONLY)), "unread homing_unknown"),
    ],
)
def test_r50_a_conversion_is_requested_once(facts: UserMeetings, decision: str) -> None:
    assert in_short(Migrate().decide(facts)) == decision


def test_r10_nobody_who_is_inconsistent_has_meetings_converted() -> None:
    assert in_short(Migrate().decide(of(onprem(Mode.TEAMS_ONLY)))) == "refuse inconsistent"


@pytest.mark.parametrize(
    ("requests", "decision"),
    [
        ((), "keep"),
        ((request("Succeeded", "TeamsToTeams"),), "keep"),
        ((request("Succeeded"),), "keep"),
        ((request("Pending"),), "settling migration_pending"),
        ((request("Failed"),), "refuse migration_failed"),
    ],
)
def test_r42_users_who_are_only_followed_are_asked_for_nothing(requests: tuple[Meeting, ...], decision: str) -> None:
    assert in_short(Migrate(follow_only=True, retry_failed=True).decide(of(online(), *requests))) == decision


def test_r11_a_user_whose_requests_could_not_be_read_gets_no_other() -> None:
    why = Reason("meetings_unknown", "no answer")
    assert Migrate().decide(UserMeetings(online(), unread=why)) == Unknown(why)


@pytest.mark.parametrize("source", ["SfB", "Teams", "All"])
@pytest.mark.parametrize("target", ["Teams", "Current"])
def test_r49_both_types_are_named(source: str, target: str) -> None:
    decision = Migrate(source, target).decide(of(online()))
    assert isinstance(decision, Change)
    assert decision.action == StartMeetingMigration("sip:alice@contoso.com", source, target)
    assert decision.before == {"migration": None, "mode": "TeamsOnly"}
    assert decision.after == {"migration": "pending", "mode": "TeamsOnly"}


@pytest.mark.parametrize(
    ("facts", "decision"),
    [
        (of(online()), "skip meeting_migration_disabled"),
        (of(online(), request("Failed")), "skip meeting_migration_disabled"),
        (of(online(), request("Pending")), "settling migration_pending"),
        (of(online(), request("Succeeded")), "keep"),
    ],
)
def test_r53_nothing_is_requested_where_the_tenant_converts_nothing(facts: UserMeetings, decision: str) -> None:
    assert in_short(Migrate(retry_failed=True, disabled=True).decide(facts)) == decision


def test_what_is_renewed_as_it_is_needs_no_mode_with_teams_meetings() -> None:
    assert in_short(Migrate("SfB", "Current").decide(of(onprem(Mode.SFB_ONLY)))) == START


@pytest.mark.parametrize("mode", [*Mode, None])
def test_users_of_every_mode_are_asked_for_where_that_is_said(mode: Mode | None) -> None:
    user = replace(online(), mode=mode)
    assert in_short(Migrate(any_mode=True).decide(of(user))) == START
    if mode not in SCHEDULES_IN_TEAMS:
        assert in_short(Migrate().decide(of(user))) != START
    assert in_short(Migrate(any_mode=True).decide(of(onprem(Mode.TEAMS_ONLY)))) == "refuse inconsistent"


@pytest.mark.parametrize(
    ("source", "target", "kinds"),
    [
        ("SfB", "Teams", {"SfbToTeams", "AllToTeams"}),
        ("Teams", "Teams", {"TeamsToTeams", "AllToTeams"}),
        ("All", "Teams", {"AllToTeams"}),
        ("SfB", "Current", {"ToSameType", "SfbToSfb"}),
        ("Teams", "Current", {"ToSameType", "TeamsToTeams"}),
        ("All", "Current", {"ToSameType"}),
    ],
)
def test_a_request_of_another_kind_is_not_this_one(source: str, target: str, kinds: set[str]) -> None:
    desired = Migrate(source, target)
    for kind in ("SfbToSfb", "SfbToTeams", "TeamsToTeams", "AllToTeams", "ToSameType", "Unknown"):
        decision = in_short(desired.decide(of(online(), request("Succeeded", kind))))
        assert decision == ("keep" if kind in kinds else START), kind


def test_a_request_without_a_kind_counts_as_the_one_that_is_desired() -> None:
    assert in_short(Migrate().decide(of(online(), request("Succeeded", "")))) == "keep"


@pytest.mark.parametrize("state", ["Pending", "InProgress"])
def test_r50_a_request_under_way_is_not_doubled_whatever_its_kind(state: str) -> None:
    assert in_short(Migrate().decide(of(online(), request(state, "ToSameType")))) == "settling migration_pending"


@pytest.mark.parametrize("older", ["Pending", "InProgress"])
def test_r50_a_request_under_way_is_not_doubled_though_another_was_made_since(older: str) -> None:
    facts = of(online(), request("Succeeded", "TeamsToTeams"), request(older))
    assert in_short(Migrate().decide(facts)) == "settling migration_pending"


@pytest.mark.parametrize(("older", "decision"), [("Succeeded", "keep"), ("Failed", "refuse migration_failed")])
def test_r50_what_was_converted_stays_so_after_a_request_of_another_kind(older: str, decision: str) -> None:
    assert in_short(Migrate().decide(of(online(), request("Succeeded", "TeamsToTeams"), request(older)))) == decision


@given(facts, desired_states)
def test_r50_nothing_is_requested_while_anything_is_under_way(known: UserMeetings, desired: Migrate) -> None:
    if any(each.state.under_way for each in known.requests):
        assert not isinstance(desired.decide(known), Change)


@pytest.mark.parametrize(
    ("meeting", "decision"),
    [
        (request("Failed"), START),
        (request("Succeeded", failed=2), START),
        (request("Succeeded"), "keep"),
        (request("Pending"), "settling migration_pending"),
    ],
)
def test_a_failed_request_is_repeated_only_where_that_is_asked_for(meeting: Meeting, decision: str) -> None:
    assert in_short(Migrate(retry_failed=True).decide(of(online(), meeting))) == decision


def test_r55_a_failure_shows_the_services_message_and_counts() -> None:
    decision = Migrate().decide(of(online(), request("Failed", failed=3, message="The mailbox is full.")))
    assert isinstance(decision, Refuse)
    assert decision.reason.message == (
        "The meeting migration of alice@contoso.com failed (3 of 4 meetings): The mailbox is full."
    )
    assert decision.state == {"migration": "failed", "mode": "TeamsOnly"}


@pytest.mark.parametrize(
    ("total", "failed", "counts"),
    [(4, 3, "(3 of 4 meetings)"), (None, 3, "(3 meetings)"), (4, None, "(it does not say how many meetings)")],
)
def test_r55_what_the_service_leaves_out_is_not_made_up(total: int | None, failed: int | None, counts: str) -> None:
    silent = Meeting(MigrationState.FAILED, total, None, failed, "", None)
    assert f"failed {counts}: no message" in failure(online(), silent).message


@pytest.mark.parametrize(("since", "text"), [(NOON, "2026-12-07T12:00+00:00"), (None, "an unknown time")])
def test_r51_what_is_queued_is_not_due_yet(since: datetime | None, text: str) -> None:
    reason = pending(online(), Meeting(MigrationState.PENDING, None, None, None, "", since))
    assert f"queued since {text}" in reason.message
    assert "90 minutes" in reason.remedy


@given(facts, desired_states)
def test_r50_what_was_requested_is_not_requested_again(known: UserMeetings, desired: Migrate) -> None:
    decision = desired.decide(known)
    if isinstance(decision, Change):
        queued = Meeting(MigrationState.PENDING, None, None, None, "", NOON)
        again = desired.decide(UserMeetings(known.user, (queued, *known.requests)))
        assert isinstance(again, Pending)
        assert again.state == decision.after


def test_a_user_with_meetings_is_named_as_the_user() -> None:
    assert of(online()).identity == "sip:alice@contoso.com"
    assert ALICE.text in failure(online(), request("Failed")).message


@pytest.mark.parametrize(
    ("facts", "desired", "decision"),
    [
        (of(online()), Migrate(queued_by_move=True), "settling migration_not_due"),
        (of(online(), request("Pending")), Migrate(queued_by_move=True), "settling migration_pending"),
        (of(online(), request("Succeeded")), Migrate(queued_by_move=True), "keep"),
        (of(online(), request("Succeeded", kind="SfbToSfb")), Migrate(queued_by_move=True), START),
        (of(onprem(Mode.ISLANDS)), Migrate(queued_by_move=True), "skip meetings_not_applicable"),
        (of(online()), Migrate(queued_by_move=True, disabled=True), "skip meeting_migration_disabled"),
    ],
)
def test_r51_what_a_move_has_queued_is_not_asked_for_again(
    facts: UserMeetings, desired: Migrate, decision: str
) -> None:
    assert in_short(desired.decide(facts)) == decision
