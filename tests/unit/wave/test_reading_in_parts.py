# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many users are read by several calls, and assessed once all of them were read on both sides."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible import constants
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Side
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.ready import CHECKS
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave import steps
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.run import RunState
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run import state_file

from tests.unit.wave.runs import NOON, A, B, C, Shown, run, wave
from tests.unit.wave.stepping import do, of
from tests.unit.wave.test_readiness import skype, teams

PRESENT = {"check": "tenant_mode", "ok": True, "code": None, "message": None, "remedy": None, "stops": None}
SAID = "The host cannot be reached."
STOPPED = {"failed": True, "msg": SAID, "reason": {"code": "unreachable", "message": SAID}}


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> RunState:
    monkeypatch.setattr(steps, "MOST_AT_ONCE", 2)
    return run(wave(users=[A, B, C]), now=NOON)


def onprem(*users: str) -> Shown:
    return {"users": [of(user, skype()) for user in users], "organisation": []}


def online(*users: str) -> Shown:
    return {"users": [of(user, teams()) for user in users], "organisation": []}


def test_each_call_is_for_some_of_the_users_and_the_first_for_the_organisation(state: RunState) -> None:
    first, second = do(state, "readiness_onprem", onprem(A, B), onprem(C))
    assert (first["users"], second["users"]) == ([A, B], [C])
    assert "checks" not in first
    assert second["checks"] == list(CHECKS)
    assert [call["users"] for call in do(state, "readiness_online", online(A, B))] == [[A, B], [C]]


def test_users_are_assessed_once_all_were_read(state: RunState) -> None:
    do(state, "readiness_onprem", onprem(A, B), onprem(C))
    assert state.wave("pilot").assessment is None
    assert state.wave("pilot").records == []
    do(state, "readiness_online", online(A, B) | {"organisation": [PRESENT]}, online(C))
    assessment = state.wave("pilot").assessment
    assert assessment is not None
    assert [(each.user.text, each.ready) for each in assessment.users] == [(A, True), (B, True), (C, True)]
    (record,) = state.wave("pilot").records
    assert record.users == (A, B, C)
    assert state.wave("pilot").sides.facts == {}


@pytest.mark.parametrize("answers", [(STOPPED,), (onprem(A, B), STOPPED)])
def test_a_call_that_fails_stops_everybody(state: RunState, answers: tuple[Shown, ...]) -> None:
    assert len(do(state, "readiness_onprem", *answers)) == len(answers)
    assert do(state, "readiness_online") == []
    (record,) = state.wave("pilot").records
    assert (record.users, record.fault) == ((A, B, C), SAID)
    assert state.wave("pilot").assessment is None


def test_nobody_is_read_online_before_all_were_read_onprem(state: RunState) -> None:
    state.wave("pilot").sides.take(Side.ONPREM, state.wave("pilot").wave.members[:2], onprem(A, B))
    assert do(state, "readiness_online") == []


def test_a_wave_without_users_asks_for_the_organisation() -> None:
    state = run(wave(users=[]), now=NOON)
    assert [call["users"] for call in do(state, "readiness_onprem", onprem())] == [[]]
    assert [call["users"] for call in do(state, "readiness_online", online())] == [[]]
    assessment = state.wave("pilot").assessment
    assert assessment is not None
    assert assessment.users == ()


@pytest.mark.parametrize("stops", [None, "move"])
def test_what_was_read_is_the_same_from_the_file_of_the_run(
    state: RunState, stops: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path))
    monkeypatch.setattr(state_file, "USERS_AT_ONCE", 2)
    bad = {
        **PRESENT,
        "check": "server_build",
        "ok": False,
        "code": "server_too_old",
        "message": "Old.",
        "remedy": "New.",
    }
    do(state, "readiness_onprem", onprem(A, B) | {"organisation": [{**bad, "stops": stops}]}, onprem(C))
    state_file.save(state)
    assert state_file.load() == state
    do(state, "readiness_online", online(A, B) | {"organisation": [PRESENT]}, online(C))
    state_file.save(state)
    read = state_file.load().wave("pilot").assessment
    assert read == state.wave("pilot").assessment
    assert read is not None
    assert (read.stop is None, len(read.concerns)) == ((True, 1) if stops is None else (False, 0))


def test_the_checks_of_both_sides_count(state: RunState) -> None:
    bad = {**PRESENT, "ok": False, "code": "tenant_mode", "message": "Teams.", "remedy": "Set it.", "stops": "mode"}
    do(state, "readiness_onprem", onprem(A, B), onprem(C))
    do(state, "readiness_online", online(A, B) | {"organisation": [bad]}, online(C))
    assessment = state.wave("pilot").assessment
    assert assessment is not None
    assert assessment.stop is not None
    assert assessment.stop.code == "tenant_mode"


def test_what_was_read_before_a_fault_is_not_kept(state: RunState) -> None:
    do(state, "readiness_onprem", onprem(A, B), STOPPED)
    assert state.wave("pilot").sides.facts == {}
