# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A call to try on both engines, what came of it, and how the two compare."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from xml.etree import ElementTree

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault
from pypsrp.complex_objects import GenericComplexObject, ObjectMeta, PSCredential
from pypsrp.exceptions import WSManFaultError
from pypsrp.powershell import PowerShell

from tests.unit.lab.engine.clients import Client, ErrorSeen, answer

Arguments = Sequence[tuple[str | None, object]]
_GUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b")
# An engine whose own Select-Object and Measure-Object were made anew names their class otherwise.
_MADE_ANEW = re.compile(r"(?<=,)Engine\.Utility\.")
LONGEST = 60


@dataclass(frozen=True)
class Secret:
    """A secret on its way: with a user it is a credential, without one a secure string."""

    text: str
    user: str | None = None

    def given(self, client: Client) -> object:
        if self.user is None:
            return client.pool.serialize(self.text, ObjectMeta("SS"))
        return PSCredential(username=self.user, password=self.text)  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Date:
    """A date, as a date and not as text."""

    text: str

    def given(self, client: Client) -> object:
        element = ElementTree.Element("DT")
        element.text = self.text
        return element


@dataclass(frozen=True)
class Asked:
    """A pipeline to try on a host: its commands with their arguments, its input, and a fault that is ordered for it.

    `script` is text to run instead. With `stopped` it is stopped while it runs. `differs` says why the engines answer differently,
    where they do.
    """

    host: str
    commands: Sequence[tuple[str, Arguments]] = ()
    items: Sequence[object] | None = None
    fault: OrderedFault | None = None
    script: str | None = None
    stopped: bool = False
    differs: str | None = None

    @property
    def text(self) -> str:
        """The call as one would type it."""
        if self.script is not None:
            return self.script
        piped = [] if self.items is None else [", ".join(map(_shown, self.items)) or "@()"]
        return " | ".join([*piped, *(" ".join([name, *map(_argument, given)]) for name, given in self.commands)])


@dataclass(frozen=True)
class Seen:
    """What came of a call: how it ended, what it wrote, and what arrived at the organisation with which outcome."""

    state: str
    output: Sequence[Any] = ()
    errors: Sequence[ErrorSeen] = ()
    warnings: Sequence[str] = ()
    verbose: Sequence[str] = ()
    arrived: Sequence[Any] = ()

    @property
    def text(self) -> str:
        """What a reader wants to know of it."""
        parts = [self.state]
        if self.output:
            parts.append(f"{len(self.output)} objects" if len(self.output) > 1 else "1 object")
        parts += [f"{error.error_id.partition(',')[0]}" for error in self.errors[:3]]
        if self.warnings:
            parts.append(f"{len(self.warnings)} warnings" if len(self.warnings) > 1 else "1 warning")
        return ", ".join(parts)


@dataclass
class Side:
    """A lab on one engine, with an open shell on each of its hosts."""

    lab: Lab
    clients: Mapping[str, Client]
    guids: dict[str, str] = field(default_factory=dict)

    def ask(self, asked: Asked) -> Seen:
        """Try a call, and forget its fault again if nothing met it."""
        self.lab.journal.clear()
        if asked.fault is not None:
            self.lab.faults.order(asked.fault)
        try:
            seen = self._pipeline(asked, self.clients[asked.host])
        finally:
            self.lab.faults.clear()
        arrived = [
            (entry.module, entry.cmdlet, dict(entry.parameters), entry.outcome, list(entry.users))
            for entry in self.lab.journal.entries()
        ]
        masked: Seen = self._masked(replace(seen, arrived=arrived))
        return masked

    def _pipeline(self, asked: Asked, client: Client) -> Seen:
        given = [(name, [(key, _given(client, value)) for key, value in args]) for name, args in asked.commands]
        pipeline = client.pipeline(*given)
        if asked.script is not None:
            pipeline.add_script(asked.script)
        items = None if asked.items is None else (_given(client, item) for item in asked.items)
        try:
            if asked.stopped:
                _stop(pipeline, items)
            else:
                pipeline.invoke(input=items)
        except WSManFaultError as lost:
            return Seen(f"shell lost, fault {lost.code}")
        found = answer(pipeline)
        return Seen(found.state, [shape(one) for one in pipeline.output], found.errors, found.warnings, found.verbose)

    def _masked(self, value: Any) -> Any:
        """The same with every made-up id by the order in which it was first seen on this side."""
        if isinstance(value, str):
            value = _MADE_ANEW.sub("Microsoft.PowerShell.Commands.", value)
            return _GUID.sub(lambda one: self.guids.setdefault(one[0], f"id {len(self.guids) + 1}"), value)
        if isinstance(value, Mapping):
            return {self._masked(key): self._masked(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [self._masked(one) for one in value]
        if isinstance(value, Seen | ErrorSeen):
            return type(value)(**self._masked(vars(value)))
        return value


def shape(value: Any) -> Any:
    """A value as it came: of an object its types, its text, and which properties are its own and which were added."""
    if isinstance(value, GenericComplexObject):
        own = {name: shape(one) for name, one in value.adapted_properties.items()}
        added = {name: shape(one) for name, one in value.extended_properties.items()}
        return {"types": list(value.types), "text": value.to_string, "own": own, "added": added}
    if isinstance(value, list):
        return [shape(one) for one in value]
    if isinstance(value, dict):
        return {str(shape(key)): shape(one) for key, one in value.items()}
    return value if isinstance(value, str | int | float | bool | None) else [type(value).__name__, str(value)]


def _stop(pipeline: PowerShell, items: Any) -> None:
    pipeline.begin_invoke(input=items)
    time.sleep(0.3)
    pipeline.stop()


def _given(client: Client, value: object) -> object:
    return value.given(client) if isinstance(value, Secret | Date) else value


def _argument(one: tuple[str | None, object]) -> str:
    name, value = one
    if name is None:
        return _shown(value)
    return f"-{name}:{_shown(value)}" if isinstance(value, bool) else f"-{name} {_shown(value)}"


_SHOWN: Sequence[tuple[type | tuple[type, ...], Callable[[Any], str]]] = (
    (bool, lambda value: f"${str(value).lower()}"),
    (str, lambda value: f"'{value.replace(chr(39), chr(39) * 2)}'"),
    (list, lambda value: f"@({', '.join(map(_shown, value))})"),
    (dict, lambda value: f"@{{{'; '.join(f'{key} = {_shown(one)}' for key, one in value.items())}}}"),
    (Secret, lambda value: f"(credential of {value.user})" if value.user else "(secure string)"),
    (Date, lambda value: f"(date {value.text})"),
)


def _shown(value: object) -> str:
    if value is None:
        return "$null"
    text = next((show(value) for kind, show in _SHOWN if isinstance(value, kind)), str(value))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}... ({len(text)} characters)"
