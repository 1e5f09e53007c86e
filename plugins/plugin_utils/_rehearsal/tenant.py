# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the online export tells about the tenant: its default, policies that come from groups, and what Microsoft has fixed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._lab.organisation.identities import fold
from .._lab.organisation.modes import Instance, Mode
from .._lab.seed import exported_facts as facts
from .._lab.seed.assumed import Assumption
from .._lab.seed.exports import Record
from .._lab.seed.from_csv import Exported
from .._lab.seed.model import NOWHERE, ONPREM, UserSeed
from .settings import Settings

_NO_MATTER = ("", "none")


@dataclass(slots=True)
class TenantFacts:
    """What holds for the whole tenant. `inheriting` users on-prem have no policy of their own; `as_default` of them are in the default."""

    default: Instance | None = None
    inheriting: int = 0
    as_default: int = 0
    groups: dict[str, list[str]] = field(default_factory=dict)
    overridden: bool = False
    read_only: bool = False

    def seed(self, exported: Exported) -> dict[str, Any]:
        """Return the tenant as a seed's file says it."""
        addresses = (
            address for user in exported.users if user.homing != NOWHERE for address in (user.sip, user.cloud_sip)
        )
        domains = dict.fromkeys(fold(address).rpartition("@")[2] for address in addresses if address)
        said: dict[str, Any] = {
            "override": self.overridden,
            "read_only": self.read_only,
            "domains": [{"name": name} for name in domains],
            "groups": [
                {"group": f"users in {policy}", "policy": policy, "rank": rank, "members": members}
                for rank, (policy, members) in enumerate(self.groups.items(), 1)
            ],
        }
        if self.default is not None:
            said["default_policy"] = self.default.name
        return said | ({"id": exported.tenant_id} if exported.tenant_id else {})


def tenant_facts(exported: Exported, settings: Settings) -> TenantFacts:
    """Return what the users tell about their tenant, and note what is assumed of them."""
    records = [record for record in exported.seen if record is not None]
    found = TenantFacts(
        overridden=any(fold(record.text("TeamsUpgradeOverridePolicy") or "") not in _NO_MATTER for record in records),
        # As the check of the tenant reads it: other values than ModeAndNotifications are documented nowhere.
        read_only=any("mode" in fold(record.text("TeamsUpgradePolicyIsReadOnly") or "") for record in records),
    )
    inheriting = [] if found.overridden else list(_inheriting(exported))
    counted = Counter(mode for _user, mode in inheriting)
    common = counted.most_common(1)
    found.default = settings.default_policy or (facts.instance_of(common[0][0]) if common else None)
    found.inheriting = len(inheriting)
    for address, mode in inheriting:
        if found.default is not None and mode is not found.default.mode:
            found.groups.setdefault(facts.instance_of(mode).name, []).append(address)
            exported.assumed.of(Assumption.MODE_FROM_GROUP, address)
    found.as_default = len(inheriting) - sum(map(len, found.groups.values()))
    for user, record in zip(exported.users, exported.seen, strict=True):
        if _not_teams_only(user, record) and settings.profile != "2020":
            exported.assumed.of(Assumption.NOT_TEAMS_ONLY, user.sip)
    return found


def _inheriting(exported: Exported) -> Iterator[tuple[str, Mode]]:
    """Yield the users homed on-prem for the tenant who have no policy of their own, and the mode in effect for them."""
    for user, record in zip(exported.users, exported.seen, strict=True):
        if record is not None and (user.cloud_homing or user.homing) == ONPREM:
            mode = facts.mode(record)
            if mode is not None and facts.online_policy(record) == (None, True):
                yield user.sip, mode


def is_to_upgrade(user: UserSeed, record: Record | None, settings: Settings) -> bool:
    """Return whether a user may still be upgraded, and so has meetings that can be converted."""
    return user.homing == ONPREM or (settings.profile == "2020" and _not_teams_only(user, record))


def _not_teams_only(user: UserSeed, record: Record | None) -> bool:
    """Return whether the tenant shows a user homed online in another mode than the only one there is today."""
    homed_online = record is not None and user.homing not in (ONPREM, NOWHERE)
    if not homed_online or record is None or user.account_type != "User" or user.deleted:
        return False
    return facts.mode(record) not in (None, Mode.TEAMS_ONLY)


def lacking(exported: Exported, columns: Sequence[str]) -> bool:
    """Return whether there is an online export, and it has none of some columns."""
    record = next((each for each in exported.seen if each is not None), None)
    return record is not None and not any(record.export.has(column) for column in columns)
