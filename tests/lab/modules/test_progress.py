# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who waits for a long task is shown how far it is, and nothing else about the task is changed by that."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault

from tests.controller import Controller
from tests.lab.modules.people import MOVER, address, addresses, lines, seeded, statuses

MOVED = [f"mover{number}" for number in range(6)]
SETTING = "teams_upgrade_progress_seconds"


@pytest.fixture
def engine() -> str:
    """What is shown depends on no engine."""
    return "embedded"


@pytest.fixture
def seed() -> Mapping[str, Any]:
    waits = seeded("waits", homing="online", policy="UpgradeToTeams")
    return {"users": [*map(seeded, MOVED), waits]}


def task(name: str, module: str, args: Mapping[str, Any], **keywords: Any) -> dict[str, Any]:
    return {"name": name, f"sfb.teams_upgrade.{module}": dict(args), **keywords}


def shown(output: str, title: str) -> list[str]:
    """The lines of one task, without the time."""
    return re.findall(rf"^{re.escape(title)} after \d+ s: (.*)$", output, re.MULTILINE)


@pytest.mark.oldest
def test_a_long_task_says_how_far_it_is(lab: Lab, controller: Controller) -> None:
    lab.latencies.set("Move-CsUser", 0.5)
    lab.faults.order(OrderedFault("Move-CsUser", "Broken.", user=address("mover0")))
    users = {"users": addresses(*MOVED), "retries": 0}
    waiting = {"users": [address("waits")], "wait": True, "wait_timeout": 1, "wait_interval": 1}
    tasks = [
        task("predicted", "csuser_move", users, check_mode=True, vars={SETTING: 0}),
        task("moved", "csuser_move", users, ignore_errors=True),
        task("converted", "meeting_migration", waiting, delegate_to="teams01"),
    ]
    defaults = [{"group/sfb.teams_upgrade.all": {"return_users": "all"}, "sfb.teams_upgrade.csuser_move": MOVER}]
    play = {"hosts": "sfb01", "gather_facts": False, "vars": {SETTING: 0.2}, "module_defaults": defaults}
    run = controller.playbook([{**play, "tasks": tasks}])

    predicted, moved, converted = (run.one(task=each["name"]).answer for each in tasks)
    # Options that come from defaults arrive, those of one module at this module alone, and check mode writes nothing.
    assert statuses(predicted) == dict.fromkeys(MOVED, "changed")
    assert statuses(moved) == {**statuses(predicted), "mover0": "failed"}
    assert lines(converted)["waits"]["after"]["migration"] == "pending"
    assert len(lab.journal.entries("Move-CsUser")) == len(MOVED)

    assert "csuser_move after" not in run.output.partition("TASK [moved]")[0]
    counts = [line for line in shown(run.output, "[sfb01] csuser_move") if "users" in line]
    assert len(counts) == len(set(counts)) > 1
    assert set(counts) <= {f"{done} of 6 users{failed}" for done in range(7) for failed in ("", ", 1 failed")}
    assert "waiting, 0 of 1 users done, asked again every 1 s" in shown(
        run.output, "[sfb01 -> teams01] meeting_migration"
    )
    assert "@" not in "".join(re.findall(r"^\[.* after .*$", run.output, re.MULTILINE))
    # Nothing is left of it: neither threads, which would keep the run from ending, nor files.
    assert run.returncode == 0
    assert not list(controller.folder.rglob("progress-*"))
