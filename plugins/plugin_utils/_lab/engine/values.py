# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values inside the embedded engine: plain Python, and a few .NET shapes that plain Python has no word for."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..contract.call import Credential, Thing

CUSTOM_OBJECT = ("System.Management.Automation.PSCustomObject", "System.Object")


# What a module's own projection makes.
_SELECTED = "Selected."
_PLAIN = (str, bool, int, type(None))

COMMAND_TYPES = "System.Management.Automation.CommandTypes"
MODULE_TYPE = "System.Management.Automation.ModuleType"


@dataclass(frozen=True, slots=True)
class Record:
    """An object with .NET type names. Native properties are `adapted`, made or projected ones `extended`."""

    type_names: Sequence[str]
    adapted: Mapping[str, object] = field(default_factory=dict)
    extended: Mapping[str, object] = field(default_factory=dict)
    text: str | None = None

    def property(self, name: str) -> tuple[str, object] | None:
        """Return a property's proper name and value by its name in any letter case, or None."""
        return next((found for found in self.properties() if found[0].casefold() == name.casefold()), None)

    def properties(self) -> Iterator[tuple[str, object]]:
        """All properties by name."""
        yield from self.adapted.items()
        yield from self.extended.items()


class Single(float):
    """A number of single precision."""


@dataclass(frozen=True, slots=True)
class EnumValue:
    """A value of one of the .NET enumerations named above."""

    type_name: str
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class VersionNumber:
    """A System.Version."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A dictionary of a certain .NET type."""

    type_name: str
    entries: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Secret:
    """A SecureString as it arrived."""

    text: str = field(repr=False)


def record_of(thing: Thing) -> Record:
    """Return the object that a cmdlet writes for a thing."""
    properties = {name: value if type(value) in _PLAIN else _nested(value) for name, value in thing.properties.items()}
    if thing.type_name.startswith(_SELECTED):
        return Record((thing.type_name, *CUSTOM_OBJECT), extended=properties)
    return Record((thing.type_name, "System.Object"), adapted=properties, text=thing.text or thing.type_name)


def serialised(value: object) -> object:
    """Return what arrives of a value that a pipeline puts out. A typed object is serialised one level deep: of objects in its properties
    only the text arrives, also where they are in a list. What a projection makes brings the objects in it along.
    """
    if isinstance(value, list):
        return [serialised(item) for item in value]
    if not isinstance(value, Record):
        return value
    return Record(
        value.type_names,
        {name: one if type(one) in _PLAIN else _text_of_objects(one) for name, one in value.adapted.items()},
        {name: one if type(one) in _PLAIN else serialised(one) for name, one in value.extended.items()},
        value.text,
    )


def _text_of_objects(value: object) -> object:
    if isinstance(value, Record):
        return as_text(value)
    return [_text_of_objects(item) for item in value] if isinstance(value, list) else value


def _nested(value: object) -> object:
    if isinstance(value, Thing):
        return record_of(value)
    if isinstance(value, list | tuple):
        return [_nested(item) for item in value]
    if isinstance(value, dict):
        return {key: _nested(item) for key, item in value.items()}
    return value


_NET_NAMES: Mapping[type, str] = {
    bool: "System.Boolean",
    str: "System.String",
    float: "System.Double",
    Single: "System.Single",
    list: "System.Collections.ArrayList",
    dict: "System.Collections.Hashtable",
    datetime.datetime: "System.DateTime",
    Credential: "System.Management.Automation.PSCredential",
    Secret: "System.Security.SecureString",
    VersionNumber: "System.Version",
}


def net_name(value: object) -> str:
    """Return the .NET type name of a value."""
    if isinstance(value, Record):
        return value.type_names[0]
    if isinstance(value, Table | EnumValue):
        return value.type_name
    if isinstance(value, int) and not isinstance(value, bool):
        return "System.Int32" if -(2**31) <= value < 2**31 else "System.Int64"
    return _NET_NAMES.get(type(value), "System.Object")


def as_text(value: object) -> str:
    """Return what .NET makes of a value as a string, as binding a string parameter does; null is the empty string."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, list):
        return " ".join(as_text(item) for item in value)
    if isinstance(value, datetime.datetime):
        return value.strftime("%m/%d/%Y %H:%M:%S")
    if isinstance(value, Record):
        return value.text or _custom_text(value)
    if isinstance(value, EnumValue):
        return value.name
    if isinstance(value, VersionNumber):
        return value.text
    return str(value) if isinstance(value, bool | int | float) else net_name(value)


def _custom_text(record: Record) -> str:
    return "@{" + "; ".join(f"{name}={_inner_text(value)}" for name, value in record.properties()) + "}"


def _inner_text(value: object) -> str:
    return net_name(value) if isinstance(value, list) else as_text(value)
