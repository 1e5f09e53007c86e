# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What runs have done to users: every cmdlet that was sent, and when a rollback last brought everything back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .._model.phase import UserPhase
from . import library as sql
from . import moments
from .records import Facts
from .statements import chunks, folded, insert_new
from .tables import tables
from .users import reach, rows_of


@dataclass(frozen=True, slots=True)
class PastEvent:
    """A cmdlet that was sent for a user, and what came of it. `leads_to`: the phase that it leads to; empty where it leads to none."""

    at: datetime
    action: str
    status: str
    leads_to: str
    before: Facts
    after: Facts
    reason: Facts | None


@dataclass(frozen=True, slots=True)
class Past:
    """What runs have done to a user. `last_status`: that of the last event.

    `touched`: when anything was last written of them, by the clock of that job's machine. `restored`: when a rollback last read, by
    such a clock, that everything is back that can come back; None where none has.
    """

    wave: str
    phase: str
    notified_on: datetime | None
    before: Facts | None
    last_status: str | None
    touched: datetime
    restored: datetime | None
    events: Sequence[PastEvent]

    @property
    def since_rollback(self) -> Sequence[PastEvent]:
        """What was sent since the last rollback that has brought everything back; all of it where there was none."""
        return [each for each in self.events if self.restored is None or each.at > self.restored]


def past(connection: sql.Connection, users: Sequence[str]) -> dict[str, Past]:
    """Return what runs have done to users, by folded address; who is not known is left out."""
    asked = folded(users)
    events, rollbacks = _events(connection, asked), _rollbacks(connection, asked)
    return {
        row.address: _past(row, rollbacks.get(row.address), events.get(row.address, ()))
        for row in rows_of(connection, asked)
    }


def rolled_back(connection: sql.Connection, users: Sequence[str], plan_now: datetime) -> None:
    """Write that everything of these users is back that can come back: what others change from now on is not ours to take back."""
    table, asked = tables().rollbacks, folded(users)
    reach(connection, asked, UserPhase.ROLLED_BACK, plan_now)
    for some in chunks(asked):
        connection.execute(sql.delete(table).where(table.c.address.in_(some)))
    at = moments.stored(moments.now())
    insert_new(connection, table, [{"address": user, "completed": at} for user in asked])


def _rollbacks(connection: sql.Connection, users: Sequence[str]) -> dict[str, str]:
    table, found = tables().rollbacks, dict[str, str]()
    for some in chunks(users):
        statement = sql.select(table.c.address, table.c.completed).where(table.c.address.in_(some))
        found |= {row.address: row.completed for row in connection.execute(statement)}
    return found


def _events(connection: sql.Connection, users: Sequence[str]) -> dict[str, list[PastEvent]]:
    """Return the events of users in their order."""
    table, found = tables().events, dict[str, list[PastEvent]]()
    names = ("address", "at", "action", "status", "phase", "leads", "before", "after", "reason")
    columns = [table.c[name] for name in names]
    for some in chunks(users):
        statement = sql.select(*columns).where(table.c.address.in_(some)).order_by(table.c.address, table.c.id)
        for address, at, action, status, phase, leads, before, after, reason in connection.execute(statement):
            leads_to = phase if leads else ""
            event = PastEvent(moments.moment(at), action, status, leads_to, before or {}, after or {}, reason)
            found.setdefault(address, []).append(event)
    return found


def _past(row: Any, restored: str | None, events: Sequence[PastEvent]) -> Past:
    notified_on, touched = moments.optional(row.notified_on), moments.moment(row.touched)
    facts = row.wave, row.phase, notified_on, row.before, row.last_status
    return Past(*facts, touched, moments.optional(restored), events)
