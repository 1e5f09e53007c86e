# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users: what they had before, how far they are, the waves that they are members of, and when they were notified."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from .._model.decision import Status
from .._model.identity import address_of
from .._model.phase import UserPhase
from . import library as sql
from . import moments
from .phases import phase_in_wave, reached
from .records import Facts, Remembered
from .statements import chunks, folded, insert_new
from .tables import tables


def have(connection: sql.Connection, users: Sequence[str]) -> None:
    """Write users who are not there yet: they are planned, and in no wave."""
    at = moments.stored(moments.now())
    new = {"wave": "", "phase": UserPhase.PLANNED.value, "since": at, "touched": at}
    insert_new(connection, tables().users, [{"address": user, **new} for user in users])


def remember_before(connection: sql.Connection, facts: Mapping[str, Facts]) -> None:
    """Write what users had before the first write to them. Of a user to whom something was written already, nothing is changed."""
    users = tables().users
    have(connection, folded(facts))
    rows = [{"who": address_of(user), "facts": dict(found)} for user, found in facts.items() if found]
    rows.sort(key=lambda row: str(row["who"]))
    unwritten = sql.or_(users.c.before.is_(None), users.c.last_event.is_(None))
    statement = sql.update(users).where(users.c.address == sql.bindparam("who"), unwritten)
    if rows:
        connection.execute(statement.values(before=sql.bindparam("facts", type_=users.c.before.type)), rows)


def forget_before(connection: sql.Connection, users: Sequence[str]) -> None:
    """Forget what users had, where nothing was written to them after all: they may be changed by others until that."""
    table = tables().users
    for some in chunks(folded(users)):
        unwritten = (table.c.address.in_(some), table.c.last_event.is_(None))
        connection.execute(sql.update(table).where(*unwritten).values(before=None))


def remember_members(connection: sql.Connection, wave: str, users: Sequence[str], *, again: bool) -> list[str]:
    """Make users members of a wave from now on. Return those who were not members before, folded.

    Who was rolled back is planned anew as a member of another wave, or with `again`: then no notice of theirs counts any more.
    """
    members, asked = tables().members, folded(users)
    have(connection, asked)
    known = set(member_addresses(connection, wave))
    at = moments.stored(moments.now())
    new = [user for user in asked if user not in known]
    insert_new(connection, members, [{"wave": wave, "address": user, "since": at} for user in new])
    rows, replanned = [], []
    for row in rows_of(connection, asked):
        phase = UserPhase(row.phase)
        present = phase_in_wave(phase, same_wave=row.wave == wave, again=again)
        if phase is UserPhase.ROLLED_BACK and present is UserPhase.PLANNED:
            replanned.append(row.address)
        if (row.wave, phase) != (wave, present):
            since = row.since if phase is present else at
            rows.append({"who": row.address, "wave": wave, "phase": present.value, "since": since, "touched": at})
    update(connection, rows)
    forget_notices(connection, replanned)
    return new


def member_addresses(connection: sql.Connection, wave: str) -> list[str]:
    """Return who was ever a member of a wave."""
    members = tables().members
    statement = sql.select(members.c.address).where(members.c.wave == wave).order_by(members.c.address)
    return list(connection.execute(statement).scalars())


def later_members(connection: sql.Connection, wave: str, asked: Sequence[str]) -> frozenset[str]:
    """Return those of the users who were not among the first members of a wave, who were all written at the same moment."""
    members = tables().members
    statement = sql.select(members.c.address, members.c.since).where(members.c.wave == wave)
    since = {row.address: row.since for row in connection.execute(statement)}
    first = min(since.values(), default=None)
    return frozenset(user for user in folded(asked) if first is not None and since.get(user) != first)


def remember_notices(connection: sql.Connection, wave: str, notified_on: Mapping[str, datetime]) -> None:
    """Write when users were notified. The first notice of a wave counts. Who is planned is notified from now on."""
    notices, asked = tables().notices, folded(notified_on)
    have(connection, asked)
    when = {address_of(user): moments.stored(at) for user, at in notified_on.items()}
    insert_new(connection, notices, [{"address": user, "wave": wave, "notified_on": when[user]} for user in asked])
    at = moments.stored(moments.now())
    rows = [
        {
            "who": row.address,
            "phase": UserPhase.NOTIFIED.value,
            "since": at,
            "touched": at,
            "last_status": _done_after_all(row),
        }
        for row in rows_of(connection, asked)
        if row.wave == wave and row.phase == UserPhase.PLANNED.value
    ]
    update(connection, rows)


def forget_notices(connection: sql.Connection, users: Sequence[str]) -> None:
    """Take back that users were notified, of any wave."""
    notices = tables().notices
    for some in chunks(folded(users)):
        connection.execute(sql.delete(notices).where(notices.c.address.in_(some)))


def notices(connection: sql.Connection, wave: str, users: Sequence[str]) -> dict[str, datetime]:
    """Return when users were notified of a wave; who was not is left out."""
    table = tables().notices
    found = {}
    for some in chunks(folded(users)):
        statement = sql.select(table.c.address, table.c.notified_on)
        for row in connection.execute(statement.where(table.c.address.in_(some), table.c.wave == wave)):
            found[row.address] = moments.moment(row.notified_on)
    return found


def reach(connection: sql.Connection, users: Sequence[str], phase: UserPhase, plan_now: datetime) -> None:
    """Write that users were read to have reached a phase, without a cmdlet having been sent.

    They no longer count as users whose last attempt failed, which the budget of the migration asks for.
    """
    at = moments.stored(moments.now())
    rows = [
        advanced(row, present, at, moments.stored(plan_now)) | {"last_status": _done_after_all(row)}
        for row in rows_of(connection, folded(users))
        if (present := reached(UserPhase(row.phase), phase)) != row.phase
    ]
    update(connection, rows)


def advanced(row: Any, present: UserPhase, at: str, plan_now: str) -> dict[str, object]:
    """Return the new values of a user's row: the phase and since when, and the first time that the user was upgraded."""
    changed = present != row.phase
    upgraded = row.upgraded_on or (plan_now if present in (UserPhase.UPGRADED, UserPhase.DONE) else None)
    return {
        "who": row.address,
        "phase": present.value,
        "since": at if changed else row.since,
        "touched": at,
        "upgraded_on": None if present is UserPhase.ROLLED_BACK else upgraded,
    }


def _done_after_all(row: Any) -> str | None:
    """Return the status that counts for a user who is found to be where the last attempt should have led."""
    return Status.OK.value if row.last_status in (Status.FAILED, Status.UNKNOWN) else row.last_status


def remembered(connection: sql.Connection, users: Sequence[str]) -> dict[str, Remembered]:
    """Return what is known of users, by folded address; who is not known is left out."""
    return {
        row.address: Remembered(
            row.address,
            row.wave,
            UserPhase(row.phase),
            moments.moment(row.since),
            moments.optional(row.notified_on),
            moments.optional(row.upgraded_on),
            row.before,
            row.last_status,
        )
        for row in rows_of(connection, folded(users))
    }


def rows_of(connection: sql.Connection, users: Sequence[str]) -> Iterator[Any]:
    """Yield the rows of users, by folded address, with the notice of their present wave."""
    table, notices = tables().users, tables().notices
    present = sql.and_(notices.c.address == table.c.address, notices.c.wave == table.c.wave)
    joined = table.outerjoin(notices, present)
    for some in chunks(users):
        statement = sql.select(table, notices.c.notified_on).select_from(joined).where(table.c.address.in_(some))
        yield from connection.execute(statement).all()


def update(connection: sql.Connection, rows: Sequence[Mapping[str, object]]) -> None:
    """Update users; each row has `who` and the new values, all the same columns."""
    table = tables().users
    if rows:
        values = {name: sql.bindparam(f"new_{name}", type_=table.c[name].type) for name in rows[0] if name != "who"}
        statement = sql.update(table).where(table.c.address == sql.bindparam("who")).values(**values)
        connection.execute(
            statement,
            [{name if name == "who" else f"new_{name}": value for name, value in row.items()} for row in rows],
        )
