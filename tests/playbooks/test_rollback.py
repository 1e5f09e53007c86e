# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A rollback as an administrator runs it, on simulated hosts. What its steps decide is tried without Ansible in `tests/lab/waves`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.controller import Controller, Run
from tests.lab.waves.returning import actions, outcomes
from tests.playbooks.stage import UPGRADE_DAY, Night, SetStage, code_of, plan, wave
from tests.playbooks.test_bad_plans import HOSTS, refused

ROLLBACK = "sfb.teams_upgrade.rollback"
NEXT_DAY = "2026-12-08T19:00:00+01:00"
LINES = 60
PILOT = ["alice@contoso.com", "bob@contoso.com"]
SEED: dict[str, Any] = {
    "users": [
        {"sip": PILOT[0], "policy": "SfBWithTeamsCollab"},
        {"sip": PILOT[1], "policy": "SfBOnly"},
        {"sip": "carol@contoso.com"},
    ]
}
MOVE, GRANT = "Move-CsUser", "Grant-CsTeamsUpgradePolicy"


def lines(night: Night) -> list[str]:
    return [line for line in night.run.output.splitlines() if line.strip()]


# Every day on the oldest supported ansible-core alone.
@pytest.mark.repeats
@pytest.mark.oldest
def test_r64_a_wave_is_previewed_rolled_back_and_left_alone(stage: SetStage) -> None:
    waves = plan(wave("pilot", PILOT), wave("rest", ["carol@contoso.com"], upgrade_on="2027-01-11"))
    with stage(SEED) as on:
        on.night(UPGRADE_DAY, waves)
        preview = on.play(ROLLBACK, NEXT_DAY, check=True, teams_upgrade_rollback_wave="pilot")
        back = on.play(ROLLBACK, NEXT_DAY, teams_upgrade_rollback_wave="pilot", teams_upgrade_plan=waves)
        (on.folder / "users.csv").write_text("user\nalice@contoso.com\n", encoding="utf-8")
        again = on.play(ROLLBACK, NEXT_DAY, teams_upgrade_rollback_users="users.csv")
        daily = on.night(NEXT_DAY, waves)
    assert [night.run.returncode for night in (preview, back, again, daily)] == [0, 0, 0, 0], back.verdict
    assert preview.writes == again.writes == daily.writes == []
    assert back.written() == {user: [MOVE, GRANT] for user in PILOT}
    assert actions(preview.report) == actions(back.report) == back.written()
    assert outcomes(back.report) == dict.fromkeys(PILOT, ("changed", ""))
    assert outcomes(again.report) == {PILOT[0]: ("ok", "")}
    assert {code_of(daily.users[user]) for user in PILOT} == {"rolled_back"}
    said = "\n".join(lines(preview))
    assert "Would come back: homed in pool01.contoso.com (2 users)" in said
    assert "Would not come back: contacts (2 users)" in said
    assert "Came back: policy SfBWithTeamsCollab (1 user)" in "\n".join(lines(back))
    # Each policy is a call of the module in one task, and each call warns.
    (of_wave,) = [each["warnings"] for each in back.report["waves"] if each["name"] == "pilot"]
    warned = [each["message"].partition(":")[0] for each in of_wave if each["step"] == "mode"]
    assert warned == PILOT, of_wave
    assert "Callback dispatch" not in back.run.output
    assert max(len(lines(night)) for night in (preview, back)) < LINES


def tried(folder: Path, **variables: object) -> Run:
    return Controller(folder, HOSTS).playbook(ROLLBACK, extra_vars=variables)


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({}, "give teams_upgrade_rollback_wave"),
        ({"teams_upgrade_rollback_wave": "pilot", "teams_upgrade_rollback_users": PILOT}, "are given. Leave out one"),
        ({"teams_upgrade_rollback_wav": "pilot"}, "did you mean teams_upgrade_rollback_wave?"),
        ({"teams_upgrade_rollback_wave": "pilot", "teams_upgrade_waves": "pilot"}, "has no effect in a rollback"),
        ({"teams_upgrade_wave": "pilot", "teams_upgrade_rollback_wave": "pilot"}, "has no effect in a rollback"),
        ({"teams_upgrade_rollback_wave": ["pilot", "paris"]}, "Name one wave"),
        ({"teams_upgrade_rollback_wave": "pilot", "teams_upgrade_rollback_pool": ["a"]}, "has to be text"),
        ({"teams_upgrade_rollback_users": "gone.csv"}, "there is no file"),
        ({"teams_upgrade_rollback_users": ["*@contoso.com"]}, "teams_upgrade_rollback_users"),
        ({"teams_upgrade_rollback_wave": "pilot", "teams_upgrade_plan": {"waves": []}}, "the plan is not sound"),
        ({"teams_upgrade_rollback_wave": "pilot"}, "There is no ledger in"),
    ],
)
@pytest.mark.repeats
def test_what_names_nobody_is_refused_in_a_sentence(short_folder: Path, variables: dict[str, Any], said: str) -> None:
    assert said in refused(tried(short_folder, **variables))
