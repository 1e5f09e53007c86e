# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A shell on a real PowerShell engine."""

from __future__ import annotations

import struct
import threading
from collections.abc import Callable, Iterator

from ..interface import Fragments, SessionLost
from ..outbox import Outbox
from ..pace import Pace
from .process import SESSION, PwshProcess

_CLOSE_TIMEOUT = 5.0
# MS-PSRP 2.2.4: a fragment's object, number, flags and length; 2.2.1: a message's destination and type.
_FRAGMENT, _MESSAGE = struct.Struct(">QQBI"), struct.Struct("<II")
_STARTS, _PIPELINE_STATE = 1, 0x00041006


class PwshSession:
    """The session that a PowerShell process has at present.

    `ended` is called once when it is closed, with whether the process can have another: not after a running cmdlet was left in it.
    """

    def __init__(self, process: PwshProcess, ended: Callable[[bool], None]) -> None:
        self._process = process
        self._outbox = Outbox()
        self.pace = Pace()
        self._turns: dict[str, threading.Lock] = {}
        self._running: set[str] = set()
        self._over: set[str] = set()
        self._state = threading.Lock()
        self._ended: Callable[[bool], None] | None = ended
        process.listener = self

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    def command(self, pipeline: str, data: bytes) -> None:
        """See EngineSession."""
        self.pace.came()
        self._outbox.open(pipeline)
        with self._state:
            self._running.add(pipeline)
        self._send("Command", pipeline)
        self._send("Data", pipeline, data)

    def feed(self, pipeline: str | None, data: bytes) -> None:
        """See EngineSession."""
        self.pace.came()
        self._send("Data", pipeline or SESSION, data)

    def take(self, pipeline: str | None, timeout: float) -> Fragments | None:
        """See EngineSession."""
        taken = self._outbox.take(pipeline, timeout)
        self._forget_what_is_over()
        return taken

    def stop(self, pipeline: str) -> None:
        """See EngineSession."""
        self._send("Signal", pipeline)

    def end(self, pipeline: str) -> None:
        """See EngineSession."""
        self._send("Close", pipeline)
        self._outbox.finish(pipeline)
        with self._state:
            self._turns.pop(pipeline, None)
            self._running.discard(pipeline)

    def heard(self, pipeline: str | None, data: bytes) -> None:
        """See Listener. The state of a pipeline is the last thing that is said of it."""
        self._outbox.put(pipeline, data)
        if pipeline is not None and _PIPELINE_STATE in _messages(data):
            with self._state:
                self._running.discard(pipeline)
                self._over.add(pipeline)

    def lost(self) -> None:
        """See Listener."""
        self._outbox.close()

    def close(self) -> None:
        """See EngineSession. With a cmdlet that runs, the process is killed: the cmdlet dies with its shell."""
        with self._state:
            ended, self._ended = self._ended, None
            left = bool(self._running)
        if ended is None:
            return
        self._outbox.close()
        ended(not left and self._closed_in_order())

    def _closed_in_order(self) -> bool:
        try:
            self._forget_what_is_over()
            self._process.send("Close", SESSION, timeout=_CLOSE_TIMEOUT)
        except SessionLost:
            return False
        return True

    def _forget_what_is_over(self) -> None:
        """Have the process forget its ended pipelines, which clients do not always ask for; until then it closes no session."""
        with self._state:
            over, self._over = self._over, set()
        for pipeline in over:
            self._process.post("Close", pipeline)

    def _send(self, name: str, guid: str, data: bytes | None = None) -> None:
        with self._turn(guid):
            self._process.send(name, guid, data)

    def _turn(self, guid: str) -> threading.Lock:
        with self._state:
            return self._turns.setdefault(guid, threading.Lock())


def _messages(fragments: bytes) -> Iterator[int]:
    """The types of the messages that begin in fragments."""
    at = 0
    while at + _FRAGMENT.size <= len(fragments):
        _object, _number, flags, length = _FRAGMENT.unpack_from(fragments, at)
        at += _FRAGMENT.size
        if flags & _STARTS and length >= _MESSAGE.size:
            yield _MESSAGE.unpack_from(fragments, at)[1]
        at += length
