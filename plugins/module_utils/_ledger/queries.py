# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `ledger_info` returns: users, events and runs, as they are stored. Moments are stored as they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from .._model.actions import GRANTS
from .._model.phase import UserPhase
from . import library as sql
from . import moments
from .records import EventItem, LastItem, RunItem, Selection, UserItem
from .statements import chunks, folded
from .tables import tables

# Rows that are held at a time, while results are made of them.
AT_ONCE = 2000


def users(connection: sql.Connection, chosen: Selection) -> Iterator[UserItem]:
    """Yield users in any order: of a wave, those whose present wave it is; of a run, those for whom it sent something."""
    known = tables()
    table, events, notices = known.users, known.events, known.notices
    present = sql.and_(notices.c.address == table.c.address, notices.c.wave == table.c.wave)
    joined = table.outerjoin(events, events.c.id == table.c.last_event).outerjoin(notices, present)
    columns = [table.c[name] for name in ("address", "wave", "phase", "since")]
    columns += [notices.c.notified_on, table.c.upgraded_on, table.c.before]
    columns += [events.c[name] for name in ("at", "run", "action", "status", "reason")]
    statement = sql.select(*columns).select_from(joined)
    if chosen.wave is not None:
        statement = statement.where(table.c.wave == chosen.wave)
    if chosen.since is not None:
        statement = statement.where(table.c.touched >= moments.stored(chosen.since))
    for narrowed in _of_users(statement, table.c.address, _named(connection, chosen)):
        for row in _rows(connection, narrowed):
            yield _user(*row)


def _named(connection: sql.Connection, chosen: Selection) -> Sequence[str] | None:
    """Return the users who are asked for by name or by a run, folded; None for everybody."""
    names = None if chosen.users is None else folded(chosen.users)
    if chosen.run is None:
        return names
    events = tables().events
    statement = sql.select(events.c.address).distinct().where(events.c.run == chosen.run)
    of_run = {user for user in connection.execute(statement).scalars() if user is not None}
    return sorted(of_run if names is None else of_run.intersection(names))


def _user(
    address: str,
    wave: str,
    phase: str,
    since: str,
    notified_on: str | None,
    upgraded_on: str | None,
    before: dict[str, object] | None,
    *last: Any,
) -> UserItem:
    return {
        "user": address,
        "wave": wave or None,
        "phase": phase,
        "since": since,
        "notified_on": notified_on,
        "upgraded_on": upgraded_on,
        "before": before,
        "last": _last(*last),
    }


def _last(at: str | None, run: str, action: str, status: str, reason: dict[str, object] | None) -> LastItem | None:
    return None if at is None else {"at": at, "run": run, "action": action, "status": status, "reason": reason}


def events(connection: sql.Connection, chosen: Selection) -> Iterator[EventItem]:
    """Yield events, the oldest first (with users, those of one part of them after those of another)."""
    table = tables().events
    names = ("at", "run", "address", "wave", "phase", "action", "status", "before", "after", "reason", "operation")
    statement = sql.select(*(table.c[name] for name in names), table.c.seconds).order_by(table.c.at, table.c.id)
    if chosen.wave is not None:
        statement = statement.where(table.c.wave == chosen.wave)
    if chosen.run is not None:
        statement = statement.where(table.c.run == chosen.run)
    if chosen.since is not None:
        statement = statement.where(table.c.at >= moments.stored(chosen.since))
    for narrowed in _of_users(statement, table.c.address, chosen.users):
        for row in _rows(connection, narrowed):
            yield _event(*row)


def _event(
    at: str,
    run: str,
    address: str | None,
    wave: str,
    phase: str,
    action: str,
    status: str,
    before: dict[str, object] | None,
    after: dict[str, object] | None,
    reason: dict[str, object] | None,
    operation: str,
    seconds: float | None,
) -> EventItem:
    return {
        "at": at,
        "run": run,
        "user": address,
        "wave": wave or None,
        "phase": phase,
        "action": action,
        "status": status,
        "before": before,
        "after": after,
        "reason": reason,
        "operation": operation or None,
        "seconds": seconds,
    }


def runs(connection: sql.Connection, chosen: Selection) -> list[RunItem]:
    """Return runs, the oldest first: with users or a wave, those that sent something for them."""
    table = tables().runs
    names = ("id", "started", "ended", "check_mode", "now", "job", "verdict")
    statement = sql.select(*(table.c[name] for name in names))
    if chosen.run is not None:
        statement = statement.where(table.c.id == chosen.run)
    if chosen.since is not None:
        statement = statement.where(table.c.started >= moments.stored(chosen.since))
    statements = [statement]
    if chosen.users is not None or chosen.wave is not None:
        statements = [statement.where(table.c.id.in_(some)) for some in chunks(_runs_that_sent(connection, chosen))]
    found = [_run(*row) for each in statements for row in connection.execute(each)]
    return sorted(found, key=lambda run: (run["started"], run["run"]))


def _runs_that_sent(connection: sql.Connection, chosen: Selection) -> list[str]:
    """Return the runs that sent something for the users, as a part of the wave."""
    events = tables().events
    statement = sql.select(events.c.run).distinct()
    if chosen.wave is not None:
        statement = statement.where(events.c.wave == chosen.wave)
    parts = _of_users(statement, events.c.address, chosen.users)
    return sorted({run for narrowed in parts for run in connection.execute(narrowed).scalars()})


def _run(
    run: str, started: str, ended: str | None, check_mode: bool, now: str | None, job: str, verdict: str | None
) -> RunItem:
    return {
        "run": run,
        "started": started,
        "ended": ended,
        "check_mode": bool(check_mode),
        "now": now,
        "job": job or None,
        "verdict": verdict,
    }


def sent_for(connection: sql.Connection, wave: str) -> frozenset[UserPhase]:
    """Return the phases to which something leads that was sent for a wave. A grant of another mode than TeamsOnly leads to UPGRADED."""
    table = tables().events
    statement = sql.select(table.c.phase, table.c.leads, table.c.action).distinct()
    rows = connection.execute(statement.where(table.c.wave == wave, table.c.address.is_not(None)))
    return frozenset(
        UserPhase.UPGRADED if row.action in GRANTS and not row.leads else UserPhase(row.phase) for row in rows
    )


def last_statuses(connection: sql.Connection) -> dict[str, int]:
    """Return how many users there are by the status of their last event; who has none does not count."""
    table = tables().users
    statement = sql.select(table.c.last_status, sql.func.count()).where(table.c.last_status.is_not(None))
    return {row[0]: row[1] for row in connection.execute(statement.group_by(table.c.last_status))}


def seconds_by_action(connection: sql.Connection) -> dict[str, tuple[int, float]]:
    """Return for each cmdlet how many calls were measured, and how many seconds one took on average."""
    table = tables().events
    measured = (table.c.action, sql.func.count(), sql.func.avg(table.c.seconds))
    statement = sql.select(*measured).where(table.c.seconds.is_not(None)).group_by(table.c.action)
    return {row[0]: (int(row[1]), float(row[2])) for row in connection.execute(statement)}


def _of_users(
    statement: sql.Select[Any], address: sql.ColumnElement[str], users: Sequence[str] | None
) -> Iterator[sql.Select[Any]]:
    """Yield the statement for some users after the other; once where it is about everybody."""
    if users is None:
        yield statement
    else:
        yield from (statement.where(address.in_(some)) for some in chunks(folded(users)))


def _rows(connection: sql.Connection, statement: sql.Select[Any]) -> Iterable[Any]:
    return connection.execution_options(yield_per=AT_ONCE).execute(statement)
