# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Everything there is in the simulated organisation, in one place, and who is in which mode there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from ..contract.readings import Readings
from .agenda import Agenda
from .clock import Clock
from .directory import Directory
from .modes import UPGRADE, Instance, built_in
from .profile import HostFacts, Profile, Timing
from .records import CLOUD_PROXY, ON_PREMISES, CloudUser
from .tenant import Tenant
from .topology import Topology


@dataclass(slots=True)
class World:
    """The organisation's state. Not thread-safe: the organisation's lock is around every call."""

    profile: Profile
    readings: Readings
    timing: Timing
    clock: Clock
    directory: Directory
    tenant: Tenant
    topology: Topology
    hosts: dict[str, HostFacts]
    agenda: Agenda = field(default_factory=Agenda)
    files: dict[tuple[str, str], str] = field(default_factory=dict)

    def now(self) -> datetime:
        """The lab's time."""
        return self.clock.now()


def assigned_instance(world: World, user: CloudUser) -> Instance | None:
    """Return the instance granted to a user directly that is in effect by now; a grant takes its time (R12)."""
    name = user.assigned
    if user.assigned_at is not None and world.now() < user.assigned_at + world.timing.policy:
        name = user.assigned_before
    return built_in(name) if name else None


def inherited(world: World, user: CloudUser) -> Instance:
    """Return what applies to a user without a grant: that of a group, by rank, else the tenant's default (R8)."""
    groups = world.tenant.groups_of(user)
    return (built_in(groups[0].instance) if groups else None) or world.tenant.settings.default


def effective(world: World, user: CloudUser) -> Instance:
    """Return the instance in effect for a user.

    Microsoft's override comes first; then, today, that a user homed in the cloud is TeamsOnly whatever the tenant's default is; then the
    user's own grant, a group's, the tenant's default. A tenant that was made TeamsOnly while users are homed on-premises shows them as
    TeamsOnly: a state that does occur, and is not that of an upgraded user (R10).
    """
    settings = world.tenant.settings
    if settings.override:
        return UPGRADE
    if not user.on_premises and not world.profile.any_mode_online:
        return UPGRADE
    return assigned_instance(world, user) or inherited(world, user)


def tenant_mode(world: World) -> Instance:
    """Return the instance in effect for the tenant."""
    return UPGRADE if world.tenant.settings.override else world.tenant.settings.default


def hosting_provider(user: CloudUser) -> str:
    """Return where the tenant sees a user homed: `SRV:`, or a proxy of the cloud."""
    if user.on_premises:
        return ON_PREMISES
    return user.locator or CLOUD_PROXY


def grant(user: CloudUser, name: str | None, at: datetime) -> None:
    """Give a user an instance of their own, or none."""
    user.assigned_before, user.assigned, user.assigned_at = user.assigned, name, at
    user.changed = at
