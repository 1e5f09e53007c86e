# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The daily job is killed before or after a writing call, with all that it has started, and run again at once. No shell stays.

Each writing call in turn, in long runs: every day the same is tried with the processes of a job (`tests/lab/waves`) and of a module.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.wave import Due
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.ledger import NAME, RunLedger

from tests.controller import end
from tests.extent import in_long_runs
from tests.lab.interruptions import interrupted, kill
from tests.lab.waiting import Eventually
from tests.lab.waves.interrupted_wave import POINTS, SEED, moment_of, plan_of, wrong
from tests.playbooks.stage import PLAYBOOK, SetStage


@in_long_runs
@pytest.mark.parametrize(("due", "number", "when"), POINTS)
def test_r36_a_killed_playbook_is_finished_by_the_next(
    stage: SetStage, short_folder: Path, eventually: Eventually, due: Due, number: int, when: str
) -> None:
    now, plan = moment_of(due), plan_of(due)
    with stage(SEED) as on:
        on.lab.clock.set(now)
        given = {"teams_upgrade_plan": plan, "teams_upgrade_now": now.isoformat()}
        command = on.controller.command(PLAYBOOK, check=False, diff=False, extra_vars=given)
        environment = on.controller.environment(short_folder / "killed.jsonl")
        process = on.controller.start(command, environment, short_folder / "killed.txt")
        with interrupted(on.lab, number, when, lambda: kill(process.pid)) as interruption:
            process.wait(240)
        eventually(lambda: not on.lab.journal.shells(still_open=True), seconds=5)
        end(process)
        assert interruption.happened.is_set(), (short_folder / "killed.txt").read_text(encoding="utf-8")
        before = on.lab.journal.entries(writes=True)
        night = on.night(now.isoformat(), plan, teams_upgrade_interrupted_timeout=1)
        assert night.run.returncode == 0, night.verdict
        ledger = RunLedger(f"sqlite:///{short_folder / NAME}", None, 300, 1)
        assert wrong([*before, *night.writes], on.lab, ledger, due) == []
