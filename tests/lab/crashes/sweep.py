# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One kill of a sweep: a task is killed at a point, run again, and compared with what an undisturbed run leaves."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import mock

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.opening import open_ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import Selection
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.state import state
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.call import Call, Outcome
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.journal import Entry

from tests.engines import NewLab
from tests.lab.connection.client import options_at
from tests.lab.crashes.calls import compressed
from tests.lab.crashes.points import Point, Scenario, options_of
from tests.lab.crashes.task import StartedTask, Tasks
from tests.lab.interruptions import BEFORE
from tests.lab.modules.people import address
from tests.lab.wire import PREFIX, OverTheWire, inventory_of

GONE_SECONDS = 5.0
# What one who was worked on may be called when the task is run again.
DONE = ("changed", "ok", "pending")
Result = Mapping[str, Any]


@dataclass(frozen=True)
class Left:
    """What a run leaves: the organisation a day later, and what was carried out, by call."""

    world: Mapping[str, object]
    written: Counter[str]


class Sweep:
    """Kills at points, on hosts that `new_lab` makes. What an undisturbed run leaves is found once for each scenario."""

    def __init__(self, tasks: Tasks, new_lab: NewLab) -> None:
        self._tasks, self._new_lab = tasks, new_lab
        self._left: dict[str, Left] = {}
        self.calls: dict[str, list[str]] = {}

    def undisturbed(self, scenario: Scenario) -> Left:
        """Do what is asked for, and return what is left of it."""
        if scenario.name not in self._left:
            with self._new_lab(scenario.table.seed) as lab, self._started(lab, scenario) as task:
                task.result()
                self.calls[scenario.name] = [each.cmdlet for each in lab.journal.entries()]
                self._left[scenario.name] = _left(lab)
        return self._left[scenario.name]

    def problems(self, point: Point) -> list[str]:
        """Kill at a point, do it again, and return what is wrong, as sentences."""
        expected = self.undisturbed(point.scenario)
        called = compressed(self.calls[point.scenario.name])
        if called != compressed(point.scenario.calls):
            return [f"CALLS in tests/lab/crashes/calls.py is to have {called!r} for {point.scenario.name!r}."]
        with TemporaryDirectory() as folder, self._new_lab(point.scenario.table.seed) as lab:
            url = f"sqlite:///{folder}/ledger.db"
            more: dict[str, Any] = {"ledger": url} if point.ledger else {}
            crash = Crash(lab, point)
            with self._started(lab, point.scenario, **more) as task, crash.at_its_call(task):
                answer = task.result()
                crash.wait()
            if not crash.happened.is_set():
                return [f"The call never came, and the task answered {answer!r}."]
            if point.ledger and point.scenario.row.module == "csuser_move":
                more["interrupted_timeout"] = 1
            return [
                *crash.problems,
                *_repeated(lab, point, answer, more),
                *_compared(_left(lab), expected),
                *_events(url, point),
            ]

    @contextmanager
    def _started(self, lab: Lab, scenario: Scenario, **more: Any) -> Iterator[StartedTask]:
        host = scenario.table.host
        known = inventory_of(lab, host)
        own = {**options_of(known, PREFIX), "sessions": 1}
        options = options_at(host, known["ansible_host"], known["ansible_port"], **own)
        with TemporaryDirectory(prefix="tu-") as folder:
            args = {**scenario.row.task(check=False).args, **more}
            yield self._tasks.start(Path(folder), options, scenario.row.module, args)


class Crash:
    """A process is killed by SIGKILL before or after a call. A host that was asked before notices, and never comes to it."""

    def __init__(self, lab: Lab, point: Point) -> None:
        self._lab, self._point = lab, point
        self._count, self._lock = 0, threading.Lock()
        self._moment = 0.0
        self.happened = threading.Event()
        self.problems: list[str] = []

    @contextmanager
    def at_its_call(self, task: StartedTask) -> Iterator[None]:
        """Kill a process of a task when its call comes."""
        carry_out = self._lab.organisation.call
        with mock.patch.object(self._lab.organisation, "call", lambda call: self._around(call, carry_out, task)):
            yield

    def wait(self) -> None:
        """Wait until no shell is left. Those that are left are a problem."""
        while (left := self._lab.journal.shells(still_open=True)) and time.monotonic() < self._moment + GONE_SECONDS:
            time.sleep(0.01)
        if left:
            self.problems.append(f"{len(left)} shells are left {GONE_SECONDS:.0f} s after the kill.")

    def _around(self, call: Call, carry_out: Callable[[Call], Outcome], task: StartedTask) -> Outcome:
        with self._lock:
            self._count += call.cmdlet == self._point.cmdlet
            mine = call.cmdlet == self._point.cmdlet and self._count == self._point.nth
        if mine and self._point.when == BEFORE:
            self._kill(task)
            # The cmdlet is at work until its shell is deleted, and has not done anything by then.
            while self._is_open(call) and time.monotonic() < self._moment + GONE_SECONDS:
                time.sleep(0.01)
            return Outcome(drop_shell=True)
        outcome = carry_out(call)
        if mine:
            self._kill(task)
        return outcome

    def _is_open(self, call: Call) -> bool:
        return any(each.shell == call.shell for each in self._lab.journal.shells(call.host, still_open=True))

    def _kill(self, task: StartedTask) -> None:
        pid = task.pids[self._point.killed]
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        self._moment = time.monotonic()
        self.happened.set()


def _repeated(lab: Lab, point: Point, answer: Result | None, more: Mapping[str, Any]) -> Iterator[str]:
    """Run the task again, in check mode before and after: what is wrong with what is said of each user."""
    row, host = point.scenario.row, point.scenario.table.host
    args = {**row.task(check=False).args, **more}
    with OverTheWire(lab) as play:
        if answer is not None and answer.get("users"):
            predicted = _statuses(play.run(host, row.module, args, check=True))
            for name, status in _statuses(answer).items():
                if status in ("changed", "ok") and predicted.get(name) == "changed":
                    yield f"{name} was said to be {status}, and was not."
        again = play.run(host, row.module, args)
        if again["failed"] and "failed" not in row.users.values():
            yield f"The second run failed: {again.get('msg')}"
        said = _statuses(again)
        for name, status in row.users.items():
            fits = said.get(name) in DONE if status in DONE else said.get(name) == status
            if not fits:
                yield f"{name} is {said.get(name, 'not listed')} in the second run, instead of {status}."
        # What users have is compared with what they should have in the end; settings are read again.
        if not row.users and play.run(host, row.module, args, check=True)["changed"]:
            yield "After the second run there is still something to do."


def _statuses(answer: Result) -> dict[str, str]:
    return {line["user"].partition("@")[0]: line["status"] for line in answer.get("users", ())}


def _left(lab: Lab) -> Left:
    written = Counter(_shown(each) for each in lab.journal.entries(writes=True) if each.outcome == "done" or each.users)
    lab.clock.advance(timedelta(days=1))
    world = {name: value for name, value in state(lab.organisation).items() if name != "now"}
    return Left(world, written)


def _shown(entry: Entry) -> str:
    """A call without what differs from run to run."""
    return (
        f"{entry.cmdlet} {sorted((name, str(value)) for name, value in entry.parameters.items() if name != 'Report')}"
    )


def _compared(left: Left, expected: Left) -> Iterator[str]:
    yield from (f"Done {count} times more: {call}" for call, count in (left.written - expected.written).items())
    yield from (f"Not done: {call}" for call in expected.written - left.written)
    if left.world != expected.world:
        yield f"The organisation is not as after an undisturbed run: {_difference(left.world, expected.world)}"


def _difference(found: Mapping[str, Any], expected: Mapping[str, Any]) -> list[object]:
    others = [name for name in expected if name != "users" and found[name] != expected[name]]
    pairs = zip(found["users"], expected["users"], strict=True)
    return [*others, *(f"{one} instead of {other}" for one, other in pairs if one != other)]


def _events(url: str, point: Point) -> Iterator[str]:
    """What the ledger has left open, and who is not in it."""
    if not point.ledger:
        return
    with open_ledger(url, read_only=True) as ledger:
        events = ledger.events(Selection())
    yield from (
        f"The ledger has {each['action']} of {each['user']} as sent." for each in events if each["status"] == "sent"
    )
    known = {each["user"] for each in events}
    yield from (
        f"The ledger has nothing of {name}."
        for name, status in point.scenario.row.users.items()
        if status == "changed" and address(name) not in known
    )
