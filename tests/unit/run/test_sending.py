# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sending changes: who is started, who is tried again, and what stops the others (R39 to R41)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.client import RemoteFault
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import SessionFault
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model import decision
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import MoveUser
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import (
    Change,
    Keep,
    Reason,
    Scope,
    Unknown,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId, parse_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.apply import ChangeApplier
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.attempts import Attempt
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.batches import Following
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.clock import SYSTEM_CLOCK, Clock
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.limits import FailureCount, Limits
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.wait import Decide

from tests.unit.cmdlets.hosts import onprem
from tests.unit.cmdlets.scripted import OK, Reply, Scripted, failing, prepared, still
from tests.unit.run.waiting import FakeClock

PROVISIONING = failing("SetMoveResourceData failed because the user is not provisioned.")
SHARED_SPACE = failing("HostedMigration fault: Error=(510), Description=(This user's tenant is not enabled.)")
ODD = failing("HostedMigration fault: Error=(506), Description=(The user could move be moved.)")


def moves(count: int) -> dict[UserId, Change]:
    """So many users who are to be moved."""
    users = parse_users(f"u{n}@contoso.com" for n in range(count))
    return {user: Change({}, {}, MoveUser(user.sip, "sipfed.online.lync.com")) for user in users}


class Host:
    """Answers each move of a user by that user's replies in turn, the last one ever after; OK for others."""

    def __init__(self, **replies: list[Reply]) -> None:
        self._replies = {f"sip:{user}@contoso.com": list(each) for user, each in replies.items()}

    def __call__(self, command: Mapping[str, Any]) -> Reply:
        replies = self._replies.get(command["parameters"]["Identity"], [OK])
        return replies.pop(0) if len(replies) > 1 else replies[0]


def send(
    connection: Scripted,
    count: int,
    limits: Limits | None = None,
    *,
    failed: int = 0,
    now: Decide | None = None,
    clock: Clock = SYSTEM_CLOCK,
) -> tuple[list[Attempt], ChangeApplier]:
    """Send the moves of so many users; `now` is what is read of them before another try, by default that they are still to be moved."""
    quick = limits or Limits(retry_delay=0)
    failures = FailureCount(quick, count + failed, {f"failed{number}" for number in range(failed)})
    applying = ChangeApplier(connection.remote(), onprem(), failures, following=Following(0, 0), clock=clock)
    changes = moves(count)
    return list(applying.send(prepared(changes, onprem()), now or still(changes)).values()), applying


def called(connection: Scripted) -> list[str]:
    """Who was moved, call by call."""
    return [command["parameters"]["Identity"].removeprefix("sip:").split("@")[0] for command in connection.started]


def test_every_change_is_sent_once_in_order() -> None:
    connection = Scripted(Host())
    attempts, applying = send(connection, 3)
    assert called(connection) == ["u0", "u1", "u2"]
    assert all(each.started and each.answered and each.fault is None for each in attempts)
    assert [each.called for each in attempts] == [("Move-CsUser",)] * 3
    assert applying.stopped is None
    assert connection.read_only == [False]


def test_the_commands_that_were_prepared_are_those_that_are_sent() -> None:
    connection, calls = Scripted(Host()), prepared(moves(3), onprem())
    applying = ChangeApplier(
        connection.remote(), onprem(), FailureCount(Limits(retry_delay=0), 3), following=Following(0, 0)
    )
    applying.send(calls, still(moves(3)))
    assert connection.started == [call.command.to_request() for call in calls.values()]


def test_r41_one_users_fault_lets_the_others_go_on_and_is_not_repeated() -> None:
    connection = Scripted(Host(u1=[ODD]))
    attempts, _applying = send(connection, 3)
    assert called(connection) == ["u0", "u1", "u2"]
    assert [each.fault.code if each.fault else None for each in attempts] == [None, "not_synced", None]


@pytest.mark.parametrize(
    ("replies", "retries", "calls", "code"),
    [
        ([PROVISIONING, OK], 3, 2, None),
        ([PROVISIONING, PROVISIONING, PROVISIONING, OK], 3, 4, None),
        ([PROVISIONING], 3, 4, "not_provisioned"),
        ([PROVISIONING], 0, 1, "not_provisioned"),
        ([PROVISIONING, ODD], 3, 2, "not_synced"),
    ],
)
def test_r40_a_fault_that_passes_is_tried_again_a_bounded_number_of_times(
    replies: list[Reply], retries: int, calls: int, code: str | None
) -> None:
    connection = Scripted(Host(u1=replies))
    attempts, _applying = send(connection, 2, Limits(retries=retries, retry_delay=0))
    assert called(connection) == ["u0"] + ["u1"] * calls
    fault = attempts[1].fault
    assert (fault.code if fault else None) == code
    assert attempts[1].called == ("Move-CsUser",)


@pytest.mark.parametrize("state", ["lost", "timeout"])
def test_a_write_whose_answer_was_lost_is_never_repeated(state: str) -> None:
    connection = Scripted(Host(u0=[{"state": state, **{k: v for k, v in PROVISIONING.items() if k != "state"}}]))
    attempts, _applying = send(connection, 1)
    assert called(connection) == ["u0"]
    assert attempts[0].started
    assert not attempts[0].answered


def test_r39_what_would_fail_for_everybody_stops_everybody() -> None:
    connection = Scripted(Host(u1=[SHARED_SPACE]))
    attempts, applying = send(connection, 4)
    assert called(connection) == ["u0", "u1"]
    assert [each.started for each in attempts] == [True, True, False, False]
    assert applying.stopped is not None
    assert applying.stopped.code == "shared_sip_address_space"


def test_r39_nobody_is_tried_again_once_everybody_is_stopped() -> None:
    connection = Scripted(Host(u0=[PROVISIONING], u1=[SHARED_SPACE]))
    send(connection, 2)
    assert called(connection) == ["u0", "u1"]


@pytest.mark.parametrize(
    ("percentage", "failed_before", "calls"), [(0, 0, 4), (25, 0, 3), (50, 0, 4), (25, 1, 2), (24, 0, 2)]
)
def test_r40_once_too_many_failed_no_more_are_started(percentage: int, failed_before: int, calls: int) -> None:
    connection = Scripted(Host(u1=[ODD], u2=[ODD]))
    send(connection, 4, Limits(percentage, retry_delay=0), failed=failed_before)
    assert len(connection.started) == calls


def test_r40_a_user_who_is_tried_again_does_not_count_as_failed_twice() -> None:
    connection = Scripted(Host(u0=[PROVISIONING], u1=[PROVISIONING, OK]))
    attempts, applying = send(connection, 4, Limits(50, retries=5, retry_delay=0))
    assert called(connection).count("u0") == 6
    assert attempts[1].fault is None
    assert applying.stopped is None


@pytest.mark.parametrize(("found", "reads"), [(Keep({}), 1), (Unknown(Reason("read_failed", "Nobody answers.")), 3)])
def test_r50_what_is_tried_again_is_read_before_and_left_alone_where_it_is_done(
    found: decision.Decision, reads: int
) -> None:
    connection = Scripted(Host(u0=[PROVISIONING], u1=[PROVISIONING, OK]))
    done, *_others = changes = moves(3)
    asked: list[UserId] = []

    def now(users: Sequence[UserId]) -> dict[UserId, decision.Decision]:
        asked.extend(users)
        return {user: found if user == done else changes[user] for user in users}

    attempts, _applying = send(connection, 3, now=now)
    assert asked.count(done) == reads
    assert called(connection) == ["u0", "u1", "u2", "u1"]
    assert [each.fault.code if each.fault else None for each in attempts] == ["not_provisioned", None, None]


def test_r22_r40_a_fault_that_may_pass_stops_nobody_before_its_last_try() -> None:
    connection = Scripted(Host(u0=[PROVISIONING, OK], u1=[PROVISIONING, OK]))
    attempts, applying = send(connection, 20, Limits(5, retry_delay=0))
    assert [each.fault for each in attempts] == [None] * 20
    assert all(each.started for each in attempts)
    assert not applying.failures.spent
    connection = Scripted(Host(u0=[PROVISIONING], u1=[PROVISIONING]))
    attempts, applying = send(connection, 20, Limits(5, retries=1, retry_delay=0))
    assert (len(connection.started), applying.failures.spent) == (22, True)
    connection = Scripted(Host(u0=[PROVISIONING], u1=[PROVISIONING]))
    attempts, applying = send(connection, 20, Limits(5, retries=0, retry_delay=0))
    assert (len(connection.started), applying.failures.spent) == (2, True)


def test_r40_nobody_is_tried_again_once_too_many_failed() -> None:
    connection, clock = Scripted(Host(u0=[PROVISIONING], u1=[ODD])), FakeClock()
    attempts, applying = send(connection, 3, Limits(max_failures=0, retry_delay=30, retries=1), clock=clock)
    assert called(connection) == ["u0", "u1"]
    assert [each.started for each in attempts] == [True, True, False]
    assert (applying.failures.users, applying.stopped) == ({"u1@contoso.com"}, None)
    assert clock.slept == []


def test_r40_a_round_starts_no_more_at_a_time_than_may_still_fail() -> None:
    connection = Scripted(Host(u0=[ODD], u1=[PROVISIONING, OK]))
    send(connection, 4, Limits(max_failures=3, retry_delay=0), failed=1)
    assert connection.at_once == [3, 2]
    connection = Scripted(Host())
    send(connection, 4)
    assert connection.at_once == [None]


def test_what_no_session_takes_any_more_stops_everybody_with_its_reason() -> None:
    gone = {**failing("No session on sfb01:5985 is left."), "state": "cancelled"}
    attempts, applying = send(Scripted(Host(u1=[gone])), 3)
    assert [each.started for each in attempts][:2] == [True, False]
    assert applying.stopped is not None
    assert (applying.stopped.code, applying.stopped.message) == ("connection", "No session on sfb01:5985 is left.")


def test_a_refusal_of_the_connection_stops_everybody() -> None:
    connection = Scripted(Host(u0=[{"state": "refused"}]))
    attempts, applying = send(connection, 2)
    assert called(connection) == ["u0"]
    assert applying.stopped == attempts[0].fault
    assert applying.stopped is not None
    assert applying.stopped.code == "check_mode_refused"


def test_a_connection_that_breaks_leaves_those_under_way_unknown() -> None:
    connection = Scripted(Host(), breaks_after=1)
    attempts, applying = send(connection, 3)
    assert [each.answered for each in attempts] == [True, False, False]
    assert all(each.started for each in attempts)
    assert applying.stopped is not None
    assert (applying.stopped.code, applying.stopped.scope) == ("connection", Scope.ORGANISATION)


def test_a_connection_that_breaks_before_a_round_leaves_its_users_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was asked may have arrived."""
    connection = Scripted(Host())

    def submit(_request: str) -> str:
        raise RemoteFault(SessionFault("connection", "The connection's process failed.", "Run again."))

    monkeypatch.setattr(connection, "submit", submit)
    attempts, applying = send(connection, 2)
    assert [(each.started, each.answered) for each in attempts] == [(True, False)] * 2
    assert applying.stopped is not None
    assert applying.stopped.code == "connection"


def test_r77_warnings_are_kept_and_are_no_fault() -> None:
    connection = Scripted(Host(u0=[{"state": "completed", "warnings": ["These values will be ignored."]}]))
    attempts, _applying = send(connection, 1)
    assert (attempts[0].warnings, attempts[0].fault) == (["These values will be ignored."], None)


def test_users_are_tried_again_after_the_delay() -> None:
    clock = FakeClock()
    send(Scripted(Host(u0=[PROVISIONING])), 1, Limits(retries=2, retry_delay=30), clock=clock)
    assert clock.slept == [30, 30]
