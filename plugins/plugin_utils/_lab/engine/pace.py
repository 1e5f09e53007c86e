# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much of a call's latency is still to be waited for: the host's own work on a request is a part of it."""

from __future__ import annotations

import time
from collections.abc import Callable


class Pace:
    """The calls of one session, which follow each other. One begins when its request came, or when the call before has ended.

    So a cmdlet takes as long as its latency says on any machine, unless reading the request alone takes longer.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()

    def came(self) -> None:
        """Note that a request came."""
        self._began = self._clock()

    def left(self, latency: float) -> float:
        """Return for how many seconds a call has still to be waited for; nothing, or less, where none are left."""
        return self._began + latency - self._clock()

    def ended(self) -> None:
        """Note that a call has ended."""
        self._began = self._clock()
