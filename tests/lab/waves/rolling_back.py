# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One rollback in this process: the steps in the order of the role's tasks, their modules on simulated hosts.

As a program it is a process of its own, which a test can kill, as `job.py`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.plan import Plan, read_plan
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.rollback_report import summarise_rollback
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.rollback_steps import ALL_STEPS
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.rollback_waves import by_wave, take
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.run import RunState
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.ledger import RunLedger
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.rollback_ledger import RollbackLedger
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.stepping import do_step

from tests.lab.waves.job import Job, Report, launch, ordered, steps_of


class RollbackJob(Job):
    """Rollbacks with the modules of `play`, from the ledger of the waves."""

    def back(
        self,
        now: datetime,
        *,
        wave: str = "",
        users: Sequence[str] = (),
        pool: str = "",
        plan: Mapping[str, Any] | None = None,
        check: bool = False,
        **choices: Any,
    ) -> Report:
        """Roll a wave or users back at a moment, and return the report. `choices` are the role's."""
        clock = self.play.lab.clock
        mine = self.ledger
        ledger = RollbackLedger(mine.url, mine.password, mine.claim_timeout, mine.interrupted_timeout)
        run = RunState(
            now,
            began=clock.now(),
            check_mode=check,
            rolls_back=True,
            ledger=ledger.url,
            most_users=choices.pop("most_users", None),
            fail_when_closed=choices.pop("fail_when_closed", False),
        )
        planned = read_plan(plan, lambda path: Path(path).read_bytes()) if plan else Plan(())
        known = ledger.users(list(users) or None, wave or None)
        found = {wave: [user for user, _wave in known]} if wave else by_wave(users, dict(known))
        take(run, found, planned, pool)
        ledger.begin(run, {}, os.getpid())
        for state in run.waves.values():
            for name in steps_of("steps/rollback.yml"):
                options = self._options(name, choices)
                answered = partial(self._answer, run, ALL_STEPS[name].side)
                list(do_step(run, state, name, options, ledger, answered, clock.now))
        report = summarise_rollback(run)
        ledger.end(run, str(report["verdict"]))
        return report

    def _options(self, step: str, choices: Mapping[str, Any]) -> Mapping[str, Any]:
        same = {"rollback_move": "move", "rollback_sync": "sync"}
        return super()._options(same.get(step, step), choices)


def start_back(
    lab: Lab, ledger: RunLedger, now: datetime, *, sessions: int = 1, **choices: Any
) -> subprocess.Popen[str]:
    """Start a rollback on the hosts of a lab as a process of its own, which leads a process group. It writes its report."""
    return launch("rolling_back", lab, ledger, sessions, now=now.isoformat(), choices=choices)


def main() -> None:
    """Do what the orders on the standard input say, and write the report to the standard output."""
    with ordered() as (play, ledger, orders):
        report = RollbackJob(play, ledger).back(datetime.fromisoformat(orders["now"]), **orders["choices"])
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    main()
