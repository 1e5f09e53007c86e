# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs playbooks as an administrator does, with the ansible-playbook of the environment that runs the tests.

One start costs about a second, so several tasks share one: a check, the reading back, the change and its repetition
are four `Task`s of one `Controller.tasks`.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
COLLECTIONS = ROOT / ".build" / "collections"
COLLECTION = "sfb.teams_upgrade"


@dataclass(frozen=True)
class Task:
    """One task: a module of this collection (or any other by its full name) with its arguments."""

    module: str
    args: Mapping[str, Any] = field(default_factory=dict)
    check: bool = False
    diff: bool = False

    def as_yaml(self, number: int) -> dict[str, Any]:
        """The task as a playbook has it. Failures are ignored, so that those after it run; tests look at the answer."""
        module = self.module if "." in self.module else f"{COLLECTION}.{self.module}"
        return {
            "name": f"{number} {module}",
            module: dict(self.args),
            "check_mode": self.check,
            "diff": self.diff,
            "ignore_errors": True,
            "ignore_unreachable": True,
        }


@dataclass(frozen=True)
class TaskResult:
    """What one task answered on one host. `status`: ok, failed, skipped or unreachable; `result`: what it returned.

    `seconds` are those from its start until its result was back, the start of its processes included.
    """

    play: str
    task: str
    action: str
    host: str
    status: str
    ignored: bool
    result: dict[str, Any]
    seconds: float = 0.0

    @property
    def changed(self) -> bool:
        return bool(self.result.get("changed", False))

    @property
    def answer(self) -> dict[str, Any]:
        """The result as `register` has it: Ansible tells callbacks how a task ended beside the result, not in it."""
        return self.result | {
            "changed": self.changed,
            "failed": self.status == "failed",
            "unreachable": self.status == "unreachable",
        }


@dataclass(frozen=True)
class Run:
    """One run of ansible-playbook. `output`: what the user saw, both streams; `stats`: the recap's counts per host."""

    returncode: int
    output: str
    results: Sequence[TaskResult]
    stats: Mapping[str, Mapping[str, int]]
    seconds: float

    def of(self, *, task: str | None = None, action: str | None = None, host: str | None = None) -> list[TaskResult]:
        """The results of the tasks whose name contains `task`, whose module ends with `action`, on `host`."""
        return [
            result
            for result in self.results
            if (task is None or task in result.task)
            and (action is None or result.action.endswith(action))
            and (host is None or result.host == host)
        ]

    def one(self, *, task: str | None = None, action: str | None = None, host: str | None = None) -> TaskResult:
        """The only such result; fails when there are none or several."""
        found = self.of(task=task, action=action, host=host)
        assert len(found) == 1, f"{len(found)} results of task {task!r}, action {action!r}, host {host!r}"
        return found[0]

    @property
    def changed(self) -> int:
        """How many tasks changed something, over all hosts."""
        return sum(counts["changed"] for counts in self.stats.values())


class Controller:
    """Runs playbooks against an inventory. `folder` holds its files; keep its path short, sockets are made below it."""

    def __init__(self, folder: Path, inventory: Mapping[str, Any] | Path) -> None:
        self.folder = folder
        self.runs = 0
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "ansible.cfg").touch()
        if isinstance(inventory, Path):
            self.inventory = inventory
        else:
            self.inventory = folder / "inventory.json"
            self.inventory.write_text(json.dumps(inventory), encoding="utf-8")

    def environment(self, record: Path) -> dict[str, str]:
        """The environment of ansible-playbook: this one, without the settings of the account that runs the tests."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
        return inherited | {
            "ANSIBLE_CONFIG": str(self.folder / "ansible.cfg"),
            "ANSIBLE_HOME": str(self.folder / "home"),
            "ANSIBLE_LOCAL_TEMP": str(self.folder / "tmp"),
            "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
            "ANSIBLE_NOCOLOR": "1",
            "ANSIBLE_CALLBACK_PLUGINS": str(ROOT / "tests" / "callback_plugins"),
            "ANSIBLE_CALLBACKS_ENABLED": "record",
            "TEAMS_UPGRADE_RECORD": str(record),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }

    def command(self, playbook: str, *, check: bool, diff: bool, extra_vars: Mapping[str, Any] | None) -> list[str]:
        command = [str(Path(sys.executable).with_name("ansible-playbook")), "-i", str(self.inventory), playbook]
        if check:
            command.append("--check")
        if diff:
            command.append("--diff")
        if extra_vars:
            command += ["--extra-vars", json.dumps(extra_vars)]
        return command

    def playbook(
        self,
        playbook: str | Path | Sequence[Mapping[str, Any]],
        *,
        check: bool = False,
        diff: bool = False,
        extra_vars: Mapping[str, Any] | None = None,
        arguments: Iterable[str] = (),
        environment: Mapping[str, str] | None = None,
        timeout: float = 300,
    ) -> Run:
        """Run a playbook: its name (`sfb.teams_upgrade.waves`), path, or plays. Its exit code is not judged here."""
        self.runs += 1
        if not isinstance(playbook, str | Path):
            path = self.folder / f"play-{self.runs}.json"
            path.write_text(json.dumps(playbook), encoding="utf-8")
            playbook = path
        command = [*self.command(str(playbook), check=check, diff=diff, extra_vars=extra_vars), *arguments]
        return self.run(command, environment=environment or {}, timeout=timeout)

    def run(self, command: Sequence[str], *, environment: Mapping[str, str], timeout: float) -> Run:
        """Run a command of ansible-playbook, and read what the callback of the tests recorded of it."""
        record, shown = self.folder / f"record-{self.runs}.jsonl", self.folder / f"output-{self.runs}.txt"
        record.touch()
        started = time.monotonic()
        process = self.start(command, self.environment(record) | dict(environment), shown)
        try:
            returncode = process.wait(timeout)
        except subprocess.TimeoutExpired:
            end(process)
            raise AssertionError(f"Not ended after {timeout:g} s:\n{shown.read_text(encoding='utf-8')}") from None
        seconds = time.monotonic() - started
        output = shown.read_text(encoding="utf-8")
        print(output)  # noqa: T201  pytest shows it when the test fails
        lines = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
        return Run(
            returncode=returncode,
            output=output,
            results=[TaskResult(**line) for line in lines if "task" in line],
            stats=next((line["stats"] for line in lines if "stats" in line), {}),
            seconds=seconds,
        )

    def start(self, command: Sequence[str], environment: Mapping[str, str], output: Path) -> subprocess.Popen[bytes]:
        """Start a command as the first of a session of its own, so that all that it leaves can be ended with it (`end`).

        What it says goes to a file: a pipe would be waited for until the last process that it left has closed it.
        """
        with output.open("wb") as file:
            return subprocess.Popen(
                command,
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def tasks(self, host: str, tasks: Sequence[Task], *, timeout: float = 300) -> list[dict[str, Any]]:
        """Run the tasks one after the other on one host, and return what each of them answered.

        An answer is the module's result, always with `failed`, `changed` and `unreachable`. A failed task does not stop
        those after it. Fails when a task has no answer at all, which means that the play itself could not be read.
        """
        play = {
            "name": "Tasks of a test",
            "hosts": host,
            "gather_facts": False,
            "tasks": [task.as_yaml(number) for number, task in enumerate(tasks)],
        }
        run = self.playbook([play], timeout=timeout)
        assert len(run.results) == len(tasks), run.output
        return [result.answer for result in run.results]

    def module(
        self, host: str, module: str, args: Mapping[str, Any], *, check: bool = False, diff: bool = False
    ) -> dict[str, Any]:
        """Run one module on one host and return what it answered."""
        return self.tasks(host, [Task(module, args, check=check, diff=diff)])[0]


def end(process: subprocess.Popen[bytes]) -> None:
    """See the last of a playbook and of the workers that it left."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)
