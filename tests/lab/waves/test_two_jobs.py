# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Two jobs at once over one wave: nobody is worked on by both, at the same time or one after the other."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import Selection
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.wave import Due
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.call import Call, Outcome
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.ledger import RunLedger

from tests.extent import LONG, cases
from tests.lab.waves.evidence import final_states, unexplained, user_of
from tests.lab.waves.interrupted_wave import moment_of
from tests.lab.waves.job import start
from tests.ledgers import Place
from tests.playbooks.stage import FAST, code_of, plan
from tests.playbooks.stage import wave as planned

USERS = [f"user{number:03}@contoso.com" for number in range(100 if LONG else 40)]
SEED: dict[str, Any] = {"latency": "Move-CsUser=0.02", "users": [{"sip": user} for user in USERS]}
HELD_SECONDS = 120
LEFT_ALONE, DONE = "in_another_job", ""


class Moves:
    """Watches moves on a lab: `both` are the users for whom two were under way at once. They wait until `may_go_on`."""

    def __init__(self, lab: Lab) -> None:
        self.both: list[str] = []
        self.may_go_on = threading.Event()
        self._under_way = Counter[str]()
        self._lock = threading.Lock()
        self._latency, self._carry_out = lab.organisation.latency, lab.organisation.call

    def begins(self, call: Call) -> float:
        """Note that a call has reached its host, and return how long it takes there."""
        if call.cmdlet == "Move-CsUser":
            user = str(call.parameters["Identity"])
            with self._lock:
                self.both += [user] if self._under_way[user] else []
                self._under_way[user] += 1
            self.may_go_on.wait(HELD_SECONDS)
        return self._latency(call)

    def ends(self, call: Call) -> Outcome:
        """Carry a call out."""
        outcome = self._carry_out(call)
        if call.cmdlet == "Move-CsUser":
            with self._lock:
                self._under_way[str(call.parameters["Identity"])] -= 1
        return outcome


@contextmanager
def watched(lab: Lab) -> Iterator[Moves]:
    moves = Moves(lab)
    organisation = lab.organisation
    with mock.patch.object(organisation, "latency", moves.begins), mock.patch.object(organisation, "call", moves.ends):
        yield moves


@pytest.fixture(params=cases(["sqlite", "postgresql"], "sqlite"))
def place(request: pytest.FixtureRequest) -> Place:
    found: Place = request.getfixturevalue(f"{request.param}_place")
    return found


@pytest.mark.parametrize("held", [True, *([False] if LONG else [])], ids=lambda held: "held" if held else "racing")
def test_two_jobs_at_once_never_work_on_the_same_user(place: Place, held: bool) -> None:
    """`held`: moves wait until one of the jobs has come to its end, so that the other surely is at work then."""
    ledger = RunLedger(place.url, place.password, 300)
    now, pilot = moment_of(Due.UPGRADE), plan(planned("pilot", USERS))
    with Lab(SEED) as lab, watched(lab) as moves:
        lab.clock.rate = FAST
        if not held:
            moves.may_go_on.set()
        jobs = [start(lab, ledger, now, pilot, sessions=2) for _each in range(2)]
        with ThreadPoolExecutor() as pool:
            ends = [pool.submit(job.communicate, timeout=240) for job in jobs]
            wait(ends, return_when=FIRST_COMPLETED)
            moves.may_go_on.set()
        reports = [json.loads(end.result()[0]) for end in ends]
        entries = lab.journal.entries(writes=True)
        states = final_states(lab)
    assert moves.both == []
    assert Counter(map(user_of, entries)) == dict.fromkeys(USERS, 1)
    assert {states[user] for user in USERS} == {"TeamsOnly"}
    with ledger.open() as opened:
        assert unexplained(entries, opened.events(Selection())) == []
        assert len(opened.runs(Selection())) == 2
    assert [report["verdict"] for report in reports if report["failed"]] == []
    codes = [Counter(map(code_of, report["users"])) for report in reports]
    assert not held or {LEFT_ALONE: len(USERS)} in codes, codes
    assert {code for found in codes for code in found} <= {LEFT_ALONE, DONE, "migration_pending"}, codes
