# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the charts of the page draw: where bars begin and how lines run, in parts of a hundred of the chart's size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

# The states of a user in a wave, in the order in which a bar shows them.
STATES = ("upgraded", "notified", "planned", "left_out", "failed")
LINES = ("notified", "upgraded", "failed", "rolled_back")


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar of a wave: `parts` are state, beginning, width and count of users."""

    name: str
    total: int
    counts: Mapping[str, int]
    parts: Sequence[tuple[str, float, float, int]]


@dataclass(frozen=True, slots=True)
class BurnUp:
    """Lines by name, each as the points of an SVG polyline; `top` is the number at the upper edge."""

    lines: Mapping[str, str]
    top: int
    first: str
    last: str


def bars(waves: Sequence[Mapping[str, Any]]) -> list[Bar]:
    """Return a bar for each wave whose users are known."""
    return [_bar(wave["name"], wave["progress"]) for wave in waves if any((wave.get("progress") or {}).values())]


def _bar(name: str, progress: Mapping[str, int]) -> Bar:
    counts = {state: progress.get(state, 0) for state in STATES}
    total, parts, begin = sum(counts.values()), [], 0.0
    for state, count in counts.items():
        if count:
            width = 100 * count / total
            parts.append((state, round(begin, 2), round(width, 2), count))
            begin += width
    return Bar(name, total, counts, parts)


def burn_up(history: Sequence[Mapping[str, Any]]) -> BurnUp | None:
    """Return the lines of a campaign; None for fewer than two days."""
    if len(history) < 2:
        return None
    first, last = (date.fromisoformat(history[index]["date"]) for index in (0, -1))
    top = max(1, *(day.get(name, 0) for day in history for name in LINES))
    days = [(100 * (date.fromisoformat(day["date"]) - first).days / (last - first).days, day) for day in history]
    lines = {}
    for name in LINES:
        points = [(x, 100 - 100 * day.get(name, 0) / top) for x, day in days]
        if any(day.get(name) for day in history):
            # A count stays until the day on which it grows.
            steps = [point for one, other in pairwise(points) for point in (one, (other[0], one[1]))]
            lines[name] = " ".join(f"{x:.2f},{y:.2f}" for x, y in [*steps, points[-1]])
    return BurnUp(lines, top, first.isoformat(), last.isoformat())
