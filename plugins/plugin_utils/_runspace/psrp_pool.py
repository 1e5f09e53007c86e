# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""pypsrp's runspace pool, which takes nothing of a host that is not whole, or not for this session and pipeline."""

from __future__ import annotations

import struct
import time
import uuid
from collections.abc import Callable
from typing import Any

from . import library
from .endpoint import Endpoint
from .pipeline_texts import PipelineTexts, Writing

OPERATION_TIMEOUT = 0x80338029
_DONE = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell/CommandState/Done"

# A host that answers at once, and with nothing, is asked again after this many seconds.
_EMPTY_ANSWER_PAUSE = 0.1

# MS-PSRP 2.2.4: object, fragment, whether it is the first and the last, length. 2.2.1: destination, type, session, pipeline.
_FRAGMENT = struct.Struct(">QQBI")
_MESSAGE = struct.Struct("<II16s16s")
_FIRST, _LAST = 1, 2
_NOBODY = bytes(16)
_TEXTS = PipelineTexts()

# States of pipelines by their text: every pipeline says the same two, and reading one takes longer than all else of its message.
_STATES: dict[str, Any] = {}
_LONGEST_STATE, _MOST_STATES = 200, 20

# What a message is about. PowerShell sends those of the connection itself, the handshake, without a session's number.
_OF_POOLS, _OF_PIPELINES = 0x00020000, 0x00040000


class UnexpectedAnswer(Exception):
    """A host sent what is not whole, or not for this session or this pipeline."""


class _KnownReferences(dict[Any, Any]):
    """References to objects by number; an unknown number is an empty list.

    pypsrp does not see the first objects of some lists, so that a record with an AggregateException would end the session.
    """

    def __missing__(self, key: Any) -> list[Any]:
        return []


class Fragments:
    """Fragments of a host, until they are whole messages. pypsrp takes a fragment that was cut short as it is."""

    def __init__(self) -> None:
        self._parts: dict[int, list[bytes]] = {}

    @property
    def unfinished(self) -> bool:
        """Whether a message has begun that has not ended."""
        return bool(self._parts)

    def messages(self, data: bytes) -> list[bytes]:
        """Return the messages that `data` completes. Raises UnexpectedAnswer."""
        found: list[bytes] = []
        place = 0
        while place < len(data):
            if len(data) - place < _FRAGMENT.size:
                raise UnexpectedAnswer("the host sent a part of a fragment")
            number, position, ends, length = _FRAGMENT.unpack_from(data, place)
            place += _FRAGMENT.size
            part = data[place : place + length]
            place += length
            parts = self._parts.setdefault(number, [])
            if len(part) != length or position != len(parts) or bool(ends & _FIRST) != (position == 0):
                raise UnexpectedAnswer("the host sent fragments that do not fit together")
            parts.append(part)
            if ends & _LAST:
                found.append(b"".join(self._parts.pop(number)))
        return found


def check_message(message: bytes, session: bytes, pipeline: bytes | None) -> None:
    """Raise UnexpectedAnswer unless a message is for this session, and for this pipeline where it is for one (`None`: it must not be)."""
    if len(message) < _MESSAGE.size:
        raise UnexpectedAnswer("the host sent a message without a head")
    _destination, kind, its_session, its_pipeline = _MESSAGE.unpack_from(message)
    if kind & (_OF_POOLS | _OF_PIPELINES) and its_session != session:
        raise UnexpectedAnswer("the host sent an answer that is for another session")
    wanted = (pipeline,) if kind & _OF_PIPELINES else (pipeline, _NOBODY)
    if its_pipeline not in wanted:
        raise UnexpectedAnswer("the host sent an answer that is for another command")


def _serializer() -> Any:
    """A serializer whose output stays the text it came as: clixml.py reads it, and reads more of it than pypsrp does."""

    class OutputAsText(library.Serializer):
        def serialize(
            self, value: Any, metadata: library.ObjectMeta | None = None, parent: Any = None, clear: bool = True
        ) -> Any:
            if metadata is None and parent is None and isinstance(value, library.CreatePipeline):
                return _TEXTS.of(
                    value, Writing(super().serialize, self._serialize_string, self._serialize_secure_string)
                )
            return super().serialize(value, metadata, parent, clear)

        def deserialize(self, element: Any, metadata: library.ObjectMeta | None = None, clear: bool = True) -> Any:
            if metadata is None and isinstance(element, str):
                return element  # the one message whose type pypsrp does not prescribe
            if isinstance(element, str) and metadata is not None and metadata.object is library.PipelineState:
                return _state(element, lambda: super(OutputAsText, self).deserialize(element, metadata, clear))
            return super().deserialize(element, metadata, clear)

        def _clear(self) -> None:
            super()._clear()
            self.obj, self.tn = _KnownReferences(self.obj), _KnownReferences(self.tn)

    return OutputAsText()


def _state(text: str, read: Callable[[], Any]) -> Any:
    """Return the state in a text, which is read once where it says nothing of an error."""
    if (known := _STATES.get(text)) is not None:
        return known
    state = read()
    if len(text) <= _LONGEST_STATE and len(_STATES) < _MOST_STATES and getattr(state, "error_record", state) is None:
        _STATES[text] = state
    return state


def psrp_pool(endpoint: Endpoint) -> Any:
    """A runspace pool that checks what comes."""

    class Checked(library.RunspacePool):
        def __init__(self) -> None:
            super().__init__(
                endpoint.wsman(), configuration_name=endpoint.configuration, no_profile=endpoint.no_profile
            )
            self._serializer = _serializer()
            self._fragmenter = library.Fragmenter(self.connection.max_payload_size, self._serializer)
            self.incoming = Fragments()
            shell: Any = self.shell
            shell.open = _claiming(shell, endpoint)

        def _receive(self, id: str | None = None, timeout: int | None = None) -> list[tuple[int, Any]]:
            return _received(self, self.pipelines.get(id) if id else None, timeout)

        def _parse_responses(self, responses: bytes, pipeline: Any = None) -> list[tuple[int, Any]]:
            session, mine = _as_sent(self.id), None if pipeline is None else _as_sent(pipeline.id)
            found: list[tuple[int, Any]] = []
            for message in self.incoming.messages(responses):
                check_message(message, session, mine)
                whole = _FRAGMENT.pack(0, 0, _FIRST | _LAST, len(message)) + message
                found += super()._parse_responses(whole, pipeline)
            return found

    return Checked()


def check_finished(pool: Any) -> None:
    """Raise UnexpectedAnswer where something has begun to come, and has not come to its end."""
    if pool.incoming.unfinished:
        raise UnexpectedAnswer("the host sent a part of its answer alone")


def _claiming(shell: Any, endpoint: Endpoint) -> Callable[..., Any]:
    """Open a shell, and refuse one that another session has."""
    opening = shell.open

    def open_shell(*given: Any, **named: Any) -> Any:
        answer = opening(*given, **named)
        if not endpoint.claim(str(shell.id)):
            raise UnexpectedAnswer("the host gave a shell that another session has")
        return answer

    return open_shell


def _received(pool: Any, pipeline: Any, timeout: int | None) -> list[tuple[int, Any]]:
    """Ask for output. What the host does not have within its operation timeout is asked for again."""
    asked = time.monotonic()
    state, data = "", b""
    try:
        command = None if pipeline is None else pipeline._command_id
        state, _code, streams = pool.shell.receive("stdout", command_id=command, timeout=timeout)
        data = streams["stdout"]
    except library.WSManFaultError as error:
        if error.code != OPERATION_TIMEOUT:
            raise
    found: list[tuple[int, Any]] = pool._parse_responses(data, pipeline)
    if pipeline is not None and state == _DONE and pipeline.state == library.PSInvocationState.RUNNING:
        raise UnexpectedAnswer("the host says that a command is done, and not how it ended")
    if not data and time.monotonic() - asked < _EMPTY_ANSWER_PAUSE:
        time.sleep(_EMPTY_ANSWER_PAUSE)
    return found


def _as_sent(number: str) -> bytes:
    return uuid.UUID(number).bytes_le
