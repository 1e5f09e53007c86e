# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pipelines that are stopped, run side by side, or lose their shell."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.front import Endpoint
from pypsrp.complex_objects import PSInvocationState, RunspacePoolState
from pypsrp.exceptions import WSManFaultError
from pypsrp.powershell import PowerShell

from tests.unit.lab.engine.clients import Answer, Client, answer, opened
from tests.unit.lab.engine.trial import Trial

GET = "Get-CsThing"
ABORTED, NOT_FOUND = 995, 2150858843


def until(condition: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait for a condition, and fail when it does not come about."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def started(client: Client, identity: str) -> PowerShell:
    """A pipeline that has been running for a moment."""
    pipeline = client.pipeline((GET, {"Identity": identity}))
    pipeline.begin_invoke()
    time.sleep(0.3)
    return pipeline


def test_a_running_cmdlet_is_stopped_before_it_does_its_work(onprem: Endpoint, trial: Trial) -> None:
    with opened(onprem) as client:
        client.ask(GET, {"Identity": "warm"})
        trial.calls.clear()
        trial.seconds = 30.0
        pipeline = started(client, "a")
        begun = time.monotonic()
        pipeline.stop()
        assert time.monotonic() - begun < 3.0
        assert (answer(pipeline).state, trial.calls) == ("stopped", [])
        trial.seconds = 0.0
        assert client.ask(GET, {"Identity": "b"}).state == "completed"


def test_input_after_a_stop_is_not_worked_on(onprem: Endpoint, trial: Trial) -> None:
    with opened(onprem) as client:
        client.ask(GET, {"Identity": "warm"})
        trial.calls.clear()
        trial.seconds = 0.4
        pipeline = client.pipeline((GET, {}))
        pipeline.begin_invoke(input=(item for item in ["a", "b", "c", "d", "e"]))
        until(lambda: trial.calls)
        pipeline.stop()
        seen = len(trial.calls)
        time.sleep(0.6)
        assert (seen, len(trial.calls)) == (1, 1)


def at_once(clients: Sequence[Client]) -> list[Answer]:
    """What comes of a pipeline in each of several shells, each with a thread of its own."""

    def ask(numbered: tuple[int, Client]) -> Answer:
        return numbered[1].ask(GET, {"Identity": f"user{numbered[0]}"})

    with ThreadPoolExecutor(len(clients)) as workers:
        return list(workers.map(ask, enumerate(clients)))


def all_begun(client: Client, count: int) -> list[Answer]:
    """What comes of pipelines of one shell that are all begun before any is waited for.

    In one thread: clients of one shell in several threads mix up the references in each other's messages, and a real PowerShell
    never answers such a message.
    """
    pipelines = [client.pipeline((GET, {"Identity": f"user{number}"})) for number in range(count)]
    for pipeline in pipelines:
        pipeline.begin_invoke()
    for pipeline in pipelines:
        pipeline.end_invoke()
    return [answer(pipeline) for pipeline in pipelines]


def identities(answers: Sequence[Answer]) -> list[str]:
    return [found.output[0]["Identity"] for found in answers]


def test_shells_run_side_by_side(onprem: Endpoint, trial: Trial) -> None:
    with ExitStack() as stack:
        clients = [stack.enter_context(opened(onprem)) for dummy in range(3)]
        at_once(clients)
        trial.seconds = 1.0
        begun = time.monotonic()
        answers = at_once(clients)
        assert time.monotonic() - begun < 2.9  # 3 seconds one after the other
    assert identities(answers) == ["user0", "user1", "user2"]
    assert len({call.shell for call in trial.calls}) == 3


def test_runspaces_of_a_shell_run_side_by_side(onprem: Endpoint, trial: Trial) -> None:
    with opened(onprem, max_runspaces=4) as client:
        all_begun(client, 4)
        trial.seconds = 1.0
        begun = time.monotonic()
        answers = all_begun(client, 4)
        assert time.monotonic() - begun < 3.9  # 4 seconds one after the other
    assert identities(answers) == ["user0", "user1", "user2", "user3"]


def test_one_runspace_takes_one_pipeline_after_the_other(onprem: Endpoint, trial: Trial) -> None:
    with opened(onprem) as client:
        client.ask(GET, {"Identity": "warm"})
        trial.seconds = 0.4
        begun = time.monotonic()
        answers = all_begun(client, 2)
        assert time.monotonic() - begun >= 0.8
    assert identities(answers) == ["user0", "user1"]


def test_a_shell_is_known_while_it_is_open(onprem: Endpoint, trial: Trial) -> None:
    before = len(onprem.shells())
    with opened(onprem) as client:
        shell_id = client.pool.shell.id
        newest = onprem.shells()[-1]
        assert (newest.shell_id, newest.user, len(onprem.shells())) == (shell_id, "lab-admin", before + 1)
        assert client.pool.is_alive()
    assert len(onprem.shells()) == before
    assert shell_id in trial.opened
    assert shell_id in trial.closed


@pytest.mark.parametrize("running", [False, True])
def test_a_shell_dropped_under_its_client(onprem: Endpoint, trial: Trial, running: bool) -> None:
    with opened(onprem) as client:
        client.ask(GET, {"Identity": "warm"})
        trial.calls.clear()
        trial.seconds = 30.0 if running else 0.0
        pipeline = started(client, "a") if running else client.pipeline((GET, {}))
        shell_id = client.pool.shell.id or ""
        if running:
            threading.Timer(0.3, onprem.drop_shell, [shell_id]).start()
        else:
            assert onprem.drop_shell(shell_id)
            assert not onprem.drop_shell(shell_id)
        with pytest.raises(WSManFaultError) as caught:
            (pipeline.end_invoke if running else pipeline.invoke)()
        assert caught.value.code in ((ABORTED, NOT_FOUND) if running else (NOT_FOUND,))
        assert trial.calls == []
        assert not client.pool.is_alive()


def test_a_command_that_is_not_there_has_no_output(onprem: Endpoint) -> None:
    with opened(onprem) as client:
        pipeline = client.pipeline((GET, {"Identity": "a"}))
        pipeline.state, pipeline._command_id = PSInvocationState.RUNNING, pipeline.id
        client.pool.pipelines[pipeline.id] = pipeline
        with pytest.raises(WSManFaultError) as caught:
            pipeline.end_invoke()
        assert caught.value.code == NOT_FOUND
        assert "command identifier that does not exist" in str(caught.value.reason)
        assert client.ask(GET, {"Identity": "a"}).state == "completed"


def test_a_cmdlet_that_loses_its_shell(onprem: Endpoint) -> None:
    with opened(onprem) as client:
        shell_id = client.pool.shell.id
        with pytest.raises(WSManFaultError):
            client.ask(GET, {"Identity": "dropped"})
        until(lambda: shell_id not in [shell.shell_id for shell in onprem.shells()])
        client.pool.state = RunspacePoolState.CLOSED


def test_deleting_a_shell_does_not_wait_for_its_cmdlet(onprem: Endpoint, trial: Trial) -> None:
    with opened(onprem) as client:
        client.ask(GET, {"Identity": "warm"})
        trial.calls.clear()
        trial.seconds = 30.0
        started(client, "a")
        begun = time.monotonic()
        client.pool.close()
        assert time.monotonic() - begun < 2.0
    assert trial.calls == []


def test_waiting_for_output_longer_than_an_operation_may_take(onprem: Endpoint, trial: Trial) -> None:
    with opened(onprem, operation_timeout=1) as client:
        client.ask(GET, {"Identity": "warm"})
        trial.seconds = 2.5
        found = client.ask(GET, {"Identity": "a"})
    assert identities([found]) == ["a"]
    assert found.seconds >= 2.5
