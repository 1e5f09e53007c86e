# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report as text for a console of 80 columns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .._model.outcome import without_user
from .document import whole
from .report import NAMED_USERS
from .rows import Rank, Row, fitted, in_lines, kept
from .verdict import counted
from .wave import Due

Report = Mapping[str, Any]

# How many lines reasons and notes may take where a run fails. With what Ansible prints of its tasks, a run of one wave stays below 60.
LINES = 12
# What Ansible prints of the task that finds the members of waves with a filter.
LINES_OF_MEMBERS = 4
# What it prints of a failure beyond what the verdict takes where there is none.
LINES_OF_FAILURE = 5
# How many users who failed are named at most, unless each reason has its own: all of a wave of this size.
NAMED = NAMED_USERS
# Of every kind of report; those of the last ones are shown with the names of users.
BAD = ("drifted", "inconsistent", "unknown", "failed")
WORDS = {
    "changed": "changed",
    "ok": "done",
    "in_state": "as planned",
    "not_due": "not due",
    "pending": "pending",
    "skipped": "left out",
    "drifted": "drifted",
    "inconsistent": "inconsistent",
    "unknown": "unknown",
    "failed": "failed",
}


def table(report: Report) -> list[str]:
    """Return lines: the waves, how many users ended how and why, and the verdict unless a task is about to fail with it.

    `report` is of any kind, and has at least `check_mode`, `counts`, `failed` and `verdict`.
    """
    report = whole(report)
    waves: Sequence[Report] = report["waves"]
    spare = LINES + (0 if report["failed"] else LINES_OF_FAILURE)
    spare -= LINES_OF_MEMBERS if any(wave.get("filter") for wave in waves) else 0
    # Where Ansible itself has ended the run, no task follows that would fail with the verdict.
    said_later = report["failed"] and not any(wave.get("broken_off") for wave in waves)
    verdict = [] if said_later else in_lines(str(report["verdict"]), indent=0)
    lines = [*_waves(waves), *fitted(_rows(report, spare), spare), *verdict]
    return [_printable(line) for line in lines]


def _rows(report: Report, spare: int) -> list[Row]:
    """Return the notes, how many users ended how, and the failures with as many names as fit."""
    notes = [Row(Rank.NOTE, "Note:", f" {note}") for note in report["notes"]]
    most = _most_names(report)
    failures, others = list(_failures(report, most)), list(_others(report))
    if sum(len(row.whole) for row in failures) > spare - len(others) - len(notes):
        others = list(_in_short(report))
    while most > 1 and kept([*notes, *others, *failures], spare) is None:
        most -= 1
        failures = list(_failures(report, most))
    return [*notes, *others, *failures]


def _printable(line: str) -> str:
    """Return a line without characters that act on the terminal; hosts' texts may hold any."""
    return "".join(character if character.isprintable() else "\ufffd" for character in line)


def _waves(waves: Sequence[Report]) -> Iterator[str]:
    for wave in waves:
        if wave["counts"]["total"]:
            due = f"{wave['due']}, " if wave.get("due") != Due.NOTHING else ""
            planned = f": {due}planned for {wave['upgrade_on']}" if wave.get("due") else ""
            yield from in_lines(f"Wave {wave['name']}{planned}, {counted(wave['counts']['total'], 'user')}")


def _others(report: Report) -> Iterator[Row]:
    """Yield how many users ended how otherwise than failing, by reason."""
    for status, word in _words(report, failures=False):
        reasons = [each for each in report["reasons"] if each["outcome"] == status]
        if without := report["counts"].get(status, 0) - sum(each["count"] for each in reasons):
            yield Row(Rank.OTHER, f"{without:>4} {word}")
        yield from (Row(Rank.OTHER, _head(each, word), f" {_sentences(each)[0]}") for each in reasons)


def _in_short(report: Report) -> Iterator[Row]:
    """Yield the same with the codes of the reasons alone."""
    for status, word in _words(report, failures=False):
        if report["counts"].get(status):
            reasons = [each for each in report["reasons"] if each["outcome"] == status]
            codes = [each["code"] if each["count"] == 1 else f"{each['code']} ({each['count']})" for each in reasons]
            head = f"{report['counts'][status]:>4} {word}"
            yield Row(Rank.FIRST, f"{head}{':' if codes else ''}", f" {', '.join(codes)}" if codes else "")


def _failures(report: Report, most: int) -> Iterator[Row]:
    """Yield how many users failed or could not be read, by reason, with up to `most` names and each remedy once."""
    remedies: set[str] = set()
    for status, word in _words(report, failures=True):
        reasons = [each for each in report["reasons"] if each["outcome"] == status]
        if without := report["counts"].get(status, 0) - sum(each["count"] for each in reasons):
            yield Row(Rank.FIRST, f"{without:>4} {word}")
        for each in reasons:
            message, remedy = _sentences(each)
            names, rest = _names(each, message, most)
            once = "" if remedy in remedies else remedy
            remedies.add(remedy)
            yield Row(Rank.FIRST, f"{_head(each, word)} {names}", rest, once, f"{each['code']}: {names}")


def _most_names(report: Report) -> int:
    """Return how many users each failure may name."""
    counts = [each["count"] for each in report["reasons"] if each["outcome"] in BAD]
    return next((most for most in range(NAMED, 1, -1) if sum(min(most, count) for count in counts) <= NAMED), 1)


def _words(report: Report, *, failures: bool) -> Iterator[tuple[str, str]]:
    words = WORDS | ({"changed": "to change"} if report["check_mode"] else {})
    words |= {"pending": "ready"} if report["kind"] == "readiness" else {}
    yield from ((status, word) for status, word in words.items() if (status in BAD) is failures)


def _head(reason: Report, word: str) -> str:
    return f"{reason['count']:>4} {word}, {reason['code']}:"


def _sentences(reason: Report) -> tuple[str, str]:
    """Return sentence and remedy of a reason; those of several users without a name, or as those of one user where they differ."""
    message, remedy, first = str(reason["message"]), str(reason["remedy"]), reason["users"][0]
    if not reason["alike"]:
        return f"for example {message if _begins(message, first) else f'{first}: {message}'}", remedy
    if reason["count"] > 1:
        return _of_each(message, first), _of_each(remedy, first)
    return message, remedy


def _of_each(text: str, user: str) -> str:
    """Return a sentence on one user as one on each of several."""
    return without_user(text, user).replace("<user>", "the user")


def _names(reason: Report, message: str, most: int) -> tuple[str, str]:
    """Return the first users of a reason with how many more there are, and what follows. One user's sentence may begin with the name."""
    users: Sequence[str] = reason["users"][:most]
    if reason["count"] == 1 and (begins := _begins(message, users[0])):
        return begins.group(), message[begins.end() :]
    more = reason["count"] - len(users)
    return f"{', '.join(users)}{f' and {more} more' if more else ''}", f": {message}"


def _begins(message: str, user: str) -> re.Match[str] | None:
    return re.match(rf"(?:sip:)?{re.escape(user)}(?![\w-])", message, re.IGNORECASE)
