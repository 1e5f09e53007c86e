# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs playbooks as an administrator does, and says what they and all processes that they start have cost."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.controller import Controller, Run, Task

from .hosts import Hosts

_MEASURED = Path(__file__).parent / "measured.py"
_ALL_SESSIONS = 3.0
_LIMIT = 3600.0


@dataclass(frozen=True)
class Cost:
    """What a command has cost: seconds until it ended, processor seconds of all its processes, the most memory that one of them had.

    `began` is in seconds since the epoch, `processes` has each process that was seen.
    """

    began: float
    wall: float
    processor: float
    megabytes: float
    processes: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Measured:
    """A run of a playbook and its cost."""

    run: Run
    cost: Cost

    def seconds(self, number: int) -> float:
        """Return how long the task of a number took."""
        return next(each.seconds for each in self.run.results if each.task.startswith(f"{number} "))


class MeasuringController(Controller):
    """Runs playbooks and measures them."""

    def command(self, playbook: str, *, check: bool, diff: bool, extra_vars: Mapping[str, Any] | None) -> list[str]:
        """Return the command line, under the program that measures."""
        command = super().command(playbook, check=check, diff=diff, extra_vars=extra_vars)
        return [sys.executable, "-P", str(_MEASURED), str(self._costs), *command]

    @property
    def _costs(self) -> Path:
        return self.folder / f"cost-{self.runs}.json"

    def measured(self, playbook: str | Sequence[Mapping[str, Any]], **how: Any) -> Measured:
        """Run a playbook. Raises RuntimeError where it fails."""
        with redirect_stdout(StringIO()):
            run = self.playbook(playbook, **{"timeout": _LIMIT, **how})
        if run.returncode:
            raise RuntimeError(run.output[-3000:])
        return Measured(run, Cost(**json.loads(self._costs.read_text(encoding="utf-8"))))


@contextmanager
def controller(hosts: Hosts, **variables: Any) -> Iterator[MeasuringController]:
    """Open a controller that knows these hosts. `variables` are all hosts'."""
    inventory = json.loads(json.dumps(hosts.inventory))
    inventory["all"]["vars"] |= variables
    with TemporaryDirectory(prefix="tu-") as folder:
        yield MeasuringController(Path(folder), inventory)


def on_open_sessions(host: str, to_read: Sequence[str], tasks: Sequence[Task]) -> list[Mapping[str, Any]]:
    """Return a play whose first tasks open the sessions and read these users; those that are measured have the numbers from 2 on."""
    opening = [
        Task("csuser_info", {"users": list(to_read)}),
        Task("ansible.builtin.wait_for", {"timeout": _ALL_SESSIONS}),
    ]
    listed = [task.as_yaml(number) | {"ignore_errors": False} for number, task in enumerate([*opening, *tasks])]
    return [{"name": "Tasks of a benchmark", "hosts": host, "gather_facts": False, "tasks": listed}]
