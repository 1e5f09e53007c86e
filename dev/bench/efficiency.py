# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long a task takes, compared with the bound: the time that its cmdlets take, divided by the sessions.

Latencies are log-normal and those of the cmdlet that writes; what is read takes no time on the hosts, so that all that it costs counts
against the task. All that Ansible does for a task counts as well. The least that is possible is more than the bound, since the last
calls do not end together.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence

from tests.controller import Task
from tests.lab.modules.people import MOVER

from .hosts import Hosts, names, people
from .playbooks import controller, on_open_sessions
from .result import Asked, Ratio

SIGMA = 1.0
SESSIONS = (1, 3, 8)
# The most that the ratio may be, by the mean latency in seconds.
TARGETS = {0.05: 1.15, 0.2: 1.05}
WORK = {
    "grants": (
        "teams01",
        "Grant-CsTeamsUpgradePolicy",
        "teams_upgrade_policy",
        {"mode": "SfBWithTeamsCollab", "method": "grant"},
    ),
    "moves": ("sfb01", "Move-CsUser", "csuser_move", MOVER),
}


def run(asked: Asked) -> Iterator[Ratio]:
    """Measure each kind of work with each number of sessions and each latency."""
    count = asked.number(1000, 20)
    sessions = SESSIONS[-1:] if asked.quick else SESSIONS
    for latency, target in list(TARGETS.items())[: 1 if asked.quick else None]:
        for work in list(WORK)[: 1 if asked.quick else None]:
            for number in sessions:
                yield one(work, count, latency, number, target)


def one(work: str, count: int, latency: float, sessions: int, target: float) -> Ratio:
    """Measure one task."""
    host, cmdlet, module, args = WORK[work]
    users = names(count + 1)
    with (
        Hosts(people(users, policy="Islands")) as hosts,
        controller(hosts, ansible_runspace_sessions=sessions) as on,
    ):
        hosts.begin({cmdlet: latency}, SIGMA)
        before = hosts.processor_seconds
        found = on.measured(on_open_sessions(host, users[-1:], [Task(module, {**args, "users": users[:-1]})]))
        lab = hosts.processor_seconds - before
        drawn, calls = hosts.drawn(), hosts.calls()
    changed = found.run.results[-1].result["summary"]["changed"]
    if (changed, calls[cmdlet]) != (count, count):
        raise RuntimeError(f"{changed} of {count} users were changed by {calls[cmdlet]} calls")
    wall, bound = found.seconds(2), drawn["seconds"] / sessions
    return Ratio(
        "efficiency",
        f"{count} {work}, {1000 * latency:.0f} ms, {sessions} sessions",
        wall / bound,
        target,
        measured={
            "task_seconds": wall,
            "bound_seconds": bound,
            "least_seconds": least(drawn["each"], sessions),
            "first_to_last_call_seconds": drawn["elapsed"],
            "own_processor_seconds": found.cost.processor,
            "largest_process_megabytes": found.cost.megabytes,
            "lab_processor_seconds": lab,
        },
    )


def least(seconds: Sequence[float], sessions: int) -> float:
    """Return how long calls take that follow each other without a gap, each in the session that is free first."""
    free = [0.0] * sessions
    for each in seconds:
        heapq.heapreplace(free, free[0] + each)
    return max(free)
