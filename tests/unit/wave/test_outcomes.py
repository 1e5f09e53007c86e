# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What came of a run, user by user."""

from __future__ import annotations

import json
from itertools import combinations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model import reasons
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Status
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.limits import Limits
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.budget import EXHAUSTED, EXHAUSTED_IN_MODULES
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.outcomes import WEIGHT
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.report import summarise
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.step_record import StepRecord
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.wave.runs import NOON, A, B, C, Shown, item, outcomes, record, report, run, wave


def test_each_user_has_the_weightiest_outcome_of_their_steps_with_its_reason() -> None:
    found = report(
        record("readiness", [A, B, C], item(C, "skipped", "not_licensed")),
        record("move", [A, B], item(A, "changed"), item(B, "failed", "not_synced")),
        record("meetings", [A], item(A, "pending", "migration_pending")),
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


HEAVIEST_FIRST = ["failed", "unknown", "pending", "skipped", "changed", "ok"]


@pytest.mark.parametrize(("heavy", "light"), list(combinations(HEAVIEST_FIRST, 2)))
def test_of_two_outcomes_the_heavier_counts_whichever_came_first(heavy: str, light: str) -> None:
    one, other = record("move", [A], item(A, heavy, "one")), record("sync", [A], item(A, light, "two"))
    assert outcomes(report(one, other)) == outcomes(report(other, one)) == {A: heavy}
    assert report(other, one)["waves"][0]["users"][0]["code"] == "one"


def test_users_that_a_result_does_not_list_are_ok() -> None:
    assert outcomes(report(record("grant", [A, B], item(B.upper(), "changed")))) == {A: "ok", B: "changed"}


def test_reasons_are_grouped_with_counts_and_the_most_frequent_first() -> None:
    found = report(
        record("move", [A, B, C], *(item(user, "skipped", "not_licensed") for user in (A, B)), item(C, "failed", "x"))
    )
    assert [(each["code"], each["count"], each["users"]) for each in found["reasons"]] == [
        ("not_licensed", 2, [A, B]),
        ("x", 1, [C]),
    ]


def test_r41_a_failed_user_fails_the_run_unless_the_budget_allows_it() -> None:
    failing = record("move", [A, B], item(A, "failed", "not_synced"), item(B, "changed"))
    found = report(failing)
    assert found["failed"]
    assert found["verdict"] == (
        f"Wave 'pilot': 1 of 2 users failed or could not be read (move). {A}: not_synced. Mend it."
    )
    assert not report(failing, budget=50)["failed"]
    assert report(failing, budget=50)["verdict"] == (
        "2 users: 1 changed, 1 failed or could not be read, which the budget allows."
    )
    assert report(failing, budget=49)["failed"]
    later = record("meetings", [A], item(A, "failed", "migration_failed"))
    assert report(record("move", [A], item(A, "changed")), later, budget=100)["verdict"] == (
        "1 user: 1 failed or could not be read, 1 of them changed in part, which the budget allows."
    )
    assert report(record("readiness", [A], item(A, "unknown", "read_failed")))["failed"]


def test_r41_the_budget_is_a_share_of_the_wave_however_few_a_step_is_about() -> None:
    ready = record("readiness", [A, B, C])
    failing = record("move", [A], item(A, "failed", "not_synced"))
    assert not report(ready, failing, budget=34)["failed"]
    assert report(ready, failing, budget=33)["failed"]


def test_r40_a_run_that_left_users_out_has_failed_whatever_became_of_the_others() -> None:
    moved = record("move", [A, B], item(A, "changed"), item(B, "skipped", "not_started"))
    found = report(moved, budget=90)
    assert found["failed"]
    assert found["verdict"].startswith("Wave 'pilot': 1 of 2 users were not started.")


@pytest.mark.parametrize("status", ["ok", "changed", "skipped", "pending"])
def test_other_outcomes_do_not_fail_the_run(status: str) -> None:
    assert not report(record("move", [A], item(A, status, "a_reason")))["failed"]


def test_r39_what_stops_everybody_fails_the_run_whatever_the_budget() -> None:
    fault = item(A, "failed", "shared_sip_address_space", scope="organisation")
    result = {"msg": "The tenant refuses. Mend it.", "reason": fault["reason"]}
    found = report(record("move", [A, B], fault, item(B, "skipped", "not_started"), **result), budget=90)
    assert found["failed"]
    assert found["verdict"] == "Wave 'pilot', move: The tenant refuses. Mend it."
    assert outcomes(found) == {A: "failed", B: "skipped"}


def test_a_step_without_an_answer_is_a_fault_of_all_its_users() -> None:
    found = report(StepRecord("pilot", "move", (A,), {"msg": "sfb01 does not answer."}), budget=100)
    assert found["verdict"] == "Wave 'pilot', move: sfb01 does not answer."
    assert outcomes(found) == {A: "failed"}
    assert report(StepRecord("pilot", "move", (), {}))["failed"]
    # A user that nobody could read has not failed.
    assert outcomes(report(StepRecord("pilot", "readiness", (A,), {"msg": "No answer."}))) == {A: "unknown"}


def test_r39_waves_after_a_fault_are_said_not_to_have_started() -> None:
    state = run(wave(), wave("rest", ["dora@contoso.com"]))
    state.wave("pilot").record(record("move", [A], item(A, "ok"), msg="Stop.", reason={"scope": "organisation"}))
    found: Shown = summarise(state)
    assert found["waves"][1]["held"] == (
        "Wave 'rest' was not started, because wave 'pilot' met a fault that concerns everybody."
    )
    assert found["verdict"] == f"Wave 'pilot', move: Stop. {found['waves'][1]['held']}"


@pytest.mark.parametrize(
    ("records", "verdict"),
    [
        ([], "Nothing was due."),
        ([record("move", [A, B, C])], "3 users: 3 done."),
        ([record("move", [A, B], item(A, "changed")), record("meetings", [A], item(A, "changed"))],
         "2 users: 1 changed, 1 done before."),
        ([record("readiness", [A, B, C], item(B, "skipped", "not_licensed"), item(C, "skipped", "not_synced"))],
         "3 users: 1 done, 2 left out (2 reasons)."),
        ([record("readiness", [A, B], item(B, "skipped", "not_licensed"))], "2 users: 1 done, 1 left out (1 reason)."),
        ([record("sync", [A, B], item(B, "pending", "sync_pending"))], "2 users: 1 done, 1 pending."),
        ([record("move", [A, B], item(A, "changed"), item(B, "changed")), record("sync", [A, B], item(B, "pending", "sync_pending"))],
         "2 users: 1 changed, 1 pending, 1 of them changed in part."),
    ],
)  # fmt: skip
def test_the_verdict_says_what_was_done_and_what_is_left(records: list[StepRecord], verdict: str) -> None:
    assert report(*records)["verdict"] == verdict


def test_in_check_mode_the_verdict_says_what_would_be_changed() -> None:
    assert report(record("move", [A], item(A, "changed")), check_mode=True)["verdict"] == "1 user: 1 would be changed."


def test_where_nothing_is_due_the_verdict_says_what_comes_next() -> None:
    later = run(wave(), now=NOON.replace(month=11))
    assert summarise(later)["verdict"] == "Nothing was due. Next is the notification of wave 'pilot' on 2026-11-30."
    at_once = run(wave(lead_days=0), now=NOON.replace(month=11))
    assert str(summarise(at_once)["verdict"]).endswith("Next is the upgrade of wave 'pilot' on 2026-12-07.")


STEPS = st.lists(
    st.lists(st.tuples(st.sampled_from([A, B, C]), st.sampled_from(list(Status))), unique_by=lambda each: each[0]),
    max_size=4,
)


@given(STEPS)
def test_counts_add_up_and_nothing_is_outweighed(given_steps: list[list[tuple[str, Status]]]) -> None:
    steps = [
        record(str(number), [A, B, C], *(item(user, status.value, "code") for user, status in items))
        for number, items in enumerate(given_steps)
    ]
    found = report(*steps)
    counts = dict(found["counts"])
    assert counts.pop("total") == sum(counts.values()) == len(outcomes(found))
    for user, outcome in outcomes(found).items():
        seen = {status for items in given_steps for name, status in items if name == user} | {Status.OK}
        assert all(WEIGHT.index(Status(outcome)) <= WEIGHT.index(status) for status in seen)


def test_r77_warnings_of_users_are_grouped_and_those_of_a_step_kept() -> None:
    mailbox = {"code": "mailbox_onprem", "message": "On-prem.", "remedy": "Move it.", "scope": "user"}
    checked = {"code": "tenant_default", "message": "Islands.", "remedy": "Change it."}
    ready = [{**item(user, "ok"), "warnings": [mailbox]} for user in (A, B)]
    found = report(
        record("readiness", [A, B, C], *ready, item(C, "ok"), warnings=[checked]),
        record("grant", [A], item(A, "changed"), warnings=["The service says something."]),
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


@pytest.mark.parametrize("budget", [10, 50, 90])
def test_users_who_were_not_started_are_shown_the_key_of_the_plan_and_the_remedy(budget: int) -> None:
    """The module that left them out names its own option; the role has none of this name."""
    assert Limits(max_failures=0).exceeded_because == EXHAUSTED_IN_MODULES
    cause = Limits(max_failures=0).exceeded_because
    left = reasons.NOT_STARTED.format(user=B, cause=cause).to_result()
    found = report(record("move", [A, B], item(A, "changed"), item(B, "skipped") | {"reason": left}), budget=budget)
    assert found["verdict"] == (
        f"Wave 'pilot': 1 of 2 users were not started. {B} was not started: {EXHAUSTED}. {left['remedy']}"
    )
    assert "failure_budget_percentage" in EXHAUSTED
    assert "max_failures" not in json.dumps(found)


@pytest.mark.parametrize(("step", "status"), [("move", "failed"), ("grant", "failed"), ("sync", "unknown")])
def test_a_step_that_only_reads_and_breaks_leaves_its_users_unknown(step: str, status: str) -> None:
    broken = StepRecord("pilot", step, (A,), {"msg": "The host did not answer."})
    assert outcomes(report(record("readiness", [A]), broken)) == {A: status}


def test_r77_what_a_module_warns_of_is_in_the_report_once() -> None:
    said = record("grant", [A], warnings=["The host says this.", "And this.", "The host says this."])
    warnings = report(said)["waves"][0]["warnings"]
    assert [each["message"] for each in warnings] == ["The host says this.", "And this."]
