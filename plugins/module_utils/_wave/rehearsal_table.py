# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a rehearsal shows on a console of 80 columns beside the table of users: warnings on the duration, and what was assumed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .rows import in_lines

# The report has all of them.
LINES = 12


def days_and_duration(report: Mapping[str, Any]) -> list[str]:
    """Return lines: how long each wave takes, and what was assumed. What does not fit is in the report."""
    lines = [line for text in _texts(report) for line in in_lines(text)]
    return lines if len(lines) <= LINES else [*lines[: LINES - 1], "... see the report"]


def _texts(report: Mapping[str, Any]) -> Iterator[str]:
    duration: Sequence[Mapping[str, Any]] = report["duration"]
    for each in duration:
        span = f"{each['hours']:.1f} h"
        if each["from"] != "ledger":
            span += f" ({each['hours_low']:.1f} to {each['hours_high']:.1f})"
        yield each["warning"] or f"Wave {each['wave']}: {span} with {each['sessions']} sessions, {each['from']}"
    yield from (f"Assumed: {each}" for each in report["assumptions"])
