# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The WSMan front: simulated hosts as endpoints on loopback, one port each, with faults to order for each."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import TracebackType

from ..engine.interface import Engine
from . import messages
from .accounts import Accounts
from .authentication import Authentication
from .faults import WSManFault, malformed, too_many_operations
from .gate import Gate
from .http_server import Connection, Listener, Reply, Responder
from .service import Service
from .shells import Caller, Shell, Shells
from .tls import ServerTls, channel_binding, server_context

_THROTTLED = frozenset({messages.CREATE, messages.COMMAND})


@dataclass(frozen=True, slots=True)
class HostSettings:
    """One simulated host. `credentials` are passwords by user name, in any letter case; port 0 takes a free one."""

    name: str
    credentials: Mapping[str, str] = field(repr=False)
    port: int = 0
    max_shells_per_user: int = 30
    tls: ServerTls | None = None
    authentication: Authentication = field(default_factory=Authentication)


class Endpoint:
    """One simulated host's WSMan endpoint, its shells, and the faults ordered for it."""

    def __init__(self, settings: HostSettings, engine: Engine, address: str) -> None:
        self.name = settings.name
        self.certificate = b""
        self.requests_throttled = 0
        self._shells = Shells(settings.max_shells_per_user)
        self._service = Service(settings.name, engine, self._shells)
        self._accounts = Accounts(settings.credentials)
        self._authentication = settings.authentication
        self._throttle = 0
        self._pipelines = 0
        self._most_pipelines: int | None = None
        self._lock = threading.Lock()
        self._binding: bytes | None = None
        context: ssl.SSLContext | None = None
        if settings.tls:
            context, self.certificate = server_context(settings.tls, address)
            self._binding = channel_binding(self.certificate)
        self._listener = Listener(address, settings.port, self._accepted, context)

    @property
    def port(self) -> int:
        """The port it listens on, once started."""
        return self._listener.port

    @property
    def address(self) -> str:
        """The IP address it listens on."""
        return self._listener.address

    @property
    def url(self) -> str:
        """Where clients send their requests."""
        return f"{'https' if self.certificate else 'http'}://{self.address}:{self.port}/wsman"

    @property
    def shells_opened(self) -> int:
        """How many shells were ever opened."""
        return self._shells.opened_in_total

    def shells(self) -> list[Shell]:
        """The open shells, oldest first."""
        return self._shells.listed()

    def delegates(self, shell_id: str) -> bool:
        """Return whether the host may sign in elsewhere as the user of a shell."""
        return any(shell.delegates for shell in self.shells() if shell.shell_id == shell_id.upper())

    def limit_shells(self, max_per_user: int) -> None:
        """Change how many shells a user may have open; those that are open stay."""
        self._shells.max_per_user = max_per_user

    def limit_idling(self, seconds: float) -> None:
        """Close shells for which no request comes for so long."""
        self._shells.idle_seconds = seconds

    def drop_shell(self, shell_id: str) -> bool:
        """Close a shell under its client; return whether it was there."""
        return self._shells.drop(shell_id)

    def drop_shells(self) -> int:
        """Close every shell under its client; return how many there were."""
        return sum(self._shells.drop(shell.shell_id) for shell in self._shells.listed())

    def throttle(self, requests: int) -> None:
        """Answer that many of the next requests for a shell or a pipeline with the fault for too many operations."""
        with self._lock:
            self._throttle = requests

    def limit_pipelines(self, most: int) -> None:
        """Turn pipelines away while so many are open: those that were begun from now on and not closed."""
        with self._lock:
            self._pipelines, self._most_pipelines = 0, most

    def refuse_connections(self, refuse: bool = True) -> None:
        """Stop or start listening. Stopping breaks the connections that are open; shells stay, as they do on a host."""
        if refuse:
            self._listener.stop()
        else:
            self._listener.start()

    def start(self) -> None:
        """Start listening. Raises OSError when the port is taken."""
        self._listener.start()

    def close(self) -> None:
        """Stop listening and close every shell."""
        self._listener.stop()
        self.drop_shells()

    def _accepted(self, connection: Connection) -> Responder:
        gate = Gate(self._authentication, self._accounts, connection, self._respond, self._binding)
        return lambda post: gate.answer(post) if _is_listened_to(post.path) else Reply(404)

    def _respond(self, content: bytes, caller: Caller) -> Reply:
        request: messages.Request | None = None
        try:
            request = messages.read_request(content)
            self._throttled(request)
            reply = Reply(200, self._service.answer(request, caller, self.url))
            self._count(request)
            return reply
        except messages.BadRequest as error:
            return self._refused(request, malformed(str(error)))
        except WSManFault as error:
            return self._refused(request, error)

    def _refused(self, request: messages.Request | None, error: WSManFault) -> Reply:
        return Reply(500, messages.fault(request, error.subcode, error.code, error.message, self.name))

    def _throttled(self, request: messages.Request) -> None:
        with self._lock:
            full = self._most_pipelines is not None and self._pipelines >= self._most_pipelines
            if request.action not in _THROTTLED or not (
                self._throttle > 0 or (full and request.action == messages.COMMAND)
            ):
                return
            self._throttle -= self._throttle > 0
            self.requests_throttled += 1
        raise too_many_operations()

    def _count(self, request: messages.Request) -> None:
        """Count the pipelines that are open."""
        ends = request.action == messages.SIGNAL and request.text("rsp:Code").lower() == messages.TERMINATE
        with self._lock:
            self._pipelines += (request.action == messages.COMMAND) - ends


def _is_listened_to(path: str) -> bool:
    return path.partition("?")[0].rstrip("/").lower() == "/wsman"


class Front:
    """Simulated hosts by name, all on one engine, from `start` to `close` or as a context manager."""

    def __init__(self, engine: Engine, hosts: Iterable[HostSettings], address: str = "127.0.0.1") -> None:
        self._engine = engine
        self.endpoints = {settings.name: Endpoint(settings, engine, address) for settings in hosts}

    def __getitem__(self, host: str) -> Endpoint:
        """Return a host's endpoint. Raises KeyError."""
        return self.endpoints[host]

    def start(self) -> None:
        """Start every host. Raises OSError when a port is taken."""
        for endpoint in self.endpoints.values():
            endpoint.start()

    def close(self) -> None:
        """Stop every host, close every shell, and release the engine."""
        for endpoint in self.endpoints.values():
            endpoint.close()
        self._engine.close()

    def __enter__(self) -> Front:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
