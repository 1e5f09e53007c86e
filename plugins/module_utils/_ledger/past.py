# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What runs have done to users: every cmdlet that was sent, and when a rollback last brought everything back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from .._model.identity import address_of
from .._model.phase import UserPhase
from . import library as sql
from . import moments
from .records import Facts
from .runs import lapsed
from .statements import chunks, folded, insert_new
from .tables import SENT, tables
from .users import reach, rows_of


@dataclass(frozen=True, slots=True)
class PastEvent:
    """A cmdlet that was sent for a user, and what came of it. `leads_to`: the phase that it leads to; empty where it leads to none.

    `interrupted`: the run that sent it is dead, and nobody has looked since what came of it.
    """

    at: datetime
    run: str
    action: str
    status: str
    leads_to: str
    before: Facts
    after: Facts
    reason: Facts | None
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Past:
    """What runs have done to a user. `last_status`: that of the last event.

    `touched`: when anything was last written of them, by the clock of that job's machine. `restored`: when a rollback last read, by
    such a clock, that everything is back that can come back; None where none has. `facts`: what they had before the first write, or when
    that rollback was done.
    """

    wave: str
    phase: str
    notified_on: datetime | None
    before: Facts | None
    last_status: str | None
    touched: datetime
    restored: datetime | None
    facts: Facts | None
    events: Sequence[PastEvent]

    @property
    def since_rollback(self) -> Sequence[PastEvent]:
        """What was sent since the last rollback that has brought everything back; all of it where there was none."""
        return [each for each in self.events if self.restored is None or each.at > self.restored]


def past(connection: sql.Connection, users: Sequence[str], lapse: float) -> dict[str, Past]:
    """Return what runs have done to users, by folded address; who is not known is left out. `lapse`: as in `lapsed`."""
    asked = folded(users)
    events, rollbacks = _events(connection, asked, lapse), _rollbacks(connection, asked)
    return {
        row.address: _past(row, rollbacks.get(row.address), events.get(row.address, ()))
        for row in rows_of(connection, asked)
    }


def rolled_back(connection: sql.Connection, found: Mapping[str, Facts], plan_now: datetime) -> None:
    """Write that everything of these users is back that can come back: what others change from now on is not ours to take back.

    `found` holds what they have now, under the names of what they had before.
    """
    table, asked = tables().rollbacks, folded(found)
    upgraded = {row.address: row.upgraded_on for row in rows_of(connection, asked)}
    reach(connection, asked, UserPhase.ROLLED_BACK, plan_now)
    for some in chunks(asked):
        connection.execute(sql.delete(table).where(table.c.address.in_(some)))
    at = moments.stored(moments.now())
    when = {"completed": at, "plan_time": moments.stored(plan_now)}
    facts = {address_of(user): dict(has) for user, has in found.items()}
    rows = [{"address": user, "facts": facts[user], "upgraded_on": upgraded.get(user), **when} for user in asked]
    insert_new(connection, table, rows)


def _rollbacks(connection: sql.Connection, users: Sequence[str]) -> dict[str, Any]:
    table, found = tables().rollbacks, dict[str, Any]()
    for some in chunks(users):
        found |= {row.address: row for row in connection.execute(sql.select(table).where(table.c.address.in_(some)))}
    return found


def _events(connection: sql.Connection, users: Sequence[str], lapse: float) -> dict[str, list[PastEvent]]:
    """Return the events of users in their order."""
    table, found = tables().events, dict[str, list[PastEvent]]()
    names = ("address", "at", "run", "action", "status", "phase", "leads", "before", "after", "reason")
    columns = [table.c[name] for name in names]
    for some in chunks(users):
        statement = sql.select(*columns).where(table.c.address.in_(some)).order_by(table.c.address, table.c.id)
        for row in connection.execute(statement):
            leads_to = row.phase if row.leads else ""
            sides = row.before or {}, row.after or {}
            event = PastEvent(moments.moment(row.at), row.run, row.action, row.status, leads_to, *sides, row.reason)
            found.setdefault(row.address, []).append(event)
    sent = {event.run for events in found.values() for event in events if event.status == SENT}
    dead = frozenset(lapsed(connection, sent, lapse))
    return {user: [_interrupted(event, dead) for event in events] for user, events in found.items()}


def _interrupted(event: PastEvent, dead: frozenset[str]) -> PastEvent:
    return replace(event, interrupted=True) if event.status == SENT and event.run in dead else event


def _past(row: Any, rollback: Any, events: Sequence[PastEvent]) -> Past:
    notified_on, touched = moments.optional(row.notified_on), moments.moment(row.touched)
    restored = rollback and moments.moment(rollback.completed)
    known = row.wave, row.phase, notified_on, row.before, row.last_status
    return Past(*known, touched, restored, rollback.facts if rollback else row.before, events)
