# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading the deployment and the tenant as a whole."""

from __future__ import annotations

from .._connection.client import Remote
from .._connection.messages import Row
from .._model import organisation_reasons
from .._model.decision import Reason
from .._model.failure import read_or_reason
from .._model.host import Host
from .._model.organisation import Deployment, Tenant
from .._model.policy import GLOBAL
from .command_builder import CommandBuilder
from .configurations import UPGRADE, read_switch
from .deployment import read_hosting_providers
from .policies import read_tenant_default
from .properties import flag
from .server import read_moving_server
from .tenant import meeting_migration_enabled, read_tenant

EDGE = ("AllowOutsideUsers", "AllowFederatedUsers", "EnablePartnerDiscovery")


def read_deployment(remote: Remote, host: Host) -> Deployment:
    """Read the on-prem side. What cannot be read stays unread; nothing is raised for it."""
    if host.offers("Get-CsHostingProvider"):
        found = read_or_reason(read_hosting_providers, remote, host)
        providers = found if isinstance(found, Reason) else tuple(found)
    else:
        providers = organisation_reasons.CHECK_UNREAD.format(check="hosting_provider")
    edge = _first(remote, host, "Get-CsAccessEdgeConfiguration")
    downloads = read_or_reason(read_switch, remote, host, UPGRADE, "DownloadTeams")
    return Deployment(
        server=read_moving_server(remote, host),
        providers=providers,
        edge={name: flag(edge, name) for name in EDGE},
        # Both came with the same update; an endpoint for reading shows one of them only.
        can_notify=host.offers("New-CsTeamsUpgradePolicy" if host.projection else "Get-CsTeamsUpgradePolicy"),
        download_teams=None if isinstance(downloads, Reason) else downloads,
    )


def read_whole_tenant(remote: Remote, host: Host) -> Tenant:
    """Read the cloud side. What cannot be read stays unread. Raises NotOffered without Get-CsTeamsUpgradePolicy."""
    federation = _first(remote, host, "Get-CsTenantFederationConfiguration")
    fixed = read_or_reason(read_tenant, remote, host)
    enabled = read_or_reason(meeting_migration_enabled, remote, host)
    return Tenant(
        read_or_reason(read_tenant_default, remote, host),
        flag(federation, "SharedSipAddressSpace"),
        None if isinstance(enabled, Reason) else enabled,
        *((None, None) if isinstance(fixed, Reason) else fixed),
    )


def _first(remote: Remote, host: Host, cmdlet: str) -> Row:
    if not host.offers(cmdlet):
        return {}
    # Some of these have parameter sets of which none is the default: without an identity they would not bind.
    rows = remote.one(CommandBuilder.of(cmdlet, host).where_offered(Identity=GLOBAL).command).rows
    return rows[0] if rows else {}
