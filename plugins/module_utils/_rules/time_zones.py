# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time zones by their IANA names, and what to write where somebody wrote another name.

Names that this system knows and that mean something else to most who write them are refused as well: a zone by three letters without
summer time, and whatever the controller itself is set to.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from zoneinfo import ZoneInfo, available_timezones

from .._model.identity import fold
from .windows_zones import IANA

# IANA keeps these as clocks without summer time, which is not what people in these zones have in mind.
_WITHOUT_SUMMER = {"EST": "America/New_York", "MST": "America/Denver"}
_OF_THE_SYSTEM = re.compile("localtime|posixrules|Factory|posix/.*|right/.*")
_OFFSET = re.compile(r"(?:\(?(?:UTC|GMT|[A-Z]{3,4})\s*)?[+-]\d{1,2}(?::?\d\d)?\)?(?:\s.*)?|Z", re.IGNORECASE)
_ABBREVIATION = re.compile("[A-Z]{2,5}")
# Windows calls the clock of summer otherwise, by the same zone.
_OF_SUMMER = re.compile(r" (daylight|summer) time\b")
_EXAMPLE = "Write a place, such as Europe/Paris, whose clocks change by themselves."


class UnknownZone(ValueError):
    """A name is no time zone, or not surely the one that is meant: what is wrong with it, and a remedy."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.problem = problem
        self.remedy = remedy


def time_zone(name: str) -> ZoneInfo:
    """Return the zone with an IANA name. Raises UnknownZone."""
    if name in _WITHOUT_SUMMER:
        place = _WITHOUT_SUMMER[name]
        raise UnknownZone(
            "has no summer time.", f"Write a place, such as {place}, or Etc/GMT+5 and its like for a clock without it."
        )
    if _OF_THE_SYSTEM.fullmatch(name):
        raise UnknownZone("depends on the controller's system.", _EXAMPLE)
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        raise _unknown(name) from error


def _unknown(name: str) -> UnknownZone:
    wanted = fold(" ".join(name.split()))
    windows = {fold(each): zone for each, zone in IANA.items() if each != "UTC"}
    if zone := windows.get(_OF_SUMMER.sub(" standard time", wanted)):
        return UnknownZone(f"is a Windows name: write {zone}.", "Another place with the same clocks does as well.")
    known = {fold(each): each for each in available_timezones()}
    if not known:
        return UnknownZone("is not known here.", "This system has no time zones: install the Python package tzdata.")
    if _OFFSET.fullmatch(name.strip()):
        return UnknownZone(
            "is an offset from UTC, which knows no summer time.", f"{_EXAMPLE} UTC itself is written UTC."
        )
    if meant := _meant(wanted, known):
        return UnknownZone(
            "is not known here.", f"Did you mean {meant}? Names are written as IANA has them, in upper and lower case."
        )
    if _ABBREVIATION.fullmatch(name.strip()):
        return UnknownZone("is an abbreviation, which names no single zone.", _EXAMPLE)
    near = get_close_matches(wanted, windows, n=1, cutoff=0.8)
    hint = f"Did you mean {windows[near[0]]}, which Windows calls so?" if near else _EXAMPLE
    return UnknownZone("is not known here.", hint)


def _meant(wanted: str, known: dict[str, str]) -> str | None:
    """Return the name that a slip was meant for: in upper and lower case, blanks and slashes, a city alone, or a letter."""
    name = wanted.replace(" ", "_").replace("\\", "/")
    if name in known:
        return known[name]
    places = sorted(zone for folded, zone in known.items() if name and folded.endswith(f"/{name}"))
    if places:
        return places[0] if len(places) == 1 else None
    near = get_close_matches(name, known, n=1, cutoff=0.85) if "/" in name else []
    return known[near[0]] if near else None
