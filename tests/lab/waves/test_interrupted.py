# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wave whose job is killed before or after any of its calls, and that is done by the next job.

The job is a process of its own. That of ansible-playbook is killed in `tests/playbooks/test_interrupted.py`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.wave import Due
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.ledger import RunLedger

from tests.extent import LONG, in_long_runs
from tests.lab.interruptions import interrupted, kill
from tests.lab.waves.interrupted_wave import POINTS, READING_POINTS, REPRESENTATIVE, SEED, moment_of, plan_of, wrong
from tests.lab.waves.job import Job, start
from tests.playbooks.stage import FAST
from tests.unit.properties.in_process import Play


@pytest.mark.parametrize(("due", "number", "when"), POINTS if LONG else REPRESENTATIVE)
def test_r36_the_next_job_finishes_what_a_killed_one_has_begun(
    due: Due, number: int, when: str, tmp_path: Path
) -> None:
    assert_finished(due, number, when, f"sqlite:///{tmp_path}/ledger.db", writes=True)


@in_long_runs
@pytest.mark.parametrize(("due", "number", "when"), READING_POINTS if LONG else READING_POINTS[:1])
def test_r36_the_next_job_does_all_where_a_killed_one_was_reading(
    due: Due, number: int, when: str, tmp_path: Path
) -> None:
    assert_finished(due, number, when, f"sqlite:///{tmp_path}/ledger.db", writes=False)


def assert_finished(due: Due, number: int, when: str, url: str, *, writes: bool) -> None:
    """Kill a job at a call, and let the next one do the rest."""
    ledger = RunLedger(url, None, 300, 1)
    plan = plan_of(due)
    with Lab(SEED) as lab:
        lab.clock.rate = FAST
        killed = start(lab, ledger, moment_of(due), plan, sessions=2)
        with interrupted(lab, number, when, lambda: kill(killed.pid), writes=writes) as interruption:
            said, _nothing = killed.communicate(timeout=120)
        assert interruption.happened.is_set(), said
        report = Job(Play(lab), ledger).run(moment_of(due), plan)
        again = len(lab.journal.entries(writes=True))
        Job(Play(lab), ledger).run(moment_of(due), plan)
        assert len(lab.journal.entries(writes=True)) == again
        assert not report["failed"], report["verdict"]
        assert wrong(lab.journal.entries(writes=True), lab, ledger, due) == []
