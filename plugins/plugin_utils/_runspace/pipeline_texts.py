# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The messages that describe pipelines: those that differ in texts and secrets alone are serialised once.

A thousand moves are a thousand such messages, and pypsrp takes a third of all the time of a call for it. No secret is kept: each is
encrypted anew, under the key of its session.
"""

from __future__ import annotations

import re
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from . import library

# More kinds of calls than the modules have. What is beyond is serialised each time.
_MOST = 500


class Place(NamedTuple):
    """Where a message has a text, or a secret: an attribute of an object."""

    holder: Any
    attribute: str
    is_secret: bool = False

    @property
    def value(self) -> str:
        """What is there."""
        found: str = getattr(self.holder, self.attribute)
        return found

    def put(self, value: str) -> None:
        """Put something else there."""
        setattr(self.holder, self.attribute, value)


@dataclass(frozen=True, slots=True)
class Writing:
    """The ways of one session to write: a message, a text, and a secret, which is encrypted for it."""

    message: Callable[[Any], Any]
    text: Callable[[str], str | None]
    secret: Callable[[str], str]

    def of(self, place: Place, value: str) -> bytes:
        """Return a value as it is written in a place."""
        return escape((self.secret if place.is_secret else self.text)(value) or "").encode()


@dataclass(frozen=True, slots=True)
class _Known:
    """A message in parts, between which come the places of these numbers."""

    parts: Sequence[bytes]
    numbers: Sequence[int]

    def filled(self, places: Sequence[Place], writing: Writing) -> Iterator[bytes]:
        yield self.parts[0]
        for number, part in zip(self.numbers, self.parts[1:], strict=True):
            yield writing.of(places[number], places[number].value)
            yield part


class PipelineTexts:
    """What is known of pipelines, by all that they have beside texts and secrets. May be used from any thread."""

    def __init__(self) -> None:
        self._known: dict[Hashable, _Known] = {}

    def of(self, message: Any, writing: Writing) -> Any:
        """Return what pypsrp makes of a message, as bytes where it is known."""
        kind = _kind(message)
        if kind is None:
            return writing.message(message)
        places = list(_places(message))
        known = self._known.get(kind)
        if known is None:
            known = _parts(message, places, writing)
            if known is None:
                return writing.message(message)
            if len(self._known) < _MOST:
                self._known[kind] = known
        return b"".join(known.filled(places, writing))


def _varies(value: object) -> bool:
    # An empty text is written as an element without content.
    return value.__class__ is str and value != ""


def _is_credential(value: Any) -> bool:
    return value.__class__ is library.PSCredential and _varies(value.username) and value.password.__class__ is str


def _places(message: Any) -> Iterator[Place]:
    for command in message.pipeline.commands:
        for argument in command.args:
            if _varies(argument.value):
                yield Place(argument, "value")
            elif _is_credential(argument.value):
                yield Place(argument.value, "username")
                yield Place(argument.value, "password", is_secret=True)


def _kind(message: Any) -> Hashable | None:
    """Return all that a message has beside texts and secrets, None where it has what cannot be compared."""
    commands = []
    for command in message.pipeline.commands:
        arguments: list[Hashable] = []
        for argument in command.args:
            value = argument.value
            if value.__class__ is list and all(each.__class__ is str for each in value):
                arguments.append((argument.name, tuple(value)))
            elif value is None or value.__class__ in (bool, str):
                arguments.append((argument.name, str if _varies(value) else value))
            elif _is_credential(value):
                arguments.append((argument.name, library.PSCredential))
            else:
                return None
        versions = len(command._extended_properties)
        commands.append((command.cmd, command.is_script, command.end_of_statement, versions, tuple(arguments)))
    return message.no_input, message.remote_stream_options.value, message.add_to_history, tuple(commands)


def _parts(message: Any, places: Sequence[Place], writing: Writing) -> _Known | None:
    """Return the message in parts, None where some place is not written once: several statements are written twice."""
    marks = [uuid.uuid4().hex for _place in places]
    values = [place.value for place in places]
    try:
        for place, mark in zip(places, marks, strict=True):
            place.put(mark)
        whole = ET.tostring(writing.message(message), encoding="utf-8", method="xml")
    finally:
        for place, value in zip(places, values, strict=True):
            place.put(value)
    numbers = {writing.of(place, mark): number for number, (place, mark) in enumerate(zip(places, marks, strict=True))}
    split = re.split(b"(" + b"|".join(map(re.escape, numbers)) + b")", whole) if numbers else [whole]
    found = [numbers[written] for written in split[1::2]]
    return _Known(split[::2], found) if sorted(found) == sorted(numbers.values()) else None
