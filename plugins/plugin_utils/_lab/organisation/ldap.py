# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The -LdapFilter parameter: a filter in the LDAP query language over generic attributes of the directory."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from .identities import fold, pattern
from .records import AdUser

Predicate = Callable[[AdUser], bool]
_ESCAPED = re.compile(r"\\([0-9a-fA-F]{2})")
_ITEM = re.compile(r"\s*([A-Za-z][\w-]*)\s*=([^()]*)")
_STAR = "\0"
# Attributes by which the directory finds users without looking at everybody.
_INDEXED = ("msrtcsip-primaryuseraddress", "userprincipalname")

_OF_USER: dict[str, Callable[[AdUser], str]] = {
    "samaccountname": lambda user: user.sam,
    "userprincipalname": lambda user: user.upn,
    "displayname": lambda user: user.person.display_name,
    "cn": lambda user: user.person.display_name,
    "name": lambda user: user.person.display_name,
    "distinguishedname": lambda user: user.dn,
    "givenname": lambda user: user.person.given_name,
    "sn": lambda user: user.person.surname,
    "objectclass": lambda user: "user",
    "objectcategory": lambda user: "person",
    "msrtcsip-primaryuseraddress": lambda user: user.sip,
    "msrtcsip-deploymentlocator": lambda user: user.locator,
    "msrtcsip-userenabled": lambda user: "TRUE" if user.enabled else "FALSE",
    "msrtcsip-line": lambda user: user.line_uri or "",
    "homemdb": lambda user: user.mailbox_database,
}
# Attributes of a person, by the names that the cmdlets give them.
_OF_PERSON = {
    "l": "City",
    "st": "State",
    "c": "Country",
    "co": "Country",
    "physicaldeliveryofficename": "Office",
    "telephonenumber": "Phone",
    "mail": "Mail",
}


class LdapError(ValueError):
    """A filter that is not LDAP's."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What a filter asks of a user. Where it can only hold for users who have one of certain SIP addresses or user principal names,
    `named` are these; else it is None.
    """

    holds: Predicate
    named: frozenset[str] | None = None


def parse_ldap(text: str) -> Condition:
    """Return what an LDAP filter asks; the brackets around all of it may be left out. Raises LdapError."""
    text = text.strip()
    if not text:
        raise LdapError("the LDAP filter is empty")
    if text[0] in "&|!" or not text.startswith("("):
        text = f"({text})"
    condition, end = _group(text, 0)
    if text[end:].strip():
        raise LdapError(f"the LDAP filter ends before {text[end:].strip()!r}")
    return condition


def _group(text: str, start: int) -> tuple[Condition, int]:
    if text[start : start + 1] != "(":
        raise LdapError(f"a bracket is missing in the LDAP filter before {text[start:]!r}")
    operator = text[start + 1 : start + 2]
    if operator in ("&", "|", "!"):
        return _combined(text, start + 2, operator)
    item = _ITEM.match(text, start + 1)
    if not item or text[item.end() : item.end() + 1] != ")":
        raise LdapError(f"the LDAP filter cannot be read from here on: {text[start:]!r}")
    return _comparison(item[1], item[2]), item.end() + 1


def _combined(text: str, position: int, operator: str) -> tuple[Condition, int]:
    parts: list[Condition] = []
    while text[position : position + 1] == "(":
        part, position = _group(text, position)
        parts.append(part)
    if not parts or text[position : position + 1] != ")" or (operator == "!" and len(parts) != 1):
        raise LdapError(f"the {operator!r} of the LDAP filter is not complete")
    return _joined(operator, parts), position + 1


def _joined(operator: str, parts: list[Condition]) -> Condition:
    if operator == "!":
        return Condition(lambda user: not parts[0].holds(user))
    named = [part.named for part in parts if part.named is not None]
    if operator == "&":
        return Condition(lambda user: all(part.holds(user) for part in parts), min(named, key=len, default=None))
    everybody = frozenset[str]().union(*named) if len(named) == len(parts) else None
    return Condition(lambda user: any(part.holds(user) for part in parts), everybody)


def _comparison(attribute: str, value: str) -> Condition:
    read = _reading(fold(attribute))
    if value.strip() == "*":
        return Condition(lambda user: bool(read(user)))
    literal = _ESCAPED.sub(lambda found: _STAR if found[1].lower() == "2a" else chr(int(found[1], 16)), value.strip())
    matches = _matching(literal)
    named = frozenset((literal,)) if fold(attribute) in _INDEXED and not {"*", _STAR} & set(literal) else None
    return Condition(lambda user: bool(found := read(user)) and matches(found.replace("*", _STAR)), named)


def _matching(literal: str) -> Callable[[str], bool]:
    """Return whether a value is what a comparison asks for. Most ask for one address out of many: that needs no regular expression."""
    if "*" not in literal and literal.isascii():
        folded = literal.lower()
        return lambda value: value.lower() == folded if value.isascii() else _matches(literal, value)
    return lambda value: _matches(literal, value)


def _matches(literal: str, value: str) -> bool:
    return pattern(literal, full=False).fullmatch(value) is not None


def _reading(attribute: str) -> Callable[[AdUser], str]:
    if attribute in _OF_USER:
        return _OF_USER[attribute]
    name = _OF_PERSON.get(attribute, attribute)
    return lambda user: next((value for key, value in user.person.attributes.items() if fold(key) == fold(name)), "")
