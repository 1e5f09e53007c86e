# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user homed on-prem has there beside the account, and would leave behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

FACTS = ("contacts_in_exchange", "mailbox_onprem", "dial_in")


@dataclass(frozen=True, slots=True)
class OnpremDependencies:
    """Where contacts and mailbox are, and whether meetings can be dialled in to. A None could not be read, or was not asked for.

    `asked` names the facts that were looked for, so that those that could not be read can be named.
    """

    contacts_in_exchange: bool | None = None
    mailbox_onprem: bool | None = None
    dial_in: bool | None = None
    asked: frozenset[str] = frozenset()

    def unread(self, fact: str) -> bool:
        """Return whether a fact was looked for and could not be read."""
        return fact in self.asked and getattr(self, fact) is None

    def to_result(self) -> dict[str, bool | None]:
        """Return the facts that were looked for under the names of results; null where one could not be read."""
        return {name: getattr(self, name) for name in FACTS if name in self.asked or getattr(self, name) is not None}

    @classmethod
    def from_result(cls, shown: Mapping[str, object]) -> OnpremDependencies:
        """Return what a result shows; the reverse of `to_result`."""
        asked = frozenset(name for name in FACTS if name in shown)
        return _alike(*(None if (value := shown.get(name)) is None else value is True for name in FACTS), asked)


@lru_cache
def _alike(*known: Any) -> OnpremDependencies:
    """Return these facts, which many users have, as one object."""
    return OnpremDependencies(*known)


NOTHING_KNOWN = OnpremDependencies()
