# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""PowerShell's serialized objects (CLIXML) as values of JSON: one reader for whatever a pipeline puts out.

An object becomes a dict of its adapted and extended properties; an enum, version, guid or date its text (dates ISO 8601); a list a
list; a dictionary a dict with text as keys. What has neither properties nor content is its text.
"""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import TypeAlias

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"

_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_LISTS = frozenset({"LST", "IE", "QUE", "STK"})
_ENUM = "System.Enum"
# An object that is referred to is written out wherever it is: a few hundred bytes could become all the memory there is. PowerShell
# refers to an object only where it is met again, and nothing that is read here repeats itself so often.
_MAY_GROW, _MAY_REPEAT = 100, 65536


class NotReadable(ValueError):
    """A text is no serialized object, or one that nobody can use."""


def value_of(clixml: str) -> Value:
    """Return the value that `clixml`, the text of one serialized object, stands for. Raises NotReadable for other text."""
    try:
        return _Reader(_MAY_GROW * len(clixml) + _MAY_REPEAT).value(ET.fromstring(clixml))
    except NotReadable:
        raise
    except (ET.ParseError, ValueError, LookupError, OverflowError, RecursionError) as error:
        raise NotReadable("the host sent an object that cannot be read") from error


def text_of(escaped: str | None) -> str:
    """Return a string with its `_xHHHH_` escapes (UTF-16 code units) undone."""
    if not escaped or "_x" not in escaped.lower():
        return escaped or ""
    units = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), escaped)
    return units.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _float_of(text: str | None) -> float | str:
    number = float(text or "nan")
    return number if math.isfinite(number) else text or ""  # JSON has no infinities


def _character_of(text: str | None) -> str:
    return chr(int(text or "0")).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


_PRIMITIVES: dict[str, Callable[[str | None], Value]] = {
    "Nil": lambda text: None,
    "B": lambda text: text == "true",
    "C": _character_of,
    "SS": lambda text: None,  # a secret stays one
    **dict.fromkeys(("S", "URI", "XD", "SBK"), text_of),
    **dict.fromkeys(("G", "Version", "DT", "TS", "BA"), lambda text: text or ""),
    **dict.fromkeys(("By", "SB", "I16", "U16", "I32", "U32", "I64", "U64"), lambda text: int(text or "0")),
    **dict.fromkeys(("Sg", "Db", "D"), _float_of),
}


class _Reader:
    """Reads one serialized object; later parts of it refer to earlier ones by number."""

    def __init__(self, longest: int) -> None:
        self._objects: dict[str, Value] = {}
        self._types: dict[str, list[str]] = {}
        self._lengths: dict[str, int] = {}
        self._length = 0
        self._longest = longest

    def value(self, element: ET.Element) -> Value:
        self._grows(1 + len(element.attrib.get("N", "")))
        if element.tag in _PRIMITIVES:
            self._grows(len(element.text or ""))
            return _PRIMITIVES[element.tag](element.text)
        if element.tag == "Ref":
            self._grows(self._lengths.get(element.attrib["RefId"], 0))
            return self._objects.get(element.attrib["RefId"])
        if element.tag in _LISTS:
            return [self.value(child) for child in element]
        if element.tag == "DCT":
            return self._dictionary(element)
        number = element.attrib.get("RefId", "")
        self._objects[number] = None  # an object inside itself
        before = self._length
        self._objects[number] = self._object(element)
        self._lengths[number] = self._length - before
        return self._objects[number]

    def _grows(self, length: int) -> None:
        self._length += length
        if self._length > self._longest:
            raise NotReadable("the host sent an object that repeats itself without an end")

    def _object(self, element: ET.Element) -> Value:
        types = self._types_of(element)
        text = element.find("ToString")
        if _ENUM in types and text is not None:
            return self._text(text)
        for child in element:
            if child.tag in _PRIMITIVES or child.tag in _LISTS or child.tag == "DCT":
                return self.value(child)
        properties = self._properties(element)
        if not properties and text is not None:
            return self._text(text)
        return properties if properties or types else None  # what has no type is PowerShell's "nothing"

    def _text(self, element: ET.Element) -> str:
        self._grows(len(element.text or ""))
        return text_of(element.text)

    def _properties(self, element: ET.Element) -> dict[str, Value]:
        return {
            text_of(child.attrib["N"]): self.value(child)
            for group in ("Props", "MS")
            for child in element.iterfind(f"{group}/*[@N]")
        }

    def _dictionary(self, element: ET.Element) -> dict[str, Value]:
        entries = ({child.attrib.get("N"): self.value(child) for child in entry} for entry in element.iterfind("En"))
        return {str(entry.get("Key")): entry.get("Value") for entry in entries}

    def _types_of(self, element: ET.Element) -> list[str]:
        reference = element.find("TNRef")
        if reference is not None:
            return self._types.get(reference.attrib["RefId"], [])
        names = element.find("TN")
        if names is None:
            return []
        self._types[names.attrib["RefId"]] = [name.text or "" for name in names]
        return self._types[names.attrib["RefId"]]
