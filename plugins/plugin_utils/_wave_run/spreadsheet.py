# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report for spreadsheets: a row for each user, as CSV. The page shows and exports the same rows."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .export import cell

Report = Mapping[str, Any]
# By this, a spreadsheet takes the file for UTF-8.
BOM = "\ufeff"
# What changes the order in which other characters are shown, or acts on what shows it. Lines and tabs stay.
CONTROLS = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Columns by their names, and the rows as texts."""

    columns: tuple[str, ...]
    rows: Iterable[Sequence[str]]


def visible(text: str) -> str:
    """Return a text in which characters that would change how others are shown stand as what they are, such as `<U+202E>`."""
    return CONTROLS.sub(lambda found: f"<U+{ord(found.group()):04X}>", text)


def sheet_of(report: Report) -> Sheet:
    """Return the users of a report as rows. What no user has gets no column."""
    users: Sequence[Report] = report["users"]
    columns = ["user", "wave", "status", "code", "message", "remedy"]
    columns += [key for key in ("on", "since", "steps", "returns", "lost", "warnings") if any(map(_has(key), users))]
    for side in ("expected", "found"):
        columns += [f"{side}_{key}" for key in dict.fromkeys(key for user in users for key in user.get(side) or {})]
    return Sheet(tuple(columns), (_row(user, columns) for user in users))


def as_csv(report: Report) -> str:
    """Return a report as CSV. No cell is a formula when a spreadsheet opens the file."""
    sheet, text = sheet_of(report), io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(sheet.columns)
    writer.writerows([cell(value) for value in row] for row in sheet.rows)
    return BOM + text.getvalue()


def _has(key: str) -> Any:
    return lambda user: bool(user.get(key))


def _row(user: Report, columns: Sequence[str]) -> Sequence[str]:
    known = dict(_values(user))
    return [visible(known.get(column, "")) for column in columns]


def _values(user: Report) -> Iterator[tuple[str, str]]:
    """Yield the columns of a user with their texts."""
    reason = user.get("reason") or {}
    yield from ((key, _text(user.get(key))) for key in ("user", "wave", "status", "on", "since"))
    yield from ((key, _text(reason.get(key))) for key in ("code", "message", "remedy"))
    yield "steps", "; ".join(_step(step) for step in user.get("steps") or ())
    yield "warnings", " ".join(_text(each.get("message")) for each in user.get("warnings") or ())
    yield from ((key, " ".join(map(_text, user.get(key) or ()))) for key in ("returns", "lost"))
    for side in ("expected", "found"):
        yield from ((f"{side}_{key}", _text(value)) for key, value in (user.get(side) or {}).items())


def _step(step: Report) -> str:
    actions = ", ".join(map(str, step.get("actions") or ()))
    return f"{step['step']}: {step['status']}{f' ({actions})' if actions else ''}"


def _text(value: object) -> str:
    """Return a value as a text; empty for what is not known."""
    if value is None:
        return ""
    return ", ".join(map(_text, value)) if isinstance(value, (list, tuple)) else str(value)
