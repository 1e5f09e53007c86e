# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""InterpretedUserType: a text made of where a user comes from, what the user is, and what is wrong. An open set (R73)."""

from __future__ import annotations

from ..contract.versions import Version
from .modes import Mode
from .records import SKYPE_PLAN, TEAMS_PLAN, CloudUser
from .world import World, effective

_RENAMED: Version = (3, 0)
_WITHOUT_PROVIDER = ("EnabledUserWithNoService", "EnabledUserWithTeamsLicense")


def interpreted_user_type(world: World, user: CloudUser, version: Version) -> str:
    """Return the text for a user; a seed may fix it."""
    if user.interpreted is not None:
        return user.interpreted
    return _origin(user, version) + _kind(world, user) + _trouble(user)


def has_provider(user: CloudUser) -> bool:
    """Return whether the service names a provider for a user: public reports show accounts of these types with empty ones."""
    return user.interpreted not in _WITHOUT_PROVIDER


def _origin(user: CloudUser, version: Version) -> str:
    if user.on_premises:
        return "HybridOnprem"
    if user.locator:
        return "HybridOnline"
    if user.anchor is None:
        return "PureOnline"
    return "DirSyncEnabledOnline" if version >= _RENAMED else "AADConnectEnabledOnline"


def _kind(world: World, user: CloudUser) -> str:
    if user.account_type == "ResourceAccount":
        return "ApplicationInstance"
    if not user.enabled:
        return "ActiveDirectoryDisabledUser"
    if effective(world, user).mode is Mode.TEAMS_ONLY:
        return "TeamsOnlyUser"
    return "SfBUserWithTeamsLicense" if user.licensed(TEAMS_PLAN) else "SfBUser"


def _trouble(user: CloudUser) -> str:
    if user.validation_errors:
        return "WithMCOValidationError"
    unlicensed = not (user.licensed(TEAMS_PLAN) or user.licensed(SKYPE_PLAN))
    return "NotLicensedForService" if unlicensed and user.account_type == "User" else ""
