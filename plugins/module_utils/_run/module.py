# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The run of every module on one host: greeting it, and ending with a sentence where something stands against it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from ansible.module_utils.basic import AnsibleModule
from ansible.module_utils.connection import Connection, ConnectionError

from .._cmdlets.allowed_calls import cmdlets
from .._cmdlets.command_builder import NotOffered, hidden_reading, offer_from
from .._connection.client import Remote, RemoteFault
from .._connection.messages import SessionFault
from .._model import organisation_reasons
from .._model.decision import Reason, Scope
from .._model.host import Host
from .._model.identity import InvalidUser, UserId, parse_users
from .._model.user import Side
from .._progress import Progress
from .failure import ModuleFailure, refuse_options, without_session
from .options import NOT_NEGATIVE, Spec

Params = Mapping[str, Any]
T = TypeVar("T")


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


class Run:
    """One run of one module on one host."""

    def __init__(self, module: AnsibleModule, sides: tuple[Side, ...]) -> None:
        self.module = module
        self.params: Params = module.params
        self._refuse_negative()
        self.asked = self._asked()
        if not module._socket_path:
            need = "This module needs a PowerShell session: set ansible_connection to sfb.teams_upgrade.runspace for this host."
            raise ModuleFailure(Reason("connection", need, scope=Scope.ORGANISATION))
        rpc = _SocketRpc(module._socket_path)
        self.remote = Remote(rpc, read_only=module.check_mode, progress=Progress.of_environment())
        self.host = self._greet()
        if self.host.side not in sides:
            needed = {
                Side.ONPREM: "a Skype for Business Server host",
                Side.ONLINE: "a host with the MicrosoftTeams module",
            }
            raise ModuleFailure(organisation_reasons.WRONG_SIDE.format(host=self.host.name, needed=needed[sides[0]]))
        if lacking := hidden_reading(self.host):
            raise ModuleFailure(lacking)

    @property
    def predicts_only(self) -> bool:
        """Whether no command needs to be there: check mode through an endpoint for reading predicts_only what another one would do."""
        return self.module.check_mode and self.host.only_reads

    def _greet(self) -> Host:
        # The connection gives up by itself after ansible_runspace_start_timeout; this only keeps a broken one from waiting for ever.
        hello = self.remote.hello(cmdlets(), timeout=3600)
        offers = {name: tuple(map(offer_from, found)) for name, found in hello.cmdlets.items()}
        return Host(hello.name, Side(hello.side), hello.projection, offers)

    def _refuse_negative(self) -> None:
        for name in NOT_NEGATIVE:
            if (given := self.params.get(name)) is not None and given < 0:
                refuse_options(f"{name} is {given}: give 0 or more.")

    def _asked(self) -> list[UserId]:
        notes: list[str] = []
        try:
            users = parse_users(self.params.get("users") or [], notes)
        except InvalidUser as error:
            remedy = f"{error.remedy} Nothing was sent."
            raise ModuleFailure(Reason("invalid_user", error.problem, remedy, Scope.ORGANISATION)) from error
        for note in notes:
            self.module.warn(note)
        return users


@contextmanager
def fail_on_error(module: AnsibleModule) -> Iterator[None]:
    """End the module with a sentence when the host cannot be reached, lacks what is needed, or the task cannot be done at all."""
    try:
        yield
    except RemoteFault as fault:
        reason = without_session(fault)
    except (NotOffered, ModuleFailure) as failure:
        reason = failure.reason
    else:
        return
    module.fail_json(msg=reason.sentence, reason=reason.to_result())


def ansible_module(spec: Spec, **constraints: Any) -> AnsibleModule:
    """Return the module with its arguments checked. Every module supports check mode."""
    return AnsibleModule(argument_spec=dict(spec), supports_check_mode=True, **constraints)


def must(found: T | Reason) -> T:
    """Return what was read. Raises ModuleFailure for the reason why it could not be."""
    if isinstance(found, Reason):
        raise ModuleFailure(found)
    return found
