# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A module or the process of the connection is ended by a signal: no shell stays, no process, and nothing more is written."""

from __future__ import annotations

import os
import signal

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault

from tests.controller import Controller, end
from tests.extent import LONG, in_long_runs
from tests.lab.connection.test_playbooks import MOVE, READ, Playbook, play, task
from tests.lab.connection.test_sessions import USERS, move
from tests.lab.processes import CONNECTION, modules, processes
from tests.lab.waiting import Eventually

ENDINGS = [signal.SIGKILL, signal.SIGTERM, signal.SIGINT]


def everyday(*daily: signal.Signals) -> pytest.MarkDecorator:
    """All signals in a long run, and a part of them every day."""
    tried = ENDINGS if LONG else list(daily)
    return pytest.mark.parametrize("ending", tried, ids=[each.name for each in tried])


@pytest.fixture
def playbook(controller: Controller) -> Playbook:
    return Playbook(controller)


def connection_of(playbook: Playbook) -> int:
    """The process of the connection: the parent of the one beside it."""
    return min(processes(playbook.controller.folder, CONNECTION))


@everyday(signal.SIGKILL)
def test_a_connection_that_is_ended_leaves_no_shell(
    lab: Lab, playbook: Playbook, eventually: Eventually, ending: signal.Signals
) -> None:
    lab.faults.order(OrderedFault("Move-CsUser", seconds=60, times=None))
    process = playbook.start(play(task(MOVE, READ)))
    eventually(lambda: lab.journal.entries("Get-CsUser") and len(lab.front["sfb01"].shells()) == 4, seconds=30)
    os.kill(connection_of(playbook), ending)
    eventually(lambda: not lab.front["sfb01"].shells(), seconds=5)
    process.wait(30)
    eventually(lambda: not playbook.left_behind(), seconds=5)
    assert process.returncode != 0
    end(process)


@in_long_runs
def test_a_connection_that_is_killed_while_it_opens_sessions(
    lab: Lab, playbook: Playbook, eventually: Eventually
) -> None:
    lab.faults.order(OrderedFault("Connect-MicrosoftTeams", seconds=60, times=None))
    process = playbook.start(play(task(READ), hosts="teams01"))
    eventually(lab.front["teams01"].shells, seconds=30)
    os.kill(connection_of(playbook), signal.SIGKILL)
    eventually(lambda: not lab.front["teams01"].shells(), seconds=6)
    process.wait(30)
    eventually(lambda: not playbook.left_behind() and not lab.front["teams01"].shells(), seconds=6)
    end(process)


@in_long_runs
@pytest.mark.parametrize("ending", ENDINGS, ids=[each.name for each in ENDINGS])
def test_what_waits_for_a_module_that_is_ended_is_not_started(
    lab: Lab, playbook: Playbook, eventually: Eventually, ending: signal.Signals
) -> None:
    # Until the last session has begun its first move, the first session must not have come to its second.
    lab.faults.order(OrderedFault("Move-CsUser", seconds=10, times=4))
    process = playbook.start(play(task(*(move(user) for user in USERS))))
    eventually(lambda: not lab.faults.ordered(), seconds=30)
    os.kill(max(modules(playbook.controller.folder)), ending)
    assert process.wait(30) == 2
    eventually(lambda: not lab.front["sfb01"].shells() and not playbook.left_behind(), seconds=5)
    assert len(lab.journal.entries("Move-CsUser")) <= 4


@in_long_runs
def test_a_module_that_reads_no_more_holds_nobody_up(lab: Lab, playbook: Playbook, eventually: Eventually) -> None:
    large = [{**READ, "parameters": {"Identity": "sip:" + "x" * 2_000_000}, "select": []}] * 4
    lab.faults.order(OrderedFault("Get-CsUser", seconds=1, times=4))
    process = playbook.start(play(task(*large)))
    eventually(lambda: not lab.faults.ordered(), seconds=30)
    module = max(modules(playbook.controller.folder))
    os.kill(module, signal.SIGSTOP)
    eventually(lambda: len(lab.journal.entries("Get-CsUser")) == 4, seconds=10)
    process.kill()
    eventually(lambda: not lab.front["sfb01"].shells(), seconds=5)
    os.kill(module, signal.SIGKILL)
    process.wait(30)
    eventually(lambda: not playbook.left_behind(), seconds=5)
    end(process)
