# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Meeting migration as the service reports it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .decision import Reason
from .user import User


class MigrationState(StrEnum):
    """The states of a migration request."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    SUCCEEDED = "succeeded"
    FAILED = "failed"

    @classmethod
    def read(cls, value: object) -> MigrationState | None:
        """Return the state as the service writes it (InProgress, ...), None for anything else."""
        return {state.value.replace("_", ""): state for state in cls}.get(
            str(value or "").strip().lower().replace("_", "")
        )

    @property
    def under_way(self) -> bool:
        """Whether the service still works on it (R50)."""
        return self in (MigrationState.PENDING, MigrationState.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class Meeting:
    """A migration request of a user: counts of meetings, the service's last message, when it was made.

    `kind` is the service's MigrationType (SfbToTeams, ...); empty where it did not say.
    """

    state: MigrationState
    total: int | None
    succeeded: int | None
    failed: int | None
    message: str
    since: datetime | None
    kind: str = ""

    @property
    def complete(self) -> bool:
        """Whether every meeting was converted."""
        return self.state is MigrationState.SUCCEEDED and not self.failed


@dataclass(frozen=True, slots=True)
class UserMeetings:
    """A user and their migration requests, the newest first; `unread` says why those could not be read."""

    user: User
    requests: tuple[Meeting, ...] = ()
    unread: Reason | None = None

    @property
    def newest(self) -> Meeting | None:
        """The request made last."""
        return next(iter(self.requests), None)

    @property
    def identity(self) -> str:
        """The identity that cmdlets take."""
        return self.user.identity
