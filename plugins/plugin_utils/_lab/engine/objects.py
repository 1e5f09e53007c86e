# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Select-Object and Measure-Object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache

from ..contract.call import CmdletContract, Parameter, ParameterSet, Pipeline
from .binder import BoundParameters
from .command import CommandProcessor, Enough, Streams
from .errors import Terminated
from .signature import Signature
from .values import CUSTOM_OBJECT, Record, net_name

UTILITY = "Microsoft.PowerShell.Utility"
_INPUT = Parameter("InputObject", "PSObject", pipeline=Pipeline.BY_VALUE)
SELECT_OBJECT = CmdletContract(
    "Select-Object",
    UTILITY,
    (
        ParameterSet(
            "DefaultParameter",
            (
                _INPUT,
                Parameter("Property", "String[]", position=0),
                Parameter("ExpandProperty", "String"),
                Parameter("First", "Int32"),
                Parameter("Skip", "Int32"),
            ),
            default=True,
        ),
    ),
)
MEASURE_OBJECT = CmdletContract("Measure-Object", UTILITY, (ParameterSet("GenericMeasure", (_INPUT,), default=True),))


class SelectObject(CommandProcessor):
    """Projects, expands and counts out objects. Properties that an object does not have come out as null."""

    compiled = True
    suffix = "Microsoft.PowerShell.Commands.SelectObjectCommand"

    def __init__(self, signature: Signature, streams: Streams) -> None:
        super().__init__(signature, SELECT_OBJECT.name, streams)
        self._seen = 0

    def process_once(self) -> Iterator[object]:
        """Without input there is nothing to select."""
        self._range(self.binder.without_input(), "First")
        yield from ()

    def run(self, bound: BoundParameters, item: object) -> Iterator[object]:
        """Select from one object. Raises Enough after the last that is wanted."""
        skip, first = self._range(bound, "Skip") or 0, self._range(bound, "First")
        if first == 0:
            raise Enough
        self._seen += 1
        if self._seen <= skip:
            return
        yield from self._selected(bound, item)
        if first is not None and self._seen - skip >= first:
            raise Enough

    def _range(self, bound: BoundParameters, name: str) -> int | None:
        value = bound.values.get(name)
        if isinstance(value, int) and value < 0:
            detail = (
                f"The {value} argument is less than the minimum allowed range of 0. Supply an argument that is greater than "
                "or equal to 0 and then try the command again."
            )
            raise Terminated(self.source.invalid(name, detail))
        return value if isinstance(value, int) else None

    def _selected(self, bound: BoundParameters, item: object) -> Iterator[object]:
        expand = bound.values.get("ExpandProperty")
        properties = bound.values.get("Property")
        if isinstance(expand, str) and expand:
            yield from self._expanded(item, expand)
        elif isinstance(properties, list):
            yield _projected(item, properties)
        else:
            yield item

    def _expanded(self, item: object, name: str) -> Iterator[object]:
        found = _object(item).property(name)
        if found is None:
            text, exception = f'Property "{name}" cannot be found.', "System.Management.Automation.PSArgumentException"
            report = self.source.report(text, "ExpandPropertyNotFound", "InvalidArgument", exception)
            self.write_error(report.about(item))
        elif isinstance(found[1], list):
            yield from found[1]
        else:
            yield found[1]


def _projected(item: object, patterns: Sequence[object]) -> Record:
    source = _object(item)
    values: dict[str, object] = {}
    for name, value in source.properties():
        values.setdefault(name, value)
    names = _chosen(tuple(values), tuple(map(str, patterns)))
    return Record(
        (f"Selected.{source.type_names[0]}", *CUSTOM_OBJECT), extended={name: values.get(name) for name in names}
    )


@lru_cache(maxsize=256)
def _chosen(there: tuple[str, ...], patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names that the patterns choose of an object's, each once; a name that is not there as it is written.

    Thousands of objects with the same names are projected by the same patterns.
    """
    chosen: dict[str, str] = {}
    for pattern in patterns:
        matches = [name for name in there if fnmatchcase(name.casefold(), pattern.casefold())]
        for name in matches or ([] if "*" in pattern else [pattern]):
            chosen.setdefault(name.casefold(), name)
    return tuple(chosen.values())


def _object(item: object) -> Record:
    if isinstance(item, Record):
        return item
    return Record((net_name(item),), {"Length": len(item)} if isinstance(item, str) else {})


class MeasureObject(CommandProcessor):
    """Counts objects."""

    compiled = True
    suffix = "Microsoft.PowerShell.Commands.MeasureObjectCommand"

    def __init__(self, signature: Signature, streams: Streams) -> None:
        super().__init__(signature, MEASURE_OBJECT.name, streams)
        self._count = 0

    def process_once(self) -> Iterator[object]:
        """Without input there is nothing to count."""
        yield from ()

    def run(self, bound: BoundParameters, item: object) -> Iterator[object]:
        """Count one object."""
        self._count += 1
        yield from ()

    def end(self) -> Iterator[object]:
        """Yield the count."""
        yield Record(
            ("Microsoft.PowerShell.Commands.GenericMeasureInfo", *CUSTOM_OBJECT), extended={"Count": self._count}
        )


class SelectProxy(SelectObject):
    """The function that stands for it on restricted endpoints."""

    compiled = False
    suffix = ""


class MeasureProxy(MeasureObject):
    """The function that stands for it on restricted endpoints."""

    compiled = False
    suffix = ""
