# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why TLS with a host does not come about: what is wrong with its certificate, with ours, or with the versions of both ends."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...module_utils._connection.messages import SessionFault
from .host_name import HostName

_TRUST = (
    "Name the file with the issuing authority's certificate in ansible_psrp_ca_cert; ansible_psrp_cert_validation: ignore switches the "
    "check off."
)


@dataclass(frozen=True, slots=True)
class _Cause:
    """One cause: what OpenSSL says, the code of the fault, a sentence about a host (`{host}`), and what to do."""

    words: str
    code: str
    message: str
    remedy: str


# The first that fits. An alert is what the other end says: it is about our certificate, not about the host's.
_CAUSES = (
    _Cause(
        r"ALERT[_ ](?:UNKNOWN[_ ]CA|(?:BAD[_ ]|NO[_ ]|UNSUPPORTED[_ ])?CERTIFICATE|DECRYPT[_ ]ERROR|ACCESS[_ ]DENIED)",
        "authentication",
        "{host} does not accept the client certificate: {alert}.",
        "Check ansible_psrp_certificate_pem: it must not be expired, and the host has to trust the authority that issued it "
        "(Cert:\\LocalMachine\\Root there, and TrustedPeople for a self-signed one).",
    ),
    _Cause(
        "KEY_VALUES_MISMATCH",
        "invalid_option",
        "The connection to {host} cannot be set up: the key in ansible_psrp_certificate_key_pem is not that of the certificate in "
        "ansible_psrp_certificate_pem.",
        "Name the key that belongs to the certificate.",
    ),
    _Cause(
        r"\bPEM lib\b|private key is encrypted|bad decrypt|BAD_PASSWORD_READ",
        "invalid_option",
        "The connection to {host} cannot be set up: the client certificate or its key cannot be read.",
        "ansible_psrp_certificate_pem and ansible_psrp_certificate_key_pem have to be PEM files; a key that is encrypted needs "
        "ansible_psrp_certificate_key_password.",
    ),
    _Cause(
        "NO_CERTIFICATE_OR_CRL_FOUND",
        "invalid_option",
        "The connection to {host} cannot be set up: there is no certificate in the file that ansible_psrp_ca_cert names.",
        "Name a PEM file with the issuing authority's certificate.",
    ),
    _Cause(
        "verify failed: certificate has expired",
        "certificate",
        "The certificate of {host} is not trusted: certificate has expired.",
        "Renew it on the host and bind it to the listener (winrm enumerate winrm/config/listener names its thumbprint), and check the "
        "controller's clock.",
    ),
    _Cause(
        r"verify failed: (?:Hostname|IP address) mismatch",
        "certificate",
        "The certificate of {host} is not trusted: {reason}.",
        "Set ansible_host to a name that is in the certificate, or bind a certificate for this name to the listener.",
    ),
    _Cause(
        r"verify failed: (?:CA cert does not include key usage|Missing (?:Authority|Subject) Key Identifier|Basic Constraints)",
        "certificate",
        "The certificate of {host} is not trusted: {reason}.",
        "Python 3.13 and later want this of certificates (RFC 5280): have the authority issue new ones.",
    ),
    _Cause("verify failed", "certificate", "The certificate of {host} is not trusted: {reason}.", _TRUST),
    _Cause(
        r"PROTOCOL[_ ]VERSION|UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW|NO_PROTOCOLS_AVAILABLE",
        "unreachable",
        "{host} and the controller have no version of TLS in common: one of them wants a newer one.",
        "Switch TLS 1.2 on at the host; the controller's openssl.cnf (MinProtocol) says which is its oldest.",
    ),
    _Cause(
        r"HANDSHAKE_FAILURE|NO_SHARED_CIPHER|_TOO_(?:SMALL|WEAK)|NO_SUITABLE",
        "unreachable",
        "{host} and the controller have no encryption for TLS in common that both find strong enough.",
        "Give the host a certificate with a key of 2048 bits or more and SHA-256, and switch current cipher suites on there.",
    ),
    _Cause("certificate", "certificate", "The certificate of {host} is not trusted: it could not be verified.", _TRUST),
)


def tls_fault(error: BaseException, host: HostName) -> SessionFault:
    """Return the SessionFault that an error of TLS stands for."""
    words = str(error)
    cause = next((each for each in _CAUSES if re.search(each.words, words, re.IGNORECASE)), None)
    if cause is None:
        return SessionFault(
            "unreachable",
            f"{host.with_address} does not answer with TLS.",
            "Set ansible_port to the HTTPS listener's port (5986 as a rule), or ansible_psrp_protocol: http for the HTTP listener.",
        )
    named = host.with_address if cause.code in ("certificate", "unreachable") else str(host)
    message = cause.message.format(host=named, reason=_reason(words), alert=_alert(words))
    return SessionFault(cause.code, message, cause.remedy)


def _reason(words: str) -> str:
    reason = re.search(r"verify failed: (.+?)(?: \(_ssl|$)", words)
    return reason[1].strip(" .") if reason else "it could not be verified"


def _alert(words: str) -> str:
    alert = re.search(r"ALERT_(\w+)", words)
    text = alert[1].replace("_", " ").lower() if alert else "it was refused"
    return text.replace("unknown ca", "unknown authority")
