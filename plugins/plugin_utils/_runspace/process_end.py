# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls a function when another process, the playbook, has ended in whatever way."""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Callable
from pathlib import Path

_LOOK_SECONDS = 0.5


def on_process_end(pid: int, action: Callable[[], None]) -> None:
    """Call `action`, in a thread of its own, when process `pid` ends; at once when there is no such process."""
    threading.Thread(target=_watch, args=(pid, action), daemon=True).start()


def _watch(pid: int, action: Callable[[], None]) -> None:
    if pid == 1 and not _is_ansible(pid):
        action()  # the playbook died before it could be watched, and its worker was left to the system
        return
    try:
        # On Linux this returns at once, also for a process that has ended and was not waited for yet (a zombie).
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        pass
    except (AttributeError, OSError):
        _look_until_gone(pid)
    else:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        poll.poll()
        os.close(descriptor)
    action()


def _is_ansible(pid: int) -> bool:
    try:
        return b"ansible" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return True


def _look_until_gone(pid: int) -> None:
    while is_there(pid):
        time.sleep(_LOOK_SECONDS)


def is_there(pid: int) -> bool:
    """Return whether there is a process of that number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
