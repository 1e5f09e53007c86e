# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is to happen later in the simulated world. It happens when somebody looks, in the order in which it was due."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime
from itertools import count

Event = Callable[[datetime], None]


class Agenda:
    """Events by the time they are due. Not thread-safe: the organisation's lock is around it."""

    def __init__(self) -> None:
        self._heap: list[tuple[datetime, int, Event]] = []
        self._order = count()

    def at(self, due: datetime, event: Event) -> None:
        """Let something happen at a time; it is called with that time."""
        heapq.heappush(self._heap, (due, next(self._order), event))

    def run(self, now: datetime) -> None:
        """Let everything happen that is due, and what that makes due."""
        while self._heap and self._heap[0][0] <= now:
            due, _dummy, event = heapq.heappop(self._heap)
            event(due)
