# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading properties of the objects that cmdlets return, whose shapes vary between versions.

A property that a projection returns as null may be empty or may not exist. A decision that rests on an empty value needs to know
that the property exists: rows hold only properties that do, and reading one that is missing gives None.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from xml.etree import ElementTree

from .._connection.messages import Row
from .._model.identity import address_of, fold
from .._model.policy import is_object_text

# Under which properties an object that prints as its name holds that name.
_NAMES = ("friendlyname", "name", "fqdn", "value", "distinguishedname", "identity")


def existing(row: Row, known: Collection[str] | None) -> Row:
    """Return the row without nulls for properties that are not known to exist."""
    if known is None:
        return row
    return {name: value for name, value in row.items() if value is not None or name in known}


def is_deleted(row: Row) -> bool:
    """Return whether an account was deleted and is only kept for a while (R72)."""
    return bool(row.get("SoftDeletionTimestamp"))


def account_of(row: Row) -> object:
    """Return what tells an account from any other: its identity, else its addresses."""
    return str(row.get("Identity") or "") or (
        address_of(row.get("SipAddress")),
        address_of(row.get("UserPrincipalName")),
    )


def text(row: Row, name: str) -> str | None:
    """Return a property as text: "" where it exists and is empty, None where it does not exist or is an object without a text."""
    return _as_text(row[name]) if name in row else None


def _as_text(value: object) -> str | None:
    """Some properties are objects that print as their name, as RegistrarPool is: a projection returns their own properties instead."""
    if isinstance(value, list) and len(value) < 2:
        return _as_text(value[0]) if value else ""
    if isinstance(value, Mapping):
        values = {fold(str(name)): each for name, each in value.items()}
        named = (values[name] for name in _NAMES if isinstance(values.get(name), str))
        value = next((each for each in named if each.strip()), None if any(map(_says, values.values())) else "")
        return None if value is None else str(value).strip()
    return "" if value is None else str(value).strip()


def _says(value: object) -> bool:
    return value not in (None, "", [], {})


def flag(row: Row, name: str) -> bool | None:
    """Return a property as a Boolean; None where it does not exist or says neither."""
    value = row.get(name)
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(str(value).strip().lower())


def number(row: Row, name: str) -> int | None:
    """Return a property as a whole number; None where it is none."""
    value = row.get(name)
    if isinstance(value, bool):
        return None
    try:
        return int(str(value))
    except ValueError:
        return None


def texts(row: Row, name: str) -> tuple[str, ...] | None:
    """Return a property that holds any number of texts; None where it does not exist, or is the text of a list that cannot be read."""
    if name not in row or (isinstance(row[name], str) and _LIST_TEXT.match(str(row[name]))):
        return None
    value = row[name]
    items = value if isinstance(value, list) else [value]
    return tuple(_one_text(item) for item in items if _says(item))


def _one_text(item: object) -> str:
    if isinstance(item, Mapping):
        return "; ".join(f"{key}: {value}" for key, value in item.items() if value not in (None, ""))
    return str(item)


def plans(row: Row) -> frozenset[str] | None:
    """Return the enabled service plans from AssignedPlan as JSON text, objects or XML, and from FeatureTypes (R74).

    None where AssignedPlan does not exist or cannot be read, also where its objects arrived as the names of their types: FeatureTypes
    alone has no word for Skype for Business Online, so that licence stays unknown.
    """
    if "AssignedPlan" not in row:
        return None
    try:
        found = {plan for item in _items(row["AssignedPlan"]) for plan in _enabled(item) if plan}
    except (ValueError, ElementTree.ParseError, RecursionError):
        return None
    features = (fold(feature) for feature in texts(row, "FeatureTypes") or ())
    return frozenset(found | {_FEATURES[feature] for feature in features if feature in _FEATURES})


# What lists and service plans print as where nobody has given them a text.
_LIST_TEXT = re.compile(r"System\.(?:Object\[\]|Collections\.)")
_TYPE_NAMES = ("assignedplan", "serviceplan", "assignedserviceplan")
_FEATURES = {"teams": "Teams", "audioconferencing": "MCOMEETADD", "phonesystem": "MCOEV"}
_PLANS = {fold(plan): plan for plan in ("Teams", "MCOProfessional", "MCOEV", "MCOMEETADD")}


def _items(value: object) -> list[object]:
    if value in (None, ""):
        return []
    if isinstance(value, list):
        return [part for item in value for part in _items(item)]
    if isinstance(value, str) and value.lstrip().startswith(("[", "{")):
        return _items(json.loads(value))
    return [value]


# Warning is the period of grace after a licence has run out: the plan is in use.
_IN_USE = ("enabled", "warning")


def _enabled(item: object) -> list[str]:
    if isinstance(item, str) and item.lstrip().startswith("<"):
        return list(_plans_below(ElementTree.fromstring(item)))
    if isinstance(item, Mapping):
        values = {fold(str(name)): value for name, value in item.items()}
        if fold(str(values.get("capabilitystatus", "Enabled"))) not in _IN_USE:
            return []
        plan = values.get("capability") or values.get("plan")
        if not plan and any(map(_says, values.values())):
            raise ValueError(item)
        return [_plan(str(plan or ""))]
    if is_object_text(str(item)) or fold(str(item)) in _TYPE_NAMES:
        raise ValueError(item)
    return [_plan(str(item))]


def _plans_below(node: ElementTree.Element) -> Iterator[str]:
    """A Plan element says whether it is enabled, the Capability elements below it say what it is."""
    if fold(node.get("CapabilityStatus", "Enabled")) not in _IN_USE:
        return
    yield _plan(node.get("Plan", ""))
    for child in node:
        yield from _plans_below(child)


def _plan(name: str) -> str:
    return _PLANS.get(fold(name.strip()), name.strip())
