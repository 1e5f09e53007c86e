# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Grants as batch operations of the service: started, followed to their end, and what they left undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from .._cmdlets.batches import LIMIT, OperationStatus, get_operation, merged, operation_id, policy_of, progress_in
from .._cmdlets.command_builder import in_chunks
from .._connection.client import Remote, RemoteFault
from .._connection.messages import Command, State
from .._model.actions import GrantInBatch
from .._model.decision import Change, Reason
from .._model.failure import Failure
from .._model.host import Host
from .._model.identity import UserId, address_of
from .._progress import counted
from .clock import Clock
from .limits import FailureCount
from .prepare import Call
from .recorder import Recorder

# "Not more than a few batches at a time": the service's own advice.
AT_A_TIME = 3


@dataclass(frozen=True, slots=True)
class Following:
    """How long operations are followed, in seconds, and how often they are asked."""

    timeout: int = 3600
    interval: int = 10


@dataclass(slots=True)
class _Operation:
    """An operation that was started for `users`, by folded address. Without an id it cannot be followed."""

    users: frozenset[str]
    id: str | None
    progress: OperationStatus | None = None

    @property
    def done(self) -> frozenset[str]:
        """The users with a success that the service reported."""
        if self.progress is None:
            return frozenset()
        return self.users if self.progress.faultless else self.progress.succeeded & self.users

    @property
    def unknown(self) -> frozenset[str]:
        """The users about which nothing can be read in the service's answer."""
        return self.users if self.progress is None else self.progress.unknown(self.users) - self.done


@dataclass(frozen=True, slots=True)
class _Part:
    """One user's part of an operation: the identity that the service is given, and an operation for this user alone."""

    user: UserId
    identity: str
    change: Change
    command: Command


class BatchOperations:
    """The operations of one run. `operations` holds their ids, in the order in which they were started.

    `lost` holds the users of operations that may or may not have been started, which counts as failed; `broken` is why no more are
    started, where the connection ended, and `fault` where it could not be recorded what was about to be sent.
    """

    def __init__(
        self,
        remote: Remote,
        host: Host,
        failures: FailureCount,
        following: Following,
        clock: Clock,
        recorder: Recorder,
    ) -> None:
        self._remote = remote
        self._host = host
        self._failures = failures
        self._following = following
        self._clock = clock
        self._recorder = recorder
        self.operations: list[str] = []
        self.lost: set[UserId] = set()
        self.broken: RemoteFault | None = None
        self.fault: Reason | None = None

    def grant(self, calls: Mapping[UserId, Call], until: datetime | None = None) -> set[UserId]:
        """Carry out the calls that go in batches, none from a moment on. Returns the users who must not be granted singly.

        The service reported success for these, or an operation has taken them and nothing can be read of them, so that they may have
        been granted. All others were refused, not reached in time, or never started, or their call goes in no batch. Once too many users
        have failed, no more operations are started.
        """
        parts = {
            user: _Part(user, each.change.action.identity, each.change, each.command)
            for user, each in calls.items()
            if isinstance(each.change.action, GrantInBatch)
        }
        taken: set[str] = set()
        for some in in_chunks(_chunks(list(parts.values())), AT_A_TIME):
            if self._failures.spent or (until is not None and self._clock.now() >= until):
                break
            started: list[_Operation] = []
            try:
                started = self._started(some)
                self._follow(started, of=len(parts), done=len(taken))
            except Failure as failure:
                self.fault = failure.reason
                break
            except RemoteFault as fault:
                self.broken = fault
                unknown = started or [_operation_of(chunk) for chunk in some]
                self._lose([part for chunk in some for part in chunk if not started])
                taken.update(*(operation.users for operation in unknown))
                break
            taken.update(*(operation.done | operation.unknown for operation in started))
        return {user for user, part in parts.items() if address_of(part.identity) in taken}

    def _started(self, chunks: Sequence[Sequence[_Part]]) -> list[_Operation]:
        left = self._recorder.sending([(part.user, part.change) for chunk in chunks for part in chunk])
        kept = [chunk for all_of in chunks if (chunk := [part for part in all_of if part.user not in left])]
        commands = [merged([each.command for each in chunk]) for chunk in kept]
        started: list[_Operation] = []
        for chunk, answer in zip(kept, self._remote.all(commands), strict=True):
            found = operation_id(answer)
            if found:
                self._recorder.operation([each.user for each in chunk], found)
            if answer.state in (State.LOST, State.TIMEOUT):
                self._lose(chunk)
            elif not answer.whole:
                continue
            started.append(_operation_of(chunk, found))
            self.operations += [found] if found else []
        return started

    def _lose(self, parts: Sequence[_Part]) -> None:
        self.lost.update(part.user for part in parts)
        self._failures.users.update(part.user.text for part in parts)

    def _follow(self, operations: Sequence[_Operation], *, of: int, done: int) -> None:
        deadline = self._clock.monotonic() + self._following.timeout
        waiting = [operation for operation in operations if operation.id]
        while waiting:
            answers = self._remote.all([get_operation(each.id or "", self._host) for each in waiting])
            for operation, answer in zip(waiting, answers, strict=True):
                operation.progress = progress_in(answer) or operation.progress
            waiting = [each for each in waiting if each.progress is None or not each.progress.ended]
            if not waiting or self._clock.monotonic() > deadline:
                break
            granted = counted(done + sum(len(each.done) for each in operations), of, 0)
            self._remote.progress.say(f"{granted} in batches, asked again every {self._following.interval} s")
            self._clock.sleep(self._following.interval)


def _operation_of(chunk: Sequence[_Part], found: str | None = None) -> _Operation:
    return _Operation(frozenset(address_of(each.identity) for each in chunk), found)


def _chunks(parts: Sequence[_Part]) -> list[Sequence[_Part]]:
    by_policy: dict[str, list[_Part]] = {}
    for part in parts:
        by_policy.setdefault(policy_of(part.command), []).append(part)
    return [chunk for same in by_policy.values() for chunk in in_chunks(same, LIMIT)]
