# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Comparing text without regard to case as the hosts do.

.NET compares character by character, by the one upper-case letter that a character has (StringComparison.OrdinalIgnoreCase;
PowerShell's -eq answers the same for letters). That joins u umlaut with U umlaut, and both Greek sigmas with the capital one. It joins
neither sharp s with ss, nor the dotless i with i, nor the Kelvin sign with k, as Unicode's case folding would.
"""

from __future__ import annotations

# Windows PowerShell does not change the case of characters beyond, which are two units of UTF-16 there.
_LAST = 0xFFFF


class _Folding(dict[int, str]):
    """The character that stands for each, found when it is first asked for."""

    def __missing__(self, code: int) -> str:
        self[code] = _standing_for(chr(code))
        return self[code]


def fold(text: str) -> str:
    """Return `text` for comparison: two texts are equal to the hosts, but for case, when what is returned is equal."""
    return text.lower() if text.isascii() else text.translate(_FOLDING)


def _standing_for(character: str) -> str:
    """Return the lower-case letter of the character's capital, and the capital itself where that is not its only capital."""
    capital = _upper(character)
    small = capital.lower()
    return small if len(small) == 1 and _upper(small) == capital else capital


def _upper(character: str) -> str:
    """Return the one character that is the capital of another; itself where there is none or it takes several.

    Of those beyond ASCII, none has a capital in ASCII: Unicode's I for the dotless i, and its S for the long s, are not .NET's.
    """
    if ord(character) > _LAST:
        return character
    # Greek letters with an iota below have two characters as their upper case, and one for the beginning of a word.
    found = next((each for each in (character.upper(), character.title()) if len(each) == 1), character)
    return found if found.isascii() == character.isascii() else character


_FOLDING = _Folding()
