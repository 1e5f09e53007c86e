# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Messages encrypted by what a client signed in with, as WinRM has them over HTTP: multipart/encrypted."""

from __future__ import annotations

import re
import struct
from typing import Any

_BOUNDARY = "--Encrypted Boundary"
# CredSSP encrypts with TLS, whose records hold no more.
_LONGEST_PART = 16384
_PART = re.compile(
    rb"--\s*Encrypted Boundary\r\n\s*Content-Type:\s*(?P<protocol>[^\r\n]+)\r\n"
    rb"\s*OriginalContent:[^\r\n]*Length=(?P<length>\d+)\r\n"
    rb"--\s*Encrypted Boundary\r\n\s*Content-Type: application/octet-stream\r\n"
)
_END = re.compile(rb"--\s*Encrypted Boundary--(?:\r\n)?$")


class NotDecrypted(Exception):
    """A message that cannot be decrypted: it is damaged, or not by who signed in on this connection."""


class Encryption:
    """Encrypts and decrypts the messages of one connection. `context` is a security context of pyspnego's, `protocol` such as SPNEGO."""

    def __init__(self, context: Any, protocol: str) -> None:
        self._context = context
        self._protocol = f"application/HTTP-{protocol}-session-encrypted"
        self._part_length = _LONGEST_PART if protocol == "CredSSP" else 0

    @staticmethod
    def is_encrypted(content_type: str) -> bool:
        """Return whether a message of this type is encrypted."""
        return content_type.lower().startswith(("multipart/encrypted", "multipart/x-multi-encrypted"))

    def decrypted(self, content: bytes) -> bytes:
        """Return what a message says. Raises NotDecrypted."""
        parts = list(_PART.finditer(content))
        end = _END.search(content)
        if not parts or end is None:
            raise NotDecrypted
        ends = [part.start() for part in parts[1:]] + [end.start()]
        try:
            return b"".join(
                self._opened(content[part.end() : stop], int(part["length"]))
                for part, stop in zip(parts, ends, strict=True)
            )
        except Exception as error:  # libraries raise what they like for bytes of a stranger's
            raise NotDecrypted from error

    def encrypted(self, content: bytes) -> tuple[str, bytes]:
        """Return the type and the content of an encrypted message."""
        size = self._part_length or max(1, len(content))
        parts = [content[start : start + size] for start in range(0, len(content), size)]
        kind = "multipart/encrypted" if len(parts) <= 1 else "multipart/x-multi-encrypted"
        closed = b"".join(map(self._closed, parts)) + f"{_BOUNDARY}--\r\n".encode()
        return f'{kind};protocol="{self._protocol}";boundary="Encrypted Boundary"', closed

    def _opened(self, part: bytes, length: int) -> bytes:
        (signature,) = struct.unpack("<i", part[:4])
        opened: bytes = self._context.unwrap_winrm(part[4 : 4 + signature], part[4 + signature :])
        if len(opened) != length:
            raise NotDecrypted
        return opened

    def _closed(self, part: bytes) -> bytes:
        header, data, padding = self._context.wrap_winrm(part)
        described = (
            f"{_BOUNDARY}\r\n\tContent-Type: {self._protocol}\r\n"
            f"\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length={len(part) + padding}\r\n"
            f"{_BOUNDARY}\r\n\tContent-Type: application/octet-stream\r\n"
        )
        sealed: bytes = header + data
        return described.encode() + struct.pack("<i", len(header)) + sealed
