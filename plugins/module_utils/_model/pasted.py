# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Addresses as people paste them from mails, web pages and tables: what is certain is cleaned, everything else is refused by name.

Nothing is put in the place of anything. What cannot belong to an address is removed where the rest is one address without
doubt; what may be a slip, and may be right as well, stays and is mentioned.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

WILDCARDS = frozenset("*?[]")
# Characters without a width, and marks for the direction of text, as mail programs, web pages and consoles add them. Not among them:
# U+202E, which shows text backwards. What was seen is not what was copied, so that the rest may be somebody else.
INVISIBLE = frozenset(
    "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u2060\u2066\u2067\u2068\u2069\ufeff"
)
# Others that do not show, although Unicode counts them among letters and marks.
_HIDDEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
_HIDDEN_KINDS = frozenset(("Cc", "Cf", "Cn", "Co", "Cs"))
_SEPARATORS_OF_FILES = "\x1c\x1d\x1e\x1f"  # blanks to Python, and to nobody who pastes
_CLOSING = {
    "<": ">",
    "(": ")",
    '"': '"',
    "'": "'",
    "`": "`",
    "\u201c": "\u201d",
    "\u201e": "\u201c\u201d",
    "\u2018": "\u2019",
    "\u201a": "\u2018\u2019",
    "\u00ab": "\u00bb",
    "\u00bb": "\u00ab",
}
_AFTER = ",;."
_MAILTO = "mailto:"
_SIP = re.compile(r"sip:\s*", re.IGNORECASE)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_INNER = re.compile(r"<([^<>\s]+@[^<>\s]+)>")
_SEVERAL = re.compile(r"@[^@]*?([\s,;|/])[^@]*@")
_WIDE = ("<wide>", "<narrow>", "<small>")
_TYPED = dict.fromkeys("\u2018\u2019\u02bc\u00b4", "'") | dict.fromkeys(
    "\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"
)
_ONE_EACH = "Write one address per entry."
_EXAMPLE = "Write a SIP address or user principal name such as alice@contoso.com."


class InvalidUser(ValueError):
    """The text cannot name one user. `problem` says why, `remedy` what to write."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(f"{problem} {remedy}")
        self.problem = problem
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Cleaned:
    """An address, with `sip:` where it was written, and a sentence about what was removed and about each thing in doubt."""

    text: str
    notes: tuple[str, ...]


def clean(text: str) -> Cleaned:
    """Return the one address in `text`. Raises InvalidUser, which names the character, where that is not certain."""
    removed: list[str] = []
    rest = _without_surroundings(text, removed)
    prefix = _SIP.match(rest)
    address = rest[prefix.end() :] if prefix else rest
    _check(address, text)
    return Cleaned(f"{rest[:4]}{address}" if prefix else address, tuple(_notes(address, removed)))


def is_blank(text: str) -> bool:
    """Return whether nothing of `text` can be seen."""
    return all(character.isspace() or character in INVISIBLE for character in text)


def breaks(character: str) -> bool:
    """Return whether a character ends a line or controls something."""
    return ord(character) < 32 or character in "\x7f\u2028\u2029\x85"


def named(character: str) -> str:
    """Return a character for a sentence: `U+200B ZERO WIDTH SPACE`, or itself where it is in ASCII and can be seen."""
    if " " < character <= "~":
        return character
    name = {"\t": "TAB", "\n": "LINE FEED", "\r": "CARRIAGE RETURN"}.get(character)
    return f"U+{ord(character):04X} {name or unicodedata.name(character, '')}".rstrip()


def refuse_what_no_host_takes(address: str, text: str) -> None:
    """Raise InvalidUser for what is empty, a pattern or several lines."""
    if not address:
        raise InvalidUser("An empty user was given.", "Name each user by SIP address or user principal name.")
    if wildcard := _first(address, WILDCARDS.__contains__):
        _refuse_wildcard(wildcard, text)
    if found := _first(address, breaks):
        raise InvalidUser(
            f"The user {text!r} contains a control character or line break ({named(found)}).",
            _ONE_EACH,
        )


def no_address(text: str) -> InvalidUser:
    """Return the refusal of what lacks a name, an @ or a domain."""
    return InvalidUser(f"The user {text!r} is no address.", _EXAMPLE)


def _refuse_wildcard(wildcard: str, text: str) -> None:
    if wildcard == "?":
        raise InvalidUser(
            f"The user {text!r} contains a wildcard, ?, which an export as ASCII writes for letters such as \u00fc.",
            "Export again with -Encoding utf8, and name each user in full.",
        )
    raise InvalidUser(f"The user {text!r} contains a wildcard, {wildcard}.", "Name each user in full.")


def _without_surroundings(text: str, removed: list[str]) -> str:
    """Return `text` without what is certain not to belong to it, and add that to `removed`; plain spaces are not mentioned."""
    removed += dict.fromkeys(named(each) for each in text if each in INVISIBLE)
    rest = "".join(each for each in text if each not in INVISIBLE)
    while part := _surrounding(rest):
        start, end = part
        outside = [rest[:start]] if start > 1 else [named(each) for each in (*rest[:start], *rest[end:]) if each != " "]
        removed += [each for each in dict.fromkeys(outside) if each not in removed]
        rest = rest[start:end]
    return rest


def _surrounding(text: str) -> tuple[int, int] | None:
    """Return from where to where `text` goes on without the outermost thing around it; None where there is none."""
    last = len(text) - 1
    if last < 0:
        return None
    if _is_blank(text[0]):
        return 1, last + 1
    if _is_blank(text[last]) or text[last] in _AFTER:
        return 0, last
    if last and text[last] in _CLOSING.get(text[0], ""):
        return 1, last
    return (len(_MAILTO), last + 1) if text[: len(_MAILTO)].lower() == _MAILTO else None


def _is_blank(character: str) -> bool:
    return character.isspace() and character not in _SEPARATORS_OF_FILES


def _first(text: str, is_meant: Callable[[str], bool]) -> str:
    """Return the first character that is meant; nothing where there is none."""
    return next(filter(is_meant, text), "")


def _check(address: str, text: str) -> None:
    """Raise InvalidUser unless `address` is one. The order matters: the cause comes before what follows from it."""
    refuse_what_no_host_takes(address, text)
    if hidden := _first(address, _is_hidden):
        raise InvalidUser(
            f"The user {text!r} contains {named(hidden)}, which does not belong to an address.", "Type it anew."
        )
    if wide := _first(address, _is_wide):
        plain = unicodedata.normalize("NFKC", wide)
        raise InvalidUser(f"The user {text!r} contains {named(wide)}.", f"Type {plain} in its place, if that is meant.")
    if "@" not in address:
        raise no_address(text)
    if several := _SEVERAL.search(address):
        raise InvalidUser(f"The user {text!r} holds several addresses, with {named(several[1])} between.", _ONE_EACH)
    if address.count("@") > 1:
        raise InvalidUser(f"The user {text!r} contains two @.", _EXAMPLE)
    _check_name(address.partition("@")[0], text)
    _check_domain(address.partition("@")[2], text)


def _check_name(name: str, text: str) -> None:
    if not name:
        raise no_address(text)
    if bracket := _first(name, "<>".__contains__):
        inner = _INNER.search(text)
        meant = f"Write {inner[1]} alone, if that is meant." if inner else _EXAMPLE
        raise InvalidUser(f"The user {text!r} contains {bracket}, as addresses with a display name do.", meant)
    if blank := _first(name, str.isspace):
        raise InvalidUser(f"The user {text!r} contains a blank ({named(blank)}).", _EXAMPLE)
    if scheme := _SCHEME.match(name):
        raise InvalidUser(
            f"The user {text!r} begins with {scheme[0]}, which may be another address than the one for signing in.",
            "Write the SIP address, with or without sip:, or the user principal name.",
        )
    if sign := _first(name, ",\\".__contains__):
        raise InvalidUser(f"The user {text!r} contains {named(sign)}.", _EXAMPLE)


def _check_domain(domain: str, text: str) -> None:
    if sign := _first(
        domain, lambda each: not (each.isalnum() or each in "-_." or unicodedata.category(each)[0] == "M")
    ):
        what = f"a blank ({named(sign)})" if sign.isspace() else named(sign)
        raise InvalidUser(f"The user {text!r} contains {what} in the domain.", _EXAMPLE)
    if not domain:
        raise no_address(text)
    if not all(domain.split(".")):
        raise InvalidUser(f"The user {text!r} has a domain with a . too many.", _EXAMPLE)


def _is_hidden(character: str) -> bool:
    hidden = unicodedata.category(character) in _HIDDEN_KINDS or bool(_HIDDEN.match(character))
    # What a program writes for bytes that it could not read.
    return hidden or character == "\ufffd"


def _is_wide(character: str) -> bool:
    """Return whether a character is one of ASCII in another width, as Asian keyboards write them."""
    return unicodedata.decomposition(character).startswith(_WIDE) and unicodedata.normalize("NFKC", character).isascii()


def _notes(address: str, removed: list[str]) -> Iterator[str]:
    """Yield what was removed, and what is kept although it may be a slip."""
    if removed:
        verb = "was" if len(removed) == 1 else "were"
        yield f"{' and '.join(removed)} {verb} removed from {address}."
    kept = f"is kept in {address}: if that user is not found,"
    for character in dict.fromkeys(address):
        if typed := _TYPED.get(character):
            yield f"{named(character)} {kept} write {typed} in its place."
    marks = [each for each in address if unicodedata.combining(each)]
    if marks and len(unicodedata.normalize("NFC", address)) < len(address):
        yield f"{named(marks[0])} {kept} type the letter with its mark as one character."
    if address[0] == "'":
        yield f"' {kept} leave it out, since tables put it before text."
    if "." not in address.partition("@")[2]:
        yield f"The domain of {address} has no dot: if that user is not found, write the domain in full."
