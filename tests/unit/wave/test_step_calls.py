# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which module each step calls, for which users and with which options, and how its users are recorded (R36, R42, R50, R56)."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Status
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.phase import UserPhase
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.calls import ModuleCall, Wait, next_call
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.memory import Memory, UserMemory
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.run import RunState, not_started
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.step_record import StepRecord
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.steps import STEPS, take_result, unseen
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.wave import Due

from tests.unit.sentences import sound
from tests.unit.wave.runs import A, B, C, item, record, run, wave
from tests.unit.wave.stepping import OPTIONS, do, everybody_onprem, of, ready
from tests.unit.wave.test_readiness import Item, cloud, skype, teams


def call(state: RunState, step: str, number: int = 0, **options: object) -> ModuleCall | None:
    """The call that a step makes now."""
    found = STEPS[step]
    return next_call(
        state,
        state.wave("pilot"),
        found,
        found.makes(state.wave("pilot"))[number],
        OPTIONS.get(step, {}) | options,
        state.now,
    )


def mixed(due: Due = Due.UPGRADE, **facts: Any) -> RunState:
    """Alice is homed on-prem, Bob online in Islands, Carol online and TeamsOnly."""
    mode = facts.pop("mode", Mode.TEAMS_ONLY)
    state = run(wave(mode=mode), **facts)
    state.wave("pilot").due = due
    moved = skype(homing="online")
    online: list[Item] = [of(A, teams()), of(B, cloud()), of(C, cloud(mode="TeamsOnly", assigned="UpgradeToTeams"))]
    ready(state, [of(A, skype()), of(B, moved), of(C, moved)], online)
    return state


def test_readiness_is_read_without_writing() -> None:
    state = run()
    assert call(state, "readiness_onprem") == ModuleCall(
        "readiness", "upgrade_readiness_info", (A, B, C), {"side": "onprem"}, writes=False
    )
    assert call(state, "readiness_online") is None
    do(state, "readiness_onprem", {"users": [of(A, skype())], "organisation": []})
    assert call(state, "readiness_online") == ModuleCall(
        "readiness", "upgrade_readiness_info", (A, B, C), {"side": "online"}, writes=False
    )


def test_users_are_notified_where_they_are_homed() -> None:
    state = mixed(Due.NOTIFY)
    made = {"identity": "TeamsUpgradeNotify", "notify": True}
    assert call(state, "notify_onprem") == ModuleCall(
        "instance", "teams_upgrade_policy_instance", (A,), made, writes=True, on_users=False
    )
    assert call(state, "notify_onprem", 1) == ModuleCall(
        "notify", "teams_upgrade_policy", (A,), {"policy": "TeamsUpgradeNotify", "notify": True}
    )
    assert call(state, "notify_online") == ModuleCall("notify", "teams_upgrade_policy", (B, C), {"notify": True})
    nobody = run(wave(users=[B]))
    nobody.wave("pilot").due = Due.NOTIFY
    ready(nobody, [of(B, skype(homing="online"))], [of(B, cloud())])
    assert [call(nobody, "notify_onprem", number) for number in (0, 1)] == [None, None]


def test_who_is_moved_is_awaited() -> None:
    state = mixed()
    moved = call(state, "move")
    assert moved is not None
    assert (moved.step, moved.module, moved.users, moved.writes) == ("move", "csuser_move", (A,), True)
    assert call(state, "sync") is None
    do(state, "move", {"users": [item(A, "changed")]})
    assert call(state, "sync") == ModuleCall("sync", "csuser_info", (A,), writes=False, wait=Wait(60, 1))
    assert call(state, "sync", timeout=0, interval="7") == ModuleCall(
        "sync", "csuser_info", (A,), writes=False, wait=Wait(0, 7)
    )


def test_check_mode_waits_for_nobody() -> None:
    state = run(wave(users=[A]), check_mode=True)
    ready(state, [of(A, skype(homing="online"))], [of(A, teams())])
    assert call(state, "sync") == ModuleCall("sync", "csuser_info", (A,), writes=False, wait=Wait(0, 1))


@pytest.mark.parametrize(
    ("seen", "granted"),
    [
        ({"homing": "online"}, (A, B)),
        ({"homing": "onprem"}, (B,)),
        ({"status": "failed", "reason": {"code": "x", "message": "X."}}, (B,)),
        ({"status": "unknown", "reason": {"code": "x", "message": "X."}}, (B,)),
    ],
)
def test_r36_who_is_not_seen_online_is_granted_nothing(seen: Item, granted: tuple[str, ...]) -> None:
    state = mixed()
    do(state, "move", {"users": [item(A, "changed")]})
    do(state, "sync", {"users": [{"user": A, **seen}]})
    found = call(state, "grant")
    assert found == ModuleCall(
        "grant", "teams_upgrade_policy", granted, {"mode": "TeamsOnly", "migrate_meetings": None}
    )


def test_another_mode_is_granted_wherever_users_are_homed() -> None:
    found = call(mixed(mode=Mode.SFB_ONLY), "grant")
    assert found is not None
    assert (found.users, found.options["mode"]) == ((A, B, C), "SfBOnly")


@pytest.mark.parametrize(
    ("listed", "status", "code"),
    [
        ({"status": "ok", "homing": "onprem"}, "pending", "sync_pending"),
        ({}, "pending", "sync_pending"),
        ({"status": "ok", "reason": {"code": "x"}}, "pending", "sync_pending"),
        ({"status": "failed"}, "pending", "sync_pending"),
        ({"status": "failed", "reason": "x"}, "pending", "sync_pending"),
        ({"status": "failed", "reason": {"code": "x"}}, "unknown", "x"),
        ({"status": "unknown", "reason": {"code": "x"}}, "unknown", "x"),
    ],
)
def test_r36_who_is_not_seen_is_pending_or_unread(listed: Item, status: str, code: str) -> None:
    state = mixed()
    waiting = ModuleCall("sync", "csuser_info", (A,), writes=False)
    kept = take_result(state, state.wave("pilot"), waiting, {"users": [{"user": A.upper(), **listed}]})
    assert isinstance(kept, StepRecord)
    assert kept.items is not None
    line: Item = dict(kept.items[A])
    assert (line["user"], line["status"], line["actions"], line["reason"]["code"]) == (A, status, [], code)
    assert A in str(line["reason"].get("message", A))


@pytest.mark.parametrize("users", ["everybody", None, 5, {}])
def test_a_list_that_is_none_shows_nobody(users: object) -> None:
    assert unseen(ModuleCall("sync", "csuser_info", (A,)), {"users": users}) == [A]


def test_r42_r50_meetings_are_asked_for_once() -> None:
    state = mixed()
    do(state, "move", {"users": [item(A, "changed")]})
    do(state, "sync", {"users": [{"user": A, "homing": "online"}]})
    do(state, "grant", {"users": [item(A, "changed"), item(B, "changed")]})
    options = {"wait": False}
    convert = "meetings", "meeting_migration"
    assert call(state, "meetings") == ModuleCall(*convert, (A,), {**options, "queued_by_move": True})
    assert call(state, "meetings", 1) == ModuleCall(*convert, (B,), {**options, "queued_by_move": False})
    assert call(state, "meetings", 2) == ModuleCall(*convert, (C,), {**options, "follow_only": True}, writes=False)
    assert call(state, "meetings", 1, catch_up=True) == ModuleCall(
        *convert, (B, C), {**options, "queued_by_move": False}
    )
    assert call(state, "meetings", 2, catch_up=True) is None
    checked = mixed(check_mode=True)
    checked.wave("pilot").record(record("grant", [B], item(B, "changed")))
    assert [call(checked, "meetings", number) for number in (0, 1)] == [None, None]


def test_a_run_that_read_nobody_calls_nothing() -> None:
    state = run()
    assert state.wave("pilot").ready_at() == []
    found = STEPS["meetings"]
    assert found.calls[2](state, state.wave("pilot"), {"catch_up": False}) is None


def test_users_that_a_run_did_not_go_on_with_are_listed_with_the_cause() -> None:
    lines = list(not_started([A, B], {A}, "the budget is spent"))
    assert [(line["user"], line["status"], line["actions"]) for line in lines] == [
        (A, Status.PENDING.value, []),
        (B, Status.SKIPPED.value, []),
    ]
    for line, user in zip(lines, (A, B), strict=True):
        reason = line["reason"]
        assert isinstance(reason, dict)
        assert "the budget is spent" in sound(reason["message"])
        assert user in reason["message"]


def test_who_failed_without_an_item_failed_with_the_step() -> None:
    broken = StepRecord("pilot", "move", (A, B), {"msg": "No answer."})
    assert broken.with_status(Status.FAILED) == [A, B]
    assert broken.with_status(Status.UNKNOWN, Status.OK) == []


def test_everybody_onprem_is_moved() -> None:
    moved = call(everybody_onprem(run()), "move")
    assert moved is not None
    assert moved.users == (A, B, C)


@pytest.mark.parametrize(
    ("users", "failed", "order", "most"),
    [
        (6, [], [0, 1, 2, 3, 4, 5], None),
        (3, [], [0, 1, 2], None),
        # Those who are left fail alike every day; others still stop the task, where there are enough of them to tell.
        (6, [0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5], 0),
        (6, [1], [0, 2, 3, 4, 5, 1], None),
        (6, [0, 5], [1, 2, 3, 4, 0, 5], 0),
    ],
)
def test_users_who_failed_before_come_last_and_stop_nobody(
    users: int, failed: list[int], order: list[int], most: int | None
) -> None:
    names = [f"user{number}@contoso.com" for number in range(users)]
    state = run(wave(users=names))
    state.wave("pilot").memory = Memory({names[each]: UserMemory(UserPhase.NOTIFIED, failed=True) for each in failed})
    args = ModuleCall("move", "csuser_move", tuple(names)).args(state, state.wave("pilot"))
    assert (args["users"], args.get("stop_after_same_failures")) == ([names[each] for each in order], most)


@pytest.mark.parametrize(
    ("mode", "said"), [(Mode.SFB_ONLY, None), (Mode.SFB_WITH_TEAMS_COLLAB_AND_MEETINGS, False), (Mode.ISLANDS, None)]
)
def test_r56_nothing_is_said_of_meetings_that_a_mode_does_not_migrate(mode: Mode, said: bool | None) -> None:
    state = everybody_onprem(run(wave(mode=mode, migrate_meetings=False)))
    (made,) = do(state, "grant")
    assert made.get("migrate_meetings") is said
