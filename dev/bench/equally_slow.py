# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What 1,000 more moves cost where every call takes as long as a move, compared with the moves alone.

All that is read of those users before and after they are moved so has to be cheaper than a fifth of the moves.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.controller import Task
from tests.lab.modules.people import MOVER

from .hosts import Hosts, names, people
from .playbooks import controller, on_open_sessions
from .result import Asked, Ratio

SECONDS = 0.2
SESSIONS = 4
FEW = 100
TARGET = 1.2


def run(asked: Asked) -> Iterator[Ratio]:
    """Measure two tasks, one on few users and one on that many more."""
    few, more = (4, 8) if asked.quick else (FEW, asked.number(1000, 8))
    users = names(2 * few + more + 1)
    seconds = 0.05 if asked.quick else SECONDS
    with Hosts(people(users)) as hosts, controller(hosts, ansible_runspace_sessions=SESSIONS) as on:
        hosts.begin({"": seconds})
        tasks = [Task("csuser_move", {**MOVER, "users": part}) for part in (users[:few], users[few:-1])]
        found = on.measured(on_open_sessions("sfb01", users[-1:], tasks))
        calls = hosts.calls()
    if calls["Move-CsUser"] != 2 * few + more:
        raise RuntimeError(f"{calls['Move-CsUser']} of {2 * few + more} users were moved")
    small, large = found.seconds(2), found.seconds(3)
    alone = more * seconds / SESSIONS
    yield Ratio(
        "equally-slow",
        f"{more} more moves, every call {1000 * seconds:.0f} ms, {SESSIONS} sessions",
        (large - small) / alone,
        TARGET,
        measured={"few_seconds": small, "many_seconds": large, "moves_alone_seconds": alone, "calls": calls},
    )
