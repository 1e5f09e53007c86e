# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When the jobs of a rehearsal run: at the first moment of a day at which a wave may be worked on, as long as something is left to do."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from .._model import reasons
from .._model.wave_reasons import LEFT_FOR_NEXT_RUN, NOTICE_NOT_OVER
from .plan import Plan
from .wave import Due, Wave

# The hour of jobs for waves without a window, on days on which no other wave has one.
HOUR = time(19)
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
# A window is open in each week. Where clocks are set, the hour of its start may be missing.
_DAYS_OF_SEARCH, _MINUTES_OF_SEARCH = 8, 180
UNSETTLED = ("failed", "unknown", "pending")
WAITING = (reasons.WINDOW_CLOSED.code, reasons.NOT_STARTED.code, LEFT_FOR_NEXT_RUN.code)
# What is left of a wave: (status, code) of each user for whom another run may do something.
Left = Mapping[str, tuple[str, str]]


@dataclass(slots=True)
class Calendar:
    """The next job of each wave, by name. `zone`: the clock of waves without a time zone."""

    plan: Plan
    zone: tzinfo | None
    start: datetime | None = None
    next: dict[str, datetime] = field(default_factory=dict)
    _left: dict[str, Left] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for wave in self.plan.waves:
            self.next[wave.name] = self._opens(wave, wave.notify_on)
        if self.start is not None:
            self.next = {
                name: moment if moment > self.start else self._opens(self._wave(name), None, self.start)
                for name, moment in self.next.items()
            }

    @property
    def first_day(self) -> date:
        """The first day on which anything is due."""
        return min(wave.notify_on for wave in self.plan.waves)

    def due(self) -> datetime | None:
        """Return the moment of the next job; None where nothing is left to do."""
        return min(self.next.values(), default=None)

    def ahead(self) -> int:
        """Return how many jobs are left as far as that can be told: those that the plan has, and one the day after each upgrade."""
        days = set(self.next.values())
        for wave in self.plan.waves:
            moment = self.next.get(wave.name)
            if moment is not None and wave.due(moment) is not Due.UPGRADE:
                moment = self._opens(wave, wave.upgrade_on)
                days.add(moment)
            if moment is not None and wave.day(moment) <= wave.upgrade_on:
                days.add(self._opens(wave, wave.day(moment) + _DAY))
        return len(days)

    def waves_for(self, now: datetime) -> list[str]:
        """Return the waves that a job at `now` is given: those whose next job it is. It would find the users of others as they are.

        Who is in a wave with a filter depends on all waves: then all are given.
        """
        if any(wave.filter for wave in self.plan.waves):
            return [wave.name for wave in self.plan.waves]
        return [wave.name for wave in self.plan.waves if wave.name in self.next and self.next[wave.name] <= now]

    def worked_on(self, now: datetime) -> list[str]:
        """Return the waves that a job at `now` works on, of those that wait for one."""
        given = (self._wave(name) for name in self.waves_for(now) if name in self.next)
        return [wave.name for wave in given if wave.due(now) is not Due.NOTHING and wave.is_open(now)]

    def done(self, now: datetime, users: Iterable[Mapping[str, Any]], notices: Mapping[str, Sequence[date]]) -> None:
        """Take what a job at `now` has done, as its report lists users. `notices`: from when on users are upgraded, by wave."""
        by_wave: dict[str, list[Mapping[str, Any]]] = {}
        for user in users:
            by_wave.setdefault(str(user["wave"]), []).append(user)
        for name in self.worked_on(now):
            moment = self._after(self._wave(name), now, by_wave.get(name, ()), notices.get(name, ()))
            if moment is None:
                del self.next[name]
            else:
                self.next[name] = moment

    def _after(
        self, wave: Wave, now: datetime, users: Collection[Mapping[str, Any]], notices: Sequence[date]
    ) -> datetime | None:
        """Return the moment of the wave's next job."""
        today, left = wave.day(now), left_of(users)
        # A job for other waves, on the same day, is not the one that this wave waits for.
        waited = self.next[wave.name] <= now
        repeated = waited and left == self._left.get(wave.name) and not any(user.get("changed") for user in users)
        self._left[wave.name] = left
        again = self._opens(wave, today + _DAY) if left and not repeated else None
        if wave.due(now) is Due.NOTIFY:
            upgrade = self._opens(wave, wave.upgrade_on)
            return upgrade if again is None else min(again, upgrade)
        later = [self._opens(wave, day) for day in notices if day > today]
        return min([*([again] if again else []), *later], default=None)

    def _wave(self, name: str) -> Wave:
        return next(wave for wave in self.plan.waves if wave.name == name)

    def _opens(self, wave: Wave, day: date | None, after: datetime | None = None) -> datetime:
        """Return when the wave's window opens on a day or later; for `after`, that moment itself where it is open."""
        if day is None and after is not None:
            if wave.is_open(after):
                return after
            day = wave.day(after)
        first = day or self.first_day
        for ahead in range(_DAYS_OF_SEARCH):
            moment = self._start(wave, first + ahead * _DAY)
            if moment is not None and (after is None or moment >= after):
                return moment
        raise ValueError(f"The window of wave {wave.name!r} never opens.")

    def _start(self, wave: Wave, day: date) -> datetime | None:
        """Return when a job of a day may begin with a wave; None where its window does not open on it."""
        if wave.window is None:
            others = [self._start(other, day) for other in self.plan.waves if other.window is not None]
            same_day = [each for each in others if each is not None and each.astimezone(self.zone).date() == day]
            here = datetime.combine(day, HOUR)
            return min((each.astimezone(self.zone) for each in same_day), default=_aware(here, self.zone))
        moment = _aware(datetime.combine(day, wave.window.start), wave.window.zone or self.zone)
        # An hour that is missing begins, by one of its two readings, before the clocks are set.
        first = min(moment.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
        for ahead in range(_MINUTES_OF_SEARCH):
            later = (first + ahead * _MINUTE).astimezone(moment.tzinfo)
            if wave.is_open(later) and wave.day(later) == day:
                return later
        return None


def left_of(users: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, str]]:
    """Return for whom another run may do something: who failed, is pending, or was not started. Who waits for a notice has a day."""
    found = {
        str(user["user"]): (str(user["status"]), str((user.get("reason") or {}).get("code", ""))) for user in users
    }
    return {
        user: (status, code)
        for user, (status, code) in found.items()
        if (status in UNSETTLED or code in WAITING) and code != NOTICE_NOT_OVER.code
    }


def ends_of_notice(wave: Wave, moments: Iterable[datetime], zone: tzinfo | None) -> list[date]:
    """Return the days from which on users are upgraded who were notified at these moments, or by other means as the plan says (R47)."""
    days = {wave.day(moment.astimezone(zone)) for moment in moments}
    # Of who was notified by other means, the ledger knows nothing.
    days |= {wave.notified_on} if wave.notified_on else set()
    return sorted(day + wave.lead_days * _DAY for day in days)


def _aware(moment: datetime, zone: tzinfo | None) -> datetime:
    return moment.replace(tzinfo=zone) if zone else moment.astimezone()
