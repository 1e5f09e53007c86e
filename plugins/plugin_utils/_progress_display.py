# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action of modules that may run for long: it runs the module as any other, and meanwhile shows how far it is.

A module cannot print, and an action can. Between them is a file that only this task knows, not the connection: a call of the
connection waits behind the module, and a call that is given up would break it.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from time import monotonic
from typing import Any

from ansible import constants
from ansible.plugins.action import ActionBase
from ansible.plugins.action.normal import ActionModule as NormalAction
from ansible.utils.display import Display

from ..module_utils._progress import VARIABLE
from ._module_start import StartsModules

SETTING = "teams_upgrade_progress_seconds"
SECONDS = 15.0

# A line that stays the same is repeated, since jobs without any output are taken for dead.
REPEATED_AFTER = 300.0

# A task of hours would fill the screen: from some minutes on, a line comes whenever this share of the time has passed again.
SHARE = 1 / 20

Show = Callable[[str], None]


class ActionModule(StartsModules, NormalAction):
    """Runs the module, and shows how far it is once it takes longer than `teams_upgrade_progress_seconds`."""

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> Any:
        """Run the module. Whatever goes wrong with showing lines is nothing to the task."""
        run: Callable[..., Any] = super().run
        with shown_for(self, self._task.action.rpartition(".")[2], task_vars or {}):
            return run(tmp, task_vars)


@contextlib.contextmanager
def shown_for(action: ActionBase, name: str, task_vars: Mapping[str, Any]) -> Iterator[None]:
    """Show how far the modules are that an action runs meanwhile, under `name` and the task's host."""
    task: Any = action._task
    host, delegate = task_vars.get("inventory_hostname", ""), task.delegate_to
    title = f"[{host} -> {delegate}] {name}" if delegate not in (None, host) else f"[{host}] {name}"
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(Exception):
            seconds = float(action._templar.template(task_vars.get(SETTING, SECONDS)))
            if seconds > 0 and not task.async_val:
                stack.enter_context(shown(title, seconds, _display))
        yield


@dataclass(slots=True)
class Pace:
    """What was shown last, and when; times in seconds since the task began."""

    seconds: float
    at: float = 0.0
    text: str = ""

    def is_due(self, now: float, text: str) -> bool:
        """Return whether to show `text` now, which then counts as shown."""
        gap = max(self.seconds, now * SHARE)
        if text == self.text:
            gap = max(gap, REPEATED_AFTER)
        if not text or now - self.at < gap:
            return False
        self.at, self.text = now, text
        return True


@contextlib.contextmanager
def shown(title: str, seconds: float, show: Show) -> Iterator[None]:
    """Give the processes that are started meanwhile a file to write to, and show what stands in it."""
    handle, name = tempfile.mkstemp(prefix="progress-", dir=vars(constants)["DEFAULT_LOCAL_TMP"])
    os.close(handle)
    ended = Event()
    thread = Thread(target=_watch, args=(Path(name), title, Pace(seconds), show, ended), daemon=True)
    thread.start()
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = name
    try:
        yield
    finally:
        ended.set()
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before
        thread.join()
        with contextlib.suppress(OSError):
            Path(name).unlink()


def _watch(path: Path, title: str, pace: Pace, show: Show, ended: Event) -> None:
    began = monotonic()
    with contextlib.suppress(Exception):
        while not ended.wait(min(max(pace.seconds / 5, 0.05), 2.0)):
            text, now = first_line(path), monotonic() - began
            if pace.is_due(now, text):
                show(f"{title} after {in_words(now)}: {text}")


def first_line(path: Path) -> str:
    """Return what the module wrote last, empty where it did not."""
    return path.read_text(encoding="utf-8").partition("\n")[0]


def in_words(seconds: float) -> str:
    """Return a time that has passed, as exactly as somebody who waits wants it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02} min"


def _display(line: str) -> None:
    # To the error output: what is on the other one may be JSON that a program reads.
    Display().display(line, stderr=True)
