# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated hosts of a benchmark, in a process of their own, whose processor time is so counted apart.

Reads its seed from a file, prints the inventory as one line of JSON, then answers orders, one line of JSON each, until its input ends.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from math import exp
from pathlib import Path
from random import Random
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.latency import Latencies

# What a session begins with.
_OF_SESSIONS = ("import-module", "connect-microsoftteams", "get-cstenant")


@dataclass
class DrawnLatencies(Latencies):
    """Log-normal latencies: `seconds` are means. Each cmdlet's are drawn from a generator of its own, so that they are always the same.

    `drawn` has what was drawn, call by call, `calls` is how many calls there were, `first` when the first was that is no part of the
    start of a session, in seconds since the epoch. `waiting` is from when until when there was a call that takes time.
    """

    sigma: float = 0.0
    seed: int = 1
    drawn: list[float] = field(default_factory=list)
    calls: int = 0
    first: float | None = None
    waiting: tuple[float, float] | None = None
    _generators: dict[str, Random] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, cmdlet: str) -> float:
        """Draw how long a call takes."""
        mean = super().of(cmdlet)
        with self._lock:
            if cmdlet.casefold() not in _OF_SESSIONS:
                self.first = self.first or time.time()
            self.calls += 1
            if not mean:
                return 0.0
            generator = self._generators.setdefault(cmdlet.casefold(), Random(f"{self.seed} {cmdlet.casefold()}"))
            seconds = mean * exp(generator.gauss(0.0, 1.0) * self.sigma - self.sigma**2 / 2)
            self.drawn.append(seconds)
            now = time.time()
            begun, ended = self.waiting or (now, now)
            self.waiting = begun, max(ended, now + seconds)
        return seconds

    def begin(self, seconds: Mapping[str, float], sigma: float) -> None:
        """Begin anew with other means, which are counted from here."""
        with self._lock:
            self.seconds = {name.casefold(): value for name, value in seconds.items()}
            self.sigma, self.drawn, self.calls, self.first, self.waiting = sigma, [], 0, None, None
            self._generators.clear()


def orders(lab: Lab, latencies: DrawnLatencies) -> Mapping[str, Callable[..., Any]]:
    """What can be ordered, by name."""

    def drawn() -> dict[str, Any]:
        begun, ended = latencies.waiting or (0.0, 0.0)
        return {
            "seconds": sum(latencies.drawn),
            "each": latencies.drawn,
            "calls": latencies.calls,
            "first": latencies.first,
            "elapsed": ended - begun,
        }

    def begin(seconds: Mapping[str, float], sigma: float = 0.0) -> None:
        latencies.begin(seconds, sigma)
        lab.journal.clear()

    def advance_to(moment: str) -> None:
        wanted = datetime.fromisoformat(moment)
        if lab.clock.now() < wanted:
            lab.clock.set(wanted)

    def rate(rate: float) -> None:
        lab.clock.rate = rate

    def calls() -> dict[str, int]:
        return Counter(entry.cmdlet for entry in lab.journal.entries())

    return {"drawn": drawn, "begin": begin, "advance_to": advance_to, "rate": rate, "calls": calls}


def main() -> int:
    """Run the hosts until there is no more input."""
    given = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    latencies = DrawnLatencies()
    with Lab(given["seed"], engine=given["engine"], latency=latencies) as lab:
        known = orders(lab, latencies)
        print(json.dumps(lab.inventory()), flush=True)
        for line in sys.stdin:
            order = json.loads(line)
            print(json.dumps(known[order.pop("do")](**order)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
