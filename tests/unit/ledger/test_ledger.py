# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a ledger remembers."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.faults import LedgerFault
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.ledger import Ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import (
    Completion,
    Selection,
    Sending,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Status
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.phase import UserPhase
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.reasons import NOT_CONFIRMED

from .builders import (
    ALICE,
    BOB,
    CAROL,
    ELSEWHERE,
    NOW,
    ONLINE,
    ONPREM,
    TEAMS_ONLY,
    TOLD,
    begin,
    move,
    notify,
    user,
)


def test_an_event_is_there_before_it_is_completed(ledger: Ledger, new_ledger: Callable[[], Ledger]) -> None:
    run = begin(ledger, "nightly")
    ledger.remember_members("pilot", [ALICE])
    event = ledger.event_sent(run, move("SIP:Alice@Contoso.com"))
    with new_ledger() as other:
        (found,) = other.events(Selection())
    assert (found["user"], found["wave"], found["run"], found["status"]) == (ALICE, "pilot", run, "sent")
    assert (found["action"], found["phase"], found["before"]) == ("Move-CsUser", "moved", ONPREM)
    ledger.event_completed(event, Status.CHANGED, after=ONLINE, operation="op", seconds=1.5)
    (found,) = ledger.events(Selection())
    assert (found["status"], found["before"], found["after"]) == ("changed", ONPREM, ONLINE)
    assert (found["operation"], found["seconds"]) == ("op", 1.5)


def test_a_reason_is_kept_with_the_event_and_shown_with_the_user(ledger: Ledger) -> None:
    reason = NOT_CONFIRMED.format(user=ALICE, cmdlet="Move-CsUser")
    event = ledger.event_sent(begin(ledger), move(ALICE))
    ledger.event_completed(event, Status.FAILED, reason=reason)
    last = user(ledger, ALICE)["last"]
    assert last is not None
    assert last["status"] == "failed"
    assert last["reason"] is not None
    assert last["reason"]["code"] == "not_confirmed"
    assert "retryable" not in last["reason"]
    assert ledger.last_statuses() == {"failed": 1}


def test_what_a_user_had_before_the_first_write_is_written_once(ledger: Ledger) -> None:
    run = begin(ledger)
    ledger.remember_before({ALICE: ONPREM, BOB: {}, CAROL: ONPREM})
    ledger.events_sent(run, [move(ALICE), move(BOB)])
    ledger.remember_before({"Alice@contoso.com": ONLINE, BOB: ONLINE, CAROL: ONLINE})
    assert user(ledger, ALICE)["before"] == ONPREM
    # Nothing was known of this one when the first cmdlet was sent, and nothing was sent for the other one yet.
    assert user(ledger, BOB)["before"] == ONLINE
    assert user(ledger, CAROL)["before"] == ONLINE
    ledger.forget_before([ALICE, BOB, CAROL])
    assert [user(ledger, each)["before"] for each in (ALICE, BOB, CAROL)] == [ONPREM, ONLINE, None]


def test_a_user_goes_the_way_of_a_wave_in_the_time_of_the_plan(ledger: Ledger) -> None:
    ledger.remember_members("pilot", [ALICE])
    assert user(ledger, ALICE)["phase"] == "planned"
    told = begin(ledger, now=NOW)
    ledger.event_completed(ledger.event_sent(told, notify(ALICE)), Status.CHANGED, after=TOLD)
    found = ledger.remembered([ALICE])[ALICE]
    assert found.phase is UserPhase.NOTIFIED
    assert found.notified_on is not None
    assert timedelta() <= found.notified_on - NOW < timedelta(minutes=5)
    a_week_later = NOW + timedelta(days=7)
    moving = begin(ledger, now=a_week_later)
    ledger.event_completed(ledger.event_sent(moving, move(ALICE)), Status.CHANGED, after=ONLINE)
    ledger.reached([ALICE], UserPhase.UPGRADED, a_week_later)
    found = ledger.remembered([ALICE])[ALICE]
    assert (found.phase, found.upgraded_on) == (UserPhase.UPGRADED, a_week_later)
    assert datetime.now(UTC) - found.since < timedelta(minutes=5)
    assert found.notified_on is not None
    assert found.notified_on < a_week_later - timedelta(days=6)


def test_what_is_pending_is_completed_again_later(ledger: Ledger) -> None:
    event = ledger.event_sent(begin(ledger), Sending(ALICE, "Grant-CsTeamsUpgradePolicy", {}, TEAMS_ONLY))
    ledger.event_completed(event, Status.PENDING)
    assert user(ledger, ALICE)["phase"] == "planned"
    ledger.event_completed(event, Status.CHANGED, after=TEAMS_ONLY)
    assert user(ledger, ALICE)["phase"] == "upgraded"


def test_a_late_completion_does_not_hide_the_last_event(ledger: Ledger) -> None:
    run = begin(ledger)
    first, second = ledger.events_sent(run, [notify(ALICE), move(ALICE)])
    ledger.event_completed(second, Status.FAILED)
    ledger.event_completed(first, Status.CHANGED, after=TOLD)
    last = user(ledger, ALICE)["last"]
    assert last is not None
    assert (last["action"], last["status"]) == ("Move-CsUser", "failed")
    assert ledger.last_statuses() == {"failed": 1}


def test_many_users_are_written_at_once(ledger: Ledger) -> None:
    run, users = begin(ledger), [f"user{number}@contoso.com" for number in range(1200)]
    with ledger.transaction():
        assert ledger.claim(users, run).taken == set(users)
        ledger.remember_before(dict.fromkeys(users, ONPREM))
        ids = ledger.events_sent(run, [move(each) for each in users])
    assert len(set(ids)) == 1200
    ledger.events_completed([Completion(event, Status.CHANGED, after=ONLINE) for event in ids])
    found = ledger.users(Selection(users=users))
    assert {each["phase"] for each in found} == {"moved"}
    assert [each["user"] for each in ledger.events(Selection(run=run))] == users


def test_a_transaction_is_written_as_a_whole_or_not_at_all(ledger: Ledger) -> None:
    run = begin(ledger)
    with suppress(ZeroDivisionError), ledger.transaction():
        ledger.event_sent(run, move(ALICE))
        ledger.remember_before({ALICE: ONPREM})
        raise ZeroDivisionError
    assert ledger.users(Selection()) == []


def test_members_stay_members(ledger: Ledger) -> None:
    assert ledger.remember_members("paris", [ALICE, BOB]) == [ALICE, BOB]
    assert ledger.remember_members("paris", ["BOB@contoso.com", CAROL]) == [CAROL]
    assert ledger.members("paris") == [ALICE, BOB, CAROL]
    ledger.remember_members("rest", [CAROL])
    assert user(ledger, CAROL)["wave"] == "rest"
    assert [each["user"] for each in ledger.users(Selection(wave="paris"))] == [ALICE, BOB]


def test_the_first_notice_of_a_wave_counts(ledger: Ledger) -> None:
    ledger.remember_members("pilot", [ALICE, BOB])
    ledger.remember_notices("pilot", {ALICE: NOW})
    ledger.remember_notices("pilot", {ALICE: NOW + timedelta(days=1)})
    assert ledger.notices("pilot", [ALICE, BOB]) == {ALICE: NOW}
    assert user(ledger, ALICE)["phase"] == "notified"
    ledger.remember_members("rest", [ALICE])
    assert (user(ledger, ALICE)["phase"], user(ledger, ALICE)["notified_on"]) == ("planned", None)


def test_r64_who_was_rolled_back_waits_until_the_wave_takes_them_again(ledger: Ledger) -> None:
    run = begin(ledger)
    ledger.remember_members("pilot", [ALICE])
    ledger.remember_notices("pilot", {ALICE: NOW})
    for sending, after in ((move(ALICE), TEAMS_ONLY), (Sending(ALICE, "Move-CsUser", TEAMS_ONLY, ONPREM), ONPREM)):
        ledger.event_completed(ledger.event_sent(run, sending), Status.CHANGED, after=after)
    ledger.remember_members("pilot", [ALICE])
    assert (user(ledger, ALICE)["phase"], user(ledger, ALICE)["upgraded_on"]) == ("rolled_back", None)
    ledger.remember_members("pilot", [ALICE], again=True)
    assert (user(ledger, ALICE)["phase"], ledger.notices("pilot", [ALICE])) == ("planned", {})


def test_what_a_dead_run_had_sent_is_found(ledger: Ledger) -> None:
    dead, mine = begin(ledger, by=ELSEWHERE), begin(ledger)
    ids = ledger.events_sent(dead, [move(ALICE), move(BOB), move(CAROL)])
    ledger.event_completed(ids[2], Status.CHANGED, after=ONLINE)
    ledger.operation_started(ids[:1], "op-1")
    assert ledger.unfinished([ALICE, BOB], mine) == []  # as far as anybody can tell, it lives
    ledger.end_run(dead)
    found = ledger.unfinished(["Alice@contoso.com", BOB, CAROL], mine)
    assert [(each.user, each.run, each.operation, each.before) for each in found] == [
        (ALICE, dead, "op-1", ONPREM),
        (BOB, dead, "", ONPREM),
    ]
    ledger.event_completed(found[0].id, Status.CHANGED, after=ONLINE)
    assert [each.user for each in ledger.unfinished([ALICE, BOB], mine)] == [BOB]
    assert user(ledger, ALICE)["phase"] == "moved"


def test_what_an_earlier_task_of_the_run_left_is_found(ledger: Ledger) -> None:
    run = begin(ledger)
    event = ledger.event_sent(run, move(ALICE))
    assert [each.id for each in ledger.unfinished([ALICE], run)] == [event]


def test_events_that_were_not_sent_are_taken_back(ledger: Ledger) -> None:
    run = begin(ledger)
    first = ledger.event_sent(run, notify(ALICE))
    ledger.event_completed(first, Status.CHANGED, after=TOLD)
    ledger.events_withdrawn(ledger.events_sent(run, [move(ALICE), move(BOB)]))
    assert [each["action"] for each in ledger.events(Selection())] == ["Grant-CsTeamsUpgradePolicy"]
    assert ledger.last_statuses() == {"changed": 1}
    # One that was completed stays.
    ledger.events_withdrawn([first])
    assert len(ledger.events(Selection())) == 1


def test_a_notice_counts_from_when_it_was_sent(ledger: Ledger) -> None:
    run = begin(ledger)
    ledger.remember_members("pilot", [ALICE])
    event = ledger.event_sent(run, notify(ALICE))
    time.sleep(0.3)
    ledger.event_completed(event, Status.CHANGED, after=TOLD)
    (found,) = ledger.notices("pilot", [ALICE]).values()
    assert (found - NOW).total_seconds() < 0.3


def test_a_question_is_narrowed(ledger: Ledger) -> None:
    ledger.remember_members("pilot", [ALICE])
    ledger.remember_members("rest", [BOB, CAROL])
    first = begin(ledger)
    ledger.events_sent(first, [move(ALICE), move(BOB)])
    later = datetime.now(UTC)
    second = begin(ledger)
    ledger.events_sent(second, [move(BOB)])

    def asked(**parts: object) -> tuple[list[str], list[str], list[str]]:
        chosen = Selection(**parts)  # type: ignore[arg-type]
        users = [each["user"] for each in ledger.users(chosen)]
        return (
            users,
            [str(each["user"]) for each in ledger.events(chosen)],
            [each["run"] for each in ledger.runs(chosen)],
        )

    assert asked() == ([ALICE, BOB, CAROL], [ALICE, BOB, BOB], [first, second])
    assert asked(users=["sip:BOB@contoso.com", "nobody@contoso.com"]) == ([BOB], [BOB, BOB], [first, second])
    assert asked(users=[]) == ([], [], [])
    assert asked(wave="pilot") == ([ALICE], [ALICE], [first])
    assert asked(run=first) == ([ALICE, BOB], [ALICE, BOB], [first])
    assert asked(since=later) == ([BOB], [BOB], [second])
    assert asked(wave="rest", run=first) == ([BOB], [BOB], [first])


def test_moments_are_shown_in_iso_with_their_offset(ledger: Ledger) -> None:
    begin(ledger)
    (found,) = ledger.runs(Selection())
    assert found["now"] == "2026-12-07T18:00:00.000000+00:00"
    assert found["started"].endswith("+00:00")


def test_a_moment_without_an_offset_is_refused(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="offset"):
        ledger.remember_notices("pilot", {ALICE: datetime(2026, 12, 7)})


def test_an_event_of_a_run_that_was_never_begun_is_not_written(ledger: Ledger) -> None:
    with pytest.raises(LedgerFault) as refused:
        ledger.event_sent("never begun", move(ALICE))
    assert refused.value.code == "ledger_failed"
    assert ledger.users(Selection()) == []


def test_an_event_that_was_purged_cannot_be_completed(ledger: Ledger) -> None:
    with pytest.raises(LookupError):
        ledger.event_completed(4711, Status.CHANGED)
