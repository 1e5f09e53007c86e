# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tenant default: which instance applies to users without an assignment of their own (M8, R9, R57, R59)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._model import organisation_reasons, reasons
from .._model.actions import GrantTenantPolicy
from .._model.decision import Change, Decision, Keep, Reason, Refuse, Unknown
from .._model.policy import Mode, PolicyInstance, built_in, instance_for

# The service says this in a warning whose first sentence claims success.
_REFUSAL = re.compile(r"cannot be upgraded to TeamsOnly mode", re.IGNORECASE)

MEETINGS_NOT_MIGRATED = (
    "A tenant-wide change converts nobody's meetings: "
    "trigger the users who inherit it with meeting_migration (meetings_not_migrated lists them, inheriting: true finds them later)."
)

CLOUD_ALONE_COUNTED = (
    "Only the cloud was asked whether users are still homed on-prem, and it does not know those who were never synced: "
    "give onprem_users, which csuser_info with homing: onprem counts on a Skype for Business Server host."
)


@dataclass(frozen=True, slots=True)
class TenantFacts:
    """The instance Global, how many users are homed on-prem (or why that is not known), and what fixes the mode, if anything.

    `unread` is why nobody can tell what fixes it.
    """

    default: PolicyInstance
    onprem_users: int | Reason
    override_policy: str | None = None
    policy_read_only: str | None = None
    unread: Reason | None = None

    def to_result(self) -> dict[str, object]:
        """Return the tenant default as results show it."""
        return shown(self.default)


def shown(default: PolicyInstance) -> dict[str, object]:
    """Return a tenant default as results show it."""
    return {"mode": default.mode.value if default.mode else None, "notify": default.notify}


@dataclass(frozen=True, slots=True)
class DefaultMode:
    """The tenant default has `mode`, and `notify` (left alone when None)."""

    mode: Mode
    notify: bool | None = None

    @classmethod
    def named(cls, options: Mapping[str, Any]) -> DefaultMode:
        """Return what the options ask for, by `mode` or by `policy`, a built-in instance (M2)."""
        instance = built_in(options["policy"])
        if instance is not None and instance.mode is not None:
            return cls(instance.mode, instance.notify)
        return cls(Mode(options["mode"]), options["notify"])

    def decide(self, tenant: TenantFacts) -> Decision:
        """Return what is to be done about the tenant default."""
        held = tenant.default
        if held.mode is None:
            return Unknown(
                organisation_reasons.INSTANCES_UNKNOWN.format(
                    host="the tenant", fault="the instance Global shows no mode"
                )
            )
        notify = held.notify if self.notify is None else self.notify
        wanted = instance_for(self.mode, notify=notify and self.mode is not Mode.TEAMS_ONLY)
        if (held.mode, held.notify) == (wanted.mode, wanted.notify):
            return Keep(tenant.to_result())
        if tenant.unread:
            return Unknown(tenant.unread)
        if refused := self._refused(tenant):
            return Refuse(refused, tenant.to_result())
        return Change(tenant.to_result(), shown(wanted), GrantTenantPolicy(wanted.identity))

    def _refused(self, tenant: TenantFacts) -> Reason | None:
        if tenant.override_policy:
            return reasons.MODE_OVERRIDDEN.format(user="the tenant", value=tenant.override_policy)
        if tenant.policy_read_only and "mode" in tenant.policy_read_only.lower():
            return reasons.MODE_READ_ONLY.format(value=tenant.policy_read_only)
        if self.mode is not Mode.TEAMS_ONLY:
            return None
        if isinstance(tenant.onprem_users, Reason):
            return organisation_reasons.ONPREM_USERS_UNKNOWN.format(fault=tenant.onprem_users.message)
        return (
            organisation_reasons.ONPREM_USERS_EXIST.format(count=tenant.onprem_users) if tenant.onprem_users else None
        )


def refusal_in(warnings: Sequence[str]) -> Reason | None:
    """Return the refusal that the service hides in a warning (R59)."""
    found = next((warning for warning in warnings if _REFUSAL.search(warning)), None)
    return organisation_reasons.TENANT_REFUSED.format(fault=found) if found else None
