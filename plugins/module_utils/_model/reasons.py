# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The closed list of reasons that modules give. Each has a code, a sentence and a remedy; the docs' table is made from it."""

from __future__ import annotations

from .decision import Reason, Scope

_ALL: dict[str, Reason] = {}


def reason(code: str, message: str, remedy: str, *, scope: Scope = Scope.USER, retryable: bool = False) -> Reason:
    """Put a reason into the list, and return it."""
    return _ALL.setdefault(code, Reason(code, message, remedy, scope, retryable))


def catalogue() -> tuple[Reason, ...]:
    """Return every reason, by code."""
    return tuple(_ALL[code] for code in sorted(_ALL))


# What could not be read, or not be distinguished.
USER_NOT_FOUND = reason(
    "user_not_found",
    "{host} knows no user {user}.",
    "Check the address; on-prem, the user must be enabled for Skype for Business; online, synced and licensed.",
)
USER_DELETED = reason(
    "user_deleted", "{user} is deleted in the cloud.", "Restore the user, or take it out of the list."
)
AMBIGUOUS_USER = reason(
    "ambiguous_user",
    "{user} is one user's SIP address and another's user principal name.",
    "Write the address with sip: to mean the SIP address.",
)
READ_FAILED = reason(
    "read_failed", "{user} could not be read: {fault}", "Run again once the host answers; nothing was changed."
)
HOMING_UNKNOWN = reason(
    "homing_unknown",
    "Where {user} is homed is not known: {why}.",
    "Compare HostingProvider on-prem and online and let the directory sync finish; nothing was changed.",
)
ASSIGNMENT_UNKNOWN = reason(
    "assignment_unknown",
    "Which policy {user} is assigned cannot be read on this host.",
    "The endpoint must return the property TeamsUpgradePolicy of the user; nothing was changed.",
)
MEETINGS_UNKNOWN = reason(
    "meetings_unknown",
    "The meeting migration of {user} could not be read: {fault}",
    "Run again once Get-CsMeetingMigrationStatus answers; nothing was requested.",
)


# What the rules forbid.
HOMED_ONPREM = reason(
    "homed_onprem",
    "{user} is homed on-prem and cannot be made TeamsOnly by a policy.",
    "Move the user with csuser_move; that makes them TeamsOnly.",
)
HOMED_ELSEWHERE = reason(
    "homed_elsewhere",
    "{user} is homed online at the hosting provider {provider}, and not at {target}.",
    "Name that provider's ProxyFqdn as target, or leave target out; from one provider to another there is no move.",
)
INCONSISTENT = reason(
    "inconsistent",
    "The cloud calls {user} TeamsOnly although they are homed on-prem.",
    "Do not treat the user as upgraded: move them with csuser_move, or repair the sync.",
)
CLOUD_HOMED = reason(
    "cloud_homed",
    "{user} is homed online and TeamsOnly and can hold no other mode.",
    "Only moving the user back on-prem (csuser_move with a registrar pool as target) takes TeamsOnly away.",
)
MODE_OVERRIDDEN = reason(
    "mode_overridden",
    "TeamsUpgradeOverridePolicy of {user} is {value}: Microsoft has fixed the mode.",
    "Only Microsoft can lift TeamsUpgradeOverridePolicy.",
)
MODE_READ_ONLY = reason(
    "mode_read_only",
    "TeamsUpgradePolicyIsReadOnly is {value}: the mode cannot be changed in this tenant.",
    "A tenant without on-prem users is TeamsOnly for good; nothing is left to set.",
)
NOTIFY_NOT_APPLICABLE = reason(
    "notify_not_applicable",
    "{user} is TeamsOnly and has no Skype for Business client to be notified in.",
    "Nothing to do.",
)
NOTIFY_NEEDS_ONPREM = reason(
    "notify_needs_onprem",
    "{user} is homed on-prem, where only an on-prem instance with NotifySfbUsers notifies.",
    "Run this task on the Skype for Business host; the mode can be granted here without notify.",
)
ONPREM_POLICY_NOT_APPLICABLE = reason(
    "onprem_policy_not_applicable",
    "{user} is homed online, where on-prem policies do not apply.",
    "Nothing to do on this side.",
)

# Moves.
CONTACTS_IN_EXCHANGE = reason(
    "unified_contact_store",
    "The contacts of {user} are in the unified contact store and would not arrive in Teams.",
    "Set UcsAllowed to false in the user's policy, run Invoke-CsUcsRollback, then move.",
)

NOT_ENABLED_ONPREM = reason(
    "not_enabled_onprem",
    "{user} has no account on-prem to move back to.",
    "Who was born in the cloud needs Enable-CsUser with HostingProviderProxyFqdn first, and then a directory sync.",
)

# Meetings.
MIGRATION_PENDING = reason(
    "migration_pending",
    "The meetings of {user} are queued since {since} and not converted yet.",
    "Wait: the service starts after 90 minutes at the earliest ({due}) and retries for up to 24 hours.",
)
MIGRATION_NOT_DUE = reason(
    "migration_not_due",
    "The move of {user} has queued the conversion of their meetings, and the service does not show it yet.",
    "Wait: nothing is due before 90 minutes are over. A later run asks for it where it is still missing then.",
)
MIGRATION_FAILED = reason(
    "migration_failed",
    "The meeting migration of {user} failed ({counts}): {message}",
    "Act on the service's message, then trigger again, or let the user recreate these meetings.",
)
MEETINGS_NOT_APPLICABLE = reason(
    "meetings_not_applicable",
    "{user} is neither TeamsOnly nor in SfBWithTeamsCollabAndMeetings, so new meetings would not be Teams meetings.",
    "Upgrade the user first, or ask all the same with any_mode: true.",
)
MEETING_MIGRATION_DISABLED = reason(
    "meeting_migration_disabled",
    "The meetings of {user} are not converted: MeetingMigrationEnabled is false in the tenant.",
    "Switch it on with tenant_migration_configuration, then run again; nothing was requested.",
)

# Tenant.

# What a host or an endpoint lacks.

# What came of it.
NOT_CONFIRMED = reason(
    "not_confirmed",
    "{cmdlet} reported no error for {user}, but reading back shows no change.",
    "Look at the user on the host before the next run tries again: another domain controller may show the change only later.",
)
NOT_YET_VISIBLE = reason(
    "not_yet_visible",
    "{cmdlet} was accepted for {user}; reading back does not show it yet.",
    "Run again later: a policy takes up to 24 hours to show.",
)
SETTLING = reason(
    "settling",
    "{user} is assigned {policy} and the effective mode is still {mode}.",
    "Wait: a policy takes up to 24 hours to take effect. A look for drift lists those who have waited for longer.",
)
SAME_USER = reason(
    "same_user",
    "{user} is another name of {other}, who is named as well.",
    "See what is said of {other}, and name each user once.",
)
OUTCOME_UNKNOWN = reason(
    "outcome_unknown",
    "The connection was lost while {cmdlet} ran for {user}, and no read shows what came of it.",
    "Run again: the state is read first, and nothing is repeated blindly.",
)
NOT_SELECTED = reason(
    "not_selected",
    "{user} is not one of those who were asked for: {options}.",
    "Leave these options out to have everybody who is named listed alike.",
)
NOT_READ_BACK = reason(
    "not_read_back",
    "{cmdlet} was called for {user}, and what came of it could not be read: {fault}",
    "Run again once the host answers: the state is read first, and nothing is repeated blindly.",
)
NOT_STARTED = reason(
    "not_started",
    "{user} was not started: {cause}.",
    "Mend the cause and run again: users who are done are left alone.",
)
WINDOW_CLOSED = reason(
    "window_closed",
    "{user} waits for the wave's window ({window}).",
    "Nothing has to be done: the next run inside the window goes on with them.",
)
PHASE_NOT_SELECTED = reason(
    "phase_not_selected",
    "{user} is ready, and this run was not to go on with them.",
    "Run without tags, or with those of the phases that are to be done.",
)
NOT_FINISHED = reason(
    "not_finished",
    "Something was changed for {user}, and the rest was not done: {cause}.",
    "Mend the cause and run again: the next run goes on with them.",
)
UNCLASSIFIED = reason("fault", "{fault}", "Read the host's message; it is not among the known ones.")

# What keeps a user from being upgraded.
NOT_LICENSED = reason(
    "not_licensed",
    "{user} has no enabled licence for {plans} (looked for {names}; enabled: {found}).",
    "Assign it (Plan 2 too, although the service is retired); a new licence takes up to 30 minutes to count.",
    retryable=True,
)
LICENCES_UNKNOWN = reason(
    "licences_unknown",
    "The licences of {user} could not be read.",
    "The endpoint must return AssignedPlan or FeatureTypes of the user.",
)
PHONE_SYSTEM_MISSING = reason(
    "phone_system_missing",
    "{user} uses enterprise voice on-prem and has no Phone System licence (looked for {names}; enabled: {found}).",
    "Assign Phone System, or move without telephony (teams_upgrade_without_telephony).",
)
AUDIO_CONFERENCING_MISSING = reason(
    "audio_conferencing_missing",
    "{user} may dial in to meetings on-prem and has no Audio Conferencing licence (looked for {names}; enabled: {found}).",
    "Assign Audio Conferencing before the move, so that invitations get their dial-in details in one round.",
)
DIAL_IN_UNKNOWN = reason(
    "dial_in_unknown",
    "Whether {user} may dial in to meetings on-prem could not be read.",
    "Look at their conferencing policy: users that it allows to dial in need an Audio Conferencing licence before the move.",
)
CONTACTS_UNKNOWN = reason(
    "contacts_unknown",
    "Whether the contacts of {user} are in the unified contact store could not be read.",
    "Look with Test-CsUnifiedContactStore: contacts that are there do not arrive in Teams.",
)
MAILBOX_ONPREM = reason(
    "mailbox_onprem",
    "The mailbox of {user} is on-prem, so that their meetings will not be converted.",
    "Move the mailbox to Exchange Online first, or tell the user to recreate the meetings in Teams.",
)
MAILBOX_UNKNOWN = reason(
    "mailbox_unknown",
    "Whether the mailbox of {user} is on-prem could not be read.",
    "Meetings are only converted where the mailbox is in Exchange Online: look before the move.",
)
LICENSE_AFTER_ENABLING = reason(
    "license_after_enabling",
    "{user} comes from the directory and has neither an account on-prem nor a licence.",
    "Users who are to start on-prem: enable them there, and license them only once HostingProvider shows SRV: in the cloud.",
)
NOT_SYNCED = reason(
    "not_synced",
    "{user} {what}, although they have an account on-prem.",
    "Let the directory sync carry the user to the cloud, then run again.",
)
SIP_ADDRESS_DIFFERS = reason(
    "sip_address_differs",
    "{user} is {onprem} on-prem and {online} in the cloud.",
    "Make msRTCSIP-PrimaryUserAddress the same on both sides and sync.",
)
VALIDATION_ERRORS = reason(
    "validation_errors",
    "The cloud reports errors for {user}: {errors}.",
    "Put right what the errors name, and let the directory sync run.",
)
ACCOUNT_DISABLED = reason(
    "account_disabled",
    "{user} is disabled for Skype for Business.",
    "Enable the user, or take them off the list.",
)
NOT_A_USER = reason(
    "not_a_user",
    "{user} is no ordinary user: {what}.",
    "Take it off the list: rooms, phones, endpoints and resource accounts are set up anew in Teams, and removed from the server "
    "once no user is left there.",
)
SYNC_PENDING = reason(
    "sync_pending",
    "{user} is moved, and the cloud does not show it yet.",
    "Wait for the directory sync and run again: what is left is done then.",
)
SIP_IS_NOT_UPN = reason(
    "sip_is_not_upn",
    "The SIP address of {user} is {sip} and the user principal name {name}.",
    "Nothing has to be done for a move; name the user by SIP address in batches, and expect to be asked how to sign in.",
)
