# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole decisions about meetings, with what is shown before and after, and when a request starts (R49 to R55)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model import reasons
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import StartMeetingMigration
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import (
    Change,
    Decision,
    Keep,
    Pending,
    Reason,
    Refuse,
    Status,
    Unknown,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.meeting import (
    Meeting,
    MigrationState,
    UserMeetings,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import User
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.migrate import Migrate, failure, pending

from tests.unit.rules.builders import ALICE, online, onprem
from tests.unit.sentences import whole

NAME = {"user": "alice@contoso.com"}
NOON = datetime(2026, 12, 7, 12, tzinfo=UTC)
UNREAD = Reason("read_failed", "It is busy.")
SIP = "sip:alice@contoso.com"


def meeting(state: str, *, since: datetime | None = NOON, failed: int | None = 0, kind: str = "SfbToTeams") -> Meeting:
    read = MigrationState.read(state)
    assert read is not None
    return Meeting(read, 4, None, failed, "", since, kind)


def shown(state: str | None, mode: str | None = "TeamsOnly") -> dict[str, object]:
    return {"migration": state.lower() if state else None, "mode": mode}


DONE, FAILED, QUEUED = meeting("Succeeded"), meeting("Failed", failed=2), meeting("Pending")
OTHER = meeting("Succeeded", kind="TeamsToTeams")


@pytest.mark.parametrize(
    ("desired", "user", "requests", "decision"),
    [
        (Migrate(), online(), [], Change(shown(None), shown("Pending"), StartMeetingMigration(SIP, "SfB", "Teams"))),
        (
            Migrate("Teams", "Current", any_mode=True),
            onprem(Mode.ISLANDS),
            [DONE],
            Change(
                shown("Succeeded", "Islands"),
                shown("Pending", "Islands"),
                StartMeetingMigration(SIP, "Teams", "Current"),
            ),
        ),
        (Migrate(), online(), [DONE], Keep(shown("Succeeded"))),
        (
            Migrate(),
            online(),
            [OTHER],
            Change(shown("Succeeded"), shown("Pending"), StartMeetingMigration(SIP, "SfB", "Teams")),
        ),
        (Migrate(follow_only=True), online(), [OTHER], Keep(shown("Succeeded"))),
        (Migrate(follow_only=True), online(), [], Keep(shown(None))),
        (Migrate(), online(), [QUEUED], Pending(shown("Pending"), pending(online(), QUEUED))),
        (Migrate(), online(), [FAILED], Refuse(failure(online(), FAILED), shown("Failed"))),
        (
            Migrate(retry_failed=True),
            online(),
            [FAILED],
            Change(shown("Failed"), shown("Pending"), StartMeetingMigration(SIP, "SfB", "Teams")),
        ),
        (
            Migrate(disabled=True, retry_failed=True),
            online(),
            [FAILED],
            Refuse(reasons.MEETING_MIGRATION_DISABLED.format(**NAME), shown("Failed"), Status.SKIPPED),
        ),
        (Migrate(unread=UNREAD), online(), [], Unknown(UNREAD)),
        (
            Migrate(queued_by_move=True),
            online(),
            [],
            Pending(shown(None), reasons.MIGRATION_NOT_DUE.format(**NAME)),
        ),
        (
            Migrate(),
            onprem(Mode.TEAMS_ONLY),
            [DONE],
            Refuse(reasons.INCONSISTENT.format(**NAME), shown("Succeeded")),
        ),
        (
            Migrate(),
            onprem(Mode.ISLANDS),
            [DONE],
            Refuse(reasons.MEETINGS_NOT_APPLICABLE.format(**NAME), shown("Succeeded", "Islands"), Status.SKIPPED),
        ),
        (
            Migrate(),
            onprem(None),
            [],
            Unknown(reasons.HOMING_UNKNOWN.format(**NAME, why="TeamsUpgradeEffectiveMode is missing")),
        ),
    ],
)
def test_r49_r53_meetings_are_converted(
    desired: Migrate, user: User, requests: list[Meeting], decision: Decision
) -> None:
    assert desired.decide(UserMeetings(user, tuple(requests))) == decision


def test_r51_a_request_says_since_when_it_is_there_and_when_it_starts() -> None:
    said = whole(pending(online(), QUEUED))
    assert "2026-12-07T12:00+00:00" in said.message
    assert "2026-12-07T13:30+00:00" in said.remedy
    unknown = whole(pending(online(), meeting("Pending", since=None)))
    assert "an unknown time" in unknown.message
    assert "when that is, it does not say" in unknown.remedy


@pytest.mark.parametrize(
    ("total", "failed", "counts"),
    [(4, 2, "2 of 4 meetings"), (None, 2, "2 meetings"), (4, None, "it does not say how many meetings")],
)
def test_r55_a_failure_says_how_many_meetings_failed(total: int | None, failed: int | None, counts: str) -> None:
    request = Meeting(MigrationState.FAILED, total, None, failed, "Mailbox full", NOON, "SfbToTeams")
    found = whole(failure(online(), request))
    assert counts in found.message
    assert "Mailbox full" in found.message
    assert ALICE.text in found.message
    # What it has in common with the failures of others.
    assert found.alike == "The meeting migration of <user> failed: Mailbox full"
    silent = failure(online(), Meeting(MigrationState.FAILED, total, None, failed, "", NOON, "SfbToTeams"))
    assert "no message" in silent.message
