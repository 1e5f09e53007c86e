# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The deployment that the users of an export need: pools, domain, and on-prem policies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from .._lab.organisation.identities import fold
from .._lab.seed.model import NOWHERE, UserSeed
from .settings import Settings

_NO_DOMAIN = "contoso.com"


def topology_of(users: Sequence[UserSeed], settings: Settings) -> dict[str, Any]:
    """Return the deployment as a seed's file says it."""
    domain = domain_of(users)
    pools = list({fold(user.pool): user.pool for user in users if user.pool}.values()) or [f"pool01.{domain}"]
    granted = {fold(user.notify_policy): user.notify_policy for user in users if user.notify_policy}
    notifying = {fold(name): notify for name, notify in settings.onprem_policies.items()}
    policies = granted | {fold(name): name for name in settings.onprem_policies}
    return {
        "domain": domain,
        "pools": [{"fqdn": pool} for pool in pools],
        "policies": [{"identity": name, "notify": notifying.get(key, False)} for key, name in policies.items()],
    }


def domain_of(users: Sequence[UserSeed]) -> str:
    """Return the domain of most users: of the directory where that is known, else of their SIP addresses."""
    directory = Counter(user.domain for user in users if user.domain)
    addresses = Counter(fold(user.sip).rpartition("@")[2] for user in users if user.homing != NOWHERE)
    common = (directory or addresses).most_common(1)
    return common[0][0] if common else _NO_DOMAIN
