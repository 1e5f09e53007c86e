# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The organisation's state as plain values, for those who look at a lab from outside."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from ..organisation.identities import bare
from ..organisation.organisation import Organisation
from ..organisation.records import AdUser, CloudUser
from ..organisation.shapes_onprem import granted_name
from ..organisation.world import World, effective, tenant_mode


def state(organisation: Organisation) -> dict[str, Any]:
    """Return who is homed where and in which mode, on both sides, by now."""
    with organisation.quiet() as world:
        listed = [_of_directory(world, user) for user in world.directory if user.kind == "user"]
        known = {user.guid for user in world.directory}
        listed += [_online(world, user) for user in world.tenant if user.anchor not in known]
        return {"now": world.now().isoformat(), "tenant": _tenant(world), "users": listed}


def _tenant(world: World) -> dict[str, Any]:
    settings = world.tenant.settings
    return {
        "mode": str(tenant_mode(world).mode),
        "shared_sip_address_space": settings.shared_sip_address_space,
        "meeting_migration": settings.meeting_migration,
    }


def _of_directory(world: World, user: AdUser) -> dict[str, Any]:
    seen = world.tenant.of(user.guid)
    return {
        "user": bare(user.sip) or user.upn,
        "locator": user.locator,
        "pool": user.pool,
        "notify_policy": granted_name(world, user),
        "contacts": user.contacts,
        "online": _online(world, seen) if seen else None,
    }


def _online(world: World, user: CloudUser) -> dict[str, Any]:
    return {
        "user": bare(user.sip) or user.upn,
        "locator": user.locator,
        "assigned": user.assigned,
        "mode": str(effective(world, user).mode),
        "contacts": user.contacts,
        "meetings": asdict(user.calendar),
    }
