# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Making a seed's deployment and tenant fit users that come from an export: their pools, domains and policies exist."""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import replace

from ..organisation.identities import bare, fold
from ..organisation.tenant import SipDomain
from ..organisation.topology import NotifyPolicy, Pool, policy_identity
from .model import Seed


def fitting(seed: Seed) -> Seed:
    """Return the seed with what its users name added where it is missing."""
    topology, tenant = copy.deepcopy(seed.topology), copy.deepcopy(seed.tenant)
    for user in seed.users:
        if user.pool and topology.pool(user.pool) is None:
            topology.pools.append(Pool(user.pool, topology.sites[0]))
        if user.notify_policy and topology.policy(user.notify_policy) is None:
            topology.add_policy(NotifyPolicy(policy_identity(user.notify_policy)))
    known = {fold(domain.name) for domain in tenant.domains}
    for name in dict.fromkeys(bare(user.sip).partition("@")[2] for user in seed.users):
        if name and name not in known:
            tenant.domains.append(SipDomain(name))
    domains = Counter(user.domain for user in seed.users if user.domain)
    if domains:
        topology.domain = domains.most_common(1)[0][0]
    return replace(seed, topology=topology, tenant=tenant)
