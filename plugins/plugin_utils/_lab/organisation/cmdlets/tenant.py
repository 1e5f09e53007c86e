# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Get-CsTenant."""

from __future__ import annotations

from ...contract.call import Outcome, Thing
from ...contract.versions import Version
from ..bound import Behaviour, Bound, output
from ..modes import Mode
from ..world import tenant_mode

_NEW_SHAPE: Version = (3, 0)


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


BEHAVIOURS: dict[str, Behaviour] = {"Get-CsTenant": get_tenant}
