# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Grants as batch operations of the service: started, followed to their end, and what they left undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic, sleep

from .._cmdlets.batches import LIMIT, OperationStatus, get_operation, new_operation, operation_id, progress_in
from .._cmdlets.command_builder import in_chunks
from .._connection.client import Remote
from .._connection.messages import State
from .._model.actions import GrantInBatch
from .._model.host import Host
from .._model.identity import address_of
from .._progress import counted

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
        """For whom the service reported success."""
        if self.progress is None:
            return frozenset()
        return self.users if self.progress.faultless else self.progress.succeeded & self.users

    @property
    def unknown(self) -> frozenset[str]:
        """Of whom the service says nothing that can be read."""
        return self.users if self.progress is None else self.progress.unknown(self.users) - self.done


class BatchOperations:
    """The operations of one run. `operations` holds their ids, in the order in which they were started.

    `lost` holds the identities for which it is not even known whether an operation was started.
    """

    def __init__(self, remote: Remote, host: Host, following: Following) -> None:
        self._remote = remote
        self._host = host
        self._following = following
        self.operations: list[str] = []
        self.lost: set[str] = set()

    def grant(self, actions: Sequence[GrantInBatch]) -> set[str]:
        """Carry the actions out and return the identities that are not to be granted singly: those for which the service reported
        success, and those of whom nothing can be read although an operation has taken them, so that they may have been granted.

        Users who are missing from it were refused, not reached in time, or never started.
        """
        taken: set[str] = set()
        for some in in_chunks(_chunks(actions), AT_A_TIME):
            started = self._started(some)
            self._follow(started, of=len(actions), done=len(taken))
            taken.update(*(operation.done | operation.unknown for operation in started))
        return {action.identity for action in actions if address_of(action.identity) in taken}

    def _started(self, chunks: Sequence[Sequence[GrantInBatch]]) -> list[_Operation]:
        commands = [new_operation([each.identity for each in chunk], chunk[0].policy, self._host) for chunk in chunks]
        started: list[_Operation] = []
        for chunk, answer in zip(chunks, self._remote.all(commands), strict=True):
            identities = {each.identity for each in chunk}
            found = operation_id(answer)
            if answer.state in (State.LOST, State.TIMEOUT):
                self.lost |= identities
            elif not answer.whole:
                continue
            started.append(_Operation(frozenset(map(address_of, identities)), found))
            self.operations += [found] if found else []
        return started

    def _follow(self, operations: Sequence[_Operation], *, of: int, done: int) -> None:
        deadline = monotonic() + self._following.timeout
        waiting = [operation for operation in operations if operation.id]
        while waiting:
            answers = self._remote.all([get_operation(each.id or "", self._host) for each in waiting])
            for operation, answer in zip(waiting, answers, strict=True):
                operation.progress = progress_in(answer) or operation.progress
            waiting = [each for each in waiting if each.progress is None or not each.progress.ended]
            if not waiting or monotonic() > deadline:
                break
            granted = counted(done + sum(len(each.done) for each in operations), of, 0)
            self._remote.progress.say(f"{granted} in batches, asked again every {self._following.interval} s")
            sleep(self._following.interval)


def _chunks(actions: Sequence[GrantInBatch]) -> list[Sequence[GrantInBatch]]:
    by_policy: Mapping[str | None, list[GrantInBatch]] = {action.policy: [] for action in actions}
    for action in actions:
        by_policy[action.policy].append(action)
    return [chunk for same in by_policy.values() for chunk in in_chunks(same, LIMIT)]
