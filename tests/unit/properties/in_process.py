# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules run in this process against simulated hosts, hundreds of times in a minute.

Everything is what a playbook runs, but for the wire: the modules' own entry functions, the service that a connection's process holds
(its queue, its refusal to write in check mode, what it does about a session that is lost), and the hosts' binder and organisation.
What lies between, WSMan and the process, is left out; the tests of the connection prove that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import count
from types import SimpleNamespace
from typing import cast

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import (
    Answer,
    Command,
    ErrorRecord,
    Export,
    State,
)
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.call import Credential
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.command import Interruption
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.embedded.chain import OWN, Chain, Statement
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.errors import Report, Terminated
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.interface import SessionLost
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.pace import Pace
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.product import Caller
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.runspace import Catalogue, Runspace
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.values import (
    EnumValue,
    Record,
    Table,
    VersionNumber,
)
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import ACCOUNT, ADMIN
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.clixml import Value
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.command_queue import CommandQueue, Job
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.parameters import bound
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.pool import Pool, PoolState
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.pools import Pools
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.service import Service
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.session import ConnectionLost, Session
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.session_start import (
    SessionInfo,
    SessionOptions,
    start,
)
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.sign_in import SignIn
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.worker import Worker

from tests.in_process import InProcess


class Play(InProcess):
    """Modules run against the hosts of a lab, which need not be started."""

    def new(self, host: str) -> Service:
        return service_of(self.lab, host)


_OFFERED: dict[object, dict[str, list[Export]]] = {}


def _offering(lab: Lab, host: str) -> object:
    return lab.organisation.world.readings, tuple(lab.organisation.modules(host))


def service_of(lab: Lab, host: str) -> Service:
    """Return what holds the sessions of a host: one, which is opened at once."""
    endpoint = SimpleNamespace(host=f"{host}:5985")
    queue = _Sequential()
    info = queue.serve(lab, host, endpoint)
    state = PoolState(info, None, 1, ())
    pool = SimpleNamespace(wait=lambda _seconds: state, queue=queue, endpoint=endpoint)
    return Service(host, cast(Pools, pool), queue=queue, _offers=_OFFERED.setdefault(_offering(lab, host), {}))


class _Sequential(CommandQueue):
    """The queue of commands, worked off by each call for an answer: one command each time, as one session would."""

    def serve(self, lab: Lab, host: str, endpoint: SimpleNamespace) -> SessionInfo:
        """Open the session, and say what it found."""
        self._open: Callable[[], tuple[HostSession, SessionInfo]] = partial(open_session, lab, host, endpoint.host)
        self._session, info = self._open()
        self._worker = Worker(cast(Pool, SimpleNamespace(queue=self, endpoint=endpoint)))
        return info

    def collect(self, batch_id: str, wait: float) -> tuple[list[tuple[int, Answer]], int]:
        if self._waiting:
            self._work(self._waiting.popleft())
        return super().collect(batch_id, 0)

    def _work(self, job: Job) -> None:
        if self._worker._attempt(cast(Session, self._session), job).name != "NEXT":
            self._session.close()
            self._session, _dummy = self._open()


_numbers = count(1)


def open_session(lab: Lab, host: str, place: str) -> tuple[HostSession, SessionInfo]:
    """Open a session as the connection does: load the module, find the side, sign in."""
    session = HostSession(lab, host)
    online = next(one for one in lab.seed.hosts if one.name == host).on_premises is False
    credential = {"type": "credential", "user": ADMIN[0], "password": ADMIN[1]}
    sign_in = SignIn("a password", {"Credential": credential}, {"DisableWAM": True}) if online else None
    return session, start(cast(Session, session), SessionOptions(sign_in=sign_in), place)


class HostSession:
    """A session of a host, without the wire. Methods as those of `Session`."""

    worn = False

    def __init__(self, lab: Lab, host: str) -> None:
        self._organisation = lab.organisation
        self._caller = Caller(host, f"shell-{next(_numbers)}", ACCOUNT[0], Interruption(), Pace())
        self._runspace = Runspace(Catalogue(lab.organisation, host), OWN)
        self._organisation.shell_opened(host, self._caller.shell)

    def run(self, command: Command) -> Answer:
        streams = _Streams()
        try:
            arguments = [(name, _sent(value)) for name, value in command.parameters.items()]
            items = [_sent(item) for item in command.input] or None
        except ValueError as error:
            return Answer(State.FAILED, errors=[ErrorRecord(str(error), "RunspaceParameter", "InvalidArgument")])
        statements = [Statement(command.full_name, False, arguments)]
        if command.select:
            statements.append(Statement("Select-Object", False, [("Property", list(command.select))]))
        output: list[Value] = []
        try:
            for value in Chain(self._organisation, self._caller, self._runspace, streams).run(statements, items):
                output.append(_received(value))
        except Terminated as error:
            streams.error(error.report)
        except SessionLost as error:
            raise ConnectionLost(error, started=True) from error
        state = State.FAILED if streams.errors else State.COMPLETED
        return Answer(state, output, streams.errors, streams.warnings)

    def close_pipeline(self) -> None:
        """There is nothing to forget."""

    def close(self) -> bool:
        self._organisation.shell_closed(self._caller.host, self._caller.shell)
        return True


@dataclass
class _Streams:
    errors: list[ErrorRecord] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def error(self, report: Report) -> None:
        self.errors.append(ErrorRecord(report.message.strip(), report.error_id, report.category))

    def warning(self, text: str) -> None:
        self.warnings.append(text)

    def verbose(self, text: str) -> None:
        """Nobody asked."""


def _sent(value: object) -> object:
    """A parameter as the host gets it. Raises ValueError for what could not be sent."""
    bound(value)
    match value:
        case {"type": "credential", "user": str() as user, "password": str() as password}:
            return Credential(user, password)
        case {"type": "datetime", "value": str() as moment}:
            return datetime.fromisoformat(moment)
        case list():
            return [_sent(item) for item in value]
    return value


def _received(value: object) -> Value:
    """An object as the connection reads it."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Record():
            properties = {name: _received(one) for name, one in value.properties()}
            return properties or value.text or {}
        case Table():
            return dict.fromkeys(
                value.entries
            )  # the parameters of a command, of which nothing but the names is looked at
        case dict():
            return {str(name): _received(one) for name, one in value.items()}
        case list() | tuple():
            return [_received(one) for one in value]
        case EnumValue():
            return value.name
        case VersionNumber():
            return value.text
        case datetime():
            return value.isoformat()
    raise AssertionError(f"{type(value).__name__} is not known here")
