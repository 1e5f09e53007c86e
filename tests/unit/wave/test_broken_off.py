# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs that end in the middle of a wave: Ansible fails before a module is called, or stops a task."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.broken_off import STEPS_DUE
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.console import table
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.report import summarise
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.rollback import Return
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.rollback_report import summarise_rollback
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.rollback_state import Rollback
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.rollback_steps import ROLLBACK_STEPS
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.run import RunState
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.sides import SideFacts
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.wave import Due
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._rehearsal.playbooks import problem_of

from tests.lab.waves.job import steps_of
from tests.unit.wave.runs import A, B, C, Shown, item, record, run, wave
from tests.unit.wave.stepping import everybody_onprem, outcomes

UPGRADE = STEPS_DUE[Due.UPGRADE]


def ended_before(state: RunState, step: str, *names: str) -> RunState:
    """The run as it is when Ansible has failed in a step of these waves, or of all."""
    for name in names or state.waves:
        steps = STEPS_DUE[state.waves[name].due]
        state.waves[name].to_come = steps[steps.index(step) :]
    return state


def summed(state: RunState) -> Shown:
    return summarise(state)


@pytest.mark.parametrize("due", [Due.NOTIFY, Due.UPGRADE])
def test_the_role_does_these_steps(due: Due) -> None:
    assert tuple(steps_of(f"wave_{due.value}.yml")) == STEPS_DUE[due]


def test_the_role_does_the_steps_of_a_rollback_in_their_order() -> None:
    assert list(steps_of("steps/rollback.yml")) == list(ROLLBACK_STEPS)


@pytest.mark.parametrize("step", ["rollback_move", "rollback_mode"])
def test_nobody_is_back_whom_no_step_of_a_rollback_has_finished(step: str) -> None:
    sides = SideFacts(None, unread=True), SideFacts(None, unread=True)
    returns = tuple(
        Return(UserId.parse(user), *sides, pool=None if user == C else "pool01.contoso.com") for user in (A, B, C)
    )
    state = run(budget=100, rolls_back=True)
    pilot = state.wave("pilot")
    pilot.planned, pilot.rollback = False, Rollback(returns=returns)
    pilot.to_come = tuple(ROLLBACK_STEPS)[list(ROLLBACK_STEPS).index(step) :]
    pilot.record(record("readiness", (A, B, C)))
    pilot.record(record("move_back", (A,), item(A, "changed")))
    shown: Shown = summarise_rollback(state)
    assert {each["user"]: each["status"] for each in shown["users"]} == {A: "unknown", B: "unknown", C: "ok"}
    assert (shown["failed"], "broke off in wave 'pilot'" in shown["verdict"]) == (True, True)


def test_a_wave_that_was_not_even_read_is_unknown() -> None:
    shown = summed(ended_before(run(budget=100), "readiness_onprem"))
    assert shown["failed"]
    assert shown["verdict"].startswith("The run broke off in wave 'pilot', before readiness_onprem was over.")
    assert shown["counts"]["unknown"] == shown["counts"]["total"] == 3
    assert shown["waves"][0]["broken_off"]


def test_a_wave_whose_members_were_not_found_is_a_failure() -> None:
    unread = replace(wave(), users=None, filter={"ou": "OU=Sales,DC=contoso,DC=com"})
    shown = summed(ended_before(run(unread), "readiness_onprem"))
    assert shown["failed"]
    assert "broke off in wave 'pilot'" in shown["verdict"]


@pytest.mark.parametrize("step", ["notify_late_onprem", "move", "grant", "meetings"])
def test_nobody_is_done_whom_no_step_has_finished(step: str) -> None:
    state = everybody_onprem(run())
    state.wave("pilot").record(record("move", (A, B), item(A, "changed"), item(B, "failed", "move_failed")))
    assert outcomes(ended_before(state, step)) == {A: "unknown", B: "failed", C: "unknown"}
    assert summed(state)["failed"]


def test_a_later_wave_is_unknown_too() -> None:
    state = ended_before(run(wave(users=(A,)), wave("paris", users=(B, C))), "readiness_online")
    assert [each["broken_off"] for each in summed(state)["waves"]] == [True, True]


def test_a_wave_that_is_not_due_is_not_broken_off() -> None:
    state = run(wave(upgrade_on=date(2027, 6, 1)))
    state.wave("pilot").to_come = UPGRADE
    assert not summed(state)["failed"]


def test_a_run_that_has_done_all_steps_is_not_broken_off() -> None:
    shown = summed(everybody_onprem(run()))
    assert (shown["failed"], shown["waves"][0]["broken_off"]) == (False, False)


def report_of(state: RunState) -> Shown:
    shown = summed(state)
    users = [{"reason": user if user["code"] else None} for each in shown["waves"] for user in each["users"]]
    return {**shown, "kind": "waves", "users": users}


@pytest.mark.parametrize("members", [(A, B), ()])
def test_a_rehearsal_ends_with_what_ansible_said(members: Sequence[str]) -> None:
    state = ended_before(run(wave(users=members)), "readiness_onprem")
    said = ["TASK [Find the members]", "[ERROR]: Task failed: the filter is wrong", "fatal: [localhost]"]
    assert re.fullmatch(r"\[ERROR\]: .* the filter is wrong", problem_of(report_of(state), 2, said))


def test_the_console_says_it_since_no_task_follows_that_fails_with_it() -> None:
    shown = summed(ended_before(run(wave(users=())), "readiness_onprem"))
    assert any("The run broke off" in line for line in table(shown))
