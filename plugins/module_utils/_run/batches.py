# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Grants as batch operations of the service: started, followed to their end, and what they left undone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from .._cmdlets.batches import (
    LIMIT,
    OperationStatus,
    at_work,
    get_operation,
    is_named,
    list_operations,
    merged,
    operation_id,
    policy_of,
    progress_in,
)
from .._cmdlets.command_builder import fault_text, in_chunks
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
# An operation that so many looks in a row could not read is followed no more.
LOOKS = 5


@dataclass(frozen=True, slots=True)
class Following:
    """How long operations are followed, in seconds, and how often they are asked."""

    timeout: int = 3600
    interval: int = 10


@dataclass(slots=True)
class _Operation:
    """An operation that was started for `users`, by folded address, by this run or an earlier one. Without an id it cannot be followed."""

    users: frozenset[str]
    id: str | None
    progress: OperationStatus | None = None
    unread: int = 0

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


@dataclass(frozen=True, slots=True)
class _Chunk:
    """The users of one operation. `id` is that of an operation which an earlier run has started for them; None for a new one."""

    parts: tuple[_Part, ...]
    id: str | None = None


class BatchOperations:
    """The operations of one run. `operations` holds their ids, in the order in which they were started; first those of earlier runs
    that were still at work on its users.

    `warnings` say what the service has refused. `lost` holds the users of operations that may or may not have been started, which counts
    as failed; `broken` is why no more are started, where the connection ended, and `fault` where it could not be recorded what was about
    to be sent.
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
        self.warnings: list[str] = []
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
        try:
            chunks = self._chunks(list(parts.values()))
        except RemoteFault as fault:
            self.broken = fault
            return set()
        for some in in_chunks(chunks, AT_A_TIME):
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
                self._lose([part for chunk in some for part in chunk.parts if not started])
                taken.update(*(operation.users for operation in unknown))
                break
            taken.update(*(operation.done | operation.unknown for operation in started))
        return {user for user, part in parts.items() if address_of(part.identity) in taken}

    def _chunks(self, parts: Sequence[_Part]) -> list[_Chunk]:
        """Return the users of each operation: those that earlier runs have started for them and that are still at work come first."""
        known = list(self._at_work(parts))
        joined = {part.user for chunk in known for part in chunk.parts}
        return [*known, *_new_chunks([part for part in parts if part.user not in joined])]

    def _at_work(self, parts: Sequence[_Part]) -> Iterator[_Chunk]:
        """Yield users whom an operation of an earlier run, killed or not, has still to come to: nobody is asked for twice."""
        by_policy: dict[str, list[_Part]] = {}
        for part in parts:
            if is_named(part.command):
                by_policy.setdefault(policy_of(part.command), []).append(part)
        listed = self._remote.all([list_operations(self._host)]) if by_policy else []
        for policy, left in by_policy.items():
            for found in at_work(listed[0], policy):
                progress = progress_in(self._remote.all([get_operation(found, self._host)])[0])
                waiting = frozenset() if progress is None or progress.ended else progress.waiting
                if users := tuple(part for part in left if address_of(part.identity) in waiting):
                    left[:] = [part for part in left if part not in users]
                    yield _Chunk(users, found)

    def _started(self, chunks: Sequence[_Chunk]) -> list[_Operation]:
        left = self._recorder.sending([(part.user, part.change) for chunk in chunks for part in chunk.parts])
        kept = [_Chunk(tuple(part for part in chunk.parts if part.user not in left), chunk.id) for chunk in chunks]
        started = [self._taken(chunk, chunk.id) for chunk in kept if chunk.parts and chunk.id]
        new = [chunk for chunk in kept if chunk.parts and not chunk.id]
        commands = [merged([each.command for each in chunk.parts]) for chunk in new]
        for chunk, answer in zip(new, self._remote.all(commands) if commands else [], strict=True):
            unanswered = answer.state in (State.LOST, State.TIMEOUT)
            if unanswered:
                self._lose(chunk.parts)
            if answer.whole or unanswered:
                started.append(self._taken(chunk, operation_id(answer)))
            else:
                users = "1 user" if len(chunk.parts) == 1 else f"{len(chunk.parts)} users"
                self.warnings.append(
                    f"A batch operation for {users} was refused, and what it was to do is done singly: {fault_text(answer)}"
                )
        return started

    def _taken(self, chunk: _Chunk, found: str | None) -> _Operation:
        """Return the operation that carries out what is wanted for these users, and keep its id where there is one."""
        if found:
            self._recorder.operation([each.user for each in chunk.parts], found)
            self.operations.append(found)
        return _operation_of(chunk, found)

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
                operation.unread = 0 if answer.whole else operation.unread + 1
                if operation.unread == LOOKS:
                    said = f"The batch operation {operation.id} cannot be looked up: {fault_text(answer)}"
                    self.warnings.append(f"{said} Its users are read instead.")
            waiting = [
                each for each in waiting if each.unread < LOOKS and (each.progress is None or not each.progress.ended)
            ]
            if not waiting or self._clock.monotonic() > deadline:
                break
            granted = counted(done + sum(len(each.done) for each in operations), of, 0)
            self._remote.progress.say(f"{granted} in batches, asked again every {self._following.interval} s")
            self._clock.sleep(self._following.interval)


def _operation_of(chunk: _Chunk, found: str | None = None) -> _Operation:
    return _Operation(frozenset(address_of(each.identity) for each in chunk.parts), found)


def _new_chunks(parts: Sequence[_Part]) -> list[_Chunk]:
    by_policy: dict[str, list[_Part]] = {}
    for part in parts:
        by_policy.setdefault(policy_of(part.command), []).append(part)
    return [_Chunk(tuple(chunk)) for same in by_policy.values() for chunk in in_chunks(same, LIMIT)]
