# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole migration, counted: users by the day on which something was done for them, and the phases of a wave's users."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, tzinfo
from typing import Any

from .._model.decision import Status
from .._model.phase import UserPhase
from . import library as sql
from . import moments
from .statements import chunks
from .tables import FAILED, ROLLED_BACK, tables

# Moments are counted by ten minutes in the database, and by day of the reader's clock here.
TEN_MINUTES = len("2026-12-07T19:0")
Days = Counter[date]


def phases(connection: sql.Connection, wave: str) -> dict[str, UserPhase]:
    """Return the phases of those whose present wave it is, by folded address."""
    users = tables().users
    statement = sql.select(users.c.address, users.c.phase).where(users.c.wave == wave)
    return {row.address: UserPhase(row.phase) for row in connection.execute(statement)}


def history(connection: sql.Connection, zone: tzinfo | None) -> list[dict[str, object]]:
    """Return for each day on which something was done how many users had been notified, upgraded or rolled back by then.

    Who was rolled back is not upgraded any more; `failed` is for whom something failed at least once, or nobody knows what came of it.
    Days are those of the plan's time (teams_upgrade_now) by the clock of `zone`.
    """
    of_day = {
        "notified": _days(_notified(connection), zone),
        "upgraded": _days(_upgraded(connection), zone),
        "failed": _days(_first_events(connection, sql.text(FAILED)), zone),
        "rolled_back": _days(_first_events(connection, sql.text(ROLLED_BACK), leads=True), zone),
    }
    shown, sums = [], Counter[str]()
    for day in sorted(set().union(*of_day.values())):
        sums.update({name: days[day] for name, days in of_day.items()})
        shown.append({"date": day.isoformat(), **{name: sums[name] for name in of_day}})
    return shown


def _days(found: Iterator[tuple[str, int]], zone: tzinfo | None) -> Days:
    days: Days = Counter()
    for at, count in found:
        days[moments.moment(at).astimezone(zone).date()] += count
    return days


def _by_time(column: Any) -> sql.Select[Any]:
    part = sql.func.substr(column, 1, TEN_MINUTES)
    return sql.select(sql.func.min(column), sql.func.count()).group_by(part)


def _notified(connection: sql.Connection) -> Iterator[tuple[str, int]]:
    notices = tables().notices
    first = sql.select(sql.func.min(notices.c.notified_on).label("first")).group_by(notices.c.address).subquery()
    yield from ((row[0], row[1]) for row in connection.execute(_by_time(first.c.first)))


def _upgraded(connection: sql.Connection) -> Iterator[tuple[str, int]]:
    column = tables().users.c.upgraded_on
    yield from ((row[0], row[1]) for row in connection.execute(_by_time(column).where(column.is_not(None))))


def _first_events(connection: sql.Connection, chosen: Any, *, leads: bool = False) -> Iterator[tuple[str, int]]:
    """Yield when the first of these events of each user was sent, in the plan's time, and of how many users."""
    events = tables().events
    first = sql.select(sql.func.min(events.c.id)).where(chosen, events.c.address.is_not(None))
    if leads:
        first = first.where(events.c.leads, events.c.status == Status.CHANGED.value)
    counted = _by_time(events.c.at).add_columns(events.c.run).group_by(events.c.run)
    found = connection.execute(counted.where(events.c.id.in_(first.group_by(events.c.address)))).all()
    runs = _runs(connection, sorted({row.run for row in found}))
    for at, count, run in found:
        started, now = runs[run]
        plan_time = moments.plan_time(moments.moment(at), moments.moment(started), moments.optional(now))
        yield moments.stored(plan_time), count


def _runs(connection: sql.Connection, ids: list[str]) -> Mapping[str, tuple[str, str | None]]:
    runs, found = tables().runs, {}
    for some in chunks(ids):
        statement = sql.select(runs.c.id, runs.c.started, runs.c.now).where(runs.c.id.in_(some))
        found.update({row.id: (row.started, row.now) for row in connection.execute(statement)})
    return found
