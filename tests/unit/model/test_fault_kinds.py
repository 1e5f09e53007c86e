# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What hosts say of faults that pass and of those that meet everybody, as public reports have it (docs/reports.md)."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.faults import (
    Fault,
    classify,
    is_not_found,
    is_pool_not_found,
    is_unexplained,
    together,
)

from tests.unit.model.test_faults import RETRY, STOP, USER, in_class


# From public reports (docs/reports.md).
@pytest.mark.parametrize(
    "text",
    [
        "Service is too busy",
        "Error occurred while executing \nCode: TooManyRequests\nMessage: Too Many Requests\nInnerError",
        '{"error":{"code":"TooManyRequests","message":"wait"}}',
        "429 in /v1.0/teams/ endpoint",
        "Response status code does not indicate success: 429 (Too Many Requests).",
        "The HTTP service located at https://x is too busy. Server Too Busy",
        "Request was throttled",
        "The maximum number of concurrent shells for this user has been exceeded.",
        "The system is currently busy",
        "Processing data for a remote command failed with the following error message: MI_RESULT_FAILED For more information, see x.",
        "Could not parse exception message <html><h2>500 - The request timed out.</h2></html>",
        "The web server failed to respond within the specified time.",
        "The operation has timed out.",
        "The request was canceled due to the configured HttpClient.Timeout of 100 seconds elapsing.",
        "Timeout expired. The timeout period elapsed prior to completion of the operation.",
        "A task was canceled.",
        "The operation was cancelled",
        "One or more errors occurred. (A task was canceled.)",
        "System.Threading.Tasks.TaskCanceledException",
        "The remote server returned an error: (502) Bad Gateway.",
        "The remote server returned an error: (503) Server Unavailable.",
        "The remote server returned an error: (504) Gateway Timeout.",
        "Code: BadGateway\nMessage: Failed to execute backend request.",
        "HttpStatusCode: GatewayTimeout",
        "Code: ServiceUnavailable",
        "Service Unavailable",
        "status code: 504",
        "HTTP/1.1 502",
        "An error occurred while sending the request.",
        "The underlying connection was closed: An unexpected error occurred on a send.",
        "An existing connection was forcibly closed by the remote host.",
        "Unable to read data: Connection reset by peer",
        "The WSMan provider host process did not return a proper response.",
        "The connection to the specified remote host was refused.",
        "Unable to connect to the remote server",
        "The remote name could not be resolved: 'api.interfaces.records.teams.microsoft.com'",
        "A connection attempt failed because the connected party did not properly respond after a period of time.",
        "The request was aborted: The request was canceled.",
        "Too many concurrent requests",
        "Object is not in valid state for this operation or there is a delay in propagation",
        "AADSTS90033: A transient error has occurred. Please try again.",
        "The RPC server is unavailable.",
        "The server is not operational.",
    ],
)
def test_r40_what_passes_by_itself_is_tried_again(text: str) -> None:
    assert in_class(Fault(text)) == RETRY
    assert in_class(Fault(f"sip:alice@contoso.com: {text}")) == RETRY


@pytest.mark.parametrize(
    "text",
    [
        "The account sip:timeout.tom@contoso.com is odd.",
        "The user 'Timed Out Tom' is odd.",
        "Timeout Tom cannot be changed.",
        "Throttle Tim cannot be changed.",
        "CN=Service Unavailable,OU=Throttled,DC=contoso,DC=com is odd.",
        'The account "Bad Gateway" is odd.',
        r"CONTOSO\throttled is odd.",
        "Room 503 is odd.",
        "Room (503) is odd.",
        "The number (503) 555-0100 is odd.",
        "The area code 503 is odd.",
        "tel:+14295032504 is odd.",
        "o'neil.504@contoso.com is odd.",
        "The policy Busy is odd.",
        "Status 5030",
        "Line 503",
    ],
)
def test_r38_names_and_numbers_do_not_make_a_fault_that_passes(text: str) -> None:
    assert classify(Fault(text)).code == "fault"


@pytest.mark.parametrize(
    ("text", "code", "remedy"),
    [
        ("Code: Authentication_ExpiredToken", "token_expired", "signs in anew"),
        ("AADSTS65001: The user or administrator has not consented.", "credential_refused", "administrator's consent"),
        ("AADSTS90002: Tenant 'x' not found.", "credential_refused", "of another tenant"),
        ("AADSTS7000222: The provided client secret keys are expired.", "credential_refused", "renew it"),
        ("AADSTS50057: The user account is disabled.", "credential_refused", "is disabled"),
        ("AADSTS500133: Assertion is not within its valid time range. Ensure that ...", "token_expired", "certificate"),
        ("The access token has expired.", "token_expired", "certificate"),
        ("Lifetime validation failed, the token is expired.", "token_expired", "certificate"),
        ("Could not load file or assembly 'Newtonsoft.Json, Version=12.0.0.0'", "module_broken", "install one version"),
        ("Could not load type 'X' from assembly 'Y'", "module_broken", "install one version"),
        (
            "The 'Connect-MicrosoftTeams' command was found in the module 'MicrosoftTeams', but the module could not be loaded.",
            "module_broken",
            "install one version",
        ),
        ('Exception calling "GetSteppablePipeline": "Tenant Domain is empty"', "tenant_unknown_to_module", "tenant_id"),
        ("Invalid input parameters forest", "tenant_unknown_to_module", "forest"),
        (
            'Active Directory operation failed on "DC1". You cannot retry this operation: "An operations error occurred."',
            "no_second_hop",
            "credssp",
        ),
        ("An operations error occurred. ", "no_second_hop", "credssp"),
        (
            "The underlying connection was closed: Could not establish trust relationship for the SSL/TLS secure channel.",
            "trust_missing",
            "certificate",
        ),
        ("The MicrosoftTeams PowerShell module 7.3 is not compatible.", "teams_module", "remove newer versions"),
        ("AADSTS50076: you must use multi-factor authentication", "second_factor", "needs none"),
        ("AADSTS50079: The user is required to enroll.", "second_factor", "needs none"),
        ("AADSTS50158: External security challenge not satisfied.", "second_factor", "needs none"),
        ("AADSTS50126: Error validating credentials", "credential_refused", "password"),
        ("AADSTS50053: The account is locked", "credential_refused", "unlock"),
        ("AADSTS50055: The password is expired.", "credential_refused", "has expired"),
        (
            "AADSTS53003: Access has been blocked by Conditional Access policies.",
            "credential_refused",
            "conditional access",
        ),
        ("AADSTS99999: Something new.", "credential_refused", "Check the account"),
    ],
)
def test_r39_what_meets_everybody_stops_and_says_what_to_do(text: str, code: str, remedy: str) -> None:
    reason = classify(Fault(text))
    assert (reason.code, in_class(Fault(text))) == (code, STOP)
    assert remedy in reason.remedy


@pytest.mark.parametrize(
    "text",
    [
        "Cannot find a matching SIP address",
        "cannot find a matching sip on AD",
        "Could not find matching SIP address for the user.",
        "A matching SIP address could not be found.",
    ],
)
def test_r38_a_sip_address_without_a_match_names_both_causes(text: str) -> None:
    reason = classify(Fault(text))
    assert (reason.code, in_class(Fault(text)), is_unexplained(reason)) == ("sip_address_not_matched", USER, True)
    assert "install another version" in reason.remedy
    assert not is_not_found([Fault(text)])


def test_several_errors_of_a_call_are_one_with_all_texts() -> None:
    said = together([Fault("Something odd", "A"), Fault("Service is too busy", "B", "X"), Fault("Something odd", "C")])
    assert said == Fault("Something odd. Service is too busy.", "B", "X")
    assert together([Fault("Something odd", "A")]) == Fault("Something odd", "A")


@pytest.mark.parametrize(
    ("fault", "missing"),
    [
        (Fault('Cannot find pool "x" in the topology.', "PoolNotFound", "ObjectNotFound"), True),
        (Fault('The pool "x" does not exist.'), True),
        (Fault("Odd", "", "ObjectNotFound"), False),
        (Fault("Access denied"), False),
    ],
)
def test_r63_a_pool_that_is_not_there_is_known_by_text_or_id(fault: Fault, missing: bool) -> None:
    assert is_pool_not_found([fault]) is missing
    assert not is_pool_not_found([])
