# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a job costs that has little or nothing to do, compared with the smallest playbook that there is.

All times are of whole runs of ansible-playbook, its start included, each the median of some that took turns.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from statistics import median
from typing import Any

from tests.controller import ROOT, Task
from tests.playbooks.stage import FAST, PLAYBOOK, plan, wave

from .hosts import Hosts, names, people
from .playbooks import Cost, MeasuringController, controller
from .result import Asked, Ratio

ROUNDS = 3
DONE_USERS = 12
MORE = 4
UPGRADE_DAY = "2026-12-07T19:00:00+01:00"
SMALLEST = [
    {
        "name": "The smallest playbook",
        "hosts": "localhost",
        "gather_facts": False,
        "tasks": [{"name": "Say nothing", "ansible.builtin.debug": {"msg": ""}}],
    }
]


@dataclass(frozen=True)
class Round:
    """One run of each, and the seconds until the first cmdlet of a task was called."""

    smallest: Cost
    nothing: Cost
    done: Cost
    task: Cost
    tasks: Cost
    first: float

    def times_smallest(self, cost: Cost) -> float:
        """Return a cost as a multiple of the smallest playbook's."""
        return cost.wall / self.smallest.wall


def run(asked: Asked) -> Iterator[Ratio]:
    """Measure a job with nothing due, one whose users are done, and tasks of a module; then the demo."""
    users = names(DONE_USERS + 1)
    with Hosts({"clock": "2026-11-30T07:00:00Z", **people(users)}) as hosts, controller(hosts) as on:
        hosts.rate(FAST)
        hosts.advance_to(UPGRADE_DAY)
        _night(on, "done", users)
        rounds = [_round(on, hosts, users) for _each in range(1 if asked.quick else ROUNDS)]
    nothing, done = "a daily job with nothing due", f"a wave of {DONE_USERS} users that are done"
    yield _ratio(f"{nothing} / the smallest playbook", rounds, lambda each: each.times_smallest(each.nothing), 4.0)
    yield _ratio(f"{done} / the smallest playbook", rounds, lambda each: each.times_smallest(each.done), 9.0)
    more = "one more task of a module / the smallest playbook"
    yield _ratio(more, rounds, lambda each: (each.times_smallest(each.tasks) - each.times_smallest(each.task)) / MORE)
    yield _ratio("from the start to the first cmdlet", rounds, lambda each: each.first, 3.0, " s")
    if not asked.quick:
        yield _demo()


def _round(on: MeasuringController, hosts: Hosts, users: list[str]) -> Round:
    def task(times: int) -> Cost:
        read = [Task("csuser_info", {"users": users[:1]}).as_yaml(number) for number in range(times)]
        return on.measured([{"hosts": "sfb01", "gather_facts": False, "tasks": read}]).cost

    smallest = on.measured(SMALLEST).cost
    nothing, done = (_night(on, name, users) for name in ("nothing", "done"))
    hosts.begin({})
    one = task(1)
    return Round(smallest, nothing, done, one, task(1 + MORE), float(hosts.drawn()["first"]) - one.began)


def _ratio(
    what: str, rounds: list[Round], value: Callable[[Round], float], target: float | None = None, unit: str = ""
) -> Ratio:
    parts = [field.name for field in fields(Round) if field.name != "first"]
    seconds = {f"{name}_seconds": [getattr(each, name).wall for each in rounds] for name in parts}
    processor = {f"{name}_processor_seconds": [getattr(each, name).processor for each in rounds] for name in parts}
    memory = {f"{name}_megabytes": [getattr(each, name).megabytes for each in rounds] for name in parts}
    values = [value(each) for each in rounds]
    measured = {**seconds, **processor, **memory, "values": values}
    return Ratio("fixed-cost", what, median(values), target, measured=measured, unit=unit)


def _night(on: MeasuringController, name: str, users: list[str]) -> Cost:
    later = wave("later", users[-1:], upgrade_on="2027-06-01")
    due = [wave("done", users[:-1])] if name == "done" else []
    variables: Mapping[str, Any] = {
        "teams_upgrade_plan": plan(*due, later),
        "teams_upgrade_now": UPGRADE_DAY,
        "teams_upgrade_report_dir": str(on.folder / name),
        "teams_upgrade_sync_timeout": 20,
        "teams_upgrade_sync_interval": 1,
    }
    return on.measured(PLAYBOOK, extra_vars=variables).cost


def _demo() -> Ratio:
    began = time.monotonic()
    subprocess.run([sys.executable, "-P", str(ROOT / "demo" / "run.py")], check=True, stdout=subprocess.DEVNULL)
    took = time.monotonic() - began
    return Ratio("fixed-cost", "make demo, after set-up", took, 40.0, unit=" s")
