# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parameter types: what a documented type is in .NET, and what PowerShell makes of an argument for it."""

from __future__ import annotations

import calendar
import datetime
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..contract.call import Credential
from .values import Secret, as_text, net_name

PROMPT = (
    "A command that prompts the user failed because the host program or the command type does not support user "
    "interaction. The host was attempting to request confirmation with the following message: "
)
_HASHTABLE, _SECURE = "System.Collections.Hashtable", "System.Security.SecureString"
_WORD = re.compile(r"[^\W\d_]+")
_DATE_WORDS = frozenset(
    f"{' '.join(calendar.month_name)} {' '.join(calendar.month_abbr)} {' '.join(calendar.day_name)} "
    f"{' '.join(calendar.day_abbr)} AM PM A P T Z GMT".casefold().split()
)
_BOOLEANS = "Boolean parameters accept only Boolean values and numbers, such as $True, $False, 1 or 0."


class Unconvertible(Exception):
    """An argument does not fit a type. The text is PowerShell's, without the name of the parameter."""


@dataclass(frozen=True, slots=True)
class ParameterType:
    """A type as .NET and PowerShell name it. `convert` makes the bound value of an argument; raises Unconvertible."""

    net: str
    literal: str
    convert: Callable[[object], object]

    @property
    def demands_content(self) -> bool:
        """Whether a mandatory parameter of this type refuses empty text and empty arrays."""
        return self.net in ("System.String", "System.String[]")

    def holds(self, value: object) -> bool:
        """Whether a value is of this type as it is, without conversion."""
        return self.net == "System.Object" or net_name(value) == self.net


def _no_value(value: object, net: str) -> str:
    shown = net_name(value) if isinstance(value, list | dict) else as_text(value)
    return f'Cannot convert the "{shown}" value of type "{net_name(value)}" to type "{net}".'


def _no_cast(value: object, net: str) -> str:
    return f'Cannot convert value "{value}" to type "{net}". Error: "Invalid cast from \'{net_name(value)}\' to \'{net}\'."'


def _string(value: object) -> object:
    return as_text(value)


def _strings(value: object) -> object:
    if value is None:
        return None
    return [as_text(item) for item in value] if isinstance(value, list) else [as_text(value)]


def _boolean(value: object) -> object:
    if isinstance(value, bool | int | float):
        return bool(value)
    shown = "" if value is None else net_name(value)
    raise Unconvertible(f'Cannot convert value "{shown}" to type "System.Boolean". {_BOOLEANS}')


def _switch(value: object) -> object:
    if value is None or isinstance(value, bool):
        return bool(value)
    net = "System.Management.Automation.SwitchParameter"
    if isinstance(value, int | float):
        raise Unconvertible(_no_value(value, net))
    raise Unconvertible(f'Cannot convert value "{net_name(value)}" to type "{net}". {_BOOLEANS}')


def _integer(net: str, low: int, high: int) -> Callable[[object], object]:
    def convert(value: object) -> object:
        if value is None:
            return 0
        if not isinstance(value, bool | int | float | str):
            raise Unconvertible(_no_value(value, net))
        try:
            number = _number(value)
        except ValueError:
            detail = f"The input string '{value}' was not in a correct format."
            raise Unconvertible(f'Cannot convert value "{value}" to type "{net}". Error: "{detail}"') from None
        if not low <= number <= high:
            short = net.rpartition(".")[2]
            article = "an" if short.startswith("I") else "a"
            detail = f"Value was either too large or too small for {article} {short}."
            raise Unconvertible(f'Cannot convert value "{as_text(value)}" to type "{net}". Error: "{detail}"')
        return number

    return convert


def _number(value: str | float) -> int:
    """Return an integer as PowerShell reads it: blanks around it, 0x, halves to even, nothing is 0. Raises ValueError."""
    if not isinstance(value, str):
        return round(value)
    text = value.strip()
    if text.lower().startswith("0x"):
        return int(text, 16)
    if "_" in text:
        raise ValueError(text)
    return round(float(text)) if text else 0


def _guid(value: object) -> object:
    if value is None:
        raise Unconvertible('Cannot convert null to type "System.Guid".')
    if isinstance(value, list | dict):
        raise Unconvertible(_no_value(value, "System.Guid"))
    if isinstance(value, bool):
        raise Unconvertible(_no_cast(value, "System.Guid"))
    try:
        return str(uuid.UUID(as_text(value)))
    except ValueError:
        text = f'Cannot convert value "{as_text(value)}" to type "System.Guid". Error: "Unrecognized Guid format."'
        raise Unconvertible(text) from None


def _datetime(value: object) -> object:
    if value is None:
        raise Unconvertible('Cannot convert null to type "System.DateTime".')
    if isinstance(value, datetime.datetime):
        return value
    if isinstance(value, list | dict):
        raise Unconvertible(_no_value(value, "System.DateTime"))
    if isinstance(value, bool):
        raise Unconvertible(_no_cast(value, "System.DateTime").replace("'System.", "'"))
    if isinstance(value, int):
        return _from_ticks(value)
    text = as_text(value).strip()
    for pattern in ("%m/%d/%Y", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M"):
        try:
            return datetime.datetime.strptime(text, pattern)
        except ValueError:
            continue
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        detail = f"String '{text}' was not recognized as a valid DateTime."
        unknown = next((one for one in _WORD.finditer(text) if one[0].casefold() not in _DATE_WORDS), None)
        if unknown is not None:
            detail = (
                f"The string '{text}' was not recognized as a valid DateTime. There is an unknown word starting at "
                f"index '{unknown.start()}'."
            )
        raise Unconvertible(f'Cannot convert value "{text}" to type "System.DateTime". Error: "{detail}"') from None


def _from_ticks(ticks: int) -> datetime.datetime:
    try:
        return datetime.datetime(1, 1, 1) + datetime.timedelta(microseconds=ticks // 10)
    except OverflowError:
        detail = "Ticks must be between DateTime.MinValue.Ticks and DateTime.MaxValue.Ticks. (Parameter 'ticks')"
        text = f'Cannot convert value "{ticks}" to type "System.DateTime". Error: "{detail}"'
        raise Unconvertible(text) from None


def _uri(value: object) -> object:
    if isinstance(value, list | dict):
        raise Unconvertible(_no_value(value, "System.Uri"))
    if isinstance(value, bool):
        raise Unconvertible(_no_cast(value, "System.Uri"))
    return None if value is None else as_text(value)


def _hashtable(value: object) -> object:
    if value is None or isinstance(value, dict):
        return value
    raise Unconvertible(_no_cast(value, _HASHTABLE) if isinstance(value, bool) else _no_value(value, _HASHTABLE))


def _secure(value: object) -> object:
    if value is None or isinstance(value, Secret):
        return value
    raise Unconvertible(f'Cannot convert the value of type "{net_name(value)}" to type "{_SECURE}".')


def _credential(value: object) -> object:
    if value is None or isinstance(value, Credential):
        return value
    raise Unconvertible(f"{PROMPT}Enter your credentials." if isinstance(value, str) else "userName")


def _any(value: object) -> object:
    return value


STRING = ParameterType("System.String", "string", _string)
OBJECT = ParameterType("System.Object", "object", _any)
SWITCH = ParameterType("System.Management.Automation.SwitchParameter", "switch", _switch)
_TYPES: Mapping[str, ParameterType] = {
    "String": STRING,
    "String[]": ParameterType("System.String[]", "string[]", _strings),
    "Boolean": ParameterType("System.Boolean", "bool", _boolean),
    "SwitchParameter": SWITCH,
    "Int32": ParameterType("System.Int32", "int", _integer("System.Int32", -(2**31), 2**31 - 1)),
    "UInt32": ParameterType("System.UInt32", "uint32", _integer("System.UInt32", 0, 2**32 - 1)),
    "UInt64": ParameterType("System.UInt64", "uint64", _integer("System.UInt64", 0, 2**64 - 1)),
    "Guid": ParameterType("System.Guid", "guid", _guid),
    "DateTime": ParameterType("System.DateTime", "datetime", _datetime),
    "Uri": ParameterType("System.Uri", "uri", _uri),
    "Hashtable": ParameterType(_HASHTABLE, "hashtable", _hashtable),
    "PSCredential": ParameterType("System.Management.Automation.PSCredential", "pscredential", _credential),
    "SecureString": ParameterType(_SECURE, "securestring", _secure),
}
# Identities, names of hosts and enumerations of the product's own: all are made from strings.
_TEXTUAL = ("Parameter", "Identity", "Type", "Enum", "Mechanism", "Status", "Level", "Types", "Fqdn")


def parameter_type(documented: str) -> ParameterType:
    """Return the type for a documented type name. A product's own types are text or, if they are not, any object."""
    known = _TYPES.get(documented)
    if known is not None:
        return known
    return STRING if documented.endswith(_TEXTUAL) else OBJECT
