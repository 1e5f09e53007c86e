# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turns parameter values from JSON into values that PowerShell binds."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ...module_utils._connection.messages import SECRET_TYPES
from . import library

_INT32 = range(-(2**31), 2**31)
_INT64 = range(-(2**63), 2**63)

# Halves of characters and the code points that are none. No name of anything contains them, and XML cannot hold them.
_NO_TEXT = re.compile("[\ud800-\udfff\ufffe\uffff]")


def needs_key(value: object) -> bool:
    """Return whether `value` holds a secret, so that the session has to agree on a key first."""
    if isinstance(value, Mapping):
        return value.get("type") in SECRET_TYPES
    return isinstance(value, list) and any(needs_key(item) for item in value)


def bound(value: object) -> Any:
    """Return `value` in the form that pypsrp sends.

    Text travels as a string, whatever it contains; a switch as a boolean; a credential as a PSCredential under the session's key.
    Raises ValueError for what has no form, without naming the value.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return text(value)
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, float):
        return _element("Db", repr(value))
    if isinstance(value, list):
        return [bound(item) for item in value]
    if isinstance(value, Mapping):
        return _typed(value)
    raise ValueError(f"A parameter cannot be a {type(value).__name__}.")


def text(value: str) -> str:
    """Return a string that can be sent: any text can, whatever it contains. Raises ValueError for what is not text."""
    if _NO_TEXT.search(value):
        raise ValueError("A parameter contains a code point that is not a character.")
    return value


def _integer(value: int) -> ET.Element:
    if value not in _INT64:
        raise ValueError("A parameter is larger than 64 bits.")
    return _element("I32" if value in _INT32 else "I64", str(value))


def _typed(value: Mapping[str, object]) -> Any:
    match value:
        case {"type": "credential", "user": str() as user, "password": str() as password}:
            credential: Any = library.PSCredential
            return credential(username=user, password=password)
        case {"type": "secret", "value": str() as secret}:
            return library.TaggedValue("SS", secret)
        case {"type": "datetime", "value": str() as moment}:
            return _element("DT", datetime.fromisoformat(moment).isoformat())
        case _:
            raise ValueError(f"A parameter of type {value.get('type')!r} is not complete or not known.")


def _element(tag: str, content: str) -> ET.Element:
    element = ET.Element(tag)
    element.text = content
    return element
