# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A run that several jobs begin at once, and that one of them is to do: the slices of a launch of AWX."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.processes import Process, process
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import Begun, NewRun, Selection

from tests.ledgers import Place

ELSEWHERE = Process("another-container", 7, "1")


def begin(place: Place, job: str, by: Process) -> Begun:
    with place.open() as ledger:
        return ledger.begin_run(NewRun(by, "awx-40", job, once=True))


def test_the_first_job_has_the_run_for_good(place: Place) -> None:
    assert begin(place, "41", process()) == Begun("awx-40", True)
    # Its next playbook is the same process.
    assert begin(place, "41", process()) == Begun("awx-40", True)
    assert begin(place, "42", ELSEWHERE).taken_by == "41"
    # In two containers, processes may look alike.
    assert begin(place, "42", process()).taken_by == "41"
    with place.open() as ledger:
        ledger.end_run("awx-40", "done")
    assert begin(place, "43", ELSEWHERE).taken_by == "41"
    with place.read() as ledger:
        assert [(run["job"], run["verdict"]) for run in ledger.runs(Selection())] == [("41", "done")]


def test_of_jobs_that_begin_at_once_one_has_the_run(place: Place) -> None:
    with place.open():
        pass  # the tables are there
    with ThreadPoolExecutor(8) as pool:
        begun = list(pool.map(lambda job: begin(place, str(job), Process("c", job, "1")), range(8)))
    (first,) = [each for each in begun if not each.taken_by]
    assert first.own
    assert len({each.taken_by for each in begun if each.taken_by}) == 1
