# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which cmdlets the organisation behind the simulated hosts knows, and what each does."""

from __future__ import annotations

from collections.abc import Mapping

from ...contract.loader import SKYPE, TEAMS
from ..bound import Behaviour
from ..identities import fold
from . import (
    batches,
    configurations,
    connect,
    contacts,
    domains,
    files,
    groups,
    meetings,
    move,
    online_users,
    policies_online,
    policies_onprem,
    tenant,
    topology,
    users,
)

_ONPREM = (users, policies_onprem, move, topology, contacts)
_ONLINE = (connect, online_users, policies_online, meetings, batches, tenant, configurations, domains, groups)

# By module, then by the cmdlet's folded name.
BEHAVIOURS: Mapping[str, Mapping[str, Behaviour]] = {
    module: {fold(name): work for part in parts for name, work in part.BEHAVIOURS.items()}
    for module, parts in ((SKYPE, _ONPREM), (TEAMS, _ONLINE), (files.UTILITY, (files,)))
}
