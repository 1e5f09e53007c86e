# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The messages that describe pipelines: those that differ in texts alone are serialised once.

A thousand moves are a thousand such messages, and pypsrp takes a third of all the time of a call for it.
"""

from __future__ import annotations

import uuid
import xml.etree.ElementTree as ET
from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

# More kinds of calls than the modules have. What is beyond is serialised each time.
_MOST = 500


class PipelineTexts:
    """What is known of pipelines, by all that they have beside texts. May be used from any thread."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Sequence[bytes]] = {}

    def of(self, message: Any, serialise: Callable[[Any], Any], text: Callable[[str], str | None]) -> Any:
        """Return what pypsrp makes of a message, as bytes where it is known. `serialise` and `text` are pypsrp's ways to write."""
        places = [argument for command in message.pipeline.commands for argument in command.args if _varies(argument)]
        kind = _kind(message)
        if kind is None:
            return serialise(message)
        parts = self._known.get(kind)
        if parts is None:
            parts = _parts(message, places, serialise)
            if len(parts) != len(places) + 1:
                return serialise(message)  # several statements, which are written twice
            if len(self._known) < _MOST:
                self._known[kind] = parts
        return b"".join(_filled(parts, [escape(text(place.value) or "").encode() for place in places]))


def _varies(argument: Any) -> bool:
    # An empty text is written as an element without content.
    return argument.value.__class__ is str and argument.value != ""


def _kind(message: Any) -> Hashable | None:
    """Return all that a message has beside texts, None where it has what cannot be compared."""
    commands = []
    for command in message.pipeline.commands:
        arguments: list[Hashable] = []
        for argument in command.args:
            value = argument.value
            if value.__class__ is list and all(each.__class__ is str for each in value):
                arguments.append((argument.name, tuple(value)))
            elif value is None or value.__class__ in (bool, str):
                arguments.append((argument.name, str if _varies(argument) else value))
            else:
                return None
        versions = len(command._extended_properties)
        commands.append((command.cmd, command.is_script, command.end_of_statement, versions, tuple(arguments)))
    return message.no_input, message.remote_stream_options.value, message.add_to_history, tuple(commands)


def _parts(message: Any, places: Sequence[Any], serialise: Callable[[Any], Any]) -> Sequence[bytes]:
    """Return the message in parts, between which the texts come."""
    mark = uuid.uuid4().hex
    texts = [place.value for place in places]
    try:
        for place in places:
            place.value = mark
        whole = ET.tostring(serialise(message), encoding="utf-8", method="xml")
    finally:
        for place, value in zip(places, texts, strict=True):
            place.value = value
    return bytes(whole).split(mark.encode())


def _filled(parts: Sequence[bytes], texts: Sequence[bytes]) -> Iterator[bytes]:
    yield parts[0]
    for value, part in zip(texts, parts[1:], strict=True):
        yield value
        yield part
