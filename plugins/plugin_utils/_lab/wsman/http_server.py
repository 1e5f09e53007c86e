# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP(S) on loopback: a thread per connection, keep-alive, answers written in one piece.

Nagle's algorithm is off and writes are buffered: otherwise each cmdlet waits for a delayed acknowledgement, 92 ms
instead of 7.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

REQUEST_LIMIT = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Connection:
    """A client's connection: whether it is encrypted by TLS, and the client's certificate (DER) where it sent one that is trusted."""

    encrypted: bool = False
    certificate: bytes | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """A POST request. `authorization` is the header of that name, or nothing; `content_type` likewise."""

    path: str
    authorization: str
    content: bytes
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer. `challenges` become WWW-Authenticate headers."""

    status: int
    content: bytes = b""
    challenges: Sequence[str] = ()
    content_type: str = "application/soap+xml;charset=UTF-8"


# Answers the requests of one connection, one after the other.
Responder = Callable[[Post], Reply]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Microsoft-HTTPAPI/2.0"
    sys_version = ""
    wbufsize = -1
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        """Shake hands, in the connection's own thread, and note who is there."""
        super().setup()
        certificate = None
        if isinstance(self.request, ssl.SSLSocket):
            self.request.do_handshake()
            certificate = self.request.getpeercert(binary_form=True)
        self._respond = self.server.accepted(Connection(isinstance(self.request, ssl.SSLSocket), certificate))

    def do_POST(self) -> None:
        """Answer a request; a length that is missing or absurd ends the connection."""
        length = int(self.headers.get("Content-Length") or 0)
        if not 0 <= length <= REQUEST_LIMIT:
            self.close_connection = True
            self._write(Reply(413))
            return
        content = self.rfile.read(length)
        authorization, content_type = (self.headers.get(name, "") for name in ("Authorization", "Content-Type"))
        self._write(self._respond(Post(self.path, authorization, content, content_type)))

    def _write(self, reply: Reply) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header("Content-Length", str(len(reply.content)))
        for challenge in reply.challenges:
            self.send_header("WWW-Authenticate", challenge)
        self.end_headers()
        self.wfile.write(reply.content)

    def log_message(self, format: str, *args: Any) -> None:
        """Stay silent: what was called is in the journal."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], accepted: Callable[[Connection], Responder], tls: ssl.SSLContext | None
    ) -> None:
        self.accepted = accepted
        self._tls = tls
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(address, _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a connection; its TLS handshake is left to its thread, so that nobody can hold up the others."""
        connection, address = super().get_request()
        if self._tls is not None:
            connection = self._tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
        with self._lock:
            self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        """Close a connection."""
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away or fails its handshake is no event; anything else is a defect and shown."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)

    def break_connections(self) -> None:
        """Break every open connection."""
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class Listener:
    """Listens on an address until stopped, and can be started again on the same port. `accepted` makes each connection's responder."""

    def __init__(
        self,
        address: str,
        port: int,
        accepted: Callable[[Connection], Responder],
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.address = address
        self.port = port
        self._accepted = accepted
        self._tls = tls
        self._server: _Server | None = None

    @property
    def listening(self) -> bool:
        """Whether connections are accepted."""
        return self._server is not None

    def start(self) -> None:
        """Listen. Raises OSError when the port is taken."""
        if self._server is not None:
            return
        self._server = _Server((self.address, self.port), self._accepted, self._tls)
        self.port = self._server.server_address[1]
        thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), name=f"wsman:{self.port}", daemon=True
        )
        thread.start()

    def stop(self) -> None:
        """Stop listening and break every connection: new ones are refused."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()
            server.break_connections()
