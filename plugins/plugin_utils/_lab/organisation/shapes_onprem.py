# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The properties of what the SkypeForBusiness module returns."""

from __future__ import annotations

from ..contract.call import Thing
from .records import NO_TENANT, AdUser
from .topology import Edge, HostingProvider, NotifyPolicy, Pool, is_user_policy, policy_identity
from .world import World

# Its name is not documented; a public script shows its two properties, and that it prints as its name.
USER_POLICY = "Microsoft.Rtc.Management.ADConnect.Schema.ADUserPolicy"
AD_USER = "Microsoft.Rtc.Management.ADConnect.Schema.ADUser"
_POLICIES = (
    "VoicePolicy VoiceRoutingPolicy ConferencingPolicy PresencePolicy DialPlan LocationPolicy ClientPolicy ClientVersionPolicy "
    "ArchivingPolicy PinPolicy ExternalAccessPolicy MobilityPolicy PersistentChatPolicy UserServicesPolicy CallViaWorkPolicy "
    "ThirdPartyVideoSystemPolicy HostedVoicemailPolicy ExternalUserCommunicationPolicy"
).split()
UPGRADE_POLICY, CONFERENCING_POLICY = "TeamsUpgradePolicy", "ConferencingPolicy"
# The conferencing policy of those who can be dialled in to (R23).
DIAL_IN = "DialIn"
# What every user here has alike: it plays no part in an upgrade.
_UNUSED = {
    "EnabledForFederation": True,
    "EnabledForInternetAccess": True,
    "PublicNetworkEnabled": True,
    "EnabledForRichPresence": True,
    "AudioVideoDisabled": False,
    "IPPBXSoftPhoneRoutingEnabled": False,
    "RemoteCallControlTelephonyEnabled": False,
    "TargetRegistrarPool": None,
    "TargetServerIfMoving": None,
    "IsValid": True,
    "ObjectState": "Unchanged",
}


def ad_user(world: World, user: AdUser) -> Thing:
    """Return a user as Get-CsUser does."""
    properties = ad_user_properties(world, user)
    if world.readings.onprem_policies == "objects":
        properties |= {name: _policy(properties[name]) for name in (*_POLICIES, UPGRADE_POLICY) if name in properties}
    return Thing(AD_USER, properties, user.dn)


def _policy(name: object) -> Thing | None:
    """Return a policy as a local shell shows it: an object that prints as its name."""
    if name is None:
        return None
    anchor = sum(str(name).encode()) % 1000
    return Thing(USER_POLICY, {"Anchor": anchor, "FriendlyName": name}, str(name))


def ad_user_properties(world: World, user: AdUser) -> dict[str, object]:
    """Return the properties of a user: the directory's, one for each policy, and those that tell the homing (R10)."""
    policies: dict[str, object] = {name: user.policies.get(name) for name in _POLICIES}
    if world.readings.user_policy_property == "present":
        policies[UPGRADE_POLICY] = granted_name(world, user)
    moved = bool(user.locator) and not user.on_premises
    return {
        "Identity": user.dn,
        **policies,
        "ExchangeArchivingPolicy": "Uninitialized",
        "HostedVoiceMail": None,
        "HostingProvider": user.locator,
        "RegistrarPool": user.pool if user.on_premises else None,
        "Enabled": user.enabled,
        "SipAddress": user.sip,
        "LineURI": user.line_uri or "",
        "LineServerURI": "",
        "PrivateLine": None,
        "AcpInfo": [],
        "EnterpriseVoiceEnabled": user.voice,
        "ExUmEnabled": False,
        **_UNUSED,
        "TenantId": world.tenant.settings.tenant_id if moved else NO_TENANT,
        "DisplayName": user.person.display_name,
        "FirstName": user.person.given_name,
        "LastName": user.person.surname,
        "Name": user.person.display_name,
        "SamAccountName": user.sam,
        "UserPrincipalName": user.upn,
        "WindowsEmailAddress": user.person.attributes.get("Mail", user.upn),
        "Guid": user.guid,
    }


def granted_name(world: World, user: AdUser) -> str | None:
    """Return the name of the on-premises instance that a user was granted, None when it is gone."""
    granted = user.policies.get(UPGRADE_POLICY)
    if not granted or not is_user_policy(policy_identity(granted)):
        return None
    policy = world.topology.policy(granted)
    return policy.name if policy else None


def notify_policy(policy: NotifyPolicy) -> Thing:
    """Return an on-premises instance of TeamsUpgradePolicy: without a mode (M11)."""
    return Thing(
        "Microsoft.Rtc.Management.WritableConfig.Policy.Teams.TeamsUpgradePolicy",
        {"Identity": policy.identity, "Description": policy.description, "NotifySfbUsers": policy.notify},
    )


def hosting_provider(provider: HostingProvider) -> Thing:
    """Return a hosting provider, with the properties that the default view hides."""
    return Thing(
        "Microsoft.Rtc.Management.WritableConfig.Settings.Edge.DisplayHostingProvider",
        {
            "Identity": provider.identity,
            "Name": provider.identity,
            "ProxyFqdn": provider.proxy_fqdn,
            "VerificationLevel": provider.verification,
            "Enabled": provider.enabled,
            "EnabledSharedAddressSpace": provider.shared_address_space,
            "HostsOCSUsers": provider.hosts_users,
            "IsLocal": provider.is_local,
            "AutodiscoverUrl": provider.autodiscover,
            "SipClientPort": provider.sip_client_port,
        },
    )


def pool(one: Pool) -> Thing:
    """Return a pool."""
    return Thing(
        "Microsoft.Rtc.Management.Deploy.Internal.Cluster",
        {
            "Identity": one.fqdn,
            "Fqdn": one.fqdn,
            "Services": [f"{role}:{one.fqdn}" for role in ("UserServer", "Registrar", "WebServer")],
            "Computers": list(one.computers or (one.fqdn,)),
            "Site": f"Site:{one.site}",
        },
    )


def access_edge(edge: Edge) -> Thing:
    """Return the access edge configuration; its type says how it routes."""
    routing = "DnsSrvRouting" if edge.dns_srv_routing else "DefaultRoute"
    routed = {"EnablePartnerDiscovery": edge.partner_discovery} if edge.dns_srv_routing else {}
    return Thing(
        f"Microsoft.Rtc.Management.WritableConfig.Settings.Edge.DisplayAccessEdgeSettings{routing}",
        {
            "Identity": "Global",
            "AllowAnonymousUsers": False,
            "AllowFederatedUsers": edge.allow_federated_users,
            "AllowOutsideUsers": edge.allow_outside_users,
            "RoutingMethod": "UseDnsSrvRouting" if edge.dns_srv_routing else "UseDefaultRouting",
            **routed,
        },
    )
