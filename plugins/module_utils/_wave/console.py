# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report as text for a console of 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from textwrap import wrap
from typing import Any

from .._model.outcome import without_user
from .verdict import counted

Report = Mapping[str, Any]

WIDTH = 80
INDENT = 5
# How many lines reasons and notes may take where a run fails. With what Ansible prints of its tasks, a run of one wave stays below 60.
LINES = 12
# What Ansible prints of the task that finds the members of waves with a filter.
LINES_OF_MEMBERS = 4
# What it prints of a failure beyond what the verdict takes where there is none.
LINES_OF_FAILURE = 5
NAMED_USERS = 3
BAD = ("failed", "unknown")
WORDS = {
    "changed": "changed",
    "ok": "done",
    "pending": "pending",
    "skipped": "left out",
    "unknown": "unknown",
    "failed": "failed",
}


class Rank(IntEnum):
    """Which rows get lines first."""

    FIRST = 0
    OTHER = 1
    NOTE = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of the table, with all the lines that it would take."""

    rank: Rank
    lines: Sequence[str]

    def cut(self, many: int) -> Sequence[str]:
        """Return the first lines; the last one says where there are more."""
        if many >= len(self.lines):
            return self.lines
        rest = " ".join([self.lines[many - 1], *(line.strip() for line in self.lines[many:])])
        return [*self.lines[: many - 1], f"{rest[: WIDTH - 4]} ..."]


def table(report: Report) -> list[str]:
    """Return lines: the waves, how many users ended how and why, and the verdict unless a task is about to fail with it."""
    waves: Sequence[Report] = report["waves"]
    spare = LINES + (0 if report["failed"] else LINES_OF_FAILURE)
    spare -= LINES_OF_MEMBERS if any(wave["filter"] for wave in waves) else 0
    notes = [Row(Rank.NOTE, _lines(f"Note: {note}")) for note in report["notes"]]
    failures, others = list(_failures(report)), list(_others(report))
    if sum(len(row.lines) for row in failures) > spare - len(others) - len(notes):
        others = list(_in_short(report))
    verdict = [] if report["failed"] else _lines(str(report["verdict"]), indent=0)
    lines = [*_waves(waves), *_fitted([*notes, *others, *failures], spare), *verdict]
    return [_printable(line) for line in lines]


def _printable(line: str) -> str:
    """Return a line without characters that act on the terminal; hosts' texts may hold any."""
    return "".join(character if character.isprintable() else "\ufffd" for character in line)


def _lines(text: str, indent: int = INDENT) -> Sequence[str]:
    """Return a text in lines; an address is never broken."""
    return wrap(text, WIDTH, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False)


def _waves(waves: Sequence[Report]) -> Iterator[str]:
    for wave in waves:
        if wave["users"]:
            due = f": {wave['due']}, planned for {wave['upgrade_on']}" if wave["due"] else ""
            yield f"Wave {wave['name']}{due}, {counted(wave['counts']['total'], 'user')}"


def _others(report: Report) -> Iterator[Row]:
    """Yield how many users ended how otherwise than failing, by reason."""
    for status, word in _words(report, failures=False):
        reasons = [each for each in report["reasons"] if each["outcome"] == status]
        if without := report["counts"][status] - sum(each["count"] for each in reasons):
            yield Row(Rank.OTHER, [f"{without:>4} {word}"])
        yield from (Row(Rank.OTHER, _lines(_line(each, word))) for each in reasons)


def _in_short(report: Report) -> Iterator[Row]:
    """Yield the same with the codes of the reasons alone."""
    for status, word in _words(report, failures=False):
        if report["counts"][status]:
            reasons = [each for each in report["reasons"] if each["outcome"] == status]
            codes = [each["code"] if each["count"] == 1 else f"{each['code']} ({each['count']})" for each in reasons]
            yield Row(
                Rank.FIRST, _lines(f"{report['counts'][status]:>4} {word}{': ' if codes else ''}{', '.join(codes)}")
            )


def _failures(report: Report) -> Iterator[Row]:
    """Yield how many users failed or could not be read, by reason, with each remedy once."""
    remedies: set[str] = set()
    for status, word in _words(report, failures=True):
        for each in (each for each in report["reasons"] if each["outcome"] == status):
            remedy = "" if each["remedy"] in remedies else each["remedy"]
            remedies.add(each["remedy"])
            yield Row(Rank.FIRST, _lines(" ".join(part for part in (_line(each, word), remedy, _names(each)) if part)))


def _words(report: Report, *, failures: bool) -> Iterator[tuple[str, str]]:
    words = WORDS | ({"changed": "to change"} if report["check_mode"] else {})
    yield from ((status, word) for status, word in words.items() if (status in BAD) is failures)


def _line(reason: Report, word: str) -> str:
    """Return count, outcome, code and sentence of a reason; the sentence of several users without the first one's name."""
    message = str(reason["message"])
    message = without_user(message, reason["users"][0]) if reason["count"] > 1 else message
    return f"{reason['count']:>4} {word}, {reason['code']}: {message}"


def _names(reason: Report) -> str:
    """Return the first users of a reason, and how many more there are. A sentence about one user may name them itself."""
    users: Sequence[str] = reason["users"][:NAMED_USERS]
    if reason["count"] == 1 and users[0].lower() in str(reason["message"]).lower():
        return ""
    more = reason["count"] - len(users)
    return f"{', '.join(users)}{f' and {more} more, see the report' if more else ''}"


def _fitted(rows: Sequence[Row], spare: int) -> list[str]:
    """Return rows in `spare` lines: each with one line at least, the rest in turns by rank. Rows without a line are counted."""
    kept = sorted(range(len(rows)), key=lambda each: rows[each].rank)
    left_out = len(rows) - spare + 1 if len(rows) > spare else 0
    kept = kept[: len(rows) - left_out]
    given = dict.fromkeys(kept, 1)
    spare -= len(kept) + bool(left_out)
    for rank in Rank:
        of_rank = [each for each in kept if rows[each].rank is rank]
        while spare and (short := [each for each in of_rank if given[each] < len(rows[each].lines)]):
            given |= {each: given[each] + 1 for each in short[:spare]}
            spare -= len(short[:spare])
    lines = [line for each in sorted(kept) for line in rows[each].cut(given[each])]
    return [*lines, f"     and {left_out} more, see the report"] if left_out else lines
