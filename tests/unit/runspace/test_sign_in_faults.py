# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a sign-in that fails says, and what to do about it, by its cause."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._connection.messages import (
    Answer,
    ErrorRecord,
    SessionFault,
    State,
)
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.sign_in_faults import sign_in_fault


def refused(*texts: str) -> SessionFault:
    return sign_in_fault(Answer(State.FAILED, errors=[ErrorRecord(text) for text in texts]), "teams01", "a user")


def test_a_refused_sign_in_says_what_the_host_said() -> None:
    start = "Microsoft Teams refuses the sign-in with a user from teams01:"
    assert refused("AADSTS50126:\n  invalid password.").message == f"{start} AADSTS50126: invalid password."
    assert (
        refused("One or more errors occurred.", "Invalid provider type specified.").message
        == f"{start} Invalid provider type specified."
    )
    assert refused("First", "Second", "First").message == f"{start} First. Second."
    assert refused("One or more errors occurred.").message == f"{start} One or more errors occurred."
    assert refused().message == f"{start} no reason given."


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("AADSTS500133: Assertion is not within its valid time range.", "token has expired"),
        ("AADSTS700024: Client assertion is not within its valid time range.", "renew it"),
        ("AADSTS700027: Client assertion contains an invalid signature.", "Upload the certificate"),
        ("AADSTS50076: Due to a configuration change", "second factor"),
        ("AADSTS50079: The user is required to use multi-factor authentication.", "second factor"),
        ("AADSTS50158: External security challenge not satisfied.", "second factor"),
        ("AADSTS65001: The user or administrator has not consented", "consent"),
        ("AADSTS90002: Tenant 'x' not found.", "teams_tenant_id"),
        ("AADSTS50020: User account from identity provider does not exist in tenant", "teams_tenant_id"),
        ("AADSTS700016: Application was not found in the directory", "teams_application_id"),
        ("AADSTS50126: Error validating credentials due to invalid username or password.", "teams_password"),
        ("AADSTS50034: The user account does not exist in the directory.", "teams_user"),
        ("AADSTS50053: The account is locked", "unlock"),
        ("AADSTS50057: The user account is disabled.", "enable it"),
        ("AADSTS50055: The password is expired.", "new one"),
        ("AADSTS53003: Access has been blocked by Conditional Access policies.", "conditional access"),
        ("AADSTS999999: Something new", "Check the ansible_runspace_teams_ options"),
        ("Invalid provider type specified.", "certutil -csp"),
        ("Certificate not found: AB12", "store of the account"),
        (
            "Could not find a certificate with thumbprint AB12 in the certificate store of the current user.",
            "store of the account",
        ),
        ("Keyset does not exist", "store of the account"),
        ("A window handle must be configured.", "-DisableWAM"),
        ("Could not load file or assembly 'Microsoft.Identity.Client, Version=4.62.0.0'", "install one version"),
        ("ManagedIdentityCredential authentication unavailable", "managed identity"),
        ("An error occurred while sending the request.", "TLS 1.2"),
        ("The underlying connection was closed: An unexpected error occurred on a send.", "proxy"),
        ("The access tokens are not valid for this tenant.", "two tokens"),
        ("Access Denied.", "Teams Administrator"),
        ("Something else", "Check the ansible_runspace_teams_ options"),
    ],
)
def test_the_remedy_of_a_refused_sign_in_depends_on_the_cause(text: str, remedy: str) -> None:
    assert remedy in refused("One or more errors occurred.", text).remedy
    assert refused(text).code == "sign_in_failed"


def test_an_expired_assertion_of_a_certificate_is_a_matter_of_the_clock() -> None:
    errors = [ErrorRecord("AADSTS500133: Assertion is not within its valid time range.")]
    fault = sign_in_fault(Answer(State.FAILED, errors=errors), "teams01", "a certificate")
    assert "set its clock" in fault.remedy
