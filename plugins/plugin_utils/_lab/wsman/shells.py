# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shells that are open on one simulated host."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from ..engine.interface import EngineSession
from . import faults


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request. `delegates`: the account lets the host sign in elsewhere as it (CredSSP, or a forwarded Kerberos ticket)."""

    user: str
    delegates: bool = False


@dataclass(frozen=True, slots=True)
class Shell:
    """An open shell. `opened` is a monotonic time in seconds; `delegates` is that of the caller who opened it."""

    shell_id: str
    user: str
    configuration: str
    session: EngineSession = field(repr=False)
    opened: float = field(default_factory=time.monotonic)
    delegates: bool = False


class Shells:
    """The open shells of one host, under its quota. `opened_in_total` counts those that were ever opened.

    A shell for which no request comes for `idle_seconds` is closed; a host says 2 hours unless it is configured otherwise.
    """

    def __init__(self, max_per_user: int) -> None:
        self.max_per_user = max_per_user
        self.opened_in_total = 0
        self.idle_seconds = 7200.0
        self._lock = threading.Lock()
        self._shells: dict[str, Shell] = {}
        self._opening: dict[str, int] = {}
        self._used: dict[str, float] = {}
        self._in_use: dict[str, int] = {}

    def listed(self) -> list[Shell]:
        """The open shells, oldest first."""
        self._close_idle()
        with self._lock:
            return sorted(self._shells.values(), key=lambda shell: shell.opened)

    def open(self, user: str, make: Callable[[], Shell]) -> Shell:
        """Open a shell for a user. Raises WSManFault when the quota is used up."""
        with self._lock:
            taken = sum(shell.user == user for shell in self._shells.values()) + self._opening.get(user, 0)
            if taken >= self.max_per_user:
                raise faults.too_many_shells()
            self._opening[user] = self._opening.get(user, 0) + 1
        try:
            shell = make()
            with self._lock:
                self._shells[shell.shell_id] = shell
                self.opened_in_total += 1
        finally:
            with self._lock:
                self._opening[user] -= 1
        return shell

    def get(self, shell_id: str | None, user: str) -> Shell:
        """Return a user's shell. Raises WSManFault when it is not there or somebody else's."""
        self._close_idle()
        with self._lock:
            shell = self._shells.get(shell_id or "")
        if shell is None or shell.user != user:
            raise faults.shell_not_found(shell_id)
        return shell

    @contextmanager
    def in_use(self, shell_id: str | None) -> Iterator[None]:
        """A request for a shell is being answered."""
        number = shell_id or ""
        with self._lock:
            self._in_use[number] = self._in_use.get(number, 0) + 1
        try:
            yield
        finally:
            with self._lock:
                self._in_use[number] -= 1
                self._used[number] = time.monotonic()

    def _close_idle(self) -> None:
        since = time.monotonic() - self.idle_seconds
        with self._lock:
            idle = [
                number
                for number, shell in self._shells.items()
                if self._used.get(number, shell.opened) < since and not self._in_use.get(number)
            ]
        for number in idle:
            self.drop(number)

    def drop(self, shell_id: str) -> bool:
        """Close a shell; return whether it was there."""
        with self._lock:
            shell = self._shells.pop(shell_id, None)
        if shell is None:
            return False
        shell.session.close()
        return True
