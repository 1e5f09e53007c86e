# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A call of one cmdlet as it arrives from a module, and what comes of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from .results import Value

# What may be called in check mode: these verbs look, or open and close a door. Everything else writes.
READING_VERBS = frozenset({"get", "test", "find", "debug", "select", "import", "connect", "disconnect"})

# A name is a name: no path of a script, no text that PowerShell would have to interpret.
_CMDLET = re.compile(r"[A-Za-z]+-[A-Za-z0-9]+")
_MODULE = re.compile(r"[A-Za-z0-9_.]+")

SECRET_TYPES = frozenset({"credential", "secret"})


class State(StrEnum):
    """How a command ended. `lost`: it may or may not have been carried out. `cancelled`: it was never started."""

    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"
    REFUSED = "refused"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True)
class Command:
    """One cmdlet with typed parameters; `select` are the properties that Select-Object shall keep, `timeout` is in seconds."""

    name: str
    parameters: Mapping[str, object] = field(default_factory=dict, repr=False)
    module: str | None = None
    select: tuple[str, ...] = ()
    input: tuple[str, ...] = field(default=(), repr=False)
    timeout: float | None = None

    def __post_init__(self) -> None:
        if not _CMDLET.fullmatch(self.name):
            raise ValueError("A command has to be named Verb-Noun.")
        if self.module is not None and not _MODULE.fullmatch(self.module):
            raise ValueError(f"{self.name} is asked for from a module whose name is not one.")

    @property
    def full_name(self) -> str:
        """The name as it is sent: `Module\\Name` where the module is known."""
        return f"{self.module}\\{self.name}" if self.module else self.name

    @property
    def reads(self) -> bool:
        """Whether the verb is one of those that change nothing."""
        return self.name.partition("-")[0].lower() in READING_VERBS


@dataclass(frozen=True, slots=True)
class ErrorEntry:
    """One record of the error stream. `category` is the name of PowerShell's ErrorCategory, `exception` a .NET type name."""

    message: str
    id: str = ""
    category: str = "NotSpecified"
    exception: str = ""
    target: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """How a command ended, and what it put out on the way."""

    state: State
    output: Sequence[Value] = ()
    errors: Sequence[ErrorEntry] = ()
    warnings: Sequence[str] = ()
    seconds: float = 0.0


def command_from(request: object) -> Command:
    """Return the Command that a module's request describes. Raises ValueError, never naming a value."""
    if not isinstance(request, Mapping) or not isinstance(request.get("name"), str):
        raise ValueError("A command needs a name.")
    timeout = request.get("timeout")
    return Command(
        name=request["name"],
        parameters=dict(request.get("parameters") or {}),
        module=request.get("module") or None,
        select=tuple(request.get("select") or ()),
        input=tuple(request.get("input") or ()),
        timeout=None if timeout is None else float(timeout),
    )


def without_secrets(request: object) -> object:
    """Return a request (or a part of one) as it may be logged: credentials and secrets without their values."""
    if isinstance(request, Mapping):
        if request.get("type") in SECRET_TYPES:
            return {"type": request["type"], "value": "********"}
        return {key: without_secrets(value) for key, value in request.items()}
    if isinstance(request, list):
        return [without_secrets(item) for item in request]
    return request
