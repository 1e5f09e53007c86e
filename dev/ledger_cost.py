# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a ledger adds to the time that a wave takes: measured on simulated hosts, over the real protocol.

`make ledger-cost` runs this. The same wave is worked through without a ledger, with a file and with PostgreSQL, in turn; docs/ledger.md has
the figures.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.calls import ModuleCall
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.run import RunState, WaveState
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.ledger import RunLedger

from tests.lab.waves.night import Waves
from tests.lab.wire import OverTheWire
from tests.playbooks.stage import UPGRADE_DAY, plan, wave
from tests.postgresql import PostgresqlServer

SESSIONS = 4


class NoLedger(RunLedger):
    """Remembers nothing."""

    def args(self, run: RunState, state: WaveState, call: ModuleCall) -> dict[str, object]:
        return call.args(run, state)

    def begin(self, *_args: Any) -> None: ...

    def end(self, *_args: Any) -> None: ...

    def members(self, *_args: Any) -> dict[str, Any]:
        return {}

    def recall(self, *_args: Any) -> None: ...

    def calling(self, *_args: Any) -> None: ...

    def called(self, *_args: Any) -> None: ...


def seconds(ledger: RunLedger, users: int, latency: float) -> float:
    """How long the wave takes, readiness and reading back included."""
    names = [f"user{number:05}@contoso.com" for number in range(users)]
    seed = {"clock": "2026-11-30T07:00:00Z", "users": [{"sip": name} for name in names]}
    with Lab(seed) as lab, OverTheWire(lab, sessions=SESSIONS) as play:
        for cmdlet in ("Move-CsUser", "Get-CsUser", "Get-CsOnlineUser"):
            lab.latencies.set(cmdlet, latency)
        on = Waves(lab, play, ledger.url)
        on.job.ledger = ledger
        for host in ("sfb01", "teams01"):
            play.open(host).pool.wait(30)  # type: ignore[union-attr]
        began = perf_counter()
        night = on.night(UPGRADE_DAY, plan(wave("pilot", names)))
        took = perf_counter() - began
    moved = sum(entry.cmdlet == "Move-CsUser" for entry in night.writes)
    if night.report["failed"] or moved != users:
        raise RuntimeError(night.verdict)
    return took


def main() -> int:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=1000)
    parser.add_argument("--latency", type=float, default=0.05, help="seconds that a cmdlet takes")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory())
        server = stack.enter_context(PostgresqlServer())
        found: dict[str, list[float]] = {}
        for number in range(asked.rounds):
            ledgers = {
                "none": NoLedger("", None, 300),
                "SQLite": RunLedger(f"sqlite:///{folder}/{number}.db", None, 300),
                "PostgreSQL": RunLedger(server.new_database(), server.password, 300),
            }
            for name, ledger in ledgers.items():
                found.setdefault(name, []).append(seconds(ledger, asked.users, asked.latency))
                print(f"{name}: {found[name][-1]:.1f} s", flush=True)
    for name, times in found.items():
        print(f"{name}: {median(times):.1f} s, {100 * (median(times) / median(found['none']) - 1):+.1f} %")
    return 0


if __name__ == "__main__":
    sys.exit(main())
