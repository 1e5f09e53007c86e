# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TeamsUpgradePolicy in the tenant: the built-in instances, and granting them to users or as the tenant's default."""

from __future__ import annotations

from ...contract.call import Outcome, Thing
from .. import texts
from ..assigning import assign, check_writable, instance_to_grant
from ..bound import Behaviour, Bound, Refusal, output, rows
from ..finding import cloud_user
from ..identities import fold, like
from ..modes import BUILT_IN, DEFAULT, GLOBAL, Instance, Mode, built_in, untagged
from ..shapes_online import UPGRADE_POLICY, online_user
from ..world import World

_FORCE_SINCE = (5, 1, 0)


def get_policy(bound: Bound) -> Outcome:
    """Get-CsTeamsUpgradePolicy: Global with the tenant's values, and the instances built in (M1)."""
    default = bound.world.tenant.settings.default
    known = (default, *BUILT_IN)
    wanted = bound.text("Identity")
    if wanted is not None:
        instance = default if fold(untagged(wanted)) == fold(GLOBAL) else built_in(wanted)
        if instance is None:
            raise Refusal(texts.NO_SUCH_POLICY.format(policy=wanted), "PolicyNotFound", "ObjectNotFound")
        return output(_shown(instance))
    mask = bound.text("Filter")
    return rows([_shown(one) for one in known if mask is None or like(one.identity, mask)])


def _shown(instance: Instance) -> Thing:
    properties: dict[str, object] = {
        "Identity": instance.identity,
        "Description": instance.description,
        "Mode": str(instance.mode),
        "NotifySfbUsers": instance.notify,
    }
    if instance.name == Mode.ISLANDS:
        # The published example shows this on one instance, and says nowhere what it is.
        properties["Action"] = "None"
    return Thing("Microsoft.Rtc.Management.WritableConfig.Policy.Teams.TeamsUpgradePolicy", properties)


def grant_policy(bound: Bound) -> Outcome:
    """Grant-CsTeamsUpgradePolicy: to a user, or as the tenant's default (M2, M8)."""
    if bound.has("Group"):
        raise Refusal(texts.GROUP_UNSUPPORTED, "GroupAssignmentNotSupported")
    if bound.text("Identity") is None:
        return _grant_to_tenant(bound)
    user = cloud_user(bound)
    instance = instance_to_grant(bound.text("PolicyName"))
    warned = assign(bound.model, user, instance, convert=bound.choice("MigrateMeetingsToTeams"))
    bound.touched.append(user.sip or user.upn)
    shown = Thing("OnlineUser", online_user(bound.world, user, bound.module_version))
    return Outcome(output=(shown,) if bound.flag("PassThru") else (), warnings=warned)


def _grant_to_tenant(bound: Bound) -> Outcome:
    """Grant to the tenant. Nobody inheriting gets meetings converted (R54)."""
    if _asks(bound):
        return Outcome(prompt=texts.CONFIRM_TENANT)
    world, settings = bound.world, bound.world.tenant.settings
    check_writable(world)
    name = bound.text("PolicyName")
    instance = DEFAULT if name is None else instance_to_grant(name)
    if instance is None:
        return Outcome()
    if instance.mode is Mode.TEAMS_ONLY and (records := _records_at_fault(world)):
        # The warning claims success first; nothing has changed, and no error is raised (R59).
        return Outcome(warnings=(texts.TENANT_GUARD.format(records=records),))
    settings.default = Instance(GLOBAL, instance.mode, instance.notify, instance.description)
    bound.touched.append(GLOBAL)
    return Outcome()


def _asks(bound: Bound) -> bool:
    if bound.module_version >= _FORCE_SINCE:
        return not bound.flag("Force")
    return not bound.flag("Global") and bound.choice("Confirm") is not False


def _records_at_fault(world: World) -> str:
    """Return the DNS records that keep the tenant from TeamsOnly. It looks at DNS, not at users (R58)."""
    if not world.profile.tenant_guarded or world.readings.tenant_guard == "none":
        return ""
    domains = [one for one in world.tenant.settings.domains if one.enabled and one.lyncdiscover == "onprem"]
    return "".join(f"[lyncdiscover.{domain.name}.{domain.address}];" for domain in domains)


def get_user_policy(bound: Bound) -> Outcome:
    """Get-CsUserPolicyAssignment: a user's direct and group assignments; nothing where the tenant's default applies."""
    user = cloud_user(bound)
    wanted = bound.text("PolicyType")
    if wanted is not None and fold(wanted) != fold(UPGRADE_POLICY):
        return Outcome()
    sources = [("Direct", user.assigned, user.object_id)] if user.assigned else []
    sources += [("Group", one.instance, one.group) for one in bound.world.tenant.groups_of(user)]
    if not sources:
        return Outcome()
    listed = [
        Thing("PolicySource", {"AssignmentType": kind, "PolicyName": name, "Reference": reference})
        for kind, name, reference in sources
    ]
    return output(
        Thing(
            "Microsoft.Teams.Config.Cmdlets.Models.EffectivePolicy",
            {"PolicyType": UPGRADE_POLICY, "PolicyName": sources[0][1], "PolicySource": listed},
        )
    )


BEHAVIOURS: dict[str, Behaviour] = {
    "Get-CsTeamsUpgradePolicy": get_policy,
    "Grant-CsTeamsUpgradePolicy": grant_policy,
    "Get-CsUserPolicyAssignment": get_user_policy,
}
