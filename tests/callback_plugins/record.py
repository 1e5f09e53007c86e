# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Records what every task answered as lines of JSON, beside the output that a user sees."""

from __future__ import annotations

DOCUMENTATION = r"""
name: record
type: aggregate
short_description: Records task results as lines of JSON
author: sfb.teams_upgrade contributors
description:
  - Writes one line for every result of a task and one line for the final counts.
options:
  path:
    description: The file to write.
    type: path
    required: true
    env:
      - name: TEAMS_UPGRADE_RECORD
"""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible.plugins.callback import CallbackBase

if TYPE_CHECKING:
    from ansible.executor.stats import AggregateStats
    from ansible.executor.task_result import TaskResult
    from ansible.inventory.host import Host
    from ansible.playbook.play import Play
    from ansible.playbook.task import Task


class CallbackModule(CallbackBase):
    """One JSON object a line: play, task, action, host, status, ignored, seconds, result. The last: stats, counts by host."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "record"
    CALLBACK_NEEDS_ENABLED = True

    play_name = ""

    def __init__(self) -> None:
        super().__init__()
        self.began: dict[tuple[str, str], float] = {}

    def write(self, line: dict[str, Any]) -> None:
        path: str = self.get_option("path")  # type: ignore[no-untyped-call]
        with Path(path).open("a", encoding="utf-8") as record:
            record.write(json.dumps(line, default=str) + "\n")

    def result(self, status: str, result: TaskResult, *, ignored: bool = False) -> None:
        # The underscored names are those that all supported versions of ansible-core have.
        self.write(
            {
                "play": self.play_name,
                "task": result._task.get_name(),
                "action": result._task.action,
                "host": result._host.get_name(),
                "status": status,
                "ignored": bool(ignored),
                "seconds": time.monotonic()
                - self.began.get((result._host.get_name(), result._task._uuid), time.monotonic()),
                "result": result._result,
            }
        )

    def v2_playbook_on_play_start(self, play: Play) -> None:
        self.play_name = play.get_name()

    def v2_runner_on_start(self, host: Host, task: Task) -> None:
        self.began[host.get_name(), task._uuid] = time.monotonic()

    def v2_runner_on_ok(self, result: TaskResult) -> None:
        self.result("ok", result)

    def v2_runner_on_failed(self, result: TaskResult, ignore_errors: bool = False) -> None:
        self.result("failed", result, ignored=ignore_errors)

    def v2_runner_on_skipped(self, result: TaskResult) -> None:
        self.result("skipped", result)

    def v2_runner_on_unreachable(self, result: TaskResult) -> None:
        self.result("unreachable", result)

    def v2_playbook_on_stats(self, stats: AggregateStats) -> None:
        self.write({"stats": {host: stats.summarize(host) for host in stats.processed}})
