# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much faster grants are than what people do today, on the same hosts and with the same latencies.

Ansible's own connection sends script: it is compared on hosts with a real PowerShell, and so is one task per user on our connection.
Scripts with pypsrp are compared on the embedded engine.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.get_csonlineuser import CHUNK
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.latency import REALISTIC

from tests.controller import Task

from .hosts import Hosts, names, people
from .peers import GRANT, MODE, PlainSessions, grant, raw_loop, raw_tasks
from .playbooks import Measured, controller, on_open_sessions
from .result import Asked, Ratio

SESSIONS = 4
# Of what cmdlets take in the field.
SCALE = 0.1
PARALLEL = 25
SIGMA = 1.0
TEAMS = "teams01"
# A PowerShell takes long for what it does for the first time: so many reads of each session come before.
READS = 3


def run(asked: Asked) -> Iterator[Ratio]:
    """Compare with tasks of Ansible's own connection where there is a PowerShell, then with scripts."""
    if os.environ.get("PWSH") or shutil.which("pwsh"):
        yield from _against_tasks(asked)
    yield _against_plain(asked)
    yield _against_groups(asked)


def _against_tasks(asked: Asked) -> Iterator[Ratio]:
    few, many = (2, 6) if asked.quick else (10, asked.number(1000, 6))
    users = names(3 * few + 3 * many + 1)
    own, loop, separate, ours_separate = _parts(users, [many, many, few, few])
    latencies = {name: seconds * SCALE for name, seconds in REALISTIC.items()}
    with (
        Hosts(people(users, policy="Islands"), engine="pwsh") as hosts,
        controller(hosts, ansible_runspace_sessions=SESSIONS) as on,
    ):
        hosts.begin(latencies)
        single = [_task([user]) for user in ours_separate]
        ours = on.measured(on_open_sessions(TEAMS, own[: READS * CHUNK * SESSIONS], [_task(own), *single]))
        stock = on.measured(_play(raw_loop(loop)))
        each = on.measured(_play(raw_tasks(separate)))
        _check(hosts, 2 * many + 2 * few)
    user = ours.seconds(2) / many
    by_task = sum(one.seconds for one in ours.run.results[3:]) / few
    by_connection = _seconds(each) / few
    # The sign-in in its first item is no part of a loop over many.
    began = latencies["import-module"] + latencies["connect-microsoftteams"]
    by_loop = (_seconds(stock) - began) / many
    measured = {
        "per_user_seconds": user,
        "one_task_each_seconds": by_task,
        "one_connection_each_seconds": by_connection,
        "stock_loop_seconds": by_loop,
    }
    yield _faster("one task and one connection per user", by_connection / user, 20.0, measured)
    yield _faster("a loop over one shell of the stock connection", by_loop / user, 0.95 * SESSIONS, measured)
    yield _faster("one task per user on our connection", by_task / user, None, measured)


def _against_plain(asked: Asked) -> Ratio:
    count = asked.number(200, 10)
    seconds = 0.02 if asked.quick else 0.2
    ours, plain, calls = _ours_and_theirs(count, 1, seconds, 0.0)
    what = f"{count} grants / a plain script, one session, {1000 * seconds:.0f} ms"
    return Ratio("today", what, ours / plain, 1.05, measured={"ours_seconds": ours, "script_seconds": plain, **calls})


def _against_groups(asked: Asked) -> Ratio:
    parallel = 4 if asked.quick else PARALLEL
    count = 8 if asked.quick else asked.number(12 * PARALLEL, 8)
    seconds = 0.05 if asked.quick else 1.0
    ours, groups, calls = _ours_and_theirs(count, parallel, seconds, SIGMA)
    what = f"times faster than groups of {parallel} jobs, {count} grants, mean of {1000 * seconds:.0f} ms"
    measured = {"ours_seconds": ours, "groups_seconds": groups, **calls}
    return Ratio("today", what, groups / ours, 1.9, at_least=True, measured=measured)


def _ours_and_theirs(count: int, sessions: int, seconds: float, sigma: float) -> tuple[float, float, dict[str, Any]]:
    """Return how long our task takes, and how long a script with as many sessions, which all have begun before."""
    users = names(2 * count + 1)
    with (
        Hosts(people(users, policy="Islands")) as hosts,
        controller(hosts, ansible_runspace_sessions=sessions) as on,
    ):
        hosts.begin({GRANT: seconds}, sigma)
        ours = on.measured(on_open_sessions(TEAMS, users[-1:], [_task(users[:count])])).seconds(2)
        own = hosts.drawn()["seconds"]
        _check(hosts, count)
        hosts.begin({GRANT: seconds}, sigma)
        with PlainSessions(hosts.variables(TEAMS), sessions) as script:
            theirs = script.each(users[count:-1], grant)
        _check(hosts, count)
        drawn = {"our_latencies_seconds": own, "their_latencies_seconds": hosts.drawn()["seconds"]}
    return ours, theirs, drawn


def _task(users: Sequence[str]) -> Task:
    return Task("teams_upgrade_policy", {"users": list(users), "mode": MODE, "method": "grant"})


def _play(tasks: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"name": "As people do today", "hosts": TEAMS, "gather_facts": False, "tasks": tasks}]


def _seconds(measured: Measured) -> float:
    return sum(each.seconds for each in measured.run.results)


def _parts(users: Sequence[str], sizes: Sequence[int]) -> list[Sequence[str]]:
    ends = [sum(sizes[:place]) for place in range(len(sizes) + 1)]
    return [users[start:end] for start, end in pairwise(ends)]


def _check(hosts: Hosts, count: int) -> None:
    if (calls := hosts.calls().get(GRANT, 0)) != count:
        raise RuntimeError(f"{calls} grants were made, not {count}")


def _faster(than: str, value: float, target: float | None, measured: dict[str, Any]) -> Ratio:
    return Ratio("today", f"times faster than {than}", value, target, at_least=True, measured=measured)
