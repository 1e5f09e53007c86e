# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The properties of what Get-CsOnlineUser returns. They changed with the module's versions (R74)."""

from __future__ import annotations

import json
from datetime import datetime
from xml.sax.saxutils import quoteattr

from ..contract.call import Thing
from ..contract.versions import Version
from .interpreted import has_provider, interpreted_user_type
from .modes import Mode, untagged
from .records import FEATURES, ON_PREMISES, CloudUser, Plan
from .world import World, effective, hosting_provider

NEW_SHAPE: Version = (3, 0)
NULL_POLICIES: Version = (4, 4, 1)
EFFECTIVE_ASSIGNMENTS: Version = (7, 1, 1)
UPGRADE_POLICY = "TeamsUpgradePolicy"
_OTHER_POLICIES = (
    "TeamsMeetingPolicy TeamsMessagingPolicy TeamsCallingPolicy ExternalAccessPolicy OnlineVoiceRoutingPolicy TenantDialPlan"
).split()
_DEFINITION = "Microsoft.Rtc.Management.UserPolicyDefinition"
# The three shapes of what a user was granted directly.
STRINGS, OBJECTS, NULLS = "strings", "objects", "nulls"


def policy_shape(version: Version) -> str:
    """Return how a version shows policies: as text, as an object that may be empty, or as an object or null."""
    if version < NEW_SHAPE:
        return STRINGS
    return OBJECTS if version < NULL_POLICIES else NULLS


def policy(name: str | None, version: Version, authority: str = "Host") -> object:
    """Return a policy that a user was granted directly, None for none, in the version's shape."""
    shape = policy_shape(version)
    if shape == STRINGS:
        return untagged(name) if name else None
    if name is None and shape == NULLS:
        return None
    return Thing(_DEFINITION, {"Authority": authority if name else None, "Name": name}, name or "")


def online_user(world: World, user: CloudUser, version: Version) -> dict[str, object]:
    """Return a user's properties as a version of the module names them."""
    return _new(world, user, version) if version >= NEW_SHAPE else _old(world, user, version)


def _common(world: World, user: CloudUser, version: Version) -> dict[str, object]:
    settings, instance = world.tenant.settings, effective(world, user)
    policies: dict[str, object] = {name: policy(None, version) for name in _OTHER_POLICIES}
    policies["OnlineVoiceRoutingPolicy"] = policy(user.routing_policy, version, "Tenant")
    return {
        "UserPrincipalName": user.upn,
        "SipAddress": user.sip,
        "Alias": user.alias,
        "DisplayName": user.person.display_name,
        "AccountEnabled": user.enabled,
        "HostingProvider": hosting_provider(user) if user.sip and has_provider(user) else None,
        "OnPremHostingProvider": user.locator if has_provider(user) else None,
        "InterpretedUserType": interpreted_user_type(world, user, version),
        "EnterpriseVoiceEnabled": user.voice,
        "LineUri": user.line_uri,
        "OnPremLineURI": user.onprem_line,
        "OnPremEnterpriseVoiceEnabled": user.onprem_voice,
        "UsageLocation": user.usage_location or None,
        "TenantId": settings.tenant_id,
        **policies,
        UPGRADE_POLICY: policy(user.assigned, version),
        "TeamsUpgradeEffectiveMode": str(instance.mode),
        "TeamsUpgradeNotificationsEnabled": instance.notify and instance.mode is not Mode.TEAMS_ONLY,
        "TeamsUpgradeOverridePolicy": settings.override,
        "TeamsUpgradePolicyIsReadOnly": settings.read_only or "None",
        "WhenCreated": user.created,
        "WhenChanged": user.changed,
        **{name: user.person.attributes.get(name) for name in ("City", "Company", "Country", "Department", "Title")},
    }


def _new(world: World, user: CloudUser, version: Version) -> dict[str, object]:
    properties = {
        "Identity": user.object_id,
        **_common(world, user, version),
        "AccountType": account_type(user, version),
        "GivenName": user.person.given_name,
        "LastName": user.person.surname,
        "IsSipEnabled": bool(user.sip),
        "OnPremSIPEnabled": user.locator == ON_PREMISES,
        "OnPremSipAddress": user.onprem_sip,
        "UserDirSyncEnabled": user.anchor is not None,
        "UserValidationErrors": list(user.validation_errors),
        "FeatureTypes": features(user),
        "AssignedPlan": assigned_plan(world, user, version),
        "SoftDeletionTimestamp": user.deleted,
    }
    if version >= EFFECTIVE_ASSIGNMENTS:
        properties["EffectivePolicyAssignments"] = _assignments(user)
    return properties


def _old(world: World, user: CloudUser, version: Version) -> dict[str, object]:
    tenant = world.tenant.settings
    return {
        **_common(world, user, version),
        "Identity": f"CN={user.object_id},OU={tenant.tenant_id},OU=OCS Tenants,DC=lync0a001,DC=local",
        "ObjectId": user.object_id,
        "FirstName": user.person.given_name,
        "LastName": user.person.surname,
        "Enabled": bool(user.sip) and not user.on_premises,
        "DirSyncEnabled": user.anchor is not None,
        "MCOValidationError": list(user.validation_errors),
        "RegistrarPool": None if user.on_premises else "sippoolam30a01.infra.lync.com",
        "AssignedPlan": assigned_plan(world, user, version),
        "SoftDeletionTimestamp": user.deleted,
        "TeamsInteropPolicy": None,
    }


def account_type(user: CloudUser, version: Version) -> str:
    """Return the type of account. A user homed on-premises has one of its own; those without a licence changed their name."""
    kind = user.account_type
    if kind == "User":
        if user.on_premises:
            return "SfBOnPremUser"
        kind = "User" if user.plans else "IneligibleUser"
    return "Unknown" if kind == "IneligibleUser" and version < (6, 1, 1) else kind


def features(user: CloudUser) -> list[str]:
    """Return the features that the user's licences give."""
    return [feature for capability, feature in FEATURES.items() if user.licensed(capability)]


def assigned_plan(world: World, user: CloudUser, version: Version) -> object:
    """Return the service plans: objects, the same as JSON text, or the XML of old modules."""
    shape = world.readings.assigned_plan
    if shape == "by_version":
        shape = "objects" if version >= NEW_SHAPE else "xml"
    plans = [_plan(plan) for plan in user.plans.values()]
    if shape == "xml":
        return [_xml(plan) for plan in plans]
    if shape == "json":
        return json.dumps(plans)
    return [Thing("Microsoft.Rtc.Management.AssignedPlan", plan) for plan in plans]


def _plan(plan: Plan) -> dict[str, object]:
    return {
        "AssignedTimestamp": _stamp(plan.assigned),
        "Capability": plan.capability,
        "CapabilityStatus": "Enabled" if plan.enabled else "Deleted",
        "ServiceInstance": "MicrosoftCommunicationsOnline/NOAM-4A-S7",
    }


def _xml(plan: dict[str, object]) -> str:
    attributes = " ".join(
        f"{name}={quoteattr(str(plan[name]))}" for name in ("ServiceInstance", "CapabilityStatus", "AssignedTimestamp")
    )
    capability = quoteattr(str(plan["Capability"]))
    return (
        f'<XmlValueAssignedPlan><Plan {attributes} xmlns="http://schemas.microsoft.com/online/directoryservices/change/2008/11">'
        f'<Capability><Capability Plan={capability} xmlns="http://schemas.microsoft.com/online/MCO/2009/01" /></Capability>'
        "</Plan></XmlValueAssignedPlan>"
    )


def _assignments(user: CloudUser) -> list[Thing]:
    if user.assigned is None:
        return []
    assignment = Thing(
        "PolicyAssignment",
        {"displayName": user.assigned, "assignmentType": "direct", "policyId": f"Tag:{user.assigned}", "groupId": None},
    )
    return [Thing("EffectivePolicyAssignment", {"PolicyType": UPGRADE_POLICY, "PolicyAssignment": assignment})]


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
