# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tenant's settings: Get-CsTenant, federation, meeting migration, SIP domains, clients, groups."""

from __future__ import annotations

from collections.abc import Mapping

from ...contract.call import Outcome, Thing
from ...contract.versions import Version
from .. import texts
from ..bound import Behaviour, Bound, Refusal, output, rows
from ..finding import cloud_user
from ..identities import bare, fold
from ..modes import Mode
from ..shapes_online import UPGRADE_POLICY
from ..tenant import SipDomain
from ..world import tenant_mode

_NEW_SHAPE: Version = (3, 0)
_SETTINGS = "Microsoft.Rtc.Management.WritableConfig.Settings"


def get_tenant(bound: Bound) -> Outcome:
    """Get-CsTenant: the mode in effect for the tenant, and whether it can be changed at all (R9)."""
    settings, instance = bound.world.tenant.settings, tenant_mode(bound.world)
    properties: dict[str, object] = {
        "TenantId": settings.tenant_id,
        "DisplayName": settings.display_name,
        "Domains": [domain.name for domain in settings.domains],
        "DirSyncEnabled": True,
        "ServiceInstance": settings.service_instance,
        "TeamsUpgradeEffectiveMode": str(instance.mode),
        "TeamsUpgradeNotificationsEnabled": instance.notify and instance.mode is not Mode.TEAMS_ONLY,
        "TeamsUpgradeOverridePolicy": settings.override,
        "TeamsUpgradePolicyIsReadOnly": settings.read_only or "None",
    }
    if bound.module_version < _NEW_SHAPE:
        unit = f"OU={settings.tenant_id},OU=OCS Tenants,DC=lync4A001,DC=local"
        properties |= {
            "Identity": unit,
            "ObjectId": settings.tenant_id,
            "RegistrarPool": "sippoolam34a01.infra.lync.com",
        }
    return output(Thing("Microsoft.Rtc.Management.ADConnect.Schema.TenantObject", properties))


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


def get_configuration(bound: Bound) -> Outcome:
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


def set_configuration(bound: Bound) -> Outcome:
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


def get_domains(bound: Bound) -> Outcome:
    """Get-CsOnlineSipDomain."""
    wanted, status = bound.text("Domain"), bound.text("DomainStatus")
    return rows(
        [
            Thing(
                "Microsoft.Rtc.Management.Hosted.Provision.OSD.OnlineSipDomainBase+DomainState",
                {"Name": domain.name, "Status": "Enabled" if domain.enabled else "Disabled"},
            )
            for domain in bound.world.tenant.settings.domains
            if (wanted is None or fold(domain.name) == fold(wanted))
            and (status is None or domain.enabled is (fold(status) == "enabled"))
        ]
    )


def enable_domain(bound: Bound) -> Outcome:
    """Enable-CsOnlineSipDomain."""
    _domain(bound).enabled = True
    return Outcome()


def disable_domain(bound: Bound) -> Outcome:
    """Disable-CsOnlineSipDomain: users of the cloud with an address in it lose it, with their contacts and meetings."""
    domain = _domain(bound)
    domain.enabled = False
    for user in bound.world.tenant:
        if not user.on_premises and bare(user.sip).endswith("@" + fold(domain.name)):
            bound.touched.append(user.sip)
            bound.world.tenant.rename(user, "")
            user.contacts, user.calendar.skype, user.calendar.teams = 0, 0, 0
    return Outcome()


def _domain(bound: Bound) -> SipDomain:
    wanted = bound.text("Domain") or ""
    found = next((one for one in bound.world.tenant.settings.domains if fold(one.name) == fold(wanted)), None)
    if found is None:
        raise Refusal(f"The domain '{wanted}' was not found in the tenant.", "NotFound", "ObjectNotFound")
    return found


def get_groups(bound: Bound) -> Outcome:
    """Get-CsGroupPolicyAssignment."""
    group, kind = bound.text("GroupId"), bound.text("PolicyType")
    return rows(
        [
            Thing(
                "GroupPolicyAssignment",
                {
                    "GroupId": one.group,
                    "PolicyType": UPGRADE_POLICY,
                    "PolicyName": one.instance,
                    "Rank": one.rank,
                },
            )
            for one in bound.world.tenant.settings.group_grants
            if (group is None or fold(one.group) == fold(group))
            and (kind is None or fold(kind) == fold(UPGRADE_POLICY))
        ]
    )


def new_group(bound: Bound) -> Outcome:
    """New-CsGroupPolicyAssignment: not for TeamsUpgradePolicy; other policies are not simulated."""
    if fold(bound.text("PolicyType") or "") == fold(UPGRADE_POLICY):
        raise Refusal(texts.GROUP_UNSUPPORTED, "GroupAssignmentNotSupported")
    return Outcome()


def remove_group(bound: Bound) -> Outcome:
    """Remove-CsGroupPolicyAssignment."""
    settings, group = bound.world.tenant.settings, fold(bound.text("GroupId") or "")
    ours = fold(bound.text("PolicyType") or "") == fold(UPGRADE_POLICY)
    settings.group_grants = [one for one in settings.group_grants if not (ours and fold(one.group) == group)]
    return Outcome()


def set_user(bound: Bound) -> Outcome:
    """Set-CsUser online: telephony only, and deprecated."""
    user = cloud_user(bound)
    voice = bound.choice("EnterpriseVoiceEnabled")
    if voice is not None:
        user.voice = voice
    if bound.has("LineURI"):
        user.line_uri = bound.text("LineURI")
    bound.touched.append(user.sip or user.upn)
    return Outcome()


def set_environment(bound: Bound) -> Outcome:
    """Set-TeamsEnvironmentConfig: per machine, of no consequence here."""
    return Outcome()


BEHAVIOURS: dict[str, Behaviour] = {
    "Get-CsTenant": get_tenant,
    "Get-CsTenantFederationConfiguration": get_federation,
    "Set-CsTenantFederationConfiguration": set_federation,
    "Get-CsTenantMigrationConfiguration": get_migration,
    "Set-CsTenantMigrationConfiguration": set_migration,
    "Get-CsTeamsUpgradeConfiguration": get_configuration,
    "Set-CsTeamsUpgradeConfiguration": set_configuration,
    "Get-CsOnlineSipDomain": get_domains,
    "Enable-CsOnlineSipDomain": enable_domain,
    "Disable-CsOnlineSipDomain": disable_domain,
    "Get-CsGroupPolicyAssignment": get_groups,
    "New-CsGroupPolicyAssignment": new_group,
    "Remove-CsGroupPolicyAssignment": remove_group,
    "Set-CsUser": set_user,
    "Set-TeamsEnvironmentConfig": set_environment,
}
