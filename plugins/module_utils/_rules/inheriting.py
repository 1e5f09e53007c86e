# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The users that inherit the tenant default, and what a change of it means for them (R54, R61)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .._model.policy import Mode
from .._model.user import Homing, User
from .migrate import SCHEDULES_IN_TEAMS

NAMED_USERS = 5


def inherits(user: User) -> bool:
    """Return whether the tenant default applies to a user, or may: nothing of their own is known to be assigned, and they are not
    TeamsOnly by being homed online.
    """
    fixed = user.homing is Homing.ONLINE and user.mode is Mode.TEAMS_ONLY
    return user.is_person and not user.assigned and not fixed


def never_converted(user: User) -> bool:
    """Return whether nobody asked for the conversion of a user's meetings: a mode in which it makes sense came by the tenant default."""
    return user.is_person and user.assigned == "" and user.mode in SCHEDULES_IN_TEAMS


@dataclass(frozen=True, slots=True)
class Inheriting:
    """The users whose mode a change of the tenant default from `held` to `wanted` changes."""

    users: Sequence[str]
    held: Mode | None
    wanted: Mode

    @classmethod
    def of(cls, users: Iterable[User], held: Mode | None, wanted: Mode) -> Inheriting:
        """Return those of `users` that the change concerns, by address."""
        meant = sorted(user.id.text for user in users if inherits(user) and user.mode is not wanted)
        return cls(meant, held, wanted)

    @property
    def meetings_not_migrated(self) -> Sequence[str]:
        """Who gets a mode in which meetings are Teams meetings, without theirs being converted (R54)."""
        return self.users if self.wanted in SCHEDULES_IN_TEAMS else ()

    def said(self) -> str:
        """Return what is to be known before the change (R61)."""
        more = f" and {len(self.users) - NAMED_USERS} more" if len(self.users) > NAMED_USERS else ""
        named = f": {', '.join(self.users[:NAMED_USERS])}{more}" if self.users else ""
        count = f"{len(self.users)} users without an assignment of their own get {self.wanted} by the tenant default{named}."
        if self.held is not Mode.ISLANDS or self.wanted is Mode.TEAMS_ONLY or not self.users:
            return count
        return (
            f"{count} Users among them who work in Teams lose chats and calls there: grant them Islands before, to keep it "
            "(teams_upgrade_policy with users and mode: Islands)."
        )
