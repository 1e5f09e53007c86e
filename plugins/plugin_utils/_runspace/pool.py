# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sessions on one host: their places, who holds them, and how all of them end."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from ...module_utils._connection.messages import Answer, ErrorRecord, SessionFault, State
from .endpoint import Endpoint
from .queue import CommandQueue
from .session import Session
from .starting import SessionInfo, SessionOptions

# Between two looks at shells that cannot be deleted yet because the host is just creating them.
_LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class PoolState:
    """Where the opening stands: `facts` once a session is usable, `fault` once it is clear that none will be.

    `places` counts the sessions that are open or being opened, `shortfalls` says why there are not more.
    """

    facts: SessionInfo | None
    fault: SessionFault | None
    places: int
    shortfalls: tuple[SessionFault, ...]


class Pool:
    """The places for sessions on one host. Every method may be called from any thread.

    A place is held by one worker, which opens a session and serves from it. `endpoint.prepare` has to have been called.
    """

    def __init__(
        self, endpoint: Endpoint, wishes: SessionOptions, size: int, start_timeout: float, batches: CommandQueue
    ) -> None:
        self.endpoint = endpoint
        self.wishes = wishes
        self.start_timeout = start_timeout
        self.batches = batches
        self._size = size
        self._changed = threading.Condition()
        self._sessions: set[Session] = set()
        self._places = 1
        self._admitted = False
        self._closed = False
        self._facts: SessionInfo | None = None
        self._faults: list[SessionFault] = []

    def wait(self, seconds: float) -> PoolState:
        """Wait until a session is usable or none will be, `seconds` at most, and say where the opening stands."""
        with self._changed:
            self._changed.wait_for(lambda: self._facts is not None or not self._places, timeout=seconds)
            fault = self._faults[-1] if self._faults and not self._places else None
            return PoolState(self._facts, fault, self._places, tuple(self._faults))

    def admit(self) -> int:
        """Note that the host let a session in. Return how many more places may now be taken: all the others, the first time."""
        with self._changed:
            more = 0 if self._admitted or self._closed else self._size - 1
            self._admitted = True
            self._places += more
            return more

    def ready(self, facts: SessionInfo) -> None:
        """Note that a session is usable."""
        with self._changed:
            self._facts = self._facts or facts
            self._changed.notify_all()

    def leave(self, fault: SessionFault | None) -> None:
        """Give a place up, because of `fault`. When none is left, nothing that waits will ever be started."""
        with self._changed:
            self._places -= 1
            self._faults += [fault] if fault else []
            empty = not self._places
            self._changed.notify_all()
        if empty and fault:
            entry = ErrorRecord(fault.message, fault.code, "ConnectionError")
            self.batches.stop(Answer(State.CANCELLED, errors=[entry]))

    def session(self) -> Session | None:
        """Return a new session, not yet open; None when the pool is closed."""
        with self._changed:
            if self._closed:
                return None
            session = Session(self.endpoint)
            self._sessions.add(session)
            return session

    def discard(self, session: Session) -> None:
        """Close a session and forget it, unless it is just being created."""
        if session.close():
            with self._changed:
                self._sessions.discard(session)
                self._changed.notify_all()

    def closed_within(self, seconds: float) -> bool:
        """Wait, and return whether the pool has been closed."""
        with self._changed:
            return self._changed.wait_for(lambda: self._closed, timeout=seconds)

    def close(self, seconds: float) -> None:
        """Delete all shells at once, also those in which something runs. Returns when done, after `seconds` at the latest."""
        deadline = time.monotonic() + seconds
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self.batches.stop(Answer(State.CANCELLED))
        while (sessions := self._open_sessions()) and time.monotonic() < deadline:
            threads = [threading.Thread(target=self.discard, args=(session,), daemon=True) for session in sessions]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(max(0.0, deadline - time.monotonic()))
            with self._changed:
                self._changed.wait_for(lambda: not self._sessions, timeout=_LOOK_SECONDS)

    def _open_sessions(self) -> list[Session]:
        with self._changed:
            return list(self._sessions)
