# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Removing from a ledger what is no longer needed, or must not be kept: users with all that is known of them, or what is old."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from .._model import ledger_reasons as reasons
from . import library as sql
from . import moments
from .faults import LedgerFault
from .records import Purged
from .runs import lapsed
from .statements import chunks, folded
from .tables import tables


def purge_users(connection: sql.Connection, users: Sequence[str], lapse: float, *, predict: bool) -> Purged:
    """Remove users: their events, notices, memberships, claims and what was found of them. `predict` removes nothing.

    Raises LedgerFault where a living run is at work on one of them.
    """
    known = _known(connection, folded(users))
    _refuse_living(connection, known, lapse)
    events = tables().events
    counted = sum(
        connection.execute(
            sql.select(sql.func.count()).select_from(events).where(events.c.address.in_(some))
        ).scalar_one()
        for some in chunks(known)
    )
    if not predict:
        for some in chunks(known):
            _remove_users(connection, some)
    return Purged(tuple(known), counted, 0)


def purge_before(connection: sql.Connection, before: datetime, lapse: float, *, predict: bool) -> Purged:
    """Remove what is older: events, users to whom nothing happened since, and runs that started before and have no events left.

    Of users to whom something happened since, what they had before stays, since a rollback needs it.
    Raises LedgerFault where a living run is at work on one of the users.
    """
    known, at = tables(), moments.stored(before)
    users, events, runs = known.users, known.events, known.runs
    old = list(
        connection.execute(sql.select(users.c.address).where(users.c.touched < at).order_by(users.c.address)).scalars()
    )
    _refuse_living(connection, old, lapse)
    younger = sql.exists().where(events.c.run == runs.c.id, events.c.at >= at)
    old_runs = runs.c.started < at, ~younger
    counts = [
        connection.execute(sql.select(sql.func.count()).select_from(table).where(*where)).scalar_one()
        for table, where in ((events, [events.c.at < at]), (runs, old_runs))
    ]
    if not predict:
        connection.execute(sql.delete(events).where(events.c.at < at))
        connection.execute(sql.delete(known.drift).where(known.drift.c.seen < at))
        for some in chunks(old):
            _remove_users(connection, some)
        _remove_runs(connection, at)
    return Purged(tuple(old), counts[0], counts[1])


def _known(connection: sql.Connection, users: Sequence[str]) -> list[str]:
    """Return those of the users of whom anything is known: also of those for whom no wave has done anything yet."""
    found: set[str] = set()
    for table in (tables().users, tables().drift):
        for some in chunks(users):
            found.update(connection.execute(sql.select(table.c.address).where(table.c.address.in_(some))).scalars())
    return sorted(found)


def _refuse_living(connection: sql.Connection, users: Sequence[str], lapse: float) -> None:
    claims = tables().claims
    found = {}
    for some in chunks(users):
        statement = sql.select(claims.c.run, claims.c.address).where(claims.c.address.in_(some))
        found.update({row.run: row.address for row in connection.execute(statement)})
    dead = lapsed(connection, found, lapse)
    for run in sorted(set(found) - set(dead)):
        raise LedgerFault(reasons.LEDGER_IN_USE.format(run=run, user=found[run]))


def _remove_users(connection: sql.Connection, users: Sequence[str]) -> None:
    known = tables()
    for table in (known.claims, known.events, known.notices, known.members, known.drift, known.rollbacks, known.users):
        connection.execute(sql.delete(table).where(table.c.address.in_(users)))


def _remove_runs(connection: sql.Connection, at: str) -> None:
    known = tables()
    runs, events, claims = known.runs, known.events, known.claims
    needed = sql.or_(
        sql.exists().where(events.c.run == runs.c.id),
        sql.exists().where(claims.c.run == runs.c.id),
    )
    connection.execute(sql.delete(runs).where(runs.c.started < at, ~needed))
