# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What modules ask of the connection, JSON text in and out: hello, submit, collect, cancel."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ...module_utils._connection.messages import Command, Export, SessionFault, State
from . import library
from .address import address_of, host_name_of, places_of
from .capabilities import offers_in, output_of, question
from .command_queue import CommandQueue
from .endpoint import Endpoint
from .pool import Pool, PoolState
from .pools import Pools
from .session_faults import NoSession, fault_of
from .session_start import SessionInfo, SessionOptions, Side
from .shell_cleaner import ShellCleaner
from .sign_in import sign_in_of

# A call must return well within Ansible's persistent_command_timeout, whatever it is asked to wait.
_MAX_WAIT_SECONDS = 5.0

# A question that loses its session each time is not asked for ever.
_MAX_QUESTIONS = 5

_SECRETS = ("remote_password", "certificate_key_password", "teams_password", "teams_access_tokens")
_HIDDEN = "********"

# What is shorter is in every other word; it is no secret that a host would repeat.
_SHORTEST_SECRET = 4


@dataclass(slots=True)
class Service:
    """The sessions on one host as modules see them; `fault` where none can even be tried. One call at a time, from one thread."""

    name: str
    pool: Pools | None = None
    fault: SessionFault | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False)
    queue: CommandQueue = field(default_factory=CommandQueue)
    _offers: dict[str, list[Export]] = field(default_factory=dict)
    _asked: tuple[str, list[str]] | None = None
    _unanswered: int = 0

    @property
    def failed(self) -> bool:
        """Whether no session is left, and none will be."""
        return self.fault is not None or (self.pool is not None and self.pool.over)

    def hello(self, request: str) -> str:
        """Say whether sessions are open and what the host offers of the cmdlets asked for."""
        asked = json.loads(request)
        wait = min(float(asked.get("wait", _MAX_WAIT_SECONDS)), _MAX_WAIT_SECONDS)
        if self.pool is None:
            return json.dumps(self._failed(self.fault or _CLOSED))
        state = self.pool.wait(wait)
        if state.fault is not None:
            return json.dumps(self._failed(state.fault))
        try:
            known = state.info is not None and self._ask_for(asked.get("cmdlets", []), state.info, wait)
        except NoSession as error:
            return json.dumps(self._failed(error.fault))
        if state.info is None or not known:
            return json.dumps({"state": "opening"})
        return json.dumps(self._ready(state, state.info, asked.get("cmdlets", [])))

    def submit(self, request: str, *, check_mode: bool) -> str:
        """Queue commands. Raises ValueError for a request that is not one, KeyError for a batch that is not, or no longer, known."""
        asked = json.loads(request)
        commands = [Command.from_request(item) for item in asked["commands"]]
        read_only = check_mode or bool(asked.get("read_only", True))
        refuse: Callable[[Command], bool] | None = (lambda command: not command.reads) if read_only else None
        how = {name: bool(asked.get(name)) for name in ("first", "careful")}
        batch = self.queue.submit(
            commands,
            **how,
            owner=asked.get("process"),
            at_once=asked.get("at_once"),
            refuse=refuse,
            batch_id=asked.get("batch"),
        )
        return json.dumps({"batch": batch})

    def collect(self, request: str) -> str:
        """Hand over what has ended. Raises KeyError for a batch that is not, or no longer, known."""
        asked = json.loads(request)
        wait = min(float(asked.get("wait", _MAX_WAIT_SECONDS)), _MAX_WAIT_SECONDS)
        done, outstanding = self.queue.collect(asked["batch"], wait)
        answers = [answer.to_reply(index) for index, answer in done]
        waiting = self.queue.waiting(asked["batch"])
        return json.dumps({"answers": answers, "outstanding": outstanding, "waiting": waiting})

    def cancel(self, request: str) -> str:
        """Drop what has not started. Raises KeyError for a batch that is not, or no longer, known."""
        return json.dumps({"cancelled": self.queue.cancel(json.loads(request)["batch"])})

    def renew(self, option: Callable[[str], Any]) -> None:
        """Take the secrets of a new task, where they have changed, for sessions and sign-ins from now on."""
        present = _secrets(option)
        if self.pool is None or set(present) <= set(self.secrets):
            return
        self.secrets = (*present, *self.secrets)
        # What cannot be used keeps nobody from using the sessions that are open.
        with contextlib.suppress(NoSession, ValueError, OSError, ImportError):
            self.pool.renew(*_settings(option))

    def close(self, seconds: float) -> None:
        """Delete every session."""
        if self.pool is not None:
            self.pool.close(seconds)

    def _ask_for(self, names: list[str], info: SessionInfo, wait: float) -> bool:
        """Ask the host for cmdlets not asked for before. False while the answer is not there. Raises NoSession."""
        if self._asked is None:
            unknown = [name for name in names if name not in self._offers]
            if not unknown:
                return True
            # A restricted endpoint takes a qualified name for a path, and has no file system to look into.
            modules = info.modules if info.projection else ()
            self._asked = self.queue.submit([question(unknown, modules)], first=True), unknown
        batch, unknown = self._asked
        done, outstanding = self.queue.collect(batch, wait)
        if outstanding:
            return False
        self._asked = None
        answer = done[0][1]
        if answer.state is not State.COMPLETED and answer.state is not State.FAILED:
            self._unanswered += 1
            if self._unanswered == _MAX_QUESTIONS:
                raise NoSession(_silent(self.name))
            return False  # asked again by the next call, in another session
        offers = offers_in(output_of(answer, self.name))
        for name in unknown:
            self._offers[name] = [offer for offer in offers if offer.name.casefold() == name.casefold()]
        return True

    def _ready(self, state: PoolState, info: SessionInfo, names: Iterable[str]) -> dict[str, Any]:
        return {
            "state": "ready",
            "host": self.name,
            "side": info.side,
            "sessions": state.slots,
            "projection": info.projection,
            "modules": list(info.modules),
            "signed_in": info.signed_in,
            "cmdlets": {
                name: [asdict(export) for export in self._offers[name]] for name in names if self._offers[name]
            },
            # Sessions on one host fail alike: that is said once.
            "warnings": list(
                dict.fromkeys(f"{self._hide(fault.message)} {fault.remedy}" for fault in state.shortfalls)
            ),
        }

    def _failed(self, fault: SessionFault) -> dict[str, Any]:
        return {"state": "failed", "fault": {**asdict(fault), "message": self._hide(fault.message)}}

    def _hide(self, text: str) -> str:
        for secret in self.secrets:
            text = text.replace(secret, _HIDDEN)
        return text


def deleting(option: Callable[[str], Any]) -> Callable[[str], bool]:
    """Return what deletes a shell on the hosts that the options of the connection name."""
    endpoints = [Endpoint.of(option, place) for place in places_of(option)]
    for endpoint in endpoints:
        endpoint.prepare()
    return lambda shell: _deleted(endpoints, shell)


def _deleted(endpoints: Sequence[Endpoint], shell: str) -> bool:
    """Delete a shell on whichever host it is; False where none has it. Raises what pypsrp and requests raise where one does not say so."""
    silent: Exception | None = None
    for endpoint in endpoints:
        try:
            if endpoint.delete(shell):
                return True
        except Exception as error:
            silent = error
    if silent is not None:
        raise silent
    return False


def serve(option: Callable[[str], Any], cleaner: ShellCleaner | None = None) -> Service:
    """Start opening sessions as the options of the connection say (`option` returns one by name), and return at once."""
    host = host_name_of(option)
    service = Service(option("inventory_name") or address_of(option)[0], secrets=_secrets(option))
    if library.MISSING is not None:
        service.fault = SessionFault(
            "library_missing",
            f"The Python library pypsrp cannot be used on the controller, so that {host} cannot be reached: {library.MISSING}.",
            f"Install it into the Python environment that runs Ansible: pip install '{library.INSTALL}'.",
        )
        return service
    try:
        endpoints, options = _settings(option)
        size = _at_least_one(option("sessions"))
    except (NoSession, ValueError, OSError, ImportError) as error:
        service.fault = fault_of(error, host)
        return service
    for endpoint in endpoints:
        endpoint.cleaner = cleaner
    timeout = float(option("start_timeout"))
    service.pool = Pools([Pool(endpoint, options, size, timeout, service.queue) for endpoint in endpoints])
    service.pool.open()
    return service


def _settings(option: Callable[[str], Any]) -> tuple[list[Endpoint], SessionOptions]:
    """Return how sessions are opened. Raises NoSession, ValueError, OSError or ImportError for options that cannot be."""
    side = option("side")
    options = SessionOptions(Side(side) if side else None, tuple(option("import_modules") or ()), sign_in_of(option))
    endpoints = [Endpoint.of(option, place) for place in places_of(option)]
    for endpoint in endpoints:
        endpoint.check_files()
        endpoint.prepare()
    return endpoints, options


def _silent(name: str) -> SessionFault:
    return SessionFault(
        "session_refused",
        f"{name} was asked {_MAX_QUESTIONS} times which cmdlets it has, and each time the session ended before it answered.",
        "See in the host's event log what ends PowerShell sessions there.",
    )


_CLOSED = SessionFault("closed", "The sessions have been closed.", "Run the task again.")


def _at_least_one(sessions: int) -> int:
    if sessions < 1:
        raise ValueError("ansible_runspace_sessions has to be at least 1.")
    return sessions


def _secrets(option: Callable[[str], Any]) -> tuple[str, ...]:
    values = [option(name) for name in _SECRETS]
    flat = [item for value in values for item in (value if isinstance(value, list) else [value])]
    return tuple(
        sorted((str(item) for item in flat if item and len(str(item)) >= _SHORTEST_SECRET), key=len, reverse=True)
    )
