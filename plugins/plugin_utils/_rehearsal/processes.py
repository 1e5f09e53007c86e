# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ending the processes of a rehearsal, whoever has started them, and removing its folder."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from ctypes import CDLL
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36
_PROC = Path("/proc")
_NAP = 0.05


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent ends: workers and connections, which make sessions of their own. Linux only."""
    with suppress(OSError, AttributeError):
        CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def children(pid: int) -> Iterator[tuple[int, bool]]:
    """Yield the children of a process, and whether each has ended and was not waited for. Nothing where there is no /proc."""
    for stat in _PROC.glob("[0-9]*/stat"):
        with suppress(OSError, ValueError, IndexError):
            # The name of the program, in parentheses, may hold anything.
            state, parent = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[:2]
            if int(parent) == pid:
                yield int(stat.parent.name), state == "Z"


def descendants(pid: int) -> list[int]:
    """Return all processes below one, without those that have ended."""
    found: list[int] = []
    for child, ended in children(pid):
        if not ended:
            found += [child, *descendants(child)]
    return found


def reap(keep: int | None = None) -> None:
    """Wait for adopted children that have ended, but for the one that somebody else waits for."""
    for child, ended in children(os.getpid()):
        if ended and child != keep:
            with suppress(ChildProcessError):
                os.waitpid(child, os.WNOHANG)


def end_all(seconds: float = 5.0) -> None:
    """Kill all processes below this one. What is left of a rehearsal has nothing to put in order: its hosts end as well."""
    deadline = time.monotonic() + seconds
    while (found := descendants(os.getpid())) and time.monotonic() < deadline:
        for pid in found:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        reap()
        time.sleep(_NAP)
    reap()


def remove(folder: Path) -> None:
    """Remove the folder of a rehearsal. What still writes there may have made a file meanwhile: then once more."""
    for _again in range(3):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(_NAP)
