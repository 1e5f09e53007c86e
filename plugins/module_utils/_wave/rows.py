# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rows of text in a given number of lines: which rows get lines, and what of a row is cut."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import partial
from textwrap import wrap

WIDTH = 80
INDENT = 5
# How many lines say what was left out, where not even the names of all the rows fit.
LINES_OF_REST = 2


class Rank(IntEnum):
    """Which rows get lines first."""

    FIRST = 0
    OTHER = 1
    NOTE = 2


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a table. Where lines run out, `tail` is cut at a word, before `remedy` and never `head`.

    `short` stands for a row that gets no line.
    """

    rank: Rank
    head: str
    tail: str = ""
    remedy: str = ""
    short: str = ""

    @property
    def whole(self) -> Sequence[str]:
        """All the lines that the row would take."""
        return in_lines(f"{self.head}{self.tail} {self.remedy}".rstrip())

    @property
    def least(self) -> int:
        """How many lines the row needs."""
        return len(in_lines(self.head))

    @property
    def enough(self) -> int:
        """How many lines the row needs with its remedy, if its sentence is cut."""
        return min(len(self.whole), self._size(self.remedy, 0))

    def cut(self, many: int) -> Sequence[str]:
        """Return the row in so many lines; three dots stand where something is left out."""
        if len(whole := self.whole) <= many:
            return whole
        ends = [0, *_ends(self.tail)]
        for remedy in dict.fromkeys((self.remedy, "")):
            sizes = partial(self._size, remedy)
            if sizes(0) <= many:
                return self._to(remedy, ends[bisect_right(ends, many, key=sizes) - 1])
        return in_lines(self.head)[:many]

    def _size(self, remedy: str, end: int) -> int:
        return len(self._to(remedy, end))

    def _to(self, remedy: str, end: int) -> Sequence[str]:
        return in_lines(f"{self.head}{self.tail[:end]} ... {remedy}".rstrip())


def in_lines(text: str, indent: int = INDENT) -> Sequence[str]:
    """Return a text in lines, broken at spaces; only what is longer than a line is broken elsewhere."""
    return wrap(text, WIDTH, subsequent_indent=" " * indent, break_on_hyphens=False)


def _ends(text: str) -> Iterator[int]:
    """Yield where a text may be cut: after each word, and anywhere in a word that is longer than a line."""
    for word in re.finditer(r"[^ \t\n\r\f\v]+", text):
        yield from range(word.start() + 1 if len(word.group()) > WIDTH - INDENT else word.end(), word.end() + 1)


def rest_of(rows: Sequence[Row]) -> Row:
    """Return the row that stands for others."""
    named = "; ".join(row.short for row in rows if row.short)
    return Row(Rank.NOTE, f"{'':{INDENT}}and {len(rows)} more, see the report", f": {named}" if named else "")


def by_rank(rows: Sequence[Row]) -> list[int]:
    """Return the indices of rows, those that get lines first at the beginning."""
    return sorted(range(len(rows)), key=lambda each: rows[each].rank)


def kept(rows: Sequence[Row], spare: int) -> int | None:
    """Return how many rows, by rank, can be shown so that all the others are named; None where there is no such number."""
    order = by_rank(rows)
    for many in range(min(len(rows), spare), -1, -1):
        left = [rows[each] for each in order[many:]]
        needed = sum(rows[each].least for each in order[:many]) + (len(rest_of(left).whole) if left else 0)
        if needed <= spare:
            return many
    return None


def fitted(rows: Sequence[Row], spare: int) -> list[str]:
    """Return rows in `spare` lines: each with its least lines, the others in turns by rank, remedies first.

    What is left out is named as far as it fits.
    """
    order, many = by_rank(rows), kept(rows, spare)
    if many is None:
        many = 0
        while many < len(rows) and sum(rows[each].least for each in order[: many + 1]) <= spare - LINES_OF_REST:
            many += 1
    given = {each: rows[each].least for each in order[:many]}
    spare -= sum(given.values())
    left = [rows[each] for each in order[many:]]
    rest = rest_of(left).cut(spare) if left else []
    spare -= len(rest)
    for rank in Rank:
        of_rank = [each for each in given if rows[each].rank is rank]
        for wanted in (
            {each: rows[each].enough for each in of_rank},
            {each: len(rows[each].whole) for each in of_rank},
        ):
            while spare and (short := [each for each in of_rank if given[each] < wanted[each]][:spare]):
                given |= {each: given[each] + 1 for each in short}
                spare -= len(short)
    return [*(line for each in sorted(given) for line in rows[each].cut(given[each])), *rest]
