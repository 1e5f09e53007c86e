# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Versions as they are compared: builds of Skype for Business Server, and of the MicrosoftTeams module."""

from __future__ import annotations

import re

Version = tuple[int, ...]

# Names of server builds that administrators use, and the build that Get-CsServerPatchVersion reports for them.
SERVER_BUILDS = {
    "2013": "5.0.8308.1182",
    "2013 CU10": "5.0.8308.1182",
    "2015 RTM": "6.0.9319.0",
    "2015 CU5": "6.0.9319.281",
    "2015 CU7": "6.0.9319.534",
    "2015 CU8": "6.0.9319.537",
    "2015 CU9": "6.0.9319.548",
    "2015 CU12": "6.0.9319.619",
    "2015 CU13": "6.0.9319.881",
    "2019 RTM": "7.0.2046.0",
    "2019 CU1": "7.0.2046.123",
    "2019 CU6": "7.0.2046.385",
    "2019 CU8": "7.0.2046.553",
    "SE": "7.0.2046.826",
    "SE CU1": "7.0.2046.849",
}
_VERSION = re.compile(r"(\d+(?:\.\d+){1,3})(?:-[0-9A-Za-z.]+)?\Z")


def parse(text: str) -> Version:
    """Return a version's numbers; a suffix such as `-preview` counts for nothing. Raises ValueError."""
    found = _VERSION.match(text.strip())
    if not found:
        raise ValueError(f"{text!r} is not a version such as 7.0.2046.553 or 6.6.0")
    return tuple(int(part) for part in found[1].split("."))


def server_build(text: str) -> str:
    """Return the build for a name such as `2019 CU8`, or the build itself if it is one. Raises ValueError."""
    known = {name.casefold(): build for name, build in SERVER_BUILDS.items()}
    build = known.get(" ".join(text.split()).casefold(), text.strip())
    try:
        numbers = parse(build)
    except ValueError:
        numbers = ()
    if len(numbers) != 4:
        names = ", ".join(SERVER_BUILDS)
        raise ValueError(
            f"{text!r} is not a build of Skype for Business Server: give one like 7.0.2046.553, or {names}"
        )
    return build


def product(build: str) -> str:
    """Return the product's name. Subscription Edition keeps the numbers of 2019 and differs by its revision alone."""
    numbers = parse(build)
    if numbers[0] < 6:
        return "Lync Server 2013"
    if numbers[0] < 7:
        return "Skype for Business Server 2015"
    return "Skype for Business Server " + ("Subscription Edition" if numbers >= (7, 0, 2046, 800) else "2019")


def base_build(build: str) -> str:
    """Return the build a product was released with, which is all that Get-CsServerVersion shows."""
    major = parse(build)[0]
    return {5: "5.0.8308.0", 6: "6.0.9319.0"}.get(major, "7.0.2046.0")
