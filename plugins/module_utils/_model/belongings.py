# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user homed on-prem has there beside the account, and would leave behind."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Belongings:
    """Where contacts and mailbox are, and whether meetings can be dialled in to. A None could not be read, or was not asked for.

    `asked` names the facts that were looked for, so that those that could not be read can be told.
    """

    contacts_in_exchange: bool | None = None
    mailbox_onprem: bool | None = None
    dial_in: bool | None = None
    asked: frozenset[str] = frozenset()

    def unread(self, fact: str) -> bool:
        """Return whether a fact was looked for and could not be read."""
        return fact in self.asked and getattr(self, fact) is None


NOTHING_KNOWN = Belongings()
