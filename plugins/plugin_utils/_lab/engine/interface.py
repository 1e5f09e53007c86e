# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the WSMan front asks of an engine, and an engine of the organisation.

The front knows SOAP and shells and moves PSRP fragments; it never looks inside them. An engine knows PSRP and PowerShell; it
never looks at SOAP. Two engines stand behind the same front: one of our own, and a real PowerShell process per shell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..contract.call import Call, CmdletContract, InstalledModule, Outcome
from ..restricted.restriction import Restriction

# The session configurations that a host has before an administrator adds others.
UNRESTRICTED = frozenset({"microsoft.powershell", "powershell.7"})


class SessionLost(Exception):
    """The session ended while somebody waited for it, or before. The front answers as for a shell that is gone."""


class PipelineUnknown(Exception):
    """The session has no pipeline of that GUID, or no longer: it never existed, or the client has ended it."""


class ConfigurationUnknown(Exception):
    """The host has no session configuration of the name that was asked for."""


@dataclass(frozen=True, slots=True)
class ShellRequest:
    """A shell that a client wants. `configuration` names the session configuration, such as `Microsoft.PowerShell`."""

    host: str
    shell_id: str
    user: str
    configuration: str


@dataclass(frozen=True, slots=True)
class Fragments:
    """What a session has to say: PSRP fragments back to back, maybe none. `done` once a pipeline has said its last."""

    data: bytes = b""
    done: bool = False


class EngineSession(Protocol):
    """One open shell, called from many threads at once. A pipeline is named by its GUID, the session itself by None."""

    def command(self, pipeline: str, data: bytes) -> None:
        """Create a pipeline from the first fragments of its description. It starts once the description is complete."""

    def feed(self, pipeline: str | None, data: bytes) -> None:
        """Hand over fragments from the client: more of a description, pipeline input, or messages to the session."""

    def take(self, pipeline: str | None, timeout: float) -> Fragments | None:
        """Wait up to `timeout` seconds for fragments and return them; None when there were none.

        Raises SessionLost, and PipelineUnknown.
        """

    def stop(self, pipeline: str) -> None:
        """Interrupt a pipeline; return when it has yielded."""

    def end(self, pipeline: str) -> None:
        """Forget a pipeline, interrupting it if it still runs."""

    def close(self) -> None:
        """End the session and everything in it, without waiting for running cmdlets. Waiting takers get SessionLost."""


class Engine(Protocol):
    """Opens sessions. `configurations` holds the restricted session configurations by name in lower case."""

    configurations: Mapping[str, Restriction]

    def open(self, request: ShellRequest, data: bytes) -> EngineSession:
        """Open a session from the client's first fragments. Raises ConfigurationUnknown."""

    def close(self) -> None:
        """Release what the engine holds besides its sessions."""


def restriction_of(
    request: ShellRequest, configurations: Mapping[str, Restriction], installed: Sequence[InstalledModule]
) -> Restriction | None:
    """Return what restricts a shell, None for nothing. Raises ConfigurationUnknown, also where its modules are not installed."""
    name = request.configuration.casefold()
    if name in UNRESTRICTED:
        return None
    found = configurations.get(name)
    if found is None or not set(map(str.casefold, found.modules)) <= {one.name.casefold() for one in installed}:
        raise ConfigurationUnknown(request.configuration)
    return found


class Organisation(Protocol):
    """What stands behind the cmdlets of all hosts. Called from many threads at once."""

    def modules(self, host: str) -> Sequence[InstalledModule]:
        """The modules that a host has installed."""

    def commands(self, host: str) -> Mapping[str, CmdletContract]:
        """The cmdlets that those modules offer, by any key."""

    def latency(self, call: Call) -> float:
        """Seconds that this call takes, the work of the engine included; what is left of them the engine waits, interruptibly, before it
        hands the call over.

        Asked for Import-Module too, which the engine does by itself.
        """

    def call(self, call: Call) -> Outcome:
        """Do what the cmdlet does."""

    def shell_opened(self, host: str, shell_id: str) -> None:
        """A shell is there."""

    def shell_closed(self, host: str, shell_id: str) -> None:
        """A shell is gone."""
