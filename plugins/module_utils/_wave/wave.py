# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later


"""One wave: its day, its window, its users, and what is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from .._model.identity import UserId
from .._model.policy import Mode
from .._rules.plan_window import Window


class Due(StrEnum):
    """What a wave's dates ask for on a day. A wave stays due after its day, so that a later run catches up."""

    NOTHING = "nothing"
    NOTIFY = "notify"
    UPGRADE = "upgrade"

    @property
    def noun(self) -> str:
        """The word for it in sentences."""
        return {Due.NOTIFY: "notification", Due.UPGRADE: "upgrade"}.get(self, "nothing")


@dataclass(frozen=True, slots=True)
class Wave:
    """One wave. `users` is None where the members come from `filter` and have not been read yet.

    `notified_on`: its users were notified by other means on that day. `again`: users who were rolled back are upgraded once more (R64).
    """

    name: str
    upgrade_on: date
    lead_days: int
    mode: Mode
    migrate_meetings: bool
    window: Window | None
    users: tuple[UserId, ...] | None
    excluded: tuple[UserId, ...] = ()
    filter: Mapping[str, str] = field(default_factory=dict)
    notified_on: date | None = None
    enforces_notice: bool = True
    again: bool = False

    @property
    def notify_on(self) -> date:
        """The first day on which users are notified (R47)."""
        return self.upgrade_on - timedelta(days=self.lead_days)

    @property
    def members(self) -> tuple[UserId, ...]:
        """The users of the wave less the excluded ones."""
        excluded = {user.key for user in self.excluded}
        return tuple(user for user in self.users or () if user.key not in excluded)

    def due(self, now: datetime) -> Due:
        """Return what is due on the day that the wave's own clock shows at `now`."""
        today = self.day(now)
        if today >= self.upgrade_on:
            return Due.UPGRADE
        return Due.NOTIFY if today >= self.notify_on else Due.NOTHING

    def day(self, now: datetime) -> date:
        """Return the day that the wave's own clock shows at `now`."""
        return (self.window.local(now) if self.window else now).date()

    def is_open(self, now: datetime) -> bool:
        """Return whether changes may start at `now`."""
        return self.window is None or self.window.is_open(now)

    def closes(self, now: datetime) -> datetime | None:
        """Return from when on no changes may start; None where the window is not open at `now`, or there is none."""
        return self.window.closes(now) if self.window else None

    def to_result(self, now: datetime) -> dict[str, object]:
        """Return the wave as a result shows it: text, numbers and lists only."""
        return {
            "name": self.name,
            "due": self.due(now).value,
            "upgrade_on": self.upgrade_on.isoformat(),
            "notify_on": self.notify_on.isoformat(),
            "lead_days": self.lead_days,
            "mode": self.mode.value,
            "migrate_meetings": self.migrate_meetings,
            "users": len(self.members),
            "excluded": len(self.excluded),
            "filter": dict(self.filter),
            "members_known": self.users is not None,
            "window": str(self.window) if self.window else "",
            "window_open": self.is_open(now),
        }
