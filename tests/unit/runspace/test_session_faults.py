# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keeps a host from giving a session is said in one sentence that names it, with a remedy."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import SessionFault
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.host_name import HostName
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.session_faults import NoSession, fault_of
from pypsrp.exceptions import AuthenticationError, InvalidPSRPOperation, WinRMTransportError, WSManFaultError
from pypsrp.wsman import WSMan
from requests.exceptions import ConnectionError as HttpConnectionError
from requests.exceptions import ConnectTimeout, ProxyError, ReadTimeout, SSLError
from requests_credssp.exceptions import AuthenticationException, NTStatusException
from spnego.exceptions import NoCredentialError

HOST = HostName("sfb01", "sfb01.contoso.com:5986")
NETWORK = {"unreachable", "certificate"}

EXPIRED = (
    "HTTPSConnectionPool(host='x', port=1): Max retries exceeded (Caused by SSLError(SSLCertVerificationError(1, "
    "'[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1028)')))"
)

NO_TOKEN = "Server did not response with a CredSSP token after step"


def wsman(code: int, reason: str) -> WSManFaultError:
    return WSManFaultError(code, "sfb01", reason, None, None, None)


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (HttpConnectionError("[Errno 111] Connection refused"), "unreachable", "the connection was refused"),
        (HttpConnectionError("NameResolutionError: x"), "unreachable", "its name is not known"),
        (HttpConnectionError("[Errno 113] No route to host"), "unreachable", "there is no route to it"),
        (HttpConnectionError("Connection aborted."), "unreachable", "the connection was closed"),
        (ConnectTimeout("timed out"), "unreachable", "it did not answer in time"),
        (ReadTimeout("read timeout=30"), "unreachable", "it did not answer in time"),
        (ProxyError("Cannot connect to proxy."), "unreachable", "proxy"),
        (SSLError(EXPIRED), "certificate", "not trusted: certificate has expired."),
        (SSLError("[SSL: WRONG_VERSION_NUMBER] wrong version number"), "unreachable", "does not answer with TLS"),
        (AuthenticationError("Failed to authenticate the user x"), "authentication", "does not accept the user"),
        (AuthenticationError("one of the following - actual: 'Basic'"), "authentication", "only: Basic."),
        (NoCredentialError(context_msg="no ticket"), "authentication", "neither a password nor"),
        (wsman(5, "Access is denied."), "authentication", "may not open PowerShell sessions"),
        (wsman(0x803381A5, "The maximum number of shells."), "session_refused", "gives this account no more"),
        (wsman(1, "This user is allowed 5 concurrent shells"), "session_refused", "gives this account no more"),
        (wsman(2, "Cannot find the X session configuration"), "session_refused", "session configuration"),
        (wsman(3, "Something else."), "session_refused", "refuses a PowerShell session: Something else."),
        (WinRMTransportError("http", 404, "<html>"), "session_refused", "HTTP status 404"),
        (WinRMTransportError("http", 403, ""), "session_refused", "HTTP status 403"),
        (InvalidPSRPOperation("Received a broken state"), "session_refused", "Received a broken state."),
        (ImportError("No module named 'gssapi'"), "library_missing", "gssapi"),
        (
            ValueError("For basic auth, the username must be specified"),
            "invalid_option",
            "ansible_user must be set.",
        ),
        (OSError("invalid path: /x.pem"), "invalid_option", "invalid path: /x.pem."),
    ],
)
def test_a_fault_names_the_host_and_a_remedy(error: Exception, code: str, words: str) -> None:
    fault = fault_of(error, HOST)
    assert fault.code == code
    assert words in fault.message
    assert "sfb01" in fault.message
    assert (HOST.with_address in fault.message) is (fault.code in NETWORK or "HTTP status" in fault.message)
    assert fault.remedy.endswith(".")
    assert "\n" not in fault.message
    assert "<html>" not in fault.message


def test_a_fault_that_is_known_stays_as_it_is() -> None:
    fault = SessionFault("module_missing", "It is not there.", "Install it.")
    assert fault_of(NoSession(fault), HOST) == fault


def gss(minor: int, text: str) -> Exception:
    words = (
        "SpnegoError (4294967295): Major (851968): Unspecified GSS failure.  Minor code may provide more information, "
    )
    return RuntimeError(f"{words}Minor ({minor}): {text}, Context: Processing security token")


@pytest.mark.parametrize(
    ("error", "message", "remedy"),
    [
        (
            RuntimeError("Decrypt integrity check failed -1765328353"),
            "does not accept the password",
            "ansible_password",
        ),
        (RuntimeError("Preauthentication failed -1765328360"), "does not accept the password", "ansible_password"),
        (gss(2529638936, ""), "does not accept the password", "ansible_password"),
        (
            RuntimeError("Client 'x@CONTOSO.COM' not found in Kerberos database -1765328378"),
            "does not know the account",
            "ansible_user",
        ),
        (
            gss(2529638919, "Server not found in Kerberos database"),
            "no service principal",
            "ansible_psrp_negotiate_hostname_override",
        ),
        (
            gss(2529638919, "Server host/x@CONTOSO.COM not found in Kerberos database"),
            "no service principal",
            "negotiate_service",
        ),
        (gss(2529638949, "Clock skew too great"), "clocks", "Synchronise"),
        (RuntimeError("Password has expired -1765328361"), "has expired", "new password"),
        (RuntimeError("Client's credentials have been revoked -1765328366"), "locked or disabled", "Unlock"),
        (
            RuntimeError("Cannot contact any KDC for realm 'CONTOSO.COM' -1765328228"),
            "No domain controller",
            "krb5.conf",
        ),
        (
            RuntimeError("Cannot find KDC for realm 'CONTOSO.COM' -1765328230"),
            "finds no domain controller",
            "krb5.conf",
        ),
        (RuntimeError("Configuration file does not specify default realm"), "No domain controller", "realm"),
        (RuntimeError("KDC has no support for encryption type -1765328370"), "encryption", "AES"),
        (
            NoCredentialError(context_msg="No Kerberos credentials available (default cache: FILE:/tmp/krb5cc_0)"),
            "nor a valid",
            "kinit",
        ),
        (gss(2529639107, "No credentials cache found"), "nor a valid Kerberos ticket", "kinit"),
        (gss(2529638944, "Ticket expired"), "nor a valid Kerberos ticket", "kinit"),
        (RuntimeError("NTLM authentication has been disabled"), "NTLM is switched off", "kerberos"),
    ],
)
def test_errors_of_kerberos_and_ntlm_name_their_cause(error: Exception, message: str, remedy: str) -> None:
    outer = ValueError("Getting a credential failed")
    outer.__cause__ = error
    for each in (error, outer):
        fault = fault_of(each, HOST)
        assert fault.code == "authentication"
        assert message in fault.message
        assert remedy in fault.remedy
        assert ("sfb01" in fault.message, "5986" in fault.message) == (True, False)


@pytest.mark.parametrize(
    ("error", "message", "remedy"),
    [
        (NTStatusException(0xC000006D), "does not accept the user or the password.", "ansible_password"),
        (NTStatusException(0xC0000071), "has expired", "new password"),
        (NTStatusException(0xC0000224), "has expired", "new password"),
        (NTStatusException(0xC0000072), "locked or disabled", "Unlock"),
        (NTStatusException(0xC0000234), "locked or disabled", "Unlock"),
        (NTStatusException(0xC0000133), "clocks", "Synchronise"),
        (NTStatusException(0xC0000418), "NTLM is switched off", "kerberos"),
        (NTStatusException(0xC00000BB), "with CredSSP: Received error status", "Enable-WSManCredSSP"),
        (
            AuthenticationException(f"{NO_TOKEN} TLS Handshake - actual 'CredSSP'"),
            "TLS inside CredSSP",
            "cipher suites",
        ),
        (
            AuthenticationException(f"{NO_TOKEN} Authentication 2 - actual 'CredSSP'"),
            "does not accept the user",
            "password",
        ),
    ],
)
def test_what_hosts_say_in_credssp(error: Exception, message: str, remedy: str) -> None:
    fault = fault_of(error, HOST)
    assert fault.code == "authentication"
    assert message in fault.message
    assert remedy in fault.remedy


@pytest.mark.parametrize(
    ("words", "code", "message", "remedy"),
    [
        ("[SSL: TLSV1_ALERT_UNKNOWN_CA] tlsv1 alert unknown ca", "authentication", "unknown authority", "Root"),
        ("[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert", "authentication", "certificate required", "pem"),
        ("[SSL: SSLV3_ALERT_BAD_CERTIFICATE] sslv3 alert", "authentication", "bad certificate", "pem"),
        ("[SSL: UNSUPPORTED_PROTOCOL] unsupported protocol", "unreachable", "no version of TLS", "TLS 1.2"),
        ("[SSL: TLSV1_ALERT_PROTOCOL_VERSION] tlsv1 alert", "unreachable", "no version of TLS", "TLS 1.2"),
        ("[SSL: SSLV3_ALERT_HANDSHAKE_FAILURE] sslv3 alert", "unreachable", "strong enough", "2048"),
        ("[SSL: DH_KEY_TOO_SMALL] dh key too small", "unreachable", "strong enough", "2048"),
        ("verify failed: Missing Authority Key Identifier (_ssl.c:1)", "certificate", "Key Identifier.", "3.13"),
        ("verify failed: unable to get local issuer certificate (_ssl.c:1)", "certificate", "issuer", "ca_cert"),
        (
            "verify failed: Hostname mismatch, certificate is not valid for 'x'. (_ssl.c:1)",
            "certificate",
            "'x'",
            "host",
        ),
    ],
)
def test_what_tls_says(words: str, code: str, message: str, remedy: str) -> None:
    fault = fault_of(SSLError(f"Max retries exceeded (Caused by SSLError(SSLError(1, '{words}')))"), HOST)
    assert fault.code == code
    assert message in fault.message
    assert remedy in fault.remedy


@pytest.mark.parametrize(
    ("method", "refused", "hint"),
    [
        ("ntlm", "the user or the password", "switched off"),
        ("basic", "the user or the password", "local accounts"),
        ("negotiate", "the user or the password", "goes over to NTLM"),
        ("kerberos", "the Kerberos ticket of the account", "setspn -Q"),
    ],
)
def test_what_else_may_be_behind_a_refusal_depends_on_the_method(method: str, refused: str, hint: str) -> None:
    fault = fault_of(AuthenticationError(f"Failed to authenticate the user CONTOSO\\admin with {method}"), HOST)
    assert fault.message == f"sfb01 does not accept {refused}."
    assert hint in fault.remedy


@pytest.mark.parametrize(
    "options", [{"auth": "basic", "ssl": False}, {"auth": "certificate", "ssl": True, "encryption": "always"}]
)
def test_encryption_that_a_method_lacks_is_named_by_our_options(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="Cannot use message encryption") as error:
        WSMan("sfb01", username="x", password="y", **options)
    fault = fault_of(error.value, HOST)
    assert f"ansible_psrp_auth: {options['auth']}" in fault.message
    assert "ansible_psrp_protocol: https" in fault.remedy
    assert "ansible_psrp_message_encryption" in fault.remedy
    assert "ssl=" not in fault.message + fault.remedy
    assert "encryption=" not in fault.message + fault.remedy


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("For basic auth, the username must be specified", "With ansible_psrp_auth: basic, ansible_user must be set."),
        (
            "For credssp auth, the password must be specified",
            "With ansible_psrp_auth: credssp, ansible_password must be set.",
        ),
        (
            "For certificate auth, SSL must be used",
            "With ansible_psrp_auth: certificate, ansible_psrp_protocol must be https.",
        ),
    ],
)
def test_other_settings_are_named_by_our_options_too(text: str, ours: str) -> None:
    assert fault_of(ValueError(text), HOST).message == f"The connection to sfb01 cannot be set up: {ours}"


@pytest.mark.parametrize(
    ("words", "install"),
    [
        ("Cannot use CredSSP auth as requests-credssp is not installed", "pip install 'pypsrp[credssp]'."),
        ("No module named 'gssapi'", "pip install 'pypsrp[kerberos]' (before that: libkrb5-dev or krb5-devel, gcc)."),
    ],
)
def test_only_the_library_that_is_missing_is_to_be_installed(words: str, install: str) -> None:
    assert fault_of(ImportError(words), HOST).remedy.endswith(install)
