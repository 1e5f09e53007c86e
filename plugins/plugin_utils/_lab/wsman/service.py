# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a WSMan service does with each request: shells open and close, fragments go to the engine and come back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from xml.sax.saxutils import escape

from ..engine.interface import ConfigurationUnknown, Engine, PipelineUnknown, SessionLost, ShellRequest
from . import faults, messages
from .shells import Caller, Shell, Shells

MAX_ENVELOPE_KB = 500


class Service:
    """The WSMan service of one simulated host."""

    def __init__(self, host: str, engine: Engine, shells: Shells) -> None:
        self.host = host
        self.shells = shells
        self._engine = engine
        self._actions: dict[str, Callable[[messages.Request, Caller, str], bytes]] = {
            messages.CREATE: self._create,
            messages.DELETE: self._delete,
            messages.COMMAND: self._command,
            messages.SEND: self._send,
            messages.RECEIVE: self._receive,
            messages.SIGNAL: self._signal,
            messages.GET: self._get,
        }

    def answer(self, request: messages.Request, caller: Caller, address: str) -> bytes:
        """Answer a request of a caller that came in on `address`. Raises WSManFault."""
        if request.timeout is None:
            raise faults.invalid_timeout(request.duration)
        action = self._actions.get(request.action)
        if action is None:
            raise faults.unsupported_action(request.action)
        try:
            with self.shells.in_use(request.shell_id):
                return action(request, caller, address)
        except messages.BadRequest as error:
            raise faults.malformed(str(error)) from error
        except SessionLost as error:
            if request.shell_id is not None and self.shells.drop(request.shell_id):
                raise faults.aborted() from error
            raise (
                faults.aborted() if request.action == messages.RECEIVE else faults.shell_not_found(request.shell_id)
            ) from error

    def _create(self, request: messages.Request, caller: Caller, address: str) -> bytes:
        prefix, _dummy, configuration = request.resource_uri.rpartition("/")
        if f"{prefix}/" != messages.RESOURCE_PREFIX:
            raise faults.unknown_configuration(configuration, self.host)
        shell_id = (request.attribute(".", "ShellId") or str(uuid.uuid4())).upper()
        data = request.payload("pwsh:creationXml")

        def make() -> Shell:
            wanted = ShellRequest(self.host, shell_id, caller.user, configuration)
            return Shell(
                shell_id, caller.user, configuration, self._engine.open(wanted, data), delegates=caller.delegates
            )

        try:
            shell = self.shells.open(caller.user, make)
        except ConfigurationUnknown as error:
            raise faults.unknown_configuration(configuration, self.host) from error
        described = messages.Request(request.action, request.message_id, request.resource_uri, shell_id)
        return messages.created(described, address, self._described(shell, request.resource_uri))

    def _delete(self, request: messages.Request, caller: Caller, address: str) -> bytes:
        shell = self.shells.get(request.shell_id, caller.user)
        self.shells.drop(shell.shell_id)
        return messages.answer(request, "")

    def _command(self, request: messages.Request, caller: Caller, address: str) -> bytes:
        shell = self.shells.get(request.shell_id, caller.user)
        pipeline = request.attribute(".", "CommandId") or str(uuid.uuid4()).upper()
        shell.session.command(pipeline.lower(), request.payload("rsp:Arguments"))
        return messages.answer(
            request, f"<rsp:CommandResponse><rsp:CommandId>{escape(pipeline)}</rsp:CommandId></rsp:CommandResponse>"
        )

    def _send(self, request: messages.Request, caller: Caller, address: str) -> bytes:
        shell = self.shells.get(request.shell_id, caller.user)
        pipeline = request.attribute("rsp:Stream", "CommandId")
        shell.session.feed(pipeline.lower() if pipeline else None, request.payload("rsp:Stream"))
        return messages.answer(request, "<rsp:SendResponse/>")

    def _receive(self, request: messages.Request, caller: Caller, address: str) -> bytes:
        shell = self.shells.get(request.shell_id, caller.user)
        pipeline = request.attribute("rsp:DesiredStream", "CommandId")
        try:
            taken = shell.session.take(pipeline.lower() if pipeline else None, request.timeout or 0)
        except PipelineUnknown as error:
            raise faults.command_not_found() from error
        if taken is None:
            raise faults.timed_out()
        return messages.received(request, pipeline, taken.data, taken.done)

    def _signal(self, request: messages.Request, caller: Caller, address: str) -> bytes:
        shell = self.shells.get(request.shell_id, caller.user)
        pipeline = (request.attribute(".", "CommandId") or "").lower()
        if request.text("rsp:Code").lower() == messages.TERMINATE:
            shell.session.end(pipeline)
        else:
            shell.session.stop(pipeline)
        return messages.answer(request, "<rsp:SignalResponse/>")

    def _get(self, request: messages.Request, caller: Caller, address: str) -> bytes:
        if request.resource_uri.endswith("/config"):
            size = f"<cfg:MaxEnvelopeSizekb>{MAX_ENVELOPE_KB}</cfg:MaxEnvelopeSizekb>"
            return messages.answer(request, f'<cfg:Config xmlns:cfg="{messages.NAMESPACES["cfg"]}">{size}</cfg:Config>')
        shell = self.shells.get(request.shell_id, caller.user)
        return messages.answer(request, self._described(shell, messages.RESOURCE_PREFIX + shell.configuration))

    def _described(self, shell: Shell, resource_uri: str) -> str:
        return (
            f"<rsp:Shell><rsp:ShellId>{escape(shell.shell_id)}</rsp:ShellId><rsp:ResourceUri>{escape(resource_uri)}</rsp:ResourceUri>"
            f"<rsp:Owner>{escape(shell.user)}</rsp:Owner><rsp:ClientIP>127.0.0.1</rsp:ClientIP>"
            f"<rsp:IdleTimeOut>PT{self.shells.idle_seconds:.3f}S</rsp:IdleTimeOut><rsp:State>Connected</rsp:State>"
            "<rsp:InputStreams>stdin pr</rsp:InputStreams><rsp:OutputStreams>stdout</rsp:OutputStreams></rsp:Shell>"
        )
