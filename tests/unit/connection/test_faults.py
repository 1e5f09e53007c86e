# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keeps a host from giving a session is said in one sentence that names it, with a remedy."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.faults import Fault, NoSession, fault_of
from pypsrp.exceptions import AuthenticationError, InvalidPSRPOperation, WinRMTransportError, WSManFaultError
from requests.exceptions import ConnectionError as HttpConnectionError
from requests.exceptions import ConnectTimeout, ProxyError, ReadTimeout, SSLError
from spnego.exceptions import NoCredentialError

PLACE = "sfb01.contoso.com:5986"

EXPIRED = (
    "HTTPSConnectionPool(host='x', port=1): Max retries exceeded (Caused by SSLError(SSLCertVerificationError(1, "
    "'[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1028)')))"
)


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
        (NoCredentialError(context_msg="no ticket"), "authentication", "no ticket"),
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
            "the username must be specified.",
        ),
        (OSError("invalid path: /x.pem"), "invalid_option", "invalid path: /x.pem."),
    ],
)
def test_a_fault_names_the_host_and_a_remedy(error: Exception, code: str, words: str) -> None:
    fault = fault_of(error, PLACE)
    assert fault.code == code
    assert words in fault.message
    assert PLACE in fault.message
    assert fault.remedy.endswith(".")
    assert "\n" not in fault.message
    assert "<html>" not in fault.message


def test_a_fault_that_is_known_stays_as_it_is() -> None:
    fault = Fault("module_missing", "It is not there.", "Install it.")
    assert fault_of(NoSession(fault), PLACE) == fault
