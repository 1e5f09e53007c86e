# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a cmdlet of a module: binds and confirms it here, and has the organisation do it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..contract.call import Call, Outcome, Thing
from .binder import BoundParameters
from .command import CommandProcessor, Interruption, Streams
from .errors import Terminated
from .interface import Organisation, SessionLost
from .pace import Pace
from .runspace import Origin
from .signature import Signature
from .values import Record, Secret, record_of


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: a shell of a user on a host, through one pipeline."""

    host: str
    shell: str
    user: str
    interruption: Interruption
    pace: Pace

    def wait(self, latency: float) -> None:
        """Wait until a call that takes so long has ended. Raises Stopped."""
        self.interruption.wait(self.pace.left(latency))
        self.pace.ended()


class ProductCommand(CommandProcessor):
    """Runs a cmdlet by asking the organisation, once for each pipeline object."""

    def __init__(
        self, signature: Signature, streams: Streams, organisation: Organisation, caller: Caller, origin: Origin
    ) -> None:
        super().__init__(signature, signature.contract.name, streams)
        self._origin = origin
        self._organisation = organisation
        self._caller = caller

    def run(self, bound: BoundParameters, item: object) -> Iterator[object]:
        """Do one call. Raises Terminated, Stopped, and SessionLost where the shell is to break."""
        phantom = next((name for name in bound.values if name in self._origin.phantoms), None)
        if phantom is not None:
            raise Terminated(self.source.unknown_parameter(phantom))
        if not self.should_process(bound.values.get("Identity", "")):
            return
        call = self._call(bound.values)
        self._caller.wait(self._organisation.latency(call))
        outcome = self._organisation.call(call)
        if outcome.drop_shell:
            raise SessionLost("the shell was dropped")
        yield from self._records(outcome)

    def _call(self, values: Mapping[str, object]) -> Call:
        caller = self._caller
        parameters = {name: handed_over(value) for name, value in values.items()}
        return Call(caller.host, caller.shell, self._origin.module, self.contract.name, parameters, caller.user)

    def _records(self, outcome: Outcome) -> Iterator[object]:
        for text in outcome.warnings:
            self.write_warning(text)
        if outcome.prompt is not None:
            raise Terminated(self.source.prompt(outcome.prompt))
        for value in outcome.output:
            yield record_of(value) if isinstance(value, Thing) else value
        for failure in outcome.failures:
            report = self.source.failure(failure)
            if failure.terminating:
                raise Terminated(report)
            self.write_error(report)


def handed_over(value: object) -> object:
    """Return a bound value as a call holds it, without types of the engine."""
    if isinstance(value, Secret):
        return value.text
    if isinstance(value, Record):
        return Thing(value.type_names[0], {name: handed_over(one) for name, one in value.properties()}, value.text)
    if isinstance(value, list):
        return [handed_over(one) for one in value]
    return {key: handed_over(one) for key, one in value.items()} if isinstance(value, dict) else value
