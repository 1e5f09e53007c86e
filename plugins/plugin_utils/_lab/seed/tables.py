# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading a seed's values: every mistake is one sentence that says where it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from .model import SeedError

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)", re.IGNORECASE)
_UNITS = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}


class Table:
    """A mapping of names to values. Values are taken by name; what was not taken in the end is a mistake.

    `place` is where it is in the source, empty at the top.
    """

    def __init__(self, values: object, place: str = "", source: str = "the seed") -> None:
        self._source, self._place = source, place
        if not isinstance(values, Mapping):
            raise self._error(f"{place or 'the top level'} must be a mapping of names to values")
        self._values = {str(name): value for name, value in values.items()}
        self._taken: set[str] = set()

    def end(self) -> None:
        """Check that every value was taken. Raises SeedError."""
        left = sorted(set(self._values) - self._taken)
        if left:
            known = ", ".join(sorted(self._taken))
            raise self._error(
                f"{self._place or 'the top level'} has {left[0]!r}, which is not known; known are {known}"
            )

    def over(self, defaults: Table) -> Table:
        """Return this table with another's values for what it does not say."""
        return Table({**defaults._values, **self._values}, self._place, self._source)

    def __contains__(self, name: str) -> bool:
        return self._values.get(name) is not None

    def known(self, *names: str) -> None:
        """Say that names are known, whether or not they are taken."""
        self._taken.update(names)

    def take(self, name: str) -> object:
        """Return a value as it is, None when it is not there."""
        self._taken.add(name)
        return self._values.get(name)

    def text(self, name: str, default: str = "") -> str:
        """Return a text."""
        value = self.take(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise self.wrong(name, "a text")
        return str(value)

    def optional(self, name: str) -> str | None:
        """Return a text, None when it is not there."""
        return self.text(name) or None

    def one_of(self, name: str, choices: Sequence[str], default: str) -> str:
        """Return one of some texts, compared without regard to case."""
        value = self.text(name, default)
        found = next((choice for choice in choices if choice.casefold() == value.casefold()), None)
        if found is None:
            raise self.wrong(name, f"one of {', '.join(choices)}")
        return found

    def flag(self, name: str, default: bool) -> bool:
        """Return true or false."""
        value = self.take(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self.wrong(name, "true or false")
        return value

    def number(self, name: str, default: int) -> int:
        """Return a whole number from 0."""
        value = self.take(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise self.wrong(name, "a whole number from 0")
        return value

    def rate(self, name: str, default: float) -> float:
        """Return a number from 0."""
        value = self.take(name)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise self.wrong(name, "a number from 0")
        return float(value)

    def duration(self, name: str, default: timedelta) -> timedelta:
        """Return a time span such as 30m, 90s or 2h; a bare number counts seconds."""
        value = self.take(name)
        if value is None:
            return default
        if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
            return timedelta(seconds=value)
        found = _DURATION.fullmatch(str(value).strip())
        if not found:
            raise self.wrong(name, "a time span such as 30m, 90s or 2h")
        return float(found[1]) * _UNITS[found[2].lower()]

    def moment(self, name: str) -> datetime | None:
        """Return a time; one without an offset counts as UTC."""
        value = self.take(name)
        if value is None:
            return None
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day, tzinfo=UTC)
        try:
            moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        except ValueError as error:
            raise self.wrong(name, "a time such as 2026-12-01T08:00:00+01:00") from error
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def texts(self, name: str, default: Sequence[str] = ()) -> tuple[str, ...]:
        """Return a list of texts."""
        value = self.take(name)
        if value is None:
            return tuple(default)
        if not isinstance(value, list) or not all(isinstance(item, str | int | float) for item in value):
            raise self.wrong(name, "a list of texts")
        return tuple(str(item) for item in value)

    def table(self, name: str) -> Table:
        """Return a mapping inside; an empty one when it is not there."""
        value = self.take(name)
        return Table({} if value is None else value, self._path(name), self._source)

    def tables(self, name: str) -> Iterator[Table]:
        """Return the mappings of a list."""
        value = self.take(name)
        if value is None:
            return
        if not isinstance(value, list):
            raise self.wrong(name, "a list")
        for number, item in enumerate(value, 1):
            yield Table(item, f"{self._path(name)} no. {number}", self._source)

    def items(self, name: str) -> Iterator[tuple[str, Table]]:
        """Return the named mappings of a mapping."""
        inside = self.table(name)
        for key in inside._values:
            yield key, inside.table(key)

    def names(self) -> tuple[str, ...]:
        """Return the names in this mapping."""
        return tuple(self._values)

    def values(self) -> dict[str, object]:
        """Return the values as they are, by name; all count as taken."""
        self.known(*self._values)
        return dict(self._values)

    def strings(self, name: str) -> dict[str, str]:
        """Return a mapping of names to texts."""
        inside = self.table(name)
        return {key: inside.text(key) for key in inside._values}

    def checked(self, name: str, read: Callable[[str], str], default: str) -> str:
        """Return a text that something else checks; its ValueError says what is wrong."""
        value = self.text(name, default)
        try:
            return read(value)
        except ValueError as error:
            raise self._error(f"{self._path(name)} cannot be used: {error}") from error

    def wrong(self, name: str, expected: str) -> SeedError:
        """Return the error for a value that is not what is expected."""
        return self._error(f"{self._path(name)} must be {expected}, not {self._values.get(name)!r}")

    def _path(self, name: str) -> str:
        return f"{self._place}, {name}" if self._place else name

    def _error(self, problem: str) -> SeedError:
        return SeedError(f"In {self._source}, {problem}.")
