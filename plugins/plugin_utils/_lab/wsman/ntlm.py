# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host reads of the last NTLM message of a sign-in, before it judges it: who it is from, and the channel it is bound to."""

from __future__ import annotations

import struct
from dataclasses import dataclass

_MARK = b"NTLMSSP\x00\x03\x00\x00\x00"
_UNICODE = 1
_RESPONSE, _DOMAIN, _USER, _FLAGS = 20, 28, 36, 60
# Within an NTLMv2 response: the proof and what stands before the target information.
_BEFORE_TARGET = 16 + 28
_END_OF_TARGET, _CHANNEL_BINDINGS = 0, 10


@dataclass(frozen=True, slots=True)
class NtlmUser:
    """Whom a message is from. `bound`: it names the channel that it is sent through."""

    domain: str
    user: str
    bound: bool


def read_ntlm_user(token: bytes) -> NtlmUser | None:
    """Return whom a token is from, also inside SPNEGO; None where it has no such message. Raises ValueError for a damaged one."""
    start = token.find(_MARK)
    if start < 0:
        return None
    message = token[start:]
    try:
        (flags,) = struct.unpack_from("<I", message, _FLAGS)
        encoding = "utf-16-le" if flags & _UNICODE else "latin-1"
        domain, user = (_field(message, place).decode(encoding) for place in (_DOMAIN, _USER))
        return NtlmUser(domain, user, _is_bound(_field(message, _RESPONSE)))
    except struct.error as error:
        raise ValueError("the NTLM message ends too early") from error


def _field(message: bytes, place: int) -> bytes:
    length, _dummy, offset = struct.unpack_from("<HHI", message, place)
    return message[offset : offset + length]


def _is_bound(response: bytes) -> bool:
    place = _BEFORE_TARGET
    while place + 4 <= len(response):
        kind, length = struct.unpack_from("<HH", response, place)
        if kind == _END_OF_TARGET:
            return False
        if kind == _CHANNEL_BINDINGS:
            return any(response[place + 4 : place + 4 + length])
        place += 4 + length
    return False
