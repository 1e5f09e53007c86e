# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What came of a run, user by user."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.filter.unseen_moves import unseen_moves
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Status
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.outcomes import WEIGHT, summarise
from hypothesis import given
from hypothesis import strategies as st

WAVE = {"name": "pilot", "due": "upgrade", "upgrade_on": "2026-12-07"}
A, B, C = "alice@contoso.com", "bob@contoso.com", "carol@contoso.com"
Shown = dict[str, Any]


def step(name: str, asked: list[str], *items: Shown, **result: object) -> Shown:
    return {"wave": "pilot", "step": name, "users": asked, "result": {"users": list(items)} | result}


def item(user: str, status: str, code: str = "", **reason: object) -> Shown:
    line: Shown = {"user": user, "status": status, "actions": ["Move-CsUser"] if status == "changed" else []}
    if code:
        line["reason"] = {"code": code, "message": f"{user}: {code}.", "remedy": "Mend it.", "scope": "user"} | reason
    return line


def told(*steps: Shown, **options: Any) -> Shown:
    return summarise([WAVE], steps, **options)


def outcomes(summary: Shown) -> dict[str, str]:
    return {user["user"]: user["outcome"] for user in summary["waves"][0]["users"]}


def test_each_user_has_the_weightiest_outcome_of_their_steps_with_its_reason() -> None:
    found = told(
        step("readiness", [A, B, C], item(C, "skipped", "not_licensed")),
        step("move", [A, B], item(A, "changed"), item(B, "failed", "not_synced")),
        step("meetings", [A], item(A, "pending", "migration_pending")),
    )
    assert outcomes(found) == {A: "pending", B: "failed", C: "skipped"}
    alice = found["waves"][0]["users"][0]
    assert (alice["changed"], alice["code"], alice["remedy"]) == (True, "migration_pending", "Mend it.")
    assert [(each["step"], each["status"]) for each in alice["steps"]] == [
        ("readiness", "ok"),
        ("move", "changed"),
        ("meetings", "pending"),
    ]
    assert alice["steps"][1]["actions"] == ["Move-CsUser"]
    assert found["counts"] == {
        "total": 3, "ok": 0, "changed": 0, "skipped": 1, "pending": 1, "unknown": 0, "failed": 1,
    }  # fmt: skip


def test_users_whom_a_result_does_not_list_are_ok() -> None:
    assert outcomes(told(step("grant", [A, B], item(B.upper(), "changed")))) == {A: "ok", B: "changed"}


def test_reasons_are_grouped_with_counts_and_the_most_frequent_first() -> None:
    found = told(
        step("move", [A, B, C], *(item(user, "skipped", "not_licensed") for user in (A, B)), item(C, "failed", "x"))
    )
    assert [(each["code"], each["count"], each["users"]) for each in found["reasons"]] == [
        ("not_licensed", 2, [A, B]),
        ("x", 1, [C]),
    ]


def test_r41_a_failed_user_fails_the_run_unless_the_budget_allows_it() -> None:
    failing = step("move", [A, B], item(A, "failed", "not_synced"), item(B, "changed"))
    found = told(failing)
    assert found["failed"]
    assert found["verdict"] == (
        f"Wave 'pilot': 1 of 2 users failed or could not be read (move). {A}: not_synced. Mend it."
    )
    assert not told(failing, budget=50)["failed"]
    assert told(failing, budget=50)["verdict"] == (
        "1 of 2 users changed; 1 failed or could not be read, which the budget allows."
    )
    assert told(failing, budget=49)["failed"]
    later = step("meetings", [A], item(A, "failed", "migration_failed"))
    assert told(step("move", [A], item(A, "changed")), later, budget=100)["verdict"] == (
        "1 of 1 users changed; 1 failed or could not be read (1 of those who changed), which the budget allows."
    )
    assert told(step("readiness", [A], item(A, "unknown", "read_failed")))["failed"]


def test_r41_the_budget_is_a_share_of_the_wave_however_few_a_step_is_about() -> None:
    ready = step("readiness", [A, B, C])
    failing = step("move", [A], item(A, "failed", "not_synced"))
    assert not told(ready, failing, budget=34)["failed"]
    assert told(ready, failing, budget=33)["failed"]


def test_r40_a_run_that_left_users_out_has_failed_whatever_became_of_the_others() -> None:
    moved = step("move", [A, B], item(A, "changed"), item(B, "skipped", "not_started"))
    found = told(moved, budget=90)
    assert found["failed"]
    assert found["verdict"].startswith("Wave 'pilot': 1 of 2 users were not started.")


@pytest.mark.parametrize("status", ["ok", "changed", "skipped", "pending"])
def test_other_outcomes_do_not_fail_the_run(status: str) -> None:
    assert not told(step("move", [A], item(A, status, "a_reason")))["failed"]


def test_r39_what_stops_everybody_fails_the_run_whatever_the_budget() -> None:
    fault = item(A, "failed", "shared_sip_address_space", scope="organisation")
    result = {"msg": "The tenant refuses. Mend it.", "reason": fault["reason"]}
    found = told(step("move", [A, B], fault, item(B, "skipped", "not_started"), **result), budget=90)
    assert found["failed"]
    assert found["verdict"] == "Wave 'pilot', move: The tenant refuses. Mend it."
    assert outcomes(found) == {A: "failed", B: "skipped"}


def test_a_step_without_an_answer_is_a_fault_of_all_its_users() -> None:
    found = told(
        {"wave": "pilot", "step": "readiness", "users": [A], "result": {"msg": "sfb01 does not answer."}}, budget=100
    )
    assert found["verdict"] == "Wave 'pilot', readiness: sfb01 does not answer."
    assert outcomes(found) == {A: "failed"}
    assert told({"wave": "pilot", "step": "move", "users": [], "result": None})["failed"]


def test_a_closed_window_fails_the_run() -> None:
    closed = WAVE | {"window": "mon 19:00 to 23:00", "window_open": False}
    assert summarise([closed], [])["verdict"] == (
        "Wave 'pilot' was not started, because its window is closed (mon 19:00 to 23:00)."
    )
    assert not summarise([closed | {"due": "nothing"}], [])["failed"]
    assert not summarise([closed], [step("move", [A])])["failed"]


def test_r39_waves_after_a_fault_are_said_not_to_have_started() -> None:
    found: Shown = summarise(
        [WAVE, WAVE | {"name": "rest"}], [step("move", [], msg="Stop.", reason={"scope": "organisation"})]
    )
    assert found["waves"][1]["held"] == (
        "Wave 'rest' was not started, because wave 'pilot' met a fault that concerns everybody."
    )


def test_the_verdict_counts_changes_once_per_user() -> None:
    both = [step(name, [A, B], item(A, "changed")) for name in ("move", "meetings")]
    assert told(*both)["verdict"] == "1 of 2 users changed."
    assert told(*both, check_mode=True)["verdict"] == "1 of 2 users would be changed."
    assert told()["verdict"] == "Nothing was due."


def test_r36_moved_users_whom_the_cloud_does_not_show_are_pending() -> None:
    online = [{"user": f"sip:{A.upper()}", "homing": "online"}, {"user": B, "homing": "onprem"}]
    found: Any = unseen_moves([A, B, C], online)
    assert [(each["user"], each["status"], each["reason"]["code"]) for each in found] == [
        (B, "pending", "sync_pending"),
        (C, "pending", "sync_pending"),
    ]


STEPS = st.lists(
    st.lists(st.tuples(st.sampled_from([A, B, C]), st.sampled_from(list(Status))), unique_by=lambda each: each[0]),
    max_size=4,
)


@given(STEPS)
def test_counts_add_up_and_nothing_is_outweighed(given_steps: list[list[tuple[str, Status]]]) -> None:
    steps = [
        step(str(number), [A, B, C], *(item(user, status.value, "code") for user, status in items))
        for number, items in enumerate(given_steps)
    ]
    found = told(*steps)
    counts = dict(found["counts"])
    assert counts.pop("total") == sum(counts.values()) == len(outcomes(found))
    for user, outcome in outcomes(found).items():
        seen = {status for items in given_steps for name, status in items if name == user} | {Status.OK}
        assert all(WEIGHT.index(Status(outcome)) <= WEIGHT.index(status) for status in seen)


def test_r77_warnings_of_users_are_grouped_and_those_of_a_step_kept() -> None:
    mailbox = {"code": "mailbox_onprem", "message": "On-prem.", "remedy": "Move it.", "scope": "user"}
    checked = {"code": "tenant_default", "message": "Islands.", "remedy": "Change it."}
    ready = [{**item(user, "ok"), "warnings": [mailbox]} for user in (A, B)]
    found = told(
        step("readiness", [A, B, C], *ready, item(C, "ok"), warnings=[checked]),
        step("grant", [A], item(A, "changed"), warnings=["The service says something."]),
    )
    assert not found["failed"]
    assert [(each["code"], each["count"], each["users"]) for each in found["warnings"]] == [
        ("mailbox_onprem", 2, [A, B])
    ]
    assert [(each["step"], each["code"], each["message"]) for each in found["waves"][0]["warnings"]] == [
        ("readiness", "tenant_default", "Islands."),
        ("grant", "", "The service says something."),
    ]
    assert [each["message"] for each in found["waves"][0]["users"][0]["warnings"]] == ["On-prem."]
    assert found["waves"][0]["users"][2]["warnings"] == []
