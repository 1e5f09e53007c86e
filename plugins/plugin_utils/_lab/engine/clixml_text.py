# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CLIXML of the values that cmdlets put out most, written as text.

psrpcore makes an object of each property and an XML element of each object, which takes ten times as long. What is not plain is left to it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from xml.sax.saxutils import escape

from .values import EnumValue, Record, Table, VersionNumber

# MS-PSRP 2.2.5.3.2: what is written as a number.
_ENCODED = re.compile("_[xX]|[\x00-\x1f\x7f-\x9f\ud800-\udfff\U00010000-\U0010ffff]")
_NAME = re.compile("[A-Za-z0-9. -]+")
_LIST = ("System.Object[]", "System.Array", "System.Object")
_KEY, _VALUE = ' N="Key"', ' N="Value"'
_ENUM = ("System.Enum", "System.ValueType", "System.Object")
_WARNING = ("Management.Automation.WarningRecord", "Management.Automation.InformationalRecord", "Object")
_VERSION = re.compile(r"\d{1,9}(\.\d{1,9}){1,3}", re.ASCII)
_INT32 = range(-(2**31), 2**31)


def clixml(value: object) -> bytes | None:
    """Return the CLIXML of a value, or None where it holds something that is not plain."""
    try:
        return _Writer().element(value, "").encode()
    except _NotPlain:
        return None


def state(number: int) -> bytes:
    """Return the CLIXML of a pipeline's state that has no error (MS-PSRP 2.2.2.21)."""
    return f'<Obj RefId="0"><MS><I32 N="PipelineState">{int(number)}</I32></MS></Obj>'.encode()


def warning(text: str) -> bytes | None:
    """Return the CLIXML of a warning without what called for it (MS-PSRP 2.2.2.23), or None where its text is not plain."""
    try:
        message = _Writer().element(text, ' N="InformationalRecord_Message"')
    except _NotPlain:
        return None
    types = "".join(f"<T>System.{name}</T>" for name in _WARNING)
    alone = '<B N="InformationalRecord_SerializeInvocationInfo">false</B>'
    return f'<Obj RefId="0"><TN RefId="0">{types}</TN><MS>{message}{alone}</MS></Obj>'.encode()


class _NotPlain(Exception):
    """A value that only psrpcore writes."""


class _Writer:
    """Writes one message: objects and lists of types are numbered in it, and a list of types is written once."""

    def __init__(self) -> None:
        self._objects = 0
        self._types: dict[tuple[str, ...], int] = {}
        self._enumerated: set[EnumValue] = set()

    def element(self, value: object, name: str) -> str:
        """Return the element of a value; `name` is its attribute, with a blank before, or nothing."""
        if value is None:
            return f"<Nil{name} />"
        kind = type(value)
        if kind is str:
            text = _text(value)  # type: ignore[arg-type]
            return f"<S{name}>{text}</S>" if text else f"<S{name} />"
        if kind is bool:
            return f"<B{name}>{'true' if value else 'false'}</B>"
        if kind is int and value in _INT32:
            return f"<I32{name}>{value}</I32>"
        if isinstance(value, datetime.datetime):
            return f"<DT{name}>{_moment(value)}</DT>"
        if isinstance(value, Record):
            return self._record(value, name)
        if kind is list:
            return self._list(value, name)  # type: ignore[arg-type]
        if isinstance(value, Table):
            return self._table(value, name)
        return self._of_a_class(value, name)

    def _of_a_class(self, value: object, name: str) -> str:
        if isinstance(value, VersionNumber) and _VERSION.fullmatch(value.text):
            return f"<Version{name}>{value.text}</Version>"
        # psrpcore has one object for each value of an enumeration, and refers to it where it comes again.
        if isinstance(value, EnumValue) and value not in self._enumerated:
            self._enumerated.add(value)
            number = self._number()
            types = self._types_of((value.type_name, *_ENUM))
            shown = f"<ToString>{_text(value.name)}</ToString>"
            return f'<Obj RefId="{number}"{name}><I32>{value.number}</I32>{types}{shown}</Obj>'
        raise _NotPlain

    def _number(self) -> int:
        number, self._objects = self._objects, self._objects + 1
        return number

    def _types_of(self, names: tuple[str, ...]) -> str:
        known = self._types.get(names)
        if known is not None:
            return f'<TNRef RefId="{known}" />'
        self._types[names] = known = len(self._types)
        listed = "".join(f"<T>{_text(each)}</T>" for each in names)
        return f'<TN RefId="{known}">{listed}</TN>'

    def _begin(self, types: Sequence[str], name: str) -> str:
        number = self._number()
        return f'<Obj RefId="{number}"{name}>{self._types_of(tuple(types))}'

    def _table(self, table: Table, name: str) -> str:
        begin = self._begin((table.type_name, "System.Object"), name)
        entries = [
            f"<En>{self.element(key, _KEY)}{self.element(value, _VALUE)}</En>" for key, value in table.entries.items()
        ]
        return f"{begin}<DCT>{''.join(entries)}</DCT></Obj>" if entries else f"{begin}<DCT /></Obj>"

    def _list(self, items: Sequence[object], name: str) -> str:
        begin = self._begin(_LIST, name)
        content = "".join(self.element(item, "") for item in items)
        return f"{begin}<LST>{content}</LST></Obj>" if content else f"{begin}<LST /></Obj>"

    def _record(self, record: Record, name: str) -> str:
        if not record.type_names or record.text == "" or not (record.adapted or record.extended):
            raise _NotPlain
        begin = self._begin(record.type_names, name)
        properties = self._properties("Props", record.adapted) + self._properties("MS", record.extended)
        shown = "" if record.text is None else f"<ToString>{_text(record.text)}</ToString>"
        return f"{begin}{properties}{shown}</Obj>"

    def _properties(self, tag: str, properties: Mapping[str, object]) -> str:
        if not properties:
            return ""
        content = "".join([self.element(value, _attribute(name)) for name, value in properties.items()])
        return f"<{tag}>{content}</{tag}>"


@lru_cache(maxsize=4096)
def _attribute(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise _NotPlain
    return f' N="{name}"'


def _text(text: str) -> str:
    if _ENCODED.search(text):
        raise _NotPlain
    return escape(text)


def _moment(value: datetime.datetime) -> str:
    if value.__class__ is not datetime.datetime or value.tzinfo is not datetime.UTC:
        raise _NotPlain
    return f"{value.replace(tzinfo=None).isoformat()}Z"
