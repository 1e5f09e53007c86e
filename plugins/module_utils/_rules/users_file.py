# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users files as Excel, PowerShell and text editors write them. docs/users-files.md is their description for users.

An encoding or a column is never guessed: a file says what it is, or it is refused with its line and a way out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .._model.pasted import is_blank
from .._text_table import FileProblem, Row, plain, rows

# Headers of the column that names the user, letters and digits only, in order of preference.
USER_COLUMNS = (
    "user",
    "users",
    "sipaddress",
    "sip",
    "sipuri",
    "msrtcsipprimaryuseraddress",
    "userprincipalname",
    "upn",
)
_NAMES = "user, users, SipAddress, SIP, SipUri, msRTCSIP-PrimaryUserAddress, UserPrincipalName or UPN"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a users file says about one user, and on which of its lines, counted from 1."""

    line: int
    text: str


def entries(data: bytes) -> Iterator[Entry]:
    """Yield what a users file says, line by line. Raises FileProblem."""
    table = list(rows(data, USER_COLUMNS))
    if not table:
        return
    has_header = not any("@" in cell for cell in table[0].cells)
    column = _user_column(table[0]) if has_header else 0
    for row in table[1:] if has_header else table:
        if row.filled:
            yield _entry(row, column, len(table[0].cells) if has_header else None)


def _user_column(header: Row) -> int:
    names = [plain(cell) for cell in header.cells]
    shown = " | ".join(header.filled)
    found = next((name for name in USER_COLUMNS if name in names), None)
    if found is None:
        raise FileProblem(
            f"has no column of users: {shown}.",
            f"Call the column {_NAMES}, or write one address per line without a header. An address for mail may be another one.",
            header.line,
        )
    if names.count(found) > 1:
        raise FileProblem(f"has two columns of users: {shown}.", "Delete one of them.", header.line)
    return names.index(found)


def _entry(row: Row, column: int, width: int | None) -> Entry:
    shown = " | ".join(row.filled)
    if width is None and len(row.filled) > 1:
        raise FileProblem(
            f"has columns but no header ({shown}).",
            "Call the column 'user' in a first line, or write one address per line.",
            row.line,
        )
    if width is not None and any(not is_blank(cell) for cell in row.cells[width:]):
        raise FileProblem(
            f"has more fields than the header ({shown}).", "Put fields that hold a delimiter in quotes.", row.line
        )
    if column >= len(row.cells) or is_blank(row.cells[column]):
        raise FileProblem(f"has no user ({shown}).", "Fill in the address or delete the line.", row.line)
    return Entry(row.line, row.cells[column])
