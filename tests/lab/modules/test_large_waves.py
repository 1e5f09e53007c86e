# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A large wave opens a handful of sessions once, for the whole playbook, and comes to each user once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab

from tests.controller import Controller, Task
from tests.engines import REPEATED
from tests.extent import LONG
from tests.lab.modules.people import MOVER, addresses, seeded

WAVE = [f"user{number:03}" for number in range(200 if LONG else 40)]
SESSIONS = {"sfb01": 3, "teams01": 5}


@pytest.fixture
def seed() -> Mapping[str, Any]:
    return {"users": [seeded(name, policy="Islands") for name in WAVE]}


@pytest.mark.parametrize("engine", REPEATED)
def test_sessions_are_opened_once_and_each_user_is_changed_once(lab: Lab, short_folder: Path) -> None:
    users = addresses(*WAVE)
    grant = Task("teams_upgrade_policy", {"users": users, "mode": "SfBWithTeamsCollab"})
    move = Task("csuser_move", {**MOVER, "users": users})
    read = Task("csuser_info", {"users": users})
    plays = [("teams01", [grant, grant]), ("sfb01", [move, move]), ("teams01", [read]), ("sfb01", [read])]
    run = Controller(short_folder, inventory(lab)).playbook([play(host, tasks) for host, tasks in plays])
    assert [result.changed for result in run.results] == [True, False, True, False, False, False]
    assert {result.result["summary"]["total"] for result in run.results} == {len(WAVE)}
    for host, sessions in SESSIONS.items():
        assert len(lab.journal.shells(host)) == sessions
    assert len(lab.journal.entries("Connect-MicrosoftTeams")) == SESSIONS["teams01"]
    once = {f"sip:{user}": 1 for user in users}
    assert Counter(user for entry in lab.journal.entries("Move-CsUser") for user in entry.users) == once
    assert Counter(user for entry in lab.journal.entries("Grant-CsTeamsUpgradePolicy") for user in entry.users) == once
    assert len(lab.journal.entries(writes=True)) == 2 * len(WAVE)
    assert all_closed(lab)


def inventory(lab: Lab) -> dict[str, Any]:
    """The hosts, each with as many sessions as it is to have."""
    found = lab.inventory()
    for group in found["all"]["children"].values():
        for host, variables in group["hosts"].items():
            variables["ansible_runspace_sessions"] = SESSIONS[host]
    return found


def play(host: str, tasks: Sequence[Task]) -> dict[str, Any]:
    listed = [task.as_yaml(number) for number, task in enumerate(tasks)]
    return {"hosts": host, "gather_facts": False, "tasks": listed}


def all_closed(lab: Lab) -> bool:
    """Whether the sessions are gone from the hosts within seconds after the playbook ended."""
    deadline = time.monotonic() + 5
    while lab.journal.shells(still_open=True) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not lab.journal.shells(still_open=True)
