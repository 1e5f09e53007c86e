# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is meant: SIP addresses and user principal names as users of the collection write them."""

from __future__ import annotations

import string
from collections.abc import Iterable
from dataclasses import dataclass

# PowerShell's wildcard characters. A cmdlet that takes display names would act on everybody they match.
WILDCARDS = frozenset("*?[]")
_FOLD = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def names_one(text: str) -> bool:
    """Return whether `text` can be the name of one thing: it is not empty, no pattern, and one line."""
    return bool(text.strip()) and not any(character in WILDCARDS or _breaks(character) for character in text)


def _breaks(character: str) -> bool:
    return ord(character) < 32 or character in "\x7f\u2028\u2029\x85"


class InvalidUser(ValueError):
    """The text cannot name one user. The message says why, and what to write."""


def fold(text: str) -> str:
    """Return `text` for comparison: A-Z lowered and nothing else, since Unicode folding makes different addresses equal."""
    return text.translate(_FOLD)


@dataclass(frozen=True, slots=True)
class UserId:
    """A SIP address or a user principal name. `text` is what was asked for; `address` lacks the `sip:`; `key` compares."""

    text: str
    address: str
    key: str
    is_sip: bool

    @classmethod
    def parse(cls, text: str) -> UserId:
        """Return the user that `text` names. Raises InvalidUser for what is empty, a pattern, or no address."""
        stripped = text.strip(" ")
        is_sip = fold(stripped).startswith("sip:")
        address = stripped[4:] if is_sip else stripped
        if not address:
            raise InvalidUser("An empty user was given: name each user by SIP address or user principal name.")
        if any(character in WILDCARDS for character in address):
            raise InvalidUser(f"The user {text!r} contains a wildcard (*, ?, [ or ]): name each user in full.")
        if any(_breaks(character) for character in address):
            raise InvalidUser(
                f"The user {text!r} contains a control character or line break: write one address per entry."
            )
        name, at, domain = address.rpartition("@")
        if not (name and at and domain):
            raise InvalidUser(
                f"The user {text!r} is no address: write a SIP address or user principal name such as alice@contoso.com."
            )
        return cls(text=stripped, address=address, key=fold(address), is_sip=is_sip)

    @property
    def sip(self) -> str:
        """The address as a SIP URI."""
        return f"sip:{self.address}"


def parse_users(texts: Iterable[str]) -> list[UserId]:
    """Return the users in order, each once however it was written. Raises InvalidUser."""
    found: dict[str, UserId] = {}
    for text in texts:
        user = UserId.parse(text)
        found.setdefault(user.key, user)
    return list(found.values())


def bare_address(value: object) -> str:
    """Return a SIP address or user principal name as a host writes it, without `sip:`."""
    text = str(value or "").strip()
    return text[4:] if fold(text).startswith("sip:") else text


def address_of(value: object) -> str:
    """Return a SIP address or user principal name as read from a host, without `sip:` and folded; empty when there is none."""
    return fold(bare_address(value))
