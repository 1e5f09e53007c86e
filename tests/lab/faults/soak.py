# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users are moved to the cloud and back, again and again, through sessions on a host that answers some requests badly.

`dev/soak.py` does so for half an hour. What is said of each user is compared with where they are, and memory is measured.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from typing import Any, cast

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.state import state
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman import faults
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.service import Service

from tests.hostile import Exchange, Hostile, Misbehaviour, hostile
from tests.in_process import InProcess, Result
from tests.lab.connection.client import options_at
from tests.lab.faults.connection_process import ConnectionProcess
from tests.lab.modules.people import MOVER, address, seeded
from tests.misbehaviour import changed_fragments, cut_short, reset, says, slow, status

Say = Callable[[str], None]
POOL = "pool01.contoso.com"
FAULTS: dict[str, Misbehaviour] = {
    "reset": reset(),
    "reset after": reset(after=True),
    "answer cut short": cut_short,
    "502": status(502),
    "503": status(503),
    "a page": status(200),
    "aborted": says(faults.aborted()),
    "shell not found": says(faults.shell_not_found("X")),
    "timed out": says(faults.timed_out()),
    "throttled": says(faults.too_many_operations()),
    "fragment cut short": changed_fragments(lambda data: data[:-30]),
    "another's answer": changed_fragments(lambda data: data[:45] + bytes(16) + data[61:]),
    "slow": slow(0.5),
}
# Memory after so many minutes, or a quarter of the time where that is less, is what later memory is compared with.
WARM_UP_MINUTES = 5.0


@dataclass
class Seen:
    """What happened. `memory` is what the connection's process had after each round, in kilobytes, with the seconds since the start."""

    rounds: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    memory: list[tuple[float, int]] = field(default_factory=list)
    shells_left: int = 0

    def growth(self, warm_up: float) -> float:
        """How much memory grew from the end of the warm-up to the end, in per cent. Medians, since single values jump."""
        later = [memory for seconds, memory in self.memory if seconds >= warm_up]
        part = max(1, len(later) // 5)
        return 100 * (median(later[-part:]) / median(later[:part]) - 1) if later else 0.0


class OverAProcess(InProcess):
    """Modules run in this process, over sessions that another one keeps on a host that behaves badly."""

    def __init__(self, lab: Lab, host: Hostile, **options: Any) -> None:
        super().__init__(lab)
        known = options_at(host.name, host.address, host.port, **options)
        self.connection = ConnectionProcess(known)

    def new(self, host: str) -> Service:
        return cast(Service, self.connection)


def soak(minutes: float, chance: float, users: int = 20, say: Say = lambda _text: None) -> Seen:
    """Move users there and back for some minutes; `chance` is how likely each request to the host meets a fault."""
    seen, begun = Seen(), time.monotonic()
    names = [address(f"user{number}") for number in range(users)]

    def badly(exchange: Exchange) -> None:
        # No host says of a shell that is to be deleted that it is not there while it is.
        name = random.choice([each for each in FAULTS if (each, exchange.action) != ("shell not found", "Delete")])
        seen.met[name] += 1
        FAULTS[name](exchange)

    seed = {"timing": {"sync": 0}, "users": [seeded(name.partition("@")[0]) for name in names]}
    with Lab(seed) as lab, hostile(lab.front["sfb01"]) as host:
        options = {"side": "onprem", "read_timeout": 4, "operation_timeout": 2, "reconnect_timeout": 15, "sessions": 4}
        play = OverAProcess(lab, host, **options)
        host.order(badly, "*", times=None, chance=chance)
        while time.monotonic() - begun < minutes * 60:
            lab.journal.clear()
            lab.clock.advance(timedelta(hours=1))
            _round(play, names, seen)
            seen.memory.append((time.monotonic() - begun, play.connection.resident))
            if seen.rounds % 20 == 0:
                say(f"{seen.memory[-1][0]:.0f} s: {seen.rounds} rounds, {seen.memory[-1][1]} kB")
        seen.requests = len(host.seen)
        host.behave()
        play.connection.close(5)
        until = time.monotonic() + 5
        while lab.front["sfb01"].shells() and time.monotonic() < until:
            time.sleep(0.1)
        seen.shells_left = len(lab.front["sfb01"].shells())
    return seen


def _round(play: OverAProcess, names: list[str], seen: Seen) -> None:
    up = seen.rounds % 2 == 0
    seen.rounds += 1
    play.connection.task()
    target = {} if up else {"target": POOL}
    args = {"users": names, "return_users": "all", "max_fail_percentage": 100, "retry_delay": 1, **target, **MOVER}
    result = play.run("sfb01", "csuser_move", args)
    _compare(play.lab, result, names, up, seen)


def _compare(lab: Lab, result: Result, names: list[str], up: bool, seen: Seen) -> None:
    """Compare what was said of each user with where they are."""
    there = {user["user"]: user["locator"] != "SRV:" for user in state(lab.organisation)["users"]}
    if "users" not in result:
        seen.failed[str(result.get("msg"))] += 1
    seen.failed.update(line["reason"]["code"] for line in result.get("users", []) if "reason" in line)
    said = {line["user"]: line["status"] for line in result.get("users", [])}
    for name in names:
        status_of = said.get(name, "task failed" if result["failed"] else "not listed")
        seen.statuses[status_of] += 1
        if status_of in ("changed", "ok") and there[name] is not up:
            seen.wrong.append(f"round {seen.rounds}: {name} is said to be {status_of}, and is not there")
        if status_of == "not listed":
            seen.wrong.append(f"round {seen.rounds}: {name} is not listed")
    moved = Counter(str(entry.parameters["Identity"]) for entry in lab.journal.entries("Move-CsUser"))
    seen.wrong += [f"round {seen.rounds}: {name} was moved {count} times" for name, count in moved.items() if count > 1]
