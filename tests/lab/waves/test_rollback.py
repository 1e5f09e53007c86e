# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wave of users of every kind is rolled back, in both worlds. The witnesses are the hosts' journal and their state."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import Selection

from tests.extent import LONG
from tests.lab.waves.returning import LATER, actions, names, outcomes, upgraded
from tests.playbooks.stage import code_of

WORLDS = ["today", "2020"]
# Two of each kind, or all that a wave may hold.
MANY = 100 if LONG else 28


@pytest.mark.parametrize("world", WORLDS)
def test_r63_r64_everybody_is_brought_back_who_was_upgraded(world: str, tmp_path: Path) -> None:
    with upgraded(world, f"sqlite:///{tmp_path}/ledger.db", MANY) as wave:
        preview = wave.back(check=True)
        assert wave.lab.journal.entries(writes=True) == []
        report = wave.back()
        entries = wave.lab.journal.entries(writes=True)
        assert outcomes(report) == {name: kind.outcome for name, kind in wave.users.items()}
        assert wave.astray() == []
        assert (outcomes(preview), actions(preview)) == (outcomes(report), actions(report))
        assert Counter(names(entries)) == Counter(
            (name, action) for name, made in actions(report).items() for action in made
        )
        assert {each["user"]: (each["returns"], each["lost"]) for each in preview["users"]} == {
            each["user"]: (each["returns"], each["lost"]) for each in report["users"]
        }
        with wave.job.ledger.open() as ledger:
            phases = {user["user"]: user["phase"] for user in ledger.users(Selection())}
        assert {name for name, phase in phases.items() if phase == "rolled_back"} == {
            name for name, kind in wave.users.items() if kind.back
        }
        again = wave.back()
        assert wave.lab.journal.entries(writes=True) == []
        assert {outcome for outcome in outcomes(again).values() if outcome[0] == "changed"} == set()
        drift = wave.job.drift(wave.at(LATER), wave.plan)
        judged = {user["user"]: (user["status"], code_of(user)) for user in drift["users"]}
        assert {judged[name] for name, kind in wave.users.items() if kind.back} == {("in_state", "")}
        daily = wave.job.run(wave.at(LATER), wave.plan)
        left = {user["user"]: code_of(user) for user in daily["users"]}
        assert {left[name] for name, kind in wave.users.items() if kind.back} == {"rolled_back"}
        assert wave.astray() == []
