# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Coexistence modes and instances of TeamsUpgradePolicy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .identity import fold


class Mode(StrEnum):
    """The coexistence modes, as Microsoft writes them."""

    ISLANDS = "Islands"
    SFB_ONLY = "SfBOnly"
    SFB_WITH_TEAMS_COLLAB = "SfBWithTeamsCollab"
    SFB_WITH_TEAMS_COLLAB_AND_MEETINGS = "SfBWithTeamsCollabAndMeetings"
    TEAMS_ONLY = "TeamsOnly"

    @classmethod
    def read(cls, value: object) -> Mode | None:
        """Return the mode that a host wrote, in whatever case (documents spell them in two ways); None for none of them."""
        wanted = fold(str(value or "").strip())
        return next((mode for mode in cls if fold(mode.value) == wanted), None)


# The one place where the instance is not named after its mode.
UPGRADE_TO_TEAMS = "UpgradeToTeams"
GLOBAL = "Global"
_PREFIXES = ("tag:", "host:", "tenant:")


@dataclass(frozen=True, slots=True)
class PolicyInstance:
    """An instance of TeamsUpgradePolicy. On-prem instances have no mode; `identity` lacks the `Tag:`."""

    identity: str
    mode: Mode | None
    notify: bool
    description: str = ""

    @property
    def for_users(self) -> bool:
        """Whether it can be granted to a user: neither the default nor the instance of a site or pool (R7)."""
        return ":" not in self.identity and not self.is_named(GLOBAL)

    def is_named(self, name: str | None) -> bool:
        """Return whether `name` means this instance, with or without prefix and in any case (R6)."""
        return same_instance(self.identity, name)


def bare_name(value: object) -> str | None:
    """Return an instance's name from what a host shows: a string with or without prefix, an object with a Name, or nothing (R6, R74)."""
    if isinstance(value, dict):
        values = {fold(str(key)): each for key, each in value.items()}
        value = next((values[key] for key in ("name", "policyname", "identity") if key in values), None)
    text = str(value).strip() if value is not None else ""
    prefix = next((prefix for prefix in _PREFIXES if fold(text).startswith(prefix)), "")
    return text[len(prefix) :] or None


def same_instance(one: str | None, other: str | None) -> bool:
    """Return whether two names mean the same instance; None is 'no instance'."""
    first, second = bare_name(one), bare_name(other)
    if first is None or second is None:
        return first is second
    return fold(first) == fold(second)


def instance_for(mode: Mode, *, notify: bool) -> PolicyInstance:
    """Return the built-in online instance that carries `mode` and `notify` (M4). Raises ValueError for TeamsOnly with notify (R5)."""
    if mode is Mode.TEAMS_ONLY:
        if notify:
            raise ValueError("TeamsOnly has no instance that notifies users.")
        return PolicyInstance(UPGRADE_TO_TEAMS, mode, notify=False)
    return PolicyInstance(mode.value + ("WithNotify" if notify else ""), mode, notify)


BUILT_IN = tuple(
    instance_for(mode, notify=notify)
    for mode in Mode
    for notify in (False, True)
    if not (notify and mode is Mode.TEAMS_ONLY)
)


def built_in(name: str | None) -> PolicyInstance | None:
    """Return the built-in online instance of that name, if there is one."""
    return next((instance for instance in BUILT_IN if instance.is_named(name)), None)
