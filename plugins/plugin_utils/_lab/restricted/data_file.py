# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""PowerShell's data files, as role capabilities and session configurations are written: tables of constants, nothing that is computed."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""
    (?P<blank>\s+|\#[^\n]*|<\#.*?\#>)
    |(?P<text>'(?:[^']|'')*')
    |(?P<wide>"(?:[^"$`]|"")*")
    |(?P<constant>\$(?:true|false|null)\b)
    |(?P<number>-?\d+(?:\.\d+)?\b)
    |(?P<word>[A-Za-z_][\w.-]*)
    |(?P<mark>@\{|@\(|[{}(),;=])
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_CONSTANTS = {"$true": True, "$false": False, "$null": None}


class DataFileError(ValueError):
    """The text is no data file, or holds what would have to be computed."""


class Script(str):
    """The text of a script block, without its braces."""

    __slots__ = ()


def read_data(text: str) -> dict[str, object]:
    """Return the table that a data file holds: texts, numbers, Booleans, None, lists, tables and Scripts. Raises DataFileError."""
    reader = _Reader(text.lstrip("\ufeff"))
    reader.expect("@{")
    table = reader.table()
    if reader.peek():
        raise reader.error()
    return table


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._place = 0

    def error(self) -> DataFileError:
        line = self._text.count("\n", 0, self._place) + 1
        return DataFileError(f"line {line}: {self._text[self._place : self._place + 20]!r} is not expected there")

    def peek(self) -> str:
        """Return the next token, "" at the end."""
        self._skip()
        return self._match().group() if self._place < len(self._text) else ""

    def expect(self, token: str) -> None:
        if self.peek() != token:
            raise self.error()
        self._place += len(token)

    def table(self) -> dict[str, object]:
        """Read what follows `@{`."""
        found: dict[str, object] = {}
        while self.peek() != "}":
            key = self._value()
            self.expect("=")
            found[str(key)] = self._values()
            while self.peek() == ";":
                self.expect(";")
        self.expect("}")
        return found

    def _values(self) -> object:
        """Read one value, or several with commas between."""
        first = self._value()
        if self.peek() != ",":
            return first
        found = [first]
        while self.peek() == ",":
            self.expect(",")
            found.append(self._value())
        return found

    def _value(self) -> object:
        token = self.peek()
        if token == "@{":
            self.expect(token)
            return self.table()
        if token == "@(":
            self.expect(token)
            return self._list()
        if token == "{":
            return self._script()
        kind = self._match().lastgroup if token else None
        if kind not in ("text", "wide", "constant", "number", "word"):
            raise self.error()
        self._place += len(token)
        if kind in ("text", "wide"):
            return token[1:-1].replace(token[0] * 2, token[0])
        if kind == "constant":
            return _CONSTANTS[token.lower()]
        return token if kind == "word" else float(token) if "." in token else int(token)

    def _list(self) -> list[object]:
        found: list[object] = []
        while self.peek() != ")":
            values = self._values()
            found += values if isinstance(values, list) else [values]
            while self.peek() == ";":
                self.expect(";")
        self.expect(")")
        return found

    def _script(self) -> Script:
        """Read up to the brace that closes the block; those in texts and comments do not count."""
        start, depth = self._place + 1, 0
        for found in re.compile(r"'(?:[^']|'')*'|\"(?:[^\"`]|`.|\"\")*\"|\#[^\n]*|[{}]", re.DOTALL).finditer(
            self._text, self._place
        ):
            depth += {"{": 1, "}": -1}.get(found.group(), 0)
            if not depth:
                self._place = found.end()
                return Script(self._text[start : found.start()])
        raise self.error()

    def _match(self) -> re.Match[str]:
        found = _TOKEN.match(self._text, self._place)
        if found is None:
            raise self.error()
        return found

    def _skip(self) -> None:
        """Go over blanks and comments."""
        while self._place < len(self._text) and self._match().lastgroup == "blank":
            self._place = self._match().end()
