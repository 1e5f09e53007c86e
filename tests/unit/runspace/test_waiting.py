# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nobody waits for ever: not for a command that a defect has ended, nor for a question that ends every session."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import cast

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import Answer, Command, State
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.command_queue import CommandQueue
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.host_name import HostName
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.pool import Pool, PoolState
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.pools import Pools
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.service import Service
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.session import Session
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.session_start import SessionInfo, Side
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.worker import Worker


class Broken:
    """A session that fails in a way that nobody has thought of."""

    def run(self, command: Command) -> Answer:
        raise TypeError(f"{command.name} met a defect")


def test_a_command_that_a_defect_ends_is_answered_as_lost() -> None:
    queue = CommandQueue()
    batch = queue.submit([Command("Move-CsUser"), Command("Get-CsUser")])
    pool = SimpleNamespace(queue=queue, endpoint=SimpleNamespace(host=HostName("sfb01", "10.0.0.1:5985")))
    worker = Worker(cast(Pool, pool))
    for _command in range(3):  # what only reads is sent once more
        job = queue.take()
        assert job is not None
        assert worker._attempt(cast(Session, Broken()), job).name == "REOPEN"
    answers, outstanding = queue.collect(batch, 0)
    assert outstanding == 0
    assert {index: answer.state for index, answer in answers} == {0: State.LOST, 1: State.LOST}


class Mute(CommandQueue):
    """Sessions that end whenever they are given something to do."""

    def collect(self, batch_id: str, wait: float) -> tuple[list[tuple[int, Answer]], int]:
        job = self.take()
        assert job is not None
        self.answer(job, Answer(State.LOST))
        return super().collect(batch_id, 0)


def test_a_question_that_ends_every_session_is_given_up() -> None:
    info = SessionInfo(Side.ONPREM, ("SkypeForBusiness",), True, None)
    pool = SimpleNamespace(wait=lambda _seconds: PoolState(info, None, 1, ()))
    service = Service("sfb01", cast(Pools, pool), queue=Mute())
    request = json.dumps({"wait": 0, "cmdlets": ["Get-CsUser"]})
    replies = [json.loads(service.hello(request)) for _look in range(5)]
    assert [each["state"] for each in replies] == ["opening"] * 4 + ["failed"]
    assert replies[-1]["fault"]["code"] == "session_refused"
    assert "sfb01 was asked 5 times" in replies[-1]["fault"]["message"]
