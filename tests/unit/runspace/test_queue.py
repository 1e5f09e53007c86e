# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The queue: order, refusal, cancelling, and who may answer."""

from __future__ import annotations

import threading

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import Answer, Command, State
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.queue import LEASE_SECONDS, CommandQueue, Job

DONE = Answer(State.COMPLETED)


def commands(count: int) -> list[Command]:
    return [Command("Get-CsUser", {"Identity": str(number)}) for number in range(count)]


def taken(batches: CommandQueue) -> Job:
    job = batches.take()
    assert job is not None
    return job


def states(batches: CommandQueue, batch: str) -> list[tuple[int, State]]:
    done, _outstanding = batches.collect(batch, 0)
    return sorted((index, answer.state) for index, answer in done)


def test_commands_are_started_in_order_across_batches() -> None:
    batches = CommandQueue()
    one, two = batches.submit(commands(2)), batches.submit(commands(1))
    assert [(job.batch.id, job.index) for job in (taken(batches), taken(batches), taken(batches))] == [
        (one, 0),
        (one, 1),
        (two, 0),
    ]


def test_a_question_goes_first() -> None:
    batches = CommandQueue()
    batches.submit(commands(1))
    question = batches.submit(commands(1), first=True)
    assert taken(batches).batch.id == question


def test_an_answer_is_collected_once_and_then_the_batch_is_forgotten() -> None:
    batches = CommandQueue()
    batch = batches.submit(commands(2))
    batches.answer(taken(batches), DONE)
    assert batches.collect(batch, 0) == ([(0, DONE)], 1)
    assert batches.collect(batch, 0) == ([], 1)
    batches.answer(taken(batches), DONE)
    assert batches.collect(batch, 0) == ([(1, DONE)], 0)
    with pytest.raises(KeyError):
        batches.collect(batch, 0)


def test_collecting_returns_as_soon_as_there_is_an_answer() -> None:
    batches = CommandQueue()
    batch = batches.submit(commands(2))
    threading.Timer(0.05, lambda: batches.answer(taken(batches), DONE)).start()
    assert batches.collect(batch, 30) == ([(0, DONE)], 1)


def test_an_empty_batch_is_collected_at_once() -> None:
    batches = CommandQueue()
    assert batches.collect(batches.submit([]), 30) == ([], 0)


def test_refused_commands_are_never_queued() -> None:
    batches = CommandQueue()
    batch = batches.submit([Command("Move-CsUser"), Command("Get-CsUser")], refuse=lambda command: not command.reads)
    assert taken(batches).command.name == "Get-CsUser"
    assert states(batches, batch) == [(0, State.REFUSED)]


def test_a_careful_batch_starts_nothing_between_a_failure_and_its_being_seen() -> None:
    batches = CommandQueue()
    batch, other = batches.submit(commands(4), careful=True), batches.submit(commands(2))
    first, second = taken(batches), taken(batches)
    batches.answer(first, Answer(State.FAILED))
    assert taken(batches).batch.id == other
    assert states(batches, batch) == [(0, State.FAILED)]
    assert taken(batches).batch.id == other
    batches.answer(second, DONE)
    assert states(batches, batch) == [(1, State.COMPLETED)]
    assert taken(batches).index == 2
    batches.cancel(batch)
    assert states(batches, batch) == [(3, State.CANCELLED)]


def test_no_more_commands_run_at_once_than_may_fail() -> None:
    batches = CommandQueue()
    batch, other = batches.submit(commands(6), careful=True, at_once=2), batches.submit(commands(3))
    first, second = taken(batches), taken(batches)
    assert {first.batch.id, second.batch.id} == {batch}
    assert taken(batches).batch.id == other
    batches.answer(first, DONE)
    third = taken(batches)
    assert (third.batch.id, third.index) == (batch, 2)
    batches.answer(second, Answer(State.FAILED))
    assert [index for index, _state in states(batches, batch)] == [0, 1]
    # One has failed: another runs already, and it alone.
    states_before = taken(batches).batch.id
    assert states_before == other
    batches.again(third, started=False)
    assert taken(batches).index == 2


def test_a_failure_that_comes_while_another_is_seen_halts_as_well() -> None:
    batches = CommandQueue()
    batch = batches.submit(commands(3), careful=True)
    first, second = taken(batches), taken(batches)
    batches.answer(first, Answer(State.FAILED))
    assert states(batches, batch) == [(0, State.FAILED)]
    batches.answer(second, Answer(State.LOST))
    assert states(batches, batch) == [(1, State.LOST)]
    assert batches.cancel(batch) == 1


def test_cancelling_drops_what_has_not_started() -> None:
    batches = CommandQueue()
    batch, other = batches.submit(commands(3)), batches.submit(commands(1))
    running = taken(batches)
    assert batches.cancel(batch) == 2
    assert states(batches, batch) == [(1, State.CANCELLED), (2, State.CANCELLED)]
    assert batches.answer(running, DONE)
    assert states(batches, batch) == [(0, State.COMPLETED)]
    assert taken(batches).batch.id == other


def test_a_job_is_answered_once() -> None:
    batches = CommandQueue()
    batches.submit(commands(1))
    job = taken(batches)
    assert batches.answer(job, Answer(State.TIMEOUT))
    assert not batches.answer(job, DONE)
    assert not batches.again(job, started=True)


def test_a_job_sent_again_comes_before_the_others() -> None:
    batches = CommandQueue()
    batches.submit(commands(2))
    job = taken(batches)
    assert batches.again(job, started=True)
    assert taken(batches) is job
    assert (job.attempts, job.started) == (1, 1)


def test_when_stopped_everything_is_answered_now_and_later() -> None:
    batches = CommandQueue()
    before = batches.submit(commands(2))
    running = taken(batches)
    batches.stop(Answer(State.CANCELLED))
    after = batches.submit(commands(1))
    assert batches.take() is None
    assert states(batches, before) == [(1, State.CANCELLED)]
    assert states(batches, after) == [(0, State.CANCELLED)]
    assert batches.again(running, started=False)
    assert states(batches, before) == [(0, State.CANCELLED)]


def test_what_a_dead_module_left_in_the_queue_is_not_started() -> None:
    now = 0.0
    batches = CommandQueue(clock=lambda: now)
    left = batches.submit(commands(2))
    now = LEASE_SECONDS + 1
    alive = batches.submit(commands(1))
    assert taken(batches).batch.id == alive
    assert states(batches, left) == [(0, State.CANCELLED), (1, State.CANCELLED)]


def test_a_batch_is_awaited_while_its_module_asks() -> None:
    now = 0.0
    batches = CommandQueue(clock=lambda: now)
    awaited = [batches.awaited]
    batches.submit(commands(1))
    awaited.append(batches.awaited)
    now = 11.0
    awaited.append(batches.awaited)
    assert awaited == [False, True, False]


def test_a_module_that_asks_keeps_its_place() -> None:
    now = 0.0
    batches = CommandQueue(clock=lambda: now)
    batch = batches.submit(commands(1))
    now = LEASE_SECONDS
    batches.collect(batch, 0)
    now = 2 * LEASE_SECONDS
    assert taken(batches).batch.id == batch


def test_a_module_that_waited_long_for_an_answer_keeps_its_place() -> None:
    now = 0.0
    batches = CommandQueue(clock=lambda: now)
    batch = batches.submit(commands(2))
    first = taken(batches)

    def later() -> None:
        nonlocal now
        now = LEASE_SECONDS
        batches.answer(first, DONE)

    threading.Timer(0.05, later).start()
    assert batches.collect(batch, 30) == ([(0, DONE)], 1)
    now = LEASE_SECONDS + 1
    batches.submit(commands(1))
    assert taken(batches).batch.id == batch
