# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A ledger of 100,000 users. Filling one takes more than a minute, so that this is tried in long runs only (TEST_LONG)."""

from __future__ import annotations

import subprocess
import sys

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import Completion
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Status

from tests.controller import ROOT
from tests.extent import LONG
from tests.ledgers import Place

from .builders import ONLINE, ONPREM, begin, move

USERS, WAVES = 100_000, 20
BOUNDS = {"seconds": 2.0, "megabytes": 300}

# In a process of its own, which shows how much memory it took. Importing what is needed counts as memory, and not as time.
ASK = """
import os, resource, sys, time
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.opening import open_ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import Selection

with open_ledger(sys.argv[1], os.environ.get("LEDGER_PASSWORD"), read_only=True) as ledger:
    started = time.process_time() if ledger._url.is_sqlite else time.monotonic()
    users = ledger.users(Selection(wave=sys.argv[2]))
    runs = ledger.runs(Selection(wave=sys.argv[2]))
    seconds = (time.process_time() if ledger._url.is_sqlite else time.monotonic()) - started
print(len(users), len(runs), seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def fill(place: Place) -> None:
    with place.open() as ledger:
        run = begin(ledger)
        for number in range(WAVES):
            users = [f"user{each:06}@contoso.com" for each in range(number, USERS, WAVES)]
            with ledger.transaction():
                ledger.remember_members("all" if number else "first", users)
                ledger.remember_before(dict.fromkeys(users, ONPREM))
                ids = ledger.events_sent(run, [move(each) for each in users])
                ledger.events_completed([Completion(each, Status.CHANGED, after=ONLINE) for each in ids])
        ledger.end_run(run)


@pytest.mark.skipif(not LONG, reason="A ledger of 100,000 users is filled in long runs only (TEST_LONG).")
def test_a_wave_of_a_large_ledger_is_read_in_time(place: Place) -> None:
    fill(place)
    environment = {"LEDGER_PASSWORD": place.password or "", "PYTHONPATH": str(ROOT / ".build" / "collections")}
    for wave, members in (("first", USERS // WAVES), ("all", USERS - USERS // WAVES)):
        command = [sys.executable, "-c", ASK, place.url, wave]
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        users, runs, seconds, megabytes = map(float, ended.stdout.split())
        print(place.url.partition(":")[0], wave, ended.stdout)  # noqa: T201  the measure, shown by pytest -rP
        assert (users, runs) == (members, 1)
        assert megabytes < BOUNDS["megabytes"]
        assert seconds < BOUNDS["seconds"]
