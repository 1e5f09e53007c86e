# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Something happens at the very moment at which a writing call reaches a host: its job is killed, or the window closes."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from unittest import mock

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.call import Call, Outcome
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.journal import READING_VERBS

BEFORE, AFTER = "before", "after"


class Interruption:
    """What happens `before` or `after` the writing call of a number, counted from 1. `happened` says whether it has."""

    def __init__(self, number: int, when: str, act: Callable[[], None]) -> None:
        self._number = number
        self._when = when
        self._act = act
        self._count = 0
        self._lock = threading.Lock()
        self.happened = threading.Event()

    def around(self, call: Call, carry_out: Callable[[Call], Outcome]) -> Outcome:
        """Carry a call out. Where its job is killed before, the host never comes to it."""
        with self._lock:
            self._count += call.cmdlet.partition("-")[0] not in READING_VERBS
            mine = self._count == self._number and not self.happened.is_set()
            if mine:
                self.happened.set()
        if mine and self._when == BEFORE:
            self._act()
            return Outcome(drop_shell=True)
        outcome = carry_out(call)
        if mine:
            self._act()
        return outcome


@contextmanager
def interrupted(lab: Lab, number: int, when: str, act: Callable[[], None]) -> Iterator[Interruption]:
    """Let something happen at a writing call."""
    interruption, carry_out = Interruption(number, when, act), lab.organisation.call
    with mock.patch.object(lab.organisation, "call", lambda call: interruption.around(call, carry_out)):
        yield interruption


def kill(pid: int) -> None:
    """Kill the process group that a process leads, and wait until nothing of it runs any more."""
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    while _runs(pid):
        pass


def _runs(pid: int) -> bool:
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return text.rpartition(")")[2].split()[0] not in ("Z", "X")
