# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole reports: every key of a wave, a user, a step, a reason and a warning."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model import reasons
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.report import summarise
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.run import Phase, RunState, WaveState
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.step_record import StepRecord
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.wave import Due

from tests.unit.wave.runs import EVENINGS, NOON, A, B, C, Shown, item, record, run, wave
from tests.unit.wave.stepping import of, ready
from tests.unit.wave.test_readiness import skype, teams

WINDOW = "mon, tue, wed, thu, fri, sat, sun 19:00 to 23:00"
WAITS = reasons.WINDOW_CLOSED.format(user=A, window=WINDOW)
SILENT = {"code": "step_failed", "message": "No answer.", "remedy": "Mend the cause and run again."}
NONE = {"code": "", "message": "", "remedy": ""}


def step(name: str, status: str, reason: Shown, *actions: str) -> Shown:
    return {"step": name, "status": status, "actions": list(actions), **reason}


def counts(**found: int) -> Shown:
    zero = dict.fromkeys(("ok", "changed", "skipped", "pending", "unknown", "failed"), 0)
    return {"total": sum(found.values()), **zero, **found}


def test_a_planned_wave_that_waits_and_met_a_fault_is_shown_whole() -> None:
    state = run(wave(users=[A], window=EVENINGS), notes=("A note.",))
    ready(state, [of(A, skype())], [of(A, teams())])
    state.wave("pilot").record(StepRecord("pilot", "move", (A,), {"msg": "No answer."}))
    state.wave("pilot").record(record("grant", [A], warnings=["The service says something."]))
    steps = [
        step("readiness", "ok", NONE),
        step("move", "failed", SILENT),
        step("grant", "ok", NONE),
        step("window", "skipped", {"code": WAITS.code, "message": WAITS.message, "remedy": WAITS.remedy}),
    ]
    user = {"user": A, "outcome": "failed", "changed": False, **SILENT, "steps": steps, "warnings": []}
    assert summarise(state) == {
        "kind": "waves",
        "check_mode": False,
        "waves": [
            {
                "name": "pilot",
                "filter": {},
                "due": "upgrade",
                "mode": "TeamsOnly",
                "upgrade_on": "2026-12-07",
                "notify_on": "2026-11-30",
                "window": WINDOW,
                "held": "",
                "waits": True,
                "broken_off": False,
                "users": [user],
                "counts": counts(failed=1),
                "faults": [{"step": "move", "message": "No answer."}],
                "warnings": [{"step": "grant", "code": "", "message": "The service says something.", "remedy": ""}],
            }
        ],
        "counts": counts(failed=1),
        "reasons": [{"outcome": "failed", "count": 1, **SILENT, "alike": True, "users": [A]}],
        "warnings": [],
        "notes": ["A note."],
        "failed": True,
        "verdict": "Wave 'pilot', move: No answer.",
    }


def test_users_that_a_playbook_names_have_no_dates() -> None:
    state = RunState(now=NOON, waves={"named": WaveState(wave("named", [A]), Due.UPGRADE, open=True, planned=False)})
    state.wave("named").record(record("move", [A], item(A, "changed"), wave="named"))
    shown: Any = summarise(state)
    (found,) = shown["waves"]
    assert {name: found[name] for name in ("due", "mode", "upgrade_on", "notify_on", "window", "held", "waits")} == {
        "due": "",
        "mode": "",
        "upgrade_on": "",
        "notify_on": "",
        "window": "",
        "held": "",
        "waits": False,
    }
    assert found["users"] == [
        {
            "user": A,
            "outcome": "changed",
            "changed": True,
            **NONE,
            "steps": [step("move", "changed", NONE, "Move-CsUser")],
            "warnings": [],
        }
    ]


@pytest.mark.parametrize(
    ("due", "phases"), [(Due.UPGRADE, {Phase.READINESS}), (Due.NOTIFY, {Phase.READINESS, Phase.UPGRADE})]
)
def test_a_phase_that_was_not_selected_is_a_step_of_its_own(due: Due, phases: set[Phase]) -> None:
    state = run(wave(users=[A]), phases=frozenset(phases))
    state.wave("pilot").due = due
    ready(state, [of(A, skype())], [of(A, teams())])
    found: Any = summarise(state)
    reason = reasons.PHASE_NOT_SELECTED.format(user=A, window="None")
    assert found["waves"][0]["users"][0]["steps"][-1] == step(
        "selection", "skipped", {"code": reason.code, "message": reason.message, "remedy": reason.remedy}
    )
    wanted = run(wave(users=[A]), phases=frozenset((Phase.READINESS, Phase(due.value))))
    wanted.wave("pilot").due = due
    ready(wanted, [of(A, skype())], [of(A, teams())])
    other: Any = summarise(wanted)
    assert [each["step"] for each in other["waves"][0]["users"][0]["steps"]] == ["readiness"]


def test_reasons_and_warnings_come_by_how_many_they_concern() -> None:
    one = {"code": "one", "message": "One.", "remedy": "Do it."}
    other = {"code": "another", "message": "Another.", "remedy": "Do that."}
    third = {"code": "b", "message": "B."}
    lines = [
        {**item(A, "failed", "fault", message="It is odd with alice@contoso.com."), "warnings": [one, third]},
        {
            **item(B, "failed", "fault", message="It is odd with bob@contoso.com."),
            "warnings": [other, {"message": "C."}],
        },
        {**item(C, "failed", "fault", message="It is even."), "warnings": [other]},
    ]
    state = run()
    state.wave("pilot").record(record("move", [A, B, C], *lines))
    found: Any = summarise(state)
    assert [
        (each["code"], each["message"], each["remedy"], each["count"], each["users"]) for each in found["warnings"]
    ] == [
        ("another", "Another.", "Do that.", 2, [B, C]),
        ("", "C.", "", 1, [B]),
        ("b", "B.", "", 1, [A]),
        ("one", "One.", "Do it.", 1, [A]),
    ]
    # What is not among the known faults is distinguished by its text.
    assert [(each["message"], each["users"]) for each in found["reasons"]] == [
        ("It is odd with alice@contoso.com.", [A, B]),
        ("It is even.", [C]),
    ]


def test_a_run_names_the_waves_that_it_has() -> None:
    with pytest.raises(LookupError, match=r"\(it has: pilot, rest\)"):
        run(wave(users=[A]), wave("rest", [B])).wave("gone")
    with pytest.raises(LookupError, match=r"\(it has: none\)"):
        RunState(now=NOON).wave("gone")
