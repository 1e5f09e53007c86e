# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report as text for a console of 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .._model.outcome import without_user

Report = Mapping[str, Any]

WIDTH = 80
NAMED_USERS = 10
BAD = ("failed", "unknown")
WORDS = {
    "changed": "changed",
    "ok": "done",
    "pending": "pending",
    "skipped": "left out",
    "unknown": "unknown",
    "failed": "failed",
}


def table(report: Report) -> list[str]:
    """Return lines: the waves, how many users ended how and why, who failed, and the verdict unless a task is about to fail with it."""
    verdict = [] if report["failed"] else _paragraph(str(report["verdict"]))
    parts = (_notes(report), _waves(report), _counts(report), _failed(report), verdict)
    return [_printable(line) for part in parts for line in part]


def _printable(line: str) -> str:
    """Return a line without characters that act on the terminal; hosts' texts may hold any."""
    return "".join(character if character.isprintable() else "\ufffd" for character in line)


def _notes(report: Report) -> Iterator[str]:
    for note in report.get("notes", ()):
        yield from _paragraph(f"Note: {note}")


def _waves(report: Report) -> Iterator[str]:
    for wave in report["waves"]:
        if wave["users"]:
            due = f": {wave['due']}, planned for {wave['upgrade_on']}" if wave["due"] else ""
            yield f"Wave {wave['name']}{due}, {wave['counts']['total']} users"


def _counts(report: Report) -> Iterator[str]:
    words = WORDS | ({"changed": "to change"} if report["check_mode"] else {})
    counts, reasons = report["counts"], report["reasons"]
    if not counts["total"]:
        return
    yield f"{'users':>7}  {'outcome':<9}  reason"
    for status, word in words.items():
        of_status = [each for each in reasons if each["outcome"] == status]
        without = counts[status] - sum(each["count"] for each in of_status)
        if without:
            yield f"{without:>7}  {word}"
        for each in of_status:
            message = without_user(str(each["message"]), each["users"][0]) if each["users"] else each["message"]
            line = f"{each['count']:>7}  {word:<9}  {each['code']}: {message}"
            yield line if len(line) <= WIDTH else f"{line[: WIDTH - 3]}..."


def _failed(report: Report) -> Iterator[str]:
    """Say by reason what failed or could not be read and what to do, then name the users: the first ones, and how many more there are."""
    for each in report["reasons"]:
        if each["outcome"] in BAD:
            many = "1 user" if each["count"] == 1 else f"{each['count']} users"
            yield from _paragraph(f"{WORDS[each['outcome']]} ({many}): {each['message']} {each['remedy']}")
    users = [user for wave in report["waves"] for user in wave["users"] if user["outcome"] in BAD]
    yield from (f"    {user['user']}: {user['code']}" for user in users[:NAMED_USERS])
    if len(users) > NAMED_USERS:
        yield f"    and {len(users) - NAMED_USERS} more, who are in the report"


def _paragraph(text: str, width: int = WIDTH) -> Sequence[str]:
    """Return a text in lines; an address is never broken."""
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line] if line else lines
