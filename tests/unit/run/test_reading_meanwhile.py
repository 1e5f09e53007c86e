# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many users are read back while the last changes are under way, where no session is kept from its work by that (R36)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import MoveUser
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import (
    Change,
    Decision,
    Keep,
    Reason,
    Unknown,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.apply import ChangeApplier
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.batches import Following
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.limits import FailureCount, Limits
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.meanwhile import AT_ONCE, WORTH_READING
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.prepare import Call
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.recorder import Recorder

from tests.unit.cmdlets.hosts import onprem
from tests.unit.cmdlets.scripted import NOWHERE, OK, Reply, Scripted, failing, prepared
from tests.unit.run.test_sending import Host, moves
from tests.unit.run.waiting import FakeClock

MANY = WORTH_READING + 10
ODD = failing("HostedMigration fault: Error=(506), Description=(The user could move be moved.)")
UNREAD = Unknown(Reason("read_failed", "Nobody answers."))


class Reads:
    """What reads show: everybody is done but `others`. `made` holds who was read, and how many calls had been made by then."""

    def __init__(self, connection: Scripted, **others: Decision) -> None:
        self.made: list[tuple[list[str], int]] = []
        self._connection = connection
        self._others = others

    def __call__(self, users: Sequence[UserId]) -> dict[UserId, Decision]:
        names = [name_of(user) for user in users]
        self.made.append((names, len(self._connection.started)))
        return {user: self._others.get(name, Keep({})) for user, name in zip(users, names, strict=True)}


def name_of(user: UserId) -> str:
    """The name that a user has in these tests."""
    return user.address.partition("@")[0]


def sent(
    connection: Scripted,
    reads: Reads,
    count: int = MANY,
    *,
    limits: Limits | None = None,
    minutes: float | None = None,
    near: str | None = None,
) -> ChangeApplier:
    """Send the moves of so many users, none of which is to start after so many minutes."""
    clock = FakeClock()
    counted = FailureCount(limits or Limits(retries=0, retry_delay=0), count)
    until = None if minutes is None else clock.now() + timedelta(minutes=minutes)
    applying = ChangeApplier(
        connection.remote(), onprem(), counted, following=Following(0, 0), clock=clock, until=until
    )
    calls = {
        user: Call(call.change, replace(call.command, near=near))
        for user, call in prepared(moves(count), onprem()).items()
    }
    applying.send(calls, reads)
    return applying


def names(count: int) -> list[str]:
    """The names of the first users."""
    return [f"u{number}" for number in range(count)]


def test_those_who_are_done_are_read_once_while_the_last_are_under_way() -> None:
    connection = Scripted(Host(), sessions=4)
    reads = Reads(connection)
    applying = sent(connection, reads)
    assert reads.made == [(names(MANY - 3), MANY - 3)]
    assert [name_of(user) for user in applying.seen] == names(MANY - 3)
    assert len(connection.started) == MANY


class Watched(Scripted):
    """A connection that keeps for how long answers are waited for."""

    def __init__(self) -> None:
        super().__init__(Host(), sessions=4)
        self.waits: list[float] = []

    def collect(self, request: str) -> str:
        self.waits.append(json.loads(request)["wait"])
        return super().collect(request)


def test_some_are_read_at_a_time_and_what_is_under_way_is_looked_at_in_between() -> None:
    connection, count = Watched(), 2 * AT_ONCE + WORTH_READING
    reads = Reads(connection)
    applying = sent(connection, reads, count)
    parts = [(names(AT_ONCE), count - 3), (names(2 * AT_ONCE)[AT_ONCE:], count - 2)]
    assert reads.made == parts
    assert len(applying.seen) == 2 * AT_ONCE
    # After a part, nobody waits for an answer: the next part is read meanwhile.
    assert [wait > 0 for wait in connection.waits] == [True] * (count - 3) + [False] * 2 + [True]


def test_who_failed_is_not_read_and_who_does_not_show_yet_is_to_be_read_again() -> None:
    connection = Scripted(Host(u3=[ODD]), sessions=4)
    change = moves(6)[next(user for user in moves(6) if name_of(user) == "u5")]
    reads = Reads(connection, u4=UNREAD, u5=change)
    applying = sent(connection, reads)
    ((asked, _started),) = reads.made
    assert asked == [name for name in names(MANY - 3) if name != "u3"]
    assert [name_of(user) for user in applying.seen] == [name for name in asked if name not in ("u4", "u5")]


@pytest.mark.parametrize(
    ("how", "read_after"),
    [
        ({"sessions": 1}, None),
        ({"sessions": 2}, MANY - 1),
        ({"count": WORTH_READING}, None),
        ({"count": WORTH_READING + 3}, WORTH_READING),
        ({"minutes": 5}, None),
        ({"minutes": 10}, None),
        ({"minutes": 11}, MANY - 3),
        ({"near": "pool01.contoso.com"}, MANY - 3),
        ({"near": NOWHERE}, None),
        ({"limits": Limits(max_failures=0, retries=0)}, MANY - 1),
        ({"limits": Limits(max_failures=1, retries=0)}, MANY - 2),
        ({"limits": Limits(max_failures=9, retries=0)}, MANY - 3),
    ],
)
def test_nobody_is_read_while_a_change_has_still_to_start(how: Mapping[str, Any], read_after: int | None) -> None:
    connection = Scripted(Host(), sessions=how.get("sessions", 4))
    reads = Reads(connection)
    sent(connection, reads, **{name: value for name, value in how.items() if name != "sessions"})
    assert [started for _names, started in reads.made] == ([] if read_after is None else [read_after])


def test_nobody_is_read_once_everybody_is_stopped() -> None:
    connection = Scripted(Host(**{f"u{MANY - 4}": [ODD]}), sessions=4)
    reads = Reads(connection)
    applying = sent(connection, reads, limits=Limits(max_failures=0, retries=0))
    assert applying.failures.spent
    assert reads.made == []


def test_once_a_read_has_failed_no_more_are_made_meanwhile() -> None:
    connection = Scripted(Host(), sessions=4)
    reads = Reads(connection, u4=UNREAD)
    applying = sent(connection, reads, 3 * AT_ONCE)
    assert [len(asked) for asked, _started in reads.made] == [AT_ONCE]
    assert len(applying.seen) == AT_ONCE - 1


class LateReports(Scripted):
    """Reports of moves come only once all moves have ended. The first report of u3 says what it is given."""

    def __init__(self, said: str) -> None:
        super().__init__(self._reply, sessions=4)
        self._said = [said]

    def collect(self, request: str) -> str:
        queue = self._queues[json.loads(request)["batch"]]
        waiting = [each["name"] for others in self._queues.values() for _index, each in others]
        if queue and queue[0][1]["name"] == "Import-Csv" and "Move-CsUser" in waiting:
            return json.dumps({"answers": [], "outstanding": len(queue), "waiting": 0})
        return super().collect(request)

    def _reply(self, command: Mapping[str, Any]) -> Reply:
        if command["name"] != "Import-Csv":
            return OK
        faulty = "u3_" in command["parameters"]["LiteralPath"] and self._said
        return {"state": "completed", "output": [{"ErrorMsg": self._said.pop() if faulty else "Success"}]}


@pytest.mark.parametrize(
    ("said", "moved"), [("SetMoveResourceData failed because the user is not provisioned.", 2), ("Something odd.", 1)]
)
def test_r37_who_was_read_before_their_report_said_that_they_failed_is_read_again(said: str, moved: int) -> None:
    host = onprem(**{"Import-Csv": "LiteralPath"})
    connection = LateReports(said)
    changes: dict[UserId, Change] = {}
    for user, change in moves(MANY).items():
        assert isinstance(change.action, MoveUser)
        action = replace(change.action, report_dir="c:", report_name=f"{name_of(user)}.csv")
        changes[user] = replace(change, action=action)
    u3 = next(user for user in changes if name_of(user) == "u3")
    asked: list[UserId] = []

    def decide(users: Sequence[UserId]) -> dict[UserId, Decision]:
        asked.extend(users)
        again = asked.count(u3) > 1
        return {user: changes[user] if user == u3 and again else Keep({}) for user in users}

    limits = FailureCount(Limits(retries=1, retry_delay=0), MANY)
    applying = ChangeApplier(connection.remote(), host, limits, following=Following(0, 0), clock=FakeClock())
    applying.send(prepared(changes, host), decide)
    assert asked.count(u3) == moved
    assert u3 not in applying.seen
    assert sum(command["parameters"].get("Identity") == u3.sip for command in connection.started) == moved


@pytest.mark.parametrize("state", ["lost", "timeout"])
def test_who_has_no_answer_is_not_read_meanwhile(state: str) -> None:
    connection = Scripted(Host(u3=[{"state": state}]), sessions=4)
    reads = Reads(connection)
    sent(connection, reads)
    ((asked, _started),) = reads.made
    assert "u3" not in asked


class Writing(Recorder):
    """Writes down what is sent, so that it is sent in portions."""

    writes = True


def test_nobody_is_read_while_the_module_still_holds_commands() -> None:
    connection = Scripted(Host(), sessions=4)
    reads = Reads(connection)
    counted = FailureCount(Limits(retries=0, retry_delay=0), MANY)
    applying = ChangeApplier(
        connection.remote(), onprem(), counted, following=Following(0, 0), clock=FakeClock(), recorder=Writing()
    )
    applying.send(prepared(moves(MANY), onprem()), reads)
    assert [started for _names, started in reads.made] == [MANY - 3]
