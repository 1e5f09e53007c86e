# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Something happens at the very moment at which a call reaches a host: its job is killed, or the window closes."""

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
    """What happens `before` or `after` the call of a number, counted from 1 among those that write, or that read.

    `happened` says whether it has.
    """

    def __init__(self, number: int, when: str, act: Callable[[], None], *, writes: bool = True) -> None:
        self._number = number
        self._writes = writes
        self._when = when
        self._act = act
        self._count = 0
        self._lock = threading.Lock()
        self.happened = threading.Event()

    def around(self, call: Call, carry_out: Callable[[Call], Outcome]) -> Outcome:
        """Carry a call out. Where its job is killed before, the host never comes to it."""
        with self._lock:
            self._count += (call.cmdlet.partition("-")[0] not in READING_VERBS) is self._writes
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
def interrupted(
    lab: Lab, number: int, when: str, act: Callable[[], None], *, writes: bool = True
) -> Iterator[Interruption]:
    """Let something happen at a call that writes, or at one that reads."""
    interruption, carry_out = Interruption(number, when, act, writes=writes), lab.organisation.call
    with mock.patch.object(lab.organisation, "call", lambda call: interruption.around(call, carry_out)):
        yield interruption


def kill(pid: int) -> None:
    """Kill a process and all that it has started, and wait until nothing of it runs any more.

    Ansible puts its workers into sessions of their own, so that a process group is not all of a job.
    """
    doomed = [pid, *_started_by(pid)]
    for each in doomed:
        with suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)
    while any(map(_runs, doomed)):
        pass


def _started_by(pid: int) -> list[int]:
    """The processes below a process."""
    parents = {
        int(each.name): int(fields[1]) for each in Path("/proc").glob("[0-9]*") if (fields := _fields(each.name))
    }
    found = [pid]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found[1:]


def _runs(pid: int) -> bool:
    fields = _fields(pid)
    return bool(fields) and fields[0] not in ("Z", "X")


def _fields(pid: int | str) -> list[str]:
    """What is known of a process, from its state on; nothing where it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return text.rpartition(")")[2].split()
