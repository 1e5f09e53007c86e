# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which policy applies to a user, and why (section 1.3, R8 to R10)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from .._model.policy import GLOBAL, UPGRADE_TO_TEAMS, Mode, PolicyInstance, same_instance
from .._model.user import Homing, Side, User


class Source(StrEnum):
    """What decides a user's policy, the nearest first."""

    OVERRIDE = "override"
    HOMING = "homing"
    USER = "user"
    GROUP = "group"
    TENANT = "tenant"
    UNKNOWN = "unknown"


def source(user: User, group: str | None = "", instances: Sequence[PolicyInstance] = ()) -> Source:
    """Return what decides: Microsoft's override, being homed online (TeamsOnly whatever is assigned), the user's own assignment, that of
    a group, or the default of the tenant (on-prem, of the deployment). `group` names the instance that a group gives the user, "" for
    none, None where that could not be read. Of the `instances`, one of a site or pool leaves open whether it or Global applies.
    """
    if user.override_policy:
        return Source.OVERRIDE
    if user.homing is Homing.ONLINE and user.side is Side.ONPREM:
        return Source.HOMING
    if user.homing is Homing.ONLINE and user.mode is Mode.TEAMS_ONLY:
        return Source.USER if same_instance(user.assigned or None, UPGRADE_TO_TEAMS) else Source.HOMING
    if user.assigned is None or user.homing is Homing.UNKNOWN:
        return Source.UNKNOWN
    if user.assigned:
        return Source.USER
    if group:
        return Source.GROUP
    elsewhere = any(not each.for_users and not each.is_named(GLOBAL) for each in instances)
    return Source.UNKNOWN if group is None or elsewhere else Source.TENANT


def notified(user: User, instances: Sequence[PolicyInstance]) -> bool | None:
    """Return whether the user is notified: as the service says, else by the instance that applies; None where that is not known.

    On-prem instances do not apply to users homed online.
    """
    if user.notify is not None or user.assigned is None:
        return user.notify
    if user.side is Side.ONPREM and user.homing is Homing.ONLINE:
        return None
    if not user.assigned:
        return inherited_notify(instances)
    return next((each.notify for each in instances if each.is_named(user.assigned)), None)


def inherited_notify(instances: Sequence[PolicyInstance]) -> bool | None:
    """Return whether users without an assignment are notified; None where an instance of a site or pool says otherwise than Global,
    since it is not known who belongs there.
    """
    default = next((each.notify for each in instances if each.is_named(GLOBAL)), None)
    others = {each.notify for each in instances if not each.for_users}
    return default if others == {default} else None
