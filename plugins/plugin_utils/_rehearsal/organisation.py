# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The organisation that a rehearsal starts with: users from exports, settings for what these cannot carry, and what is assumed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from .._lab.organisation.identities import bare, fold
from .._lab.seed.exports import ONLINE_EXPORT, ONPREM_EXPORT, Export
from .._lab.seed.from_csv import Exported, exported_users
from .._lab.seed.from_yaml import from_mapping
from .._lab.seed.model import MeetingsSeed, SeedError, UserSeed
from .assumptions import general_assumptions
from .deployment import topology_of
from .settings import LISTED, VARIABLE, Settings, read_settings
from .tenant import is_to_upgrade, tenant_facts

SKYPE_VERSION, TEAMS_VERSION = "2019 CU8", "6.6.0"
MEETINGS_PER_USER = 1


class RehearsalFault(ValueError):
    """What is rehearsed cannot be read: one sentence with the place and the remedy."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """What a lab starts with, as plain values (JSON can hold them), and a sentence about each thing that is assumed."""

    seed: Mapping[str, Any]
    assumptions: tuple[str, ...]


def organisation_of(onprem: Path | None, online: Path | None, settings: Mapping[str, Any]) -> Organisation:
    """Return the organisation of one or both exports. Raises RehearsalFault."""
    if onprem is None and online is None:
        raise RehearsalFault(
            "No export is named: name at least one file as teams_upgrade_rehearsal_onprem or teams_upgrade_rehearsal_online."
        )
    try:
        chosen = read_settings(settings)
        exported = exported_users(
            Export(onprem, ONPREM_EXPORT) if onprem else None,
            Export(online, ONLINE_EXPORT) if online else None,
            online_is_complete=chosen.online_is_complete,
        )
        return _organisation(exported, chosen)
    except SeedError as error:
        raise RehearsalFault(str(error)) from error


def _organisation(exported: Exported, settings: Settings) -> Organisation:
    facts = tenant_facts(exported, settings)
    users = list(_with_settings(exported, settings))
    seed: dict[str, Any] = {
        "profile": settings.profile or "today",
        "hosts": _hosts(settings),
        "tenant": facts.seed(exported),
        "topology": topology_of(users, settings),
    }
    seed = _merged(seed, settings.lab)
    more = _checked(seed, users)
    seed["users"] = [*(entry(user) for user in users), *more]
    assumed = [*general_assumptions(exported, settings, facts, seed), *exported.assumed.sentences()]
    return Organisation(seed, tuple(assumed))


def _checked(seed: Mapping[str, Any], users: Sequence[UserSeed]) -> list[dict[str, Any]]:
    """Return the users that `lab` adds. Raises SeedError with the name of the variable for what it says, before any host starts."""
    try:
        added = from_mapping(seed, Path()).users
    except SeedError as error:
        raise SeedError(str(error).replace("In the seed", f"In lab of {VARIABLE}", 1)) from error
    exported = {bare(name) for user in users for name in (user.sip, user.upn)}
    if twice := next((user.sip for user in added if {bare(user.sip), bare(user.upn)} & exported), None):
        raise SeedError(f"In lab of {VARIABLE}, users has {twice}, who is in the exports: change the export instead.")
    return list(seed.get("users", ()))


def _hosts(settings: Settings) -> dict[str, Any]:
    skype, teams = settings.skype_version or SKYPE_VERSION, settings.teams_version or TEAMS_VERSION
    return {"sfb01": {"skype": skype, "teams": teams}, "teams01": {"teams": teams}}


_NAMED_BY = ("fqdn", "identity", "name", "group")


def _merged(seed: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """Return a seed with what else is said of it: of tables and lists, only what is named there changes or is added."""
    merged = dict(seed)
    for name, value in more.items():
        known = merged.get(name)
        if isinstance(known, Mapping) and isinstance(value, Mapping):
            value = _merged(known, value)
        elif isinstance(known, list) and isinstance(value, list):
            value = list({_name(each): each for each in (*known, *value)}.values())
        merged[name] = value
    return merged


def _name(item: object) -> str:
    """Return the name by which lists of a seed tell their items apart."""
    named = item if isinstance(item, Mapping) else {}
    return fold(str(next((named[each] for each in _NAMED_BY if each in named), item)))


def _with_settings(exported: Exported, settings: Settings) -> Iterator[UserSeed]:
    """Yield the users with meetings, and with what the settings say of single ones. Raises SeedError for one who is not there."""
    count = MEETINGS_PER_USER if settings.meetings_per_user is None else settings.meetings_per_user
    listed = {name: {bare(each): each for each in named} for name, named in settings.listed.items()}
    for user, seen in zip(exported.users, exported.seen, strict=True):
        changed: dict[str, Any] = {}
        if is_to_upgrade(user, seen, settings):
            changed["meetings"] = MeetingsSeed(skype=count)
        for name, (place, value) in LISTED.items():
            found = [
                listed[name].pop(each)
                for each in dict.fromkeys((bare(user.sip), bare(user.upn)))
                if each in listed[name]
            ]
            if found:
                changed[place] = value
        yield replace(user, **changed) if changed else user
    for name, left in listed.items():
        for unknown in left.values():
            raise SeedError(f"In {VARIABLE}, {name} lists {unknown}, who is in no export: correct the address.")


_PLAIN = UserSeed("")
_NAMES = tuple(each.name for each in fields(UserSeed) if each.name not in ("sip", "meetings"))


def entry(user: UserSeed) -> dict[str, Any]:
    """Return a user as a seed's file says it, without what is so by default."""
    said: dict[str, Any] = {"sip": user.sip}
    for name in _NAMES:
        value = getattr(user, name)
        if value != getattr(_PLAIN, name):
            said[name] = _plain(value)
    if user.meetings.skype:
        said["meetings"] = {"skype": user.meetings.skype}
    return said


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
