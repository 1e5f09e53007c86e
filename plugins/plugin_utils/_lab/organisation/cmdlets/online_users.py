# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users of the tenant: Get-CsOnlineUser, and Set-CsUser there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import islice

from ...contract.call import Outcome, Thing
from ...contract.versions import Version
from ..bound import Behaviour, Bound, Refusal, output, rows
from ..filters import ONLINE_OPERATORS, ONPREM_OPERATORS, Dialect, FilterError, named_by, parse_filter
from ..finding import bad_filter, cloud_user
from ..identities import fold
from ..records import CloudUser
from ..shapes_online import NEW_SHAPE, UPGRADE_POLICY, account_type, online_user

ONLINE_USER = "Microsoft.Rtc.Management.Hosted.OnlineUser"
# Since 3.0 the module projects what the service returns. Its models differ for one user and for a listing.
_SELECTED = "Selected.Microsoft.Teams.ConfigAPI.Cmdlets.Generated.Models."
_ONE, _LISTED = _SELECTED + "User", _SELECTED + "UserMas"
# A report names 4.5.0; it announces a later version with these properties, and does not say which.
_LISTS_LESS: Sequence[Version] = ((4, 5, 0), (4, 6))
# Those of that report, as far as users have them here.
_NOT_LISTED = ("RegistrarPool", "UserValidationErrors", "WhenCreated")
_HOMING = ("HostingProvider", "OnPremHostingProvider", "InterpretedUserType")
_LEFT_OUT: Mapping[str, Sequence[str]] = {
    "whole": (),
    "without_errors": _NOT_LISTED,
    "blank_errors": ("UserValidationErrors",),
    "without_policies": (UPGRADE_POLICY,),
    "blank_policies": (UPGRADE_POLICY,),
    "without_homing": _HOMING,
    "blank_homing": _HOMING,
}
_WILDCARDS_ANYWHERE: Version = (5, 0)
# What the documents list as filterable. TeamsUpgradeEffectiveMode and InterpretedUserType are not among them.
_FILTERABLE = (
    "AccountEnabled AccountType Alias AssignedPlan City Company Country Department DisplayName EnterpriseVoiceEnabled FeatureTypes "
    "GivenName HostingProvider Identity IsSipEnabled LastName LineUri OnPremEnterpriseVoiceEnabled OnPremHostingProvider OnPremLineURI "
    "OnPremSIPEnabled OnPremSipAddress SipAddress SoftDeletionTimestamp TeamsUpgradeOverridePolicy TeamsUpgradePolicy TenantId Title "
    "UsageLocation UserDirSyncEnabled UserPrincipalName UserValidationErrors WhenChanged WhenCreated"
).split()
_NAMES = ("SipAddress", "UserPrincipalName")
_ALWAYS = ("Identity", "UserPrincipalName", "Alias", "AccountEnabled", "DisplayName")


def get_online_user(bound: Bound) -> Outcome:
    """Get-CsOnlineUser: one user, or a listing that also holds guests, deleted and unlicensed accounts (R72)."""
    version = bound.module_version
    if bound.text("Identity") is not None:
        return output(_shown(bound, _properties(bound, cloud_user(bound)), _ONE))
    users = [user for user in _filtered_by_name(bound) if _listed(user)]
    if bound.flag("SoftDeletedUser") or bound.flag("SoftDeletedUsers"):
        users = [user for user in users if user.deleted is not None]
    if kind := bound.text("AccountType"):
        users = [user for user in users if fold(account_type(user, version)) == fold(kind)]
    found = _filtered(bound, users)
    size = bound.number("ResultSize")
    if bound.flag("Sort"):
        found.sort(key=lambda one: str(one["DisplayName"]))
    return rows(
        [_shown(bound, _as_listed(bound, one), _LISTED) for one in (found if size is None else islice(found, size))]
    )


def _filtered_by_name(bound: Bound) -> Iterable[CloudUser]:
    """Return those among whom all are that a filter can leave: who has one of the names in it, where it asks for names alone."""
    named = None
    with suppress(FilterError):  # The filter itself is read later, and refused then.
        named = named_by(bound.text("Filter") or "", _NAMES)
    if not named:
        return bound.world.tenant
    return list(dict.fromkeys(user for name in sorted(named) for user in bound.world.tenant.named(name)))


def _listed(user: CloudUser) -> bool:
    """A user homed on-premises is listed only when synchronised with a SIP address."""
    return not user.on_premises or (user.anchor is not None and bool(user.onprem_sip))


def _filtered(bound: Bound, users: Sequence[CloudUser]) -> list[dict[str, object]]:
    text = bound.text("Filter")
    if text is None or not users:
        return [_properties(bound, user) for user in users]
    version = bound.module_version
    modern = version >= NEW_SHAPE
    dialect = Dialect(
        properties=_FILTERABLE if modern else tuple(_properties(bound, users[0])),
        operators=ONLINE_OPERATORS if modern else ONPREM_OPERATORS,
        negation=not modern,
        trailing_wildcard_only=modern and version < _WILDCARDS_ANYWHERE,
    )
    try:
        predicate = parse_filter(text, dialect)
    except FilterError as error:
        raise bad_filter(error) from error
    listed = (_properties(bound, user) for user in users)
    return [one for one in listed if predicate(_comparable(one) if modern else one)]


def _comparable(properties: dict[str, object]) -> dict[str, object]:
    """Return the properties as the service compares them: a policy carries its authority, and one blank stands for none."""
    policy = properties.get(UPGRADE_POLICY)
    name = policy.properties.get("Name") if isinstance(policy, Thing) else None
    return {**properties, UPGRADE_POLICY: f"Host:{name}" if name else " "}


def _properties(bound: Bound, user: CloudUser) -> dict[str, object]:
    return online_user(bound.world, user, bound.module_version)


def _as_listed(bound: Bound, properties: dict[str, object]) -> dict[str, object]:
    """Return the properties that a listing shows: some versions leave some out, or show them empty."""
    reading = bound.world.readings.listed_users
    if reading == "by_version":
        reading = "without_errors" if _LISTS_LESS[0] <= bound.module_version < _LISTS_LESS[1] else "whole"
    names = _LEFT_OUT[reading]
    if reading.startswith("blank"):
        return {name: None if name in names else value for name, value in properties.items()}
    return {name: value for name, value in properties.items() if name not in names}


def _shown(bound: Bound, properties: dict[str, object], model: str) -> Thing:
    if bound.flag("SkipUserPolicies"):
        properties = {name: value for name, value in properties.items() if not name.endswith("Policy")}
    if wanted := bound.text("Properties"):
        known = {fold(name): name for name in properties}
        asked = [*_ALWAYS, *wanted.split(",")]
        if unknown := [name.strip() for name in asked if fold(name) not in known]:
            raise Refusal(f"The property '{unknown[0]}' does not exist.", "InvalidProperty", "InvalidArgument")
        properties = {known[fold(name)]: properties[known[fold(name)]] for name in asked}
    kind = model if bound.module_version >= NEW_SHAPE else ONLINE_USER
    return Thing(kind, properties, str(properties["Identity"]))


def set_user(bound: Bound) -> Outcome:
    """Set-CsUser online: telephony only, and deprecated."""
    user = cloud_user(bound)
    voice = bound.choice("EnterpriseVoiceEnabled")
    if voice is not None:
        user.voice = voice
    if bound.has("LineURI"):
        user.line_uri = bound.text("LineURI")
    bound.touched.append(user.sip or user.upn)
    return Outcome()


BEHAVIOURS: dict[str, Behaviour] = {"Get-CsOnlineUser": get_online_user, "Set-CsUser": set_user}
