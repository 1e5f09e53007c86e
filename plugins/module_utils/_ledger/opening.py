# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Opening a ledger. What is wrong with it is found here, before anything is sent, but for a full disk: a run that begins finds that."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from .._model import ledger_reasons as reasons
from . import library as sql
from .engine import WRITES, engine_for, make_file
from .faults import LedgerFault, fault_of
from .migrations import VERSIONS, is_older, library_missing, migrate, newest, version_of
from .url import LedgerUrl, UrlProblem, parse

if TYPE_CHECKING:
    from .ledger import Ledger

# Seconds for which a lock is waited for, and after which the claims of a run lapse that was not renewed.
LOCK_TIMEOUT = 30.0
LAPSE = 300.0


def open_ledger(
    url: str,
    password: str | None = None,
    *,
    read_only: bool = False,
    lock_timeout: float = LOCK_TIMEOUT,
    lapse: float = LAPSE,
) -> Ledger:
    """Open the ledger of a URL, made or brought to the newest version where that is needed; a context manager that closes it.

    With `read_only` nothing is made and nothing is brought to a version. Raises LedgerFault.
    """
    address = _parsed(url, password)
    if sql.MISSING is not None:
        raise library_missing("SQLAlchemy", "SQLAlchemy", sql.MISSING)
    from .ledger import Ledger

    if address.is_sqlite:
        _have_file(address, read_only=read_only)
    try:
        engine = engine_for(address, lock_timeout, read_only=read_only)
    except ImportError as error:
        raise library_missing("psycopg", "psycopg[binary]", error) from error
    try:
        _check(engine, address, read_only=read_only)
    except sql.DBAPIError as error:
        engine.dispose()
        raise fault_of(error, address, lock_timeout) from None
    except LedgerFault:
        engine.dispose()
        raise
    return Ledger(engine, address, lock_timeout=lock_timeout, lapse=lapse)


def _parsed(url: str, password: str | None) -> LedgerUrl:
    try:
        return parse(url, password)
    except UrlProblem as problem:
        reason = reasons.LEDGER_PASSWORD_IN_URL if problem.holds_password else reasons.LEDGER_URL
        raise LedgerFault(reason.format(why=problem)) from None


def _have_file(url: LedgerUrl, *, read_only: bool) -> None:
    path = Path(url.path)
    try:
        if not read_only:
            make_file(path)
        elif not path.exists():
            raise LedgerFault(reasons.LEDGER_MISSING.format(ledger=url.shown))
        if not (read_only or (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))):
            fault = "the file or its folder is read-only for this user."
            raise LedgerFault(reasons.LEDGER_READ_ONLY.format(ledger=url.shown, fault=fault))
    except OSError as error:
        raise LedgerFault(reasons.LEDGER_FOLDER_MISSING.format(ledger=url.shown, fault=f"{error.strerror}.")) from error


def _check(engine: sql.Engine, url: LedgerUrl, *, read_only: bool) -> None:
    """Find out whether the ledger can be read, and written unless `read_only`, and bring it to the newest version."""
    with engine.execution_options(**{WRITES: not read_only}).connect() as connection, connection.begin():
        found = version_of(connection)
        if found is None:
            _refuse_without_version(connection, url, read_only=read_only)
        elif found != newest() and not is_older(found):
            raise LedgerFault(reasons.LEDGER_NEWER.format(ledger=url.shown, found=found, known=newest()))
        elif found != newest() and read_only:
            raise LedgerFault(reasons.LEDGER_OLDER.format(ledger=url.shown, found=found, known=newest()))
        if found != newest():
            migrate(connection, VERSIONS)


def _refuse_without_version(connection: sql.Connection, url: LedgerUrl, *, read_only: bool) -> None:
    """Raise LedgerFault for a file that holds something else. A database on a server may hold more than a ledger."""
    if url.is_sqlite and sql.inspect(connection).get_table_names():
        fault = "it is a database, and holds other tables."
        raise LedgerFault(reasons.LEDGER_NOT_A_DATABASE.format(ledger=url.shown, fault=fault))
    if read_only:
        raise LedgerFault(reasons.LEDGER_MISSING.format(ledger=url.shown))
