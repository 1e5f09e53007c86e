# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a host does not let an account in, beyond what Kerberos and NTLM say by themselves (kerberos.py)."""

from __future__ import annotations

import re

from ...module_utils._connection.messages import SessionFault
from . import library
from .error_texts import sentence
from .host_name import HostName

_ACCOUNT = "Check ansible_user and ansible_password; a domain's user is written user@domain.example or DOMAIN\\user."
# What else may be behind a refusal, by the method that was refused.
_ELSE = {
    "ntlm": " NTLM may also be switched off there by a policy: set ansible_psrp_auth: kerberos then.",
    "basic": " Basic knows local accounts of the host only: for a domain's, set ansible_psrp_auth: kerberos, negotiate or ntlm.",
    "negotiate": " Negotiate goes over to NTLM where it gets no Kerberos ticket: ansible_psrp_auth: kerberos says why it gets none.",
}
_NEGOTIATES = ("negotiate", "kerberos", "ntlm")
_BOUND = (
    " The host may also ask for channel binding (CbtHardeningLevel): leave ansible_psrp_negotiate_send_cbt: true, and reach it without a "
    "proxy that ends TLS."
)
# What a host that offers a method says of itself.
_OFFERED_AS = {"basic": "basic", "credssp": "credssp"}
# A logon that was refused, as Windows and SSPI number it, or by a host that ends the sign-in without a word.
_LOGON_REFUSED = r"0x(?:c000006d|c000006a|c0000064|8009030c)\b|token after step (?!TLS)"


def authentication_fault(error: BaseException, host: HostName) -> SessionFault:
    """Return the SessionFault that a refused sign-in stands for."""
    words = str(error)
    if (offered := re.search(r"actual: '(.*)'", words)) is not None:
        return not_offered(offered[1], host)
    refused = re.search(r"Failed to authenticate the user .* with (\w+)$", words, re.DOTALL)
    method = refused[1] if refused else ""
    response = getattr(error.__cause__ or error.__context__, "response", None)
    challenges = _challenges(response)
    if method in _OFFERED_AS and challenges is not None and _OFFERED_AS[method] not in challenges.lower():
        return not_offered(challenges, host)
    if method == "certificate":
        return _certificate(host)
    bound = _BOUND if method in _NEGOTIATES and str(getattr(response, "url", "")).startswith("https:") else ""
    if method == "kerberos":
        return _ticket(host, bound)
    if (old := re.search(r"peer protocol version was (\d+).*requirements of (\d+)", words, re.DOTALL)) is not None:
        return SessionFault(
            "authentication",
            f"{host} speaks version {old[1]} of CredSSP, which is older than {old[2]}.",
            "Install the host's updates, or lower ansible_psrp_credssp_minimum_version.",
        )
    if isinstance(error, library.CREDSSP_ERRORS) and not re.search(_LOGON_REFUSED, words, re.IGNORECASE):
        return _credssp(words, host)
    message = f"{host} does not accept the user or the password."
    return SessionFault("authentication", message, _ACCOUNT + _ELSE.get(method, "") + bound)


def _credssp(words: str, host: HostName) -> SessionFault:
    if "TLS Handshake" in words or "TLS handshake" in words:
        return SessionFault(
            "authentication",
            f"{host} and the controller have no encryption for the TLS inside CredSSP in common.",
            "Switch TLS 1.2 and current cipher suites on at the host; ansible_psrp_credssp_disable_tlsv1_2: true does with TLS 1.0, where "
            "the controller's OpenSSL still has it.",
        )
    return SessionFault(
        "authentication",
        f"{host} does not accept the sign-in with CredSSP: {sentence(words)}",
        f"{_ACCOUNT} CredSSP has to be switched on there (Enable-WSManCredSSP -Role Server).",
    )


def not_offered(offered: str, host: HostName) -> SessionFault:
    """Return the SessionFault for a host that offers other methods alone."""
    return SessionFault(
        "authentication",
        f"{host} does not offer the authentication that was asked for, only: {offered or 'none'}.",
        "Set ansible_psrp_auth to a method which the host offers (winrm get winrm/config/service/auth on the host lists them).",
    )


def _certificate(host: HostName) -> SessionFault:
    return SessionFault(
        "authentication",
        f"{host} has no account for the client certificate, or takes none.",
        "Switch it on there (Set-Item WSMan:\\localhost\\Service\\Auth\\Certificate $true) and map the certificate to a local account "
        "(New-Item WSMan:\\localhost\\ClientCertificate). Windows Server 2022 and later ask for it too late with TLS 1.3: switch that off "
        "there.",
    )


def _ticket(host: HostName, bound: str) -> SessionFault:
    return SessionFault(
        "authentication",
        f"{host} does not accept the Kerberos ticket of the account.",
        "The name by which it is addressed may be registered for another account or computer (setspn -Q HTTP/HOST), or the host's password "
        "in the domain may have changed: set ansible_host or ansible_psrp_negotiate_hostname_override to the host's own name. Without a "
        f"domain, set ansible_psrp_auth: ntlm.{bound}",
    )


def _challenges(response: object) -> str | None:
    """Return what the host's refusal offers, None where it is not known."""
    headers = getattr(response, "headers", None)
    return None if headers is None else str(headers.get("www-authenticate", ""))
