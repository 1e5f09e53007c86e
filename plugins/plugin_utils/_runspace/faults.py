# Copyright (c) 2026 sfb.teams_upgrade contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keeps a host from giving us a session, each as one sentence and a remedy."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from dataclasses import dataclass

from . import library
from .command import Answer

# Error codes of Windows Remote Management.
SHELL_NOT_FOUND = 0x8033805B
ACCESS_DENIED = 5
_QUOTA_CODES = frozenset({0x803381A5, 0x803381A6, 0x803381A7, 0x803381A8})
_QUOTA_WORDS = re.compile(r"maximum number|quota|concurrent (shells|operations)", re.IGNORECASE)
_CONFIGURATION_WORDS = re.compile(r"session configuration|resource URI", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why there is no session: a code, one sentence that names the host, one sentence on what to do."""

    code: str
    message: str
    remedy: str


class NoSession(Exception):
    """The host gives no session."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def is_quota(error: BaseException) -> bool:
    """Return whether a WSMan fault says that the user has too many shells or operations."""
    if not isinstance(error, library.WSManFaultError):
        return False
    return error.code in _QUOTA_CODES or bool(_QUOTA_WORDS.search(error.reason or ""))


def said(answer: Answer) -> str:
    """Return what a host said to an answer's command that failed, as one sentence."""
    return _sentence(answer.errors[0].message if answer.errors else "no reason given")


def fault_of(error: BaseException, place: str) -> Fault:
    """Return the Fault that `error`, raised while a session at `place` ("host:port") was opened, stands for."""
    if isinstance(error, NoSession):
        return error.fault
    for kind, describe in _by_type():
        if isinstance(error, kind):
            return describe(error, place)
    return Fault(
        "session_refused",
        f"No PowerShell session could be opened on {place}: {_words(error)}",
        "Try the same host and account with Enter-PSSession from a Windows machine to see what it says there.",
    )


def _by_type() -> list[
    tuple[type[BaseException] | tuple[type[BaseException], ...], Callable[[BaseException, str], Fault]]
]:
    return [
        (library.SSLError, _tls),
        (library.ProxyError, _proxy),
        ((library.HttpConnectionError, library.Timeout), _unreachable),
        (library.AuthenticationError, _authentication),
        (library.SpnegoError, _credential),
        (library.WSManFaultError, _wsman),
        (library.WinRMTransportError, _http),
        (ImportError, _library),
        ((ValueError, OSError), _option),
    ]


def _tls(error: BaseException, place: str) -> Fault:
    words = str(error)
    if "certificate" in words:
        return Fault(
            "certificate",
            f"The certificate of {place} is not trusted: {_certificate_reason(words)}.",
            "Name the file with the issuing authority's certificate in ansible_psrp_ca_cert, and use the host name that is in the "
            "certificate; ansible_psrp_cert_validation: ignore switches the check off.",
        )
    return Fault(
        "unreachable",
        f"{place} does not answer with TLS.",
        "Set ansible_port to the HTTPS listener's port (5986 as a rule), or ansible_psrp_protocol: http for the HTTP listener.",
    )


def _certificate_reason(words: str) -> str:
    reason = re.search(r"verify failed: (.+?)(?: \(_ssl|$)", words)
    return reason[1].strip(" .") if reason else "it could not be verified"


def _proxy(error: BaseException, place: str) -> Fault:
    return Fault(
        "unreachable",
        f"The proxy on the way to {place} does not let the connection through.",
        "Correct ansible_psrp_proxy, or set ansible_psrp_ignore_proxy: true to connect directly.",
    )


def _unreachable(error: BaseException, place: str) -> Fault:
    return Fault(
        "unreachable",
        f"{place} cannot be reached: {_network_reason(error)}.",
        "Check ansible_host and ansible_port, that WinRM listens there (winrm enumerate winrm/config/listener), and the firewalls between.",
    )


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
    return "the connection was closed"


def _authentication(error: BaseException, place: str) -> Fault:
    offered = re.search(r"actual: '(.*)'", str(error))
    if offered is not None:
        return Fault(
            "authentication",
            f"{place} does not offer the authentication that was asked for, only: {offered[1] or 'none'}.",
            "Set ansible_psrp_auth to a method which the host offers (winrm get winrm/config/service/auth on the host lists them).",
        )
    return Fault(
        "authentication",
        f"{place} does not accept the user or the password.",
        "Check ansible_user and ansible_password; a domain's user is written user@domain.example or DOMAIN\\user.",
    )


def _credential(error: BaseException, place: str) -> Fault:
    return Fault(
        "authentication",
        f"The controller cannot sign in to {place}: {_words(error)}",
        "Give ansible_user and ansible_password, or get a Kerberos ticket (kinit) and check the controller's /etc/krb5.conf.",
    )


def _library(error: BaseException, place: str) -> Fault:
    return Fault(
        "library_missing",
        f"The controller lacks a Python library that the authentication at {place} needs: {_words(error)}",
        "Install it into the Python environment that runs Ansible: pip install 'pypsrp[credssp,kerberos]'.",
    )


def _wsman(error: BaseException, place: str) -> Fault:
    reason = str(getattr(error, "reason", "") or "no reason given").rstrip(". ")
    if is_quota(error):
        return Fault(
            "session_refused",
            f"{place} gives this account no more PowerShell sessions: {reason}.",
            "Lower ansible_runspace_sessions, close sessions left over on the host, or raise MaxShellsPerUser (winrm/config/winrs) there.",
        )
    if getattr(error, "code", None) == ACCESS_DENIED:
        return Fault(
            "authentication",
            f"The account may not open PowerShell sessions on {place}.",
            "Add it to the group Remote Management Users (or Administrators) of the host, or to those the endpoint allows.",
        )
    if _CONFIGURATION_WORDS.search(reason):
        return Fault(
            "session_refused",
            f"{place} does not have the session configuration that was asked for: {reason}.",
            "Correct ansible_psrp_configuration_name (Get-PSSessionConfiguration on the host lists what there is) and ansible_psrp_path.",
        )
    return Fault(
        "session_refused",
        f"{place} refuses a PowerShell session: {reason}.",
        "See to what the host says, then run again.",
    )


def _http(error: BaseException, place: str) -> Fault:
    status = getattr(error, "code", None)
    remedy = "Check ansible_port and ansible_psrp_path: this may not be a WinRM listener."
    if status == 403:
        remedy = "Ask for the account to be allowed there, or try another ansible_psrp_auth."
    return Fault("session_refused", f"{place} answers the request for a session with HTTP status {status}.", remedy)


def _option(error: BaseException, place: str) -> Fault:
    return Fault(
        "invalid_option",
        f"The connection to {place} cannot be set up: {_words(error)}",
        "Correct the option and run again.",
    )


def _words(error: BaseException) -> str:
    return _sentence(str(error) or type(error).__name__)


def _sentence(text: str) -> str:
    words = " ".join(text.split())
    return words if words.endswith(".") else words + "."
