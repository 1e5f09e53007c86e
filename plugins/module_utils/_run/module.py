# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The run of every module on one host: greeting it, and what modules need of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NoReturn

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.connection import Connection, ConnectionError

from .._cmdlets.allowed_calls import cmdlets
from .._cmdlets.command_builder import fault_passes, hidden_reading, offer_from
from .._connection.client import Remote, RemoteFault, Repetition
from .._connection.messages import SessionFault
from .._model import organisation_reasons
from .._model.decision import Reason, Scope
from .._model.failure import Failure, InvalidOption
from .._model.host import Host
from .._model.identity import InvalidUser, UserId
from .._model.outcome import WARNED
from .._model.user import Side
from .._progress import Progress
from .clock import SYSTEM_CLOCK, Clock
from .options import RETRIES, Params, Spec, moment_of, refuse_negative, users_named
from .recorder import Recorder


class _SocketRpc:
    """The connection's calls, with its errors as RemoteFault."""

    def __init__(self, socket_path: str) -> None:
        self._connection = Connection(socket_path)

    def __getattr__(self, name: str) -> Callable[[str], str]:
        call = getattr(self._connection, name)

        def answered(request: str) -> str:
            try:
                return str(call(request))
            except ConnectionError as error:
                remedy = "Run again: the state is read first, and nothing is repeated blindly."
                message = f"The connection's process failed: {error}"
                raise RemoteFault(SessionFault("connection", message, remedy)) from error

        return answered


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one module on one host. `asked` holds the users that the option `users` names."""

    module: AnsibleModule
    remote: Remote
    host: Host
    asked: list[UserId]
    clock: Clock = SYSTEM_CLOCK
    recorder: Recorder = field(default_factory=Recorder)

    @classmethod
    def start(cls, module: AnsibleModule, sides: tuple[Side, ...], clock: Clock | None = None) -> Run:
        """Check the options that many modules have and open the ledger, then greet the host.

        Raises InvalidOption and InvalidUser before anything is sent, RemoteFault without a session, and Failure where the ledger cannot be
        used, or the host is not of one of `sides` or hides what is read.
        """
        clock = clock or SYSTEM_CLOCK
        refuse_negative(module.params)
        moment_of(module.params, "start_before")
        notes: list[str] = []
        asked = users_named(module.params, notes)
        for note in notes:
            module.warn(note)
        if not module._socket_path:
            need = "This module needs a PowerShell session: set ansible_connection to sfb.teams_upgrade.runspace for this host."
            raise Failure(Reason("connection", need, scope=Scope.ORGANISATION))
        recorder = recorder_of(module)
        rpc = _SocketRpc(module._socket_path)
        times, delay = (module.params.get(name, 0) for name in RETRIES)
        repetition = Repetition(fault_passes, times, delay, clock.sleep)
        progress = Progress.of_environment()
        remote = Remote(rpc, read_only=module.check_mode, progress=progress, repetition=repetition)
        host = greet(remote)
        for warning in remote.warnings:
            module.warn(warning)
        refuse_host(host, sides)
        return cls(module, remote, host, asked, clock, recorder)

    def warn_of_notes(self) -> list[str]:
        """Warn of what is to be said of what was read of many at once, and return it: newer cores keep warnings from those who call."""
        notes = list(self.remote.notes)
        for note in notes:
            self.module.warn(note)
        return notes

    @property
    def params(self) -> Params:
        """The module's options."""
        options: Params = self.module.params
        return options

    @property
    def predicts_only(self) -> bool:
        """Whether no command needs to be there: check mode through an endpoint for reading predicts only what another one would do."""
        return bool(self.module.check_mode) and self.host.only_reads


def greet(remote: Remote) -> Host:
    """Return the host with what it offers, once a session is open. Raises RemoteFault."""
    # The connection gives up by itself after ansible_runspace_start_timeout; this only keeps a broken one from waiting for ever.
    hello = remote.hello(cmdlets(), timeout=3600)
    offers = {name: tuple(offer_from(name, each) for each in found) for name, found in hello.cmdlets.items()}
    return Host(hello.name, Side(hello.side), hello.projection, offers)


def recorder_of(module: AnsibleModule) -> Recorder:
    """Return what records a module: its ledger, checked and open, or nothing. Raises Failure for a ledger that cannot be used."""
    if not module.params.get("ledger"):
        return Recorder()
    # Here, since loading the libraries of the ledger takes as long as all else that a module loads.
    from .recording import recorder_in_ledger

    return recorder_in_ledger(module)


def refuse_host(host: Host, sides: tuple[Side, ...]) -> None:
    """Raise Failure for a host that is of none of `sides`, or that hides something of what is read."""
    if host.side not in sides:
        needed = {
            Side.ONPREM: "a Skype for Business Server host",
            Side.ONLINE: "a host with the MicrosoftTeams module",
        }
        raise Failure(organisation_reasons.WRONG_SIDE.format(host=host.name, needed=needed[sides[0]]))
    if lacking := hidden_reading(host):
        raise Failure(lacking)


def without_session(error: RemoteFault) -> Reason:
    """Return why nobody can be worked on: there is no session with the host."""
    return Reason(error.fault.code, error.fault.message, error.fault.remedy, Scope.ORGANISATION)


@contextmanager
def fail_on_error(module: AnsibleModule) -> Iterator[None]:
    """End the module with a sentence when the host cannot be reached, lacks what is needed, or the task cannot be done at all."""
    try:
        yield
    except RemoteFault as fault:
        reason = without_session(fault)
    except Failure as failure:
        reason = failure.reason
    except InvalidOption as invalid:
        reason = Reason("invalid_option", invalid.problem, invalid.remedy, Scope.ORGANISATION)
    except InvalidUser as invalid:
        reason = Reason("invalid_user", invalid.problem, f"{invalid.remedy} Nothing was sent.", Scope.ORGANISATION)
    else:
        return
    module.fail_json(msg=reason.sentence, reason=reason.to_result())


class _Module(AnsibleModule):
    """A module that hands what it warns of to the action that calls it, too: newer cores show warnings and keep them from actions (R77)."""

    _warned: tuple[str, ...] = ()

    def warn(self, warning: str, **how: Any) -> None:
        self._warned = (*self._warned, str(warning))
        super().warn(warning, **how)

    def exit_json(self, **result: Any) -> NoReturn:
        super().exit_json(**result, **self._kept)

    def fail_json(self, msg: str, **result: Any) -> NoReturn:
        super().fail_json(msg, **result, **self._kept)

    @property
    def _kept(self) -> dict[str, Any]:
        return {WARNED: list(self._warned)} if self._warned else {}


def ansible_module(spec: Spec, **constraints: Any) -> AnsibleModule:
    """Return the module with its arguments checked. Every module supports check mode."""
    kind: type[AnsibleModule] = _Module
    return kind(argument_spec=dict(spec), supports_check_mode=True, **constraints)
