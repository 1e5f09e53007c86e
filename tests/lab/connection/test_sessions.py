# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions: how many there are, what runs in them, and what happens when one is lost or slow."""

from __future__ import annotations

import time

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault

from tests.lab.connection.client import command
from tests.lab.connection.conftest import Connect
from tests.lab.waiting import Eventually

RUNSPACE = "ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace"
USERS = [f"sip:user{number}@contoso.com" for number in range(8)]
TARGET = "sipfed.online.lync.com"
CREDENTIAL = {"type": "credential", "user": "admin@contoso.onmicrosoft.com", "password": "Tenant-Passw0rd"}

NASTY = [
    "a;b",
    "quote ' and \" and ` and \u2019",
    "$(Get-Date) $env:PATH @(1) %{}",
    "line\nfeed\r\n\ttab",
    "*@contoso.com",
    "[a-z]?",
    "_x000A_ _X005F_",
    "Ünïcödé \u0430lice (Cyrillic) 用户 \U0001f600",
    "\x00\x01\x1f\x7f\x85\u2028",
    "<S>&amp;]]></S>",
    "C:\\path\\..\\x",
    "",
]


def read(user: str, timeout: float | None = None) -> dict[str, object]:
    return command("Get-CsUser", timeout, ["SipAddress", "HostingProvider"], Identity=user)


def move(user: str, timeout: float | None = None) -> dict[str, object]:
    return command("Move-CsUser", timeout, Identity=user, Target=TARGET, Credential=CREDENTIAL, Confirm=False)


def slow(cmdlet: str, seconds: float, times: int | None = 1) -> OrderedFault:
    return OrderedFault(cmdlet, seconds=seconds, times=times)


def test_as_many_shells_are_opened_as_sessions_are_asked_for(
    lab: Lab, connect: Connect, eventually: Eventually
) -> None:
    client = connect(sessions=3)
    assert client.hello()["sessions"] == 3
    assert client.states(*(read(user) for user in USERS * 5)) == ["completed"] * 40
    eventually(lambda: len(lab.front["sfb01"].shells()) == 3)
    assert lab.front["sfb01"].shells_opened == 3


def test_each_session_signs_in_once(lab: Lab, connect: Connect, eventually: Eventually) -> None:
    client = connect("teams01", sessions=3, teams_managed_identity=True)
    assert client.hello()["signed_in"] is True
    client.run(*(command("Get-CsOnlineUser", Identity=user) for user in USERS * 3))
    eventually(lambda: len(lab.journal.entries("Connect-MicrosoftTeams")) == 3)
    assert len({entry.shell for entry in lab.journal.entries("Connect-MicrosoftTeams")}) == 3


def test_work_starts_on_the_first_session_that_is_ready(lab: Lab, connect: Connect) -> None:
    lab.faults.order(OrderedFault("Connect-MicrosoftTeams", seconds=30, times=2))
    client = connect("teams01", sessions=3, teams_managed_identity=True)
    assert client.states(command("Get-CsOnlineUser", Identity=USERS[0])) == ["completed"]
    assert len(lab.journal.entries("Connect-MicrosoftTeams")) == 1


def test_commands_run_side_by_side_and_answers_come_as_they_end(lab: Lab, connect: Connect) -> None:
    lab.faults.order(OrderedFault("Get-CsUser", user=USERS[0], seconds=3))
    client = connect(sessions=2)
    client.hello()
    batch = client.submit([read(user) for user in USERS])
    first, outstanding = client.service.queue.collect(batch, 10)
    assert first
    assert outstanding
    assert 0 not in [index for index, _answer in first]
    assert client.collect(batch)[0]["index"] == 0


@pytest.mark.parametrize("text", NASTY)
def test_whatever_a_user_is_called_arrives_as_it_is(lab: Lab, connect: Connect, text: str) -> None:
    client = connect(sessions=1)
    client.run(command("Get-CsUser", Identity=text, Filter=None))
    client.run(command("Get-CsUser", Filter=f"Name -eq '{text}'"))
    client.run(command("Test-CsNothing", Identity=text))
    arrived = [
        entry.parameters.get("Identity", entry.parameters.get("Filter")) for entry in lab.journal.entries("Get-CsUser")
    ]
    assert set(arrived) <= {text, f"Name -eq '{text}'"}
    assert not lab.journal.entries(writes=True)


def test_a_pipeline_takes_input_and_tells_what_failed(connect: Connect) -> None:
    piped = {"name": "Get-CsUser", "input": [USERS[0], "sip:nobody@contoso.com", USERS[1]], "select": ["SipAddress"]}
    (answer,) = connect().run(piped)
    assert answer["state"] == "failed"
    assert [row["SipAddress"] for row in answer["output"]] == USERS[:2]
    assert answer["errors"][0]["id"].startswith("ManagementObjectNotFound")
    assert answer["errors"][0]["category"] != "NotSpecified"


def test_a_switch_left_false_and_a_credential_arrive(lab: Lab, connect: Connect) -> None:
    client = connect()
    (answer,) = client.run({**move(USERS[0]), "parameters": {**move(USERS[0])["parameters"], "Force": False}})  # type: ignore[dict-item]
    assert answer["state"] == "completed", answer
    (entry,) = lab.journal.entries("Move-CsUser")
    assert entry.parameters["Force"] is False
    assert entry.parameters["Credential"] == {"user": CREDENTIAL["user"], "password": "********"}


def test_a_question_that_nobody_can_answer_is_a_failure(connect: Connect) -> None:
    asking = command("Move-CsUser", Identity=USERS[0], Target=TARGET, Credential=CREDENTIAL)
    (answer,) = connect().run(asking)
    assert answer["state"] == "failed"
    assert "does not support user interaction" in answer["errors"][0]["message"]


@pytest.mark.parametrize("how", ["read_only", "check_mode"])
def test_nothing_that_writes_is_sent_in_check_mode(lab: Lab, connect: Connect, how: str) -> None:
    client = connect()
    writes = [
        move(USERS[0]),
        command("Grant-CsTeamsUpgradePolicy", Identity=USERS[0]),
        command("Set-CsUser"),
        command("Invoke-X"),
    ]
    answers = client.run(*writes, read(USERS[0]), read_only=how == "read_only", check_mode=how == "check_mode")
    assert [answer["state"] for answer in answers] == ["refused"] * 4 + ["completed"]
    assert "check mode" in answers[0]["errors"][0]["message"]
    assert not lab.journal.entries(writes=True)


def test_cancelled_commands_never_start_and_running_ones_end(
    lab: Lab, connect: Connect, eventually: Eventually
) -> None:
    lab.faults.order(slow("Get-CsUser", 1.0))
    client = connect(sessions=1)
    client.hello()
    batch = client.submit([read(user) for user in USERS])
    eventually(lambda: not lab.faults.ordered())
    assert client.service.queue.cancel(batch) == 7
    assert [answer["state"] for answer in client.collect(batch)] == ["completed"] + ["cancelled"] * 7
    assert len(lab.journal.entries("Get-CsUser")) == 1


def test_a_read_that_was_under_way_when_its_shell_was_lost_is_sent_again_once(lab: Lab, connect: Connect) -> None:
    lab.faults.order(OrderedFault("Get-CsUser", user=USERS[0], drop_shell=True))
    client = connect()
    assert client.states(read(USERS[0]), read(USERS[1])) == ["completed"] * 2
    lab.faults.order(OrderedFault("Get-CsUser", user=USERS[0], drop_shell=True, times=2))
    (answer,) = client.run(read(USERS[0]))
    assert answer["state"] == "lost"
    assert "was lost while Get-CsUser was under way" in answer["errors"][0]["message"]


@pytest.mark.parametrize("after", [False, True])
def test_a_write_that_was_under_way_when_its_shell_was_lost_is_never_sent_again(
    lab: Lab, connect: Connect, after: bool
) -> None:
    lab.faults.order(OrderedFault("Move-CsUser", drop_shell=True, after=after))
    client = connect()
    assert client.states(move(USERS[0]), read(USERS[1])) == ["lost", "completed"]
    assert len(lab.journal.entries("Move-CsUser")) == 1


def test_lost_shells_are_replaced_and_what_did_not_reach_them_is_sent(
    lab: Lab, connect: Connect, eventually: Eventually
) -> None:
    client = connect(sessions=3)
    assert client.states(*(read(user) for user in USERS)) == ["completed"] * 8
    eventually(lambda: lab.front["sfb01"].shells_opened == 3)
    assert lab.front["sfb01"].drop_shells() == 3
    assert client.states(move(USERS[0]), read(USERS[1])) == ["completed"] * 2
    assert len(lab.journal.entries("Move-CsUser")) == 1
    assert len(lab.front["sfb01"].shells()) <= 3


def test_a_host_that_goes_away_leaves_nobody_waiting(
    lab: Lab, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{RUNSPACE}.worker._REOPENING_PAUSES", (0.0, 0.1))
    client = connect(sessions=2, reconnect_timeout=0)
    client.run(read(USERS[0]))
    lab.front["sfb01"].refuse_connections()
    begun = time.monotonic()
    answers = client.run(*(move(user) for user in USERS))
    assert {answer["state"] for answer in answers} <= {"lost", "cancelled"}
    assert "cannot be reached" in str(answers[-1]["errors"])
    assert time.monotonic() - begun < 20
    assert client.service.failed
    lab.front["sfb01"].refuse_connections(False)
    assert not lab.journal.entries("Move-CsUser")


def test_a_read_that_takes_too_long_is_cut_off_and_its_session_replaced(
    lab: Lab, connect: Connect, eventually: Eventually
) -> None:
    lab.faults.order(slow("Get-CsUser", 20))
    client = connect(sessions=1)
    client.hello()
    begun = time.monotonic()
    assert client.states(read(USERS[0], timeout=0.5), read(USERS[1])) == ["timeout", "completed"]
    assert time.monotonic() - begun < 5
    assert lab.front["sfb01"].shells_opened == 2
    eventually(lambda: len(lab.front["sfb01"].shells()) == 1)


def test_a_write_that_takes_too_long_is_left_to_end(lab: Lab, connect: Connect, eventually: Eventually) -> None:
    lab.faults.order(slow("Move-CsUser", 2))
    client = connect(sessions=1)
    client.hello()
    assert client.states(move(USERS[0], timeout=0.5), read(USERS[1])) == ["timeout", "completed"]
    eventually(lambda: lab.journal.entries("Move-CsUser"))
    eventually(lambda: len(lab.front["sfb01"].shells()) == 1)
    assert [entry.outcome for entry in lab.journal.entries("Move-CsUser")] == ["done"]


def test_a_connection_that_broke_while_nothing_was_asked_is_no_loss(lab: Lab, connect: Connect) -> None:
    client = connect(sessions=2)
    client.run(*(read(user) for user in USERS))
    lab.front["sfb01"].refuse_connections()
    lab.front["sfb01"].refuse_connections(False)
    assert client.states(move(USERS[0]), *(read(user) for user in USERS)) == ["completed"] * 9
    assert lab.front["sfb01"].shells_opened == 2


def test_after_a_pause_a_session_goes_on_over_a_fresh_connection(
    lab: Lab, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{RUNSPACE}.session.IDLE_SECONDS", -1.0)
    client = connect(sessions=1)
    assert client.states(move(USERS[0]), read(USERS[1]), read(USERS[2])) == ["completed"] * 3
    assert lab.front["sfb01"].shells_opened == 1


def test_a_parameter_may_be_larger_than_a_message(lab: Lab, connect: Connect) -> None:
    text = "sip:" + "ü" * 700_000
    connect(sessions=1).run(command("Get-CsUser", Identity=text))
    assert [entry.parameters["Identity"] for entry in lab.journal.entries("Get-CsUser")] == [text]


def test_throttled_requests_are_made_again(lab: Lab, connect: Connect) -> None:
    client = connect(sessions=1)
    client.hello()
    lab.front["sfb01"].throttle(2)
    (moved,) = client.run(move(USERS[0]))
    assert moved["state"] == "completed", moved["errors"]
    assert lab.front["sfb01"].requests_throttled == 2
    lab.front["sfb01"].throttle(4)
    (answer,) = client.run(read(USERS[0]))
    assert (answer["state"], answer["errors"][0]["id"]) == ("failed", "WSManQuota")
    assert client.states(read(USERS[0])) == ["completed"]


def test_a_host_that_takes_one_pipeline_at_a_time_has_the_one_before_closed(lab: Lab, connect: Connect) -> None:
    client = connect(sessions=1)
    client.hello()
    lab.front["sfb01"].limit_pipelines(1)
    assert client.states(move(USERS[0]), read(USERS[1]), move(USERS[2])) == ["completed"] * 3
    assert lab.front["sfb01"].requests_throttled == 2
    assert lab.front["sfb01"].shells_opened == 1


def test_closing_does_not_wait_for_a_running_cmdlet(lab: Lab, connect: Connect, eventually: Eventually) -> None:
    lab.faults.order(slow("Move-CsUser", 30, times=None))
    client = connect(sessions=3)
    client.hello()
    client.submit([move(user) for user in USERS])
    eventually(lambda: len(lab.front["sfb01"].shells()) == 3)
    time.sleep(0.3)
    begun = time.monotonic()
    client.service.close(10)
    assert time.monotonic() - begun < 3
    assert lab.front["sfb01"].shells() == []


def test_closing_while_sessions_open_leaves_none_behind(lab: Lab, connect: Connect, eventually: Eventually) -> None:
    lab.faults.order(slow("Connect-MicrosoftTeams", 30, times=None))
    client = connect("teams01", sessions=3, teams_managed_identity=True)
    eventually(lab.front["teams01"].shells)
    client.service.close(10)
    eventually(lambda: lab.front["teams01"].shells() == [])
    time.sleep(0.5)
    assert lab.front["teams01"].shells() == []
