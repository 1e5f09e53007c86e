# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A shell on a real PowerShell engine: one process in server mode, spoken to in XML elements, one per line.

Each element is answered by an acknowledgement, and for one pipeline the next is sent after it. The payload is PSRP fragments.
"""

from __future__ import annotations

import base64
import contextlib
import re
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence

from ._engine import Fragments, SessionLost
from ._engine_outbox import Outbox

_SESSION = "00000000-0000-0000-0000-000000000000"
_ELEMENT = re.compile(
    rb"^\s*<(?P<name>\w+)(?: Stream='\w+')? PSGuid='(?P<guid>[0-9a-fA-F-]+)'\s*(?:/>|>(?P<data>[^<]*)<)"
)
_ACK_TIMEOUT = 60.0


class PwshProcess:
    """A PowerShell process that lives as long as its shell. `ended` is called once when it is gone."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], ended: Callable[[], None]) -> None:
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(environment),
        )
        self._outbox = Outbox()
        self._acks: dict[tuple[bytes, str], threading.Event] = {}
        self._turns: dict[str, threading.Lock] = {}
        self._state = threading.Lock()
        self._writing = threading.Lock()
        self._gone = threading.Event()
        self._ended: Callable[[], None] | None = ended
        self._reader = threading.Thread(target=self._read, name=f"pwsh:{self._process.pid}", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def command(self, pipeline: str, data: bytes) -> None:
        """See EngineSession."""
        self._outbox.open(pipeline)
        self._send("Command", pipeline)
        self._send("Data", pipeline, data)

    def feed(self, pipeline: str | None, data: bytes) -> None:
        """See EngineSession."""
        self._send("Data", pipeline or _SESSION, data)

    def take(self, pipeline: str | None, timeout: float) -> Fragments | None:
        """See EngineSession."""
        return self._outbox.take(pipeline, timeout)

    def stop(self, pipeline: str) -> None:
        """See EngineSession."""
        self._send("Signal", pipeline)

    def end(self, pipeline: str) -> None:
        """See EngineSession."""
        self._send("Close", pipeline)
        self._outbox.finish(pipeline)
        with self._state:
            self._turns.pop(pipeline, None)

    def close(self) -> None:
        """See EngineSession. The process is killed: a running cmdlet dies with its shell."""
        with self._state:
            ended, self._ended = self._ended, None
        if ended is None:
            return
        self._outbox.close()
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        ended()

    def _send(self, name: str, guid: str, data: bytes | None = None) -> None:
        """Send an element and wait for its acknowledgement. Raises SessionLost."""
        acknowledged = threading.Event()
        key = (f"{name}Ack".encode(), guid)
        element = f"<{name} PSGuid='{guid}' />\n" if data is None else _data(guid, data)
        with self._turn(guid):
            self._acks[key] = acknowledged
            self._write(element.encode())
            if not acknowledged.wait(_ACK_TIMEOUT) or self._gone.is_set():
                raise SessionLost("the PowerShell process does not answer")

    def _turn(self, guid: str) -> threading.Lock:
        with self._state:
            return self._turns.setdefault(guid, threading.Lock())

    def _write(self, line: bytes) -> None:
        pipe = self._process.stdin
        if pipe is None:
            raise SessionLost("the PowerShell process has no input")
        try:
            with self._writing:
                pipe.write(line)
                pipe.flush()
        except (OSError, ValueError) as error:
            raise SessionLost("the PowerShell process has ended") from error

    def _read(self) -> None:
        for line in self._process.stdout or ():
            match = _ELEMENT.match(line)
            if match is not None:
                self._arrived(match["name"], match["guid"].decode().lower(), match["data"])
        self._gone.set()
        self._outbox.close()
        for event in list(self._acks.values()):
            event.set()

    def _arrived(self, name: bytes, guid: str, data: bytes | None) -> None:
        if name == b"Data":
            self._outbox.put(None if guid == _SESSION else guid, base64.b64decode(data or b""))
        elif (waiting := self._acks.pop((name, guid), None)) is not None:
            waiting.set()


def _data(guid: str, data: bytes) -> str:
    return f"<Data Stream='Default' PSGuid='{guid}'>{base64.b64encode(data).decode()}</Data>\n"
