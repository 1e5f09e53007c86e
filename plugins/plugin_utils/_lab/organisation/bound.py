# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A call as the cmdlets' behaviour sees it: its parameters by type, its host's versions, and the organisation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ..contract.call import Call, Credential, Failure, Outcome
from ..contract.loader import SKYPE, TEAMS
from ..contract.versions import Version, parse
from . import texts
from .batches import BatchOperations
from .meetings import MeetingService
from .profile import HostFacts
from .signing_in import SignIns
from .world import World


@dataclass(frozen=True, slots=True)
class Model:
    """The organisation's state and the services that work on it by themselves."""

    world: World
    meetings: MeetingService
    batches: BatchOperations
    sign_ins: SignIns


class Refusal(Exception):
    """A cmdlet ends with an error record."""

    def __init__(
        self,
        message: str,
        error_id: str = "MicrosoftError",
        category: str = "InvalidOperation",
        exception: str = "System.Exception",
        terminating: bool = True,
    ) -> None:
        super().__init__(message)
        self.failure = Failure(message, error_id, category, exception, terminating)


def not_found(identity: str) -> Refusal:
    """Return the error for an identity that names nobody. It does not end the pipeline."""
    return Refusal(
        texts.NOT_FOUND.format(identity=identity),
        "ManagementObjectNotFound",
        "InvalidData",
        "Microsoft.Rtc.Management.AD.ManagementObjectNotFoundException",
        terminating=False,
    )


@dataclass(slots=True)
class Bound:
    """One call. `touched` collects the SIP addresses of the users that the call changed."""

    call: Call
    host: HostFacts
    model: Model
    touched: list[str] = field(default_factory=list)

    @property
    def world(self) -> World:
        """The organisation's state."""
        return self.model.world

    @property
    def build(self) -> Version:
        """The host's build of Skype for Business Server."""
        return parse(self.host.modules[SKYPE])

    @property
    def teams_module(self) -> Version | None:
        """The host's version of the MicrosoftTeams module, None where it is not installed."""
        version = self.host.modules.get(TEAMS)
        return parse(version) if version else None

    @property
    def module_version(self) -> Version:
        """The version of the MicrosoftTeams module that the call runs in."""
        return parse(self.host.modules[TEAMS])

    def has(self, name: str) -> bool:
        """Return whether a parameter was given, null or not."""
        return name in self.call.parameters

    def text(self, name: str) -> str | None:
        """Return a text; null and the empty text are None, as a script function would get the same for both."""
        value = self.call.parameters.get(name)
        return str(value) if value is not None and str(value) != "" else None

    def flag(self, name: str) -> bool:
        """Return a switch or a boolean that is off when it is not given."""
        return bool(self.call.parameters.get(name, False))

    def choice(self, name: str) -> bool | None:
        """Return a boolean, None when it was not given."""
        value = self.call.parameters.get(name)
        return None if value is None else bool(value)

    def number(self, name: str) -> int | None:
        """Return a whole number; `Unlimited` is None, like a number that was not given. Raises Refusal."""
        value = self.call.parameters.get(name)
        if value is None or (isinstance(value, str) and value.casefold() == "unlimited"):
            return None
        if not str(value).isdecimal():
            raise Refusal(f'{name} is "{value}", which is no number.', "InvalidArgument", "InvalidArgument")
        return int(str(value))

    def moment(self, name: str) -> datetime | None:
        """Return a time; one without an offset counts as UTC."""
        value = self.call.parameters.get(name)
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        if not isinstance(value, datetime):
            return None
        return value if value.tzinfo else value.replace(tzinfo=UTC)

    def texts(self, name: str) -> list[str]:
        """Return a list of texts."""
        value = self.call.parameters.get(name)
        if isinstance(value, list | tuple):
            return [str(item) for item in value]
        return [] if value is None else [str(value)]

    def credential(self, name: str = "Credential") -> Credential | None:
        """Return a credential."""
        value = self.call.parameters.get(name)
        return value if isinstance(value, Credential) else None


# What a cmdlet does. Raises Refusal.
Behaviour = Callable[[Bound], Outcome]


def output(*values: object) -> Outcome:
    """Return an outcome that is only output."""
    return Outcome(output=values)


def rows(values: Sequence[object], failures: Sequence[Failure] = ()) -> Outcome:
    """Return an outcome of many objects, and of the errors met on the way."""
    return Outcome(output=tuple(values), failures=tuple(failures))
