# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""No further wave is started once too many users of the whole migration have failed."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.phase import UserPhase
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.memory import Memory
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.report import summarise
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.run import RunState

from tests.unit.wave.remembering import users_of
from tests.unit.wave.runs import EVENINGS, NOON, A, B, Shown, item, run, wave
from tests.unit.wave.stepping import do, everybody_onprem

UPGRADED, NOTIFIED, MOVED, DONE = UserPhase.UPGRADED, UserPhase.NOTIFIED, UserPhase.MOVED, UserPhase.DONE
DAY_OF_NOTICE = NOON.replace(day=1)


def after(failed: int, attempted: int, budget: int, *sent: UserPhase, **facts: Any) -> RunState:
    """A run after a migration in which so many users failed."""
    state = run(wave(users=[A], **facts.pop("wave", {})), budget=budget, **facts)
    state.wave("pilot").memory = Memory(attempted=attempted, failed=failed, sent=frozenset(sent))
    return state


def is_started(state: RunState) -> bool:
    """Whether a wave is read and worked on; else nothing is."""
    read = do(state, "readiness_onprem")
    everybody_onprem(state, [A])
    step = "notify_onprem" if state.now == DAY_OF_NOTICE else "move"
    changed = do(state, step)
    assert bool(read) is bool(changed)
    return bool(read)


@pytest.mark.parametrize(
    ("failed", "attempted", "budget", "started"),
    [
        (0, 0, 5, True),
        (5, 100, 5, True),
        (6, 100, 5, False),
        (7, 100, 5, False),
        (1, 20, 5, True),
        (1, 19, 5, False),
        (1, 1, 99, False),
        (1, 1, 100, True),
        # With 0 there is no such limit, as within a wave.
        (10, 10, 0, True),
    ],
)
@pytest.mark.parametrize("now", [NOON, DAY_OF_NOTICE])
def test_a_wave_starts_while_the_share_of_failed_users_allows_it(
    failed: int, attempted: int, budget: int, started: bool, now: Any
) -> None:
    state = after(failed, attempted, budget, now=now)
    assert is_started(state) is started
    if not started:
        found: Shown = summarise(state)
        assert (found["failed"], found["counts"]["total"]) == (True, 0)
        assert found["verdict"] == (
            f"Wave 'pilot' was not started, because {failed} of {attempted} users who were attempted so far failed at their last "
            f"attempt, which is more than failure_budget_percentage ({budget}) allows."
        )


@pytest.mark.parametrize(
    ("sent", "notifying", "upgrading"),
    [
        ((), False, False),
        ((NOTIFIED,), True, False),
        ((NOTIFIED, MOVED), True, True),
        ((MOVED,), True, True),
        ((UPGRADED,), True, True),
        ((DONE,), True, True),
    ],
)
def test_a_wave_that_has_begun_goes_on_within_its_own_budget(
    sent: tuple[UserPhase, ...], notifying: bool, upgrading: bool
) -> None:
    """A wave whose users were notified alone is not upgraded: that is what the failures warn of."""
    assert is_started(after(7, 100, 5, *sent, now=DAY_OF_NOTICE)) is notifying
    assert is_started(after(7, 100, 5, *sent)) is upgrading


def test_failures_of_an_earlier_wave_of_this_run_hold_the_next() -> None:
    state = run(wave("pilot", [A]), wave("rest", [B]), budget=10)
    everybody_onprem(state, [A])
    do(state, "move", {"users": [item(A, "failed", "x")]})
    state.wave("rest").memory = Memory(attempted=1, failed=1)
    assert do(state, "readiness_onprem", name="rest") == []
    found: Shown = summarise(state)
    assert "Wave 'rest' was not started, because 1 of 1 users who were attempted so far failed" in found["verdict"]
    assert "Wave 'pilot': 1 of 1 users failed or could not be read (move)." in found["verdict"]
    assert [each["held"] for each in found["waves"]] == ["", found["waves"][1]["held"]]


def test_a_wave_that_is_held_holds_no_other_and_counts_in_check_mode_too() -> None:
    state = run(wave("pilot", [A]), wave("rest", [B]), budget=10, check_mode=True)
    state.wave("pilot").memory = Memory(attempted=1, failed=1)
    assert do(state, "readiness_onprem", name="pilot") == []
    assert users_of(do(state, "readiness_onprem", name="rest")) == [B]
    assert summarise(state)["failed"]


def test_a_wave_that_is_not_due_is_not_held() -> None:
    state = after(7, 100, 5, now=NOON.replace(month=11))
    found: Shown = summarise(state)
    assert (found["failed"], found["waves"][0]["held"]) == (False, "")


def test_users_that_a_playbook_names_are_not_held() -> None:
    state = after(7, 100, 5)
    state.wave("pilot").planned = False
    assert is_started(state)


def test_a_closed_window_does_not_hide_that_too_many_failed() -> None:
    state = after(7, 100, 5, wave={"window": EVENINGS})
    assert do(state, "readiness_onprem") == []
    found: Shown = summarise(state)
    assert (found["failed"], found["waves"][0]["waits"]) == (True, False)
    assert "7 of 100 users" in found["verdict"]
