# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Grants as batch operations of the service: started, followed to their end, and what they left undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic, sleep

from ._cmdlets.batches import LIMIT, get_operation, new_operation, operation_id, progress_in
from ._cmdlets.calling import in_chunks
from ._model.actions import GrantInBatch
from ._model.host import Host
from ._model.identity import address_of
from ._progress import counted
from ._remote import Remote

# "Not more than a few batches at a time": the service's own advice.
AT_A_TIME = 3


@dataclass(frozen=True, slots=True)
class Following:
    """How long operations are followed, in seconds, and how often they are asked."""

    timeout: int = 3600
    interval: int = 10


class Batches:
    """The operations of one run. `operations` holds their ids, in the order in which they were started."""

    def __init__(self, remote: Remote, host: Host, following: Following) -> None:
        self._remote = remote
        self._host = host
        self._following = following
        self.operations: list[str] = []

    def grant(self, actions: Sequence[GrantInBatch]) -> set[str]:
        """Carry the actions out and return the identities for which the service reported success.

        Whoever is missing from it was refused, not reached in time, or never started: they are to be granted singly.
        """
        done: set[str] = set()
        for some in in_chunks(_chunks(actions), AT_A_TIME):
            started = self._started(some)
            done |= self._followed(started, of=len(actions), done=len(done))
        return {action.identity for action in actions if address_of(action.identity) in done}

    def _started(self, chunks: Sequence[Sequence[GrantInBatch]]) -> list[str]:
        commands = [new_operation([each.identity for each in chunk], chunk[0].policy, self._host) for chunk in chunks]
        ids = [found for answer in self._remote.all(commands) if (found := operation_id(answer)) and not answer.errors]
        self.operations += ids
        return ids

    def _followed(self, operations: Sequence[str], *, of: int, done: int) -> set[str]:
        deadline = monotonic() + self._following.timeout
        waiting, succeeded = set(operations), set[str]()
        while waiting:
            asked = sorted(waiting)
            answers = self._remote.all([get_operation(each, self._host) for each in asked])
            for operation, answer in zip(asked, answers, strict=True):
                progress = progress_in(answer)
                if progress is not None:
                    succeeded |= progress.succeeded
                    waiting -= {operation} if progress.ended else set()
            if not waiting or monotonic() > deadline:
                break
            granted = counted(done + len(succeeded), of, 0)
            self._remote.progress.say(f"{granted} in batches, asked again every {self._following.interval} s")
            sleep(self._following.interval)
        return succeeded


def _chunks(actions: Sequence[GrantInBatch]) -> list[Sequence[GrantInBatch]]:
    by_policy: Mapping[str | None, list[GrantInBatch]] = {action.policy: [] for action in actions}
    for action in actions:
        by_policy[action.policy].append(action)
    return [chunk for same in by_policy.values() for chunk in in_chunks(same, LIMIT)]
