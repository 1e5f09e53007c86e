# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long cmdlets take: seconds of real time by cmdlet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# What administrators see on real hosts, roughly: importing and signing in are slow, moves are slower than reads.
REALISTIC: Mapping[str, float] = {
    "import-module": 8.0,
    "connect-microsoftteams": 4.0,
    "get-csuser": 0.3,
    "get-csonlineuser": 0.5,
    "move-csuser": 12.0,
    "grant-csteamsupgradepolicy": 1.0,
    "start-csexmeetingmigration": 1.0,
    "get-csmeetingmigrationstatus": 0.8,
    "": 0.4,
}


@dataclass
class Latencies:
    """Seconds by cmdlet name, in any letter case; the empty name is for all others."""

    seconds: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.seconds = {name.casefold(): float(value) for name, value in self.seconds.items()}

    def of(self, cmdlet: str) -> float:
        """Return how long a cmdlet takes."""
        return self.seconds.get(cmdlet.casefold(), self.seconds.get("", 0.0))

    def set(self, cmdlet: str, seconds: float) -> None:
        """Change one; the empty name is for all that have none of their own."""
        self.seconds = {**self.seconds, cmdlet.casefold(): seconds}


def latencies(text: str) -> Latencies:
    """Return the latencies for `none`, `realistic`, a factor of the realistic ones such as `0.1`, or `Cmdlet=seconds,...`.

    Raises ValueError.
    """
    wanted = text.strip().casefold()
    if wanted in ("", "none"):
        return Latencies()
    if wanted == "realistic":
        return Latencies(REALISTIC)
    try:
        if "=" in wanted:
            pairs = (part.partition("=") for part in text.split(","))
            return Latencies({name.strip(): _seconds(value) for name, dummy, value in pairs})
        factor = _seconds(wanted)
    except ValueError as error:
        raise ValueError(
            f"a latency of {text!r} is not understood: give none, realistic, a factor such as 0.1, or Move-CsUser=2.5"
        ) from error
    return Latencies({name: value * factor for name, value in REALISTIC.items()})


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds < float("inf"):
        raise ValueError(text)
    return seconds
