# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said of an organisation besides its exports. docs/exports.md describes each setting for users."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .._lab.contract.versions import parse, server_build
from .._lab.organisation.modes import Instance, built_in
from .._lab.organisation.profile import PROFILES, TODAY
from .._lab.seed.tables import Table

VARIABLE = "teams_upgrade_rehearsal_settings"
# Users whose mailboxes, contacts or telephone conferences are elsewhere: the setting, and what a seed says of such a user.
LISTED: Mapping[str, tuple[str, object]] = {
    "mailboxes_onprem": ("mailbox", "onprem"),
    "contacts_in_exchange": ("contacts_in", "exchange"),
    "dial_in": ("dial_in", True),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """What was set; None, empty or false where nothing was. `lab` is what a seed of the lab may say besides."""

    skype_version: str | None
    teams_version: str | None
    profile: str | None
    default_policy: Instance | None
    online_is_complete: bool
    meetings_per_user: int | None
    onprem_policies: Mapping[str, bool]
    listed: Mapping[str, tuple[str, ...]]
    lab: Mapping[str, Any]


def read_settings(values: Mapping[str, Any]) -> Settings:
    """Return what was set. Raises SeedError, which says which settings there are."""
    table = Table(values, source=VARIABLE)
    notifying = table.table("onprem_policies")
    settings = Settings(
        skype_version=_checked(table, "skype_version", server_build),
        teams_version=_checked(table, "teams_version", _version),
        profile=table.one_of("profile", tuple(PROFILES), TODAY.name) if "profile" in table else None,
        default_policy=_instance(table),
        online_is_complete=table.flag("online_is_complete", True),
        meetings_per_user=table.number("meetings_per_user", 0) if "meetings_per_user" in table else None,
        onprem_policies={name: notifying.flag(name, False) for name in notifying.names()},
        listed={name: table.texts(name) for name in LISTED},
        lab=table.table("lab").values(),
    )
    table.known("skype_version", "teams_version", "profile", "meetings_per_user")
    table.end()
    return settings


def _checked(table: Table, name: str, check: Callable[[str], str]) -> str | None:
    return table.checked(name, check, "") if name in table else None


def _version(text: str) -> str:
    parse(text)
    return text


def _instance(table: Table) -> Instance | None:
    name = table.text("default_policy")
    instance = built_in(name) if name else None
    if name and instance is None:
        raise table.wrong("default_policy", "the name of an instance such as Islands or SfBWithTeamsCollab")
    return instance
