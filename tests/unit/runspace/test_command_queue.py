# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The queue: order, refusal, cancelling, and who may answer."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import Answer, Command, State
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.command_queue import (
    LEASE_SECONDS,
    CommandQueue,
    Job,
)

DONE = Answer(State.COMPLETED)


def commands(count: int) -> list[Command]:
    return [Command("Get-CsUser", {"Identity": str(number)}) for number in range(count)]


def taken(queue: CommandQueue) -> Job:
    job = queue.take()
    assert job is not None
    return job


def states(queue: CommandQueue, batch: str) -> list[tuple[int, State]]:
    done, _outstanding = queue.collect(batch, 0)
    return sorted((index, answer.state) for index, answer in done)


def test_commands_are_started_in_order_across_batches() -> None:
    queue = CommandQueue()
    one, two = queue.submit(commands(2)), queue.submit(commands(1))
    assert [(job.batch.id, job.index) for job in (taken(queue), taken(queue), taken(queue))] == [
        (one, 0),
        (one, 1),
        (two, 0),
    ]


def test_a_question_goes_first() -> None:
    queue = CommandQueue()
    queue.submit(commands(1))
    question = queue.submit(commands(1), first=True)
    assert taken(queue).batch.id == question


def test_an_answer_is_collected_once_and_then_the_batch_is_forgotten() -> None:
    queue = CommandQueue()
    batch = queue.submit(commands(2))
    queue.answer(taken(queue), DONE)
    assert queue.collect(batch, 0) == ([(0, DONE)], 1)
    assert queue.collect(batch, 0) == ([], 1)
    queue.answer(taken(queue), DONE)
    assert queue.collect(batch, 0) == ([(1, DONE)], 0)
    with pytest.raises(KeyError):
        queue.collect(batch, 0)


def test_what_waits_is_what_no_session_has_taken() -> None:
    queue = CommandQueue()
    batch, other = queue.submit(commands(3)), queue.submit(commands(2))
    assert (queue.waiting(batch), queue.waiting(other)) == (3, 2)
    first, second = taken(queue), taken(queue)
    assert (queue.waiting(batch), queue.waiting(other)) == (1, 2)
    queue.answer(first, DONE)
    queue.requeue(second, started=False)
    assert (queue.waiting(batch), queue.waiting(other)) == (2, 2)
    assert queue.waiting("another") == 0


def test_collecting_returns_as_soon_as_there_is_an_answer() -> None:
    queue = CommandQueue()
    batch = queue.submit(commands(2))
    threading.Timer(0.05, lambda: queue.answer(taken(queue), DONE)).start()
    assert queue.collect(batch, 30) == ([(0, DONE)], 1)


def test_an_empty_batch_is_collected_at_once() -> None:
    queue = CommandQueue()
    assert queue.collect(queue.submit([]), 30) == ([], 0)


def test_refused_commands_are_never_queued() -> None:
    queue = CommandQueue()
    batch = queue.submit([Command("Move-CsUser"), Command("Get-CsUser")], refuse=lambda command: not command.reads)
    assert taken(queue).command.name == "Get-CsUser"
    assert states(queue, batch) == [(0, State.REFUSED)]


def test_a_careful_batch_starts_nothing_between_a_failure_and_its_being_seen() -> None:
    queue = CommandQueue()
    batch, other = queue.submit(commands(4), careful=True), queue.submit(commands(2))
    first, second = taken(queue), taken(queue)
    queue.answer(first, Answer(State.FAILED))
    assert taken(queue).batch.id == other
    assert states(queue, batch) == [(0, State.FAILED)]
    assert taken(queue).batch.id == other
    queue.answer(second, DONE)
    assert states(queue, batch) == [(1, State.COMPLETED)]
    assert taken(queue).index == 2
    queue.cancel(batch)
    assert states(queue, batch) == [(3, State.CANCELLED)]


def test_no_more_commands_run_at_once_than_may_fail() -> None:
    queue = CommandQueue()
    batch, other = queue.submit(commands(6), careful=True, at_once=2), queue.submit(commands(3))
    first, second = taken(queue), taken(queue)
    assert {first.batch.id, second.batch.id} == {batch}
    assert taken(queue).batch.id == other
    queue.answer(first, DONE)
    third = taken(queue)
    assert (third.batch.id, third.index) == (batch, 2)
    queue.answer(second, Answer(State.FAILED))
    assert [index for index, _state in states(queue, batch)] == [0, 1]
    # One has failed: another runs already, and it alone.
    states_before = taken(queue).batch.id
    assert states_before == other
    queue.requeue(third, started=False)
    assert taken(queue).index == 2


def test_a_failure_that_comes_while_another_is_seen_halts_as_well() -> None:
    queue = CommandQueue()
    batch = queue.submit(commands(3), careful=True)
    first, second = taken(queue), taken(queue)
    queue.answer(first, Answer(State.FAILED))
    assert states(queue, batch) == [(0, State.FAILED)]
    queue.answer(second, Answer(State.LOST))
    assert states(queue, batch) == [(1, State.LOST)]
    assert queue.cancel(batch) == 1


def test_cancelling_drops_what_has_not_started() -> None:
    queue = CommandQueue()
    batch, other = queue.submit(commands(3)), queue.submit(commands(1))
    running = taken(queue)
    assert queue.cancel(batch) == 2
    assert states(queue, batch) == [(1, State.CANCELLED), (2, State.CANCELLED)]
    assert queue.answer(running, DONE)
    assert states(queue, batch) == [(0, State.COMPLETED)]
    assert taken(queue).batch.id == other


def test_a_job_is_answered_once() -> None:
    queue = CommandQueue()
    queue.submit(commands(1))
    job = taken(queue)
    assert queue.answer(job, Answer(State.TIMEOUT))
    assert not queue.answer(job, DONE)
    assert not queue.requeue(job, started=True)


def test_a_job_sent_again_comes_before_the_others() -> None:
    queue = CommandQueue()
    queue.submit(commands(2))
    job = taken(queue)
    assert queue.requeue(job, started=True)
    assert taken(queue) is job
    assert (job.attempts, job.started) == (1, 1)


def test_when_stopped_everything_is_answered_now_and_later() -> None:
    queue = CommandQueue()
    before = queue.submit(commands(2))
    running = taken(queue)
    queue.stop(Answer(State.CANCELLED))
    after = queue.submit(commands(1))
    assert queue.take() is None
    assert states(queue, before) == [(1, State.CANCELLED)]
    assert states(queue, after) == [(0, State.CANCELLED)]
    assert queue.requeue(running, started=False)
    assert states(queue, before) == [(0, State.CANCELLED)]


def test_what_a_dead_module_left_in_the_queue_is_not_started() -> None:
    now = 0.0
    queue = CommandQueue(clock=lambda: now)
    left = queue.submit(commands(2))
    now = LEASE_SECONDS + 1
    alive = queue.submit(commands(1))
    assert taken(queue).batch.id == alive
    assert states(queue, left) == [(0, State.CANCELLED), (1, State.CANCELLED)]


def test_what_waits_for_a_process_that_is_gone_is_not_started() -> None:
    queue = CommandQueue()
    with subprocess.Popen([sys.executable, "-c", ""]) as module:
        left = queue.submit(commands(2), owner=module.pid)
        running = taken(queue)
    alive = queue.submit(commands(1), owner=os.getpid())
    assert taken(queue).batch.id == alive
    queue.answer(running, DONE)
    with pytest.raises(TimeoutError):
        queue.take(0.01)
    with pytest.raises(KeyError):
        queue.collect(left, 0)


def test_what_nobody_asks_for_any_more_is_forgotten() -> None:
    now = 0.0
    queue = CommandQueue(clock=lambda: now)
    left = queue.submit(commands(1))
    queue.answer(taken(queue), DONE)
    now = 2 * LEASE_SECONDS + 1
    with pytest.raises(TimeoutError):
        queue.take(0.01)
    with pytest.raises(KeyError):
        queue.collect(left, 0)


def test_one_can_wait_for_work_without_taking_it() -> None:
    queue = CommandQueue()
    threading.Timer(0.05, lambda: queue.submit(commands(1))).start()
    assert queue.wait()
    assert taken(queue).index == 0
    queue.stop(Answer(State.CANCELLED))
    assert not queue.wait()


def test_a_batch_is_awaited_while_its_module_asks() -> None:
    now = 0.0
    queue = CommandQueue(clock=lambda: now)
    awaited = [queue.awaited]
    queue.submit(commands(1))
    awaited.append(queue.awaited)
    now = 11.0
    awaited.append(queue.awaited)
    assert awaited == [False, True, False]


def test_a_module_that_asks_keeps_its_place() -> None:
    now = 0.0
    queue = CommandQueue(clock=lambda: now)
    batch = queue.submit(commands(1))
    now = LEASE_SECONDS
    queue.collect(batch, 0)
    now = 2 * LEASE_SECONDS
    assert taken(queue).batch.id == batch


def test_a_module_that_waited_long_for_an_answer_keeps_its_place() -> None:
    now = 0.0
    queue = CommandQueue(clock=lambda: now)
    batch = queue.submit(commands(2))
    first = taken(queue)

    def later() -> None:
        nonlocal now
        now = LEASE_SECONDS
        queue.answer(first, DONE)

    threading.Timer(0.05, later).start()
    assert queue.collect(batch, 30) == ([(0, DONE)], 1)
    now = LEASE_SECONDS + 1
    queue.submit(commands(1))
    assert taken(queue).batch.id == batch


def test_a_module_that_asks_for_some_answers_is_not_dead_for_its_others() -> None:
    now = [0.0]
    queue = CommandQueue(lambda: now[0])
    writes = queue.submit(commands(1), owner=os.getpid())
    others = queue.submit(commands(1), owner=os.getppid())
    for _write in range(2):
        queue.answer(taken(queue), DONE)
    for _read in range(5):
        now[0] += LEASE_SECONDS - 1
        reads = queue.submit(commands(1), owner=os.getpid())
        queue.answer(taken(queue), DONE)
        assert queue.collect(reads, 0) == ([(0, DONE)], 0)
    assert queue.collect(writes, 0) == ([(0, DONE)], 0)
    with pytest.raises(KeyError):
        queue.collect(others, 0)
