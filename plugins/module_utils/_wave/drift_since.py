# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Since when users are as they are, and what is new since the last look for drift."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from .drift import WRONG, DriftStatus
from .verdict import counted


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look has found of a user: the status and since when; and since when they could not be read, if so."""

    status: DriftStatus
    code: str
    since: datetime
    seen: datetime
    unread_since: datetime | None = None

    @property
    def shown_since(self) -> datetime:
        """Since when the user is as the report shows them."""
        return self.unread_since or self.since


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs from the last look, which was at `since`. Who cannot be read is neither new nor gone."""

    since: datetime
    new: tuple[tuple[str, DriftStatus, DriftStatus | None], ...] = ()
    gone: tuple[tuple[str, DriftStatus | None, DriftStatus], ...] = ()

    def to_result(self) -> dict[str, object]:
        """Return the changes as the report shows them."""
        return {
            "since": self.since.isoformat(timespec="seconds"),
            "new": [{"user": user, "status": status, "before": before} for user, status, before in self.new],
            "gone": [{"user": user, "status": status, "before": before} for user, status, before in self.gone],
        }

    def sentence(self, now: datetime) -> str:
        """Return them in numbers: `Since yesterday: 3 new, 2 gone.`"""
        there = self.since.astimezone(now.tzinfo)
        yesterday = there.date() == now.date() - timedelta(days=1)
        when = "yesterday" if yesterday else f"{there:%Y-%m-%d %H:%M}"
        return f"Since {when}: {len(self.new)} new, {len(self.gone)} gone."


def seen_now(status: DriftStatus, code: str, before: Seen | None, now: datetime) -> Seen:
    """Return what is to be kept of a user. Who cannot be read keeps the status that they had."""
    if status is not DriftStatus.UNKNOWN:
        same = before is not None and before.status is status
        return Seen(status, code, before.since if before and same else now, now)
    if before is None:
        return Seen(status, code, now, now, now)
    return Seen(before.status, before.code, before.since, now, before.unread_since or now)


def changes_between(
    before: Mapping[str, Seen], now: Mapping[str, DriftStatus], gone: Collection[str]
) -> Changes | None:
    """Return what is new and what is gone since the last look; None where there was none. `gone` are those who are listed no more."""
    if not before:
        return None
    were = {user: found.status for user, found in before.items()}
    new = [
        (user, status, were.get(user))
        for user, status in now.items()
        if status in WRONG and were.get(user) not in WRONG
    ]
    right = [
        (user, status, were[user])
        for user, status in now.items()
        if were.get(user) in WRONG and status not in WRONG and status is not DriftStatus.UNKNOWN
    ]
    left: list[tuple[str, DriftStatus | None, DriftStatus]] = [
        (user, None, were[user]) for user in sorted(gone) if were[user] in WRONG
    ]
    return Changes(max(found.seen for found in before.values()), tuple(new), (*right, *left))


def numbers(counts: Mapping[DriftStatus, int]) -> str:
    """Return how many users are how: `12 users: 2 drifted, 10 in state.`"""
    words = {
        DriftStatus.DRIFTED: "drifted",
        DriftStatus.INCONSISTENT: "inconsistent",
        DriftStatus.UNKNOWN: "unknown",
        DriftStatus.PENDING: "pending",
        DriftStatus.NOT_DUE: "not due",
        DriftStatus.IN_STATE: "in state",
    }
    parts = [f"{counts[status]} {word}" for status, word in words.items() if counts.get(status)]
    return f"{counted(sum(counts.values()), 'user')}{': ' if parts else ''}{', '.join(parts)}."
