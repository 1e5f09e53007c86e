# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Commands handed to the sessions in portions: each is written down before, and none is started after a moment."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from .._connection.client import WAIT_SECONDS, Remote
from .._connection.messages import Answer, Command, State
from .._model.decision import Change, Reason
from .._model.failure import Failure
from .._model.identity import UserId
from .clock import Clock
from .recorder import Recorder

# A module that reads meanwhile does not look at the clock: it does so only long before the moment from which on nothing is to be started.
LONG_BEFORE = timedelta(minutes=10)

# How many commands wait in the connection at most, for each session. Those that a killed job leaves are written down and were not sent;
# fewer would make more transactions.
AHEAD = 3


class Sending(NamedTuple):
    """One command, for whom it is, and the change that it makes."""

    user: UserId
    change: Change
    command: Command


class Portions:
    """Commands of one round. As many wait in the connection as keep every session busy, so that few are written down too early.

    `left` is why single users were not started, `closed` whether the moment has come, `fault` why nothing more can be written down.
    """

    def __init__(
        self, remote: Remote, recorder: Recorder, sending: Sequence[Sending], until: datetime | None, clock: Clock
    ) -> None:
        self._batch = remote.batch(careful=True)
        self._sessions = remote.sessions
        self._recorder = recorder
        self._waiting = deque(enumerate(sending))
        self._handed_over: list[int] = []
        self._users = [each.user for each in sending]
        self._until = until
        self._clock = clock
        self.left: dict[UserId, Reason] = {}
        self.closed = False
        self.fault: Reason | None = None

    @property
    def under_way(self) -> Sequence[int]:
        """The places of all commands that were handed over."""
        return self._handed_over

    def next(self, at_once: int | None, *, waits: bool = True) -> list[tuple[int, Answer]] | None:
        """Hand over what there is room for, and return what has ended by place; None once all has. Raises RemoteFault.

        Where nothing has ended, it waits for that for some seconds, unless `waits` is false.
        """
        if not self._has_time:
            self.closed = self.closed or bool(self._waiting)
            self.stop()
        self._hand_over(at_once)
        if not self._batch.outstanding:
            return None
        found = [
            (self._handed_over[index], answer) for index, answer in self._batch.collect(self._patience if waits else 0)
        ]
        cancelled = [self._users[place] for place, answer in found if answer.state is State.CANCELLED]
        if cancelled:
            self._recorder.not_sent(cancelled)
            self.closed = self.closed or not self._has_time
        return found

    def stop(self) -> None:
        """Start nothing more."""
        self._waiting.clear()
        self._batch.cancel()

    @property
    def leaves_sessions_free(self) -> bool:
        """Whether all commands have been started and some are still under way, while a session has nothing more to do."""
        ample = self._until is None or self._until - self._clock.now() > LONG_BEFORE
        under_way = 0 if self._waiting or self._batch.waiting else self._batch.outstanding
        return ample and 0 < under_way < self._sessions

    @property
    def _has_time(self) -> bool:
        return self._until is None or self._clock.now() < self._until

    @property
    def _patience(self) -> float:
        """How long an answer is waited for: not beyond the moment after which what waits in the connection must not be started."""
        if self._until is None or not self._has_time:
            return WAIT_SECONDS
        return min(WAIT_SECONDS, (self._until - self._clock.now()).total_seconds())

    def _hand_over(self, at_once: int | None) -> None:
        under_way = self._batch.outstanding
        busy = self._sessions if at_once is None else min(at_once, self._sessions)
        room = AHEAD * busy - under_way if self._recorder.writes else len(self._waiting)
        while self._waiting and under_way <= busy and room > 0:
            portion = [self._waiting.popleft() for _each in range(min(room, len(self._waiting)))]
            if kept := self._written(portion):
                self._handed_over += [place for place, _sending in kept]
                self._batch.add([each.command for _place, each in kept], at_once=at_once)
                return

    def _written(self, portion: Sequence[tuple[int, Sending]]) -> Sequence[tuple[int, Sending]]:
        """Write a portion down, and return what of it may be handed over. Where nothing can be written, nothing more is started."""
        try:
            left: Mapping[UserId, Reason] = self._recorder.sending(
                [(each.user, each.change) for _place, each in portion]
            )
        except Failure as failure:
            self.fault = failure.reason
            self.stop()
            return ()
        self.left |= left
        return [(place, each) for place, each in portion if each.user not in left]
