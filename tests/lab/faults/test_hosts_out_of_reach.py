# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts that go away, come back, change, or send clients elsewhere."""

from __future__ import annotations

import time
from pathlib import Path
from unittest import mock

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.embedded.engine import EmbeddedEngine
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import ACCOUNT
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman import faults
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.front import Front, HostSettings
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.tls import ServerTls

from tests.extent import cases, in_long_runs
from tests.hostile import Hostile, Misbehaviour
from tests.lab.connection.client import Client, options_for
from tests.lab.connection.test_sessions import USERS, move, read
from tests.lab.faults.conftest import RUNSPACE, ConnectTo
from tests.lab.waiting import Eventually
from tests.misbehaviour import changed, reset, says, silent, status

# How a command that never reached a host ends, by what it met: it is certain that it did not, or nobody knows.
CERTAIN: dict[str, Misbehaviour] = {
    "shell not found": says(faults.shell_not_found("X")),
    "throttled": says(faults.too_many_operations()),
    "400": status(400, b""),
    "redirect": status(302, b"", Location="http://127.0.0.1:1/wsman"),
}
DOUBTFUL: dict[str, Misbehaviour] = {
    "reset": reset(),
    "502": status(502),
    "503": status(503),
    "a page": status(200),
    "timed out": says(faults.timed_out()),
}


@pytest.mark.parametrize("name", cases([*CERTAIN, *DOUBTFUL], "400", "reset"))
def test_a_command_that_does_not_arrive(lab: Lab, host: Hostile, connect: ConnectTo, name: str) -> None:
    client = connect()
    assert client.hello()["state"] == "ready"
    host.order((CERTAIN | DOUBTFUL)[name], "Command", "Get-CsUser")
    host.order((CERTAIN | DOUBTFUL)[name], "Command", "Move-CsUser")
    assert client.states(read(USERS[0]), move(USERS[1]), read(USERS[2])) == [
        "completed",
        "completed" if name in CERTAIN else "lost",
        "completed",
    ]
    assert len(lab.journal.entries("Move-CsUser")) == (name in CERTAIN)


def test_a_host_that_is_away_for_a_while(lab: Lab, host: Hostile, connect: ConnectTo, eventually: Eventually) -> None:
    client = connect(sessions=2, reconnect_timeout=30)
    client.run(read(USERS[0]))
    eventually(lambda: client.hello()["sessions"] == 2)
    lab.faults.order(OrderedFault("Move-CsUser", user=USERS[1], seconds=0.6))
    batch = client.submit([move(USERS[1])])
    eventually(lambda: not lab.faults.ordered())
    host.away(0.8)
    later = client.submit([*(read(user) for user in USERS), move(USERS[2])])
    (moved,) = client.collect(batch)
    assert (moved["state"], "It has ended there." in moved["errors"][0]["message"]) == ("lost", True)
    assert [answer["state"] for answer in client.collect(later)] == ["completed"] * 9
    assert [entry.outcome for entry in lab.journal.entries("Move-CsUser")] == ["done"] * 2
    eventually(lambda: len(lab.front["sfb01"].shells()) <= 2)
    client.service.close(5)
    assert not lab.front["sfb01"].shells()


def test_a_host_that_restarts(lab: Lab, host: Hostile, connect: ConnectTo, eventually: Eventually) -> None:
    client = connect(sessions=2, reconnect_timeout=30)
    client.run(read(USERS[0]))
    lab.faults.order(OrderedFault("Move-CsUser", user=USERS[1], drop_shell=True))
    host.order(status(503), "Create", times=2)
    batch = client.submit([move(USERS[1]), *(read(user) for user in USERS)])
    eventually(lambda: not lab.faults.ordered())
    lab.front["sfb01"].drop_shells()
    host.away(0.5)
    assert [answer["state"] for answer in client.collect(batch)] == ["lost"] + ["completed"] * 8


@in_long_runs
def test_a_host_that_stays_away_is_given_up(lab: Lab, host: Hostile, connect: ConnectTo) -> None:
    client = connect(reconnect_timeout=1)
    client.run(read(USERS[0]))
    host.listen(False)
    begun = time.monotonic()
    (answer,) = client.run(move(USERS[0]))
    assert (answer["state"], "cannot be reached" in answer["errors"][0]["message"]) == ("cancelled", True)
    assert time.monotonic() - begun < 5
    host.listen()
    assert not lab.journal.entries("Move-CsUser")


def test_shells_that_were_lost_are_deleted_also_where_that_meets_a_fault(
    lab: Lab, host: Hostile, connect: ConnectTo, eventually: Eventually
) -> None:
    client = connect(reconnect_timeout=30)
    client.run(read(USERS[0]))
    faulty = (reset(), status(200), status(503), *map(says, (faults.aborted(), faults.timed_out())))
    for fault in faulty:
        host.order(reset(), "Receive", "Get-CsUser")
        host.order(fault, "Delete")
        assert client.states(read(USERS[0])) == ["completed"]
        eventually(lambda: len(lab.front["sfb01"].shells()) == 1)
    assert lab.front["sfb01"].shells_opened == 1 + len(faulty)
    for fault in faulty:
        host.order(fault, "Delete")
    client.service.close(5)
    assert not lab.front["sfb01"].shells()


def test_a_password_that_was_changed_is_tried_by_one_session(lab: Lab, host: Hostile, connect: ConnectTo) -> None:
    client = connect(sessions=4)
    client.run(*(read(user) for user in USERS))
    host.order(status(401, b"", WWW_Authenticate='Basic realm="WSMAN"'), "*", times=None)
    answers = client.run(*(move(user) for user in USERS))
    assert {answer["state"] for answer in answers} == {"cancelled"}
    assert "does not accept the user or the password" in answers[-1]["errors"][0]["message"]
    tried = [action for action in host.met if action != "Delete"]
    assert len(tried) <= 5  # what four sessions had begun, and one that signed in again
    assert tried.count("Create") == 1
    assert client.service.failed
    assert client.fault()["code"] == "authentication"
    assert not lab.journal.entries("Move-CsUser")


def test_a_service_that_is_just_starting_or_throttles(host: Hostile, connect: ConnectTo) -> None:
    for passing in (status(503), says(faults.too_many_operations())):
        host.order(passing, "Create")
        assert connect().hello()["state"] == "ready"
    host.order(status(503), "Create", times=None)
    fault = connect().fault()
    assert (fault["code"], "HTTP status 503" in fault["message"]) == ("busy", True)


def test_a_host_that_needs_its_time_to_start_a_session(host: Hostile, connect: ConnectTo) -> None:
    host.order(says(faults.timed_out()), "Receive", times=3)
    assert connect().hello()["state"] == "ready"


@pytest.mark.parametrize("code", [int(code) for code in cases(["301", "302", "307", "308"], "307")])
def test_a_host_that_sends_clients_elsewhere(host: Hostile, connect: ConnectTo, code: int) -> None:
    host.order(status(code, b"", Location=f"http://127.0.0.1:{host.port}/elsewhere"), "*", times=None)
    fault = connect().fault()
    assert fault["code"] == "session_refused"
    assert f"sends the connection on to http://127.0.0.1:{host.port}/elsewhere" in fault["message"]
    assert host.met == ["Create"]


@in_long_runs
@pytest.mark.parametrize("cmdlet", ["Get-CsUser", "Move-CsUser"])
def test_a_host_that_says_nothing_any_more(lab: Lab, host: Hostile, connect: ConnectTo, cmdlet: str) -> None:
    client = connect(read_timeout=2, reconnect_timeout=5)
    client.hello()
    host.order(silent(4), "Receive", cmdlet)
    called = {"Get-CsUser": read, "Move-CsUser": move}[cmdlet](USERS[0])
    assert client.states(called) == ["completed" if cmdlet == "Get-CsUser" else "lost"]
    assert len(lab.journal.entries("Move-CsUser")) == (cmdlet == "Move-CsUser")


def test_another_certificate_than_before(lab: Lab, tmp_path: Path) -> None:
    def front(port: int) -> Front:
        return Front(EmbeddedEngine(lab.organisation), [HostSettings("sfb01", dict([ACCOUNT]), port, tls=ServerTls())])

    with front(0) as known:
        (tmp_path / "ca.pem").write_bytes(known["sfb01"].certificate)
        port = known["sfb01"].port
        options = {"protocol": "https", "ca_cert": str(tmp_path / "ca.pem"), "side": "onprem", "sessions": 2}
        client = Client(options_for(known["sfb01"], **options))
        assert client.states(read(USERS[0])) == ["completed"]
    with front(port):
        answers = client.run(read(USERS[0]), move(USERS[1]))
        assert {answer["state"] for answer in answers} == {"cancelled"}
        assert "is not trusted" in answers[0]["errors"][0]["message"]
        client.service.close(0)
    assert not lab.journal.entries("Move-CsUser")


def test_a_session_that_idled_is_looked_at_before_a_command_is_handed_to_it(
    lab: Lab, host: Hostile, connect: ConnectTo, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = connect(reconnect_timeout=10)
    client.run(read(USERS[0]))
    with mock.patch(f"{RUNSPACE}.session.CHECK_SECONDS", -1.0):
        host.order(reset(), "Get")
        assert client.states(move(USERS[1])) == ["completed"]
        host.order(says(faults.unsupported_action("Get")), "Get")
        assert client.states(move(USERS[2])) == ["completed"]
    assert lab.front["sfb01"].shells_opened == 2
    assert len(lab.journal.entries("Move-CsUser")) == 2


def test_an_idle_session_is_kept_alive_and_replaced_when_there_is_something_to_do(
    lab: Lab, host: Hostile, connect: ConnectTo, eventually: Eventually, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{RUNSPACE}.session._KEEP_ALIVE_SECONDS", (0.1, 0.2))
    client = connect(sessions=2)
    client.run(read(USERS[0]))
    eventually(lambda: host.seen.count("Get") > 4)
    assert lab.front["sfb01"].shells_opened == 2
    lab.front["sfb01"].drop_shells()
    before = host.seen.count("Get")
    time.sleep(0.5)
    assert host.seen.count("Get") <= before + 2
    assert client.states(move(USERS[1])) == ["completed"]
    assert lab.front["sfb01"].shells_opened in (3, 4)


@in_long_runs
def test_a_host_with_a_short_idle_timeout_keeps_the_sessions(
    lab: Lab, host: Hostile, connect: ConnectTo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{RUNSPACE}.session._KEEP_ALIVE_SECONDS", (0.1, 45.0))
    lab.front["sfb01"].limit_idling(0.9)
    client = connect()
    client.run(read(USERS[0]))
    time.sleep(1.5)
    assert lab.front["sfb01"].shells_opened == len(lab.front["sfb01"].shells()) == 1
    assert host.seen.count("Get") >= 3


@in_long_runs
def test_a_write_is_connected_to_again_where_the_host_has_disconnected_it(
    lab: Lab, host: Hostile, connect: ConnectTo
) -> None:
    client = connect(reconnect_timeout=10)
    client.hello()
    lab.faults.order(OrderedFault("Move-CsUser", seconds=2))
    host.order(reset(), "Receive", "Move-CsUser")
    host.order(changed(lambda content: content.replace(b"Connected", b"Disconnected")), "Get")
    (answer,) = client.run(move(USERS[0]))
    assert answer["state"] == "lost"
    assert "Reconnect" in host.seen


def test_a_host_that_gives_no_shell_any_more_means_fewer_sessions(
    lab: Lab, host: Hostile, connect: ConnectTo, eventually: Eventually
) -> None:
    client = connect(sessions=3)
    client.run(*(read(user) for user in USERS))
    eventually(lambda: len(lab.front["sfb01"].shells()) == 3)
    lab.front["sfb01"].limit_shells(1)
    lab.front["sfb01"].drop_shells()
    assert set(client.states(*(read(user) for user in USERS * 3))) == {"completed"}
    eventually(lambda: client.hello()["sessions"] == 1)
    assert all("gives this account no more PowerShell sessions" in each for each in client.hello()["warnings"])
