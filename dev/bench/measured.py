# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a command and writes what it and all processes that it leaves have cost: `measured.py FILE COMMAND ...`.

A process that outlives its parent becomes a child of this one, which waits for it: so the sum of the processor time is exact. What each
process has used is looked up five times a second.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path

_SUBREAPER = 36
_LOOK_SECONDS = 0.2
_TICKS = os.sysconf("SC_CLK_TCK")


class Looks:
    """The last look at each process below this one: its command, its processor time, the most memory it had."""

    def __init__(self) -> None:
        self.found: dict[int, dict[str, object]] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_often, daemon=True)
        self._thread.start()

    def end(self) -> list[dict[str, object]]:
        """Stop looking, and return what was found."""
        self._over.set()
        self._thread.join()
        return list(self.found.values())

    def _look_often(self) -> None:
        while not self._over.wait(_LOOK_SECONDS):
            below = _children(os.getpid())
            while below:
                process = below.pop()
                below += _children(process)
                self._note(process)

    def _note(self, process: int) -> None:
        try:
            folder = Path(f"/proc/{process}")
            command = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
            fields = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            status = (folder / "status").read_text(encoding="utf-8").splitlines()
        except OSError:
            return
        memory = next((int(line.split()[1]) / 1024 for line in status if line.startswith("VmHWM:")), 0.0)
        if memory:
            self.found[process] = {
                "process": process,
                "command": [part[-80:] for part in command[:4]],
                "seconds": (int(fields[11]) + int(fields[12])) / _TICKS,
                "megabytes": round(memory, 1),
            }


def _children(process: int) -> list[int]:
    found: list[int] = []
    for thread in Path(f"/proc/{process}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += map(int, thread.read_text(encoding="utf-8").split())
    return found


def main() -> int:
    """Run the command; return its exit code."""
    ctypes.CDLL(None, use_errno=True).prctl(_SUBREAPER, 1, 0, 0, 0)
    began, looks = time.time(), Looks()
    returncode = subprocess.call(sys.argv[2:])
    ended = time.time()
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    found = {
        "began": began,
        "wall": ended - began,
        "processor": used.ru_utime + used.ru_stime,
        "megabytes": used.ru_maxrss / 1024,
        "processes": looks.end(),
    }
    Path(sys.argv[1]).write_text(json.dumps(found), encoding="utf-8")
    return returncode


if __name__ == "__main__":
    sys.exit(main())
