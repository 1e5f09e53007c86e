# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The synchronisation of the directory with the tenant: what changes on-premises is seen online one cycle later."""

from __future__ import annotations

from datetime import datetime

from .records import AdUser, CloudUser
from .world import World


def directory_changed(world: World, user: AdUser) -> None:
    """Let the tenant see a user of the directory as the user will be when the next cycle is over."""
    if world.tenant.of(user.guid) is None:
        return

    def cycle(due: datetime) -> None:
        seen = world.tenant.of(user.guid)
        if seen is not None:
            synchronise(world, user, seen, due)

    world.agenda.at(world.now() + world.timing.sync, cycle)


def synchronise(world: World, user: AdUser, seen: CloudUser, at: datetime) -> None:
    """Copy a user of the directory to the tenant."""
    seen.locator = user.locator or None
    seen.onprem_sip = user.sip or None
    seen.onprem_line, seen.onprem_voice = user.line_uri, user.voice
    if user.sip:
        world.tenant.rename(seen, user.sip)
    seen.changed = at
