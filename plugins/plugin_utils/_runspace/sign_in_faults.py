# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why Connect-MicrosoftTeams failed, by the code of Microsoft Entra (AADSTS) or by its words, and what to do about it."""

from __future__ import annotations

import re

from ...module_utils._connection.messages import Answer, SessionFault
from ...module_utils._entra_codes import Cause, cause_of
from .session_faults import errors_text

_FACTOR = (
    "The account must give a second factor, which nobody can do here: sign in with a certificate (ansible_runspace_teams_certificate_"
    "thumbprint), or take an account in ansible_runspace_teams_user that no policy asks for one."
)
_CERTIFICATE = (
    "Upload the certificate to the application's registration, correct ansible_runspace_teams_certificate_thumbprint and "
    "ansible_runspace_teams_application_id, renew it if it has expired, and check the host's clock."
)
_TOKEN = (
    "The token has expired: put fresh ones into ansible_runspace_teams_access_tokens (they last about an hour), or sign in "
    "with a certificate."
)
_CLOCK = (
    "What the host signed with the certificate has expired: set its clock (w32tm /resync), and run again. Sign-ins of a long job are "
    "made anew."
)
_NETWORK = (
    "The host does not reach Microsoft's sign-in: check its proxy (netsh winhttp show proxy), its firewall, and that .NET "
    "there uses TLS 1.2."
)

_BY_CAUSE = {
    Cause.TOKEN_EXPIRED: _TOKEN,
    Cause.CERTIFICATE: _CERTIFICATE,
    Cause.SECOND_FACTOR: _FACTOR,
    Cause.CONSENT: (
        "Grant the application its permissions with an administrator's consent (Entra admin center, API permissions), and give it a role "
        "such as Teams Administrator."
    ),
    Cause.TENANT: (
        "Correct ansible_runspace_teams_tenant_id and ansible_runspace_teams_application_id: the tenant has to exist, in this cloud, and "
        "the account or application has to be in it."
    ),
    Cause.PASSWORD: "Correct ansible_runspace_teams_user and ansible_runspace_teams_password.",
    Cause.LOCKED: (
        "The account is locked after too many wrong passwords, or the address is blocked: correct "
        "ansible_runspace_teams_password, then wait or unlock it."
    ),
    Cause.DISABLED: "The account or the application is disabled: enable it, or name another one.",
    Cause.PASSWORD_EXPIRED: "The password has expired: set a new one, and write it to ansible_runspace_teams_password.",
    Cause.ACCESS_POLICY: (
        "A conditional access policy keeps the account out: except it, or allow the address that the host goes out with."
    ),
    Cause.NOT_ASSIGNED: (
        "Assign the account to the application (Entra admin center, enterprise applications), or take another account."
    ),
    Cause.BUSY: "The service is busy; run again later.",
}

_BY_WORDS = (
    (
        r"Invalid provider type specified",
        "The certificate's private key is held by a provider (CNG) that the module cannot use: import it anew with "
        'certutil -csp "Microsoft Enhanced RSA and AES Cryptographic Provider" -importpfx FILE.',
    ),
    (
        r"certificate.{0,80}not (?:be )?found|(?:cannot|could not|can'?t|unable to) find (?:a |the )?certificate"
        r"|keyset does not exist|private key",
        "Import the certificate with its private key into the store of the account that ansible_user names (or of the machine), let that "
        "account read the key, and correct ansible_runspace_teams_certificate_thumbprint.",
    ),
    (
        r"window handle|parent-?window|ActiveX|user interaction|interactive|user_interaction",
        "The module asks for a desktop: update it to one that has -DisableWAM, or sign in with a certificate.",
    ),
    (
        r"Could not load (?:file or assembly|type)|manifest definition does not match|method not found",
        "The module does not load on the host: install one version of it anew, remove the others, and load no module beside it "
        "that brings the "
        "same libraries (such as ExchangeOnlineManagement).",
    ),
    (r"ManagedIdentityCredential|managed identity", "Give the machine a managed identity, or sign in in another way."),
    (r"multi-?factor", _FACTOR),
    (r"token.{0,40}expired|lifetime validation failed|ExpiredToken", _TOKEN),
    (
        r"access tokens? (?:is|are) not valid|InvalidAuthenticationToken|audience",
        "Hand over two tokens of this tenant, for Microsoft Graph and "
        "for the Teams administration (48ac35b8-9aa8-4d74-927d-1f4a14a0b239), in this order.",
    ),
    (
        r"user_realm|ws-?trust|federat|ID3242|SAML",
        "The account signs in through a federation service that answers no password here: take an "
        "account of the cloud alone (user@TENANT.onmicrosoft.com), or a certificate.",
    ),
    (
        r"underlying connection|sending the request|remote name could not be resolved|timed out|actively refused|unable to connect",
        _NETWORK,
    ),
    (
        r"access (?:is )?denied|Forbidden|Authorization_RequestDenied|unauthorized",
        "Give the account or the application a role such as Teams Administrator.",
    ),
)
_OTHER = (
    "Check the ansible_runspace_teams_ options; a user account must not need a second factor, and an application needs a role "
    "such as Teams Administrator."
)


def sign_in_fault(answer: Answer, host: str, way: str) -> SessionFault:
    """Return the fault of a Connect-MicrosoftTeams that failed."""
    words = errors_text(answer)
    message = f"Microsoft Teams refuses the sign-in with {way} from {host}: {words}"
    remedy = _remedy(words)
    return SessionFault("sign_in_failed", message, _CLOCK if remedy is _TOKEN and "certificate" in way else remedy)


def _remedy(words: str) -> str:
    causes = (cause_of(int(code)) for code in re.findall(r"AADSTS(\d+)", words))
    by_code = next((_BY_CAUSE[cause] for cause in causes if cause is not None), None)
    by_words = next(
        (remedy for pattern, remedy in _BY_WORDS if re.search(pattern, words, re.IGNORECASE | re.DOTALL)), _OTHER
    )
    return by_code or by_words
