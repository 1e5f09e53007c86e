# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a look at readiness begins with: a plan or users, never both, and every wave of the plan, due or not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run import state_file

from tests.unit.wave.plans import plan, wave
from tests.unit.wave.runs import A, B
from tests.unit.wave.test_actions import begin, folder

__all__ = ["folder"]
LOOK = {"readiness": True}
WITHOUT_PLAN = {"wave": "users", "mode": "TeamsOnly", "migrate_meetings": True, "failure_budget_percentage": 0}


def test_all_waves_are_looked_at_and_nothing_may_be_changed(folder: Path) -> None:
    later = wave(name="later", users=[B], upgrade_on="2027-12-07")
    by_filter = {"name": "paris", "upgrade_on": "2027-12-08", "filter": {"registrar_pool": "pool01.contoso.com"}}
    answer = begin(folder, plan(wave(), later, by_filter), args=LOOK)
    steps = [("pilot", "readiness"), ("later", "readiness"), ("paris", "readiness")]
    assert [(each["name"], each["due"]) for each in answer["work"]] == steps
    run = state_file.load()
    assert (run.check_mode, run.readiness, [phase.value for phase in run.phases]) == (True, True, ["readiness"])


def test_users_without_a_plan_are_looked_at(folder: Path) -> None:
    answer = begin(folder, {}, args={**LOOK, **WITHOUT_PLAN, "users": [A, B]})
    assert answer["work"] == [{"name": "users", "due": "readiness"}]
    assert (state_file.load().check_mode, state_file.load().readiness) == (True, True)


@pytest.mark.parametrize(
    ("waves", "args", "words"),
    [
        ({}, {"users": []}, "neither teams_upgrade_plan nor teams_upgrade_users is set"),
        (plan(wave()), {"users": [A]}, "teams_upgrade_plan and teams_upgrade_users are both set"),
        (plan(wave()), {"waves": "pilott"}, "there is no wave 'pilott'"),
    ],
)
def test_what_cannot_be_meant_is_refused(folder: Path, waves: object, args: dict[str, Any], words: str) -> None:
    with pytest.raises(AnsibleActionFail, match=words):
        begin(folder, waves, args={**LOOK, **args})
    assert state_file.load_or_none() is None
