# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A process beside that of the connection, which deletes the shells on the host when that one is killed.

A host keeps the shells of a client that is gone for hours, and what runs in them. It is forked before there are threads, waits on a pipe
that ends with the connection's process, and is told the numbers of the shells alone.
"""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

# A shell that was just being created is there only when the host has done that.
_CREATING_SECONDS = 5.0
_LOOK_SECONDS = 0.3

# Deletes a shell; False where it was not there.
Delete = Callable[[str], bool]


class ShellCleaner:
    """The connection's end of the pipe. Every method may be called from any thread; without the process they do nothing."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def creating(self, shell_id: str) -> None:
        """Note that a shell is being created."""
        self._tell(f"?{shell_id}")

    def created(self, shell_id: str) -> None:
        """Note that a shell is there."""
        self._tell(f"+{shell_id}")

    def deleted(self, shell_id: str) -> None:
        """Note that a shell is gone."""
        self._tell(f"-{shell_id}")

    def listens_on(self, socket: str) -> None:
        """Name the socket of the connection, which is removed with its lock: it would keep the next task from another connection."""
        self._tell(f"={socket}")

    def end(self) -> None:
        """End the process. What could not be deleted stays."""
        self._tell("end")

    def _tell(self, line: str) -> None:
        # Less than PIPE_BUF: lines of several threads do not mix.
        with contextlib.suppress(OSError):
            os.write(self._descriptor, f"{line}\n".encode())


def start(deleting: Callable[[], Delete]) -> ShellCleaner:
    """Start the process. `deleting` returns what deletes a shell; it is called there, and only where one is left."""
    reading, writing = os.pipe()
    os.set_inheritable(writing, False)
    if os.fork() == 0:
        with contextlib.suppress(BaseException):
            _leave_everything_else(reading)
            _clean(_left(os.fdopen(reading, encoding="utf-8")), deleting)
        os._exit(0)
    os.close(reading)
    return ShellCleaner(writing)


def _leave_everything_else(kept: int) -> None:
    """Be no part of the group that a signal goes to, and hold open nothing that others wait for the end of."""
    os.setsid()
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
        signal.signal(ending, signal.SIG_IGN)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    highest = min(os.sysconf("SC_OPEN_MAX"), 65536)
    os.closerange(3, kept)
    os.closerange(kept + 1, highest)


def remove_socket(path: str) -> None:
    """Remove the socket of a connection, and the file by which Ansible locks it."""
    socket = Path(path)
    for each in (socket, socket.parent / f".ansible_pc_lock_{socket.name}"):
        with contextlib.suppress(OSError):
            each.unlink()


def _left(lines: Iterable[str]) -> dict[str, bool]:
    """Return the shells that are left when the lines end, and whether each was there for certain."""
    left: dict[str, bool] = {}
    socket = ""
    for line in lines:
        what, number = line[:1], line[1:].strip()
        if what == "-":
            left.pop(number, None)
        elif what in "?+":
            left[number] = what == "+"
        elif what == "=":
            socket = number
        else:
            return {}
    if socket:
        remove_socket(socket)
    return left


def _clean(left: dict[str, bool], deleting: Callable[[], Delete]) -> None:
    if not left:
        return
    delete, until = deleting(), time.monotonic() + _CREATING_SECONDS
    threads = [
        threading.Thread(target=_delete, args=(delete, number, certain, until)) for number, certain in left.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _delete(delete: Delete, number: str, certain: bool, until: float) -> None:
    while True:
        with contextlib.suppress(Exception):
            if delete(number) or certain:
                return
        if time.monotonic() > until:
            return
        time.sleep(_LOOK_SECONDS)
