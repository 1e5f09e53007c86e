# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What comes of changes, by what is read afterwards (R12, R36, R39 to R41, R51)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import (
    Action,
    GrantPolicy,
    MoveUser,
    StartMeetingMigration,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import (
    Change,
    Decision,
    Keep,
    Pending,
    Reason,
    Refuse,
    Scope,
    Status,
    Unknown,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.attempts import Attempt, judge, not_started
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.limits import Limits
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.wait import Waiter
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.run.waiting import FakeClock

ALICE, BOB = UserId.parse("alice@contoso.com"), UserId.parse("bob@contoso.com")
BEFORE, AFTER, OTHER = {"mode": "Islands"}, {"mode": "SfBOnly"}, {"mode": "SfBWithTeamsCollab"}
MOVE = MoveUser("sip:alice@contoso.com", "sipfed.online.lync.com")
GRANT = GrantPolicy("sip:alice@contoso.com", "SfBOnly")
START = StartMeetingMigration("sip:alice@contoso.com", "SfB", "Teams")
FAULT = Reason("not_synced", "HostedMigration fault: Error=(506)")
WHY = Reason("why", "Why.")


def attempt(action: Action = GRANT, *, answered: bool = True, fault: Reason | None = None) -> Attempt:
    """A change that was sent."""
    return Attempt(Change(BEFORE, AFTER, action), (action.cmdlet,), started=True, answered=answered, fault=fault)


def still(action: Action = GRANT) -> Change:
    """The desired still stands open."""
    return Change(BEFORE, AFTER, action)


@pytest.mark.parametrize("fault", [None, FAULT])
@pytest.mark.parametrize("answered", [True, False])
def test_r36_success_is_what_a_read_says_and_not_what_the_cmdlet_said(fault: Reason | None, answered: bool) -> None:
    outcome = judge(ALICE, attempt(MOVE, answered=answered, fault=fault), Keep(OTHER), WHY)
    assert (outcome.status, outcome.before, outcome.after) == (Status.CHANGED, BEFORE, OTHER)
    assert outcome.actions == ("Move-CsUser",)
    assert outcome.reason is None


@pytest.mark.parametrize(
    ("action", "status", "code"),
    [
        (MOVE, Status.UNKNOWN, "not_confirmed"),
        (GRANT, Status.PENDING, "not_yet_visible"),
        (START, Status.PENDING, "not_yet_visible"),
    ],
)
def test_r12_what_the_service_shows_later_is_pending_and_all_else_is_unknown(
    action: Action, status: Status, code: str
) -> None:
    outcome = judge(ALICE, attempt(action), still(action), WHY)
    assert outcome.status is status
    assert outcome.reason is not None
    assert outcome.reason.code == code
    assert action.cmdlet in outcome.reason.message
    assert (outcome.after, outcome.actions) == (BEFORE, (action.cmdlet,))


@pytest.mark.parametrize("action", [MOVE, GRANT, START])
def test_r38_a_fault_whose_change_did_not_come_is_the_reason(action: Action) -> None:
    outcome = judge(ALICE, attempt(action, fault=FAULT), still(action), WHY)
    assert (outcome.status, outcome.reason, outcome.after) == (Status.FAILED, FAULT, BEFORE)


@pytest.mark.parametrize("fault", [None, FAULT])
def test_a_lost_answer_leaves_the_user_unknown_until_a_read_shows_the_change(fault: Reason | None) -> None:
    outcome = judge(ALICE, attempt(MOVE, answered=False, fault=fault), still(MOVE), WHY)
    assert outcome.status is Status.UNKNOWN
    assert outcome.reason is not None
    assert outcome.reason.code == "outcome_unknown"
    assert "Move-CsUser" in outcome.reason.message


@pytest.mark.parametrize(
    ("state", "status", "reason"),
    [(AFTER, Status.CHANGED, None), (BEFORE, Status.PENDING, WHY), (OTHER, Status.PENDING, WHY)],
)
def test_r12_what_settles_is_pending_until_it_reads_as_predicted(
    state: dict[str, str], status: Status, reason: Reason | None
) -> None:
    outcome = judge(ALICE, attempt(), Pending(state, WHY), WHY)
    assert (outcome.status, outcome.after, outcome.reason) == (status, state, reason)


@pytest.mark.parametrize(("fault", "code"), [(None, "not_read_back"), (FAULT, "not_synced")])
def test_r11_what_cannot_be_read_afterwards_is_unknown_and_not_called_unchanged(
    fault: Reason | None, code: str
) -> None:
    outcome = judge(ALICE, attempt(MOVE, fault=fault), Unknown(WHY), WHY)
    assert (outcome.status, outcome.after) == (Status.UNKNOWN, None)
    assert outcome.reason is not None
    assert (outcome.reason.code, "nothing was changed" in outcome.reason.remedy) == (code, False)
    if fault is None:
        assert outcome.reason.message.startswith("Move-CsUser was called for alice@contoso.com")
        assert outcome.reason.message.endswith(WHY.message)


def test_a_lost_answer_that_no_read_can_tell_of_says_what_was_lost() -> None:
    outcome = judge(ALICE, attempt(MOVE, answered=False), Unknown(WHY), WHY)
    assert (outcome.status, outcome.after) == (Status.UNKNOWN, None)
    assert outcome.reason is not None
    assert outcome.reason.code == "outcome_unknown"


@pytest.mark.parametrize(("fault", "reason"), [(None, WHY), (FAULT, FAULT)])
@pytest.mark.parametrize("status", [Status.FAILED, Status.SKIPPED])
def test_what_is_refused_afterwards_has_failed(fault: Reason | None, reason: Reason, status: Status) -> None:
    outcome = judge(ALICE, attempt(fault=fault), Refuse(WHY, OTHER, status), WHY)
    assert (outcome.status, outcome.after, outcome.reason) == (Status.FAILED, OTHER, reason)


def test_r39_who_was_not_started_is_skipped_and_says_why() -> None:
    outcome = judge(ALICE, Attempt(still()), still(), WHY)
    assert outcome == not_started(ALICE, still(), WHY)
    assert (outcome.status, outcome.actions, outcome.after) == (Status.SKIPPED, (), BEFORE)
    assert outcome.reason is WHY


decisions: st.SearchStrategy[Decision] = st.sampled_from(
    [
        Keep(AFTER),
        Pending(BEFORE, WHY),
        Pending(AFTER, WHY),
        Refuse(WHY, BEFORE),
        Refuse(WHY),
        Unknown(WHY),
        still(MOVE),
        still(),
    ]
)


@given(decisions, st.sampled_from([MOVE, GRANT, START]), st.booleans(), st.sampled_from([None, FAULT]))
def test_r36_nobody_is_called_changed_unless_a_read_shows_it(
    now: Decision, action: Action, answered: bool, fault: Reason | None
) -> None:
    outcome = judge(ALICE, attempt(action, answered=answered, fault=fault), now, WHY)
    shows = isinstance(now, Keep) or (isinstance(now, Pending) and now.state == AFTER)
    assert (outcome.status is Status.CHANGED) is shows
    assert (outcome.reason is None) is shows
    # A user that was written to is never called skipped or untouched.
    assert outcome.actions == (action.cmdlet,)
    assert outcome.status not in (Status.OK, Status.SKIPPED)


@pytest.mark.parametrize(
    ("percentage", "failed", "total", "spent", "exceeded"),
    [
        (0, 0, 10, False, False),
        (0, 1, 10, False, True),
        (0, 10, 10, False, True),
        (10, 1, 10, False, False),
        (10, 2, 10, True, True),
        (33, 1, 3, True, True),
        (34, 1, 3, False, False),
        (100, 10, 10, False, False),
        (5, 0, 0, False, False),
        (0, 0, 0, False, False),
    ],
)
def test_r40_a_share_may_fail_and_zero_attempts_everybody(
    percentage: int, failed: int, total: int, spent: bool, exceeded: bool
) -> None:
    limits = Limits(percentage)
    assert limits.spent(failed, total) is spent
    assert limits.exceeded(failed, total) is exceeded


@pytest.mark.parametrize(
    ("most", "failed", "over"), [(0, 0, False), (0, 1, True), (2, 2, False), (2, 3, True), (9, 9, False)]
)
@pytest.mark.parametrize("percentage", [0, 1, 100])
def test_r40_a_number_of_failures_is_strict_and_outweighs_the_share(
    percentage: int, most: int, failed: int, over: bool
) -> None:
    limits = Limits(percentage, max_failures=most)
    assert limits.spent(failed, 10) is over
    assert limits.exceeded(failed, 10) is over
    assert limits.exceeded_because == "more users failed than max_failures allows"
    assert Limits(percentage).exceeded_because == "more users failed than max_fail_percentage allows"


def test_r40_faults_that_pass_are_tried_again_three_times_unless_said_otherwise() -> None:
    assert Limits() == Limits(max_fail_percentage=0, retries=3, retry_delay=30)


class Reads:
    """Reads that show everybody settling until the given number of reads was done; `asked` says who was read."""

    def __init__(self, settled_after: int) -> None:
        self._settled_after = settled_after
        self.asked: list[list[UserId]] = []

    def __call__(self, users: Sequence[UserId]) -> dict[UserId, Decision]:
        self.asked.append(list(users))
        done = len(self.asked) >= self._settled_after
        return {user: Keep(AFTER) if done else Pending(BEFORE, WHY) for user in users}


def test_nothing_is_read_again_without_waiter() -> None:
    reads = Reads(1)
    known: dict[UserId, Decision] = {ALICE: Pending(BEFORE, WHY)}
    assert Waiter().wait(known, reads, []) == known
    assert reads.asked == []


def test_only_what_settles_is_read_again_until_it_does() -> None:
    reads = Reads(3)
    known: dict[UserId, Decision] = {ALICE: Pending(BEFORE, WHY), BOB: Keep(AFTER)}
    assert Waiter(timeout=60, interval=0).wait(known, reads, []) == {ALICE: Keep(AFTER), BOB: Keep(AFTER)}
    assert reads.asked == [[ALICE]] * 3
    assert known[ALICE] == Pending(BEFORE, WHY)


@pytest.mark.parametrize("decision", [Keep(AFTER), Refuse(WHY), Unknown(WHY), still()])
def test_what_does_not_settle_is_not_waited_for(decision: Decision) -> None:
    reads = Reads(1)
    assert Waiter(timeout=60, interval=60).wait({ALICE: decision}, reads, []) == {ALICE: decision}
    assert reads.asked == []


@pytest.mark.parametrize("now", [still(START), Unknown(WHY), Pending(BEFORE, WHY)])
def test_r52_what_was_done_and_does_not_show_yet_is_waited_for(now: Decision) -> None:
    reads = Reads(2)
    assert Waiter(timeout=60, interval=0).wait({ALICE: now}, reads, [ALICE]) == {ALICE: Keep(AFTER)}
    assert reads.asked == [[ALICE]] * 2


def test_r52_a_read_that_fails_while_waiting_is_made_again_unless_none_can_succeed() -> None:
    answers: list[Decision] = [Pending(BEFORE, WHY), Unknown(WHY), Pending(BEFORE, WHY), Keep(AFTER)]
    patience, start = Waiter(timeout=60, interval=0), {ALICE: answers.pop(0)}
    assert patience.wait(start, lambda users: {user: answers.pop(0) for user in users}, []) == {ALICE: Keep(AFTER)}
    gone = Unknown(replace(WHY, scope=Scope.ORGANISATION))
    answers = [gone, Keep(AFTER)]
    assert patience.wait(start, lambda users: {user: answers.pop(0) for user in users}, []) == {ALICE: gone}


def test_r52_patience_ends_with_its_timeout_even_where_the_interval_is_longer() -> None:
    clock, reads = FakeClock(), Reads(1000000)
    watched = Waiter(timeout=10, interval=60).wait({ALICE: Pending(BEFORE, WHY)}, reads, [], clock=clock)
    assert watched == {ALICE: Pending(BEFORE, WHY)}
    assert reads.asked == [[ALICE]]
    assert clock.slept == [10]


def test_the_wait_lasts_its_timeout_and_reads_once_in_each_interval() -> None:
    clock, reads = FakeClock(), Reads(1000000)
    Waiter(timeout=10800, interval=60).wait({ALICE: Pending(BEFORE, WHY)}, reads, [], clock=clock)
    assert len(reads.asked) == 180
    assert clock.passed == 10800
