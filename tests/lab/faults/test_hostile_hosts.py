# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes wrong between a session and its host: reads come back right, of writes nothing is claimed, and no shell stays."""

from __future__ import annotations

import re
import struct
import uuid
from collections.abc import Callable

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman import faults, messages

from tests.extent import LONG, cases
from tests.hostile import Exchange, Hostile, Misbehaviour
from tests.lab.connection.client import Client
from tests.lab.connection.test_sessions import USERS, move, read
from tests.lab.faults.conftest import ConnectTo
from tests.lab.waiting import Eventually
from tests.misbehaviour import changed, changed_fragments, cut_short, reset, says, status

PIPELINE, POOL = slice(45, 61), slice(29, 45)  # where a fragment's message says whose it is


def replaced(part: slice, by: bytes) -> Callable[[bytes], bytes]:
    return lambda data: data[: part.start] + by + data[part.stop :]


OTHER = uuid.uuid4().bytes
LIES: dict[str, Misbehaviour] = {
    "fragment cut short": changed_fragments(lambda data: data[:-30]),
    "head of a fragment cut short": changed_fragments(lambda data: data[:10]),
    "not CLIXML": changed_fragments(lambda data: data.replace(b"</", b"<<")),
    "another pipeline's answer": changed_fragments(replaced(PIPELINE, OTHER)),
    "another session's answer": changed_fragments(replaced(POOL, OTHER)),
    "an answer to another request": changed(
        lambda content: content.replace(b"<a:RelatesTo>uuid:", b"<a:RelatesTo>uuid:0")
    ),
}
BROKEN: dict[str, Misbehaviour] = {
    "reset": reset(),
    "reset after": reset(after=True),
    "answer cut short": cut_short,
    "502": status(502),
    "503": status(503),
    "a page": status(200),
    "nothing": status(200, b""),
    "aborted": says(faults.aborted()),
    "shell not found": says(faults.shell_not_found("X")),
    "redirect": status(307, b"", Location="http://127.0.0.1:1/wsman"),
}
FAULTS = LIES | BROKEN


@pytest.fixture(params=cases(FAULTS, "fragment cut short", "another pipeline's answer", "503"))
def fault(request: pytest.FixtureRequest) -> Misbehaviour:
    return FAULTS[request.param]


def test_an_answer_that_breaks(
    lab: Lab, host: Hostile, connect: ConnectTo, eventually: Eventually, fault: Misbehaviour
) -> None:
    client = connect()
    assert client.hello()["state"] == "ready"
    host.order(fault, "Receive", "Get-CsUser")
    host.order(fault, "Receive", "Move-CsUser")
    first, moved, second = client.run(read(USERS[0]), move(USERS[1]), read(USERS[2]))
    assert [first["state"], second["state"]] == ["completed"] * 2, (first, second)
    assert [first["output"][0]["SipAddress"], second["output"][0]["SipAddress"]] == [USERS[0], USERS[2]]
    assert moved["state"] == "lost", moved
    assert host.met == ["Receive"] * 2
    assert len(lab.journal.entries("Move-CsUser")) <= 1
    client.service.close(5)
    eventually(lambda: not lab.front["sfb01"].shells())


def message(client: Client, kind: int, data: bytes) -> bytes:
    """A message of the only session's only pipeline."""
    assert client.service.pool is not None
    (session,) = client.service.pool.first._sessions
    (pipeline,) = session._pool.pipelines
    owners = [uuid.UUID(number).bytes_le for number in (session._pool.id, pipeline)]
    return struct.pack("<II", 1, kind) + b"".join(owners) + data


def fragments(number: int, content: bytes, size: int = 400_000) -> list[bytes]:
    """A message as fragments, as a host sends it."""
    parts = [content[place : place + size] for place in range(0, len(content), size)]
    ends = [(index == 0) | (index == len(parts) - 1) << 1 for index in range(len(parts))]
    return [struct.pack(">QQBI", number, index, ends[index], len(part)) + part for index, part in enumerate(parts)]


OUTPUT = 0x00041004
_SHELL = re.compile(rb"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}(?=</(?:w:Selector|rsp:ShellId))")


def test_an_answer_whose_end_is_missing_is_no_answer(host: Hostile, connect: ConnectTo) -> None:
    client = connect()
    client.hello()

    def with_a_part(data: bytes) -> bytes:
        return fragments(10**6, message(client, OUTPUT, b"<S>" + b"x" * 500_000))[0] + data

    host.order(changed_fragments(with_a_part), "Receive", "Get-CsUser")
    (answer,) = client.run(read(USERS[0]))
    assert (answer["state"], len(answer["output"]), host.seen.count("Create")) == ("completed", 1, 2)


LARGE = 50_000_000 if LONG else 5_000_000


def test_a_large_answer(host: Hostile, connect: ConnectTo) -> None:
    client = connect()
    client.hello()
    pieces: list[bytes] = []

    def large(exchange: Exchange) -> None:
        if not pieces:
            row = b'<Obj RefId="0"><MS><S N="SipAddress">' + b"x" * LARGE + b"</S></MS></Obj>"
            pieces.extend(fragments(10**6, message(client, OUTPUT, row)))
        request = messages.read_request(exchange.content)
        pipeline = request.attribute("rsp:DesiredStream", "CommandId")
        exchange.answer(200, messages.received(request, pipeline, pieces.pop(0), done=False))

    host.order(large, "Receive", "Get-CsUser", times=LARGE // 400_000 + 1)
    (answer,) = client.run(read(USERS[0]))
    assert answer["state"] == "completed", answer["errors"]
    assert len(answer["output"][0]["SipAddress"]) == LARGE
    assert answer["output"][1]["SipAddress"] == USERS[0]
    assert client.states(read(USERS[1])) == ["completed"]


def test_a_host_that_answers_at_once_with_nothing_is_not_asked_without_end(host: Hostile, connect: ConnectTo) -> None:
    client = connect()
    client.hello()

    def nothing(exchange: Exchange) -> None:
        request = messages.read_request(exchange.content)
        exchange.answer(200, messages.answer(request, "<rsp:ReceiveResponse/>"))

    host.order(nothing, "Receive", "Get-CsUser", times=None)
    assert client.states(read(USERS[0], timeout=1)) == ["timeout"]
    assert host.met.count("Receive") < 20


def test_a_shell_that_another_session_has_is_not_taken_and_not_deleted(
    lab: Lab, host: Hostile, connect: ConnectTo, eventually: Eventually
) -> None:
    client = connect(sessions=2)
    mine: list[str] = []

    def remembered(content: bytes) -> bytes:
        found = _SHELL.search(content)
        assert found is not None
        mine.append(found[0].decode())
        return content

    host.order(changed(remembered), "Create")
    host.order(changed(lambda content: _SHELL.sub(mine[0].encode(), content)), "Create")
    client.hello()
    eventually(lambda: "another session has" in str(client.hello()["warnings"]))
    assert [shell.shell_id for shell in lab.front["sfb01"].shells()] == mine
    assert client.states(read(USERS[0])) == ["completed"]
