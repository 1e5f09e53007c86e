# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs, and the claims by which two of them never work on the same user at once."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from . import library as sql
from . import moments
from .processes import Process
from .records import Claims, Holder, NewRun
from .statements import chunks, clock, folded, insert_new
from .tables import tables


def begin(connection: sql.Connection, run: NewRun) -> str:
    """Write a run, unless it is there: then it is joined, and lives on with this process. Return its id."""
    runs, at = tables().runs, moments.now()
    identity = run.id or f"{at:%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:8]}"
    alive = {"machine": run.process.machine, "pid": run.process.pid, "process": run.process.started}
    renewed = connection.execute(sql.select(clock(connection))).scalar_one()
    row = {
        "id": identity,
        "started": moments.stored(at),
        "check_mode": run.check_mode,
        "now": None if run.now is None else moments.stored(run.now),
        "job": run.job,
        "renewed": renewed,
        **alive,
    }
    insert_new(connection, runs, [row])
    joined = sql.update(runs).where(runs.c.id == identity).values(**alive, renewed=renewed, ended=None)
    connection.execute(joined)
    return identity


def end(connection: sql.Connection, run: str, verdict: str) -> None:
    """Write how a run ended, and give its claims back."""
    runs = tables().runs
    release(connection, run, None)
    values = {"ended": moments.stored(moments.now()), "verdict": verdict}
    connection.execute(sql.update(runs).where(runs.c.id == run).values(**values))


def plan_times(connection: sql.Connection, ids: Collection[str], at: datetime) -> Mapping[str, str]:
    """Return the plan's time at a moment, as it is stored, for each of these runs."""
    runs = tables().runs
    statement = sql.select(runs.c.id, runs.c.started, runs.c.now).where(runs.c.id.in_(sorted(ids)))
    return {
        row.id: moments.stored(moments.plan_time(at, moments.moment(row.started), moments.optional(row.now)))
        for row in connection.execute(statement)
    }


def claim(connection: sql.Connection, users: Sequence[str], run: str, lapse: float) -> Claims:
    """Take the users whom no other living run has, and renew the run."""
    claims = tables().claims
    asked = folded(users)
    now = _renewed(connection, run)
    if dead := lapsed(connection, _other_runs(connection, asked, run), lapse):
        for some in chunks(asked):
            connection.execute(sql.delete(claims).where(claims.c.address.in_(some), claims.c.run.in_(dead)))
    insert_new(connection, claims, [{"address": user, "run": run, "taken": now} for user in asked])
    taken, held = set(), {}
    for row in _claims_on(connection, asked):
        if row.run == run:
            taken.add(row.address)
        else:
            held[row.address] = Holder(row.run, row.job, now - row.taken)
    return Claims(frozenset(taken), held)


def renew(connection: sql.Connection, run: str) -> frozenset[str]:
    """Say that a run lives. Return the users whom it still has: others may have taken over those of a run that was silent for long."""
    claims = tables().claims
    _renewed(connection, run)
    return frozenset(connection.execute(sql.select(claims.c.address).where(claims.c.run == run)).scalars())


def release(connection: sql.Connection, run: str, users: Sequence[str] | None) -> None:
    """Give back the run's claims on these users; on all with None."""
    claims = tables().claims
    mine = sql.delete(claims).where(claims.c.run == run)
    if users is None:
        connection.execute(mine)
        return
    for some in chunks(folded(users)):
        connection.execute(mine.where(claims.c.address.in_(some)))


def lapsed(connection: sql.Connection, ids: Collection[str], lapse: float) -> list[str]:
    """Return those of the runs that have ended, whose process is gone, or that were not renewed for `lapse` seconds."""
    runs, found = tables().runs, []
    age = (clock(connection) - runs.c.renewed).label("age")
    for some in chunks(sorted(ids)):
        statement = sql.select(runs.c.id, runs.c.ended, runs.c.machine, runs.c.pid, runs.c.process, age)
        for row in connection.execute(statement.where(runs.c.id.in_(some))):
            if row.ended is not None or row.age > lapse or Process(row.machine, row.pid, row.process).gone:
                found.append(row.id)
    return found


def _renewed(connection: sql.Connection, run: str) -> float:
    """Renew a run, and return the database's clock."""
    runs = tables().runs
    now = float(connection.execute(sql.select(clock(connection))).scalar_one())
    connection.execute(sql.update(runs).where(runs.c.id == run).values(renewed=now))
    return now


def _other_runs(connection: sql.Connection, users: Sequence[str], run: str) -> set[str]:
    claims = tables().claims
    found: set[str] = set()
    for some in chunks(users):
        statement = sql.select(claims.c.run).distinct().where(claims.c.address.in_(some), claims.c.run != run)
        found.update(connection.execute(statement).scalars())
    return found


def _claims_on(connection: sql.Connection, users: Sequence[str]) -> list[Any]:
    claims, runs = tables().claims, tables().runs
    found: list[Any] = []
    for some in chunks(users):
        statement = sql.select(claims.c.address, claims.c.run, claims.c.taken, runs.c.job).join_from(claims, runs)
        found += connection.execute(statement.where(claims.c.address.in_(some)))
    return found
