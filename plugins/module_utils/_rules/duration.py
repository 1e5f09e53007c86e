# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long many calls of a cmdlet take, and how many fit into a time.

Sessions take the next call from one queue, so that none is idle while calls wait. Then all calls take what they take one after the other,
divided by the sessions; and at the end sessions run dry one by one, which costs about one call more. Where a session has a hundred calls or
more this is within 10 %, also where a few calls take ten times as long as most.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

# Times are sums of floating point numbers.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Parallel:
    """How much runs at the same time: `sessions` on each of `hosts`, and no more than `most` for each of `credentials` where that is known.

    Raises ValueError for a number below 1.
    """

    sessions: int
    hosts: int = 1
    credentials: int = 1
    most: int | None = None

    def __post_init__(self) -> None:
        for name in ("sessions", "hosts", "credentials", "most"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ValueError(f"{name} has to be at least 1, and is {value}.")

    @property
    def calls(self) -> int:
        """How many calls run at the same time."""
        wanted = self.sessions * self.hosts
        return wanted if self.most is None else min(wanted, self.most * self.credentials)


def seconds_for(calls: int, seconds: float, parallel: int) -> float:
    """Return how long `calls` take that take `seconds` on average, `parallel` at the same time."""
    if calls <= 0:
        return 0.0
    lanes = min(calls, parallel)
    return seconds * (calls + lanes - 1) / lanes


def calls_within(available: float, seconds: float, parallel: int) -> int:
    """Return how many calls of `seconds` on average end within `available` seconds. Raises ValueError where a call takes no time."""
    if seconds <= 0:
        raise ValueError("A call has to take some time.")
    if available < seconds:
        return 0
    most = floor(available * parallel / seconds + _ROUNDING) - parallel + 1
    if most >= parallel:
        return most
    # Fewer calls than sessions: they begin together.
    return min(parallel, floor(1 / (2 - available / seconds) + _ROUNDING))
