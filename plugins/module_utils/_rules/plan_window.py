# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hours in which changes may start."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .plan_users import PlanProblem
from .time_zones import UnknownZone, time_zone

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
KEYS = ("days", "from", "to", "timezone")
_REMEDY = "Write for example {days: [mon, tue, wed, thu], from: '19:00', to: '23:00', timezone: Europe/Paris}."
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_HOUR = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\Z")


@dataclass(frozen=True, slots=True)
class Window:
    """Weekdays, and hours from `start` up to `end`. An end before the start lies on the next day."""

    days: tuple[str, ...]
    start: time
    end: time
    zone: ZoneInfo | None

    def local(self, now: datetime) -> datetime:
        """Return `now` as the window's clocks show it."""
        return now.astimezone(self.zone) if self.zone else now

    def is_open(self, now: datetime) -> bool:
        """Return whether changes may start at `now`."""
        here = self.local(now)
        hour = here.time().replace(tzinfo=None)
        if self.start < self.end:
            return self._has(here.date()) and self.start <= hour < self.end
        opened = here.date() if hour >= self.start else here.date() - timedelta(days=1)
        return self._has(opened) and (hour >= self.start or hour < self.end)

    def closes(self, now: datetime) -> datetime | None:
        """Return the moment, in UTC, at which the window that is open at `now` closes; None where it is closed.

        It is the first at which `is_open` is false, also where the clocks are set meanwhile: what they show decides.
        """
        if not self.is_open(now):
            return None
        here = self.local(now)
        day = (
            here.date() if self.start < self.end or here.time().replace(tzinfo=None) < self.end else here.date() + _DAY
        )
        ends = datetime.combine(day, self.end, here.tzinfo).astimezone(UTC)
        clocks_change = self.local(ends.astimezone(now.tzinfo)).utcoffset() != here.utcoffset()
        return self._first_closed(now) if clocks_change else ends

    def _first_closed(self, now: datetime) -> datetime:
        """Return the first closed minute after `now`: where clocks are set, an hour may be missing or come twice."""
        moment = now.astimezone(UTC).replace(second=0, microsecond=0) + _MINUTE
        while self.is_open(moment.astimezone(now.tzinfo)):
            moment += _MINUTE
        return moment

    def _has(self, day: date) -> bool:
        return DAYS[day.weekday()] in self.days

    def __str__(self) -> str:
        zone = f" {self.zone.key}" if self.zone else ""
        return f"{', '.join(self.days)} {self.start:%H:%M} to {self.end:%H:%M}{zone}"


def parse_window(value: object, where: str) -> Window:
    """Return the window that the plan writes as a mapping. Raises PlanProblem."""
    if not isinstance(value, Mapping):
        raise PlanProblem(f"{where}: the window is not a mapping.", _REMEDY)
    if unknown := sorted(str(key) for key in value if key not in KEYS):
        raise PlanProblem(f"{where}: the window has an unknown key {unknown[0]!r}.", _REMEDY)
    start, end = _hour(value, "from", where), _hour(value, "to", where)
    if start == end:
        raise PlanProblem(f"{where}: the window ends when it begins.", _REMEDY)
    return Window(_days(value.get("days", list(DAYS)), where), start, end, _zone(value.get("timezone"), where))


def _hour(window: Mapping[object, object], key: str, where: str) -> time:
    found = _HOUR.match(str(window.get(key, "")))
    if not found:
        shown = f"{window[key]!r} is no time of day" if key in window else "is missing"
        raise PlanProblem(f"{where}: the window's {key!r} {shown}.", "Write it in quotes, such as '19:00'.")
    return time(int(found[1]), int(found[2]))


def _days(value: object, where: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not value or any(day not in DAYS for day in value):
        raise PlanProblem(f"{where}: the window's days are not a list of weekdays.", f"Use {', '.join(DAYS)}.")
    return tuple(day for day in DAYS if day in value)


def _zone(value: object, where: str) -> ZoneInfo | None:
    if value is None:
        return None
    try:
        return time_zone(str(value))
    except UnknownZone as unknown:
        raise PlanProblem(f"{where}: the time zone {value!r} {unknown.problem}", unknown.remedy) from unknown
