# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whom no notification has reached by the day of the upgrade: they are notified now and upgraded later (R47)."""

from __future__ import annotations

from datetime import date

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.memory import Memory
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.notice import newly_notified
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.report import summarise
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.run import Phase

from tests.unit.sentences import sound
from tests.unit.wave.remembering import (
    INSTANCE,
    NO_INSTANCES,
    ONPREM,
    late,
    notified,
    on_the_day,
    sentence,
    shown,
    users_of,
)
from tests.unit.wave.runs import EVENINGS, NOON, A, B, C, Shown, item
from tests.unit.wave.stepping import do
from tests.unit.wave.test_notice import DAY_BEFORE, ONLINE, PENDING
from tests.unit.wave.test_readiness import skype, teams


def test_r47_late_users_are_notified_now_where_they_are_homed_and_upgraded_later() -> None:
    state = on_the_day({A: ONPREM, B: ONPREM, C: ONLINE}, notified(bob=DAY_BEFORE))
    assert do(state, "notify_late_onprem", INSTANCE, {"users": [item(A, "changed")]}) == [
        {"module": "teams_upgrade_policy_instance", "identity": "TeamsUpgradeNotify", "notify": True},
        {"module": "teams_upgrade_policy", "users": [A], "policy": "TeamsUpgradeNotify", "notify": True},
    ]
    assert do(state, "move") == []
    assert do(state, "notify_late_online", {"users": [item(C, "changed")]}) == [
        {"module": "teams_upgrade_policy", "users": [C], "notify": True}
    ]
    assert [do(state, step) for step in ("sync", "grant", "meetings")] == [[]] * 3
    assert shown(state) == {A: PENDING, B: PENDING, C: PENDING}
    assert sentence(state, A) == f"{A} was notified on 2026-12-07, and is upgraded from 2026-12-14 on."
    assert sentence(state, B) == f"{B} was notified on 2026-12-06, and is upgraded from 2026-12-13 on."
    assert newly_notified(state, state.wave("pilot")) == [A, C]
    found = summarise(state)
    assert (found["failed"], found["verdict"]) == (False, "3 users: 3 pending, 2 of them changed in part.")


def test_r47_check_mode_predicts_the_notification() -> None:
    state = on_the_day({A: ONPREM, B: ONPREM, C: ONPREM}, notified(bob="2026-12-07T08:00:00+00:00"), check_mode=True)
    assert late(state, "onprem", item(A, "changed")) == [A, C]
    assert do(state, "move") == []
    assert shown(state) == {A: PENDING, B: PENDING, C: PENDING}
    assert sentence(state, A) == f"{A} would be notified on 2026-12-07, and is upgraded from 2026-12-14 on."
    # Bob was in fact, this morning.
    assert sentence(state, B) == f"{B} was notified on 2026-12-07, and is upgraded from 2026-12-14 on."
    # Carol has the policy already, and it counts from now.
    assert sentence(state, C) == f"{C} would be notified on 2026-12-07, and is upgraded from 2026-12-14 on."
    assert newly_notified(state, state.wave("pilot")) == []
    assert summarise(state)["verdict"] == "3 users: 3 pending, 1 of them would be changed in part."


def test_r47_a_notification_that_was_there_counts_from_the_day_it_is_found() -> None:
    state = on_the_day({A: ONPREM, B: ONPREM}, notified(bob=DAY_BEFORE))
    assert late(state, "onprem") == [A]
    assert newly_notified(state, state.wave("pilot")) == [A]
    assert sentence(state, A) == f"{A} was notified on 2026-12-07, and is upgraded from 2026-12-14 on."


def test_r47_who_was_notified_by_other_means_is_not_notified_again() -> None:
    state = on_the_day({A: ONPREM}, notified_on=date(2026, 12, 5))
    assert late(state, "onprem") == []
    assert sentence(state, A) == f"{A} was notified on 2026-12-05, and is upgraded from 2026-12-12 on."


@pytest.mark.parametrize("status", ["failed", "unknown"])
def test_r47_whose_notification_failed_has_failed_and_is_not_upgraded(status: str) -> None:
    state = on_the_day({A: ONPREM, B: ONPREM})
    late(state, "onprem", item(A, status, "x"), item(B, "changed"))
    assert do(state, "move") == []
    assert shown(state) == {A: (status, "x"), B: PENDING}
    assert newly_notified(state, state.wave("pilot")) == [B]
    assert summarise(state)["failed"]


@pytest.mark.parametrize("check_mode", [False, True])
def test_r47_who_is_homed_on_a_server_without_instances_is_not_held_back(check_mode: bool) -> None:
    state = on_the_day({A: ONPREM, B: ONLINE}, check_mode=check_mode)
    assert [each["module"] for each in do(state, "notify_late_onprem", NO_INSTANCES)] == [
        "teams_upgrade_policy_instance"
    ]
    assert users_of(do(state, "move", {"users": [item(A, "changed")]})) == [A]
    assert late(state, "online", item(B, "changed")) == [B]
    do(state, "sync", {"users": [{"user": A, "homing": "online"}]})
    assert users_of(do(state, "grant", {"users": []})) == ([] if check_mode else [A])
    assert shown(state) == {A: ("changed", ""), B: PENDING}


def test_a_server_without_instances_is_a_fault_on_the_day_of_the_notification() -> None:
    state = on_the_day({A: ONPREM}, now=NOON.replace(day=1))
    do(state, "notify_onprem", NO_INSTANCES)
    assert not state.wave("pilot").cannot_notify_onprem
    found = summarise(state)
    assert (found["failed"], found["verdict"]) == (True, "Wave 'pilot', notify: It has none.")


# An endpoint that shows what reads may hide what writes: then the server has instances.
HIDDEN = {
    "code": "cmdlet_missing",
    "message": "sfb01 does not offer New-CsTeamsUpgradePolicy.",
    "scope": "organisation",
}


@pytest.mark.parametrize("reason", [{"code": "refused", "scope": "organisation"}, HIDDEN, "cmdlet_missing", None])
def test_r47_an_instance_that_fails_for_another_reason_holds_its_users_back(reason: object) -> None:
    state = on_the_day({A: ONPREM, B: ONLINE})
    do(state, "notify_late_onprem", {"failed": True, "msg": "No.", "reason": reason})
    assert [do(state, step) for step in ("move", "notify_late_online", "grant")] == [[]] * 3
    assert shown(state) == {A: ("failed", "step_failed"), B: PENDING}
    assert sentence(state, B) == f"{B} was not notified yet, and is upgraded 7 days after that."
    assert summarise(state)["verdict"] == "Wave 'pilot', notify: No."


def test_the_sentence_and_the_remedy_are_sound() -> None:
    state = on_the_day({A: ONPREM}, notified(alice=DAY_BEFORE))
    found: Shown = summarise(state)
    (alice,) = found["waves"][0]["users"]
    assert sound(alice["message"]).endswith(".")
    assert sound(alice["remedy"]).startswith("Nothing has to be done")
    assert [step["step"] for step in alice["steps"]] == ["readiness", "notice"]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        # Bob, who was notified, waits for the end of his notice whatever the window and the tags say.
        ({"window": EVENINGS}, {A: ("skipped", "window_closed"), B: PENDING}),
        ({"phases": frozenset((Phase.READINESS,))}, {A: ("skipped", "phase_not_selected"), B: PENDING}),
        ({"phases": frozenset((Phase.READINESS, Phase.UPGRADE))}, {A: ("skipped", "phase_not_selected"), B: PENDING}),
        ({"phases": frozenset((Phase.READINESS, Phase.NOTIFY))}, {A: PENDING, B: PENDING}),
    ],
)
def test_a_closed_window_or_a_tag_is_why_late_users_are_not_notified(
    facts: Shown, expected: dict[str, tuple[str, str]]
) -> None:
    state = on_the_day({A: ONPREM, B: ONPREM}, notified(bob=DAY_BEFORE), **facts)
    late(state, "onprem", item(A, "changed"))
    assert do(state, "move") == []
    assert shown(state) == expected
    assert not summarise(state)["failed"]


@pytest.mark.parametrize("code", ["in_another_job", "left_for_next_run", "not_started", "taken_over"])
def test_who_was_left_out_of_the_notification_keeps_that_reason(code: str) -> None:
    state = on_the_day({A: ONPREM, B: ONPREM})
    late(state, "onprem", item(A, "skipped", code), item(B, "changed"))
    assert do(state, "move") == []
    assert shown(state) == {A: ("skipped", code), B: PENDING}
    assert newly_notified(state, state.wave("pilot")) == [B]


def test_who_waits_for_a_notice_keeps_no_wave_from_being_done_in_a_closed_window() -> None:
    state = on_the_day({A: ONPREM}, notified(alice=DAY_BEFORE), window=EVENINGS)
    state.fail_when_closed = True
    found = summarise(state)
    assert (found["failed"], found["verdict"]) == (False, "1 user: 1 pending.")
    unnotified = on_the_day({A: ONPREM}, Memory(), window=EVENINGS)
    assert str(summarise(unnotified)["verdict"]).startswith("Wave 'pilot' waits for its window")


def test_who_is_notified_on_the_day_of_the_notification_is_remembered() -> None:
    state = on_the_day({A: ONPREM, B: (skype(homing="online"), teams())}, now=NOON.replace(day=1))
    do(state, "notify_onprem", INSTANCE, {"users": [item(A, "failed", "x")]})
    assert newly_notified(state, state.wave("pilot")) == []
    done = on_the_day({A: ONPREM}, now=NOON.replace(day=1))
    do(done, "notify_onprem", INSTANCE, {"users": [item(A, "changed")]})
    assert newly_notified(done, done.wave("pilot")) == [A]
    done.wave("pilot").memory = notified(alice=DAY_BEFORE)
    assert newly_notified(done, done.wave("pilot")) == []
