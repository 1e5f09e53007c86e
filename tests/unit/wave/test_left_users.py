# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is recorded of users whom a step leaves out, and what the operator reads of them."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason, Scope
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.ledger_reasons import IN_ANOTHER_JOB, LEDGER_FULL
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.report import summarise
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.run import RunState, closed, stopped_by

from tests.unit.sentences import sound
from tests.unit.wave.remembering import ONPREM, late, notified, on_the_day, shown
from tests.unit.wave.runs import EVENINGS, A, B, C, Shown, item, record, report, run, wave
from tests.unit.wave.stepping import do, everybody_onprem, of
from tests.unit.wave.test_readiness import skype, teams

FULL = LEDGER_FULL.format(ledger="ledger.db")


def stopped(state: RunState, step: str = "move", fault: Reason = FULL) -> Shown:
    """What is recorded where a step could not go on."""
    return dict(stopped_by(state.wave("pilot"), step, fault).result)


def test_a_ledger_that_fails_stops_everybody_and_lists_who_was_not_started() -> None:
    state = everybody_onprem(run(wave("pilot", [A, B]), wave("rest", [C])))
    state.wave("pilot").record(record("move", [A.upper()], item(A.upper(), "changed")))
    found = stopped(state, "sync")
    cause = FULL.message.rstrip(".")
    assert [(each["user"], each["status"], each["reason"]["code"]) for each in found["users"]] == [
        (A, "pending", "not_finished"),
        (B, "skipped", "not_started"),
    ]
    assert [each["reason"]["message"] for each in found["users"]] == [
        f"Something was changed for {A}, and the rest was not done: {cause}.",
        f"{B} was not started: {cause}.",
    ]
    assert (found["msg"], found["reason"]["code"]) == (FULL.sentence, "ledger_full")
    assert [do(state, step) for step in ("sync", "grant", "meetings")] == [[]] * 3
    assert do(state, "readiness_onprem", name="rest") == []
    verdict = str(summarise(state)["verdict"])
    assert verdict.startswith(f"Wave 'pilot', sync: {FULL.sentence}")
    assert "Wave 'rest' was not started, because wave 'pilot' met a fault that concerns everybody." in verdict
    assert sound(FULL.sentence)


def test_a_ledger_that_cannot_be_read_before_the_users_are_lists_all_of_them() -> None:
    state = run(wave(users=[A, B]))
    stopped(state, "readiness_onprem")
    assert [do(state, step) for step in ("readiness_onprem", "readiness_online", "move")] == [[]] * 3
    assert shown(state) == dict.fromkeys((A, B), ("skipped", "not_started"))
    assert summarise(state)["failed"]


def test_r47_who_waits_for_a_notice_still_does_where_a_step_could_not_go_on() -> None:
    state = on_the_day({A: ONPREM, B: ONPREM, C: ONPREM}, notified(bob="2026-12-06T12:00:00+00:00"))
    late(state, "onprem", item(C, "skipped", "x"))
    stopped(state)
    assert shown(state) == {A: ("pending", "notice_not_over"), B: ("pending", "notice_not_over"), C: ("skipped", "x")}


def test_a_fault_that_concerns_one_user_stops_nobody() -> None:
    state = everybody_onprem(run())
    stopped(state, fault=Reason("x", "It failed.", "Mend it.", Scope.USER))
    assert state.wave("pilot").faults == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ([], [(A, "skipped"), (B, "skipped")]),
        ([A], [(A, "pending"), (B, "skipped")]),
        ([A, B.upper()], [(A, "pending"), (B, "pending")]),
        ([C], [(A, "skipped"), (B, "skipped")]),
    ],
)
def test_who_is_left_when_a_window_closes_waits_and_is_pending_once_changed(
    changed: list[str], expected: list[tuple[str, str]]
) -> None:
    state = run(wave(window=EVENINGS)).wave("pilot")
    state.record(record("move", changed, *(item(user, "changed") for user in changed)))
    lines = list(closed([A, B], state))
    assert [(each["user"], each["status"]) for each in lines] == expected
    reasons: list[Shown] = [each["reason"] for each in lines]  # type: ignore[misc]
    assert {each["code"] for each in reasons} == {"window_closed"}
    assert [each["message"] for each in reasons] == [
        f"{user} waits for the wave's window (mon, tue, wed, thu, fri, sat, sun 19:00 to 23:00)." for user in (A, B)
    ]
    assert [each["actions"] for each in lines] == [[], []]


@pytest.mark.parametrize(
    ("status", "code", "verdict"),
    [
        ("skipped", "in_another_job", "3 users: 1 changed, 1 done before, 1 left out (1 reason)."),
        ("skipped", "taken_over", "3 users: 1 changed, 1 done before, 1 left out (1 reason)."),
        ("skipped", "rolled_back", "3 users: 1 changed, 1 done before, 1 left out (1 reason)."),
        ("skipped", "left_for_next_run", "3 users: 1 changed, 1 done before, 1 left for the next run."),
        ("skipped", "window_closed", "3 users: 1 changed, 1 done before, 1 waiting."),
        ("pending", "window_closed", "3 users: 1 changed, 1 done before, 1 pending."),
        ("pending", "notice_not_over", "3 users: 1 changed, 1 done before, 1 pending."),
    ],
)
def test_users_who_are_left_for_later_are_counted_and_are_no_failure(status: str, code: str, verdict: str) -> None:
    found = report(record("move", [A, B, C], item(A, "changed"), item(C, status, code)), budget=0)
    assert (found["failed"], found["verdict"]) == (False, verdict)


def test_each_reason_of_users_who_are_left_is_counted_apart() -> None:
    users = [f"user{number}@contoso.com" for number in range(6)]
    codes = [
        "in_another_job",
        "rolled_back",
        "left_for_next_run",
        "left_for_next_run",
        "window_closed",
        "in_another_job",
    ]
    items = [item(user, "skipped", code) for user, code in zip(users, codes, strict=True)]
    assert report(record("move", users, *items))["verdict"] == (
        "6 users: 1 waiting, 2 left for the next run, 3 left out (2 reasons)."
    )


def test_who_is_in_another_job_is_not_finished_by_this_one_and_is_said_so() -> None:
    state = everybody_onprem(run(wave(users=[A, B])))
    busy = IN_ANOTHER_JOB.format(user=A, run="monday", job="", age="2 minutes")
    other = {"user": A, "status": "skipped", "actions": [], "reason": busy.to_result()}
    do(state, "move", {"users": [other, item(B, "changed")]})
    assert do(state, "sync", {"users": [{"user": B, "homing": "online"}]})[0]["users"] == [B]
    assert do(state, "grant", {"users": []})[0]["users"] == [B]
    assert do(state, "meetings", {"users": []})[0]["users"] == [B]
    assert shown(state) == {A: ("skipped", "in_another_job"), B: ("changed", "")}
    assert summarise(state)["verdict"] == "2 users: 1 changed, 1 left out (1 reason)."


def test_a_wave_whose_users_wait_for_their_notice_stands_beside_one_that_is_done() -> None:
    state = run(wave("pilot", [A]), wave("rest", [B], enforces_notice=True))
    for name, user in (("pilot", A), ("rest", B)):
        state.wave(name).memory = notified(bob="2026-12-06T12:00:00+00:00")
        do(state, "readiness_onprem", {"users": [of(user, skype())], "organisation": []}, name=name)
        do(state, "readiness_online", {"users": [of(user, teams())], "organisation": []}, name=name)
    do(state, "move", {"users": [item(A, "changed")]})
    do(state, "sync", {"users": [{"user": A, "homing": "online"}]})
    do(state, "grant", {"users": []})
    found: Shown = summarise(state)
    assert (found["failed"], found["verdict"]) == (False, "2 users: 1 changed, 1 pending.")
    assert [each["counts"]["pending"] for each in found["waves"]] == [0, 1]
