# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose meetings are converted, and when a request is due (R49 to R55)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from .._model import reasons
from .._model.actions import StartMeetingMigration
from .._model.decision import Change, Decision, Keep, Pending, Reason, Refuse, Shown, Status, Unknown
from .._model.meeting import Meeting, MigrationState, UserMeetings
from .._model.policy import Mode
from .._model.user import User
from .guards import unless_user

# The modes in which a user schedules Teams meetings, so that converting the old ones makes sense (MMS triggers for these two).
SCHEDULES_IN_TEAMS = (Mode.TEAMS_ONLY, Mode.SFB_WITH_TEAMS_COLLAB_AND_MEETINGS)

NOT_CONVERTED_IN_TENANT = (
    "MeetingMigrationEnabled is false in this tenant: nothing is converted, and so nothing requested."
)

# The service leaves a request alone for so long (R51).
STARTS_AFTER = timedelta(minutes=90)

# What requests lead to, as the service names it (MigrationType); a request of another kind does not count as this one.
_KINDS: Mapping[tuple[str, str], Collection[str]] = {
    ("SfB", "Teams"): ("sfbtoteams", "alltoteams"),
    ("Teams", "Teams"): ("teamstoteams", "alltoteams"),
    ("All", "Teams"): ("alltoteams",),
    ("SfB", "Current"): ("tosametype", "sfbtosfb"),
    ("Teams", "Current"): ("tosametype", "teamstoteams"),
    ("All", "Current"): ("tosametype",),
}


def shown(user: User, meeting: Meeting | None) -> dict[str, object]:
    """Return a user's meeting migration as results show it."""
    return {"migration": meeting.state.value if meeting else None, "mode": user.mode.value if user.mode else None}


@dataclass(frozen=True, slots=True)
class Migrate:
    """Users' meetings are converted from `source` to `target`. Each is asked for once: a request that is there is not
    repeated (R50), unless it failed and `retry_failed` asks for another. `disabled`: the tenant converts nothing, so that a
    request would never show and be made again by every run (R53). `queued_by_move`: a move has queued the request just now, and the
    service may not show it yet (R51). `follow_only`: what was requested before is looked at, and nothing requested (R42). `unread`: why
    nobody can tell whether the tenant converts anything. `any_mode`: users whose mode does not schedule in Teams are asked for as well.
    """

    source: str = "SfB"
    target: str = "Teams"
    retry_failed: bool = False
    disabled: bool = False
    queued_by_move: bool = False
    follow_only: bool = False
    any_mode: bool = False
    unread: Reason | None = None

    def decide(self, facts: UserMeetings) -> Decision:
        """Return what is to be done about the user."""
        user, meeting = facts.user, self._standing_for(facts.requests)
        if nothing := unless_user(user):
            return nothing
        if user.inconsistent:
            return Refuse(reasons.INCONSISTENT.format(user=user.id.text), shown(user, facts.newest))
        if facts.unread:
            return Unknown(facts.unread)
        if not self.any_mode and (not_in_teams := self._unless_in_teams(facts)):
            return not_in_teams
        if not facts.requests and self.queued_by_move and not self.disabled:
            return Pending(shown(user, None), reasons.MIGRATION_NOT_DUE.format(user=user.id.text))
        if meeting is None and self.follow_only:
            return Keep(shown(user, facts.newest))
        return self._standing(user, meeting) if meeting else self._request(user, facts.newest)

    def _unless_in_teams(self, facts: UserMeetings) -> Decision | None:
        """Return why a user's mode keeps their meetings from being converted; None where it does not."""
        user = facts.user
        if user.mode is None:
            return Unknown(reasons.HOMING_UNKNOWN.format(user=user.id.text, why="TeamsUpgradeEffectiveMode is missing"))
        if self.target == "Teams" and user.mode not in SCHEDULES_IN_TEAMS:
            reason = reasons.MEETINGS_NOT_APPLICABLE.format(user=user.id.text)
            return Refuse(reason, shown(user, facts.newest), Status.SKIPPED)
        return None

    def _standing_for(self, requests: Sequence[Meeting]) -> Meeting | None:
        """Return the request that stands for what was asked: one under way, whatever its kind, since none is doubled; else the newest of
        the kind that was asked for, also where others were made since (R50).
        """
        kinds = _KINDS[self.source, self.target]
        under_way = next((each for each in requests if each.state.under_way), None)
        return under_way or next((each for each in requests if each.kind.lower() in ("", *kinds)), None)

    def _request(self, user: User, meeting: Meeting | None) -> Decision:
        before: Shown = shown(user, meeting)
        if self.unread:
            return Unknown(self.unread)
        if self.disabled:
            return Refuse(reasons.MEETING_MIGRATION_DISABLED.format(user=user.id.text), before, Status.SKIPPED)
        after = {**before, "migration": MigrationState.PENDING.value}
        return Change(before, after, StartMeetingMigration(user.identity, self.source, self.target))

    def _standing(self, user: User, meeting: Meeting) -> Decision:
        state = shown(user, meeting)
        if meeting.state.under_way:
            return Pending(state, pending(user, meeting))
        if meeting.complete:
            return Keep(state)
        if self.retry_failed and not self.follow_only:
            return self._request(user, meeting)
        return Refuse(failure(user, meeting), state)


def pending(user: User, meeting: Meeting) -> Reason:
    """Return the reason that says "not due yet" (R51)."""
    since = meeting.since.isoformat(timespec="minutes") if meeting.since else "an unknown time"
    due = (
        f"{(meeting.since + STARTS_AFTER).isoformat(timespec='minutes')}"
        if meeting.since
        else "when that is, it does not say"
    )
    return reasons.MIGRATION_PENDING.format(user=user.id.text, since=since, due=due)


def failure(user: User, meeting: Meeting) -> Reason:
    """Return the reason that carries the service's message and counts (R55)."""
    total = "" if meeting.total is None else f" of {meeting.total}"
    counts = "it does not say how many meetings" if meeting.failed is None else f"{meeting.failed}{total} meetings"
    said = meeting.message or "no message"
    alike = f"The meeting migration of <user> failed: {said}"
    return replace(reasons.MIGRATION_FAILED.format(user=user.id.text, message=said, counts=counts), alike=alike)
