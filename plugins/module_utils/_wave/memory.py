# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What earlier runs have left for a wave. It is given: a wave knows nothing of where it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .._model.phase import IN_CLOUD, UserPhase


@dataclass(frozen=True, slots=True)
class UserMemory:
    """What is remembered of one user. `notified_on`: when they were notified of this wave, in the plan's time.

    `failed`: their last attempt failed, or nobody knows what came of it. `sent`: what was sent last was not read back.
    """

    phase: UserPhase
    notified_on: datetime | None = None
    failed: bool = False
    sent: bool = False


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered when a wave is worked on: its users, by folded address, and the migration so far.

    `attempted` counts the users of all waves for whom something was sent, `failed` those of them whose last attempt failed or is unknown.
    `sent` holds the phases to which something leads that was sent for this wave before. `later` holds users who were not among its
    first members, which a filter has found. `other_names`: the name in the ledger of those whom runs have changed by another one than
    that of the plan.
    """

    users: Mapping[str, UserMemory] = field(default_factory=dict)
    attempted: int = 0
    failed: int = 0
    sent: frozenset[UserPhase] = frozenset()
    later: frozenset[str] = frozenset()
    other_names: Mapping[str, str] = field(default_factory=dict)

    @property
    def rolled_back(self) -> frozenset[str]:
        """The users who were rolled back, by folded address."""
        return frozenset(user for user, known in self.users.items() if known.phase is UserPhase.ROLLED_BACK)

    @property
    def moved_before(self) -> frozenset[str]:
        """The users who were moved or upgraded by earlier runs, by folded address."""
        return frozenset(user for user, known in self.users.items() if known.phase in IN_CLOUD)

    @property
    def moving_back(self) -> frozenset[str]:
        """The users who were moved before, and for whom another run has sent something since of which nobody has read what came of it."""
        return frozenset(user for user in self.moved_before if self.users[user].sent)

    @property
    def failed_before(self) -> frozenset[str]:
        """The users whose last attempt failed, by folded address."""
        return frozenset(user for user, known in self.users.items() if known.failed)

    def notified_on(self, user: str) -> datetime | None:
        """Return when a user, by folded address, was notified of this wave; None where that is not known."""
        known = self.users.get(user)
        return known.notified_on if known else None
