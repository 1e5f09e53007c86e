# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules run in this process: their own entry functions, their own options and results, and the service that a connection holds.

What is left out is Ansible's part, which starts two processes for each task: more than a second, whatever the module does.
"""

from __future__ import annotations

import importlib
import json
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from inspect import signature
from typing import Any, NoReturn
from unittest import mock

import pytest
from ansible.module_utils.basic import AnsibleModule
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run import module as module_run
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.service import Service

from tests.controller import Task

MODULES = "ansible_collections.sfb.teams_upgrade.plugins.modules"
Result = dict[str, Any]


class InProcess(ABC):
    """Modules run against the hosts of a lab. How their services are opened is said by those who derive from it."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self._services: dict[str, Service] = {}
        # ansible-core has it from 2.19 on: on older ones these tests are skipped, which prove nothing about ansible-core.
        self._with_args = pytest.importorskip("ansible.module_utils.testing").patch_module_args

    @abstractmethod
    def new(self, host: str) -> Service:
        """Return a service with sessions on a host."""

    def open(self, host: str) -> Service:
        """Open the sessions of a host, unless they are open already."""
        if host not in self._services:
            self._services[host] = self.new(host)
        return self._services[host]

    def run(self, host: str, module: str, args: Mapping[str, Any], *, check: bool = False, diff: bool = True) -> Result:
        """Return what a module answers, with `failed` and the `warnings`. Where it waits, the lab's time passes instead."""
        service = self.open(host)
        given = {**args, "_ansible_socket": "none", "_ansible_check_mode": check, "_ansible_diff": diff}
        rpc = mock.patch.object(module_run, "_SocketRpc", return_value=_Rpc(service, check))
        main = importlib.import_module(f"{MODULES}.{module}").main
        clock = _LabClock(self.lab)
        waiting = (clock,) if signature(main).parameters else ()
        repeating = mock.patch.object(module_run, "SYSTEM_CLOCK", clock)
        with _ended_in_here() as ending, self._with_args(given), rpc, repeating:
            try:
                main(*waiting)
            except _Ended:
                return ending.result
        raise AssertionError(f"{module} did not end with a result")

    def tasks(self, host: str, tasks: Sequence[Task]) -> list[Result]:
        """Run the tasks one after the other on one host, and return what each of them answered, as `Controller.tasks` does."""
        results = (self.run(host, task.module, task.args, check=task.check, diff=task.diff) for task in tasks)
        return [{"changed": False, "unreachable": False, **result} for result in results]


class _Ended(Exception):
    """A module has given its result."""


@dataclass
class _Ending:
    result: Result = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


@contextmanager
def _ended_in_here() -> Iterator[_Ending]:
    """Take the result of a module, which is otherwise printed by a process that ends with it."""
    ending = _Ending()

    def end(module_run: AnsibleModule, **result: Any) -> NoReturn:
        ending.result = json.loads(json.dumps({"failed": False, **result, "warnings": ending.warnings}))
        raise _Ended

    def fail(module: AnsibleModule, msg: str, **result: Any) -> NoReturn:
        end(module, **{"failed": True, "msg": msg, **result})

    with ExitStack() as stack:
        for name, does in (
            ("exit_json", end),
            ("fail_json", fail),
            ("warn", lambda _m, text: ending.warnings.append(text)),
        ):
            stack.enter_context(mock.patch.object(AnsibleModule, name, does))
        yield ending


@dataclass(frozen=True)
class _LabClock:
    """The lab's time, which passes at once where a module waits."""

    lab: Lab

    def now(self) -> datetime:
        return self.lab.clock.now()

    def monotonic(self) -> float:
        return self.lab.clock.now().timestamp()

    def sleep(self, seconds: float) -> None:
        self.lab.clock.advance(timedelta(seconds=seconds))


class _Rpc:
    """The calls of the connection, answered by its service."""

    def __init__(self, service: Service, check: bool) -> None:
        self._service = service
        self._check = check
        self.hello, self.collect, self.cancel = service.hello, service.collect, service.cancel

    def submit(self, request: str) -> str:
        return self._service.submit(request, check_mode=self._check)
