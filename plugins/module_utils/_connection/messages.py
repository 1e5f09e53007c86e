# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What modules and the process of the connection send each other: the vocabulary of both ends of the socket, with its JSON forms."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

# What may be called in check mode: these verbs look, or open and close a door. Everything else writes.
READING_VERBS = frozenset({"get", "test", "find", "debug", "select", "import", "connect", "disconnect"})

SECRET_TYPES = frozenset({"credential", "secret"})

# A name is a name: no path of a script, no text that PowerShell would have to interpret.
_CMDLET = re.compile(r"[A-Za-z]+-[A-Za-z0-9]+")
_MODULE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")

Row = dict[str, object]


def is_module_name(text: str) -> bool:
    """Return whether a cmdlet can be asked for by this name of a module, such as `SfB-Remote`: hosts may have modules of any name."""
    return _MODULE.fullmatch(text) is not None


class State(StrEnum):
    """How a command ended. `lost`: it may or may not have been carried out. `cancelled`: it was never started."""

    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"
    REFUSED = "refused"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True)
class Credential:
    """A user and password that travel as a PSCredential, encrypted with the session's key."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Command:
    """One cmdlet with typed parameters.

    `module` qualifies the name where the host exports it from a module; `select` are the properties that Select-Object shall keep,
    `timeout` is in seconds. Where several hosts share the work, `near` is a registrar pool or a host's name: it goes there, unless no host
    of that kind is left. Raises ValueError for a name that is not one, and never names a value.
    """

    name: str
    parameters: Mapping[str, object] = field(default_factory=dict, repr=False)
    module: str | None = None
    select: tuple[str, ...] = ()
    input: tuple[str, ...] = field(default=(), repr=False)
    timeout: float | None = None
    near: str | None = None

    def __post_init__(self) -> None:
        if not _CMDLET.fullmatch(self.name):
            raise ValueError("A command has to be named Verb-Noun.")
        if self.module is not None and not is_module_name(self.module):
            raise ValueError(f"{self.name} is asked for from a module whose name is not one.")

    @property
    def full_name(self) -> str:
        """The name as it is sent: `Module\\Name` where the module is known."""
        return f"{self.module}\\{self.name}" if self.module else self.name

    @property
    def reads(self) -> bool:
        """Whether the verb is one of those that change nothing."""
        return self.name.partition("-")[0].lower() in READING_VERBS

    def to_request(self) -> dict[str, object]:
        """Return the form that `from_request` reads."""
        return {
            "name": self.name,
            "module": self.module,
            "parameters": {name: _typed(value) for name, value in self.parameters.items()},
            "input": list(self.input) or None,
            "select": list(self.select) or None,
            "timeout": self.timeout,
            "near": self.near,
        }

    @classmethod
    def from_request(cls, request: object) -> Command:
        """Return the command that a module asks for; its credentials stay as they travel. Raises ValueError, never naming a value."""
        if not isinstance(request, Mapping) or not isinstance(request.get("name"), str):
            raise ValueError("A command needs a name.")
        timeout = request.get("timeout")
        return cls(
            name=request["name"],
            parameters=dict(request.get("parameters") or {}),
            module=request.get("module") or None,
            select=tuple(request.get("select") or ()),
            input=tuple(request.get("input") or ()),
            timeout=None if timeout is None else float(timeout),
            near=request.get("near") or None,
        )


@dataclass(frozen=True, slots=True)
class ErrorRecord:
    """One record of the error stream. `category` is the name of PowerShell's ErrorCategory."""

    message: str
    id: str = ""
    category: str = "NotSpecified"

    @classmethod
    def from_reply(cls, record: Mapping[str, Any]) -> ErrorRecord:
        """Return the record that `dataclasses.asdict` turned into JSON."""
        return cls(**{name: str(record.get(name) or "") for name in ("message", "id", "category")})


@dataclass(frozen=True, slots=True)
class Answer:
    """How a command ended, and what it put out on the way: output and errors may both be there. `seconds` is how long it ran, `by` the
    host that ran it, as a command can be `near` to it.
    """

    state: State
    output: Sequence[object] = ()
    errors: Sequence[ErrorRecord] = ()
    warnings: Sequence[str] = ()
    seconds: float = 0.0
    by: str = ""

    @property
    def rows(self) -> list[Row]:
        """The objects of the output, each as a mapping from property names to values."""
        return [item for item in self.output if isinstance(item, dict)]

    @property
    def whole(self) -> bool:
        """Whether the command ran to its end without an error, so that what is missing from the output is not there."""
        return self.state is State.COMPLETED and not self.errors

    def to_reply(self, index: int) -> dict[str, object]:
        """Return the form that `from_reply` reads; `index` is the command's place in its batch."""
        # The output may be large, so that only the error records are copied.
        errors = [asdict(record) for record in self.errors]
        rest = {"output": self.output, "warnings": self.warnings, "seconds": self.seconds, "by": self.by}
        return {"index": index, "state": self.state, "errors": errors, **rest}

    @classmethod
    def from_reply(cls, reply: Mapping[str, Any]) -> Answer:
        """Return the answer to one command."""
        return cls(
            state=State(reply["state"]),
            output=tuple(reply.get("output") or ()),
            errors=tuple(map(ErrorRecord.from_reply, reply.get("errors") or ())),
            warnings=tuple(str(warning) for warning in reply.get("warnings") or ()),
            seconds=float(reply.get("seconds") or 0),
            by=str(reply.get("by") or ""),
        )


@dataclass(frozen=True, slots=True)
class Export:
    """One command as the host has it. `module` is empty for the proxies of a restricted endpoint.

    Such a proxy shows every parameter that its configuration lists, also one that the cmdlet does not have: that one is `untyped`.
    """

    name: str
    module: str
    kind: str
    parameters: tuple[str, ...]
    untyped: tuple[str, ...] = ()

    @classmethod
    def from_reply(cls, reply: Mapping[str, Any]) -> Export:
        """Return the export that `dataclasses.asdict` turned into JSON."""
        lists = {name: tuple(reply[name]) for name in ("parameters", "untyped")}
        return cls(str(reply["name"]), str(reply["module"] or ""), str(reply["kind"]), **lists)


@dataclass(frozen=True, slots=True)
class SessionFault:
    """Why there is no session: a code, one sentence that names the host, one sentence on what to do."""

    code: str
    message: str
    remedy: str


def without_secrets(request: object) -> object:
    """Return a request (or a part of one) as it may be logged: credentials and secrets without their values."""
    if isinstance(request, Mapping):
        if request.get("type") in SECRET_TYPES:
            return {"type": request["type"], "value": "********"}
        return {key: without_secrets(value) for key, value in request.items()}
    if isinstance(request, list):
        return [without_secrets(item) for item in request]
    return request


def _typed(value: object) -> object:
    if isinstance(value, Credential):
        return {"type": "credential", "user": value.user, "password": value.password}
    if isinstance(value, (list, tuple)):
        return [_typed(item) for item in value]
    return value
