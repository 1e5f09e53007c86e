# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which modules each step of a wave calls, for which users, and how many of them may fail."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.report import summarise
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.run import Phase, RunState, WaveState
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.wave import Due

from tests.unit.wave.runs import EVENINGS, NOON, A, B, C, Shown, item, record, run, wave
from tests.unit.wave.stepping import do, everybody_onprem, of, outcomes, ready
from tests.unit.wave.test_readiness import cloud, skype, teams, unread


def test_readiness_is_read_on_both_sides_and_names_the_side() -> None:
    state = run()
    assert do(state, "readiness_onprem", {"users": []}) == [
        {"module": "upgrade_readiness_info", "users": [A, B, C], "side": "onprem"}
    ]
    assert do(state, "readiness_online")[0]["side"] == "online"


def test_a_side_that_cannot_be_read_stops_everybody_at_once() -> None:
    state = run()
    do(state, "readiness_onprem", {"failed": True, "msg": "teams01 is not a Skype for Business Server host."})
    assert do(state, "readiness_online") == []
    assert do(state, "move") == []
    assert summarise(state)["verdict"] == "Wave 'pilot', readiness: teams01 is not a Skype for Business Server host."


def test_r43_users_homed_onprem_are_notified_by_an_instance_that_exists() -> None:
    state = everybody_onprem(run(now=NOON.replace(day=1)))
    assert do(state, "notify_onprem", {"changed": True}) == [
        {"module": "teams_upgrade_policy_instance", "identity": "TeamsUpgradeNotify", "notify": True},
        {"module": "teams_upgrade_policy", "users": [A, B, C], "policy": "TeamsUpgradeNotify", "notify": True},
    ]
    assert do(state, "notify_online") == []
    assert do(state, "move") == []


def test_nobody_is_notified_where_the_instance_cannot_be_had() -> None:
    state = everybody_onprem(run(now=NOON.replace(day=1)))
    assert len(do(state, "notify_onprem", {"failed": True, "msg": "The host is too old."})) == 1
    assert summarise(state)["verdict"] == "Wave 'pilot', notify: The host is too old."


def test_r1_ready_users_are_moved_awaited_and_granted_the_mode() -> None:
    state = run()
    onprem = [of(A, skype()), of(B, skype(homing="online")), of(C, skype(enabled=False))]
    ready(state, onprem, [of(user, teams()) for user in (A, B, C)])
    assert do(state, "move", {"users": [item(A, "changed")]}) == [
        {"module": "csuser_move", "users": [A], "credential_user": "admin@contoso.onmicrosoft.com"}
    ]
    homed = {"users": [{"user": A, "homing": "online"}, {"user": B, "homing": "onprem"}]}
    assert do(state, "sync", homed) == [{"module": "csuser_info", "users": [A, B]}]
    assert do(state, "grant") == [{"module": "teams_upgrade_policy", "users": [A], "mode": "TeamsOnly"}]
    assert {user: each for user, each in outcomes(state).items() if user != C} == {A: "changed", B: "pending"}


def test_a_user_who_could_not_be_read_after_a_move_is_unknown_and_not_pending() -> None:
    state = everybody_onprem(run())
    do(state, "move", {"users": [item(user, "changed") for user in (A, B)]})
    unread = item(B, "unknown", "read_failed")
    do(state, "sync", {"users": [{"user": A, "homing": "onprem", "status": "ok"}, unread]})
    assert {user: found for user, found in outcomes(state).items() if user != C} == {A: "pending", B: "unknown"}
    assert do(state, "grant") == []


def test_who_was_teams_only_before_any_upgrade_is_not_caught_up() -> None:
    state = run(wave(users=[A]))
    ready(state, [of(A, unread("user_not_found", "failed"))], [of(A, cloud(mode="TeamsOnly", assigned=None))])
    assert do(state, "meetings", catch_up=True) == []


def test_check_mode_moves_and_grants_nobody_in_its_later_steps() -> None:
    state = everybody_onprem(run(check_mode=True))
    do(state, "move", {"users": [item(user, "changed") for user in (A, B, C)]})
    assert [do(state, step) for step in ("sync", "grant", "meetings")] == [[], [], []]


def test_a_budget_is_rounded_down_to_whole_users() -> None:
    state = everybody_onprem(run(wave(users=USERS[:19]), budget=10), USERS[:19])
    assert do(state, "move")[0]["max_failures"] == 1


def test_online_users_who_are_notified_do_not_wait_for_a_window() -> None:
    state = run(wave(users=[A, B], window=EVENINGS), now=NOON.replace(day=1))
    absent = [of(user, unread("user_not_found", "failed")) for user in (A, B)]
    ready(state, absent, [of(A, cloud(notify=True)), of(B, cloud(notify=False))])
    assert outcomes(state) == {A: "ok", B: "skipped"}


def test_only_what_was_upgraded_has_its_meetings_converted() -> None:
    state = run()
    absent = unread("user_not_found", "failed")
    before = cloud(mode="TeamsOnly", assigned="UpgradeToTeams")
    ready(
        state,
        [of(A, skype()), *(of(user, absent) for user in (B, C))],
        [of(A, teams()), of(B, cloud()), of(C, before)],
    )
    do(state, "move", {"users": [item(A, "changed")]})
    do(state, "sync", {"users": [{"user": A, "homing": "online"}]})
    do(state, "grant", {"users": [item(B, "changed")]})
    assert do(state, "meetings") == [
        {"module": "meeting_migration", "users": [A], "wait": False, "queued_by_move": True},
        {"module": "meeting_migration", "users": [B], "wait": False, "queued_by_move": False},
        {"module": "meeting_migration", "users": [C], "wait": False, "follow_only": True},
    ]


def test_r42_users_who_were_upgraded_before_are_caught_up_where_asked_for() -> None:
    state = run(wave(users=[A]))
    ready(state, [of(A, skype(homing="online"))], [of(A, cloud(mode="TeamsOnly"))])
    assert [each["follow_only"] for each in do(state, "meetings")] == [True]
    assert [each["queued_by_move"] for each in do(state, "meetings", catch_up=True)] == [False]


@pytest.mark.parametrize("facts", [{"migrate_meetings": False}, {"mode": Mode.ISLANDS}])
def test_no_meetings_are_converted_where_the_wave_does_not_say_so(facts: Shown) -> None:
    state = run(wave(users=[A], **facts))
    ready(state, [of(A, skype(homing="online"))], [of(A, cloud(mode="TeamsOnly"))])
    assert do(state, "meetings", catch_up=True) == []


def test_another_mode_is_granted_without_moving_anybody() -> None:
    state = everybody_onprem(run(wave(mode=Mode.SFB_ONLY, migrate_meetings=False)))
    assert [do(state, step) for step in ("move", "sync")] == [[], []]
    assert do(state, "grant") == [{"module": "teams_upgrade_policy", "users": [A, B, C], "mode": "SfBOnly"}]


USERS = [f"user{number:02}@contoso.com" for number in range(20)]


def test_one_failure_budget_counts_users_across_the_steps_of_a_wave() -> None:
    """10 % of 20 users are two: one failed to be moved, one more may fail later, and nobody is started after the third."""
    state = everybody_onprem(run(wave(users=USERS), budget=10), USERS)
    assert (
        do(state, "move", {"users": [item(USERS[0], "failed", "x"), *(item(user, "changed") for user in USERS[1:])]})[
            0
        ]["max_failures"]
        == 2
    )
    do(state, "sync", {"users": [{"user": user, "homing": "online"} for user in USERS]})
    assert do(state, "grant", {"users": [item(USERS[1], "failed", "x")]})[0]["max_failures"] == 1
    first = {"users": [item(USERS[2], "failed", "x"), *(item(user, "changed") for user in USERS[3:])]}
    assert [each["max_failures"] for each in do(state, "meetings", first)] == [0]
    assert do(state, "meetings") == []
    assert len(state.wave("pilot").failed) == 3


def test_users_who_could_not_be_read_spend_the_budget_too() -> None:
    state = run(wave(users=USERS), budget=10)
    online = [of(user, teams()) for user in USERS[3:]] + [of(user, unread()) for user in USERS[:3]]
    ready(state, [of(user, skype()) for user in USERS], online)
    assert do(state, "move") == []
    found: Shown = summarise(state)
    assert found["counts"]["skipped"] == 17
    assert "17 of 20 users were not started" in found["verdict"]


def test_a_user_who_fails_twice_spends_the_budget_once() -> None:
    state = everybody_onprem(run(wave(users=USERS), budget=10), USERS)
    for step in ("grant", "meetings"):
        state.wave("pilot").record(record(step, [USERS[0]], item(USERS[0].upper(), "failed", "x")))
    assert do(state, "move")[0]["max_failures"] == 1


def test_without_a_budget_every_user_is_attempted() -> None:
    state = everybody_onprem(run())
    state.wave("pilot").record(record("move", [A], item(A, "failed", "x")))
    assert "max_failures" not in do(state, "move")[0]


@pytest.mark.parametrize(
    ("due", "phases", "done"),
    [
        (Due.NOTIFY, frozenset(Phase), {"notify_onprem"}),
        (Due.UPGRADE, frozenset(Phase), {"move"}),
        (Due.NOTHING, frozenset(Phase), set()),
        (Due.UPGRADE, frozenset((Phase.READINESS,)), set()),
        (Due.UPGRADE, frozenset((Phase.READINESS, Phase.NOTIFY)), set()),
        (Due.NOTIFY, frozenset((Phase.READINESS, Phase.NOTIFY)), {"notify_onprem"}),
        (Due.UPGRADE, frozenset((Phase.READINESS, Phase.UPGRADE)), {"move"}),
    ],
)
def test_a_phase_is_done_where_it_is_due_and_wanted(due: Due, phases: frozenset[Phase], done: set[str]) -> None:
    state = run(phases=phases)
    state.wave("pilot").due = due
    everybody_onprem(state)
    assert {step for step in ("notify_onprem", "move") if do(state, step)} == done


def test_a_closed_window_has_everybody_wait_and_is_no_failure() -> None:
    state = run(wave(window=EVENINGS))
    onprem = [of(A, skype()), of(B, skype(homing="online")), of(C, skype(enabled=False))]
    ready(state, onprem, [of(A, teams()), of(B, cloud(mode="TeamsOnly")), of(C, teams())])
    assert [do(state, step) for step in ("move", "sync", "grant")] == [[]] * 3
    # Reading how far meetings are needs no window.
    assert [each["follow_only"] for each in do(state, "meetings")] == [True]
    found: Shown = summarise(state)
    assert (found["failed"], outcomes(state)) == (False, {A: "skipped", B: "ok", C: "skipped"})
    assert found["verdict"] == (
        "Wave 'pilot' waits for its window (mon, tue, wed, thu, fri, sat, sun 19:00 to 23:00); its upgrade is due since 2026-12-07. "
        "3 users: 1 done, 1 waiting, 1 left out (1 reason)."
    )
    state.fail_when_closed = True
    assert summarise(state)["failed"]
    later = run(wave(window=EVENINGS), now=NOON.replace(month=11), fail_when_closed=True)
    assert not summarise(later)["failed"]


def test_in_check_mode_a_closed_window_does_not_hide_what_would_be_done() -> None:
    state = everybody_onprem(run(wave(window=EVENINGS), check_mode=True, fail_when_closed=True))
    assert do(state, "move")
    assert summarise(state)["failed"] is False


def test_who_has_the_instance_that_notifies_does_not_wait_for_a_notification() -> None:
    state = run(wave(users=[A, B], window=EVENINGS), now=NOON.replace(day=1), notify_policy="TeamsUpgradeNotify")
    ready(state, [of(A, skype(assigned="Tag:TeamsUpgradeNotify")), of(B, skype())], [of(A, teams()), of(B, teams())])
    found: Shown = summarise(state)
    assert {user["user"]: user["outcome"] for user in found["waves"][0]["users"]} == {A: "ok", B: "skipped"}


def test_a_closed_window_is_no_matter_for_a_wave_that_is_done() -> None:
    state = run(wave(users=[A], window=EVENINGS), fail_when_closed=True)
    ready(state, [of(A, skype(homing="online"))], [of(A, cloud(mode="TeamsOnly"))])
    found: Shown = summarise(state)
    assert (found["failed"], found["verdict"]) == (False, "1 user: 1 done.")


@pytest.mark.parametrize(
    "phases", [{Phase.READINESS}, {Phase.READINESS, Phase.NOTIFY}, {Phase.READINESS, Phase.MEETINGS}]
)
def test_users_whose_phase_was_not_asked_for_are_not_called_done(phases: set[Phase]) -> None:
    state = everybody_onprem(run(phases=frozenset(phases)))
    assert [do(state, step) for step in ("move", "sync", "grant")] == [[]] * 3
    found: Shown = summarise(state)
    assert {user["code"] for user in found["waves"][0]["users"]} == {"phase_not_selected"}
    assert found["verdict"] == "3 users: 3 ready and not selected by the tags."


def test_users_who_were_moved_and_not_finished_are_not_called_unstarted() -> None:
    state = everybody_onprem(run(wave(users=USERS), budget=10), USERS)
    failing = [item(user, "failed", "x") for user in USERS[:3]]
    do(state, "move", {"users": [*failing, *(item(user, "changed") for user in USERS[3:10]),
                                 *(item(user, "skipped", "not_started") for user in USERS[10:])]})  # fmt: skip
    do(state, "sync", {"users": [{"user": user, "homing": "online"} for user in USERS[3:10]]})
    assert do(state, "grant") == []
    found: Shown = summarise(state)
    assert found["counts"] | {"total": 0} == {
        "total": 0, "failed": 3, "pending": 7, "skipped": 10, "changed": 0, "ok": 0, "unknown": 0,
    }  # fmt: skip
    assert "7 of 20 users were changed and not finished." in found["verdict"]
    assert "10 of 20 users were not started." in found["verdict"]


def test_a_wave_whose_filter_finds_nobody_is_not_called_nothing_due() -> None:
    found: Shown = summarise(run(wave(users=[], filter={"registrar_pool": "pool-ber.contoso.com"})))
    assert found["verdict"] == (
        "Wave 'pilot' has no users: its upgrade is due since 2026-12-07, and its filter (registrar_pool: pool-ber.contoso.com) "
        "finds nobody who is not excluded. Users who were moved have left their registrar pool."
    )
    assert found["failed"] is False


def test_r39_a_fault_of_one_wave_keeps_the_later_ones_from_being_read_or_written() -> None:
    state = run(wave(users=[A]), wave("rest", [B]))
    everybody_onprem(state, [A])
    do(state, "move", {"users": [], "msg": "Stop.", "reason": {"scope": "organisation"}})
    assert do(state, "readiness_onprem", name="rest") == []
    assert do(state, "sync") == []


def test_users_that_a_playbook_names_are_not_bound_to_dates() -> None:
    named = wave(users=[A])
    state = RunState(now=NOON, waves={"pilot": WaveState(named, Due.UPGRADE, open=True, planned=False)})
    everybody_onprem(state, [A])
    assert do(state, "notify_onprem")
    assert do(state, "move")


def test_a_wave_that_the_run_does_not_have_is_refused() -> None:
    with pytest.raises(LookupError, match="has no wave 'rest'"):
        run().wave("rest")
