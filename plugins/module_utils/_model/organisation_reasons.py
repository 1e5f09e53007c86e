# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reasons that stop everybody, since everybody would fail alike (R39): what concerns the organisation, the host or the endpoint."""

from __future__ import annotations

from .decision import Reason, Scope
from .reasons import reason


def _stop(code: str, message: str, remedy: str) -> Reason:
    return reason(code, message, remedy, scope=Scope.ORGANISATION)


CONFIGURATION_UNKNOWN = _stop(
    "configuration_unknown",
    "{cmdlet} on {host} did not say how it is configured: {fault}",
    "Run again once {cmdlet} answers; nothing was changed.",
)
SETTING_UNKNOWN = _stop(
    "setting_unknown",
    "{cmdlet} shows no {name} on this host.",
    "Leave the option out on this side, or update what the host runs; nothing was changed.",
)
NO_NOTIFYING_INSTANCE = _stop(
    "no_notifying_instance",
    "No on-prem instance of TeamsUpgradePolicy that can be granted to users has NotifySfbUsers {notify}.",
    "Create one with teams_upgrade_policy_instance, or name one with policy.",
)
INSTANCE_MISSING = _stop(
    "instance_missing",
    "There is no instance {policy} of TeamsUpgradePolicy on {host}.",
    "Name an existing instance (teams_upgrade_policy_info lists them); a mode is named with mode. On a Skype for Business Server host, "
    "teams_upgrade_policy_instance creates others.",
)
INSTANCE_NOTIFIES_OTHERWISE = _stop(
    "instance_notifies_otherwise",
    "The instance {policy} of TeamsUpgradePolicy has NotifySfbUsers {notify}.",
    "Name another instance, leave notify out, or change the instance with teams_upgrade_policy_instance.",
)
INSTANCES_UNKNOWN = _stop(
    "instances_unknown",
    "The instances of TeamsUpgradePolicy could not be read on {host}: {fault}",
    "Run again once Get-CsTeamsUpgradePolicy answers; nothing was changed.",
)
NO_MODE_ONPREM = _stop(
    "no_mode_onprem",
    "On {host}, a Skype for Business Server host, policies have no coexistence mode.",
    "Set the mode on the host with the MicrosoftTeams module; here, give policy or notify.",
)
MIGRATE_MEETINGS_NOT_OFFERED = _stop(
    "migrate_meetings_not_offered",
    "Grant-CsTeamsUpgradePolicy on {host} has no parameter MigrateMeetingsToTeams.",
    "Leave migrate_meetings out, and convert meetings with meeting_migration.",
)
NO_TARGET = _stop(
    "no_target",
    "No enabled hosting provider with a shared address space was found on {host}, so there is no target to move to.",
    "Set up hybrid (New-CsHostingProvider), or name target.",
)
SERVER_UNKNOWN = _stop(
    "server_unknown",
    "What {host} runs could not be read: {cmdlet}: {fault}",
    "Run again once that cmdlet answers; nothing was moved.",
)
INHERITING_UNKNOWN = _stop(
    "inheriting_unknown",
    "The users that the tenant default applies to could not be read on {host}: {fault}",
    "Run again once Get-CsOnlineUser answers; the tenant default was left alone.",
)
TARGET_UNKNOWN = _stop(
    "target_unknown",
    "Where users can be moved could not be read on {host}: {fault}",
    "Run again once Get-CsHostingProvider and Get-CsPool answer; nothing was moved.",
)
PROVIDER_CLOSED = _stop(
    "provider_closed",
    "The hosting provider {target} is not enabled or does not share the address space, so nobody can be moved there.",
    "Set Enabled and EnabledSharedAddressSpace with Set-CsHostingProvider.",
)
HYBRID_CLOSED = _stop(
    "hybrid_closed",
    "{host} has no enabled hosting provider with a shared address space, so nobody can be moved back from the cloud.",
    "Set up hybrid again (Get-CsHostingProvider shows what there is), and SharedSipAddressSpace in the tenant.",
)
CREDENTIAL_MISSING = _stop(
    "credential_missing",
    "Without credential_user and credential_password, Move-CsUser asks who moves users in the tenant, which nobody can answer here.",
    "Give both, of an account that needs no second factor.",
)
POOL_MISSING = _stop(
    "pool_missing",
    "{target} is neither a hosting provider's ProxyFqdn nor a registrar pool of this deployment.",
    "Name an existing pool (Get-CsPool) or leave target out to move to the cloud.",
)
MIGRATION_DISABLED = _stop(
    "migration_disabled",
    "MeetingMigrationEnabled is false in this tenant: no meeting is converted.",
    "Switch it on with tenant_migration_configuration, then trigger again.",
)
ONPREM_USERS_EXIST = _stop(
    "onprem_users_exist",
    "{count} users are still homed on-prem; a TeamsOnly tenant default would cut them off.",
    "Move every user first.",
)
ONPREM_USERS_UNKNOWN = _stop(
    "onprem_users_unknown",
    "Whether users are still homed on-prem could not be read: {fault}",
    "Run again once Get-CsOnlineUser answers; the tenant default was not touched.",
)
TENANT_UNKNOWN = _stop(
    "tenant_unknown",
    "Whether the mode of the tenant is fixed could not be read on {host}: {fault}",
    "Run again once Get-CsTenant answers; the tenant default was not touched.",
)
TENANT_REFUSED = _stop(
    "tenant_refused",
    "The service refused TeamsOnly for the organisation: {fault}",
    "Move every user, disable hybrid and point the DNS records it names to Microsoft 365.",
)
WRONG_SIDE = _stop(
    "wrong_side",
    "{host} is not {needed}, which this module needs.",
    "Run the task on the other host, or set ansible_runspace_side where a host is both.",
)
CMDLET_MISSING = _stop(
    "cmdlet_missing",
    "{host} does not offer {cmdlet}.",
    "Update {what}.",
)
CMDLET_HIDDEN = _stop(
    "cmdlet_hidden",
    "The restricted endpoint on {host} does not offer {cmdlet}, which {files} has to make visible.",
    "Correct the file, or name a session configuration for this task in ansible_psrp_configuration_name (docs/jea.md).",
)
PARAMETER_HIDDEN = _stop(
    "parameter_hidden",
    "The restricted endpoint on {host} does not offer -{parameter} of {cmdlet}, which {files} has to make visible.",
    "Correct the file, or name a session configuration for this task in ansible_psrp_configuration_name (docs/jea.md).",
)
PARAMETER_MISSING = _stop(
    "parameter_missing",
    "{cmdlet} on {host} does not offer the parameter {parameter}.",
    "Leave the option out, or use a version that has the parameter: newer ones have gained some and lost others.",
)
MODULE_NAME = _stop(
    "module_name",
    "{host} offers {cmdlet} in the module {module}, and cmdlets are called only of modules named with A to Z, digits, _, . and -.",
    "Import {needed} itself there, or name the module otherwise (Export-PSSession -OutputModule).",
)
CHECK_MODE_REFUSED = _stop(
    "check_mode_refused",
    "The connection refused {cmdlet} because this is check mode.",
    "This is a defect of the collection: please report it.",
)
SAME_FAILURE = _stop(
    "same_failure",
    "The first {count} users all failed alike: {fault}",
    "Mend the cause and run again: users who are done are left alone. stop_after_same_failures says how many such users stop a task "
    "(0: none).",
)

# What moves users.
SERVER_TOO_OLD = _stop(
    "server_too_old",
    "{host} runs build {build}, with which users can no longer be moved to the cloud.",
    "Update it to {minimum} or later.",
)
TEAMS_MODULE_MISSING = _stop(
    "teams_module_missing",
    "{host} has no MicrosoftTeams module, which Move-CsUser needs.",
    "Install version {minimum} or later there.",
)
TEAMS_MODULE_TOO_OLD = _stop(
    "teams_module_too_old",
    "{host} has version {version} of the MicrosoftTeams module, with which users cannot be moved.",
    "Install version {minimum} or later there.",
)
TEAMS_MODULE_TOO_NEW = _stop(
    "teams_module_too_new",
    "{host} has version {version} of the MicrosoftTeams module, which breaks moves on server build {build}.",
    "Install version {maximum} of the module and remove newer ones beside it (Uninstall-Module), since the newest is taken; or update the "
    "server to {fixed} or later.",
)

# What readiness finds in the deployment and the tenant.
CHECK_UNREAD = _stop(
    "check_unread",
    "What the check {check} needs could not be read on this host.",
    "Look yourself, or let the endpoint offer the cmdlet; it is not known whether this holds.",
)
EDGE_CLOSED = _stop(
    "edge_closed",
    "The Access Edge configuration has {settings} false, which hybrid needs.",
    "Set them with Set-CsAccessEdgeConfiguration -UseDnsSrvRouting.",
)
CANNOT_NOTIFY = _stop(
    "cannot_notify",
    "{host} has no New-CsTeamsUpgradePolicy, so users homed on-prem cannot be notified.",
    "Update to Skype for Business Server 2015 CU8 or later, or plan without notification.",
)
NOT_SHARED = _stop(
    "shared_sip_address_space",
    "SharedSipAddressSpace is false in the tenant, so nobody can be moved.",
    "Set it true with Set-CsTenantFederationConfiguration.",
)
TENANT_FIXED = _stop(
    "tenant_mode_fixed",
    "{name} of the tenant is {value}: no mode can be changed.",
    "Without on-prem users nothing is left to do; otherwise only Microsoft can lift it.",
)
TENANT_TEAMS_ONLY = _stop(
    "tenant_teams_only",
    "The tenant default is TeamsOnly although users are homed on-prem, who are cut off by that.",
    "Set an SfB mode as tenant default before users are moved (teams_upgrade_policy with scope: tenant).",
)
TEAMS_DOWNLOADED = _stop(
    "client_download",
    "DownloadTeams is true on-prem: the Skype for Business clients of notified users on Windows download Teams silently.",
    "Nothing has to be done; set it false with teams_upgrade_configuration where that is not wanted.",
)
TENANT_DEFAULT = _stop(
    "tenant_default",
    "The tenant default is {mode}; messages from TeamsOnly users may not reach users who are still on-prem.",
    "Set an SfB mode as tenant default before the first user is upgraded (teams_upgrade_policy with scope: tenant).",
)
