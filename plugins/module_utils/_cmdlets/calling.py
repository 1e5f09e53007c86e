# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a cmdlet is called on a host: qualified as the host exports it, with parameters that it has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from .._model import faults, stops
from .._model.decision import Reason, Scope
from .._model.host import Host, Offer
from .._remote import Answer, Command, State
from .calls import BY_VERSION, CALLS, CONFIRM, NOT_USERS, Task, files_with, is_listed

# From this share of the reading cmdlets on, the others are taken for forgotten.
MOST = 0.75

T = TypeVar("T")


class NotOffered(Exception):
    """The host lacks the cmdlet or one of the parameters that the call needs; `reason` tells which."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Calling:
    """A call being put together for one host. Raises NotOffered for what the host does not have."""

    host: Host
    command: Command

    @classmethod
    def of(cls, cmdlet: str, host: Host) -> Calling:
        """Start a call of `cmdlet`: module-qualified where a module exports it, bare where an endpoint has a proxy (R75)."""
        offer = host.offer(cmdlet)
        if offer is None:
            raise NotOffered(_lacking(host, cmdlet))
        return cls(host, Command(cmdlet, module=offer.module or None))

    def with_(self, **parameters: object) -> Calling:
        """Add parameters that the call needs; those that are None are left out."""
        wanted = {name: value for name, value in parameters.items() if value is not None}
        missing = next((name for name in wanted if not self.host.offers(self.command.name, name)), None)
        if missing is not None:
            raise NotOffered(_lacking(self.host, self.command.name, missing))
        return self._adding(wanted)

    def with_null(self, name: str) -> Calling:
        """Add a parameter whose value is null, which is not the same as leaving it out."""
        self.with_(**{name: ""})
        return self._adding({name: None})

    def where_offered(self, **parameters: object) -> Calling:
        """Add parameters where the host has them, and leave them out where it does not.

        A restricted endpoint made for this collection has to show them all the same: only so it is known whether the cmdlet has them.
        """
        wanted = {name: value for name, value in parameters.items() if value is not None}
        hidden = next((name for name in wanted if name != CONFIRM and self.host.hides(self.command.name, name)), None)
        if hidden is not None and _made_for_this(self.host):
            raise NotOffered(_lacking(self.host, self.command.name, hidden))
        return self._adding(
            {name: value for name, value in wanted.items() if self.host.offers(self.command.name, name)}
        )

    def showing(self, *properties: str) -> Calling:
        """Have the host project to these properties, where it projects freely.

        A typed object is serialised one level deep: of the objects in its properties only their text arrives. What a projection makes
        is serialised with them.
        """
        return replace(self, command=replace(self.command, select=properties)) if self.host.projection else self

    def whole(self) -> Calling:
        """Have the host return all properties, with the objects in them where it projects freely. What does not exist is not there."""
        return self.showing("*")

    def _adding(self, parameters: dict[str, object]) -> Calling:
        command = self.command
        unlisted = next((name for name in parameters if not is_listed(command.name, name)), None)
        if unlisted is not None:
            raise LookupError(f"{command.name} -{unlisted} is not in calls.py: list it there, and run dev/jea.py.")
        return replace(self, command=replace(command, parameters={**command.parameters, **parameters}))


def _lacking(host: Host, cmdlet: str, parameter: str | None = None) -> Reason:
    """Return the sentence on what a host does not offer, with the file to correct where an endpoint hides it."""
    facts = {"host": host.name, "cmdlet": cmdlet, "parameter": parameter or ""}
    files = files_with(host.side, cmdlet, parameter, host.offers)
    if files and (not host.projection if parameter is None else host.hides(cmdlet, parameter)):
        hidden = stops.CMDLET_HIDDEN if parameter is None else stops.PARAMETER_HIDDEN
        return hidden.about(files=files, **facts)
    return (stops.CMDLET_MISSING if parameter is None else stops.PARAMETER_MISSING).about(**facts)


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


def offer_of(cmdlet: str, module: str, parameters: frozenset[str], untyped: frozenset[str]) -> Offer:
    """Return a cmdlet as the host told it."""
    phantoms = frozenset() if module else untyped & BY_VERSION.get(cmdlet, frozenset())
    return Offer(module, parameters - phantoms, phantoms)


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


def fault_text(answer: Answer) -> str:
    """Return one line that says why an answer is no use."""
    if answer.errors:
        return answer.errors[0].message.strip()
    if answer.state is State.TIMEOUT:
        return "the host did not answer in time"
    if answer.state is State.LOST:
        return "the connection to the host was lost"
    return f"the call ended as {answer.state.value}"
