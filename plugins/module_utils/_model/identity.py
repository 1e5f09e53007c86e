# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is meant: SIP addresses and user principal names as users of the collection write them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from . import pasted
from .casing import fold
from .pasted import InvalidUser

__all__ = ["InvalidUser", "UserId", "address_of", "bare_address", "fold", "names_one", "parse_users"]

# PowerShell's wildcard characters. A cmdlet that takes display names would act on everybody they match.
WILDCARDS = pasted.WILDCARDS


def names_one(text: str) -> bool:
    """Return whether `text` can be the name of one thing: it is not empty, no pattern, and one line."""
    return bool(text.strip()) and not any(character in WILDCARDS or pasted.breaks(character) for character in text)


@dataclass(frozen=True, slots=True)
class UserId:
    """A SIP address or a user principal name. `text` is what was asked for; `address` lacks the `sip:`; `key` compares."""

    text: str
    address: str
    key: str
    is_sip: bool

    @classmethod
    def entered(cls, text: str, notes: list[str] | None = None) -> UserId:
        """Return the user that somebody wrote or pasted as `text`.

        What is certain not to belong to the address is left out, and what may have been changed on its way stays; `notes`
        gets a sentence for each. Raises InvalidUser for everything else that is no single address.
        """
        found = pasted.clean(text)
        if notes is not None:
            notes += found.notes
        return cls.parse(found.text)

    @classmethod
    def parse(cls, text: str) -> UserId:
        """Return the user that a host calls `text`. Raises InvalidUser for what is empty, a pattern, or no address."""
        stripped = text.strip(" ")
        is_sip = fold(stripped).startswith("sip:")
        address = stripped[4:] if is_sip else stripped
        pasted.refuse_what_no_host_takes(address, text)
        name, _at, domain = address.rpartition("@")
        if not (name and domain):
            raise pasted.no_address(text)
        return cls(text=stripped, address=address, key=fold(address), is_sip=is_sip)

    @property
    def sip(self) -> str:
        """The address as a SIP URI."""
        return f"sip:{self.address}"


def parse_users(texts: Iterable[str], notes: list[str] | None = None) -> list[UserId]:
    """Return the users in order, each once however it was written. `notes` as for `UserId.entered`. Raises InvalidUser."""
    found: dict[str, UserId] = {}
    for text in texts:
        user = UserId.entered(text, notes)
        found.setdefault(user.key, user)
    return list(found.values())


def bare_address(value: object) -> str:
    """Return a SIP address or user principal name as a host writes it, without `sip:`."""
    text = str(value or "").strip()
    return text[4:] if fold(text).startswith("sip:") else text


def address_of(value: object) -> str:
    """Return a SIP address or user principal name as read from a host, without `sip:` and folded; empty when there is none."""
    return fold(bare_address(value))
