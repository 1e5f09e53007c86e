# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The on-premises deployment: pools, hosting providers, the edge, and the policies that administrators created there."""

from __future__ import annotations

from dataclasses import dataclass, field

from .identities import fold
from .modes import GLOBAL, TAG, untagged
from .records import CLOUD_PROXY

AUTODISCOVER = "https://webdir.online.lync.com/Autodiscover/AutodiscoverService.svc/root"
_SITE = "Site:"


@dataclass(frozen=True, slots=True)
class Pool:
    """A registrar pool and the computers in it."""

    fqdn: str
    site: str = "Site1"
    computers: tuple[str, ...] = ()


@dataclass(slots=True)
class HostingProvider:
    """A hosting provider as Get-CsHostingProvider knows it (R16). The defaults are those that a hybrid with Microsoft 365 needs."""

    identity: str
    proxy_fqdn: str = CLOUD_PROXY
    enabled: bool = True
    shared_address_space: bool = True
    hosts_users: bool = True
    is_local: bool = False
    verification: str = "UseSourceVerification"
    autodiscover: str = AUTODISCOVER
    sip_client_port: int = 5061


@dataclass(slots=True)
class Edge:
    """The access edge configuration. More than one pool federating makes moves fail."""

    allow_outside_users: bool = True
    allow_federated_users: bool = True
    partner_discovery: bool = True
    dns_srv_routing: bool = True
    federating_pools: tuple[str, ...] = ("edge01",)


@dataclass(slots=True)
class NotifyPolicy:
    """An on-premises instance of TeamsUpgradePolicy: it notifies or not, and has no mode (R43)."""

    identity: str
    notify: bool = False
    description: str = ""

    @property
    def name(self) -> str:
        """The name it is granted by."""
        return untagged(self.identity)


@dataclass(slots=True)
class UpgradeConfiguration:
    """An on-premises TeamsUpgradeConfiguration, for a scope."""

    identity: str
    download_teams: bool = True


def policy_identity(text: str) -> str:
    """Return an on-premises policy identity as it is kept: Global, `Site:name`, or `Tag:name` for users."""
    name = untagged(text)
    if fold(name) == fold(GLOBAL):
        return GLOBAL
    if fold(name).startswith(fold(_SITE)):
        return _SITE + name[len(_SITE) :].strip()
    return TAG + name


def is_user_policy(identity: str) -> bool:
    """Return whether a policy of that identity can be granted to a user."""
    return identity.startswith(TAG)


@dataclass(slots=True)
class Topology:
    """The deployment. `domain` is the Active Directory domain that its servers are in."""

    pools: list[Pool] = field(default_factory=list)
    providers: list[HostingProvider] = field(default_factory=list)
    edge: Edge = field(default_factory=Edge)
    sites: tuple[str, ...] = ("Site1",)
    policies: dict[str, NotifyPolicy] = field(default_factory=dict)
    configurations: dict[str, UpgradeConfiguration] = field(default_factory=dict)
    domain: str = "contoso.com"
    replicas_up_to_date: bool = True

    def __post_init__(self) -> None:
        default = self.policies.pop(fold(GLOBAL), NotifyPolicy(GLOBAL, False, "Notifications are disabled"))
        self.policies = {fold(GLOBAL): default, **self.policies}
        self.configurations.setdefault(fold(GLOBAL), UpgradeConfiguration(GLOBAL))

    def pool(self, fqdn: str) -> Pool | None:
        """Return the pool of that name."""
        return next((pool for pool in self.pools if fold(pool.fqdn) == fold(fqdn)), None)

    def provider(self, proxy_fqdn: str) -> HostingProvider | None:
        """Return the provider with that proxy."""
        return next((one for one in self.providers if fold(one.proxy_fqdn) == fold(proxy_fqdn)), None)

    def policy(self, identity: str) -> NotifyPolicy | None:
        """Return an on-premises instance by its identity, with or without `Tag:`, in any letter case."""
        return self.policies.get(fold(policy_identity(identity)))

    def add_policy(self, policy: NotifyPolicy) -> None:
        """Keep an instance, instead of another of the same identity."""
        self.policies[fold(policy.identity)] = policy
