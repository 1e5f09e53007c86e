# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The bytes around an object of a pipeline: its message, and the fragments of that (MS-PSRP 2.2.1 and 2.2.4)."""

from __future__ import annotations

import struct
import uuid
from collections.abc import Iterator
from functools import lru_cache

_MESSAGE = struct.Struct("<II16s16s")
_CLIENT, _SERVER = 1, 2
CREATE_PIPELINE, PIPELINE_INPUT = 0x00021006, 0x00041002
PIPELINE_OUTPUT, PIPELINE_STATE, WARNING = 0x00041004, 0x00041006, 0x00041009
_FRAGMENT = struct.Struct(">QQBI")
_FIRST, _LAST = 1, 2


def message_of(kind: int, session: uuid.UUID, pipeline: uuid.UUID, content: bytes) -> bytes:
    """Return a message of a kind by which a client hears of a pipeline; `content` is CLIXML."""
    return _head(kind, session, pipeline) + content


@lru_cache(maxsize=64)
def _head(kind: int, session: uuid.UUID, pipeline: uuid.UUID) -> bytes:
    return _MESSAGE.pack(_CLIENT, kind, session.bytes_le, pipeline.bytes_le)


def fragments(number: int, message: bytes, limit: int) -> Iterator[bytes]:
    """Yield the fragments of a message, each with its head, of `limit` bytes at most. The number is that of no other message."""
    size = limit - _FRAGMENT.size
    for position, start in enumerate(range(0, len(message), size)):
        part = message[start : start + size]
        ends = (_FIRST if position == 0 else 0) | (_LAST if start + size >= len(message) else 0)
        yield _FRAGMENT.pack(number, position, ends, len(part)) + part


def whole_messages(kind: int, data: bytes, session: uuid.UUID, pipeline: uuid.UUID) -> Iterator[tuple[int, int, bytes]]:
    """Yield the start and the end of each fragment that holds a whole message of a kind for this pipeline, and the message's CLIXML.

    Ends where the data does not look like fragments.
    """
    wanted = _MESSAGE.pack(_SERVER, kind, session.bytes_le, pipeline.bytes_le)
    place = 0
    while len(data) - place >= _FRAGMENT.size:
        _number, _position, ends, length = _FRAGMENT.unpack_from(data, place)
        start, begin, place = place, place + _FRAGMENT.size, place + _FRAGMENT.size + length
        if place > len(data):
            return
        if ends == _FIRST | _LAST and data.startswith(wanted, begin):
            yield start, place, data[begin + _MESSAGE.size : place]
