# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A report for spreadsheets: a row for each user, as CSV. The page shows and exports the same rows."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from .export import cell
from .words import status_words, word_of_step

Report = Mapping[str, Any]
# By this, a spreadsheet takes the file for UTF-8.
BOM = "\ufeff"
ALWAYS = ("user", "wave", "status", "code", "message", "remedy")
SOMETIMES = ("on", "since", "steps", "returns", "lost", "warnings")
SIDES = ("expected", "found")
MINUTES = len("2026-12-08T02:00")
# What changes the order in which other characters are shown, or acts on what shows it. Lines and tabs stay.
CONTROLS = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]"
)


def visible(text: str) -> str:
    """Return a text in which characters that would change how others are shown stand as what they are, such as `<U+202E>`."""
    if text.isprintable():
        return text
    return CONTROLS.sub(lambda found: f"<U+{ord(found.group()):04X}>", text)


def columns_of(report: Report) -> tuple[str, ...]:
    """Return the names of the columns. What no user has gets none."""
    users: Sequence[Report] = report["users"]
    found = [key for key in SOMETIMES if any(user.get(key) for user in users)]
    for side in SIDES:
        found += [f"{side}_{key}" for key in dict.fromkeys(key for user in users for key in user.get(side) or {})]
    return (*ALWAYS, *found)


def rows_of(report: Report, columns: Sequence[str], users: Sequence[Report]) -> Iterator[list[str]]:
    """Yield the row of each user."""
    words = status_words(report["kind"], check_mode=report["check_mode"])
    texts = [_text_of(column, words) for column in columns]
    for user in users:
        yield [visible(text(user)) for text in texts]


def as_csv(report: Report) -> Iterator[str]:
    """Yield a report as CSV, row by row. No cell is a formula when a spreadsheet opens the file."""
    columns = columns_of(report)
    writer = csv.writer(_Passing(), lineterminator="\n")
    yield BOM
    yield str(writer.writerow(columns))
    for row in rows_of(report, columns, report["users"]):
        yield str(writer.writerow([cell(value) for value in row]))


class _Passing:
    """A file that hands what is written to it back to the one who writes."""

    def write(self, text: str) -> str:
        return text


def _text_of(column: str, words: Mapping[str, str]) -> Callable[[Report], str]:
    """Return what makes the text of a column from a user."""
    side, _underline, key = column.partition("_")
    if side in SIDES:
        return lambda user: _text((user.get(side) or {}).get(key))
    if column in ("code", "message", "remedy"):
        return lambda user: _text((user.get("reason") or {}).get(column))
    if column == "since":
        # By the clock of the run, as spreadsheets read it.
        return lambda user: _text(user.get(column))[:MINUTES].replace("T", " ")
    if column == "steps":
        return lambda user: "; ".join(_step(step, words) for step in user.get(column) or ())
    if column == "warnings":
        return lambda user: "; ".join(_text(each.get("message")) for each in user.get(column) or ())
    if column in ("returns", "lost"):
        return lambda user: "; ".join(map(_text, user.get(column) or ()))
    return lambda user: _text(user.get(column))


def _step(step: Report, words: Mapping[str, str]) -> str:
    actions = ", ".join(map(str, step.get("actions") or ()))
    word = word_of_step(str(step["step"]), str(step["status"]), words)
    return f"{step['step']}: {word}{f' ({actions})' if actions else ''}"


def _text(value: object) -> str:
    """Return a value as a text; empty for what is not known."""
    if value is None:
        return ""
    return ", ".join(map(_text, value)) if isinstance(value, (list, tuple)) else str(value)
