# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the simulated products say. The first group is published wording, typing errors included; the second is ours."""

from __future__ import annotations

# Published (R38, R59, and the cmdlets' pages).
NOT_FOUND = 'Management object not found for identity "{identity}".'
NOT_A_USER_POLICY = 'Policy "{policy}" is not a user policy. You can assign only a user policy to a specific user.'
SHARED_SIP = (
    "HostedMigration fault: Error=(510), Description=(This user's tenant is not enabled for shared sip address space.)"
)
NO_LICENCE = (
    "HostedMigration fault: Error=(507), "
    "Description=(User must has an assigned license to use Skype for Business Online.)"
)
ACCOUNT_PROBLEM = (
    "HostedMigration fault: Error=(506), Description=(The user could move be moved because there appears to be a problem with this "
    "user account. Please verify the attribute settings on the account and then try again.)"
)
OTHER_DOMAIN = "Cannot find user in Active Directory with the following SIP URI: {sip}."
PROTECTED = (
    'Active Directory operation failed on "{controller}". You cannot retry this operation: '
    '"Insufficient access rights to perform the operation"'
)
NOT_PROVISIONED = "SetMoveResourceData failed because the user is not provisioned."
OVERRIDE_URL = "The service did not return expected status code from request for WWW-Authenticate header."
FOREST_HEADER = "Forest header can't be null"
TENANT_GUARD = (
    "*All* users in this tenant are now full Teams-only users, except for any users that have an explicit policy assignment of "
    "TeamsUpgradePolicy. This organization cannot be upgraded to TeamsOnly mode. One or more M365 domains have a public DNS record that "
    "points to an on-premises Skype for Business Server deployment. The domain records at fault are {{{records}}}. To upgrade this tenant "
    "to TeamsOnly, first complete the migration of all users from Skype for Business Server to Microsoft Teams (using Move-CsUser), and "
    "then disable Skype for Business hybrid configuration for this tenant and update the DNS records to point to M365."
)
IGNORED_VALUES = (
    "The user '{user}' currently has enabled values for: {values}, however these values will be ignored. This is because you are granting "
    "this user TeamsUpgradePolicy with mode={mode}, which causes the Teams client to behave as if they are disabled."
)
CONNECT_FIRST = "You must call the Connect-MicrosoftTeams cmdlet before calling any other cmdlets."
TOKEN_EXPIRED = "Code: Authentication_ExpiredToken"
NO_CONTACTS = "No contacts were received for the user. Verify that contacts exist for the user."
DUPLICATE_PROVIDER = (
    'There is a duplicate key sequence "{name}" for the '
    "'urn:schema:Microsoft.Rtc.Management.Settings.Edge.2008:ProviderName' key or unique identity constraint."
)

# Not published: the fact is documented, its wording is ours.
NO_SUCH_POLICY = 'Cannot find "TeamsUpgradePolicy" "{policy}" because it does not exist.'
POLICY_EXISTS = 'The "TeamsUpgradePolicy" "{policy}" already exists. Use the Set cmdlet to change it.'
SITE_UNKNOWN = 'Cannot find site "{site}" in the topology.'
TEAMS_ONLY_ON_PREMISES = (
    "The user '{user}' cannot be upgraded to TeamsOnly mode because the user is homed in Skype for Business Server on-premises. "
    "Use Move-CsUser to move the user to the cloud first."
)
ONLY_TEAMS_ONLY = (
    "The user '{user}' is homed in the cloud and can only be in TeamsOnly mode. "
    "TeamsUpgradePolicy '{policy}' cannot be assigned."
)
MODE_READ_ONLY = (
    "TeamsUpgradePolicy cannot be changed for this tenant: TeamsUpgradePolicyIsReadOnly is ModeAndNotifications."
)
GROUP_UNSUPPORTED = "Group policy assignment is not supported for TeamsUpgradePolicy."
TARGET_UNKNOWN = 'Cannot find "{target}": it is neither a registrar pool in the topology nor the proxy of an enabled hosting provider.'
NO_SHARED_PROVIDER = 'The hosting provider "{target}" is not enabled for shared SIP address space.'
BUILD_TOO_OLD = "Moving users to the cloud is not supported by this build of Skype for Business Server ({build})."
MODULE_MISSING = "The MicrosoftTeams PowerShell module, version 6.2.1 or later, is required to move users to the cloud."
MODULE_TOO_NEW = (
    "The MicrosoftTeams PowerShell module {version} is not compatible with this version of Skype for Business Server."
)
MANY_EDGES = "The move cannot go on because multiple federated Edge pools are configured: {pools}."
WRONG_CREDENTIAL = "AADSTS50126: Error validating credentials due to invalid username or password."
MFA_NEEDED = "AADSTS50076: You must use multi-factor authentication to access this resource."
NOT_AN_ADMIN = "Access Denied."
NO_DIAL_IN_LICENCE = (
    "The user is enabled for dial-in conferencing on-premises and needs an Audio Conferencing license before the move."
)
NO_VOICE_LICENCE = (
    "The user is enabled for Enterprise Voice on-premises and needs a Phone System license before the move."
)
REMOVE_TEAMS_ONLY = (
    "The user '{user}' has TeamsUpgradePolicy UpgradeToTeams. Remove it before the user is moved to on-premises."
)
NO_SUCH_FILE = "Could not find file '{path}'."
# As it was reported of a session without delegation (PowerShell/PowerShell 3777).
NO_SECOND_HOP = (
    'Active Directory operation failed on "DC1". You cannot retry this operation: "An operations error occurred."'
)
SIGN_IN_CREDENTIAL = "Sign in to your account"
CONFIRM_TENANT = (
    "This operation changes TeamsUpgradePolicy for all users in the tenant. Are you sure you want to continue?"
)
BROKER = "A window handle must be configured. See https://aka.ms/msal-net-wam#parent-window-handles"
UNKNOWN_TENANT = "AADSTS90002: Tenant '{tenant}' not found."
UNKNOWN_APPLICATION = (
    "AADSTS700016: Application with identifier '{application}' was not found in the directory '{tenant}'."
)
UNKNOWN_CERTIFICATE = (
    "Could not find a certificate with thumbprint {thumbprint} in the certificate store of the current user."
)
BAD_TOKENS = "The access tokens are not valid for this tenant."
NO_IDENTITY = "ManagedIdentityCredential authentication unavailable: no managed identity was found on this machine."
BATCH_TOO_LARGE = "A batch can have up to 5000 users; this one has {count}."
BATCH_POLICY_TYPE = "The policy type '{policy_type}' is not supported."
BATCH_UNKNOWN = "The operation '{operation}' was not found."
