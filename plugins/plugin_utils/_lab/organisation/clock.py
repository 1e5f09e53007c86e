# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lab's clock: it can be set, advanced, and made to run faster than the real one."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Times of the simulated world. `rate` is how many seconds pass there in one real second; 0 stops it."""

    def __init__(self, start: datetime | None = None, rate: float = 1.0) -> None:
        self._lock = threading.Lock()
        self._time = _aware(start) if start else datetime.now(UTC)
        self._rate = _positive(rate)
        self._since = time.monotonic()

    def now(self) -> datetime:
        """Return the lab's time, in UTC."""
        with self._lock:
            return self._now()

    def set(self, to: datetime) -> None:
        """Set the time. A time without an offset counts as UTC. Raises ValueError for a time in the lab's past."""
        with self._lock:
            wanted, now = _aware(to), self._now()
            if wanted < now:
                raise ValueError(f"the lab's clock only goes forward: it is {now.isoformat()} there already")
            self._time, self._since = wanted, time.monotonic()

    def advance(self, by: timedelta) -> None:
        """Let time pass at once. Raises ValueError for less than no time."""
        if by < timedelta(0):
            raise ValueError("the lab's clock only goes forward")
        with self._lock:
            self._time, self._since = self._now() + by, time.monotonic()

    @property
    def rate(self) -> float:
        """Lab seconds per real second."""
        return self._rate

    @rate.setter
    def rate(self, rate: float) -> None:
        with self._lock:
            self._time, self._since = self._now(), time.monotonic()
            self._rate = _positive(rate)

    def _now(self) -> datetime:
        return self._time + timedelta(seconds=(time.monotonic() - self._since) * self._rate)


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _positive(rate: float) -> float:
    if rate < 0:
        raise ValueError("the lab's clock cannot run backwards")
    return rate
