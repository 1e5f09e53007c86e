# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is wrong with a ledger, as one exception with a sentence and a remedy."""

from __future__ import annotations

import re

from .._model import ledger_reasons as reasons
from .._model.decision import Reason, as_sentence
from .._model.failure import Failure
from . import library as sql
from .url import LedgerUrl

# Primary result codes of SQLite (sqlite.org/rescode.html).
SQLITE = {
    3: reasons.LEDGER_READ_ONLY,  # SQLITE_PERM
    5: reasons.LEDGER_LOCKED,  # SQLITE_BUSY
    6: reasons.LEDGER_LOCKED,  # SQLITE_LOCKED
    8: reasons.LEDGER_READ_ONLY,  # SQLITE_READONLY
    11: reasons.LEDGER_NOT_A_DATABASE,  # SQLITE_CORRUPT
    13: reasons.LEDGER_FULL,  # SQLITE_FULL
    14: reasons.LEDGER_FOLDER_MISSING,  # SQLITE_CANTOPEN
    26: reasons.LEDGER_NOT_A_DATABASE,  # SQLITE_NOTADB
}
# SQLSTATEs of PostgreSQL (appendix A of its manual), the longest beginning that matches first.
POSTGRESQL = {
    "28": reasons.LEDGER_SIGN_IN_REFUSED,
    "3D": reasons.LEDGER_DATABASE_MISSING,
    "08": reasons.LEDGER_UNREACHABLE,
    "57P": reasons.LEDGER_UNREACHABLE,  # shut down, or starting up
    "57014": reasons.LEDGER_LOCKED,  # statement_timeout
    "53": reasons.LEDGER_UNREACHABLE,  # too many connections, no memory
    "53100": reasons.LEDGER_FULL,
    "55P03": reasons.LEDGER_LOCKED,
    "25006": reasons.LEDGER_READ_ONLY,
    "42501": reasons.LEDGER_READ_ONLY,  # no privilege
}
# A connection that was not made has no SQLSTATE. These are libpq's own words, and the server's in English.
WHILE_CONNECTING = (
    (re.compile(r'database ".*" does not exist|3D000'), reasons.LEDGER_DATABASE_MISSING),
    (
        re.compile(r"password|authentication|no pg_hba\.conf entry|role \".*\" does not exist"),
        reasons.LEDGER_SIGN_IN_REFUSED,
    ),
)


class LedgerFault(Failure):
    """A ledger that cannot be used. `reason` has the code, the message and the remedy, and concerns everybody."""

    @property
    def code(self) -> str:
        """The code, of docs/reasons.md."""
        return self.reason.code

    @property
    def message(self) -> str:
        """What is wrong."""
        return self.reason.message

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return self.reason.remedy


def fault_of(error: sql.DBAPIError, url: LedgerUrl, lock_timeout: float) -> LedgerFault:
    """Return what a driver's error means. Of the driver's text the first line is kept, without the URL's user."""
    cause = error.orig
    lines = str(cause).strip().splitlines() or [type(cause).__name__]
    reason = _sqlite(cause) if url.is_sqlite else _postgresql(cause, str(cause))
    fault = as_sentence(url.without_secrets(lines[0]))
    return LedgerFault(reason.format(ledger=url.shown, fault=fault, seconds=lock_timeout))


def _sqlite(cause: object) -> Reason:
    code = getattr(cause, "sqlite_errorcode", None)
    return SQLITE.get(code & 0xFF, reasons.LEDGER_FAILED) if isinstance(code, int) else reasons.LEDGER_FAILED


def _postgresql(cause: object, text: str) -> Reason:
    state = getattr(cause, "sqlstate", None)
    if state:
        beginnings = sorted((each for each in POSTGRESQL if str(state).startswith(each)), key=len)
        return POSTGRESQL[beginnings[-1]] if beginnings else reasons.LEDGER_FAILED
    # What comes of a connection has the class OperationalError, or one that is derived from it.
    if "OperationalError" not in [each.__name__ for each in type(cause).__mro__]:
        return reasons.LEDGER_FAILED
    connection = getattr(cause, "pgconn", None)
    found = (reason for pattern, reason in WHILE_CONNECTING if pattern.search(text))
    # A server that speaks another language has asked for the password, and then ended.
    refused = getattr(connection, "used_password", False) or getattr(connection, "needs_password", False)
    return next(found, reasons.LEDGER_SIGN_IN_REFUSED if refused else reasons.LEDGER_UNREACHABLE)
