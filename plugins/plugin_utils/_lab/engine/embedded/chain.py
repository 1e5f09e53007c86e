# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running a pipeline: its commands in a chain, one object after the other from the first to the last."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ...contract.call import CmdletContract
from ..binder import Argument
from ..command import CommandProcessor, Enough, Streams
from ..errors import Terminated, no_scripts
from ..files import IMPORT_CSV, ImportCsv
from ..interface import Organisation
from ..objects import MEASURE_OBJECT, SELECT_OBJECT, MeasureObject, MeasureProxy, SelectObject, SelectProxy
from ..product import Caller, ProductCommand
from ..runspace import Origin, Runspace, import_call
from .discovery import GET_COMMAND, GET_MODULE, IMPORT_MODULE, GetCommand, GetModule, ImportModule

OWN: Mapping[str, CmdletContract] = {
    contract.name.casefold(): contract
    for contract in (GET_COMMAND, GET_MODULE, IMPORT_MODULE, SELECT_OBJECT, MEASURE_OBJECT, IMPORT_CSV)
}
_DISCOVERY = {"Get-Command": GetCommand, "Get-Module": GetModule, "Import-Module": ImportModule}
_PROXIES = {"Select-Object": SelectProxy, "Measure-Object": MeasureProxy}
_OBJECTS = {"Select-Object": SelectObject, "Measure-Object": MeasureObject}


@dataclass(frozen=True, slots=True)
class Statement:
    """A command as the client wrote it. Arguments without a name are positional."""

    text: str
    is_script: bool
    arguments: Sequence[Argument]


class Chain:
    """The commands of one pipeline, resolved in a runspace."""

    def __init__(self, organisation: Organisation, caller: Caller, runspace: Runspace, streams: Streams) -> None:
        self._organisation = organisation
        self._caller = caller
        self._runspace = runspace
        self._streams = streams

    def run(self, statements: Sequence[Statement], items: Iterable[object] | None) -> Iterator[object]:
        """Yield what the last command puts out. `items` is None where there is no pipeline input.

        Raises Terminated, Stopped, SessionLost.
        """
        processors = [self._processor(statement) for statement in statements]
        for index, (processor, statement) in enumerate(zip(processors, statements, strict=True)):
            processor.begin(statement.arguments, expects_input=index > 0 or items is not None)
        first = 0
        try:
            yield from self._fed(processors, items)
        except _Satisfied as satisfied:
            first = satisfied.index + 1
        for index in range(first, len(processors)):
            with contextlib.suppress(_Satisfied):
                yield from self._through(processors, index + 1, processors[index].end())

    def _fed(self, processors: Sequence[CommandProcessor], items: Iterable[object] | None) -> Iterator[object]:
        if items is None:
            yield from self._through(processors, 1, processors[0].process_once())
            return
        for item in items:
            yield from self._through(processors, 0, iter((item,)))

    def _through(
        self, processors: Sequence[CommandProcessor], index: int, objects: Iterator[object]
    ) -> Iterator[object]:
        """Send objects through the commands from an index on."""
        if index == len(processors):
            yield from objects
            return
        for item in objects:
            yield from self._through(processors, index + 1, self._processed(processors[index], index, item))

    def _processed(self, processor: CommandProcessor, index: int, item: object) -> Iterator[object]:
        self._caller.interruption.wait(0)
        try:
            yield from processor.process(item)
        except Enough:
            raise _Satisfied(index) from None

    def _processor(self, statement: Statement) -> CommandProcessor:
        if statement.is_script:
            raise Terminated(no_scripts(statement.text))
        contract = self._runspace.resolve(statement.text, self._load)
        signature = self._runspace.catalogue.signature(contract)
        if not self._runspace.is_own(contract):
            origin = self._runspace.origin(contract)
            return ProductCommand(signature, self._streams, self._organisation, self._caller, origin)
        if contract.name == IMPORT_CSV.name:
            return ImportCsv(signature, self._streams, self._organisation, self._caller, Origin(IMPORT_CSV.module))
        if contract.name in _PROXIES and not contract.module:
            return _PROXIES[contract.name](signature, self._streams)
        if contract.name in _OBJECTS:
            return _OBJECTS[contract.name](signature, self._streams)
        return _DISCOVERY[contract.name](signature, self._streams, self._runspace, self._load)

    def _load(self, module: str) -> None:
        """Import a module that is installed, which takes its time."""
        caller = self._caller
        call = import_call(caller.host, caller.shell, caller.user, module)
        caller.wait(self._organisation.latency(call))
        self._runspace.add(module)


class _Satisfied(Exception):
    """The command at an index wants no more objects."""

    def __init__(self, index: int) -> None:
        super().__init__(index)
        self.index = index
