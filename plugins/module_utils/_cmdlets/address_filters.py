# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Filters that name users by their addresses, in both languages that the cmdlets take: -Filter and -LdapFilter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from .._model.identity import UserId

# A filter is text that the host parses. Only addresses without any character that could mean something in it go into one.
_PLAIN = re.compile(r"[A-Za-z0-9._@+-]+")
_LDAP_SPECIAL = {character: f"\\{ord(character):02x}" for character in "\\*()\0"}


def plain(users: Sequence[UserId]) -> list[UserId]:
    """Return the users whose addresses can stand in a filter for -Filter."""
    return [user for user in users if _PLAIN.fullmatch(user.address)]


def by_addresses(users: Iterable[UserId]) -> str:
    """Return the filter for users whose SIP address, or user principal name where it may be meant, is as given."""
    return " -or ".join(_sip(user) if user.is_sip else f"{_sip(user)} -or {_name(user)}" for user in users)


def by_names(users: Iterable[UserId]) -> str:
    """Return the filter for users by their user principal names alone."""
    return " -or ".join(map(_name, users))


def ldap_by_addresses(users: Iterable[UserId]) -> str:
    """Return the LDAP filter for users whose SIP address, or user principal name where it may be meant, is as given."""
    named = "".join(
        ldap_sip(user.sip) + ("" if user.is_sip else f"(userPrincipalName={ldap_value(user.address)})")
        for user in users
    )
    return f"(|{named})"


def ldap_sip(address: str) -> str:
    """Return the LDAP clause for a SIP address, which is written with its `sip:`."""
    return f"(msRTCSIP-PrimaryUserAddress={ldap_value(address)})"


def ldap_value(value: str) -> str:
    """Return a text as an LDAP filter takes it: characters that mean something there are escaped."""
    return "".join(_LDAP_SPECIAL.get(character, character) for character in value)


def _sip(user: UserId) -> str:
    return f"SipAddress -eq '{user.sip}'"


def _name(user: UserId) -> str:
    return f"UserPrincipalName -eq '{user.address}'"
