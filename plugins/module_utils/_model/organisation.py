# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of the deployment and the tenant, each from its own side."""

from __future__ import annotations

from dataclasses import dataclass

from .decision import Reason
from .policy import PolicyInstance
from .server import MovingServer
from .target import HostingProvider


@dataclass(frozen=True, slots=True)
class Deployment:
    """Skype for Business Server. `edge` holds AllowOutsideUsers, AllowFederatedUsers and EnablePartnerDiscovery; a None is unread."""

    server: MovingServer
    providers: tuple[HostingProvider, ...] | Reason
    edge: dict[str, bool | None]
    can_notify: bool
    download_teams: bool | None = None


@dataclass(frozen=True, slots=True)
class Tenant:
    """The tenant. A None is unread."""

    default: PolicyInstance | Reason
    shared_sip_address_space: bool | None
    meeting_migration_enabled: bool | None
    override_policy: str | None
    policy_read_only: str | None
