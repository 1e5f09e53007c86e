# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs, and the claims by which two of them never work on the same user at once."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from . import library as sql
from . import moments
from .processes import Process
from .records import Begun, Claims, Holder, NewRun
from .statements import chunks, clock, folded, insert_new
from .tables import tables


class RunInUse(Exception):
    """The run of that name belongs to another job, which lives."""

    def __init__(self, run: str, job: str) -> None:
        super().__init__(run)
        self.run = run
        self.job = job


def begin(connection: sql.Connection, run: NewRun) -> Begun:
    """Write a run, or join the one with that id. Raises RunInUse where another job, which lives, has it."""
    runs, at = tables().runs, moments.now()
    identity = run.id or f"{at:%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:8]}"
    alive = {"machine": run.process.machine, "pid": run.process.pid, "process": run.process.started}
    renewed = clock(connection)
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
    found = connection.execute(sql.select(runs).where(runs.c.id == identity)).one()
    holder = Process(found.machine, found.pid, found.process)
    if run.once and (holder != run.process or found.job != run.job):
        return Begun(identity, False, found.job or "unnamed")
    own = found.ended is not None or holder == run.process or holder.gone
    if not own and not run.process.descends_from(holder):
        raise RunInUse(identity, found.job)
    values = {**alive, "ended": None} if own else {}
    connection.execute(sql.update(runs).where(runs.c.id == identity).values(renewed=renewed, **values))
    return Begun(identity, own)


def end(connection: sql.Connection, run: str, verdict: str) -> None:
    """Write how a run ended, and give its claims back."""
    runs = tables().runs
    release(connection, run, None)
    values = {"ended": moments.stored(moments.now()), "verdict": verdict}
    connection.execute(sql.update(runs).where(runs.c.id == run).values(**values))


def claim(connection: sql.Connection, users: Sequence[str], run: str, lapse: float) -> Claims:
    """Take the users whom no other living run has."""
    claims, asked, now = tables().claims, folded(users), clock(connection)
    others = [row for row in _claims_on(connection, asked) if row.run != run]
    if dead := lapsed(connection, {row.run for row in others}, lapse):
        for some in chunks([row.address for row in others if row.run in dead]):
            connection.execute(sql.delete(claims).where(claims.c.address.in_(some), claims.c.run.in_(dead)))
    held = {row.address: Holder(row.run, row.job, now - row.taken) for row in others if row.run not in dead}
    free = [user for user in asked if user not in held]
    insert_new(connection, claims, [{"address": user, "run": run, "taken": now} for user in free])
    if connection.dialect.name == "postgresql":  # another job may have been quicker; an SQLite file is locked
        quicker = [row for row in _claims_on(connection, free) if row.run != run]
        held |= {row.address: Holder(row.run, row.job, now - row.taken) for row in quicker}
    return Claims(frozenset(asked).difference(held), held)


def renew(connection: sql.Connection, run: str) -> None:
    """Say that a run lives."""
    runs = tables().runs
    connection.execute(sql.update(runs).where(runs.c.id == run).values(renewed=clock(connection)))


def mine(connection: sql.Connection, run: str, users: Sequence[str]) -> frozenset[str]:
    """Return those of the users whom the run still has, folded: others may have taken over those of a run that was silent for long."""
    claims, found = tables().claims, set[str]()
    for some in chunks(folded(users)):
        statement = sql.select(claims.c.address).where(claims.c.run == run, claims.c.address.in_(some))
        found.update(connection.execute(statement).scalars())
    return frozenset(found)


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
    now = clock(connection) if ids else 0.0
    for some in chunks(sorted(ids)):
        statement = sql.select(runs.c.id, runs.c.ended, runs.c.machine, runs.c.pid, runs.c.process, runs.c.renewed)
        for row in connection.execute(statement.where(runs.c.id.in_(some))):
            if row.ended is not None or now - row.renewed > lapse or Process(row.machine, row.pid, row.process).gone:
                found.append(row.id)
    return found


def _claims_on(connection: sql.Connection, users: Sequence[str]) -> list[Any]:
    claims, runs = tables().claims, tables().runs
    found: list[Any] = []
    for some in chunks(users):
        statement = sql.select(claims.c.address, claims.c.run, claims.c.taken, runs.c.job).join_from(claims, runs)
        found += connection.execute(statement.where(claims.c.address.in_(some)))
    return found
