# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Configurations of the tenant, each with one instance Global: federation, meeting migration, and what clients do in an upgrade."""

from __future__ import annotations

from collections.abc import Mapping

from ...contract.call import Outcome, Thing
from ..bound import Behaviour, Bound, Refusal, output
from ..identities import fold

_SETTINGS = "Microsoft.Rtc.Management.WritableConfig.Settings"


def get_federation(bound: Bound) -> Outcome:
    """Get-CsTenantFederationConfiguration: the shared SIP address space is here (R17)."""
    settings = bound.world.tenant.settings
    return output(
        Thing(
            f"{_SETTINGS}.Edge.TenantFederationSettings",
            {
                "Identity": "Global",
                "AllowFederatedUsers": settings.allow_federated_users,
                "AllowedDomains": "AllowAllKnownDomains",
                "BlockedDomains": [],
                "AllowTeamsConsumer": True,
                "AllowTeamsConsumerInbound": True,
                "TreatDiscoveredPartnersAsUnverified": False,
                "SharedSipAddressSpace": settings.shared_sip_address_space,
            },
        )
    )


def set_federation(bound: Bound) -> Outcome:
    """Set-CsTenantFederationConfiguration."""
    _known_identity(bound)
    _switch(
        bound, {"SharedSipAddressSpace": "shared_sip_address_space", "AllowFederatedUsers": "allow_federated_users"}
    )
    return Outcome()


def get_migration(bound: Bound) -> Outcome:
    """Get-CsTenantMigrationConfiguration: whether meetings are migrated at all (R53)."""
    enabled = bound.world.tenant.settings.meeting_migration
    return output(Thing(f"{_SETTINGS}.TenantMigration", {"Identity": "Global", "MeetingMigrationEnabled": enabled}))


def set_migration(bound: Bound) -> Outcome:
    """Set-CsTenantMigrationConfiguration."""
    _switch(bound, {"MeetingMigrationEnabled": "meeting_migration"})
    return Outcome()


def get_upgrade(bound: Bound) -> Outcome:
    """Get-CsTeamsUpgradeConfiguration: what clients do; it counts for users without an account on-premises."""
    settings = bound.world.tenant.settings
    return output(
        Thing(
            f"{_SETTINGS}.Teams.TeamsUpgradeConfiguration",
            {
                "Identity": "Global",
                "DownloadTeams": settings.download_teams,
                "SfBMeetingJoinUx": settings.meeting_join,
                "BlockLegacyAuthorization": settings.block_legacy_authorization,
            },
        )
    )


def set_upgrade(bound: Bound) -> Outcome:
    """Set-CsTeamsUpgradeConfiguration."""
    _switch(bound, {"DownloadTeams": "download_teams", "BlockLegacyAuthorization": "block_legacy_authorization"})
    settings = bound.world.tenant.settings
    settings.meeting_join = bound.text("SfBMeetingJoinUx") or settings.meeting_join
    return Outcome()


def _switch(bound: Bound, attributes: Mapping[str, str]) -> None:
    for name, attribute in attributes.items():
        if (value := bound.choice(name)) is not None:
            setattr(bound.world.tenant.settings, attribute, value)


def _known_identity(bound: Bound) -> None:
    identity = bound.text("Identity")
    if identity is not None and fold(identity) not in ("global", fold(bound.world.tenant.settings.tenant_id)):
        raise Refusal(f"Cannot find the configuration '{identity}'.", "NotFound", "ObjectNotFound")


BEHAVIOURS: dict[str, Behaviour] = {
    "Get-CsTenantFederationConfiguration": get_federation,
    "Set-CsTenantFederationConfiguration": set_federation,
    "Get-CsTenantMigrationConfiguration": get_migration,
    "Set-CsTenantMigrationConfiguration": set_migration,
    "Get-CsTeamsUpgradeConfiguration": get_upgrade,
    "Set-CsTeamsUpgradeConfiguration": set_upgrade,
}
