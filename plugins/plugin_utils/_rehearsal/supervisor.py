# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two processes that hold a rehearsal: one has the hosts and runs the playbooks, the other one ends it whatever happens.

The task that rehearses holds a pipe to the guard, which holds one to the runner. The end of a pipe is the end of everything below it, so
that it does not matter which of the three is killed.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import threading
import traceback
from contextlib import suppress
from pathlib import Path
from typing import Any

from .processes import adopt_orphans, end_all, remove

_LOOK_SECONDS = 0.2
# What meta/lab-requirements.txt and meta/requirements.txt name.
_LIBRARIES = "psrpcore, pypsrp, SQLAlchemy and alembic"


class _Ended(Exception):
    """A signal to end has come."""


def main() -> int:
    """Read a job as a line of JSON from the input, and rehearse until it is done or the input ends. Returns the exit code."""
    job: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    folder = Path(job["folder"])
    adopt_orphans()
    reading, writing = os.pipe()
    runner = os.fork()
    if runner == 0:
        os.close(writing)
        os._exit(_run(job, reading))
    os.close(reading)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _end)
    code = 1
    try:
        code = _guard(runner)
    except _Ended:
        pass
    finally:
        end_all()
        remove(folder)
    return code


def _end(*_: object) -> None:
    raise _Ended


def _guard(runner: int) -> int:
    """Wait until the runner has ended, or the task. Returns the runner's exit code, or 1."""
    while True:
        readable, _dummy, _unused = select.select([sys.stdin], [], [], _LOOK_SECONDS)
        if readable and not os.read(sys.stdin.fileno(), 1024):
            return 1
        ended, status = os.waitpid(runner, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)


def _run(job: dict[str, Any], guard: int) -> int:
    """Rehearse in this process, which ends with the guard."""
    os.setpgid(0, 0)
    adopt_orphans()
    # Nothing else may read from the task.
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, sys.stdin.fileno())
    folder = Path(job["folder"])
    ending = threading.Event()
    threading.Thread(target=_end_with, args=(guard, folder, ending), daemon=True).start()
    code = _rehearse(job)
    while ending.is_set():
        # The other thread ends this process, once it has removed the folder.
        signal.pause()
    return code


def _rehearse(job: dict[str, Any]) -> int:
    """Say what a rehearsal comes to, line by line; return the exit code."""
    try:
        from .rehearsing import rehearse

        for line in rehearse(job):
            _say(line)
    except ImportError as error:
        _say({"fault": f"A Python library is missing ({error}). Install {_LIBRARIES} for {sys.executable}."})
    except BaseException:
        # Nothing of this process may go on after it, least of all what the guard does.
        traceback.print_exc()
        return 1
    return 0


def _say(line: dict[str, Any]) -> None:
    sys.stdout.write(f"{json.dumps(line)}\n")
    sys.stdout.flush()


def _end_with(guard: int, folder: Path, ending: threading.Event) -> None:
    """End this process and what it has started when the guard is gone."""
    with suppress(OSError):
        os.read(guard, 1)
    ending.set()
    end_all()
    remove(folder)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
