# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many hours a wave takes, and how many of its users fit into its window: from what its users need, and how long that takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from .._rules.duration import Parallel, seconds_for
from .._rules.plan_window import Window
from .wave import Due, Wave

HOUR = 3600.0
# Steps that change users on the evening of the upgrade. What only reads is bulk, and takes little.
STEPS = ("move", "grant", "meetings")
ONPREM = ("Move-CsUser",)


class Source(StrEnum):
    """Where the seconds of a cmdlet are from."""

    LEDGER = "ledger"
    DOCUMENTED = "documented"


@dataclass(frozen=True, slots=True)
class Latency:
    """The seconds of a call on average, and from where to where that may be."""

    seconds: float
    low: float
    high: float
    source: Source = Source.DOCUMENTED


# Nobody has published how long these take for one user (docs/scale.md): what is assumed where nothing was measured, with a wide range.
DOCUMENTED: Mapping[str, Latency] = {
    "Move-CsUser": Latency(12, 5, 60),
    "Grant-CsTeamsUpgradePolicy": Latency(1, 0.5, 5),
    "New-CsBatchPolicyAssignmentOperation": Latency(1, 0.5, 5),
    "Start-CsExMeetingMigration": Latency(1, 0.5, 5),
}
OTHER = Latency(1, 0.5, 5)


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a wave goes. `measured`: the calls and the average seconds of each cmdlet that the ledger has."""

    sessions: int = 4
    skype_hosts: int = 1
    teams_hosts: int = 1
    measured: Mapping[str, Sequence[float]] = field(default_factory=dict)

    def latency(self, cmdlet: str) -> Latency:
        """Return how long a call takes: as it was measured, or else as documented."""
        calls, seconds = self.measured.get(cmdlet, (0, 0.0))
        if calls and seconds > 0:
            return Latency(seconds, seconds, seconds, Source.LEDGER)
        return DOCUMENTED.get(cmdlet, OTHER)

    def parallel(self, cmdlet: str) -> int:
        """Return how many calls run at the same time."""
        return Parallel(self.sessions, self.skype_hosts if cmdlet in ONPREM else self.teams_hosts).calls


@dataclass(frozen=True, slots=True)
class Duration:
    """How long a wave takes for `users`, between `low` and `high` hours, and how many of them fit into its window of `window` hours."""

    wave: str
    users: int
    hours: float
    low: float
    high: float
    sessions: int
    source: Source
    window: float | None = None
    fit: int | None = None

    @property
    def warning(self) -> str:
        """A sentence where the wave does not fit its window; empty where it does."""
        if self.fit is None or self.window is None or self.fit >= self.users:
            return ""
        return (
            f"Wave {self.wave} does not fit its window: {self.users} users take {self.hours:.1f} hours, and the window has "
            f"{self.window:g}. {self.fit} users fit; the others are left for another evening."
        )

    def to_result(self) -> dict[str, Any]:
        """Return the duration as the report shows it."""
        return {
            "wave": self.wave,
            "hours": round(self.hours, 2),
            "sessions": self.sessions,
            "from": self.source.value,
            "hours_low": round(self.low, 2),
            "hours_high": round(self.high, 2),
            "users": self.users,
            "window_hours": self.window,
            "users_per_window": self.fit,
            "fits": None if self.fit is None else self.fit >= self.users,
            "warning": self.warning,
        }


def calls_of(users: Iterable[Mapping[str, Any]]) -> tuple[int, Counter[str]]:
    """Return how many of the users of a report something is sent for, and how many calls of each cmdlet that are."""
    many, calls = 0, Counter[str]()
    for user in users:
        sent = [action for step in user.get("steps") or () if step["step"] in STEPS for action in step["actions"]]
        many += bool(sent)
        calls.update(sent)
    return many, calls


def duration_of(wave: Wave, users: int, calls: Mapping[str, int], pace: Pace) -> Duration:
    """Return how long a wave takes whose `users` need these calls: one cmdlet after the other, each in all sessions of its side."""
    latencies = {cmdlet: pace.latency(cmdlet) for cmdlet, many in calls.items() if many}
    window = hours_of(wave.window, wave.upgrade_on) if wave.window else None
    measured = bool(latencies) and all(each.source is Source.LEDGER for each in latencies.values())

    def hours(which: str, share: float = 1.0) -> float:
        seconds = (
            seconds_for(round(calls[cmdlet] * share), getattr(each, which), pace.parallel(cmdlet))
            for cmdlet, each in latencies.items()
        )
        return sum(seconds) / HOUR

    fit = None if window is None or not users else _fit(users, window, lambda many: hours("seconds", many / users))
    return Duration(
        wave=wave.name,
        users=users,
        hours=hours("seconds"),
        low=hours("low"),
        high=hours("high"),
        sessions=max((pace.parallel(cmdlet) for cmdlet in latencies), default=pace.sessions),
        source=Source.LEDGER if measured else Source.DOCUMENTED,
        window=window,
        fit=fit,
    )


def of_report(waves: Iterable[Wave], now: datetime, report: Mapping[str, Any], pace: Pace) -> Iterator[Duration]:
    """Yield how long the waves take whose upgrade is due at `now`, by the report of a daily job or of its check mode."""
    users: dict[str, list[Mapping[str, Any]]] = {}
    for user in report["users"]:
        users.setdefault(str(user["wave"]), []).append(user)
    for wave in waves:
        if wave.due(now) is Due.UPGRADE and (calls := calls_of(users.get(wave.name, ())))[0]:
            yield duration_of(wave, *calls, pace)


def hours_of(window: Window, day: date) -> float:
    """Return how many hours a window is open that opens on a day."""
    closing = day if window.start < window.end else day + timedelta(days=1)
    # Between the two, clocks may be set.
    opens, closes = (
        datetime.combine(its_day, clock, window.zone or UTC).astimezone(UTC)
        for its_day, clock in ((day, window.start), (closing, window.end))
    )
    return (closes - opens).total_seconds() / HOUR


def _fit(users: int, window: float, hours: Callable[[int], float]) -> int:
    """Return how many users take no more than a window; more take longer."""
    if hours(users) <= window:
        return users
    low, high = 0, users
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if hours(middle) <= window else (low, middle)
    return low
