# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The CSV file that Move-CsUser -Report writes on the server: its name, the call that reads it, and what it says (R37).

Of its columns only StartTime and ErrorMsg are documented. Each user is moved by a call of their own, so a file is about one user.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from .._connection.messages import Answer, Command, Row
from .._model.actions import Action, MoveUser
from .._model.host import Host
from .._model.identity import address_of
from .command_builder import CommandBuilder, fault_text
from .properties import text

_SUCCESS = "success"
# Of an address, what means nothing in a path. The rest of the name tells files apart.
_SPECIAL = re.compile(r"[^a-z0-9._-]+")
_LONGEST = 64


@dataclass(frozen=True, slots=True)
class Report:
    """What a report says: `error` is None where the move went well or nothing is said; `unread` is why it could not be read."""

    error: str | None = None
    unread: str = ""


def with_report(action: Action) -> Action:
    """Return a move with a name for its report that no other call has; any action that writes no report as it is."""
    if not isinstance(action, MoveUser) or action.report_dir is None:
        return action
    user = _SPECIAL.sub("_", address_of(action.identity))[:_LONGEST]
    return replace(action, report_name=f"move-{user}-{uuid4().hex}.csv")


def not_written(host: Host) -> str:
    """Return why moves on a host write no report; "" where they do."""
    if host.offers(MoveUser.cmdlet, "Report"):
        return ""
    return f"no report was written, since {MoveUser.cmdlet} has no -Report on {host.name}."


def not_readable(host: Host) -> str:
    """Return why reports cannot be read on a host; "" where they can."""
    if host.offers("Import-Csv", "LiteralPath"):
        return ""
    return f"the report was written and not read, since {host.name} does not offer Import-Csv with -LiteralPath."


def read_report(path: str, host: Host) -> Command:
    """Import-Csv for a report. Raises NotOffered."""
    return CommandBuilder.of("Import-Csv", host).with_(LiteralPath=path).command


def report_in(answer: Answer, action: MoveUser) -> Report:
    """Return what an answer of Import-Csv says of the move."""
    if not answer.whole:
        # The path holds the user's name, and would keep warnings that say the same from being grouped.
        said = fault_text(answer).replace(action.report or "", "the file")
        return _unread(action, said)
    rows = [row for row in answer.rows if "ErrorMsg" in row]
    if not rows:
        return _unread(action, "it has no column ErrorMsg, or no line")
    row = rows[0] if len(rows) == 1 else _about(action, rows)
    if row is None:
        return _unread(action, "none of its lines names the user")
    said = text(row, "ErrorMsg") or ""
    return Report(None if said.strip().lower() in ("", _SUCCESS) else said.strip())


def _about(action: MoveUser, rows: Sequence[Row]) -> Row | None:
    user = address_of(action.identity)
    return next((row for row in rows if any(address_of(str(value)) == user for value in row.values())), None)


def _unread(action: MoveUser, why: str) -> Report:
    return Report(unread=f"the report of the move in {action.report_dir} could not be read: {why.rstrip('.')}.")
