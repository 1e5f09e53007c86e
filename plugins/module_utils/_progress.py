# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far a module is, as one line for those who wait for it.

The action names a file in the environment of the module's process, and shows what stands in it. Where it names none, as under another
connection, in a test, or on a host where somebody runs the module by hand, nothing is written.
"""

from __future__ import annotations

import contextlib
import os
from datetime import datetime, timedelta

VARIABLE = "TEAMS_UPGRADE_PROGRESS"
# Seconds before which a rate says little.
SETTLED = 10


class Progress:
    """Where the module stands. Names and addresses of users are never written: a task may be no_log.

    A `step` shows its single calls as well; what `say` wrote stands until something else is written, whatever is read meanwhile.
    """

    def __init__(self, file: int | None = None) -> None:
        self._file = file
        self._step: str | None = "reading"

    @classmethod
    def of_environment(cls) -> Progress:
        """Write where the action of this task reads, if it does."""
        path = os.environ.get(VARIABLE)
        if path:
            with contextlib.suppress(OSError):
                return cls(os.open(path, os.O_WRONLY | os.O_CLOEXEC))
        return cls()

    def step(self, step: str) -> None:
        """Begin something of which single calls are worth telling."""
        self._step = step
        self._write(step)

    def say(self, text: str) -> None:
        """Say where the module stands."""
        self._step = None
        self._write(text)

    def calls(self, cmdlet: str, answered: int, sent: int) -> None:
        """Say how many calls of a cmdlet were answered."""
        if self._step is not None:
            self._write(f"{self._step}, {cmdlet}" + (f" {answered} of {sent}" if sent > 1 else ""))

    def _write(self, text: str) -> None:
        # One write of a line at the start: the reader takes the first line, so that the rest of a longer one before does not matter.
        if self._file is not None:
            with contextlib.suppress(OSError):
                os.pwrite(self._file, f"{text}\n".encode(), 0)


SILENT = Progress()


def estimated(done: int, total: int, passed: float, now: datetime) -> str:
    """Return how many users are done a minute and when all will be, as a clause; nothing where that cannot be told yet."""
    if not 0 < done < total or passed < SETTLED:
        return ""
    rate = done * 60 / passed
    end = (now + timedelta(seconds=(total - done) * passed / done)).astimezone()
    day = "" if end.date() == now.astimezone().date() else f"{end:%Y-%m-%d} "
    return f", {rate:.{0 if rate >= 10 else 1}f} a minute, done at about {day}{end:%H:%M}"


def counted(done: int, total: int, failed: int) -> str:
    """Return how many users are done."""
    return f"{done} of {total} users" + (f", {failed} failed" if failed else "")
