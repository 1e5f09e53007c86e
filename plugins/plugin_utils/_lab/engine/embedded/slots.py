# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The runspaces of a session: as many as its client allows, each used by one pipeline at a time."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

from ..command import Interruption, Stopped
from ..runspace import Runspace

_LOOK_AGAIN = 0.05


class Slots:
    """Runspaces, made when they are needed. The one used last is used next: it has its modules loaded."""

    def __init__(self, make: Callable[[], Runspace]) -> None:
        self.in_use = 0
        self._make = make
        self._free: list[Runspace] = []
        self._changed = threading.Condition()
        self._closed = False

    @contextlib.contextmanager
    def taken(self, limit: int, interruption: Interruption) -> Iterator[Runspace]:
        """Give a runspace, waiting until there is one. Raises Stopped."""
        runspace = self._take(max(1, limit), interruption)
        try:
            yield runspace
        finally:
            with self._changed:
                self.in_use -= 1
                self._free.append(runspace)
                self._changed.notify()

    def close(self) -> None:
        """Let nobody wait any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _take(self, limit: int, interruption: Interruption) -> Runspace:
        with self._changed:
            while self.in_use >= limit:
                if self._closed:
                    raise Stopped
                interruption.wait(0)
                self._changed.wait(_LOOK_AGAIN)
            self.in_use += 1
            return self._free.pop() if self._free else self._make()
