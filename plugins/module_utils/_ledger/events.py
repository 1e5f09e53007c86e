# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Events: written before a cmdlet is sent, and completed once its user was read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._model.decision import Status
from .._model.identity import address_of
from .._model.phase import UserPhase
from . import library as sql
from . import moments
from .phases import phase_after, target_of
from .records import NO_USER, Completion, Facts, Sending, Unfinished
from .runs import lapsed
from .statements import chunks, folded, insert_new
from .tables import SENT, tables
from .users import advanced, have, rows_of, update

# A reason that is kept says what it says to the user, and not how it is retried.
REASON = ("code", "scope", "message", "remedy", "fault", "number")


def sent(connection: sql.Connection, run: str, sendings: Sequence[Sending]) -> list[int]:
    """Write cmdlets that are about to be sent, and return the ids of the events in their order."""
    asked = folded(each.user for each in sendings if each.user)
    known = {row.address: row for row in rows_of(connection, asked)}
    if new := [user for user in asked if user not in known]:
        have(connection, new)
        known |= {row.address: row for row in rows_of(connection, new)}
    at = moments.stored(moments.now())
    rows = [_row(each, known.get(address_of(each.user)), run, at) for each in sendings]
    ids = _inserted(connection, rows)
    last = {str(row["address"]): event for row, event in zip(rows, ids, strict=True)}
    update(
        connection,
        [{"who": user, "last_event": last[user], "last_status": SENT, "touched": at} for user in asked],
    )
    return ids


def _row(sending: Sending, user: Any, run: str, at: str) -> dict[str, object]:
    target = (sending.phase or target_of(sending.action, sending.before, sending.after)) if user else None
    return {
        "at": at,
        "run": run,
        "address": user.address if user else None,
        "wave": user.wave if user and sending.wave is None else sending.wave or "",
        "phase": target.value if target else user.phase if user else "",
        "leads": target is not None,
        "action": sending.action,
        "status": SENT,
        "before": dict(sending.before) or None,
        # What is expected, until it was read: a later run has only that to tell what became of it.
        "after": dict(sending.after) or None,
        "operation": "",
    }


def _inserted(connection: sql.Connection, rows: Sequence[Mapping[str, object]]) -> list[int]:
    """Insert events, and return their ids. An SQLite before 3.35 gives an id for each single statement alone."""
    if not rows:
        return []
    events = tables().events
    statement = sql.insert(events)
    if connection.dialect.name == "postgresql":
        returning = statement.returning(events.c.id, sort_by_parameter_order=True)
        return list(connection.execute(returning, rows).scalars())
    single = statement.inline()
    return [int(connection.execute(single, row).lastrowid) for row in rows]


def operation_started(connection: sql.Connection, ids: Sequence[int], operation: str) -> None:
    """Write the id of the operation of a service that carries out these events, so that another run can follow it."""
    events = tables().events
    statement = sql.update(events).where(events.c.id == sql.bindparam("event")).values(operation=operation)
    if ids:
        connection.execute(statement, [{"event": each} for each in sorted(ids)])


def completed(connection: sql.Connection, completions: Sequence[Completion]) -> None:
    """Write what came of events, and where their users are by that. Those of one user are given in their order.

    Raises LookupError for an event that is not there (it was purged).
    """
    events = _events(connection, [each.event for each in completions])
    at = moments.now()
    sent_at = {row.id: _plan_time(row) for row in events.values()}
    of_users = {row.id: row for row in events.values() if row.address is not None}
    users = {row.address: row for row in rows_of(connection, folded(row.address for row in of_users.values()))}
    phases = {user: UserPhase(row.phase) for user, row in users.items()}
    last = {user: (row.last_event, row.last_status) for user, row in users.items()}
    notified = []
    for each in (each for each in completions if each.event in of_users):
        row = of_users[each.event]
        user, target = row.address, UserPhase(row.phase) if row.leads else None
        before = phases[user]
        phases[user] = phase_after(before, target, each.status, each.after or {})
        if last[user][0] == row.id:
            last[user] = (row.id, each.status.value)
        if target is UserPhase.NOTIFIED and each.status is Status.CHANGED and before is not UserPhase.ROLLED_BACK:
            notified.append({"address": user, "wave": row.wave, "notified_on": sent_at[row.id]})
    _write(connection, completions)
    insert_new(connection, tables().notices, sorted(notified, key=lambda notice: str(notice["address"])))
    now_of = {row.address: sent_at[row.id] for row in of_users.values()}
    update(
        connection,
        [
            advanced(row, phases[user], moments.stored(at), now_of[user])
            | {"last_event": last[user][0], "last_status": last[user][1]}
            for user, row in users.items()
        ],
    )


def _plan_time(row: Any) -> str:
    """Return the plan's time at which an event's cmdlet was sent, as it is stored: also where a later run completes the event."""
    at, started = moments.moment(row.at), moments.moment(row.started)
    return moments.stored(moments.plan_time(at, started, moments.optional(row.now)))


def _events(connection: sql.Connection, ids: Sequence[int]) -> dict[int, Any]:
    events, runs = tables().events, tables().runs
    of_event = (events.c.wave, events.c.phase, events.c.leads)
    columns = (events.c.id, events.c.at, events.c.run, events.c.address, *of_event)
    statement = sql.select(*columns, runs.c.started, runs.c.now).join_from(events, runs)
    found: dict[int, Any] = {}
    for some in chunks(sorted(set(ids))):
        found |= {row.id: row for row in connection.execute(statement.where(events.c.id.in_(some)))}
    if gone := set(ids) - set(found):
        raise LookupError(f"the ledger has no events {sorted(gone)}")
    return found


def _write(connection: sql.Connection, completions: Sequence[Completion]) -> None:
    table = tables().events
    for known_operation in (True, False):
        rows = [_completed(each) for each in completions if bool(each.operation) is known_operation]
        columns = ["status", "before", "after", "reason", "seconds", *(["operation"] if known_operation else [])]
        values: dict[str, Any] = {name: sql.bindparam(f"new_{name}", type_=table.c[name].type) for name in columns}
        # What was found before it was sent stays, where the one who completes it does not know.
        values["before"] = sql.func.coalesce(values["before"], table.c.before)
        if rows:
            statement = sql.update(table).where(table.c.id == sql.bindparam("event")).values(**values)
            connection.execute(statement, rows)


def _completed(completion: Completion) -> dict[str, object]:
    reason = completion.reason.to_result() if completion.reason else None
    return {
        "event": completion.event,
        "new_status": completion.status.value,
        "new_before": _dict(completion.before),
        "new_after": _dict(completion.after),
        "new_reason": {name: reason[name] for name in REASON if name in reason} if reason else None,
        "new_operation": completion.operation,
        "new_seconds": completion.seconds,
    }


def _dict(facts: Facts | None) -> dict[str, object] | None:
    return None if facts is None else dict(facts)


def withdrawn(connection: sql.Connection, ids: Sequence[int]) -> None:
    """Remove events whose cmdlet was not sent after all. The last event of their users is the one before."""
    events = tables().events
    is_open = events.c.status == SENT
    users: set[str] = set()
    for some in chunks(sorted(set(ids))):
        found = connection.execute(sql.select(events.c.address).where(events.c.id.in_(some), is_open))
        users.update(user for user in found.scalars() if user is not None)
        connection.execute(sql.delete(events).where(events.c.id.in_(some), is_open))
    last = _last_events(connection, sorted(users))
    nothing: tuple[int | None, str | None] = (None, None)
    rows = [(user, *last.get(user, nothing)) for user in sorted(users)]
    update(connection, [{"who": user, "last_event": event, "last_status": status} for user, event, status in rows])


def _last_events(connection: sql.Connection, users: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Return the last event of each user that has one, with its status."""
    events, found = tables().events, {}
    for some in chunks(users):
        newest = sql.select(sql.func.max(events.c.id)).where(events.c.address.in_(some)).group_by(events.c.address)
        statement = sql.select(events.c.address, events.c.id, events.c.status).where(events.c.id.in_(newest))
        found.update({row.address: (row.id, row.status) for row in connection.execute(statement)})
    return found


def unfinished(connection: sql.Connection, users: Sequence[str], run: str, lapse: float) -> list[Unfinished]:
    """Return the events of these users that were sent by this run or by one that is dead, and were never completed; the oldest first.

    Those without a user are among them where `users` has NO_USER.
    """
    events = tables().events
    columns = (events.c.id, events.c.at, events.c.run, events.c.address, events.c.wave, events.c.action)
    # Written out: the index is of these events alone, and a parameter could be anything.
    is_sent = events.c.status == sql.text(f"'{SENT}'")
    found: list[Any] = []
    for some in chunks(folded(users)):
        statement = sql.select(*columns, events.c.before, events.c.after, events.c.operation)
        of_users = events.c.address.in_(some)
        of_none = sql.or_(of_users, events.c.address.is_(None)) if NO_USER in some else of_users
        found += connection.execute(statement.where(is_sent, of_none)).all()
    now = moments.now()
    dead = {run, *lapsed(connection, {row.run for row in found} - {run}, lapse)}
    return [
        Unfinished(
            row.id,
            (now - moments.moment(row.at)).total_seconds(),
            row.run,
            row.address or NO_USER,
            row.wave,
            row.action,
            row.before or {},
            row.after or {},
            row.operation,
        )
        for row in sorted(found, key=lambda row: int(row.id))
        if row.run in dead
    ]
