# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The queue of commands that the sessions take from. A command of one batch does not wait for another batch to end."""

from __future__ import annotations

import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from ...module_utils._connection.messages import Answer, Command, ErrorRecord, State
from .process_end import is_there

# A module asks for answers every few seconds. One whose process is gone, or that has not for this long, is dead, and what it
# left in the queue must not be started in its absence. Many forks that delegate to one host take turns, hence not shorter.
LEASE_SECONDS = 300.0

# A module that has not asked for this long is not waiting in the queue of calls either.
_AWAITED_SECONDS = 10.0


@dataclass(slots=True, eq=False)
class Batch:
    """Commands handed in together. `done` are answers not yet collected, by the command's index.

    After a failure in a `careful` batch no other command is started (`halted`) until the module has seen it and asks for more. At most
    `at_once` commands are `running` at a time, one less after each failure: so no more can fail, however many sessions there are.
    `owner` is the process of the module, where it is known.
    """

    id: str
    open: int
    polled: float
    careful: bool = False
    halted: bool = False
    size: int = 0
    at_once: int | None = None
    owner: int | None = None
    running: int = 0
    done: list[tuple[int, Answer]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Job:
    """One command of a batch. `attempts` counts the sessions that were lost under it, `started` those in which it had begun."""

    batch: Batch
    index: int
    command: Command
    attempts: int = 0
    started: int = 0
    answered: bool = False
    running: bool = False

    @property
    def may_start(self) -> bool:
        """Whether its batch allows it to start now."""
        batch = self.batch
        return not batch.halted and (batch.at_once is None or batch.running < max(1, batch.at_once))


class CommandQueue:
    """Commands that wait, run or are answered, in batches. Every method may be called from any thread."""

    # Whether some host, or a host for some registrar pool, is among those that take commands.
    serves: Callable[[str], bool] = staticmethod(lambda near: False)

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        self._batches: dict[str, Batch] = {}
        self._waiting: deque[Job] = deque()
        self._stopped: Answer | None = None

    @property
    def awaited(self) -> bool:
        """Whether some module is still collecting answers."""
        with self._changed:
            return any(self._clock() - batch.polled < _AWAITED_SECONDS for batch in self._batches.values())

    def submit(
        self,
        commands: Sequence[Command],
        *,
        first: bool = False,
        careful: bool = False,
        at_once: int | None = None,
        refuse: Callable[[Command], bool] | None = None,
        owner: int | None = None,
        batch_id: str | None = None,
    ) -> str:
        """Queue commands (`first`: before all others) and return the batch's id. Those that `refuse` picks are not queued.

        With `batch_id` they are added to a batch that is not all collected yet, and its other settings stay. Raises KeyError for others.
        """
        with self._changed:
            if batch_id is None:
                batch = Batch(uuid.uuid4().hex, 0, self._clock(), careful, at_once=at_once, owner=owner)
                self._batches[batch.id] = batch
            else:
                batch = self._batches[batch_id]
            self._renew(batch)
            jobs = [Job(batch, batch.size + index, command) for index, command in enumerate(commands)]
            batch.size += len(commands)
            batch.open += len(commands)
            refused = [job for job in jobs if refuse is not None and refuse(job.command)]
            for job in refused:
                self._answer(job, _refusal(job.command))
            queued = [job for job in jobs if not job.answered]
            if self._stopped is not None:
                for job in queued:
                    self._answer(job, self._stopped)
            elif first:
                self._waiting.extendleft(reversed(queued))
            else:
                self._waiting.extend(queued)
            self._changed.notify_all()
            return batch.id

    def take(self, seconds: float | None = None, places: Collection[str] = ()) -> Job | None:
        """Wait for the next job; None when there will be no more. Raises TimeoutError where none comes within `seconds`.

        `places` are what the taker is near to. What is to be done elsewhere stays while somebody is there.
        """
        with self._changed:
            until = None if seconds is None else time.monotonic() + seconds
            while True:
                self._drop_abandoned()
                if job := next((job for job in self._waiting if self._is_for(job, places)), None):
                    self._waiting.remove(job)
                    self._run(job, True)
                    return job
                if self._stopped is not None:
                    return None
                left = None if until is None else until - time.monotonic()
                if left is not None and left <= 0:
                    raise TimeoutError
                self._changed.wait(left)

    def wait(self, places: Collection[str] = ()) -> bool:
        """Wait until there is a job to take; False when there will be no more."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._stopped is not None or any(self._is_for(job, places) for job in self._waiting)
            )
            return self._stopped is None

    def look_again(self) -> None:
        """Let those that wait for a job look again, since somebody has gone who served some place."""
        with self._changed:
            self._changed.notify_all()

    def answer(self, job: Job, answer: Answer) -> bool:
        """Record what came of a job. False when it has an answer already, such as that of its time limit."""
        with self._changed:
            if job.answered:
                return False
            self._answer(job, answer)
            self._changed.notify_all()
            return True

    def requeue(self, job: Job, *, started: bool) -> bool:
        """Put a job back to the front of the queue, `started` or not. False when it has been answered already."""
        with self._changed:
            if job.answered:
                return False
            job.attempts += 1
            job.started += started
            self._run(job, False)
            if self._stopped is not None:
                self._answer(job, self._stopped)
            else:
                self._waiting.appendleft(job)
            self._changed.notify_all()
            return True

    def collect(self, batch_id: str, wait: float) -> tuple[list[tuple[int, Answer]], int]:
        """Return (index, answer) of what has ended since the last call, and how many are still to come.

        Waits for the first answer, `wait` seconds at most. A batch that is all collected is forgotten. Raises KeyError for others.
        """
        with self._changed:
            batch = self._batches[batch_id]
            self._renew(batch)
            if batch.halted and not any(answer.state is not State.COMPLETED for _index, answer in batch.done):
                batch.halted = False
                self._changed.notify_all()
            self._changed.wait_for(lambda: batch.done or not batch.open, timeout=wait)
            self._renew(batch)
            done, batch.done = batch.done, []
            if not batch.open:
                del self._batches[batch_id]
            return done, batch.open

    def waiting(self, batch_id: str) -> int:
        """Return how many of a batch's commands are not under way and have no answer."""
        with self._changed:
            batch = self._batches.get(batch_id)
            return 0 if batch is None else batch.open - batch.running

    def cancel(self, batch_id: str) -> int:
        """Answer the batch's jobs that have not started as cancelled, and return how many. Raises KeyError."""
        with self._changed:
            batch = self._batches[batch_id]
            mine = [job for job in self._waiting if job.batch is batch]
            for job in mine:
                self._waiting.remove(job)
                self._answer(job, Answer(State.CANCELLED))
            self._changed.notify_all()
            return len(mine)

    def stop(self, answer: Answer) -> None:
        """Answer everything that has not started, now and later, with `answer`."""
        with self._changed:
            self._stopped = answer
            while self._waiting:
                self._answer(self._waiting.popleft(), answer)
            self._changed.notify_all()

    def _renew(self, batch: Batch) -> None:
        """Note that somebody asks for answers: for all batches of that module, which may read while others of its commands run."""
        for each in self._batches.values():
            if each is batch or (batch.owner is not None and each.owner == batch.owner):
                each.polled = self._clock()

    def _answer(self, job: Job, answer: Answer) -> None:
        batch, failed = job.batch, answer.state is not State.COMPLETED
        self._run(job, False)
        job.answered = True
        batch.open -= 1
        batch.halted |= batch.careful and failed
        if failed and batch.at_once is not None:
            batch.at_once -= 1
        batch.done.append((job.index, answer))

    def _is_for(self, job: Job, places: Collection[str]) -> bool:
        near = job.command.near
        return job.may_start and (near is None or near.casefold() in places or not self.serves(near.casefold()))

    def _run(self, job: Job, running: bool) -> None:
        job.batch.running += running - job.running
        job.running = running

    def _drop_abandoned(self) -> None:
        """Start nothing for a module that is dead, and forget what it will not ask for any more."""
        abandoned = [batch for batch in self._batches.values() if self._is_abandoned(batch)]
        if not abandoned:
            return
        for job in [job for job in self._waiting if job.batch in abandoned]:
            self._waiting.remove(job)
            self._answer(job, Answer(State.CANCELLED))
        for batch in abandoned:
            if not batch.open and self._is_abandoned(batch, 2 * LEASE_SECONDS):
                del self._batches[batch.id]

    def _is_abandoned(self, batch: Batch, seconds: float = LEASE_SECONDS) -> bool:
        if self._clock() - batch.polled > seconds:
            return True
        return batch.owner is not None and not is_there(batch.owner)


def _refusal(command: Command) -> Answer:
    message = f"{command.name} may change something, and is not sent in check mode."
    return Answer(State.REFUSED, errors=[ErrorRecord(message, "CheckMode", "PermissionDenied")])
