# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A real PowerShell engine: a process in server mode, spoken to in XML elements, one per line.

Each element is answered by an acknowledgement, and for one pipeline the next is sent after it. The payload is PSRP fragments.
A process has one session at a time; once that is closed, it opens a new one for the next that comes.
"""

from __future__ import annotations

import base64
import contextlib
import re
import subprocess
import threading
from collections.abc import Mapping, Sequence
from typing import Protocol

from ..interface import SessionLost

SESSION = "00000000-0000-0000-0000-000000000000"
_ELEMENT = re.compile(
    rb"^\s*<(?P<name>\w+)(?: Stream='\w+')? PSGuid='(?P<guid>[0-9a-fA-F-]+)'\s*(?:/>|>(?P<data>[^<]*)<)"
)
_ACK_TIMEOUT = 60.0


class Listener(Protocol):
    """Who hears what the present session of a process says."""

    def heard(self, pipeline: str | None, data: bytes) -> None:
        """Take fragments of a pipeline, or of the session itself."""

    def lost(self) -> None:
        """The process has ended."""


class PwshProcess:
    """A PowerShell process, until it is killed. `listener` is the session that it has at present."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(environment),
        )
        self.listener: Listener | None = None
        self._acks: dict[tuple[bytes, str], threading.Event] = {}
        self._writing = threading.Lock()
        self._gone = threading.Event()
        self._reader = threading.Thread(target=self._read, name=f"pwsh:{self._process.pid}", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it still answers."""
        return not self._gone.is_set()

    def send(self, name: str, guid: str, data: bytes | None = None, timeout: float = _ACK_TIMEOUT) -> None:
        """Send an element and wait for its acknowledgement. Raises SessionLost."""
        acknowledged = threading.Event()
        self._acks[f"{name}Ack".encode(), guid] = acknowledged
        if self._gone.is_set():
            raise SessionLost("the PowerShell process has ended")
        self.post(name, guid, data)
        if not acknowledged.wait(timeout) or self._gone.is_set():
            raise SessionLost("the PowerShell process does not answer")

    def kill(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def post(self, name: str, guid: str, data: bytes | None = None) -> None:
        """Send an element without waiting. Raises SessionLost."""
        element = f"<{name} PSGuid='{guid}' />\n" if data is None else _data(guid, data)
        pipe = self._process.stdin
        if pipe is None:
            raise SessionLost("the PowerShell process has no input")
        try:
            with self._writing:
                pipe.write(element.encode())
                pipe.flush()
        except (OSError, ValueError) as error:
            raise SessionLost("the PowerShell process has ended") from error

    def _read(self) -> None:
        for line in self._process.stdout or ():
            match = _ELEMENT.match(line)
            if match is not None:
                self._arrived(match["name"], match["guid"].decode().lower(), match["data"])
        self._gone.set()
        if self.listener is not None:
            self.listener.lost()
        for event in list(self._acks.values()):
            event.set()

    def _arrived(self, name: bytes, guid: str, data: bytes | None) -> None:
        if name == b"Data":
            if self.listener is not None:
                self.listener.heard(None if guid == SESSION else guid, base64.b64decode(data or b""))
        elif (waiting := self._acks.pop((name, guid), None)) is not None:
            waiting.set()


def _data(guid: str, data: bytes) -> str:
    return f"<Data Stream='Default' PSGuid='{guid}'>{base64.b64encode(data).decode()}</Data>\n"
