# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Processes of jobs, and whether one is certainly gone."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
# States of /proc/PID/stat in which nothing runs any more: zombie, dead.
ENDED = ("Z", "X", "x")


@dataclass(frozen=True, slots=True)
class Process:
    """A process. `machine` is empty where processes cannot be told apart for certain; `started` tells one from a later one with its id."""

    machine: str
    pid: int
    started: str

    @property
    def gone(self) -> bool:
        """Whether the process ran on this machine (in this container) and certainly runs no more. False where that is not known."""
        if not self.machine or self.machine != _machine():
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except OSError:
            pass  # it is there, and somebody else's
        found = _state_and_start(self.pid)
        return found is not None and (found[0] in ENDED or found[1] != self.started)

    def descends_from(self, other: Process) -> bool:
        """Return whether this process was started by another, or by one that it started. True where that cannot be found out."""
        if not self.machine or not other.machine:
            return True
        if self.machine != other.machine:
            return False
        pid: int | None = self.pid
        while pid and pid != other.pid:
            pid = _parent(pid)
        return bool(pid)


def process(pid: int | None = None) -> Process:
    """Return a process of this machine; this one by default."""
    number = os.getpid() if pid is None else pid
    found = _state_and_start(number)
    machine = _machine() if found else ""
    return Process(machine, number, found[1] if found else "")


def _machine() -> str:
    """Return what names this machine since it was started, and the container in which its process ids count; empty where not known."""
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        namespace = (PROC / "self/ns/pid").readlink()
    except OSError:
        return ""
    return f"{platform.node()} {boot} {namespace}"


def _state_and_start(pid: int) -> tuple[str, str] | None:
    """Return a process's state and its start in clock ticks; None where they cannot be read."""
    found = _stat(pid)
    return (found[0], found[19]) if len(found) > 19 else None


def _parent(pid: int) -> int | None:
    found = _stat(pid)
    return int(found[1]) if len(found) > 1 else None


def _stat(pid: int) -> list[str]:
    """Return the fields of a process after its name, as proc(5) has them; nothing where they cannot be read."""
    try:
        text = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    # The name of the program, in parentheses, may hold anything.
    return text.rpartition(")")[2].split()
