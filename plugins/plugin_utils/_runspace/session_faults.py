# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Why a host gives no session: each cause as one sentence and a remedy."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable

from ...module_utils._connection.messages import Answer, SessionFault
from . import library
from .authentication_faults import authentication_fault, not_offered
from .error_texts import sentence, specific
from .host_name import HostName
from .kerberos import cause_of
from .tls_faults import tls_fault
from .transport import BUSY_STATUSES

# Error codes of Windows Remote Management.
ACCESS_DENIED = 5
# Too many requests, of one account or of all: that passes, other than too many shells.
_BUSY_CODES = frozenset({0x803381A6, 0x803381A7, 0x803381A8})
_QUOTA_CODES = frozenset({0x803381A5}) | _BUSY_CODES
_QUOTA_WORDS = re.compile(r"maximum number|quota|concurrent (shells|operations)", re.IGNORECASE)
# How pypsrp calls its settings, and how they are called here.
_OURS = (
    (r"the username must be specified", "ansible_user must be set"),
    (r"the password must be specified", "ansible_password must be set"),
    (r"SSL must be used", "ansible_psrp_protocol must be https"),
    (
        r"the path to the certificate key pem file must be specified with certificate_key_pem",
        "ansible_psrp_certificate_key_pem must be set",
    ),
    (
        r"the path to the certificate pem file must be specified with certificate_pem",
        "ansible_psrp_certificate_pem must be set",
    ),
    (
        r"Could not find the TLS key file, invalid path: (.*)",
        r"ansible_psrp_certificate_key_pem names a file that is not there, \1",
    ),
    (
        r"Could not find the TLS certificate file, invalid path: (.*)",
        r"ansible_psrp_certificate_pem names a file that is not there, \1",
    ),
    (
        r"Could not find a suitable TLS CA certificate bundle, invalid path: (.*)",
        r"ansible_psrp_ca_cert names a file that is not there, \1",
    ),
    (r"For (\w+) auth,", r"With ansible_psrp_auth: \1,"),
    (
        r"The specified auth '([^']*)' is not supported, please select one of",
        r"ansible_psrp_auth: \1 is not supported, only",
    ),
    (r"The encryption value '([^']*)' must be", r"ansible_psrp_message_encryption: \1 must be"),
)
_CLOSED = "the connection was closed"
_CONFIGURATION_WORDS = re.compile(r"session configuration|resource URI", re.IGNORECASE)


class NoSession(Exception):
    """The host gives no session."""

    def __init__(self, fault: SessionFault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def is_quota(error: BaseException) -> bool:
    """Return whether a WSMan fault says that the user has too many shells or operations."""
    if not isinstance(error, library.WSManFaultError):
        return False
    return error.code in _QUOTA_CODES or bool(_QUOTA_WORDS.search(error.reason or ""))


def errors_text(answer: Answer) -> str:
    """Return what a host said to an answer's command that failed, on one line: all errors, each once."""
    texts = specific([entry.message for entry in answer.errors]) or ["no reason given"]
    return " ".join(map(sentence, texts))


def fault_of(error: BaseException, host: HostName) -> SessionFault:
    """Return the SessionFault that `error`, raised while a session at `host` was opened, stands for."""
    if isinstance(error, NoSession):
        return error.fault
    if not isinstance(error, ImportError) and (cause := cause_of(_chain(error))):
        return SessionFault("authentication", cause.message.format(host=host), cause.remedy)
    for kind, describe in _by_type():
        if isinstance(error, kind):
            return describe(error, host)
    return SessionFault(
        "session_refused",
        f"No PowerShell session could be opened on {host}: {_words(error)}",
        "Try the same host and account with Enter-PSSession from a Windows machine to see what it says there.",
    )


def _chain(error: BaseException) -> str:
    """Return the texts of an error and of its causes."""
    causes: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in causes:
        causes.append(following)
        following = following.__cause__ or following.__context__
    return "\n".join(map(str, causes))


def _by_type() -> list[
    tuple[type[BaseException] | tuple[type[BaseException], ...], Callable[[BaseException, HostName], SessionFault]]
]:
    return [
        (library.SSLError, tls_fault),
        (library.TooManyRedirects, _redirect),
        (library.ProxyError, _proxy),
        ((library.HttpConnectionError, library.Timeout, library.ChunkedEncodingError), _unreachable),
        ((library.AuthenticationError, *library.CREDSSP_ERRORS), authentication_fault),
        (library.SpnegoError, _credential),
        (library.WSManFaultError, _wsman),
        (library.WinRMTransportError, _http),
        (ImportError, _library),
        ((ValueError, OSError), _option),
    ]


def _proxy(error: BaseException, host: HostName) -> SessionFault:
    return SessionFault(
        "unreachable",
        f"The proxy on the way to {host.with_address} does not let the connection through.",
        "Correct ansible_psrp_proxy, or set ansible_psrp_ignore_proxy: true to connect directly.",
    )


def _redirect(error: BaseException, host: HostName) -> SessionFault:
    answer = getattr(error, "response", None)
    target = repr(str(answer.headers.get("Location", "")))[1:-1][:200] if answer is not None else "another address"
    return SessionFault(
        "session_refused",
        f"{host.with_address} sends the connection on to {target}. It is not followed: the account is meant for this host alone.",
        "Where that is the host that you mean, name it in ansible_host, ansible_port, ansible_psrp_protocol and ansible_psrp_path.",
    )


def _unreachable(error: BaseException, host: HostName) -> SessionFault:
    reason = _network_reason(error)
    remedy = (
        "Check ansible_host and ansible_port, that WinRM listens there (winrm enumerate winrm/config/listener), and the firewalls "
        "between."
    )
    if reason == _CLOSED:
        remedy += (
            " A listener for HTTPS closes connections without TLS (ansible_psrp_protocol: https). With ansible_psrp_auth: certificate, "
            "Windows closes those with TLS 1.3: switch that off for the listener."
        )
    return SessionFault("unreachable", f"{host.with_address} cannot be reached: {reason}.", remedy)


def _network_reason(error: BaseException) -> str:
    words = str(error)
    if "refused" in words:
        return "the connection was refused"
    if "NameResolution" in words or "getaddrinfo" in words or isinstance(error, socket.gaierror):
        return "its name is not known"
    if isinstance(error, library.Timeout) or "timed out" in words:
        return "it did not answer in time"
    if "No route" in words or "unreachable" in words:
        return "there is no route to it"
    return _CLOSED


def _credential(error: BaseException, host: HostName) -> SessionFault:
    return SessionFault(
        "authentication",
        f"The controller cannot sign in to {host}: {_words(error)}",
        "Give ansible_user and ansible_password, or get a Kerberos ticket (kinit) and check the controller's /etc/krb5.conf.",
    )


def _library(error: BaseException, host: HostName) -> SessionFault:
    words = _words(error)
    # Kerberos takes a compiler and headers, which CredSSP does without.
    extra, before = (
        ("credssp", "")
        if "credssp" in words.lower()
        else ("kerberos", " (before that: libkrb5-dev or krb5-devel, gcc)")
    )
    return SessionFault(
        "library_missing",
        f"The controller lacks a Python library that the authentication at {host} needs: {words}",
        f"Install it into the Python environment that runs Ansible: pip install 'pypsrp[{extra}]'{before}.",
    )


def _wsman(error: BaseException, host: HostName) -> SessionFault:
    reason = str(getattr(error, "reason", "") or "no reason given").rstrip(". ")
    if is_quota(error):
        return SessionFault(
            "busy" if getattr(error, "code", None) in _BUSY_CODES else "session_refused",
            f"{host} gives this account no more PowerShell sessions: {reason}.",
            "Lower ansible_runspace_sessions, close sessions left over on the host, or raise MaxShellsPerUser (winrm/config/winrs) there.",
        )
    if getattr(error, "code", None) == ACCESS_DENIED:
        return SessionFault(
            "authentication",
            f"The account may not open PowerShell sessions on {host}.",
            "Add it to the group Remote Management Users (or Administrators) of the host, or to those the endpoint allows.",
        )
    if _CONFIGURATION_WORDS.search(reason):
        return SessionFault(
            "session_refused",
            f"{host} does not have the session configuration that was asked for: {reason}.",
            "Correct ansible_psrp_configuration_name (Get-PSSessionConfiguration on the host lists what there is) and ansible_psrp_path.",
        )
    return SessionFault(
        "session_refused",
        f"{host} refuses a PowerShell session: {reason}.",
        "See to what the host says, then run again.",
    )


def _http(error: BaseException, host: HostName) -> SessionFault:
    status = getattr(error, "code", None)
    if status == 500 and not getattr(error, "response_text", ""):
        return SessionFault(
            "session_refused",
            f"{host.with_address} refuses the request with HTTP status 500 alone, as hosts do with messages that are not encrypted.",
            "Leave ansible_psrp_message_encryption: auto with ansible_psrp_auth: kerberos, negotiate, ntlm or credssp, or set "
            "ansible_psrp_protocol: https.",
        )
    if status in BUSY_STATUSES:
        return SessionFault(
            "busy",
            f"{host.with_address} answers the request for a session with HTTP status {status}: it is starting, or has too much to do.",
            "Check that the service WinRM runs there (Get-Service WinRM), and what is on the way to it, then run again.",
        )
    remedy = "Check ansible_port and ansible_psrp_path: this may not be a WinRM listener."
    if status == 403:
        remedy = "Ask for the account to be allowed there, or try another ansible_psrp_auth."
    return SessionFault(
        "session_refused", f"{host.with_address} answers the request for a session with HTTP status {status}.", remedy
    )


def _option(error: BaseException, host: HostName) -> SessionFault:
    if (offered := re.search(r"Server responded with the auth protocol '(\w+)'", str(error))) is not None:
        return not_offered(offered[1], host)
    unencrypted = re.search(r"Cannot use message encryption with auth '(\w+)'", str(error))
    if unencrypted is not None:
        auth = unencrypted[1]
        return SessionFault(
            "invalid_option",
            f"The connection to {host} cannot be set up: with ansible_psrp_auth: {auth}, messages cannot be encrypted.",
            "Set ansible_psrp_protocol: https and leave ansible_psrp_message_encryption: auto, or set ansible_psrp_auth to kerberos, "
            "negotiate, ntlm or credssp. ansible_psrp_message_encryption: never sends everything over HTTP in plain text.",
        )
    return SessionFault(
        "invalid_option",
        f"The connection to {host} cannot be set up: {_in_our_words(_words(error))}",
        "Correct the option and run again.",
    )


def _in_our_words(words: str) -> str:
    """Return a text of pypsrp's with our names for its settings."""
    for pattern, name in _OURS:
        words = re.sub(pattern, name, words)
    return words


def _words(error: BaseException) -> str:
    return sentence(str(error) or type(error).__name__)
