# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The meeting migration service: requests wait for at least 90 minutes, run, and are tried again when meetings fail (R49 to R56)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .records import Calendar, CloudUser, Requested
from .world import World

ON_PREMISES_MAILBOX = "The mailbox of the organizer is not in Exchange Online, so the meetings cannot be migrated."
NOT_UPDATED = "One or more meetings could not be updated."


class State(StrEnum):
    """The state of a request."""

    PENDING = "Pending"
    IN_PROGRESS = "InProgress"
    FAILED = "Failed"
    SUCCEEDED = "Succeeded"


class Kind(StrEnum):
    """What a request converts, as MigrationType shows it."""

    SKYPE_TO_SKYPE = "SfbToSfb"
    SKYPE_TO_TEAMS = "SfbToTeams"
    TEAMS_TO_TEAMS = "TeamsToTeams"
    ALL_TO_TEAMS = "AllToTeams"
    SAME = "ToSameType"


@dataclass(slots=True, eq=False)
class Migration:
    """One request for one user."""

    correlation: str
    user: CloudUser
    kind: Kind
    created: datetime
    modified: datetime
    state: State = State.PENDING
    total: int = 0
    succeeded: int = 0
    failed: int = 0
    retries: int = 0
    message: str = ""


class MeetingService:
    """The queue of requests, oldest first."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._requests: list[Migration] = []
        self._by_user: dict[str, list[Migration]] = {}
        for user in world.tenant:
            for requested in user.calendar.requests:
                self._recall(user, requested)

    def request(self, user: CloudUser, kind: Kind) -> Migration | None:
        """Queue a migration. While migrations are switched off for the tenant nothing is queued, and None returned (R53)."""
        if not self._world.tenant.settings.meeting_migration:
            return None
        now = self._world.now()
        migration = self._queued(Migration(str(uuid.uuid4()), user, kind, now, now))
        self._world.agenda.at(now + self._world.timing.meetings, lambda due: self._start(migration, due))
        return migration

    def of(self, user: CloudUser | None) -> Iterable[Migration]:
        """Return the requests of a user, or of everybody, as far as they are listed yet."""
        since = self._world.now() - self._world.timing.meetings_listed
        found = self._requests if user is None else self._by_user.get(user.object_id, ())
        return [migration for migration in found if migration.created <= since]

    def _queued(self, migration: Migration) -> Migration:
        self._requests.append(migration)
        self._by_user.setdefault(migration.user.object_id, []).append(migration)
        return migration

    def _recall(self, user: CloudUser, requested: Requested) -> None:
        """Keep a migration that was asked for before the lab began; one that is not over goes on from now."""
        now = self._world.now()
        made, state = now - requested.age, State(requested.state)
        migration = self._queued(Migration(str(uuid.uuid4()), user, Kind(requested.kind), made, made, state))
        if state is State.PENDING:
            self._world.agenda.at(now + self._world.timing.meetings, lambda due: self._start(migration, due))
        elif state is State.IN_PROGRESS:
            self._start(migration, now)
        else:
            migration.total = migration.succeeded = 1
        if state is State.FAILED:
            _fail(migration, 1, NOT_UPDATED)

    def _start(self, migration: Migration, due: datetime) -> None:
        migration.state, migration.modified = State.IN_PROGRESS, due
        migration.total = _matching(migration.user.calendar, migration.kind)
        self._world.agenda.at(due + self._world.timing.meetings_running, lambda end: self._finish(migration, end))

    def _finish(self, migration: Migration, due: datetime) -> None:
        user, calendar = migration.user, migration.user.calendar
        migration.modified = due
        if user.mailbox != "online":
            _fail(migration, migration.total, ON_PREMISES_MAILBOX)
            return
        failing = min(calendar.failing, migration.total)
        if failing and (calendar.attempts is None or migration.retries < calendar.attempts):
            self._try_again(migration, failing, due)
            return
        migration.state, migration.message = State.SUCCEEDED, ""
        migration.succeeded, migration.failed = migration.total, 0
        _convert(calendar, migration.kind, 0)

    def _try_again(self, migration: Migration, failing: int, due: datetime) -> None:
        message = migration.user.calendar.message or NOT_UPDATED
        if migration.retries < self._world.timing.meetings_retries:
            migration.retries += 1
            migration.message = message
            self._world.agenda.at(due + self._world.timing.meetings_retry, lambda end: self._finish(migration, end))
            return
        _fail(migration, failing, message)
        _convert(migration.user.calendar, migration.kind, failing)


def requested_kind(source: str, target: str) -> Kind:
    """Return what Start-CsExMeetingMigration's two parameters ask for. The target `Current` converts nothing (R49)."""
    if target.casefold() != "teams":
        return Kind.SAME
    return {"sfb": Kind.SKYPE_TO_TEAMS, "teams": Kind.TEAMS_TO_TEAMS}.get(source.casefold(), Kind.ALL_TO_TEAMS)


def _fail(migration: Migration, failed: int, message: str) -> None:
    migration.state, migration.message = State.FAILED, message
    migration.failed, migration.succeeded = failed, migration.total - failed


def _matching(calendar: Calendar, kind: Kind) -> int:
    """Return how many meetings a request touches. Those with more than 250 attendees are left alone, and not counted."""
    if kind in (Kind.SKYPE_TO_TEAMS, Kind.SKYPE_TO_SKYPE):
        return calendar.skype
    return calendar.teams if kind is Kind.TEAMS_TO_TEAMS else calendar.skype + calendar.teams


def _convert(calendar: Calendar, kind: Kind, failed: int) -> None:
    if kind in (Kind.SKYPE_TO_TEAMS, Kind.ALL_TO_TEAMS):
        left = min(failed, calendar.skype)
        calendar.teams += calendar.skype - left
        calendar.skype = left
