# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a host's errors mean (R22, R38, R39 and the catalogue of section 3.3)."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Scope
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.faults import Fault, classify, is_not_found
from hypothesis import given
from hypothesis import strategies as st

# Verbatim from Microsoft's pages, typing errors included.
TEXTS = {
    "510": "Move-CsUser : HostedMigration fault: Error=(510), "
    "Description=(This user's tenant is not enabled for shared sip address space.)",
    "507": "Move-CsUser: HostedMigration fault: Error=(507), "
    "Description=(User must has an assigned license to use Skype for Business Online.)",
    "506": "HostedMigration fault: Error=(506), Description=(The user could move be moved because there appears to be a problem with "
    "this user account. Please verify the attribute settings on the account and then try again.)",
    "domain": "Cannot find user in Active Directory with the following SIP URI: sip:alice@contoso.com.",
    "protected": 'Active Directory operation failed on "DC1.contoso.com". You cannot retry this operation: '
    '"Insufficient access rights to perform the operation"',
    "replicator": "Move-CsUser : SetMoveResourceData failed because the user is not provisioned.",
    "edge": "The move cannot go on because multiple federated Edge pools are configured.",
    "url": "The service did not return expected status code from request for WWW-Authenticate header",
    "forest": "Forest header can't be null",
    "global": 'Policy "Global" is not a user policy. You can assign only a user policy to a specific user.',
    "prompt": "A command that prompts the user failed because the host program or the command type does not support user interaction.",
    "password": "AADSTS50126: Error validating credentials due to invalid username or password.",
}
GET_USER = "NotFound,Microsoft.Teams.ConfigAPI.Cmdlets.Generated.Cmdlets.GetCsUser_Get"
USER, RETRY, STOP = "user", "retry", "organisation"


def in_class(fault: Fault) -> str:
    """The class of a fault as R38 names them."""
    reason = classify(fault)
    return STOP if reason.scope is Scope.ORGANISATION else RETRY if reason.retryable else USER


@pytest.mark.parametrize(
    ("text", "code", "kind", "number"),
    [
        ("510", "shared_sip_address_space", STOP, "510"),
        ("507", "not_licensed", RETRY, "507"),
        ("506", "not_synced", USER, "506"),
        ("domain", "other_domain", USER, ""),
        ("protected", "protected_account", USER, ""),
        ("replicator", "not_provisioned", RETRY, ""),
        ("edge", "edge_pools", STOP, ""),
        ("url", "override_url", STOP, ""),
        ("forest", "teams_module", STOP, ""),
        ("global", "not_a_user_policy", USER, ""),
        ("prompt", "prompt", STOP, ""),
        ("password", "credential_refused", STOP, ""),
    ],
)
def test_r38_published_errors_have_a_code_a_class_and_a_remedy(text: str, code: str, kind: str, number: str) -> None:
    fault = Fault(TEXTS[text], "MoveError,Microsoft.Rtc.Management.AD.Cmdlets.MoveOcsUserCmdlet")
    reason = classify(fault)
    assert (reason.code, in_class(fault), reason.number) == (code, kind, number)
    assert reason.message == TEXTS[text]
    assert reason.remedy
    assert reason.fault == "MoveError"


def test_r38_the_number_counts_before_the_text() -> None:
    swapped = TEXTS["510"].replace("(510)", "(507)")
    assert classify(Fault(swapped)).code == "not_licensed"


def test_r38_an_unknown_number_keeps_its_text_and_concerns_the_user() -> None:
    text = "HostedMigration fault: Error=(999), Description=(Access is denied: too many requests.)"
    reason = classify(Fault(text))
    assert (reason.code, reason.message, reason.number) == ("fault", text, "999")
    assert in_class(Fault(text)) == USER


@pytest.mark.parametrize(
    ("text", "code", "kind"),
    [
        ("You must call the Connect-MicrosoftTeams cmdlet before calling any other cmdlets.", "not_signed_in", STOP),
        ("The MicrosoftTeams PowerShell module, version 6.2.1 or later, is required.", "teams_module", STOP),
        ("Access Denied.", "access_denied", STOP),
        ("The user is not authorized to do this.", "access_denied", STOP),
        ("The remote server returned an error: (429) Too Many Requests.", "throttled", RETRY),
        ("The server answered with status 503.", "throttled", RETRY),
        ("The service is temporarily unavailable", "throttled", RETRY),
        ("Something else", "fault", USER),
        ("", "fault", USER),
    ],
)
def test_other_errors_are_known_by_their_text(text: str, code: str, kind: str) -> None:
    assert (classify(Fault(text)).code, in_class(Fault(text))) == (code, kind)


@pytest.mark.parametrize(
    ("id", "code"),
    [
        ("CommandNotFoundException", "cmdlet_missing"),
        ("NamedParameterNotFound,Microsoft.Rtc.Management.AD.Cmdlets.MoveOcsUserCmdlet", "parameter_missing"),
        ("ParameterArgumentValidationError,Grant-CsTeamsUpgradePolicy", "call_not_bound"),
        ("ParameterArgumentTransformationError,Get-CsUser", "call_not_bound"),
        ("AmbiguousParameterSet,Get-CsUser", "call_not_bound"),
        ("MissingMandatoryParameter,Get-CsUser", "call_not_bound"),
    ],
)
def test_r39_a_call_that_does_not_bind_would_fail_for_everybody(id: str, code: str) -> None:
    reason = classify(Fault("It does not bind.", id))
    assert (reason.code, reason.scope, reason.fault) == (code, Scope.ORGANISATION, id.split(",", 1)[0])


@pytest.mark.parametrize(
    "user", ["room.503@contoso.com", "429@contoso.com", "forbidden@contoso.com", "throttle@contoso.com"]
)
def test_the_address_in_an_error_says_nothing_about_the_error(user: str) -> None:
    fault = Fault(f'Management object not found for identity "sip:{user}".')
    assert classify(fault).code == "user_not_found"
    assert classify(Fault(f"The account sip:{user} is odd.")).code == "fault"


@pytest.mark.parametrize("text", ["Build 7.0.2046.503 is odd", "Line 4290", "Version 503.1"])
def test_a_number_in_a_version_is_no_status(text: str) -> None:
    assert classify(Fault(text)).code == "fault"


@pytest.mark.parametrize(
    "fault",
    [
        Fault('Management object not found for identity "sip:nobody@contoso.com".'),
        Fault("It is not there.", "ManagementObjectNotFound,Microsoft.Rtc.Management.AD.Cmdlets.GetOcsUserCmdlet"),
        Fault("User 'nobody@contoso.com' was not found."),
        Fault("User not found"),
        Fault("The user nobody@contoso.com does not exist."),
        Fault("User with identity 'nobody@contoso.com' could not be found."),
        Fault("Cannot find any user"),
        Fault("Could not find the user."),
        Fault("No user was found."),
        Fault("userId was not found", GET_USER, "InvalidOperation"),
        Fault("[NotFound] : userId was not found"),
        Fault("One or more errors occurred. ([NotFound] : userId was not found)", "", "NotSpecified"),
        Fault("Set-CsUser : One or more errors occurred. ([NotFound] : UserId was not found.)"),
        Fault("Nothing of that name", GET_USER, "InvalidOperation"),
        Fault(
            "Resource 'nobody@contoso.com' does not exist or one of its queried reference-property objects are not present."
        ),
        Fault("Code: Request_ResourceNotFound"),
    ],
)
def test_r11_a_user_who_is_not_there_is_distinguished_from_a_read_that_failed(fault: Fault) -> None:
    assert is_not_found([fault])


@pytest.mark.parametrize(
    "fault",
    [
        Fault("Access is denied."),
        Fault("The request was throttled.", "", "ObjectNotFound: (:)"),
        Fault("Error processing request.", "Error processing request.,X.GetCsOnlineUser", "ObjectNotFound: (:)"),
        Fault("Resource not found.", "NotFound", "ObjectNotFound"),
        Fault("Nothing of that name", "Unknown", "ObjectNotFound: (nobody:String)"),
        Fault("The server responded with a Request Error, Status: NotFound", "NotFound,X.GetCsUserCallingSettings_Get"),
        Fault("The user's mailbox was not found."),
        Fault("The user policy was not found."),
        Fault("Cannot find user policy X."),
        Fault("userId was not found in the token."),
        Fault("The tenant was not found.", GET_USER),
        Fault("Service is too busy", GET_USER),
        Fault(
            "The term 'Get-CsUser' is not recognized", "CommandNotFoundException", "ObjectNotFound: (Get-CsUser:String)"
        ),
        Fault("Policy X does not exist."),
        Fault("The domain controller for the user was not found.", "", "ObjectNotFound"),
        Fault("The mailbox server of the user could not be reached: host not found.", "", "ObjectNotFound"),
        Fault("Anything else"),
    ],
)
def test_r11_other_errors_do_not_say_that_a_user_is_not_there(fault: Fault) -> None:
    assert not is_not_found([fault])
    assert not is_not_found([])


def test_r11_all_errors_have_to_say_that_a_user_is_not_there() -> None:
    missing, other = Fault("User not found"), Fault("The request was throttled.")
    assert is_not_found([missing, missing])
    assert not is_not_found([missing, other])
    assert not is_not_found([other, missing])


def test_r38_a_user_in_another_domain_is_not_a_user_who_is_not_there() -> None:
    assert not is_not_found([Fault(TEXTS["domain"])])


@given(st.text(), st.text())
def test_r38_no_text_is_lost(text: str, id: str) -> None:
    reason = classify(Fault(text, id))
    assert reason.message == text.strip()
    assert reason.code
    assert reason.remedy
