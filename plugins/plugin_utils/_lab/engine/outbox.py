# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an engine's session has to say and nobody has fetched yet, by pipeline."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass, field

from .interface import Fragments, PipelineUnknown, SessionLost

# Base64 of this stays below the 150 KB that the most careful clients take in one answer.
TAKE_LIMIT = 96 * 1024
FRAGMENT_LIMIT = 32 * 1024


@dataclass(slots=True)
class _Queue:
    pieces: deque[bytes] = field(default_factory=deque)
    done: bool = False


class Outbox:
    """Pieces of whole fragments, queued by pipeline (None: the session) and taken by long-polling clients."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._queues: dict[str | None, _Queue] = {None: _Queue()}
        self._closed = False

    def open(self, pipeline: str) -> None:
        """Make a queue for a pipeline."""
        with self._changed:
            self._queues[pipeline] = _Queue()

    def put(self, pipeline: str | None, piece: bytes) -> None:
        """Queue whole fragments; what a pipeline says after it was forgotten, or after the end, goes nowhere."""
        with self._changed:
            if pipeline in self._queues and not self._closed:
                self._queues[pipeline].pieces.append(piece)
                self._changed.notify_all()

    def finish(self, pipeline: str) -> None:
        """Forget a pipeline, and wake those that wait for it."""
        with self._changed:
            queue = self._queues.pop(pipeline, None)
            if queue is not None:
                queue.done = True
                self._changed.notify_all()

    def close(self) -> None:
        """End it: waiting takers, and those that come once the queues are empty, get SessionLost."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def take(self, pipeline: str | None, timeout: float) -> Fragments | None:
        """Wait up to `timeout` seconds for fragments; None when there were none. Raises SessionLost, PipelineUnknown."""
        deadline = time.monotonic() + timeout
        with self._changed:
            queue = self._queues.get(pipeline)
            if queue is None:
                raise SessionLost("the session has ended") if self._closed else PipelineUnknown(str(pipeline))
            while not queue.pieces and not queue.done:
                remaining = deadline - time.monotonic()
                if self._closed:
                    raise SessionLost("the session has ended")
                if remaining <= 0:
                    return None
                self._changed.wait(remaining)
            return Fragments(_up_to_limit(queue.pieces), queue.done and not queue.pieces)


def _up_to_limit(pieces: deque[bytes]) -> bytes:
    taken = bytearray()
    while pieces and (not taken or len(taken) + len(pieces[0]) <= TAKE_LIMIT):
        taken += pieces.popleft()
    return bytes(taken)
