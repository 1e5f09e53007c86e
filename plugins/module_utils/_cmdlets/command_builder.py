# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a cmdlet is called on a host: qualified as the host exports it, with parameters that it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from .._connection.messages import Answer, Command, Export, State, is_module_name
from .._model import faults, organisation_reasons
from .._model.decision import Reason, Scope
from .._model.failure import NotOffered
from .._model.host import MODULES, Host, Offer
from .._model.user import Side
from .allowed_calls import ABSENT, BY_VERSION, CALLS, CONFIRM, NOT_USERS, Task, cmdlets, files_with, is_listed

# From this share of the reading cmdlets on, the others are taken for forgotten.
MOST = 0.75

# What is to be updated where a cmdlet is missing.
_MODULE = "the MicrosoftTeams module on that host (Update-Module MicrosoftTeams)"
_SERVER = "Skype for Business Server and its administrative tools there to the newest cumulative update"
_NOTIFYING = (
    "Skype for Business Server to 2019, or to 2015 with cumulative update 8, and restart the server; before that, users who are homed "
    "there can be moved, and not notified"
)
_LIST_IT = "list it there under the side and task that send it, then run make jea."

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CommandBuilder:
    """A call being put together for one host. Raises NotOffered for what the host does not have."""

    host: Host
    command: Command

    @classmethod
    def of(cls, cmdlet: str, host: Host) -> CommandBuilder:
        """Start a call of `cmdlet`: module-qualified where a module exports it, bare where an endpoint has a proxy (R75)."""
        if cmdlet not in cmdlets():
            raise LookupError(f"{cmdlet} is not in CALLS of _cmdlets/allowed_calls.py: {_LIST_IT}")
        offer = host.offer(cmdlet)
        if offer is None:
            raise NotOffered(_lacking(host, cmdlet))
        if offer.module and not is_module_name(offer.module):
            about = {"host": host.name, "cmdlet": cmdlet, "module": offer.module, "needed": MODULES[host.side]}
            raise NotOffered(organisation_reasons.MODULE_NAME.format(**about))
        return cls(host, Command(cmdlet, module=offer.module or None))

    def with_(self, **parameters: object) -> CommandBuilder:
        """Add parameters that the call needs; those that are None are left out."""
        wanted = self._listed(parameters)
        missing = next((name for name in wanted if not self.host.offers(self.command.name, name)), None)
        if missing is not None:
            raise NotOffered(_lacking(self.host, self.command.name, missing))
        return self._adding(wanted)

    def with_null(self, name: str) -> CommandBuilder:
        """Add a parameter whose value is null, which is not the same as leaving it out."""
        self.with_(**{name: ""})
        return self._adding({name: None})

    def where_offered(self, **parameters: object) -> CommandBuilder:
        """Add parameters where the host has them, and leave them out where it does not.

        A restricted endpoint made for this collection has to show them all the same: only so it is known whether the cmdlet has them.
        """
        wanted = self._listed(parameters)
        hidden = next((name for name in wanted if name != CONFIRM and self.host.hides(self.command.name, name)), None)
        if hidden is not None and _made_for_this(self.host):
            raise NotOffered(_lacking(self.host, self.command.name, hidden))
        return self._adding(
            {name: value for name, value in wanted.items() if self.host.offers(self.command.name, name)}
        )

    def _listed(self, parameters: Mapping[str, object]) -> dict[str, object]:
        """Return the parameters that have a value. Raises LookupError where one may not be sent: before the host is looked at, since
        a missing entry in the list is no fault of the host.
        """
        wanted = {name: value for name, value in parameters.items() if value is not None}
        absent = ABSENT.get(self.command.name, frozenset())
        unlisted = next((name for name in wanted if not (is_listed(self.command.name, name) or name in absent)), None)
        if unlisted is not None:
            raise LookupError(
                f"{self.command.name} -{unlisted} is not in CALLS of _cmdlets/allowed_calls.py: {_LIST_IT}"
            )
        return wanted

    def showing(self, *properties: str) -> CommandBuilder:
        """Have the host project to these properties, where it projects freely.

        A typed object is serialised one level deep: of the objects in its properties only their text arrives. What a projection makes
        is serialised with them.
        """
        return replace(self, command=replace(self.command, select=properties)) if self.host.projection else self

    def whole(self) -> CommandBuilder:
        """Have the host return all properties, with the objects in them where it projects freely. What does not exist is not there."""
        return self.showing("*")

    def piping(self, identities: Sequence[str]) -> CommandBuilder:
        """Have the call take these through the pipeline, where its Identity binds by value."""
        return replace(self, command=replace(self.command, input=tuple(identities)))

    def _adding(self, parameters: dict[str, object]) -> CommandBuilder:
        return replace(self, command=replace(self.command, parameters={**self.command.parameters, **parameters}))


def _lacking(host: Host, cmdlet: str, parameter: str | None = None) -> Reason:
    """Return the sentence on what a host does not offer, with the file to correct where an endpoint hides it."""
    facts = {"host": host.name, "cmdlet": cmdlet, "parameter": parameter or ""}
    files = files_with(host.side, cmdlet, parameter, host.offers)
    if files and (not host.projection if parameter is None else host.hides(cmdlet, parameter)):
        hidden = organisation_reasons.CMDLET_HIDDEN if parameter is None else organisation_reasons.PARAMETER_HIDDEN
        return hidden.format(files=files, **facts)
    if parameter is not None:
        return organisation_reasons.PARAMETER_MISSING.format(**facts)
    what = _MODULE if host.side is Side.ONLINE else _NOTIFYING if "TeamsUpgrade" in cmdlet else _SERVER
    return organisation_reasons.CMDLET_MISSING.format(what=what, **facts)


def _made_for_this(host: Host) -> bool:
    """Return whether an endpoint is restricted by files such as those in docs/jea: it shows most of what is read here. One that shows
    little was made for something else, and what it lacks is nobody's slip.
    """
    reads = CALLS[host.side, Task.READ].keys() - NOT_USERS.keys()
    return not host.projection and sum(map(host.offers, reads)) >= MOST * len(reads)


def hidden_reading(host: Host) -> Reason | None:
    """Return what a restricted endpoint hides of what is read through it, None where it shows everything.

    Elsewhere what a host lacks counts as not known. Here it would be a slip in the configuration that keeps a check from being made.
    """
    if not _made_for_this(host):
        return None
    for cmdlet, parameters in CALLS[host.side, Task.READ].items():
        if cmdlet in NOT_USERS and not host.offers(cmdlet):
            continue  # Without it, an account that is no user is only called unknown.
        if not host.offers(cmdlet):
            return _lacking(host, cmdlet)
        for parameter in parameters:
            if host.hides(cmdlet, parameter):
                return _lacking(host, cmdlet, parameter)
    return None


def offer_from(cmdlet: str, export: Export) -> Offer:
    """Return a cmdlet as the host shows it, which spells its name as the role capability does."""
    listed_only = frozenset() if export.module else frozenset(export.untyped) & BY_VERSION.get(cmdlet, frozenset())
    return Offer(export.module, frozenset(export.parameters) - listed_only, listed_only)


def for_identities(command: Command, identities: Sequence[str]) -> Command:
    """Return a call of a cmdlet that takes many identities, for others than those that it was built for."""
    return replace(command, parameters={**command.parameters, "Identity": list(identities)})


def in_chunks(items: Sequence[T], size: int) -> list[Sequence[T]]:
    """Return `items` in parts of at most `size`."""
    return [items[start : start + size] for start in range(0, len(items), size)]


def stopping(answer: Answer) -> Reason | None:
    """Return what went wrong that would meet everybody alike (R39); None where nothing of that kind did."""
    found = map(faults.classify, faults_of(answer))
    return next((reason for reason in found if reason.scope is Scope.ORGANISATION), None)


def faults_of(answer: Answer) -> list[faults.Fault]:
    """Return what the host said went wrong; empty when nothing did."""
    return [faults.Fault(record.message, record.id, record.category) for record in answer.errors]


def fault_of(answer: Answer) -> faults.Fault | None:
    """Return what the host said went wrong as one fault, also where there are several errors; None when nothing did."""
    found = faults_of(answer)
    return faults.together(found) if found else None


def fault_passes(answer: Answer) -> bool:
    """Return whether an answer says nothing but that the host met a fault that passes by itself, such as throttling."""
    fault = fault_of(answer)
    return not answer.rows and fault is not None and faults.classify(fault).retryable


def fault_text(answer: Answer) -> str:
    """Return the text that says why an answer is no use."""
    if fault := fault_of(answer):
        return fault.text.strip()
    if answer.state is State.TIMEOUT:
        return "the host did not answer in time"
    if answer.state is State.LOST:
        return "the connection to the host was lost"
    return f"the call ended as {answer.state.value}"
