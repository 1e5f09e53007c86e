# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a look for drift keeps in the ledger for the next one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from . import library as sql
from . import moments
from .statements import chunks, insert_new
from .tables import tables

Transaction: TypeAlias = Callable[[], AbstractContextManager["sql.Connection"]]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of a user. `since`: from when on with this status; `unread_since`: from when on the user could not be read.

    `seen`: when it was last looked. All in the plan's time. `wave`: the one of the plan in which the user was found.
    """

    status: str
    code: str
    since: datetime
    seen: datetime
    unread_since: datetime | None = None
    wave: str = ""


class DriftMemory:
    """The part of a ledger that is for drift; each method is one transaction, as in `Ledger`."""

    def __init__(self, reading: Transaction, writing: Transaction) -> None:
        self._reading = reading
        self._writing = writing

    def waves(self) -> dict[str, str]:
        """Return everybody for whom anything was done or planned, by folded address, with their present wave."""
        table = tables().users
        with self._reading() as connection:
            return {row.address: row.wave for row in connection.execute(sql.select(table.c.address, table.c.wave))}

    def members(self, waves: Collection[str]) -> dict[str, list[str]]:
        """Return who was found as a member of each of the waves by the last looks, by folded address."""
        table, found = tables().drift, {wave: list[str]() for wave in waves}
        statement = sql.select(table.c.address, table.c.wave).order_by(table.c.address)
        with self._reading() as connection:
            for row in connection.execute(statement.where(table.c.wave.in_(sorted(found)))):
                found[row.wave].append(row.address)
        return found

    def findings(self) -> dict[str, Finding]:
        """Return what the last looks found of everybody, by folded address."""
        with self._reading() as connection:
            return {row.address: _finding(row) for row in connection.execute(sql.select(tables().drift))}

    def keep(self, findings: Mapping[str, Finding], gone: Collection[str] = ()) -> None:
        """Write what was found of users, by address, and forget those who are `gone`: neither planned nor in the ledger any more."""
        table = tables().drift
        with self._writing() as connection:
            for some in chunks(sorted(findings)):
                rows = {user: _row(user, findings[user]) for user in some}
                statement = sql.select(table.c.address).where(table.c.address.in_(rows))
                known = set(connection.execute(statement).scalars())
                insert_new(connection, table, [row for user, row in rows.items() if user not in known])
                _update(connection, [row for user, row in rows.items() if user in known])
            for gone_too in chunks(sorted(gone)):
                connection.execute(sql.delete(table).where(table.c.address.in_(gone_too)))


def _finding(row: Any) -> Finding:
    since, seen, unread = (moments.optional(value) for value in (row.since, row.seen, row.unread_since))
    if since is None or seen is None:
        raise ValueError(f"the moments of {row.address} are missing")
    return Finding(row.status, row.code, since, seen, unread, row.wave)


def _row(user: str, finding: Finding) -> dict[str, object]:
    return {
        "address": user,
        "status": finding.status,
        "code": finding.code,
        "since": moments.stored(finding.since),
        "seen": moments.stored(finding.seen),
        "unread_since": None if finding.unread_since is None else moments.stored(finding.unread_since),
        "wave": finding.wave,
    }


def _update(connection: sql.Connection, rows: Iterable[Mapping[str, object]]) -> None:
    table = tables().drift
    listed = [{f"new_{name}": value for name, value in row.items()} for row in rows]
    if listed:
        values: dict[str, Any] = {
            each.name: sql.bindparam(f"new_{each.name}") for each in table.columns if each.name != "address"
        }
        statement = sql.update(table).where(table.c.address == sql.bindparam("new_address")).values(**values)
        connection.execute(statement, listed)
