# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections to the database of a ledger."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import quote

from . import library as sql
from .url import LedgerUrl

# Execution option of connections that write: they lock an SQLite file at once, so that no transaction fails half-way for a lock.
WRITES = "ledger_writes"
CONNECT_TIMEOUT = 10
_AGAIN_SECONDS = 0.02


def engine_for(url: LedgerUrl, lock_timeout: float, *, read_only: bool) -> sql.Engine:
    """Return an engine. Nothing is connected yet. Raises ImportError where the driver of PostgreSQL is missing."""
    if url.is_sqlite:
        return _sqlite(url, lock_timeout, read_only=read_only)
    return _postgresql(url, lock_timeout, read_only=read_only)


def _sqlite(url: LedgerUrl, lock_timeout: float, *, read_only: bool) -> sql.Engine:
    engine = sql.create_engine(
        "sqlite+pysqlite://",
        creator=_opener(url, lock_timeout, read_only=read_only),
        poolclass=sql.QueuePool,
        pool_size=1,
    )

    def begin(connection: sql.Connection) -> None:
        immediate = connection.get_execution_options().get(WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    sql.event.listen(engine, "begin", begin)
    return engine


def _opener(url: LedgerUrl, lock_timeout: float, *, read_only: bool) -> Callable[[], sqlite3.Connection]:
    address = f"file:{quote(os.fsencode(url.path))}?mode={'ro' if read_only else 'rw'}"
    if read_only and not os.access(Path(url.path).parent, os.W_OK) and not Path(f"{url.path}-wal").exists():
        # SQLite needs a second file beside a ledger, unless nobody writes: then the -wal would be there.
        address += "&immutable=1"

    def opened() -> sqlite3.Connection:
        # Transactions begin where SQLAlchemy says so (isolation_level None), and not before the first write.
        connection = sqlite3.connect(
            address, uri=True, timeout=lock_timeout, isolation_level=None, check_same_thread=False
        )
        try:
            with closing(connection.cursor()) as cursor:
                cursor.execute("PRAGMA foreign_keys = ON")
                if not read_only:
                    _write_ahead(cursor, lock_timeout)
                    # A commit is on the disk before its cmdlet is sent, also where the power fails.
                    cursor.execute("PRAGMA synchronous = FULL")
        except BaseException:
            connection.close()
            raise
        return connection

    return opened


def _write_ahead(cursor: sqlite3.Cursor, lock_timeout: float) -> None:
    """Have a file's changes written ahead. For that SQLite does not wait by itself while others make the same file: it is tried again."""
    until = monotonic() + lock_timeout
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > until:
                raise
        sleep(_AGAIN_SECONDS)


def make_file(path: Path) -> None:
    """Make the file of a ledger unless it is there. It holds personal data, and is readable by its owner alone. Raises OSError."""
    if not path.exists():
        path.touch(mode=0o600)


def _postgresql(url: LedgerUrl, lock_timeout: float, *, read_only: bool) -> sql.Engine:
    address = sql.URL.create(
        "postgresql+psycopg",
        username=url.user or None,
        password=url.password or None,
        host=url.host or None,
        port=url.port,
        database=url.database,
        query=dict(url.query),
    )
    arguments = {"connect_timeout": CONNECT_TIMEOUT, "application_name": "sfb.teams_upgrade"}
    given = {name: value for name, value in arguments.items() if name not in dict(url.query)}
    # A server may close a connection that is idle while a cmdlet takes its hours; pre_ping then makes another.
    engine = sql.create_engine(address, connect_args=given, pool_size=1, pool_pre_ping=True)

    def connected(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = {int(lock_timeout * 1000)}")
            if read_only:
                cursor.execute("SET default_transaction_read_only = on")
        connection.commit()

    sql.event.listen(engine, "connect", connected)
    return engine
