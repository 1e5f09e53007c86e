# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tenant and the deployment of a YAML seed."""

from __future__ import annotations

from ..organisation.identities import bare, fold
from ..organisation.modes import DEFAULT, GLOBAL, UPGRADE, Instance, built_in
from ..organisation.tenant import Account, Application, GroupGrant, SipDomain, TenantSettings
from ..organisation.topology import Edge, HostingProvider, NotifyPolicy, Pool, Topology, policy_identity
from .model import SeedError, default_tenant, default_topology
from .tables import Table


def read_tenant(table: Table) -> TenantSettings:
    """Return the tenant of a seed, with defaults for what is not said. Raises SeedError."""
    known = default_tenant()
    tenant = TenantSettings(
        tenant_id=table.text("id", known.tenant_id),
        display_name=table.text("name", known.display_name),
        initial_domain=table.text("initial_domain", known.initial_domain),
        service_instance=table.text("service_instance", known.service_instance),
        default=_default(table),
        override=UPGRADE.name if table.flag("override", False) else None,
        read_only="ModeAndNotifications" if table.flag("read_only", False) else None,
        shared_sip_address_space=table.flag("shared_sip_address_space", True),
        meeting_migration=table.flag("meeting_migration", True),
        domains=[_domain(one) for one in table.tables("domains")] or known.domains,
        accounts=[_account(one) for one in table.tables("accounts")] or known.accounts,
        applications=[_application(one) for one in table.tables("applications")] or known.applications,
        access_tokens=table.texts("access_tokens", known.access_tokens),
        managed_identity=table.flag("managed_identity", known.managed_identity),
        group_grants=[_group(one) for one in table.tables("groups")],
    )
    table.end()
    return tenant


def _default(table: Table) -> Instance:
    name = table.text("default_policy", "Islands")
    instance = built_in(name)
    if instance is None:
        raise table.wrong("default_policy", "the name of an instance such as Islands or SfBWithTeamsCollab")
    if instance.name == "Islands":
        return DEFAULT
    return Instance(GLOBAL, instance.mode, instance.notify, instance.description)


def _domain(table: Table) -> SipDomain:
    domain = SipDomain(
        table.text("name"),
        table.flag("enabled", True),
        table.one_of("lyncdiscover", ("onprem", "cloud", "none"), "onprem"),
        table.text("address", "203.0.113.10"),
    )
    table.end()
    return domain


def _account(table: Table) -> Account:
    account = Account(table.text("user"), table.text("password"), table.flag("mfa", False), table.flag("role", True))
    table.end()
    return account


def _application(table: Table) -> Application:
    application = Application(table.text("id"), table.texts("thumbprints"), table.flag("role", True))
    table.end()
    return application


def _group(table: Table) -> GroupGrant:
    name = table.text("policy")
    instance = built_in(name)
    if instance is None:
        raise SeedError(f"In the seed, a group has the policy {name!r}, which is none of the service's instances.")
    members = frozenset(bare(member) for member in table.texts("members"))
    grant = GroupGrant(table.text("group"), instance.name, table.number("rank", 1), members)
    table.end()
    return grant


def read_topology(table: Table) -> Topology:
    """Return the deployment of a seed, with defaults for what is not said. Raises SeedError."""
    known = default_topology()
    pools = [_pool(one) for one in table.tables("pools")] or known.pools
    policies = [_policy(one) for one in table.tables("policies")]
    sites = dict.fromkeys((*table.texts("sites"), *(pool.site for pool in pools)))
    topology = Topology(
        pools=pools,
        providers=[_provider(one) for one in table.tables("providers")] or known.providers,
        edge=_edge(table.table("edge")),
        sites=tuple(sites),
        policies={fold(policy.identity): policy for policy in policies},
        domain=table.text("domain", known.domain),
    )
    table.end()
    return topology


def _pool(table: Table) -> Pool:
    pool = Pool(table.text("fqdn"), table.text("site", "Site1"), table.texts("computers"))
    table.end()
    return pool


def _policy(table: Table) -> NotifyPolicy:
    identity = policy_identity(table.text("identity"))
    policy = NotifyPolicy(identity, table.flag("notify", False), table.text("description"))
    table.end()
    return policy


def _provider(table: Table) -> HostingProvider:
    known = HostingProvider(table.text("identity", "Office365"))
    provider = HostingProvider(
        known.identity,
        table.text("proxy_fqdn", known.proxy_fqdn),
        enabled=table.flag("enabled", True),
        shared_address_space=table.flag("shared_address_space", True),
        hosts_users=table.flag("hosts_users", True),
        verification=table.text("verification", known.verification),
        autodiscover=table.text("autodiscover", known.autodiscover),
    )
    table.end()
    return provider


def _edge(table: Table) -> Edge:
    edge = Edge(
        allow_outside_users=table.flag("allow_outside_users", True),
        allow_federated_users=table.flag("allow_federated_users", True),
        partner_discovery=table.flag("partner_discovery", True),
        dns_srv_routing=table.flag("dns_srv_routing", True),
        federating_pools=table.texts("federating_pools", Edge().federating_pools),
    )
    table.end()
    return edge
