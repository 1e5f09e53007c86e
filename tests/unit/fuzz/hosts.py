# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What sessions and modules make of answers of any kind: objects, errors and texts, after they were read from the wire."""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.allowed_calls import CALLS
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.meetings import moment
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import Answer, Command, State
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.fault import Fault, alike
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.faults import (
    classify,
    is_not_found,
    is_pool_not_found,
    together,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Side
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.version import Version
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import ADMIN
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.error_records import error_entries
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.service import Service
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.session import Session
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.session_faults import fault_of
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.session_start import SessionOptions, start
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.sign_in import SignIn
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.sign_in_faults import sign_in_fault
from pypsrp.exceptions import AuthenticationError, WinRMTransportError, WSManFaultError
from requests.exceptions import ConnectionError as HttpConnectionError
from requests.exceptions import SSLError

from tests.in_process import InProcess
from tests.unit.fuzz.wire import HOST

USERS = ["alice@contoso.com", "bob@contoso.com"]
_CREDENTIAL = {"credential_user": "admin@contoso.onmicrosoft.com", "credential_password": "p"}
# A module, its host's side, whether it is in check mode, and its options.
RUNS: Sequence[tuple[str, Side, bool, Mapping[str, Any]]] = (
    ("csuser_info", Side.ONPREM, False, {"users": USERS}),
    ("csuser_info", Side.ONLINE, False, {"users": USERS}),
    ("csuser_info", Side.ONLINE, False, {}),
    ("csuser_info", Side.ONPREM, False, {"homing": "onprem"}),
    ("csuser_move", Side.ONPREM, False, {"users": USERS, "report_dir": "D:\\Reports", **_CREDENTIAL}),
    ("csuser_move", Side.ONPREM, True, {"users": USERS, "target": "pool01.contoso.com", **_CREDENTIAL}),
    ("teams_upgrade_policy", Side.ONLINE, False, {"users": USERS, "mode": "TeamsOnly"}),
    ("teams_upgrade_policy", Side.ONLINE, False, {"users": USERS, "mode": "TeamsOnly", "method": "batch"}),
    ("teams_upgrade_policy", Side.ONPREM, False, {"users": USERS, "notify": True}),
    (
        "teams_upgrade_policy",
        Side.ONLINE,
        False,
        {"scope": "tenant", "mode": "TeamsOnly", "confirm_tenant_change": True},
    ),
    ("teams_upgrade_policy_info", Side.ONLINE, False, {"users": USERS}),
    ("teams_upgrade_policy_instance", Side.ONPREM, False, {"identity": "Tell", "notify": True}),
    ("meeting_migration", Side.ONLINE, False, {"users": USERS, "wait": True}),
    ("meeting_migration_info", Side.ONLINE, False, {"users": USERS}),
    ("meeting_migration_info", Side.ONLINE, False, {}),
    ("upgrade_readiness_info", Side.ONPREM, False, {"users": USERS}),
    ("upgrade_readiness_info", Side.ONLINE, False, {"users": USERS}),
    ("teams_upgrade_configuration", Side.ONLINE, False, {"download_teams": True}),
    ("tenant_migration_configuration", Side.ONLINE, False, {"meeting_migration_enabled": True}),
)


def modules(data: bytes) -> None:
    """A module whose host gives these answers, one after the other and again: it ends with a result, or fails with a sentence."""
    module, side, check, options = RUNS[(data or b"\0")[0] % len(RUNS)]
    replies = _replies(data[1:])
    play = _play()
    play.answering = _Answering(side, replies)
    result = play.run(side.value, module, options, check=check)
    if result["failed"]:
        assert str(result["msg"]).strip(), result
    json.dumps(result).encode()


def starting(data: bytes) -> None:
    """A session that gives these answers while it is made ready. Raises NoSession."""
    session = _Answers(_replies(data))
    sign_in = SignIn(
        "a password",
        {"Credential": {"type": "credential", "user": ADMIN[0], "password": ADMIN[1]}, "TenantId": "contoso.com"},
        {"DisableWAM": True},
    )
    info = start(cast(Session, session), SessionOptions(sign_in=sign_in), str(HOST))
    json.dumps([info.side, *info.modules]).encode()


def texts(data: bytes) -> None:
    """Texts of errors, with what they are taken for."""
    said = [part.decode("utf-8", "replace") for part in data.split(b"\0")]
    entries = error_entries([_Record(text) for text in said])
    faults = [Fault(entry.message, said[-1]) for entry in entries]
    reasons = [classify(fault) for fault in [*faults, together(faults)]]
    assert all(reason.message.strip() or not "".join(said).strip() for reason in reasons), said
    is_not_found(faults)
    is_pool_not_found(faults)
    alike(said[0], USERS)
    sign_in_fault(Answer(State.FAILED, errors=entries), "teams01", "a certificate")
    for error in _errors(said[0]):
        fault = fault_of(error, HOST)
        assert fault.message, said


def _errors(text: str) -> list[Exception]:
    return [
        SSLError(text),
        HttpConnectionError(text),
        AuthenticationError(text),
        ValueError(text),
        WSManFaultError(5, "sfb01", text, "", None, None, None, None),
        WSManFaultError(len(text), "sfb01", text, "", None, None, None, None),
        WinRMTransportError("http", 500, text),
        RuntimeError(text),
    ]


def moments(data: bytes) -> None:
    """Times and versions as hosts write them."""
    found = [moment(part.decode("utf-8", "replace")) for part in data.split(b"\0")]
    known = sorted(each for each in found if each is not None)
    assert all(each.isoformat() for each in known)
    versions = [Version.find(part.decode("utf-8", "replace")) for part in data.split(b"\0")]
    assert all(str(each) for each in versions if each)


@dataclass
class _Record:
    """An error record without anything but a text."""

    text: str
    details_message: str | None = None
    fq_error: str = "Id"
    category: int = 0

    @property
    def message(self) -> str:
        return self.text

    @property
    def exception(self) -> dict[str, object]:
        return {"InnerException": self.text}

    def __str__(self) -> str:
        return self.text


Reply = Mapping[str, object]


class NotJson(Exception):
    """The bytes are no answers, which no connection hands over."""


def _replies(data: bytes) -> list[Reply]:
    """The answers that JSON stands for: a list of outputs, or of an output and errors. Raises NotJson."""
    try:
        found = json.loads(data)
        json.dumps(found).encode()
    except (ValueError, RecursionError) as error:
        raise NotJson from error
    return [_reply(each) for each in (found if isinstance(found, list) and found else [found])]


def _reply(given: object) -> Reply:
    """An answer as the connection gives it, whatever its host has said."""
    if not isinstance(given, dict) or "output" not in given:
        return {"state": State.COMPLETED, "output": given if isinstance(given, list) else [given]}
    errors = given.get("errors")
    records = (
        [{"message": str(text), "id": str(text)[:40], "category": "NotSpecified"} for text in errors or ()]
        if isinstance(errors, list)
        else []
    )
    output = given["output"]
    state = State.FAILED if records else State.COMPLETED
    return {"state": state, "errors": records, "output": output if isinstance(output, list) else [output]}


class _Answers:
    """A session that gives answers in turn."""

    def __init__(self, replies: Sequence[Reply]) -> None:
        self._replies = itertools.cycle(replies)

    def run(self, _command: Command) -> Answer:
        return Answer.from_reply(next(self._replies))

    def close_pipeline(self) -> None:
        """There is none."""


@dataclass
class _Answering:
    """A connection whose host offers everything, and gives answers in turn."""

    side: Side
    replies: Sequence[Reply]
    _waiting: dict[str, list[int]] = field(default_factory=dict)
    _sizes: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._next = itertools.cycle(self.replies)

    def hello(self, _request: str) -> str:
        return json.dumps(
            {
                "state": "ready",
                "host": "h",
                "side": self.side,
                "sessions": 1,
                "projection": True,
                "cmdlets": _offers(self.side),
            }
        )

    def submit(self, request: str, *, check_mode: bool) -> str:
        asked = json.loads(request)
        name = asked.get("batch") or str(len(self._waiting))
        first = self._sizes.get(name, 0)
        self._sizes[name] = first + len(asked["commands"])
        self._waiting.setdefault(name, []).extend(range(first, self._sizes[name]))
        return json.dumps({"batch": name})

    def collect(self, request: str) -> str:
        waiting = self._waiting[json.loads(request)["batch"]]
        answers = [{"index": waiting.pop(0), **next(self._next)}] if waiting else []
        return json.dumps({"answers": answers, "outstanding": len(waiting), "waiting": len(waiting)})

    def cancel(self, request: str) -> str:
        return json.dumps({"cancelled": 0})


@functools.cache
def _offers(side: Side) -> dict[str, list[Mapping[str, object]]]:
    module = {Side.ONPREM: "SkypeForBusiness", Side.ONLINE: "MicrosoftTeams"}[side]
    offered: dict[str, set[str]] = {}
    for (whose, _task), calls in CALLS.items():
        for cmdlet, parameters in calls.items() if whose is side else ():
            offered.setdefault(cmdlet, {"Confirm"}).update(parameters)
    return {
        cmdlet: [{"name": cmdlet, "module": module, "kind": "Cmdlet", "parameters": sorted(names), "untyped": []}]
        for cmdlet, names in offered.items()
    }


class _Play(InProcess):
    answering: _Answering

    def new(self, host: str) -> Service:
        return cast(Service, self.answering)

    def open(self, host: str) -> Service:
        return self.new(host)


@functools.cache
def _play() -> _Play:
    return _Play(Lab({}))
