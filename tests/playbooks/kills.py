# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wave of 100 users is notified and upgraded by the shipped playbook, while processes of it are killed at random moments.

`dev/kills.py` kills a hundred. After each kill the playbook is run again, until the wave is done; then another wave begins on new hosts.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.wave import Due
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab

from tests.controller import end
from tests.lab.processes import connections, modules, ports
from tests.lab.waves.interrupted_wave import moment_of
from tests.playbooks.nights import Nights, Running
from tests.playbooks.stage import FAST

Say = Callable[[str], None]
PLAYBOOK, TASK, CONNECTION = "ansible-playbook", "module", "connection"
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
# Moves and grants take a while, so that kills meet some of them on the host.
LATENCY = "Move-CsUser=0.3,Grant-CsTeamsUpgradePolicy=0.1,Start-CsExMeetingMigration=0.1"
SHELLS_GONE_SECONDS = 5.0
# How long it is looked whether a shell that is left goes later, as on a machine with too much to do, or never.
LOOKED_FOR_SECONDS = 60.0
# Of the runs of a day, so many may be killed: the others have to come to an end.
KILLED_RUNS = 30
RUN_SECONDS = 300.0
# What a run is expected to take, and how many calls it makes, while no undisturbed one was seen.
FIRST_GUESS = (20.0, 250)
BY_TIME = 0.25


@dataclass(frozen=True)
class Kill:
    """What is killed, with which signal, and when: after some seconds, or once so many calls have come."""

    what: str
    how: signal.Signals
    seconds: float = 0.0
    calls: int = 0

    def __str__(self) -> str:
        when = f"after {self.calls} calls" if self.calls else f"after {self.seconds:.1f} s"
        return f"{self.how.name} for {self.what} {when}"


@dataclass
class Seen:
    """What happened, by process and signal. `wrong` are sentences."""

    kills: Counter[tuple[str, str]] = field(default_factory=Counter)
    shells_left: Counter[tuple[str, str]] = field(default_factory=Counter)
    doubled: Counter[tuple[str, str]] = field(default_factory=Counter)
    lost: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    waves: int = 0
    runs: int = 0
    slowest: float = 0.0
    # Seconds and calls of the undisturbed runs with most to do, by what was due.
    whole: dict[Due, tuple[float, int]] = field(default_factory=dict)


class Killing:
    """Kills what runs of a wave consist of, until it has killed so often."""

    def __init__(self, wanted: int, users: int, chance: random.Random, say: Say) -> None:
        self.wanted, self.users, self.chance, self.say = wanted, users, chance, say
        self.seen = Seen()

    def run(self) -> Seen:
        """Work through waves until enough was killed, and the last of them to its end."""
        while sum(self.seen.kills.values()) < self.wanted:
            with TemporaryDirectory(prefix="tu-") as folder:
                self._wave(Path(folder))
            self.seen.waves += 1
        return self.seen

    def _wave(self, folder: Path) -> None:
        users = [f"user{number:03}@contoso.com" for number in range(self.users)]
        with Lab(Nights.seed(users), latency=LATENCY) as lab:
            lab.clock.rate = FAST
            nights = Nights(lab, folder, users)
            last: Kill | None = None
            for due in (Due.NOTIFY, Due.UPGRADE):
                last = self._day(nights, due, last)
            self._blame(last, self.seen.lost, nights.astray())
            self.seen.wrong += nights.unexplained()

    def _day(self, nights: Nights, due: Due, last: Kill | None) -> Kill | None:
        """Run the playbook again and again until one run was not killed, and left nobody over. Returns the last kill."""
        for attempt in range(KILLED_RUNS + 5):
            kill = self._chosen(due) if attempt < KILLED_RUNS else None
            running = nights.start(moment_of(due))
            happened = self._kill(running, kill) if kill else None
            last = happened or last
            self._end(running, nights, last)
            if happened is None and running.returncode == 0:
                seen = self.seen.whole.get(due, (0.0, 0))
                self.seen.whole[due] = max(seen[0], running.seconds), max(seen[1], len(running.entries()))
            if happened is None and running.returncode == 0 and not nights.left_over(due):
                return last
        self.seen.wrong.append(f"{due.value}: not done after {KILLED_RUNS + 5} runs")
        return last

    def _chosen(self, due: Due) -> Kill | None:
        if sum(self.seen.kills.values()) >= self.wanted:
            return None
        what, how = self.chance.choice((PLAYBOOK, TASK, CONNECTION)), self.chance.choice(SIGNALS)
        seconds, calls = self.seen.whole.get(due, FIRST_GUESS)
        if self.chance.random() < BY_TIME:
            return Kill(what, how, seconds=self.chance.uniform(0, seconds))
        return Kill(what, how, calls=self.chance.randint(1, max(1, calls)))

    def _kill(self, running: Running, kill: Kill) -> Kill | None:
        """Kill at the moment, or as soon afterwards as there is such a process. None where the run ends before."""
        while running.going():
            late = running.seconds >= kill.seconds if not kill.calls else len(running.entries()) >= kill.calls
            pids = _candidates(running, kill.what) if late else []
            if pids:
                self._kill_one(running, kill, self.chance.choice(pids))
                return kill
            time.sleep(0.03)
        return None

    def _kill_one(self, running: Running, kill: Kill, pid: int) -> None:
        reached, key = ports(pid), (kill.what, kill.how.name)
        shells = running.shells(reached if kill.what == CONNECTION else None)
        with suppress(ProcessLookupError):
            os.kill(pid, kill.how)
        self.seen.kills[key] += 1
        self.say(f"{sum(self.seen.kills.values())}: {kill}, {len(running.entries())} calls, {len(shells)} shells open")
        if kill.what == TASK:
            return  # its sessions are the playbook's, and go on
        if kill.what == PLAYBOOK:
            running.wait(RUN_SECONDS)
        self._gone(lambda: shells & running.shells(), kill)

    def _gone(self, left: Callable[[], set[str]], kill: Kill | None) -> None:
        since = time.monotonic()
        late: set[str] = set()
        while (still := left()) and time.monotonic() - since < LOOKED_FOR_SECONDS:
            if not late and time.monotonic() - since > SHELLS_GONE_SECONDS:
                late = still
            time.sleep(0.02)
        seconds = time.monotonic() - since
        self.seen.slowest = max(self.seen.slowest, seconds)
        self._blame(
            kill, self.seen.shells_left, [f"shell {each} was left for {seconds:.0f} s" for each in sorted(late)]
        )

    def _end(self, running: Running, nights: Nights, last: Kill | None) -> None:
        """Wait for the end of a run, and look at what it has left."""
        try:
            running.wait(RUN_SECONDS)
        except TimeoutError:
            self.seen.wrong.append(f"a run did not end within {RUN_SECONDS:.0f} s after {last}")
        self._gone(running.shells, last)
        end(running.process)
        self.seen.runs += 1
        self._blame(last, self.seen.doubled, nights.newly_doubled())
        self._blame(last, self.seen.lost, running.unlisted())

    def _blame(self, kill: Kill | None, count: Counter[tuple[str, str]], sentences: list[str]) -> None:
        count[(kill.what, kill.how.name) if kill else ("none", "")] += len(sentences)
        found = [f"{each} (last kill: {kill})" for each in sentences]
        self.seen.wrong += found
        for each in found:
            self.say(each)


def _candidates(running: Running, what: str) -> list[int]:
    if what == PLAYBOOK:
        return [running.process.pid]
    if what == CONNECTION:
        return connections(running.folder)
    found = modules(running.folder)
    return [max(found)] if found else []


def table(seen: Seen) -> str:
    """The counts by process and signal."""
    counts: Mapping[str, Counter[Any]] = {
        "kills": seen.kills,
        "shells left": seen.shells_left,
        "doubled writes": seen.doubled,
        "lost users": seen.lost,
    }
    rows = [(what, how.name) for what in (PLAYBOOK, TASK, CONNECTION) for how in SIGNALS]
    lines = [["process", "signal", *counts], *([*row, *(str(each[row]) for each in counts.values())] for row in rows)]
    lines.append(["all", "", *(str(sum(each.values())) for each in counts.values())])
    return "\n".join(f"{line[0]:<18}{line[1]:<9}" + "".join(f"{each:>16}" for each in line[2:]) for line in lines)


def kill(wanted: int, users: int = 100, chance: str = "1", say: Say = lambda _text: None) -> Seen:
    """Kill so often. `chance` is the seed of what is chosen: what, how and when; the processes' own timing is not in it."""
    # A program that was started in the background ignores the interrupt, and so would all that it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    return Killing(wanted, users, random.Random(chance), say).run()
