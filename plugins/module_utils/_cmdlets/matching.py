# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose row is whose."""

from __future__ import annotations

from collections.abc import Sequence

from .._connection.messages import Row
from .._model import reasons
from .._model.decision import Reason
from .._model.identity import UserId, address_of
from .properties import account_of, is_deleted


def match(users: Sequence[UserId], rows: Sequence[Row]) -> dict[UserId, Row | Reason]:
    """Return the row of each user, by SIP address before user principal name; a Reason where that means different people.

    A deleted account is listed beside the one that took its place, and counts only where it is the only one (R72).
    """
    by_sip, by_name = _by_address(rows, "SipAddress"), _by_address(rows, "UserPrincipalName")
    found: dict[UserId, Row | Reason] = {}
    for user in users:
        sips, names = by_sip.get(user.key, []), [] if user.is_sip else by_name.get(user.key, [])
        meant = {account_of(row): row for row in (*sips, *names)}
        alive = [row for row in meant.values() if not is_deleted(row)] or list(meant.values())
        if len(alive) > 1:
            found[user] = reasons.AMBIGUOUS_USER.format(user=user.text)
        elif alive:
            found[user] = alive[0]
    return found


def _by_address(rows: Sequence[Row], name: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        if row.get(name):
            found.setdefault(address_of(row[name]), []).append(row)
    return found
