# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A host that behaves badly: it stands before a simulated one, passes messages on, and does something else where a test says so."""

from __future__ import annotations

import contextlib
import random
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman import messages
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.faults import WSManFault
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.front import Endpoint

_CMDLET = re.compile(r'N="Cmd">(?:[^<\\]*\\)?([^<]+)<')


@dataclass(slots=True)
class Exchange:
    """One request, with what it is (`action`: Create, Command, Receive, ...) and for which cmdlets, and what can be done with it."""

    handler: _Handler
    content: bytes
    action: str
    cmdlets: str

    def passed_on(self) -> tuple[int, bytes]:
        """Pass the request on, and return status and content of the answer."""
        return self.handler.passed_on(self.content)

    def answer(self, status: int, content: bytes = b"", **headers: str) -> None:
        """Answer the client."""
        self.handler.answer(status, content, headers)

    def cut(self, status: int, content: bytes) -> None:
        """Answer with a part of the content alone, and end the connection."""
        self.handler.answer(status, content[: len(content) // 2], {"Content-Length": str(len(content))})
        self.reset()

    def reset(self) -> None:
        """End the connection with a reset."""
        with contextlib.suppress(OSError):
            self.handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.handler.connection.close()
        self.handler.close_connection = True

    def refuse(self, fault: WSManFault) -> None:
        """Answer with a fault of Windows Remote Management."""
        request = messages.read_request(self.content)
        self.answer(500, messages.fault(request, fault.subcode, fault.code, fault.message, "host"))


Misbehaviour = Callable[[Exchange], None]


@dataclass(slots=True)
class _Order:
    does: Misbehaviour
    action: str
    cmdlet: str
    times: int | None
    skip: int
    chance: float

    def meets(self, exchange: Exchange) -> bool:
        if self.times == 0 or self.action not in ("*", exchange.action) or self.cmdlet not in exchange.cmdlets:
            return False
        if self.skip:
            self.skip -= 1
            return False
        return self.chance >= 1 or random.random() < self.chance


@dataclass
class Hostile:
    """Such a host. `seen` lists the actions that came in, `met` those that were answered otherwise than by the host behind."""

    behind: Endpoint
    seen: list[str] = field(default_factory=list)
    met: list[str] = field(default_factory=list)
    _orders: list[_Order] = field(default_factory=list)
    _cmdlets: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _server: _Server | None = None
    port: int = 0

    @property
    def name(self) -> str:
        return self.behind.name

    @property
    def address(self) -> str:
        return "127.0.0.1"

    def order(
        self,
        does: Misbehaviour,
        action: str = "Receive",
        cmdlet: str = "",
        *,
        times: int | None = 1,
        skip: int = 0,
        chance: float = 1.0,
    ) -> None:
        """Let the next `times` requests of a kind, after `skip` of them, meet something; `cmdlet` is one of their pipeline."""
        with self._lock:
            self._orders.append(_Order(does, action, cmdlet, times, skip, chance))

    def behave(self) -> None:
        """Forget what was ordered."""
        with self._lock:
            self._orders.clear()

    def listen(self, on: bool = True) -> None:
        """Start or stop listening. Stopping breaks the connections that are open."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()
            server.break_connections()
        if on:
            self._server = _Server((self.address, self.port), self)
            self.port = self._server.server_address[1]
            threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def away(self, seconds: float) -> None:
        """Go away, and come back after some time."""
        self.listen(False)
        timer = threading.Timer(seconds, self.listen)
        timer.daemon = True
        timer.start()

    def exchange(self, handler: _Handler, content: bytes) -> None:
        """Deal with a request."""
        exchange = self._read(handler, content)
        with self._lock:
            self.seen.append(exchange.action)
            order = next((order for order in self._orders if order.meets(exchange)), None)
            if order is not None:
                order.times = None if order.times is None else order.times - 1
                self.met.append(exchange.action)
        if order is None:
            exchange.answer(*exchange.passed_on())
        else:
            order.does(exchange)

    def _read(self, handler: _Handler, content: bytes) -> Exchange:
        if not content:
            return Exchange(handler, content, "SignIn", "")
        request = messages.read_request(content)
        action = request.action.rpartition("/")[2]
        pipeline = request.attribute(".", "CommandId") or request.attribute("rsp:DesiredStream", "CommandId") or ""
        if action == "Command":
            text = request.payload("rsp:Arguments").decode("utf-8", "replace")
            self._cmdlets[pipeline] = " ".join(_CMDLET.findall(text))
        return Exchange(handler, content, action, self._cmdlets.get(pipeline, ""))


@contextmanager
def hostile(behind: Endpoint) -> Iterator[Hostile]:
    """A host that behaves badly, before a simulated one."""
    host = Hostile(behind)
    host.listen()
    try:
        yield host
    finally:
        host.listen(False)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self._behind: HTTPConnection | None = None

    def finish(self) -> None:
        if self._behind is not None:
            self._behind.close()
        with contextlib.suppress(OSError):
            super().finish()

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.host.exchange(self, content)

    def do_GET(self) -> None:
        self.server.host.met.append("GET")
        self.answer(200, b"<html/>", {})

    def passed_on(self, content: bytes) -> tuple[int, bytes]:
        behind = self.server.host.behind
        if self._behind is None:
            self._behind = HTTPConnection(behind.address, behind.port)
        names = ("Authorization", "Content-Type")
        self._behind.request("POST", self.path, content, {name: self.headers.get(name, "") for name in names})
        reply = self._behind.getresponse()
        return reply.status, reply.read()

    def answer(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        # What a client that went away does not read any more is no event.
        with contextlib.suppress(OSError):
            self.send_response(status)
            known = {"Content-Type": "application/soap+xml;charset=UTF-8", "Content-Length": str(len(content))}
            for name, value in (known | {name.replace("_", "-"): value for name, value in headers.items()}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)
            self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], host: Hostile) -> None:
        self.host = host
        self._open: set[socket.socket] = set()
        super().__init__(address, _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that ended is no event here."""

    def break_connections(self) -> None:
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
