# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The closed list of reasons that modules give. Each has a code, a sentence and a remedy; the docs' table is made from it."""

from __future__ import annotations

from .decision import Reason, Scope

_ALL: dict[str, Reason] = {}


def _reason(code: str, message: str, remedy: str, *, scope: Scope = Scope.USER, retryable: bool = False) -> Reason:
    assert code not in _ALL, code
    _ALL[code] = Reason(code, message, remedy, scope, retryable)
    return _ALL[code]


def catalogue() -> tuple[Reason, ...]:
    """Return every reason, by code."""
    return tuple(_ALL[code] for code in sorted(_ALL))


def by_code(code: str) -> Reason:
    """Return the reason of that code. Raises KeyError."""
    return _ALL[code]


# What could not be read, or not be told apart.
USER_NOT_FOUND = _reason(
    "user_not_found",
    "{host} knows no user {user}.",
    "Check the address; on-prem, the user must be enabled for Skype for Business; online, synced and licensed.",
)
USER_DELETED = _reason(
    "user_deleted", "{user} is deleted in the cloud.", "Restore the user, or take it out of the list."
)
AMBIGUOUS_USER = _reason(
    "ambiguous_user",
    "{user} is one user's SIP address and another's user principal name.",
    "Write the address with sip: to mean the SIP address.",
)
READ_FAILED = _reason(
    "read_failed", "{user} could not be read: {fault}", "Run again once the host answers; nothing was changed."
)
HOMING_UNKNOWN = _reason(
    "homing_unknown",
    "Where {user} is homed cannot be told: {why}.",
    "Compare HostingProvider on-prem and online and let the directory sync finish; nothing was changed.",
)
ASSIGNMENT_UNKNOWN = _reason(
    "assignment_unknown",
    "Which policy {user} is assigned cannot be read on this host.",
    "The endpoint must return the property TeamsUpgradePolicy of the user; nothing was changed.",
)
MEETINGS_UNKNOWN = _reason(
    "meetings_unknown",
    "The meeting migration of {user} could not be read: {fault}",
    "Run again once Get-CsMeetingMigrationStatus answers; nothing was requested.",
)

CONFIGURATION_UNKNOWN = _reason(
    "configuration_unknown",
    "{cmdlet} on {host} did not say how it is configured: {fault}",
    "Run again once {cmdlet} answers; nothing was changed.",
    scope=Scope.ORGANISATION,
)
SETTING_UNKNOWN = _reason(
    "setting_unknown",
    "{cmdlet} shows no {name} on this host.",
    "Leave the option out on this side, or update the module; nothing was changed.",
    scope=Scope.ORGANISATION,
)

# What the rules forbid.
HOMED_ONPREM = _reason(
    "homed_onprem",
    "{user} is homed on-prem and cannot be made TeamsOnly by a policy.",
    "Move the user with csuser_move; that makes them TeamsOnly.",
)
INCONSISTENT = _reason(
    "inconsistent",
    "The cloud calls {user} TeamsOnly although they are homed on-prem.",
    "Do not treat the user as upgraded: move them with csuser_move, or repair the sync.",
)
CLOUD_HOMED = _reason(
    "cloud_homed",
    "{user} is homed online and TeamsOnly and can hold no other mode.",
    "Only moving the user back on-prem (csuser_move with a registrar pool as target) takes TeamsOnly away.",
)
MODE_OVERRIDDEN = _reason(
    "mode_overridden",
    "TeamsUpgradeOverridePolicy of {user} is {value}: Microsoft has fixed the mode.",
    "Only Microsoft can lift TeamsUpgradeOverridePolicy.",
)
MODE_READ_ONLY = _reason(
    "mode_read_only",
    "TeamsUpgradePolicyIsReadOnly is {value}: the mode cannot be changed in this tenant.",
    "A tenant without on-prem users is TeamsOnly for good; nothing is left to set.",
)
NOTIFY_NOT_APPLICABLE = _reason(
    "notify_not_applicable",
    "{user} is TeamsOnly and has no Skype for Business client to be notified in.",
    "Nothing to do.",
)
NOTIFY_NEEDS_ONPREM = _reason(
    "notify_needs_onprem",
    "{user} is homed on-prem, where only an on-prem instance with NotifySfbUsers notifies.",
    "Run this task on the Skype for Business host; the mode can be granted here without notify.",
)
ONPREM_POLICY_NOT_APPLICABLE = _reason(
    "onprem_policy_not_applicable",
    "{user} is homed online, where on-prem policies do not apply.",
    "Nothing to do on this side.",
)
NO_NOTIFYING_INSTANCE = _reason(
    "no_notifying_instance",
    "No on-prem instance of TeamsUpgradePolicy has NotifySfbUsers true.",
    "Create one with teams_upgrade_policy_instance, or name one with policy.",
    scope=Scope.ORGANISATION,
)
INSTANCE_MISSING = _reason(
    "instance_missing",
    "There is no instance {policy} of TeamsUpgradePolicy on {host}.",
    "Name an existing instance (teams_upgrade_policy_info lists them), or create it with teams_upgrade_policy_instance.",
    scope=Scope.ORGANISATION,
)
INSTANCES_UNKNOWN = _reason(
    "instances_unknown",
    "The instances of TeamsUpgradePolicy could not be read on {host}: {fault}",
    "Run again once Get-CsTeamsUpgradePolicy answers; nothing was changed.",
    scope=Scope.ORGANISATION,
)
NO_MODE_ONPREM = _reason(
    "no_mode_onprem",
    "On {host}, a Skype for Business Server host, policies have no coexistence mode.",
    "Set the mode on the host with the MicrosoftTeams module; here, give policy or notify.",
    scope=Scope.ORGANISATION,
)
MIGRATE_MEETINGS_NOT_OFFERED = _reason(
    "migrate_meetings_not_offered",
    "Grant-CsTeamsUpgradePolicy on {host} has no parameter MigrateMeetingsToTeams.",
    "Leave migrate_meetings out, and convert meetings with meeting_migration.",
    scope=Scope.ORGANISATION,
)

# Moves.
NO_TARGET = _reason(
    "no_target",
    "No enabled hosting provider with a shared address space was found on {host}, so there is no target to move to.",
    "Set up hybrid (New-CsHostingProvider), or name target.",
    scope=Scope.ORGANISATION,
)
TARGET_UNKNOWN = _reason(
    "target_unknown",
    "The hosting providers of {host} could not be read: {fault}",
    "Run again once Get-CsHostingProvider answers, or name target; nothing was moved.",
    scope=Scope.ORGANISATION,
)
POOL_MISSING = _reason(
    "pool_missing",
    "{target} is neither a hosting provider's ProxyFqdn nor a registrar pool of this deployment.",
    "Name an existing pool (Get-CsPool) or leave target out to move to the cloud.",
    scope=Scope.ORGANISATION,
)
CONTACTS_IN_EXCHANGE = _reason(
    "unified_contact_store",
    "The contacts of {user} are in the unified contact store and would not arrive in Teams.",
    "Set UcsAllowed to false in the user's policy, run Invoke-CsUcsRollback, then move.",
)

# Meetings.
MIGRATION_PENDING = _reason(
    "migration_pending",
    "The meetings of {user} are queued since {since} and not converted yet.",
    "Wait: the service starts after 90 minutes at the earliest and retries for up to 24 hours.",
)
MIGRATION_FAILED = _reason(
    "migration_failed",
    "The meeting migration of {user} failed ({failed} of {total} meetings): {message}",
    "Act on the service's message, then trigger again, or let the user recreate these meetings.",
)
MEETINGS_NOT_APPLICABLE = _reason(
    "meetings_not_applicable",
    "{user} is neither TeamsOnly nor in SfBWithTeamsCollabAndMeetings, so new meetings would not be Teams meetings.",
    "Upgrade the user first.",
)
MIGRATION_DISABLED = _reason(
    "migration_disabled",
    "MeetingMigrationEnabled is false in this tenant: no meeting is converted.",
    "Switch it on with tenant_migration_configuration, then trigger again.",
    scope=Scope.ORGANISATION,
)

# Tenant.
ONPREM_USERS_EXIST = _reason(
    "onprem_users_exist",
    "{count} users are still homed on-prem; a TeamsOnly tenant default would cut them off.",
    "Move every user first.",
    scope=Scope.ORGANISATION,
)
ONPREM_USERS_UNKNOWN = _reason(
    "onprem_users_unknown",
    "Whether users are still homed on-prem could not be read: {fault}",
    "Run again once Get-CsOnlineUser answers; the tenant default was not touched.",
    scope=Scope.ORGANISATION,
)
TENANT_REFUSED = _reason(
    "tenant_refused",
    "The service refused TeamsOnly for the organisation: {fault}",
    "Move every user, disable hybrid and point the DNS records it names to Microsoft 365.",
    scope=Scope.ORGANISATION,
)

# What a host or an endpoint lacks.
WRONG_SIDE = _reason(
    "wrong_side",
    "{host} is not {needed}, which this module needs.",
    "Run the task on the other host, or set ansible_runspace_side where a host is both.",
    scope=Scope.ORGANISATION,
)
CMDLET_MISSING = _reason(
    "cmdlet_missing",
    "{host} does not offer {cmdlet}.",
    "Update Skype for Business Server or the MicrosoftTeams module, or make {cmdlet} visible in the endpoint's role capability file.",
    scope=Scope.ORGANISATION,
)
PARAMETER_MISSING = _reason(
    "parameter_missing",
    "{cmdlet} on {host} does not offer the parameter {parameter}.",
    "Update the module, leave the option out, or list {parameter} for {cmdlet} in the endpoint's role capability file.",
    scope=Scope.ORGANISATION,
)

# What came of it.
NOT_CONFIRMED = _reason(
    "not_confirmed",
    "{cmdlet} reported no error for {user}, but reading back shows no change.",
    "Look at the user on the host before running again.",
)
NOT_YET_VISIBLE = _reason(
    "not_yet_visible",
    "{cmdlet} was accepted for {user}; reading back does not show it yet.",
    "Run again later: a policy takes up to 24 hours to show.",
)
SETTLING = _reason(
    "settling",
    "{user} is assigned {policy} and the effective mode is still {mode}.",
    "Wait: a policy takes up to 24 hours to take effect.",
)
OUTCOME_UNKNOWN = _reason(
    "outcome_unknown",
    "The connection was lost while {cmdlet} ran for {user}, and reading back was not possible.",
    "Run again: the state is read first, and nothing is repeated blindly.",
)
NOT_STARTED = _reason(
    "not_started",
    "{user} was not started, because {cause}.",
    "Mend the cause and run again: users who are done are left alone.",
)
BUDGET_SPENT = _reason(
    "budget_spent",
    "More users failed than max_fail_percentage allows ({percentage} %).",
    "Mend the failures and run again.",
)
CHECK_MODE_REFUSED = _reason(
    "check_mode_refused",
    "The connection refused {cmdlet} because this is check mode.",
    "This is a defect of the collection: please report it.",
    scope=Scope.ORGANISATION,
)
UNCLASSIFIED = _reason("fault", "{fault}", "Read the host's message; it is not among the known ones.")

# What keeps a user from being upgraded.
NOT_LICENSED = _reason(
    "not_licensed",
    "{user} has no enabled licence for {plans}.",
    "Assign it (Plan 2 too, although the service is retired); a new licence takes up to 30 minutes to count.",
    retryable=True,
)
LICENCES_UNKNOWN = _reason(
    "licences_unknown",
    "The licences of {user} could not be read.",
    "The endpoint must return AssignedPlan or FeatureTypes of the user.",
)
PHONE_SYSTEM_MISSING = _reason(
    "phone_system_missing",
    "{user} uses enterprise voice on-prem and has no Phone System licence.",
    "Assign Phone System, or move without telephony (teams_upgrade_without_telephony).",
)
NOT_SYNCED = _reason(
    "not_synced",
    "{user} {what}, although they have an account on-prem.",
    "Let the directory sync carry the user to the cloud, then run again.",
)
SIP_ADDRESS_DIFFERS = _reason(
    "sip_address_differs",
    "{user} is {onprem} on-prem and {online} in the cloud.",
    "Make msRTCSIP-PrimaryUserAddress the same on both sides and sync.",
)
VALIDATION_ERRORS = _reason(
    "validation_errors",
    "The cloud reports errors for {user}: {errors}.",
    "Put right what the errors name, and let the directory sync run.",
)
ACCOUNT_DISABLED = _reason(
    "account_disabled",
    "{user} is disabled for Skype for Business.",
    "Enable the user, or take them out of the wave.",
)
NOT_A_USER = _reason(
    "not_a_user",
    "{user} is no ordinary user: {what}.",
    "Take it out of the wave: rooms, phones and resource accounts are moved by other means.",
)
SYNC_PENDING = _reason(
    "sync_pending",
    "{user} is moved, and the cloud does not show it yet.",
    "Wait for the directory sync and run again: what is left is done then.",
)
