# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Between psrpcore's objects and the values of the engine."""

from __future__ import annotations

import contextlib
import datetime
import enum
import functools
import re
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from ..contract.call import Credential, Thing
from .errors import Report
from .values import COMMAND_TYPES, MODULE_TYPE, EnumValue, Record, Secret, Single, Table, VersionNumber, record_of

_LIST = ["System.Object[]", "System.Array", "System.Object"]
_DEFAULT_HRESULT = -2146233088
# MS-PSRP 2.2.5.3.2: what text must not hold as it is. psrpcore sees to it, except for what an object says of itself.
_UNSAFE = re.compile("_(?=[xX])|[\x00-\x1f\x7f-\x9f\ud800-\udfff]")

with contextlib.suppress(ImportError):  # the program says in a sentence what is missing
    from psrpcore.types import (
        CommandTypes,
        ErrorCategory,
        ErrorCategoryInfo,
        ErrorRecord,
        NETException,
        PSCredential,
        PSDict,
        PSDouble,
        PSEnumBase,
        PSList,
        PSNoteProperty,
        PSObject,
        PSSecureString,
        PSSingle,
        PSType,
        PSVersion,
    )

    @PSType([MODULE_TYPE], rehydrate=False)
    class _ModuleType(PSEnumBase):
        Script = 0
        Binary = 1
        Manifest = 2

    class _Category(ErrorCategoryInfo):
        def __str__(self) -> str:
            """Return it as PowerShell writes it, with a colon."""
            return super().__str__().replace(" (", ": (", 1)

    _ENUMERATIONS: Mapping[str, type[enum.Enum]] = {COMMAND_TYPES: CommandTypes, MODULE_TYPE: _ModuleType}


def from_psrp(value: Any) -> object:
    """Return the engine's value of what a client sent."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, list):
        return [from_psrp(item) for item in value]
    if isinstance(value, dict):
        return {from_psrp(key): from_psrp(item) for key, item in value.items()}
    for kind, convert in _conversions():
        if isinstance(value, kind):
            return convert(value)
    return str(value)


def _plain_datetime(value: datetime.datetime) -> datetime.datetime:
    return datetime.datetime(
        value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond, value.tzinfo
    )


def _record(value: PSObject) -> Record:
    meta = value.PSObject
    return Record(
        tuple(meta.type_names),
        {one.name: from_psrp(one.get_value(value)) for one in meta.adapted_properties},
        {one.name: from_psrp(one.get_value(value)) for one in meta.extended_properties},
        meta.to_string,
    )


def _credential(value: PSCredential) -> Credential:
    return Credential(str.__str__(value.UserName), str.__str__(value.Password.decrypt()))


@functools.cache
def _conversions() -> tuple[tuple[type, Callable[[Any], object]], ...]:
    """By kind of value. The order matters: secrets are strings, too, and enumerations may be numbers."""
    return (
        (PSCredential, _credential),
        (PSSecureString, lambda value: Secret(str.__str__(value.decrypt()))),
        (enum.Enum, lambda value: value.name),
        (datetime.datetime, _plain_datetime),
        (uuid.UUID, str),
        (str, str.__str__),
        (int, int),
        (PSSingle, Single),
        (float, float),
        (PSObject, _record),
    )


def to_psrp(value: object) -> Any:
    """Return what psrpcore serialises for a value."""
    if isinstance(value, Thing):
        return to_psrp(record_of(value))
    if isinstance(value, Record):
        return _object(value)
    if isinstance(value, EnumValue):
        return _ENUMERATIONS[value.type_name](value.number)
    if isinstance(value, VersionNumber):
        return PSVersion(value.text)
    if isinstance(value, Table):
        table = PSDict({key: to_psrp(item) for key, item in value.entries.items()})
        table.PSObject.type_names = [value.type_name, "System.Object"]
        return table
    if isinstance(value, list | tuple):
        return _list(value)
    if isinstance(value, dict):
        return PSDict({to_psrp(key): to_psrp(item) for key, item in value.items()})
    return _primitive(value)


def _primitive(value: object) -> Any:
    """Plain values are left as they are, which psrpcore serialises three times as fast; it takes a float for a Single."""
    return PSDouble(value) if isinstance(value, float) else value


def _list(items: list[object] | tuple[object, ...]) -> PSList:
    made = PSList([to_psrp(item) for item in items])
    made.PSObject.type_names = list(_LIST)
    return made


def _object(record: Record) -> PSObject:
    made = PSObject()
    meta = made.PSObject
    meta.type_names = list(record.type_names)
    meta.adapted_properties = [PSNoteProperty(name, value=to_psrp(one)) for name, one in record.adapted.items()]
    meta.extended_properties = [PSNoteProperty(name, value=to_psrp(one)) for name, one in record.extended.items()]
    if record.text is not None:
        meta.to_string = _own_text(record.text)
    return made


def _own_text(text: str) -> str:
    return _UNSAFE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def error_record(report: Report) -> ErrorRecord:
    """Return the record in which a client gets an error."""
    exception = NETException(Message=report.message, HResult=_DEFAULT_HRESULT)
    exception.PSObject.type_names = report.exception_types()
    exception.PSObject.to_string = _own_text(f"{report.exception}: {report.message}")
    record = ErrorRecord(
        Exception=exception,
        CategoryInfo=_Category(
            Category=ErrorCategory[report.category],
            Activity=report.activity,
            Reason=report.exception.rpartition(".")[2],
            TargetName=report.target_name,
            TargetType=report.target_type,
        ),
        TargetObject=to_psrp(report.target),
        FullyQualifiedErrorId=report.error_id,
    )
    record.PSObject.to_string = _own_text(report.message)
    return record
