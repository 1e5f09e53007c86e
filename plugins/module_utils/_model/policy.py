# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Coexistence modes and instances of TeamsUpgradePolicy."""

from __future__ import annotations

import re
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
# Under which properties an object that stands for an instance holds its name; the first that has a text counts.
_NAMES = ("name", "policyname", "friendlyname", "displayname", "identity")
_EMPTY: tuple[object, ...] = (None, "", [], {})
_OBJECT_TEXT = re.compile(
    r"@\{.*\}|(?:System|Microsoft|Deserialized|Selected)\.\S.*|[A-Z]\w*(?:\.[A-Z]\w*){2,}(?:\[.*\])?", re.DOTALL
)


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
    """Return an instance's name from what a host shows, None for none and for what has no name that is known (R6, R74)."""
    return name_in(value) or None


def name_in(value: object) -> str | None:
    """Return the name of the instance that a host shows, without prefix: "" for none, None where it shows something without a name.

    A policy is text, null, or an object: online UserPolicyDefinition with a Name, on-prem one with Anchor and FriendlyName. Where an
    endpoint returns only the text of an object, this may be the name of its type, which is no name of an instance (R11).
    """
    if isinstance(value, (list, tuple)):
        return name_in(value[0]) if len(value) == 1 else None if value else ""
    if isinstance(value, dict):
        values = {fold(str(key)): each for key, each in value.items()}
        named = (values[key] for key in _NAMES if isinstance(values.get(key), str))
        value = next((each for each in named if each.strip()), None)
        if value is None:
            return "" if all(each in _EMPTY for each in values.values()) else None
    text = str(value).strip() if value is not None else ""
    if is_object_text(text):
        return None
    prefix = next((prefix for prefix in _PREFIXES if fold(text).startswith(prefix)), "")
    return text[len(prefix) :]


def is_object_text(text: str) -> bool:
    """Return whether a text is what PowerShell makes of an object that has none of its own: the name of its type, or `@{Name=Value}`."""
    return _OBJECT_TEXT.fullmatch(text.strip()) is not None


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
