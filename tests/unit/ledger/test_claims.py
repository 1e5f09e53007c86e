# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""No two runs work on one user at the same time, and what a dead run had claimed becomes free."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.ledger import Ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.processes import Process, process
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import Holder

from tests.controller import ROOT
from tests.ledgers import Place

from .builders import ALICE, BOB, CAROL, ELSEWHERE, another_process, begin


def test_a_user_is_claimed_by_one_run(ledger: Ledger, new_ledger: Callable[[], Ledger]) -> None:
    mine, theirs = begin(ledger, "4711"), begin(ledger)
    assert ledger.claim([ALICE, "SIP:Bob@contoso.com"], mine).taken == {ALICE, BOB}
    with new_ledger() as other:
        claims = other.claim([ALICE, CAROL], theirs)
    assert claims.taken == {CAROL}
    reason = claims.held[ALICE].reason(ALICE)
    assert (claims.held[ALICE].run, reason.code) == (mine, "in_another_job")
    assert f"the run {mine} (job 4711), for 0 s" in reason.message
    assert ledger.claim([ALICE], mine).taken == {ALICE}  # again


def test_the_age_of_a_claim_is_in_words() -> None:
    assert "the run 7, for 2 min 5 s now" in Holder("7", "", 125.2).reason(ALICE).message


def test_what_is_given_back_is_free(ledger: Ledger) -> None:
    mine, theirs = begin(ledger), begin(ledger)
    ledger.claim([ALICE, BOB, CAROL], mine)
    ledger.release(mine, [ALICE])
    assert ledger.claim([ALICE, BOB], theirs).taken == {ALICE}
    ledger.release(theirs, [BOB])  # which is another's
    assert set(ledger.claim([BOB], theirs).held) == {BOB}
    ledger.end_run(mine)
    assert ledger.claim([BOB, CAROL], theirs).taken == {BOB, CAROL}


def test_users_of_a_process_that_is_gone_are_free_at_once(ledger: Ledger) -> None:
    mine = begin(ledger)
    with another_process() as theirs:
        ledger.claim([ALICE], begin(ledger, by=theirs))
        assert ledger.claim([ALICE], mine).taken == set()
    assert ledger.claim([ALICE], mine).taken == {ALICE}


def test_a_later_process_with_the_same_id_is_another_one(ledger: Ledger) -> None:
    here = process()
    ledger.claim([ALICE], begin(ledger, by=Process(here.machine, here.pid, "1")))
    assert ledger.claim([ALICE], begin(ledger)).taken == {ALICE}


@pytest.mark.parametrize("theirs", [ELSEWHERE, Process("", 1, ""), process()], ids=["elsewhere", "unknown", "alive"])
def test_users_of_a_silent_run_are_free_after_a_while(place: Place, theirs: Process) -> None:
    with place.open(lapse=300) as patient, place.open(lapse=-1) as impatient:
        silent, mine = begin(patient, by=theirs), begin(patient)
        patient.claim([ALICE, BOB], silent)
        assert patient.claim([ALICE], mine).taken == set()
        assert impatient.claim([ALICE], mine).taken == {ALICE}
        # The one that was silent learns what it has lost.
        assert patient.mine(silent, [ALICE, BOB]) == {BOB}


def test_a_run_that_renews_keeps_its_users(place: Place) -> None:
    with place.open(lapse=0.5) as ledger:
        living, mine = begin(ledger, by=ELSEWHERE), begin(ledger)
        ledger.claim([ALICE], living)
        for _each in range(4):
            subprocess.run([sys.executable, "-c", "import time; time.sleep(0.2)"], check=True)
            ledger.renew(living)
            assert ledger.mine(living, [ALICE]) == {ALICE}
        assert ledger.claim([ALICE], mine).taken == set()


JOB = """
import json, os, sys
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.opening import open_ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.processes import process
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import NewRun

url, password = sys.argv[1], os.environ.get("LEDGER_PASSWORD")
users = [f"user{number}@contoso.com" for number in range(300)]
taken = []
with open_ledger(url, password) as ledger:
    run = ledger.begin_run(NewRun(process())).id
    print("ready", flush=True)
    sys.stdin.readline()
    for first in range(0, len(users), 10):
        taken += ledger.claim(users[first : first + 10], run).taken
    taken += ledger.claim(users, run).taken - set(taken)
    print(json.dumps(taken), flush=True)
    sys.stdin.readline()
"""


def test_two_processes_that_claim_the_same_users_at_once_share_them(place: Place) -> None:
    environment = {"LEDGER_PASSWORD": place.password or "", "PYTHONPATH": str(ROOT / ".build" / "collections")}
    jobs = [
        subprocess.Popen(
            [sys.executable, "-c", JOB, place.url],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _each in range(2)
    ]
    taken: list[list[str]] = []
    for job in jobs:
        assert job.stdout
        assert job.stdout.readline() == "ready\n"
    for job in jobs:
        assert job.stdin
        job.stdin.write("\n")
        job.stdin.flush()
    for job in jobs:
        assert job.stdout
        taken.append(json.loads(job.stdout.readline()))
    for job in jobs:
        job.communicate("\n", timeout=60)
    assert not set(taken[0]) & set(taken[1])
    assert sorted(taken[0] + taken[1]) == sorted(f"user{number}@contoso.com" for number in range(300))
