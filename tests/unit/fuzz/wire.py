# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sessions whose host answers with bytes of any kind: HTTP statuses and bodies, fragments, records of every stream, objects."""

from __future__ import annotations

import base64
import functools
import json
import re
import struct
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from unittest import mock

import requests
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import Answer, Command
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace import psrp_pool, session
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.address import Place
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.clixml import value_of
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.endpoint import Endpoint
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.host_name import HostName
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.session import ConnectionLost, Session
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.session_faults import fault_of
from pypsrp.complex_objects import PSInvocationState, RunspacePoolState
from pypsrp.powershell import PowerShell
from requests.exceptions import ConnectionError as HttpConnectionError

HOST = HostName("sfb01", "sfb01.contoso.com:5986")
# How long an object may be once it is JSON, where escapes take six characters for one.
MAY_GROW, MAY_REPEAT = 800, 1_000_000
# In fragments, what stands for the number of the session and of the pipeline.
SESSION, PIPELINE = b"\x11" * 16, b"\x22" * 16
NUMBER = uuid.UUID("5b8d3a0c-2f53-4ec2-9d4e-6f1c5f0a7b21")
COMMAND = uuid.UUID("0d6f5b1c-3c0e-4f7e-9a55-8f1f3b6c2a10")
_MESSAGE_ID = re.compile(rb"MessageID[^>]*>([^<]+)<")
_ANSWER = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
    'xmlns:rsp="http://schemas.microsoft.com/wbem/wsman/1/windows/shell"><s:Header><a:RelatesTo>{id}</a:RelatesTo></s:Header>'
    "<s:Body>{body}</s:Body></s:Envelope>"
)
Reply = Callable[[str], requests.Response]


def clixml(data: bytes) -> None:
    """The object that a pipeline puts out, as it goes to the module."""
    text = data.decode("utf-8", "replace")
    written = json.dumps(value_of(text))
    assert len(written) <= MAY_GROW * len(data) + MAY_REPEAT, f"{len(data)} bytes became {len(written)}"


def opening(data: bytes) -> None:
    """The answers to the requests that open a session: a byte for the status, then the body, until a zero byte."""
    opened = _session(_bodies(data))
    try:
        with _without_pauses():
            opened.open()
    except Exception as error:
        _assert_fault(error)
    else:
        assert opened.keep_alive_seconds > 0


def answering(data: bytes) -> Answer | None:
    """The answers to the requests of a command, as above."""
    return _run(_bodies(data))


def fragments(data: bytes) -> Answer | None:
    """The fragments in which a command's answer comes."""
    return _run_begun(lambda pipeline: data.replace(SESSION, NUMBER.bytes_le).replace(PIPELINE, pipeline))


def records(data: bytes) -> Answer | None:
    """Messages for a command: two bytes for the type, then the object, until a zero byte."""
    return _run_begun(lambda pipeline: _fragmented(data, pipeline))


_KINDS = (0x00010000, 0x00020000, 0x00040000)


def _fragmented(data: bytes, pipeline: bytes) -> bytes:
    found = b""
    for number, message in enumerate(data.split(b"\0"), 1):
        kind = (
            _KINDS[min(message[0] & 3, 2)] | (0x1000 if message[0] & 0x10 else 0) | message[1] % 16
            if len(message) > 1
            else 0
        )
        head = struct.pack("<II", 1, kind) + NUMBER.bytes_le + (pipeline if kind & 0x00040000 else bytes(16))
        content = head + message[2:]
        found += struct.pack(">QQBI", number, 0, 3, len(content)) + content
    return found


def _received(content: bytes) -> Reply:
    stream = f'<rsp:Stream Name="stdout">{base64.b64encode(content).decode()}</rsp:Stream>'
    body = f"<rsp:ReceiveResponse>{stream}</rsp:ReceiveResponse>"
    return lambda asked: _response(200, _ANSWER.format(id=asked, body=body).encode())


def _bodies(data: bytes) -> Iterator[Reply]:
    for part in data.split(b"\0"):
        yield _body(part[:1], part[1:])


def _body(status: bytes, body: bytes) -> Reply:
    number = status[0] if status else 0
    code = 400 + number % 128 if number >= 128 else 200
    kind = _ENCRYPTED if number == 0x7F else "application/soap+xml"
    return lambda asked: _response(code, body.replace(b"{id}", asked.encode()), kind)


_ENCRYPTED = 'multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary"'


def _response(code: int, body: bytes, kind: str = "application/soap+xml") -> requests.Response:
    made = requests.Response()
    made.status_code, made._content = code, body
    made.headers["Content-Type"] = kind
    return made


class _Host(requests.Session):
    """Answers in the host's place; where it has no answer left, the connection breaks."""

    def __init__(self, replies: Iterator[Reply]) -> None:
        super().__init__()
        self.trust_env = False
        self.replies = replies

    def send(self, request: requests.PreparedRequest, **_named: object) -> requests.Response:
        found = _MESSAGE_ID.search(request.body or b"") if isinstance(request.body, bytes) else None
        reply = next(self.replies, None)
        if reply is None or found is None:
            raise HttpConnectionError("no answer is left")
        return reply(found[1].decode())


@functools.cache
def _endpoint() -> Endpoint:
    settings = {"server": HOST.name, "username": "u", "password": "p", "auth": "basic"}
    made = Endpoint(HOST, Place(HOST.name, 5985), "Microsoft.PowerShell", no_profile=False, settings=settings)
    made.prepare()
    return made


@contextmanager
def _without_pauses() -> Iterator[None]:
    """Wait for nothing, in this session alone: tests that come later in this process count on the pauses."""
    with (
        mock.patch.object(psrp_pool, "_EMPTY_ANSWER_PAUSE", 0.0),
        mock.patch.object(session, "_THROTTLE_PAUSES", (0.0,)),
    ):
        yield


def _session(replies: Iterator[Reply]) -> Session:
    made = Session(replace(_endpoint(), _shells=set()))
    made._pool.id = str(NUMBER).upper()
    made._pool.connection.transport.session = _Host(replies)
    return made


def _run(replies: Iterator[Reply]) -> Answer | None:
    """Run a command that reads in a session that is open. All that is asked has one number, by which answers can be made before."""
    opened = _opened(replies)
    with mock.patch.object(uuid, "uuid4", return_value=COMMAND):
        return _read(opened)


def _run_begun(received: Callable[[bytes], bytes]) -> Answer | None:
    """Receive the answer to a command that was sent before, whose number is given: to send one takes most of the time."""
    opened = _opened(iter(()))
    pipeline = PowerShell(opened._pool)
    pipeline.state, pipeline._command_id = PSInvocationState.RUNNING, pipeline.id
    opened._pool.pipelines[pipeline.id] = pipeline
    opened._pool.connection.transport.session.replies = iter([_received(received(uuid.UUID(pipeline.id).bytes_le))])
    with mock.patch.object(opened, "_begin", return_value=pipeline):
        return _read(opened)


def _opened(replies: Iterator[Reply]) -> Session:
    opened = _session(replies)
    pool = opened._pool
    pool.state, pool.shell.opened, pool.shell.id = RunspacePoolState.OPENED, True, pool.id
    pool.protocol_version, pool.ps_version = "2.3", "2.0"
    return opened


def _read(opened: Session) -> Answer | None:
    try:
        with _without_pauses():
            answer = opened.run(Command("Get-CsUser", {"Identity": "alice@contoso.com"}))
    except ConnectionLost as lost:
        _assert_fault(lost.__cause__ or lost)
        return None
    _assert_written([answer.to_reply(0)])
    return answer


def _assert_written(replies: Sequence[object]) -> None:
    json.dumps(replies).encode()


def _assert_fault(error: BaseException) -> None:
    fault = fault_of(error, HOST)
    assert fault.message.strip(), error
    assert fault.remedy.strip(), error
    _assert_written([fault.message, fault.remedy])
