# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts that share the work: who does what, what becomes of the work of a host that is lost, and which hosts are left out."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import ACCOUNT

from tests.controller import Controller, end
from tests.lab.connection.client import Client, command
from tests.lab.connection.conftest import Connect
from tests.lab.connection.test_playbooks import MOVE, READ, Playbook, play, task
from tests.lab.processes import CONNECTION, processes
from tests.lab.waiting import Eventually

POOLS = ("pool01.contoso.com", "pool02.contoso.com")
SKYPE = {"skype": "2019 CU8", "teams": "6.6.0"}


@pytest.fixture
def seed() -> Mapping[str, Any]:
    """Two servers of the same build, one of another, and one that moves users with another module."""
    newer = SKYPE | {"teams": "7.3.0"}
    return {
        "hosts": {"sfb01": SKYPE, "sfb02": SKYPE, "old01": {"skype": "2015 CU8"}, "newer01": newer},
        "users": [{"sip": f"user{number}@contoso.com"} for number in range(30)],
    }


def entry(lab: Lab, host: str, **more: Any) -> dict[str, Any]:
    """A host of `more_hosts`."""
    return {"address": lab.front[host].address, "port": lab.front[host].port, **more}


def called(lab: Lab, host: str) -> str:
    """What messages and answers call a further host."""
    return f"{lab.front[host].address}:{lab.front[host].port}"


def read(number: int, near: str | None = None) -> dict[str, Any]:
    return {**command("Get-CsUser", Identity=f"sip:user{number}@contoso.com"), "near": near}


def shared(lab: Lab, connect: Connect, eventually: Eventually, **options: Any) -> Client:
    """A connection to both servers, all of whose sessions are open."""
    client = connect("sfb01", **{"more_hosts": [entry(lab, "sfb02")], **options})
    assert client.hello()["state"] == "ready"
    eventually(lambda: client.hello()["sessions"] == 4)
    eventually(lambda: all(len(lab.front[host].shells()) == 2 for host in ("sfb01", "sfb02")))
    return client


def test_both_hosts_work_and_each_command_is_run_once(lab: Lab, connect: Connect, eventually: Eventually) -> None:
    client = shared(lab, connect, eventually)
    lab.faults.order(OrderedFault("Get-CsUser", seconds=0.1, times=None))
    answers = client.run(*(read(number) for number in range(30)))
    assert {answer["state"] for answer in answers} == {"completed"}
    work = Counter(answer["by"] for answer in answers)
    assert set(work) == {"sfb01", called(lab, "sfb02")}
    assert min(work.values()) >= 8
    done = Counter(each.parameters["Identity"] for each in lab.journal.entries("Get-CsUser"))
    assert set(done.values()) == {1}
    assert len(done) == 30


def test_users_of_a_pool_go_to_its_host(lab: Lab, connect: Connect, eventually: Eventually) -> None:
    more = [entry(lab, "sfb02", registrar_pool=POOLS[1])]
    client = shared(lab, connect, eventually, more_hosts=more, registrar_pool=POOLS[0])
    answers = client.run(*(read(number, POOLS[number % 2].upper()) for number in range(20)))
    assert [answer["by"] for answer in answers] == ["sfb01", called(lab, "sfb02")] * 10


@pytest.mark.parametrize("near", [None, "pool09.contoso.com"])
def test_where_no_host_is_for_a_pool_any_does_it(
    lab: Lab, connect: Connect, eventually: Eventually, near: str | None
) -> None:
    client = shared(lab, connect, eventually)
    lab.faults.order(OrderedFault("Get-CsUser", seconds=0.1, times=None))
    answers = client.run(*(read(number, near) for number in range(20)))
    assert len({answer["by"] for answer in answers}) == 2


@pytest.mark.parametrize("gone", ["sfb01", "sfb02"])
def test_the_work_of_a_host_that_is_lost_is_done_by_the_other(
    lab: Lab, connect: Connect, eventually: Eventually, gone: str
) -> None:
    more = [entry(lab, "sfb02", registrar_pool=POOLS[1])]
    client = shared(lab, connect, eventually, more_hosts=more, registrar_pool=POOLS[0], reconnect_timeout=0)
    lab.faults.order(OrderedFault("Get-CsUser", seconds=0.2, times=None))
    batch = client.submit([read(number, POOLS[number % 2]) for number in range(30)])
    eventually(lambda: len(lab.journal.entries("Get-CsUser")) >= 4)
    lab.front[gone].refuse_connections()
    answers = client.collect(batch, seconds=60)
    assert {answer["state"] for answer in answers} == {"completed"}
    assert len(answers) == 30
    assert client.hello()["sessions"] == 2


def test_with_all_hosts_gone_what_waits_is_cancelled(lab: Lab, connect: Connect, eventually: Eventually) -> None:
    client = shared(lab, connect, eventually, reconnect_timeout=0)
    lab.faults.order(OrderedFault("Get-CsUser", seconds=0.2, times=None))
    batch = client.submit([read(number) for number in range(30)])
    eventually(lambda: len(lab.journal.entries("Get-CsUser")) >= 4)
    for host in ("sfb01", "sfb02"):
        lab.front[host].refuse_connections()
    answers = client.collect(batch, seconds=60)
    assert len(answers) == 30
    assert answers[-1]["state"] == "cancelled"
    assert client.hello()["fault"]["code"] == "unreachable"


def test_a_host_that_is_not_there_leaves_all_to_the_other(lab: Lab, connect: Connect) -> None:
    lab.front["sfb01"].refuse_connections()
    client = connect("sfb01", more_hosts=[entry(lab, "sfb02")], reconnect_timeout=0)
    reply = client.hello()
    assert reply["state"] == "ready"
    assert "sfb01" in reply["warnings"][0]
    (answer,) = client.run(read(1))
    assert (answer["state"], answer["by"]) == ("completed", called(lab, "sfb02"))


def test_a_host_with_another_version_is_left_out(lab: Lab, connect: Connect, eventually: Eventually) -> None:
    client = connect("sfb01", more_hosts=[entry(lab, "old01")])
    assert client.hello()["state"] == "ready"
    eventually(lambda: client.hello()["warnings"])
    (warning,) = client.hello()["warnings"]
    assert f"{called(lab, 'old01')} is left out of the hosts that share the work: it has SkypeForBusiness 6." in warning
    assert "and sfb01 has SkypeForBusiness 7." in warning
    answers = client.run(*(read(number) for number in range(8)))
    assert {answer["by"] for answer in answers} == {"sfb01"}
    eventually(lambda: not lab.front["old01"].shells())


def test_r15_a_server_with_another_module_for_moves_is_left_out(
    lab: Lab, connect: Connect, eventually: Eventually
) -> None:
    client = connect("sfb01", more_hosts=[entry(lab, "newer01")])
    assert client.hello()["state"] == "ready"
    eventually(lambda: client.hello()["warnings"])
    (warning,) = client.hello()["warnings"]
    assert f"{called(lab, 'newer01')} is left out of the hosts that share the work: it has SkypeForBusiness " in warning
    assert ", build 7.0.2046.553, MicrosoftTeams 7.3.0, and sfb01 has " in warning
    assert ", build 7.0.2046.553, MicrosoftTeams 6.6.0." in warning
    answers = client.run(*(read(number) for number in range(8)))
    assert {answer["by"] for answer in answers} == {"sfb01"}


def test_a_wrong_password_is_tried_on_one_host(lab: Lab, connect: Connect) -> None:
    client = connect("sfb01", more_hosts=[entry(lab, "sfb02")], remote_password=f"{ACCOUNT[1]}x")
    assert client.fault()["code"] == "authentication"
    assert client.service.pool is not None
    assert client.service.pool.over
    assert lab.front["sfb02"].shells_opened == 0


@pytest.mark.parametrize(
    "wrong",
    ["", {}, {"adress": "sfb02"}, "sfb02:https", {"address": "sfb02", "port": "x"}, {"registrar_pool": "pool02"}],
)
def test_an_entry_that_names_no_host_is_refused(connect: Connect, wrong: object) -> None:
    fault = connect("sfb01", more_hosts=[wrong]).fault()
    assert fault["code"] == "invalid_option"
    assert "ansible_runspace_more_hosts" in fault["message"]


def test_all_shells_are_deleted_in_the_end(lab: Lab, connect: Connect, eventually: Eventually) -> None:
    shared(lab, connect, eventually).service.close(5)
    assert [lab.front[host].shells() for host in ("sfb01", "sfb02")] == [[], []]


def test_a_connection_that_is_killed_leaves_no_shell_on_hosts_that_share_its_work(
    lab: Lab, controller: Controller, eventually: Eventually
) -> None:
    playbook = Playbook(controller)
    second = lab.front["sfb02"]
    more = {"ansible_runspace_more_hosts": [f"{second.address}:{second.port}"]}
    lab.faults.order(OrderedFault("Move-CsUser", seconds=60, times=None))
    process = playbook.start(play(task(MOVE, READ, vars=more)))
    eventually(lambda: all(len(lab.front[host].shells()) == 4 for host in ("sfb01", "sfb02")), seconds=60)
    os.kill(min(processes(controller.folder, CONNECTION)), signal.SIGKILL)
    eventually(lambda: not any(lab.front[host].shells() for host in ("sfb01", "sfb02")), seconds=5)
    process.wait(30)
    end(process)
