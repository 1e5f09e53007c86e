# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the functions of a real PowerShell ask: a socket on this machine, one short connection for each call."""

from __future__ import annotations

import contextlib
import logging
import select
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingUnixStreamServer
from typing import Any

with contextlib.suppress(ImportError):  # the program says in a sentence what is missing
    from psrpcore import PSRemotingCrypto
    from psrpcore.types import deserialize_clixml, serialize_clixml

from ...contract.call import Call, Credential, Failure, Outcome, Thing
from ..clixml_text import clixml
from ..interface import Organisation
from ..pace import Pace
from ..product import handed_over
from ..psrp import from_psrp, to_psrp
from ..runspace import import_call
from ..values import Table, record_of

log = logging.getLogger(__name__)
_HASHTABLE = "System.Collections.Hashtable"
_BEGIN, _END = b'<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">', b"</Objs>"
_LENGTH = struct.Struct("<i")
_LIMIT = 64 * 1024 * 1024
_COMMON = frozenset(
    """
    verbose debug erroraction warningaction informationaction progressaction errorvariable warningvariable
    informationvariable outvariable outbuffer pipelinevariable whatif confirm
    """.split()
)


@dataclass(frozen=True, slots=True)
class Asker:
    """A shell whose functions may ask an organisation. `lost` breaks the shell."""

    organisation: Organisation
    host: str
    shell: str
    user: str
    pace: Pace
    lost: Callable[[], None]


class Bridge:
    """Listens on a socket in a folder until closed. A secret token says which shell asks."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "s"
        self._askers: dict[str, Asker] = {}
        self._server = _Server(str(self.path), self)
        threading.Thread(target=self._server.serve_forever, args=(0.1,), name="bridge", daemon=True).start()

    def admit(self, token: str, asker: Asker) -> None:
        """Let a shell ask."""
        self._askers[token] = asker

    def forget(self, token: str) -> None:
        """Let a shell ask no more: what it waits for is not done any more."""
        self._askers.pop(token, None)

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, question: Mapping[str, Any], connection: socket.socket) -> list[dict[str, object]] | None:
        """Answer a question with records, after the time it takes; None when the caller is gone by then."""
        token = str(question["Token"])
        asker = self._askers.get(token)
        if asker is None:
            return None
        call = _call(asker, question)
        left = asker.pace.left(asker.organisation.latency(call))
        if _gone(connection, left) or self._askers.get(token) is not asker:
            return None
        asker.pace.ended()
        if call.cmdlet == "Import-Module":
            return []
        outcome = asker.organisation.call(call)
        if outcome.drop_shell:
            asker.lost()
            return None
        return list(_records(outcome))


class _Server(ThreadingUnixStreamServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, path: str, bridge: Bridge) -> None:
        self.bridge = bridge
        super().__init__(path, _Handler)


class _Handler(BaseRequestHandler):
    server: _Server

    def handle(self) -> None:
        """Answer one question."""
        with contextlib.suppress(OSError):
            content = _received(self.request, _LENGTH.unpack(_received(self.request, _LENGTH.size))[0])
            (question,) = deserialize_clixml(content.decode(), PSRemotingCrypto())
            try:
                records = self.server.bridge.answer(question, self.request)
            except Exception as error:
                log.exception("a call failed")
                records = [_failed(Failure(f"The lab failed: {error!r}", "LabDefect"))]
            if records is not None:
                answer = _written(records)
                self.request.sendall(_LENGTH.pack(len(answer)) + answer)


def _received(connection: socket.socket, count: int) -> bytes:
    if not 0 <= count <= _LIMIT:
        raise ConnectionError("not a question")
    content = bytearray()
    while len(content) < count:
        piece = connection.recv(count - len(content))
        if not piece:
            raise ConnectionError("the question ended early")
        content += piece
    return bytes(content)


def _gone(connection: socket.socket, seconds: float) -> bool:
    """Wait, and return whether the caller went away: it has nothing more to say, so anything to read is the end."""
    return bool(select.select([connection], [], [], max(0.0, seconds))[0])


def _call(asker: Asker, question: Mapping[str, Any]) -> Call:
    module, command = str(question["Module"]), str(question["Command"])
    if command == "Import-Module":
        return import_call(asker.host, asker.shell, asker.user, module)
    parameters = {
        str(name): handed_over(_argument(value))
        for name, value in question["Arguments"].items()
        if str(name).casefold() not in _COMMON
    }
    return Call(asker.host, asker.shell, module, command, parameters, asker.user)


def _argument(value: Any) -> object:
    plain = from_psrp(value)
    if isinstance(plain, dict) and "LabCredential" in plain:
        return Credential(str(plain["LabCredential"]), str(plain["Password"]))
    if isinstance(plain, dict) and "LabSecret" in plain:
        return plain["LabSecret"]
    return plain


def _records(outcome: Outcome) -> Iterator[dict[str, object]]:
    """The records of an outcome, in the order in which they are written."""
    for text in outcome.warnings:
        yield {"Kind": "warning", "Message": text}
    if outcome.prompt is not None:
        yield {"Kind": "prompt", "Message": outcome.prompt}
    for value in outcome.output:
        yield {"Kind": "output", "Value": value}
    for failure in outcome.failures:
        yield _failed(failure)


def _written(records: Sequence[Mapping[str, object]]) -> bytes:
    """Return records as the text that PowerShell reads objects from; by psrpcore, which takes long, only where they are not plain."""
    content = clixml([Table(_HASHTABLE, {name: _arriving(value) for name, value in each.items()}) for each in records])
    if content is None:
        return serialize_clixml([to_psrp(records)], PSRemotingCrypto()).encode()
    return b"".join((_BEGIN, content, _END))


def _arriving(value: object) -> object:
    return record_of(value) if isinstance(value, Thing) else value


def _failed(failure: Failure) -> dict[str, object]:
    return {
        "Kind": "end" if failure.terminating else "error",
        "Message": failure.message,
        "Id": failure.error_id,
        "Category": failure.category,
        "Exception": failure.exception,
        "Target": failure.target,
    }
