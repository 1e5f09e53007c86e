# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What clients want to be run. Descriptions that differ in texts alone are read by psrpcore once, which takes half the time of a call."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

with contextlib.suppress(ImportError):  # the program says in a sentence what is missing
    from psrpcore import PowerShell

from ..binder import Argument
from ..psrp import from_psrp
from .chain import Statement

# The value of a parameter, without what is written as an entity (XML) or as a number (MS-PSRP 2.2.5.3.2).
_TEXT = re.compile(rb'(?<=<S N="V">)[^<&\r]*(?=</S>)')
_NUMBERED = re.compile("_[xX]")

# More kinds of calls than clients have. What is beyond is read by psrpcore each time.
_MOST = 500


@dataclass(frozen=True, slots=True)
class Description:
    """A pipeline as a client described it: commands by statement, and whether objects are piped into the first."""

    statements: Sequence[Sequence[Statement]]
    no_input: bool


def description_of(pipeline: PowerShell) -> Description:
    """Return what psrpcore has read."""
    statements: list[list[Statement]] = [[]]
    for command in pipeline.commands:
        arguments = [(None if name is None else str(name), from_psrp(value)) for name, value in command.parameters]
        statements[-1].append(Statement(str(command.command_text), bool(command.is_script), arguments))
        if command.end_of_statement:
            statements.append([])
    return Description([statement for statement in statements if statement], bool(pipeline.no_input))


class Descriptions:
    """Descriptions that are known, by their CLIXML without texts. May be used from any thread."""

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, ...], Description] = {}

    def read(self, content: bytes) -> Description | None:
        """Return what a description says; None where psrpcore has to read it."""
        known, texts = self._known.get(_around(content)), _texts(content)
        if known is None or texts is None:
            return None
        values = iter(texts)
        statements = [[_filled(command, values) for command in statement] for statement in known.statements]
        return Description(statements, known.no_input)

    def learn(self, content: bytes, read: Description) -> None:
        """Note what psrpcore has read, where texts are all that others may have in its place."""
        arguments = [
            value for statement in read.statements for command in statement for _name, value in command.arguments
        ]
        texts = [value for value in arguments if isinstance(value, str)]
        if len(self._known) < _MOST and all(map(_is_plain, arguments)) and texts == _texts(content):
            self._known[_around(content)] = read


def _is_plain(value: object) -> bool:
    items = value if isinstance(value, list) else [value]
    return all(item is None or item.__class__ in (str, bool, int) for item in items)


def _around(content: bytes) -> tuple[bytes, ...]:
    return tuple(_TEXT.split(content))


def _texts(content: bytes) -> list[str] | None:
    try:
        texts = [text.decode() for text in _TEXT.findall(content)]
    except UnicodeDecodeError:
        return None
    return None if any(_NUMBERED.search(text) for text in texts) else texts


def _filled(command: Statement, texts: Iterator[str]) -> Statement:
    return Statement(command.text, command.is_script, [_with(argument, texts) for argument in command.arguments])


def _with(argument: Argument, texts: Iterator[str]) -> Argument:
    name, value = argument
    if isinstance(value, str):
        return name, next(texts)
    return name, list(value) if isinstance(value, list) else value
