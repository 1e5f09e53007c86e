# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A rollback whose job is killed before or after a writing call is finished by the next one, and two at once share their users."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import Selection

from tests.extent import LONG
from tests.lab.interruptions import AFTER, BEFORE, interrupted, kill
from tests.lab.waves.evidence import unexplained
from tests.lab.waves.returning import BACK, LATER, POOLS, outcomes, upgraded
from tests.lab.waves.rolling_back import start_back
from tests.playbooks.stage import FAST

# Of 100 users: while they are moved, after that, while modes are assigned, and while on-prem policies are.
NUMBERS = (1, 20, 40, 55, 65, 80, 100)
POINTS = [(world, number, when) for world in ("today", "2020") for number in NUMBERS for when in (BEFORE, AFTER)]


@pytest.mark.parametrize(("world", "number", "when"), POINTS if LONG else [("today", 80, AFTER)])
def test_the_next_rollback_finishes_what_a_killed_one_has_begun(
    world: str, number: int, when: str, tmp_path: Path
) -> None:
    with upgraded(world, f"sqlite:///{tmp_path}/ledger.db", 100) as wave:
        started = datetime.now(UTC)
        now = wave.at(BACK)
        wave.lab.clock.rate = FAST
        job = start_back(wave.lab, wave.job.ledger, now, sessions=2, wave="pilot", pool=POOLS[0])
        with interrupted(wave.lab, number, when, lambda: kill(job.pid)) as interruption:
            job.communicate(timeout=240)
        assert interruption.happened.is_set()
        begun = wave.lab.journal.entries(writes=True)
        report = wave.back(LATER)
        entries = [*begun, *wave.lab.journal.entries(writes=True)]
        assert wave.astray() == []
        found = outcomes(report)
        assert {name: found[name] for name, kind in wave.users.items() if not kind.back} == {
            name: kind.outcome for name, kind in wave.users.items() if not kind.back
        }
        moves = [str(each.parameters["Identity"]) for each in entries if each.cmdlet == "Move-CsUser" and each.users]
        assert [user for user, count in Counter(moves).items() if count > 1] == []
        with wave.job.ledger.open() as ledger:
            events = ledger.events(Selection(since=started))
            phases = {user["user"]: user["phase"] for user in ledger.users(Selection())}
        assert unexplained(entries, events) == []
        assert {phases[name] for name, kind in wave.users.items() if kind.back} == {"rolled_back"}
        wave.back(LATER)
        assert wave.lab.journal.entries(writes=True) == []


def test_two_rollbacks_at_once_never_move_the_same_user(tmp_path: Path) -> None:
    with upgraded("today", f"sqlite:///{tmp_path}/ledger.db", 40, "inheriting", "granted") as wave:
        now = wave.at(BACK)
        wave.lab.clock.rate = FAST
        jobs = [start_back(wave.lab, wave.job.ledger, now, sessions=2, wave="pilot") for _each in range(2)]
        reports = [json.loads(job.communicate(timeout=240)[0]) for job in jobs]
        entries = wave.lab.journal.entries(writes=True)
        wave.back(LATER)
        assert wave.astray() == []
        moves = Counter(str(each.parameters["Identity"]) for each in entries if each.cmdlet == "Move-CsUser")
        assert set(moves.values()) == {1}
        codes = {code for report in reports for _status, code in outcomes(report).values()}
        assert codes <= {"", "in_another_job", "sync_pending"}
