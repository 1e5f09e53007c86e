# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The time that passes while a run waits. It is handed in, so that a test can let hours pass at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Protocol


class Clock(Protocol):
    """Tells the time and how much of it has passed, and waits."""

    def now(self) -> datetime:
        """Return the moment."""

    def monotonic(self) -> float:
        """Return seconds since some moment in the past."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class _SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def repeated(act: Callable[[], None], seconds: float) -> Callable[[], None]:
    """Call `act` every so many seconds beside what goes on, until the process ends or what is returned is called."""
    ended = Event()

    def repeat() -> None:
        while not ended.wait(seconds):
            act()

    Thread(target=repeat, daemon=True).start()
    return ended.set


SYSTEM_CLOCK: Clock = _SystemClock()
