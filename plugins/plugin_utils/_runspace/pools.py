# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The hosts that share the work: one pool of sessions for each, all with one queue."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from ...module_utils._connection.messages import SessionFault
from .endpoint import Endpoint
from .likeness import Likeness
from .pool import Pool, PoolState
from .session_start import SessionInfo, SessionOptions
from .worker import FINAL, open_sessions

_LOOK_SECONDS = 0.2


class Pools:
    """The pools of all hosts, as one: `first` is that of the connection's own host. Every method may be called from any thread."""

    def __init__(self, pools: Sequence[Pool]) -> None:
        self._pools = tuple(pools)
        self._likeness = Likeness() if len(pools) > 1 else None
        for pool in self._pools:
            pool.others_are_over = self._others_over(pool)
        self.first = self._pools[0]
        self.first.queue.serves = self._serves

    def open(self) -> None:
        """Start opening sessions, and return at once. Those of further hosts follow when the first has let one in, or lets none in."""
        open_sessions(self.first, self._likeness)
        if len(self._pools) > 1:
            threading.Thread(target=self._open_others, daemon=True).start()

    def wait(self, seconds: float) -> PoolState:
        """Wait until a session is usable or none will be, `seconds` at most, and return how far the sessions are opened."""
        until = time.monotonic() + seconds
        while True:
            state = self._state()
            left = until - time.monotonic()
            if state.info is not None or not state.slots or left <= 0:
                return state
            self.first.wait(left if len(self._pools) == 1 else min(left, _LOOK_SECONDS))

    @property
    def over(self) -> bool:
        """Whether no session is left, and none will be."""
        return all(pool.over for pool in self._pools)

    def renew(self, endpoints: Sequence[Endpoint], options: SessionOptions) -> None:
        """Let sessions that are opened from now on use these. Call `prepare` of each endpoint before."""
        for pool, endpoint in zip(self._pools, endpoints, strict=True):
            endpoint.cleaner = pool.endpoint.cleaner
            pool.renew(endpoint, options)

    def close(self, seconds: float) -> None:
        """Delete all shells at once. Returns when done, after `seconds` at the latest."""
        threads = [threading.Thread(target=pool.close, args=(seconds,), daemon=True) for pool in self._pools]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(seconds)

    def _open_others(self) -> None:
        while not self.first.admitted and not self.first.over:
            self.first.wait(_LOOK_SECONDS)
            time.sleep(_LOOK_SECONDS)
        state = self.first.wait(0)
        for pool in self._pools[1:]:
            if not self.first.admitted and state.fault is not None and state.fault.code in FINAL:
                pool.leave(state.fault)  # a wrong password counts once, not once for each host
            else:
                open_sessions(pool, self._likeness)

    def _state(self) -> PoolState:
        states = [pool.wait(0) for pool in self._pools]
        infos: list[SessionInfo] = [state.info for state in states if state.info is not None]
        faults: list[SessionFault] = [state.fault for state in states if state.fault is not None]
        slots = sum(state.slots for state in states)
        shortfalls = tuple(fault for state in states for fault in state.shortfalls)
        fault = faults[0] if len(faults) == len(states) else None
        return PoolState(infos[0] if infos else None, fault, slots, shortfalls)

    def _others_over(self, pool: Pool) -> Callable[[], bool]:
        return lambda: all(other.over for other in self._pools if other is not pool)

    def _serves(self, near: str) -> bool:
        return any(near in pool.places and not pool.over for pool in self._pools)
