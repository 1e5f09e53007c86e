# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The deployment on-premises: versions, pools, hosting providers, the edge, replication."""

from __future__ import annotations

from ...contract.call import Outcome, Thing
from ...contract.loader import SKYPE
from ...contract.versions import base_build, product
from .. import shapes_onprem as shapes
from .. import texts
from ..bound import Behaviour, Bound, Refusal, output, rows
from ..identities import fold, like
from ..topology import AUTODISCOVER, HostingProvider


def server_version(bound: Bound) -> Outcome:
    """Get-CsServerVersion: one text, with the build that the product was released with, never that of an update."""
    build = bound.host.modules[SKYPE]
    return output(f"{product(build)} ({base_build(build)}): Volume license key installed.")


def patch_version(bound: Bound) -> Outcome:
    """Get-CsServerPatchVersion: a row for each component; that of the core components shows the update."""
    build = bound.host.modules[SKYPE]
    named = product(build)
    parts = ("Core Components", "Core Management Server", "Web Components Server", "Front End Server")
    return rows(
        [
            Thing(
                "Microsoft.Rtc.Management.Cmdlets.PatchVersion", {"ComponentName": f"{named}, {part}", "Version": build}
            )
            for part in parts
        ]
    )


def get_pool(bound: Bound) -> Outcome:
    """Get-CsPool."""
    identity, mask, site = bound.text("Identity"), bound.text("Filter"), bound.text("Site")
    found = [one for one in bound.world.topology.pools if mask is None or like(one.fqdn, mask)]
    if site is not None:
        found = [one for one in found if fold(one.site) == fold(site)]
    if identity is not None:
        found = [one for one in found if fold(one.fqdn) == fold(identity)]
        if not found:
            raise Refusal(f'Cannot find pool "{identity}" in the topology.', "PoolNotFound", "ObjectNotFound")
    return rows([shapes.pool(one) for one in found])


def get_provider(bound: Bound) -> Outcome:
    """Get-CsHostingProvider."""
    identity, mask = bound.text("Identity"), bound.text("Filter")
    if identity is not None:
        return output(shapes.hosting_provider(_provider(bound, identity)))
    found = [one for one in bound.world.topology.providers if mask is None or like(one.identity, mask)]
    return rows([shapes.hosting_provider(one) for one in found])


def new_provider(bound: Bound) -> Outcome:
    """New-CsHostingProvider: identity and proxy are unique."""
    identity, proxy = bound.text("Identity") or "", bound.text("ProxyFqdn") or ""
    providers = bound.world.topology.providers
    if any(fold(one.identity) == fold(identity) or fold(one.proxy_fqdn) == fold(proxy) for one in providers):
        raise Refusal(texts.DUPLICATE_PROVIDER.format(name=identity), "DuplicateKey")
    provider = HostingProvider(identity, proxy, verification="AlwaysVerifiable", autodiscover=AUTODISCOVER)
    _change(bound, provider)
    if not bound.flag("InMemory"):
        providers.append(provider)
    return output(shapes.hosting_provider(provider))


def set_provider(bound: Bound) -> Outcome:
    """Set-CsHostingProvider: everything but the proxy."""
    for provider in _given(bound):
        _change(bound, provider)
    return Outcome()


def enable_provider(bound: Bound) -> Outcome:
    """Enable-CsHostingProvider."""
    for provider in _given(bound):
        provider.enabled = True
    return Outcome()


def disable_provider(bound: Bound) -> Outcome:
    """Disable-CsHostingProvider."""
    for provider in _given(bound):
        provider.enabled = False
    return Outcome()


def remove_provider(bound: Bound) -> Outcome:
    """Remove-CsHostingProvider."""
    bound.world.topology.providers.remove(_provider(bound, bound.text("Identity") or ""))
    return Outcome()


def _given(bound: Bound) -> list[HostingProvider]:
    instance = bound.call.parameters.get("Instance")
    identity = instance.properties.get("Identity") if isinstance(instance, Thing) else bound.text("Identity")
    return [_provider(bound, str(identity))] if identity else list(bound.world.topology.providers)


def _provider(bound: Bound, identity: str) -> HostingProvider:
    found = next((one for one in bound.world.topology.providers if fold(one.identity) == fold(identity)), None)
    if found is None:
        raise Refusal(f'Cannot find "HostingProvider" "{identity}" because it does not exist.', "NotFound")
    return found


def _change(bound: Bound, provider: HostingProvider) -> None:
    switches = {
        "Enabled": "enabled",
        "EnabledSharedAddressSpace": "shared_address_space",
        "HostsOCSUsers": "hosts_users",
        "IsLocal": "is_local",
    }
    for name, attribute in switches.items():
        if (value := bound.choice(name)) is not None:
            setattr(provider, attribute, value)
    provider.verification = bound.text("VerificationLevel") or provider.verification
    provider.autodiscover = bound.text("AutodiscoverUrl") or provider.autodiscover
    provider.sip_client_port = bound.number("SipClientPort") or provider.sip_client_port


def get_edge(bound: Bound) -> Outcome:
    """Get-CsAccessEdgeConfiguration: one, global."""
    return output(shapes.access_edge(bound.world.topology.edge))


def set_edge(bound: Bound) -> Outcome:
    """Set-CsAccessEdgeConfiguration: partner discovery comes with -UseDnsSrvRouting only."""
    edge = bound.world.topology.edge
    for name, attribute in (
        ("AllowOutsideUsers", "allow_outside_users"),
        ("AllowFederatedUsers", "allow_federated_users"),
        ("EnablePartnerDiscovery", "partner_discovery"),
    ):
        if (value := bound.choice(name)) is not None:
            setattr(edge, attribute, value)
    if bound.flag("UseDnsSrvRouting"):
        edge.dns_srv_routing = True
    elif bound.flag("UseDefaultRouting"):
        if bound.world.topology.providers:
            raise Refusal("Remove all hosting providers and public providers first.", "ProvidersExist")
        edge.dns_srv_routing = False
    return Outcome()


def replication(bound: Bound) -> Outcome:
    """Get-CsManagementStoreReplicationStatus: a row for each computer."""
    topology = bound.world.topology
    computers = [computer for one in topology.pools for computer in (one.computers or (one.fqdn,))]
    wanted = bound.text("ReplicaFqdn")
    return rows(
        [
            Thing(
                "Microsoft.Rtc.Management.Xds.ReplicaState",
                {
                    "UpToDate": topology.replicas_up_to_date,
                    "ReplicaFqdn": computer,
                    "LastStatusReport": bound.world.now(),
                    "LastUpdateCreation": bound.world.now(),
                },
            )
            for computer in computers
            if wanted is None or fold(wanted) == fold(computer)
        ]
    )


def replicate(bound: Bound) -> Outcome:
    """Invoke-CsManagementStoreReplication."""
    bound.world.topology.replicas_up_to_date = True
    return Outcome()


BEHAVIOURS: dict[str, Behaviour] = {
    "Get-CsServerVersion": server_version,
    "Get-CsServerPatchVersion": patch_version,
    "Get-CsPool": get_pool,
    "Get-CsHostingProvider": get_provider,
    "New-CsHostingProvider": new_provider,
    "Set-CsHostingProvider": set_provider,
    "Enable-CsHostingProvider": enable_provider,
    "Disable-CsHostingProvider": disable_provider,
    "Remove-CsHostingProvider": remove_provider,
    "Get-CsAccessEdgeConfiguration": get_edge,
    "Set-CsAccessEdgeConfiguration": set_edge,
    "Get-CsManagementStoreReplicationStatus": replication,
    "Invoke-CsManagementStoreReplication": replicate,
}
