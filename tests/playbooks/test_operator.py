# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What protects an operator from slips: swapped groups, a closed window, a survey's choice of waves."""

from __future__ import annotations

from typing import Any

import pytest

from tests.controller import Controller
from tests.playbooks.stage import UPGRADE_DAY, SetStage, plan, wave

# `tests/lab/waves/test_nights.py` and the first test of `test_waves.py` prove the same every day.
pytestmark = [pytest.mark.repeats, pytest.mark.parametrize("engine", ["embedded"], indirect=True)]


def test_swapped_groups_fail_at_once_and_are_named(stage: SetStage) -> None:
    with stage({"users": [{"sip": "alice@contoso.com"}]}) as on:
        inventory: dict[str, Any] = on.lab.inventory()
        groups = inventory["all"]["children"]
        groups["skype_servers"], groups["teams_hosts"] = groups["teams_hosts"], groups["skype_servers"]
        on.controller = Controller(on.folder / "swapped", inventory)
        night = on.night(UPGRADE_DAY, plan(wave("pilot", ["alice@contoso.com"])))
    assert night.run.returncode == 2
    assert "teams01 is not a Skype for Business Server host" in night.verdict
    assert "look whether the hosts of skype_servers and teams_hosts are swapped" in night.verdict
    assert (night.writes, night.outcomes()) == ([], {"alice@contoso.com": ("unknown", "step_failed")})
    # Neither side's users were read.
    assert not {"Get-CsUser", "Get-CsOnlineUser"} & {call.cmdlet for call in night.calls}


def test_a_run_that_ansible_ends_is_no_day_on_which_nothing_was_due(stage: SetStage) -> None:
    with stage({"users": [{"sip": "alice@contoso.com"}]}) as on:
        inventory: dict[str, Any] = on.lab.inventory()
        (teams,) = inventory["all"]["children"]["teams_hosts"]["hosts"].values()
        teams["ansible_runspace_sessions"] = "eight"
        on.controller = Controller(on.folder / "eight", inventory)
        night = on.night(UPGRADE_DAY, plan(wave("pilot", ["alice@contoso.com"])))
    assert (night.run.returncode, night.writes) == (2, [])
    assert night.verdict.startswith("The run broke off in wave 'pilot', before readiness_online was over.")
    assert night.outcomes() == {"alice@contoso.com": ("unknown", "step_failed")}


def test_a_closed_window_is_reported_and_a_failure_where_that_is_asked_for(stage: SetStage) -> None:
    morning = {"from": "08:00", "to": "12:00", "timezone": "Europe/Paris"}
    users = ["alice@contoso.com", "nolicence@contoso.com", "done@contoso.com"]
    seed = {
        "users": [
            {"sip": users[0]},
            {"sip": users[1], "licences": ["Teams"]},
            {"sip": users[2], "homing": "online"},
        ]
    }
    waves = plan(wave("pilot", users, window=morning))
    with stage(seed) as on:
        night = on.night(UPGRADE_DAY, waves, teams_upgrade_fail_when_closed=True)
    assert (night.run.returncode, night.writes) == (2, [])
    assert night.outcomes() == {
        users[0]: ("skipped", "window_closed"),
        users[1]: ("skipped", "not_licensed"),
        users[2]: ("ok", ""),
    }
    assert night.verdict.startswith("Wave 'pilot' waits for its window")
    assert night.verdict.endswith("its upgrade is due since 2026-12-07.")


def test_a_survey_narrows_the_plan_and_the_result_is_left_for_awx(stage: SetStage) -> None:
    waves = plan(wave("pilot", ["alice@contoso.com"]), wave("paris", ["bob@contoso.com"]))
    with stage({"users": [{"sip": "alice@contoso.com"}, {"sip": "bob@contoso.com"}]}) as on:
        night = on.night(UPGRADE_DAY, waves, teams_upgrade_waves="paris", teams_upgrade_meetings_wait="false")
    assert night.actions() == {"bob@contoso.com": ["Move-CsUser"]}
    assert set(night.users) == {"bob@contoso.com"}
    result = night.run.one(task="Write the report").result
    stats = result["ansible_stats"]["data"]["teams_upgrade_result"]
    assert (stats["verdict"], stats["failed"], stats["counts"]["total"]) == (night.verdict, False, 1)
    assert stats["report"].endswith("report.html")
