# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The catalogue of what hosts say when something fails, in the order in which it is tried: the first line that fits counts.

Where the texts come from stands in docs/reports.md.
"""

from __future__ import annotations

from .._entra_codes import EXPIRED, Cause, numbers, pattern
from . import reasons
from .decision import Reason, Scope
from .fault import Entry


def _entry(
    code: str, remedy: str, *, number: str = "", id: str = "", text: str = "", stops: bool = False, retry: bool = False
) -> Entry:
    scope = Scope.ORGANISATION if stops else Scope.USER
    return Entry(Reason(code, "", remedy, scope, retry), number, id, text)


_REPORT = "This is a defect of the collection: please report it."
_LATER = "The service is busy; run again later."
_CREDENTIAL = "of moves, teams_upgrade_move_credential_user"
_CHECK_ADDRESS = "Check the address on this host."

# A number is a status where it is called one: neither a room, an area code nor a part of a version.
_STATUS = (
    r"(?<!area )(?:\bstatus(?: code)?|\bhttp(?:/\d\.\d)?|\berror|\bresponse|\bcode)\b\W{0,4}(?:is |of |was )?\(?%s\b(?![.\w]*\w)"
    r"|\b%s\W{1,4}(?:Too Many|Service|Server (?:Too Busy|Unavailable)|Bad Gateway|Gateway|in /)"
)
_THROTTLED = (
    r"\bthrottl(?:ed|ing)\b|too ?many ?requests|\b(?:service|server|system) is (?:too |currently |temporarily )?busy"
    r"|Server ?Too ?Busy|\b(?:Server|Service)Busy|micro ?delay applied|temporarily (?:unavailable|not available)"
    r"|maximum number of concurrent (?:shells|operations|requests)|"
) + _STATUS % ("(?:429|503)", "(?:429|503)")
_UNAVAILABLE = (
    r"\bservice (?:is )?(?:currently )?(?:unavailable|not available)|ServiceUnavailable|Bad ?Gateway|Gateway ?Time-?out"
    r"|\btimed[ -]out\b|\btime-?out (?:period )?(?:has )?(?:expired|elapsed|exceeded)"
    r"|\b(?:Request|Operation|Connection|Service)Time(?:d)?Out\b|TimeoutException|HttpClient\.Timeout"
    r"|(?:respond|response) (?:in time|in a timely|within the specified)"
    r"|\b(?:task|operation) was cancell?ed|TaskCancell?ed|OperationCancell?ed"
    r"|MI_RESULT_FAILED|WSMan provider host process did not return a proper response"
    r"|connection (?:was|has been|is) (?:unexpectedly |forcibly )?(?:closed|reset|aborted|terminated|lost)|forcibly closed by"
    r"|connection reset|ConnectionReset|connection to the specified remote host was refused|error occurred on a (?:send|receive)"
    r"|error occurred while sending the request|remote name could not be resolved|unable to connect to the remote server"
    r"|did not properly respond after a period of time|request was (?:aborted|cancell?ed)|too many concurrent requests"
    rf"|delay in propagation|{pattern(Cause.BUSY)}"
    r"|\b(?:RPC|LDAP) server is unavailable|\bserver is not operational|"
) + _STATUS % ("50[24]", "50[24]")
_SECOND_FACTOR = rf"{pattern(Cause.SECOND_FACTOR)}|multi-?factor"
_BROKEN_MODULE = (
    r"Could not load (?:file or assembly|type)|Unable to load one or more of the requested types|manifest definition does not match"
    r"|the module could not be loaded|\bmethod not found\b"
)
_NO_USER = (
    r"Management object not found|\b(?:cannot|can'?t|could not|couldn'?t|unable to) find (?:a |any |the )?user\b(?! (?:policy|interface))"
    r"|\bno (?:such )?user (?:was |could be )?found|\bno such user\b"
    r"|(?:^|[.:(]) *(?:the )?user(?:Id)?\b(?:\W|with identity|'[^']*')*(?:was |is |could )?"
    r"(?:not (?:be )?found\b(?! in (?:the )?(?:token|request|cache))|does not exist)"
    r"|Request_ResourceNotFound|\bResource\W+(?:\S+\W+)?does not exist or one of"
)
CATALOGUE: tuple[Entry, ...] = (
    _entry(
        "shared_sip_address_space",
        "Set SharedSipAddressSpace true in the tenant (Set-CsTenantFederationConfiguration).",
        number="510",
        stops=True,
    ),
    _entry(
        "not_licensed",
        "Assign the Teams and Skype for Business Online (Plan 2) licences; a new licence takes up to 30 minutes to count.",
        number="507",
        retry=True,
    ),
    _entry(
        "not_synced", "Let the directory sync carry the msRTCSIP attributes to the cloud, then run again.", number="506"
    ),
    _entry(
        "other_domain",
        "Name a domain controller of the user's domain with domain_controller.",
        text="Cannot find user in Active Directory with the following SIP URI",
    ),
    _entry(
        "protected_account",
        "The account is protected in Active Directory: move it with an account that has rights on it.",
        text="Insufficient access rights to perform the operation",
    ),
    _entry(
        "not_provisioned",
        "Wait for the user replicator, then run again.",
        text="SetMoveResourceData failed because the user is not provisioned",
        retry=True,
    ),
    _entry(
        "edge_pools",
        "Leave federation enabled on one Edge pool only.",
        text="multiple federated Edge pools",
        stops=True,
    ),
    _entry(
        "override_url",
        "Leave hosted_migration_override_url out.",
        text="did not return expected status code from request for WWW-Authenticate",
        stops=True,
    ),
    _entry(
        "module_broken",
        "A module on the host does not load: install one version of it anew, remove the others and modules that bring the same libraries "
        "(such as ExchangeOnlineManagement) from the session, and check the .NET Framework (4.7.2 or later).",
        text=_BROKEN_MODULE,
        stops=True,
    ),
    _entry(
        "teams_module",
        "Install a MicrosoftTeams module from 6.2.1 to 7.1 on the moving server and remove newer versions beside it (the newest is taken), "
        "or server build 7.0.2046.849 or later.",
        text="Forest header can't be null|MicrosoftTeams (PowerShell )?module",
        stops=True,
    ),
    _entry(
        "token_expired",
        "Run again, which signs in anew. Access tokens last about an hour: sign in with a certificate or a managed identity "
        "for longer runs.",
        text=EXPIRED,
        stops=True,
    ),
    _entry(
        "tenant_unknown_to_module",
        "Sign in with ansible_runspace_teams_tenant_id, and with an account of that tenant; then update the MicrosoftTeams module.",
        text="Tenant Domain is empty",
        stops=True,
    ),
    _entry(
        "tenant_unknown_to_module",
        "Update the MicrosoftTeams module on the host where users are administered online, and sign in anew; where it stays, the service "
        "does not know the tenant's forest: ask Microsoft's support.",
        text="Invalid input parameters? forest",
        stops=True,
    ),
    _entry(
        "no_second_hop",
        "The host may not pass the account on to Active Directory: set ansible_psrp_auth to credssp, or to kerberos with "
        "ansible_psrp_negotiate_delegate: true for an account that may be delegated.",
        text="An operations error occurred",
        stops=True,
    ),
    _entry(
        "sip_address_not_matched",
        "Make the SIP address the same on both sides (msRTCSIP-PrimaryUserAddress, proxyAddresses) and sync. Where it meets everybody, "
        "the MicrosoftTeams module on the moving server does not fit it: install another version, from 6.2.1 to 7.1.",
        text=r"(?:cannot|can'?t|could not|couldn'?t|unable to|did not|failed to) find (?:a |any )?(?:match|matching)\b.*\bsip\b"
        r"|\bno match(?:ing)? sip\b|\bmatching sip\b.*(?:not (?:be )?found|missing)",
    ),
    _entry(
        "not_a_user_policy",
        "Leave policy out and use state: absent to fall back to the tenant default.",
        text="is not a user policy",
    ),
    _entry(
        "not_signed_in",
        "Set the ansible_runspace_teams_ variables for signing in, and check the application's roles.",
        text="Connect-MicrosoftTeams|UnauthorizedAccess|not authenticated|session is not authenticated",
        stops=True,
    ),
    _entry(
        "second_factor",
        f"The account has to give a second factor, which nobody can do here: take one that needs none ({_CREDENTIAL}), or except it.",
        text=_SECOND_FACTOR,
        stops=True,
    ),
    _entry(
        "credential_refused",
        f"The account ({_CREDENTIAL}) is locked after too many wrong passwords: correct the password and wait, or unlock it.",
        text=pattern(Cause.LOCKED),
        stops=True,
    ),
    _entry(
        "credential_refused",
        f"The password of the account ({_CREDENTIAL}) has expired: set a new one.",
        text=pattern(Cause.PASSWORD_EXPIRED),
        stops=True,
    ),
    _entry(
        "credential_refused",
        f"A conditional access policy keeps the account out ({_CREDENTIAL}): except it, or allow the host's address.",
        text=pattern(Cause.ACCESS_POLICY),
        stops=True,
    ),
    _entry(
        "credential_refused",
        f"Assign the account ({_CREDENTIAL}) to the application (Entra admin center, enterprise applications), or take another account.",
        text=pattern(Cause.NOT_ASSIGNED),
        stops=True,
    ),
    _entry(
        "credential_refused",
        f"Grant the account or the application ({_CREDENTIAL}) its permissions with an administrator's consent.",
        text=pattern(Cause.CONSENT),
        stops=True,
    ),
    _entry(
        "credential_refused",
        f"The account or the application ({_CREDENTIAL}) is of another tenant or of none: correct it, or the tenant.",
        text=pattern(Cause.TENANT),
        stops=True,
    ),
    _entry(
        "credential_refused",
        "The application's certificate or secret does not fit or has expired: renew it, and check the host's clock.",
        text=pattern(Cause.CERTIFICATE),
        stops=True,
    ),
    _entry(
        "credential_refused",
        f"The account or the application ({_CREDENTIAL}) is disabled: enable it, or name another one.",
        text=pattern(Cause.DISABLED),
        stops=True,
    ),
    _entry(
        "credential_refused",
        f"Check the account that signs in ({_CREDENTIAL}), its password, and that it has no second factor.",
        text=rf"credential.*(invalid|incorrect|refused)|invalid (user ?name|credential)|AADSTS(?!(?:{numbers(Cause.BUSY)})\b)",
        stops=True,
    ),
    _entry(
        "prompt",
        "Give credential_user and credential_password, so that nothing has to ask.",
        text="prompts the user failed because the host program",
        stops=True,
    ),
    _entry(
        "trust_missing",
        "Let the host trust the service's certificate: its proxy, its root certificates or its clock are not in order.",
        text="establish trust relationship|remote certificate is invalid",
        stops=True,
    ),
    _entry("throttled", _LATER, id="WSManQuota", retry=True),
    _entry("throttled", _LATER, text=_THROTTLED, retry=True),
    _entry(
        "service_unavailable",
        "The service did not answer in time or was not there; run again later.",
        text=_UNAVAILABLE,
        retry=True,
    ),
    _entry(
        "access_denied",
        "Give the signed-in account the role that the cmdlet needs.",
        text="access (is )?denied|not authori[sz]ed|Authorization_RequestDenied|Forbidden",
        stops=True,
    ),
    _entry(
        "cmdlet_missing",
        "Make the cmdlet visible on the endpoint, or update what brings it to the host.",
        id="CommandNotFoundException",
        stops=True,
    ),
    _entry(
        "parameter_missing",
        "List the parameter on the endpoint, or update what brings the cmdlet to the host.",
        id="NamedParameterNotFound",
        stops=True,
    ),
    _entry("call_not_bound", _REPORT, id="ParameterArgumentValidationError", stops=True),
    _entry("call_not_bound", _REPORT, id="ParameterArgumentTransformationError", stops=True),
    _entry("call_not_bound", _REPORT, id="AmbiguousParameterSet", stops=True),
    _entry("call_not_bound", _REPORT, id="MissingMandatoryParameter", stops=True),
    _entry("user_not_found", _CHECK_ADDRESS, id="ManagementObjectNotFound"),
    # The user has to be what is not found: a server of the user, say, is another matter.
    _entry("user_not_found", _CHECK_ADDRESS, text=_NO_USER),
)

# Faults that do not say which user they concern.
UNEXPLAINED = frozenset((reasons.UNCLASSIFIED.code, "sip_address_not_matched"))
