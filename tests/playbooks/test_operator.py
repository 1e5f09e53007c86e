# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What protects an operator from slips: swapped groups, one failure budget for a wave, a closed window, a survey's choice of waves."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault

from tests.controller import Controller
from tests.playbooks.stage import UPGRADE_DAY, SetStage, plan, wave

pytestmark = pytest.mark.parametrize("engine", ["embedded"], indirect=True)


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


def test_one_failure_budget_lasts_for_all_steps_of_a_wave(stage: SetStage) -> None:
    """10 % of 20 users are two, and two fail to be moved. The first who cannot be granted the mode is one too many."""
    movers = [f"mover{number}@contoso.com" for number in range(10)]
    online = [f"online{number}@contoso.com" for number in range(10)]
    users = [{"sip": user, "protected": user in movers[:2]} for user in movers]
    seed = {
        "profile": "2020",
        "users": [*users, *({"sip": user, "homing": "online", "policy": "Islands"} for user in online)],
    }
    with stage(seed) as on:
        for user in online:
            on.lab.faults.order(OrderedFault("Grant-CsTeamsUpgradePolicy", seconds=0.5, user=user, times=None))
            on.lab.faults.order(
                OrderedFault("Grant-CsTeamsUpgradePolicy", f"{user} is in a bad state.", user=user, times=None)
            )
        waves = plan(wave("pilot", [*movers, *online]), failure_budget_percentage=10)
        night = on.night(UPGRADE_DAY, waves)
    assert night.run.returncode == 2
    calls = [entry for entry in night.calls if entry.cmdlet == "Grant-CsTeamsUpgradePolicy"]
    failed = {user for user, (outcome, _code) in night.outcomes().items() if outcome == "failed"}
    assert {*movers[:2]} < failed
    assert len(failed) == 3, failed
    assert len(calls) == 1
    assert sum(code == "not_started" for _outcome, code in night.outcomes().values()) >= 8
    assert not [entry for entry in night.writes if entry.cmdlet == "Start-CsExMeetingMigration"]


def test_a_closed_window_is_reported_and_no_failure_unless_asked_for(stage: SetStage) -> None:
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
        night = on.night(UPGRADE_DAY, waves)
        strict = on.night(UPGRADE_DAY, waves, teams_upgrade_fail_when_closed=True)
    assert (night.run.returncode, night.writes) == (0, [])
    assert night.outcomes() == {
        users[0]: ("skipped", "window_closed"),
        users[1]: ("skipped", "not_licensed"),
        users[2]: ("ok", ""),
    }
    assert night.verdict.endswith(
        "its upgrade is due since 2026-12-07. 3 users: 1 done, 1 waiting, 1 left out (1 reason)."
    )
    assert (strict.run.returncode, strict.writes) == (2, [])
    assert strict.verdict.startswith("Wave 'pilot' waits for its window")


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
    shown = night.run.output
    assert "FAILED - RETRYING" not in shown
    assert len(shown.splitlines()) < 60
