# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A large wave opens a handful of sessions once, for all tasks, and comes to each user once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.meanwhile import WORTH_READING
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault

from tests.controller import Controller, Task
from tests.engines import EACH, REPEATED, NewLab
from tests.extent import LONG
from tests.lab.modules.people import MOVER, addresses, seeded
from tests.lab.wire import OverTheWire

WAVE = [f"user{number:03}" for number in range(200 if LONG else 40)]
SESSIONS = {"sfb01": 3, "teams01": 5}
USERS = {"users": addresses(*WAVE)}
GRANT = Task("teams_upgrade_policy", {**USERS, "mode": "SfBWithTeamsCollab"})
MOVE = Task("csuser_move", {**MOVER, **USERS})
READ = Task("csuser_info", USERS)
PLAYS = [("teams01", [GRANT, GRANT]), ("sfb01", [MOVE, MOVE]), ("teams01", [READ]), ("sfb01", [READ])]


@pytest.fixture
def seed() -> Mapping[str, Any]:
    return {"users": [seeded(name, policy="Islands") for name in WAVE]}


@pytest.mark.repeats
@pytest.mark.parametrize("engine", EACH)
def test_a_playbook_opens_sessions_once_and_changes_each_user_once(lab: Lab, short_folder: Path) -> None:
    run = Controller(short_folder, inventory(lab)).playbook([play(host, tasks) for host, tasks in PLAYS])
    assert_once(lab, [result.answer for result in run.results], SESSIONS)


@pytest.mark.parametrize("engine", REPEATED)
def test_sessions_are_opened_once_and_each_user_is_changed_once(lab: Lab) -> None:
    with OverTheWire(lab, sessions=3) as modules:
        answers = [answer for host, tasks in PLAYS for answer in modules.tasks(host, tasks)]
    assert_once(lab, answers, dict.fromkeys(SESSIONS, 3))


@pytest.mark.parametrize("engine", REPEATED)
def test_those_who_are_done_are_read_back_while_the_last_is_moved(new_lab: NewLab) -> None:
    names = [f"many{number:03}" for number in range(WORTH_READING + 10)]
    with new_lab({"users": [seeded(name) for name in names]}) as lab, OverTheWire(lab, sessions=3) as modules:
        lab.faults.order(OrderedFault("Move-CsUser", user=f"{names[-1]}@contoso.com", seconds=3))
        (answer,) = modules.tasks("sfb01", [Task("csuser_move", {**MOVER, "users": addresses(*names)})])
        entries = lab.journal.entries()
    assert answer["summary"] == {"total": len(names), "changed": len(names)} | {
        status: 0 for status in answer["summary"] if status not in ("total", "changed")
    }
    calls = [entry.cmdlet for entry in entries]
    moves = [place for place, cmdlet in enumerate(calls) if cmdlet == "Move-CsUser"]
    assert entries[moves[-1]].users == (f"sip:{names[-1]}@contoso.com",)
    meanwhile, after = entries[moves[-2] + 1 : moves[-1]], entries[moves[-1] + 1 :]
    assert {entry.cmdlet for entry in (*meanwhile, *after)} == {"Get-CsUser"}
    assert len(meanwhile) > len(after) > 0


def assert_once(lab: Lab, answers: Sequence[Mapping[str, Any]], opened: Mapping[str, int]) -> None:
    """Each host has had that many sessions, which are closed, and each user was changed once."""
    assert [answer["changed"] for answer in answers] == [True, False, True, False, False, False]
    assert {answer["summary"]["total"] for answer in answers} == {len(WAVE)}
    for host, sessions in opened.items():
        assert len(lab.journal.shells(host)) == sessions
    assert len(lab.journal.entries("Connect-MicrosoftTeams")) == opened["teams01"]
    once = {f"sip:{user}": 1 for user in USERS["users"]}
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
