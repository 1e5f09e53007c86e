# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes wrong between a session and its host: reads come back right, of writes nothing is claimed, and no shell stays."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman import faults

from tests.hostile import Hostile, Misbehaviour, changed, changed_fragments, cut_short, reset, says, status
from tests.lab.connection.conftest import Eventually
from tests.lab.connection.test_sessions import USERS, move, read
from tests.lab.faults.conftest import ConnectTo

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


@pytest.fixture(params=FAULTS)
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
