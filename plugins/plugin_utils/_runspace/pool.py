# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sessions on one host: how many there may be, which worker has each, and how all of them are closed."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ...module_utils._connection.messages import Answer, ErrorRecord, SessionFault, State
from .command_queue import CommandQueue
from .endpoint import Endpoint
from .session import Session
from .session_start import SessionInfo, SessionOptions

# Between two looks at shells that cannot be deleted yet because the host is just creating them.
_LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class PoolState:
    """How far the sessions are opened: `info` is set once a session is usable, `fault` once it is clear that none will be.

    `slots` counts the sessions that are open or being opened, `shortfalls` say why there are not more.
    """

    info: SessionInfo | None
    fault: SessionFault | None
    slots: int
    shortfalls: tuple[SessionFault, ...]


class Pool:
    """A number of slots for sessions on one host. Every method may be called from any thread.

    One worker has each slot: it opens a session and runs commands in it. Call `endpoint.prepare` before.
    `others_are_over` says whether no other pool takes from the queue: what waits is answered only then.
    """

    def __init__(
        self, endpoint: Endpoint, options: SessionOptions, size: int, start_timeout: float, queue: CommandQueue
    ) -> None:
        self.endpoint = endpoint
        self.options = options
        self.start_timeout = start_timeout
        self.queue = queue
        self.places = frozenset({str(endpoint.host).casefold(), endpoint.place.registrar_pool.casefold()} - {""})
        self.others_are_over: Callable[[], bool] = lambda: True
        self._size = size
        self._changed = threading.Condition()
        self._sessions: set[Session] = set()
        self._slots = 1
        self._admitted = False
        self._closed = False
        self._reopening = threading.Lock()
        self._refused: SessionFault | None = None
        self._info: SessionInfo | None = None
        self._faults: list[SessionFault] = []

    def renew(self, endpoint: Endpoint, options: SessionOptions) -> None:
        """Let sessions that are opened from now on, and sign-ins that are made again, use these. Call `endpoint.prepare` before."""
        with self._changed:
            self.endpoint, self.options = endpoint, options

    def wait(self, seconds: float) -> PoolState:
        """Wait until a session is usable or none will be, `seconds` at most, and return how far the sessions are opened."""
        with self._changed:
            self._changed.wait_for(lambda: self._info is not None or not self._slots, timeout=seconds)
            fault = self._faults[-1] if self._faults and not self._slots else None
            return PoolState(self._info, self._refused or fault, self._slots, tuple(self._faults))

    def admit(self) -> int:
        """Note that the host accepted a session. Return how many more slots may now be filled: all the others, the first time."""
        with self._changed:
            more = 0 if self._admitted or self._closed else self._size - 1
            self._admitted = True
            self._slots += more
            return more

    @property
    def admitted(self) -> bool:
        """Whether the host has accepted a session."""
        return self._admitted

    @property
    def over(self) -> bool:
        """Whether no session is left, and none will be."""
        return self._refused is not None or not self.wait(0).slots

    @contextlib.contextmanager
    def signing_in(self) -> Iterator[SessionFault | None]:
        """Keep others from signing in again at the same time. The fault is why the host refused the account, where it has.

        A password that was changed is so tried once, and not by every session: that would lock the account.
        """
        with self._reopening:
            yield self._refused

    def refuse(self, fault: SessionFault) -> None:
        """Note that the host does not accept the account any more: no session is opened or used again."""
        self._refused = fault
        self._stop_queue(fault)

    def ready(self, info: SessionInfo) -> None:
        """Note that a session is usable. What could not be deleted while the host was out of reach is deleted now."""
        with self._changed:
            self._info = self._info or info
            self._changed.notify_all()
            left = [session for session in self._sessions if session.unwanted]
        for session in left:
            threading.Thread(target=self.discard, args=(session,), daemon=True).start()

    def leave(self, fault: SessionFault | None) -> None:
        """Give a slot up, because of `fault`. When none is left, answer all commands that wait with it."""
        with self._changed:
            self._slots -= 1
            self._faults += [fault] if fault else []
            empty = not self._slots
            self._changed.notify_all()
        if empty and fault:
            self._stop_queue(fault)

    def _stop_queue(self, fault: SessionFault) -> None:
        if self.others_are_over():
            self.queue.stop(_answer(fault))
        else:
            self.queue.look_again()

    def session(self) -> Session | None:
        """Return a new session, not yet open; None when the pool is closed."""
        with self._changed:
            if self._closed:
                return None
            session = Session(self.endpoint)
            self._sessions.add(session)
            return session

    def discard(self, session: Session) -> None:
        """Close a session and forget it, unless it is just being created or the host is out of reach."""
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
        self.queue.stop(Answer(State.CANCELLED))
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


def _answer(fault: SessionFault) -> Answer:
    return Answer(State.CANCELLED, errors=[ErrorRecord(fault.message, fault.code, "ConnectionError")])
