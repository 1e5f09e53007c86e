# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host said when something failed, and how a line of the catalogue recognises it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass

from .decision import Reason

HOSTED_MIGRATION = re.compile(r"Error=\((\d+)\)")

# The name in an error does not say what it means: room.503@contoso.com is no busy service, and Timeout Tom no slow one.
# A pattern begins where a word does, and nowhere in it: a text of one long word would else be searched again from each of its letters.
_NAMES = re.compile(
    r"(?<![\w.+'#%-])[\w.+'#%-]+@[\w.-]+"
    r"|\b(?:CN|OU|DC|UID)=[^,;\"]+"
    r"|(?<![\w.-])[\w.-]+\\[\w.-]+(?=[\s'\",;.]|$)"
    r"|(?<=\bidentity )(?:\"[^\"]*\"|'[^']*')|(?<=\buser )(?:\"[^\"]*\"|'[^']*')|(?<=\bname )(?:\"[^\"]*\"|'[^']*')"
    r"|(?<=\baccount )(?:\"[^\"]*\"|'[^']*')|(?<=\bfor )(?:\"[^\"]*\"|'[^']*')|(?<=\bmailbox )(?:\"[^\"]*\"|'[^']*')",
    re.IGNORECASE,
)


# What differs from call to call: ids of requests, and times.
_GUID = re.compile(r"\b[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\b", re.IGNORECASE)
_TIME = re.compile(
    r"\b\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ]+\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?: ?[AP]M)?(?:Z|[+-]\d\d:?\d\d)?)?\b"
    r"|\b\d{1,2}:\d\d:\d\d(?:\.\d+)?Z?"
)


# What a host says first tells what it means; a text without an end would be searched for each line of the catalogue.
_SEARCHED = 8000

# So many users, the first of a task, who all fail with one unknown fault stop it: most likely everybody would meet it.
SAME_FAILURES = 5


def alike(text: str, names: Iterable[str]) -> str:
    """Return what a text has in common with those about other users: without this user's names, ids of requests and times."""
    addresses = {name.removeprefix("sip:") for name in names if name}
    for name in sorted(addresses | {address.partition("@")[0] for address in addresses}, key=len, reverse=True):
        text = re.sub(rf"(?<![\w.])(?:sip:)?{re.escape(name)}(?![\w.]*\w)", " ", text, flags=re.IGNORECASE)
    return " ".join(_TIME.sub(" ", _GUID.sub(" ", _NAMES.sub(" ", text))).split())


@dataclass(frozen=True, slots=True)
class Fault:
    """What a host said: the text, the error's full id and category."""

    text: str
    id: str = ""
    category: str = ""

    @property
    def short_id(self) -> str:
        """The id without the cmdlet's class."""
        return self.id.split(",", 1)[0]

    @property
    def nameless(self) -> str:
        """The text without the names of users in it."""
        return _nameless(self.text[:_SEARCHED])


@functools.lru_cache(maxsize=16)
def _nameless(text: str) -> str:
    """Each line of the catalogue asks for it."""
    return _NAMES.sub(" ", text)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the catalogue. `code` is a number of hosted migration, `id` an error id, `text` a pattern; any may be empty."""

    reason: Reason
    code: str = ""
    id: str = ""
    text: str = ""

    def means(self, fault: Fault) -> bool:
        """Return whether the fault is this one."""
        number = HOSTED_MIGRATION.search(fault.text)
        if self.code:
            return number is not None and number.group(1) == self.code
        if number is not None:
            return False
        by_id = not self.id or fault.short_id == self.id
        return by_id and (not self.text or re.search(self.text, fault.nameless, re.IGNORECASE | re.DOTALL) is not None)
