# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a row of an export says about a user: words of a seed, and what is assumed where it does not say."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from ..organisation.identities import fold
from ..organisation.modes import BUILT_IN, UPGRADE, Instance, Mode, built_in
from ..organisation.records import CONFERENCING_PLAN, FEATURES, ON_PREMISES, SKYPE_PLAN, TEAMS_PLAN, VOICE_PLAN
from .assumed import Assumed, Assumption
from .exports import Record
from .model import CLOUD, NOWHERE, ONLINE, ONPREM

BOTH_PLANS = (TEAMS_PLAN, SKYPE_PLAN)
# Names of service plans beside the capabilities that simulated hosts show: those of licence tables and of government clouds.
_PLANS = {
    TEAMS_PLAN: "Teams TEAMS1 TEAMS_GOV TEAMS_AR_GCCHIGH TEAMS_AR_DOD MCO_TEAMS_IW",
    SKYPE_PLAN: "MCOProfessional MCOSTANDARD MCOSTANDARD_GOV",
    VOICE_PLAN: "MCOEV MCOEV_GOV MCOEV_GCCHIGH MCOEV_DOD",
    CONFERENCING_PLAN: "MCOMEETADD MCOMEETADV MCOMEETADV_GOV",
}
_PLAN_NAMES = {fold(name): plan for plan, names in _PLANS.items() for name in names.split()} | {
    fold(plan): plan for plan in FEATURES
}
_FEATURE_PLANS = {fold(feature): plan for plan, feature in FEATURES.items()}
# Warning is the period of grace after a licence has run out.
_IN_USE = ("enabled", "warning")
_XML_PLAN = re.compile(r'CapabilityStatus="(\w+)".*?Capability Plan="(\w+)"', re.DOTALL)
_MODES = {fold(each): each for each in Mode}
_WORDS = re.compile(r"[\s,;]+")
_PREFIX = re.compile(r"(?:tag|host|tenant):", re.IGNORECASE)
_OBJECT_NAME = re.compile(r"@\{(?:.*;)?\s*Name=([^;}]*)[;}].*", re.DOTALL)
_NO_POLICIES = ("", "global")
_COMPONENT = re.compile(r"(?<!\\),\s*(?=(?:OU|CN|DC|O)=)", re.IGNORECASE)
_BARE_NUMBER = re.compile(r"\+?\d[\d.,]*(?:E\+?\d+)?", re.IGNORECASE)
_TYPES = {
    "resourceaccount": "ResourceAccount",
    "guest": "Guest",
    "ineligibleuser": "IneligibleUser",
    "unknown": "IneligibleUser",
}


def onprem_homing(record: Record, assumed: Assumed, user: str) -> str | None:
    """Return where the directory homes a user; None for one of whom it says nothing."""
    provider = record.text("HostingProvider")
    if provider:
        return ONPREM if fold(provider) == fold(ON_PREMISES) else ONLINE
    if record.text("RegistrarPool"):
        assumed.of(Assumption.NO_PROVIDER, user)
        return ONPREM
    assumed.of(Assumption.NO_HOME, user)
    return None


def cloud_homing(record: Record) -> str:
    """Return where the tenant sees a user homed."""
    synced, provider = record.text("OnPremHostingProvider") or "", record.text("HostingProvider") or ""
    if fold(synced or provider) == fold(ON_PREMISES):
        return ONPREM
    if synced:
        return ONLINE
    if not record.text("SipAddress"):
        return NOWHERE
    if provider:
        return CLOUD
    kind = fold(record.text("InterpretedUserType") or "")
    return ONPREM if kind.startswith("hybridonprem") else ONLINE if kind.startswith("hybridonline") else CLOUD


def account_type(record: Record) -> str:
    """Return what kind of account the tenant has."""
    kind = record.text("AccountType")
    if kind is None:
        interpreted = fold(record.text("InterpretedUserType") or "")
        external = "#ext#" in fold(record.text("UserPrincipalName") or "")
        return "ResourceAccount" if "applicationinstance" in interpreted else "Guest" if external else "User"
    return _TYPES.get(fold(kind), "User")


def licences(record: Record, assumed: Assumed, user: str) -> tuple[str, ...]:
    """Return the plans that a user has, as far as simulated hosts know them."""
    plans = _assigned_plans(record.text("AssignedPlan"))
    if plans is not None:
        return tuple(plan for plan in (*FEATURES, SKYPE_PLAN) if plan in plans)
    features = record.text("FeatureTypes")
    if features is None:
        assumed.of(Assumption.LICENCES, user)
        return BOTH_PLANS
    named = {_FEATURE_PLANS[word] for word in map(fold, _WORDS.split(features)) if word in _FEATURE_PLANS}
    found = tuple(plan for plan in FEATURES if plan in named)
    if TEAMS_PLAN not in found:
        return found
    assumed.of(Assumption.SKYPE_PLAN, user)
    return (*found, SKYPE_PLAN)


# Thousands of users have the same licences.
@lru_cache(maxsize=1024)
def _assigned_plans(text: str | None) -> frozenset[str] | None:
    """Return the enabled plans in AssignedPlan: as JSON, XML, or words such as Teams=Enabled. None where it cannot be read."""
    if text is None:
        return None
    try:
        named = list(_named_plans(text))
    except ValueError:
        return None
    return frozenset(_PLAN_NAMES.get(fold(name), name) for name, status in named if fold(status) in _IN_USE)


def _named_plans(text: str) -> Iterator[tuple[str, str]]:
    if text.startswith("<"):
        yield from ((name, status) for status, name in _XML_PLAN.findall(text))
    elif text.startswith(("[", "{")):
        yield from _plans_in(json.loads(text))
    else:
        for word in filter(None, _WORDS.split(text)):
            name, _sign, status = word.partition("=")
            if not name:
                raise ValueError(word)
            yield name, status or "Enabled"


def _plans_in(value: object) -> Iterator[tuple[str, str]]:
    for item in value if isinstance(value, list) else [value]:
        values = {fold(name): each for name, each in item.items()} if isinstance(item, Mapping) else {}
        name = values.get("capability")
        if not isinstance(name, str) or not name:
            raise ValueError(item)
        yield name, str(values.get("capabilitystatus") or "Enabled")


def mode(record: Record) -> Mode | None:
    """Return the mode in effect for a user; None where the export says none that is known."""
    return _MODES.get(fold(record.text("TeamsUpgradeEffectiveMode") or ""))


def instance_of(wanted: Mode) -> Instance:
    """Return the instance for a mode that notifies nobody."""
    return UPGRADE if wanted is Mode.TEAMS_ONLY else next(each for each in BUILT_IN if each.mode is wanted)


def online_policy(record: Record) -> tuple[Instance | None, bool]:
    """Return the instance that a user was granted online, and whether that can be read."""
    text = record.object_text("TeamsUpgradePolicy")
    if found := _OBJECT_NAME.fullmatch(text):
        text = found[1].strip()
    elif record.text("TeamsUpgradePolicy") is None:
        return None, False
    name = _PREFIX.sub("", text, count=1).strip()
    if fold(name) in _NO_POLICIES:
        return None, True
    instance = built_in(name)
    return instance, instance is not None


def notify_policy(record: Record, assumed: Assumed, user: str) -> str | None:
    """Return the on-prem instance that a user was granted there."""
    name = record.text("TeamsUpgradePolicy")
    if name is None:
        assumed.of(Assumption.NOTIFY_POLICY, user)
        return None
    bare = _PREFIX.sub("", name, count=1).strip()
    return bare if fold(bare) not in _NO_POLICIES and ":" not in bare else None


def validation_errors(record: Record, assumed: Assumed, user: str) -> tuple[str, ...]:
    """Return what the tenant finds wrong with a user."""
    text = record.text("UserValidationErrors", "MCOValidationError", "MCOValidationErrors")
    if text is None:
        assumed.of(Assumption.ERRORS, user)
        return ()
    return tuple(part for each in text.split(";") if (part := each.strip()))


def unit_and_domain(record: Record) -> tuple[str, str] | None:
    """Return the organisational unit and the domain of a distinguished name; None where there is none. Raises SeedError."""
    text = record.text("Identity") or ""
    _name, *components = _COMPONENT.split(text)
    parts = [part.strip() for part in components]
    domain = ".".join(part[3:] for part in parts if part[:3].upper() == "DC=")
    if not domain:
        return None
    unit = ",".join(part for part in parts if part[:3].upper() != "DC=")
    if "?" in unit:
        raise record.fault(f"holds {text!r} as Identity: an export as ASCII writes ? for letters such as \u00fc")
    record.check_letters("Identity", text)
    return unit or "CN=Users", domain.lower()


def line(text: str | None, assumed: Assumed, user: str) -> str | None:
    """Return a telephone number as it is; a spreadsheet may have made another number of it."""
    if text and _BARE_NUMBER.fullmatch(text) and not text.startswith("+"):
        assumed.of(Assumption.DAMAGED_NUMBER, user)
    return text or None


def display_name(records: Iterable[Record | None], assumed: Assumed, user: str) -> str:
    """Return the first display name that there is."""
    name = next((text for each in records if each is not None and (text := each.text("DisplayName"))), "")
    if "?" in name:
        assumed.of(Assumption.DAMAGED_NAME, user)
    return name
