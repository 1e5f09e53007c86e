# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Commands are handed to the sessions in portions: each is written down before, and none is started after a moment."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.client import WAIT_SECONDS
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import Command, State
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import MoveUser
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Change, Reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import Failure
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId, parse_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.portions import Portions, Sending
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.recorder import Recorder
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.cmdlets.scripted import OK, Reply, Scripted
from tests.unit.run.waiting import FakeClock

BROKEN = Reason("ledger_full", "The disk is full.")
THEIRS = Reason("taken_over", "Others have them.")


class Notes(Recorder):
    """Keeps what is written down, portion by portion. `theirs` were taken over by others; the portion with `breaks` cannot be written."""

    writes = True

    def __init__(self, theirs: Sequence[int] = (), breaks: int | None = None) -> None:
        self.portions: list[list[int]] = []
        self.withdrawn: list[int] = []
        self._theirs = theirs
        self._breaks = breaks

    def sending(self, changes: Sequence[tuple[UserId, Change]]) -> Mapping[UserId, Reason]:
        users = {user: number(user.address) for user, _change in changes}
        if self._breaks in users.values():
            raise Failure(BROKEN)
        self.portions.append([place for place in users.values() if place not in self._theirs])
        return {user: THEIRS for user, place in users.items() if place in self._theirs}

    def not_sent(self, users: Sequence[UserId]) -> None:
        self.withdrawn += [number(user.address) for user in users]

    @property
    def written(self) -> list[int]:
        """All that were written down."""
        return [place for portion in self.portions for place in portion]


class Host(Scripted):
    """A host whose calls take a minute each. `waits` holds how long each answer is waited for."""

    def __init__(self) -> None:
        super().__init__(self._reply)
        self.clock = FakeClock()
        self.waits: list[float] = []

    def _reply(self, _command: Mapping[str, Any]) -> Reply:
        self.clock.passed += 60
        return OK

    def collect(self, request: str) -> str:
        self.waits.append(json.loads(request)["wait"])
        return super().collect(request)

    @property
    def called(self) -> list[int]:
        """For whom calls were made, in order."""
        return [number(str(command["parameters"]["Identity"]).removeprefix("sip:")) for command in self.started]


def number(address: str) -> int:
    """The number of a user."""
    return int(address.removeprefix("u").partition("@")[0])


def portions(
    host: Host, recorder: Recorder, count: int, *, sessions: int = 1, minutes: float | None = None
) -> Portions:
    """The moves of so many users, none of which is to start after so many minutes."""
    remote = host.remote()
    remote.sessions = sessions
    users = parse_users(f"u{place}@contoso.com" for place in range(count))
    sending = [
        Sending(user, Change({}, {}, MoveUser(user.sip, "x")), Command("Move-CsUser", {"Identity": user.sip}))
        for user in users
    ]
    until = None if minutes is None else host.clock.now() + timedelta(minutes=minutes)
    return Portions(remote, recorder, sending, until, host.clock)


def drained(of: Portions, at_once: int | None = None) -> dict[int, State]:
    """What came of each place that was handed over."""
    found: dict[int, State] = {}
    while (some := of.next(at_once)) is not None:
        for place, answer in some:
            assert place not in found
            found[place] = answer.state
    assert sorted(found) == sorted(of.under_way)
    return found


@pytest.mark.parametrize(
    ("sessions", "at_once", "count", "sizes"),
    [
        (1, None, 5, [3, 2]),
        (1, None, 1, [1]),
        (4, None, 30, [12, 8, 8, 2]),
        (4, None, 14, [12, 2]),
        (4, 1, 6, [3, 2, 1]),
        (4, 2, 11, [6, 4, 1]),
        (2, 9, 12, [6, 4, 2]),
        (4, None, 0, []),
    ],
)
def test_at_most_three_times_as_many_as_run_are_written_down(
    sessions: int, at_once: int | None, count: int, sizes: list[int]
) -> None:
    host, notes = Host(), Notes()
    assert list(drained(portions(host, notes, count, sessions=sessions), at_once)) == list(range(count))
    assert [len(portion) for portion in notes.portions] == sizes
    assert (notes.written, host.called, notes.withdrawn) == (list(range(count)), list(range(count)), [])


def test_without_a_ledger_all_are_handed_over_at_once() -> None:
    host = Host()
    assert len(drained(portions(host, Recorder(), 30, sessions=2), at_once=1)) == 30
    assert host.at_once == [1]


@given(st.integers(1, 6), st.one_of(st.none(), st.integers(1, 8)), st.integers(0, 30), st.sets(st.integers(0, 29)))
def test_everybody_is_sent_once_and_written_before(
    sessions: int, at_once: int | None, count: int, theirs: set[int]
) -> None:
    host, notes = Host(), Notes(sorted(theirs))
    all_of = portions(host, notes, count, sessions=sessions)
    answered: list[int] = []
    while (some := all_of.next(at_once)) is not None:
        answered += [place for place, _answer in some]
        assert set(host.called) <= set(notes.written)
        busy = sessions if at_once is None else min(sessions, at_once)
        assert len(notes.written) - len(answered) < 3 * busy
    mine = [place for place in range(count) if place not in theirs]
    assert (answered, host.called, notes.written, notes.withdrawn) == (mine, mine, mine, [])
    assert {number(user.address) for user in all_of.left} == theirs & set(range(count))
    assert (all_of.closed, all_of.fault) == (False, None)


@pytest.mark.parametrize("recorded", [True, False])
@pytest.mark.parametrize("at_once", [None, 1, 3])
@pytest.mark.parametrize("sessions", [1, 2, 4, 25])
@pytest.mark.parametrize("started", [1, 3, 6, 11])
def test_nobody_is_started_from_the_moment_on(sessions: int, at_once: int | None, started: int, recorded: bool) -> None:
    host, notes = Host(), Notes()
    some = portions(host, notes if recorded else Recorder(), 12, sessions=sessions, minutes=started)
    states = drained(some, at_once)
    assert host.called == list(range(started))
    assert some.closed
    assert [place for place, state in states.items() if state is State.COMPLETED] == list(range(started))
    if recorded:
        assert set(notes.written) - set(notes.withdrawn) == set(range(started))
        assert notes.withdrawn == list(range(started, len(notes.written)))


@pytest.mark.parametrize(
    ("minutes", "called", "closed"), [(3, 3, False), (2.99, 3, False), (2, 2, True), (0, 0, True), (-1, 0, True)]
)
def test_a_moment_that_comes_once_all_were_started_closes_nothing(minutes: float, called: int, closed: bool) -> None:
    host, notes = Host(), Notes()
    some = portions(host, notes, 3, minutes=minutes)
    drained(some)
    assert (len(host.called), some.closed) == (called, closed)
    assert len(notes.written) - len(notes.withdrawn) == called


def test_no_answer_is_waited_for_beyond_the_moment_while_others_could_start() -> None:
    host = Host()
    drained(portions(host, Notes(), 3, minutes=1.05))
    # The second is under way when the moment comes; after it the answer is waited for as long as any.
    assert host.waits == [WAIT_SECONDS, pytest.approx(3), WAIT_SECONDS]
    assert host.called == [0, 1]
    host = Host()
    drained(portions(host, Notes(), 3))
    assert host.waits == [WAIT_SECONDS] * 3


@pytest.mark.parametrize("sessions", [1, 2])
def test_who_was_taken_over_is_left_and_the_others_keep_their_places(sessions: int) -> None:
    host, notes = Host(), Notes([0, 1, 3])
    some = portions(host, notes, 6, sessions=sessions)
    assert list(drained(some)) == [2, 4, 5]
    assert host.called == [2, 4, 5]
    assert [(user.address, reason.code) for user, reason in some.left.items()] == [
        (f"u{place}@contoso.com", "taken_over") for place in (0, 1, 3)
    ]


def test_where_everybody_was_taken_over_nothing_is_sent() -> None:
    host, notes = Host(), Notes(range(5))
    some = portions(host, notes, 5)
    assert some.next(None) is None
    assert (host.called, len(some.left), some.closed, some.fault) == ([], 5, False, None)


@pytest.mark.parametrize(("breaks", "called"), [(0, []), (1, []), (2, []), (4, [0, 1]), (5, [0, 1, 2, 3])])
def test_what_cannot_be_written_is_not_sent_and_nothing_more_is_started(breaks: int, called: list[int]) -> None:
    host, notes = Host(), Notes(breaks=breaks)
    some = portions(host, notes, 6)
    drained(some)
    assert host.called == called
    assert (some.fault, some.closed) == (BROKEN, False)
    assert notes.withdrawn == [place for place in notes.written if place not in called]


def test_what_is_stopped_hands_nothing_more_over() -> None:
    host, notes = Host(), Notes()
    some = portions(host, notes, 6)
    some.next(None)
    some.stop()
    drained_after = {place for found in iter(lambda: some.next(None), None) for place, _answer in found or ()}
    assert (host.called, notes.written, notes.withdrawn, drained_after) == ([0], [0, 1, 2], [1, 2], {1, 2})
    assert not some.closed
