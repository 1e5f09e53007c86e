# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How users are named: SIP addresses, user principal names, logon names, distinguished names, display names with wildcards."""

from __future__ import annotations

import re
from functools import lru_cache

_SIP = "sip:"


def fold(text: str) -> str:
    """Return a name as it is compared: without regard to case, and without the spaces around it.

    Case is compared as .NET does, character by character: u and U umlaut are one, sharp s is not ss, the Kelvin sign is not k.
    """
    name = text.strip()
    return name.lower() if name.isascii() else "".join(map(_folded, name))


def _folded(character: str) -> str:
    if character.isascii():
        return character.lower()
    capital = next((each for each in (character.upper(), character.title()) if len(each) == 1), character)
    return character if capital.isascii() else capital


def bare(address: str) -> str:
    """Return a SIP address as it is compared, without `sip:`."""
    return fold(address).removeprefix(_SIP)


def sip_uri(address: str) -> str:
    """Return a SIP address as the products show it, with `sip:`; an empty one stays empty."""
    address = address.strip()
    if not address or address[: len(_SIP)].casefold() == _SIP:
        return _SIP + address[len(_SIP) :] if address else ""
    return _SIP + address


def has_wildcard(text: str) -> bool:
    """Return whether a display name is a pattern. The asterisk is the wildcard that the cmdlets document."""
    return "*" in text


@lru_cache(maxsize=256)
@lru_cache(maxsize=4096)
def pattern(text: str, *, full: bool = True) -> re.Pattern[str]:
    """Return a wildcard pattern as a regular expression. With `full` also `?` counts and `[a-z]`, as for the -like operator."""
    parts: list[str] = []
    rest = text
    while rest:
        char, rest = rest[0], rest[1:]
        if char == "*":
            parts.append(".*")
        elif full and char == "?":
            parts.append(".")
        elif full and char == "[" and "]" in rest[1:]:
            inside, _dummy, rest = rest.partition("]")
            parts.append(f"[{inside.replace(chr(92), chr(92) * 2)}]")
        else:
            parts.append(re.escape(char))
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)


def like(value: str, text: str) -> bool:
    """Return whether a value matches a wildcard pattern."""
    return pattern(text).fullmatch(value) is not None
