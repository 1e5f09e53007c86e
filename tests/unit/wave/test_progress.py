# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How far each wave is, and who is ready in the next one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.phase import UserPhase
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.progress import next_wave, progress_of
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.run import Phase, RunState
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.wave import Due

from tests.unit.wave.runs import EVENINGS, A, B, C, item, record, run, wave
from tests.unit.wave.sides import assessment_of
from tests.unit.wave.stepping import of, ready
from tests.unit.wave.test_readiness import skype, teams

D = "dave@contoso.com"


def progress(state: RunState, name: str = "pilot", **phases: UserPhase) -> dict[str, int]:
    """The states that somebody is in."""
    found = progress_of(state, state.wave(name), {f"{user}@contoso.com": phase for user, phase in phases.items()})
    return {each: count for each, count in found.items() if count}


@pytest.mark.parametrize(
    ("phase", "state"),
    [
        (UserPhase.PLANNED, "planned"),
        (UserPhase.NOTIFIED, "notified"),
        (UserPhase.MOVED, "notified"),
        (UserPhase.UPGRADED, "upgraded"),
        (UserPhase.DONE, "upgraded"),
        (UserPhase.ROLLED_BACK, "left_out"),
    ],
)
def test_each_phase_is_a_state(phase: UserPhase, state: str) -> None:
    assert progress(run(wave(users=[A])), alice=phase) == {state: 1}


def test_every_user_of_the_plan_and_of_earlier_days_counts_once() -> None:
    # Dave has left the filter of the wave by being moved.
    assert progress(run(), dave=UserPhase.DONE, alice=UserPhase.NOTIFIED) == {
        "planned": 2,
        "notified": 1,
        "upgraded": 1,
    }
    assert progress(run(wave(users=[]))) == {}


def test_who_failed_or_was_left_out_in_this_run_is_shown_as_that() -> None:
    state = run(wave(users=[A, B, C, D]))
    items = [item(A, "failed", "x"), item(B, "unknown", "y"), item(C, "skipped", "not_licensed"), item(D, "changed")]
    state.wave("pilot").record(record("move", [A, B, C, D], *items))
    assert progress(state, alice=UserPhase.NOTIFIED, dave=UserPhase.MOVED) == {
        "failed": 2,
        "left_out": 1,
        "notified": 1,
    }
    # Whose meetings failed is upgraded all the same.
    assert progress(state, alice=UserPhase.UPGRADED) == {"upgraded": 1, "failed": 1, "left_out": 1, "planned": 1}


@pytest.mark.parametrize("code", ["window_closed", "left_for_next_run", "in_another_job", "phase_not_selected"])
def test_who_was_not_started_yet_is_not_left_out(code: str) -> None:
    state = run(wave(users=[A]))
    state.wave("pilot").record(record("move", [A], item(A, "skipped", code)))
    assert progress(state, alice=UserPhase.NOTIFIED) == {"notified": 1}


def test_what_the_hosts_show_counts_without_a_ledger() -> None:
    state = run(wave(users=[A, B], window=EVENINGS))
    online = {"homing": "online", "mode": "TeamsOnly"}
    ready(state, [of(A, skype(homing="online")), of(B, skype())], [of(A, teams(**online)), of(B, teams())])
    assert progress(state) == {"upgraded": 1, "planned": 1}


def test_the_next_wave_is_the_first_whose_upgrade_is_not_due() -> None:
    far = wave("far", [C], upgrade_on=date(2027, 3, 1))
    near = wave("near", [A, B], upgrade_on=date(2027, 1, 11))
    state = run(wave(users=[D]), far, near)
    assert next_wave(state) == {
        "wave": "near",
        "due": "nothing",
        "on": "2027-01-11",
        "read_from": "2027-01-04",
        "users": 2,
        "ready": None,
        "reasons": [],
    }
    assert next_wave(run()) is None


def test_a_wave_that_is_notified_shows_who_can_be_upgraded() -> None:
    state = run(wave(upgrade_on=date(2026, 12, 14)), phases=frozenset({Phase.READINESS, Phase.NOTIFY}))
    assert state.wave("pilot").due is Due.NOTIFY
    there = [of(A, teams()), *(of(user, teams(licences=["Teams"])) for user in (B, C))]
    ready(state, [of(user, skype()) for user in (A, B, C)], there)
    found: Any = next_wave(state)
    assert (found["users"], found["ready"]) == (3, 1)
    assert [(each["code"], each["count"]) for each in found["reasons"]] == [("not_licensed", 2)]
    assert B in found["reasons"][0]["message"]


def test_what_users_lack_comes_by_how_many_they_are_and_then_by_its_code() -> None:
    users = [f"u{number}@contoso.com" for number in range(6)]
    state = run(wave(users=[*users, D], upgrade_on=date(2026, 12, 14)))
    lacks = {user: {"licences": ["Teams"]} for user in users[2:5]} | {users[5]: {"validation_errors": ["Odd."]}}
    here = [of(user, skype()) for user in [users[0], *users[2:]]] + [of(users[1], skype(homing="unknown"))]
    ready(state, here, [of(user, teams(**lacks.get(user, {}))) for user in users])
    found: Any = next_wave(state)
    assert (found["users"], found["ready"]) == (7, 1)
    assert [(each["code"], each["count"], each["message"].split()[0]) for each in found["reasons"]] == [
        ("not_licensed", 3, users[2]),
        ("homing_unknown", 1, "Where"),
        ("read_failed", 1, D),
        ("validation_errors", 1, "The"),
    ]
    assert found["reasons"][2] == {
        "code": "read_failed",
        "count": 1,
        "message": f"{D} could not be read: the host gave no answer",
        "remedy": "Run again once the host answers; nothing was changed.",
    }


def test_how_many_a_filter_chooses_is_not_known_before_it_is_read() -> None:
    by_filter = wave("paris", upgrade_on=date(2027, 1, 11), filter={"registrar_pool": "pool01.contoso.com"})
    state = run(by_filter)
    state.wave("paris").wave = replace(by_filter, users=None)
    found: Any = next_wave(state)
    assert (found["users"], found["ready"]) == (None, None)
    members = by_filter.members
    state.wave("paris").assessment = assessment_of(members, [of(A, skype())], [of(A, teams())])
    found = next_wave(state)
    assert (found["users"], found["ready"]) == (3, 1)
