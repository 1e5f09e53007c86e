# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ledger as files: users, events and runs, each as CSV for a spreadsheet and as JSON with all that is known."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleActionFail

from ...module_utils._ledger.ledger import Ledger
from ...module_utils._ledger.records import Selection

Row = Mapping[str, Any]
BEFORE = ("homing", "registrar_pool", "mode", "assigned", "notify_policy")
REASON = ("reason.code", "reason.message")
# The columns by kind, with a dot before the key of a mapping. The files have `_` there.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "users": (
        *("user", "wave", "phase", "since", "notified_on", "upgraded_on"),
        *(f"before.{key}" for key in BEFORE),
        *(f"last.{key}" for key in ("at", "run", "action", "status", *REASON)),
    ),
    "events": (
        *("at", "run", "user", "wave", "phase", "action", "status", "before", "after"),
        *(*REASON, "operation", "seconds"),
    ),
    "runs": ("run", "started", "ended", "check_mode", "now", "job", "verdict"),
}
# Where a spreadsheet would begin a formula: at the start of a cell, and after what separates cells in some countries. The last four are
# the wide forms of the same characters.
FORMULA = re.compile(r"((?:^|[;\t\r\n])[\s\"]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")


def rows_of(ledger: Ledger, waves: Sequence[str]) -> Iterator[tuple[str, list[Row]]]:
    """Yield each kind with its rows, of these waves or of all. Raises AnsibleActionFail for a wave that the ledger does not know."""
    chosen = [Selection(wave=wave) for wave in waves] or [Selection()]
    users: list[Row] = [dict(row) for each in chosen for row in ledger.users(each)]
    events: list[Row] = [dict(row) for each in chosen for row in ledger.events(each)]
    known = {row["wave"] for row in (*users, *events)}
    for wave in waves:
        if wave not in known and not ledger.members(wave):
            raise AnsibleActionFail(
                f"Nothing was written: the ledger knows no wave {wave!r}. Correct teams_upgrade_waves, or leave it out for all waves."
            )
    yield "users", sorted(users, key=lambda row: str(row["user"]))
    yield "events", sorted(events, key=lambda row: str(row["at"]))
    runs = {run["run"]: dict(run) for each in chosen for run in ledger.runs(each)}
    yield "runs", sorted(runs.values(), key=lambda row: (row["started"], row["run"]))


def as_json(rows: Sequence[Row]) -> str:
    """Return rows as JSON, as `ledger_info` returns them."""
    return json.dumps(rows, indent=1, ensure_ascii=False) + "\n"


def as_csv(kind: str, rows: Sequence[Row]) -> str:
    """Return rows as CSV. No cell is a formula when a spreadsheet opens the file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.replace(".", "_") for column in COLUMNS[kind]])
    writer.writerows([[cell(_value(row, column)) for column in COLUMNS[kind]] for row in rows])
    return text.getvalue()


def cell(value: object) -> str | float | None:
    """Return a value as a cell: a text that would be a formula gets an apostrophe, which makes it text."""
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return FORMULA.sub(r"\1'", text)


def _value(row: Row, column: str) -> object:
    """Return the value at a path of keys; None where a part of it is not known."""
    found: object = row
    for key in column.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found
