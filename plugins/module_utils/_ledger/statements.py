# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the statements of several tables share."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from .._model.identity import address_of
from . import library as sql

Row = Mapping[str, object]
T = TypeVar("T")

# Values in one IN: SQLite takes 999 parameters, where it is an old one.
CHUNK = 500


def folded(users: Iterable[str]) -> list[str]:
    """Return the addresses of users, folded, each once and in their order.

    Every job writes users in this order, so that no two of them wait for each other in PostgreSQL.
    """
    return sorted({address_of(user) for user in users})


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Yield the values in parts that fit into one statement."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def insert_new(connection: sql.Connection, table: sql.Table, rows: Sequence[Row]) -> None:
    """Insert rows. Where the primary key is there already, nothing is done."""
    if rows:
        make = sql.PostgresqlInsert if connection.dialect.name == "postgresql" else sql.SqliteInsert
        connection.execute(make(table).on_conflict_do_nothing(index_elements=list(table.primary_key.columns)), rows)


def clock(connection: sql.Connection) -> float:
    """Return the seconds of the epoch by the clock of the database's machine, so that those of several machines need not agree."""
    if connection.dialect.name == "postgresql":
        return float(connection.execute(sql.select(sql.func.extract("epoch", sql.func.clock_timestamp()))).scalar_one())
    return time.time()
