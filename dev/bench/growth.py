# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each user costs in time and memory as there are more of them, in a task of a module and in the look for drift at a whole wave."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.controller import Task
from tests.lab.modules.people import MOVER
from tests.playbooks.stage import plan, wave

from .hosts import Hosts, names, people
from .playbooks import Cost, MeasuringController, controller, on_open_sessions
from .result import Asked, Ratio

COUNTS = (1_000, 10_000, 100_000)
DRIFT = "sfb.teams_upgrade.drift"
NIGHT = "2026-12-08T02:00:00+01:00"
# Of 100,000 users in state.
SECONDS, MEGABYTES, PER_USER = 180.0, 400.0, 1.2


@dataclass(frozen=True)
class Size:
    """What was measured for a number of users: the task, the wave, and the hosts' processor seconds."""

    users: int
    module: Cost
    wave: Cost
    lab: float

    def measured(self, cost: Cost) -> dict[str, Any]:
        """Return a cost for the file, with the processes that used most."""
        most = sorted(cost.processes, key=lambda each: float(each["seconds"]), reverse=True)[:6]
        return {
            "wall_seconds": cost.wall,
            "own_processor_seconds": cost.processor,
            "own_processor_milliseconds_per_user": 1000 * cost.processor / self.users,
            "largest_process_megabytes": cost.megabytes,
            "lab_processor_seconds": self.lab,
            "processes": most,
        }


def run(asked: Asked) -> Iterator[Ratio]:
    """Measure each number of users."""
    counts = (20, 40) if asked.quick else [count for count in COUNTS if count <= (asked.users or COUNTS[-1])]
    sizes = [_size(count) for count in counts]
    for size in sizes:
        for name, cost in (("csuser_move --check", size.module), ("drift of a wave", size.wave)):
            what = f"{name}, {size.users} users"
            yield Ratio(
                "growth",
                f"{what}: processor time per user",
                1000 * cost.processor / size.users,
                unit=" ms",
                measured=size.measured(cost),
            )
            yield Ratio("growth", f"{what}: largest process", cost.megabytes, unit=" MB")
    if len(sizes) > 1:
        yield from _against_targets(sizes)


def _against_targets(sizes: Sequence[Size]) -> Iterator[Ratio]:
    smaller, last = sizes[-2:]
    full = last.users == COUNTS[-1]
    what = f"drift of a wave, {last.users} users"
    yield Ratio("growth", f"{what}: own processor time", last.wave.processor, SECONDS if full else None, unit=" s")
    yield Ratio("growth", f"{what}: largest process", last.wave.megabytes, MEGABYTES if full else None, unit=" MB")
    for name, cost, before in (
        ("csuser_move --check", last.module, smaller.module),
        ("drift", last.wave, smaller.wave),
    ):
        ratio = (cost.processor / last.users) / (before.processor / smaller.users)
        yield Ratio(
            "growth", f"{name}: a user of {last.users} / one of {smaller.users}", ratio, PER_USER if full else None
        )


def _size(count: int) -> Size:
    users = names(count)
    seed = {"clock": "2026-11-30T07:00:00Z", **people(users, homing="online", policy="UpgradeToTeams")}
    with Hosts(seed) as hosts, controller(hosts) as on:
        hosts.advance_to(NIGHT)
        before = hosts.processor_seconds
        task = Task("csuser_move", {**MOVER, "users": users}, check=True)
        module = on.measured(on_open_sessions("sfb01", users[:1], [task]))
        if module.run.results[-1].result["summary"]["ok"] != count:
            raise RuntimeError(f"not all are in state: {module.run.results[-1].result['summary']}")
        return Size(count, module.cost, _drift(on, users), hosts.processor_seconds - before)


def _drift(on: MeasuringController, users: Sequence[str]) -> Cost:
    (on.folder / "wave.csv").write_text("\n".join(["user", *users]) + "\n", encoding="utf-8")
    everybody = {name: value for name, value in wave("pilot", []).items() if name != "users"} | {
        "users_file": "wave.csv"
    }
    variables: Mapping[str, Any] = {
        "teams_upgrade_plan": plan(everybody),
        "teams_upgrade_plan_dir": str(on.folder),
        "teams_upgrade_now": NIGHT,
        "teams_upgrade_report_dir": str(on.folder),
        "teams_upgrade_report_name": "drift",
    }
    found = on.measured(DRIFT, check=True, extra_vars=variables).cost
    counts = json.loads((on.folder / "drift.json").read_text(encoding="utf-8"))["counts"]
    if counts["in_state"] != len(users):
        raise RuntimeError(f"not all are in state: {counts}")
    return found
