# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signing in to the tenant: every way, and what goes wrong."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.call import Credential, Thing
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed import model

from tests.unit.lab.organisation.builders import CREDENTIAL, Org, error, properties, succeeded, teams_module, user

CERTIFICATE = {
    "TenantId": model.TENANT_ID,
    "ApplicationId": model.APPLICATION_ID,
    "CertificateThumbprint": model.THUMBPRINT,
}
TOKENS = ["lab-graph-token", "lab-teams-token"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"Credential": CREDENTIAL},
        {"Credential": CREDENTIAL, "TenantId": "contoso.onmicrosoft.com"},
        CERTIFICATE,
        {
            "TenantId": "contoso.com",
            "ApplicationId": model.APPLICATION_ID.upper(),
            "Certificate": Thing("X509Certificate2", {"Thumbprint": model.THUMBPRINT.lower()}),
        },
        {"AccessTokens": TOKENS},
        {"AccessTokens": TOKENS[::-1]},
        {"Identity": True},
    ],
)
def test_ways_to_sign_in(parameters: dict[str, Any]) -> None:
    org = Org(sign_in=False)
    found = properties(org.cloud("Connect-MicrosoftTeams", **parameters))
    assert (found["TenantId"], found["Environment"]) == (model.TENANT_ID, "AzureCloud")
    assert succeeded(org.cloud("Get-CsTenant"))


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"Credential": Credential(model.ADMIN[0], "wrong")}, "AADSTS50126"),
        ({"Credential": Credential("nobody", "wrong")}, "AADSTS50126"),
        ({"Credential": CREDENTIAL, "TenantId": "fabrikam.com"}, "AADSTS90002"),
        ({**CERTIFICATE, "ApplicationId": "other"}, "AADSTS700016"),
        ({**CERTIFICATE, "CertificateThumbprint": "00"}, "Could not find a certificate"),
        ({"AccessTokens": ["lab-graph-token"]}, "access tokens"),
    ],
)
def test_sign_ins_that_fail(parameters: dict[str, Any], message: str) -> None:
    org = Org(sign_in=False)
    assert message in error(org.cloud("Connect-MicrosoftTeams", **parameters))
    assert org.cloud("Get-CsTenant").failures[0].exception == "System.UnauthorizedAccessException"


@pytest.mark.parametrize("parameters", [{}, {"AccountId": model.ADMIN[0]}, {"UseDeviceAuthentication": True}])
def test_what_would_open_a_window(parameters: dict[str, Any]) -> None:
    assert Org(sign_in=False).cloud("Connect-MicrosoftTeams", **parameters).prompt


@pytest.mark.parametrize(
    ("version", "parameters", "works"),
    [("7.8.1", {}, False), ("7.8.1", {"DisableWAM": True}, True), ("7.8.0", {}, True)],
)
def test_the_broker_needs_a_window(version: str, parameters: dict[str, Any], works: bool) -> None:
    org = Org(sign_in=False, hosts=teams_module(version))
    assert succeeded(org.cloud("Connect-MicrosoftTeams", Credential=CREDENTIAL, **parameters)) is works
    assert succeeded(org.cloud("Connect-MicrosoftTeams", **CERTIFICATE))


def test_a_sign_in_belongs_to_one_session_and_ends_with_it() -> None:
    org = Org(user())
    assert org.in_shell("another", "Get-CsTenant", {}).failures
    org.cloud("Disconnect-MicrosoftTeams")
    assert org.cloud("Get-CsTenant").failures
    org.cloud("Connect-MicrosoftTeams", Credential=CREDENTIAL)
    org.organisation.shell_closed("teams01", "shell")
    assert org.cloud("Get-CsTenant").failures
    assert error(org.cloud("Get-CsTenant")).startswith("You must call the Connect-MicrosoftTeams cmdlet")


def test_without_a_role_nothing_is_allowed() -> None:
    account = {"user": model.ADMIN[0], "password": model.ADMIN[1], "role": False}
    assert error(Org(tenant={"accounts": [account]}).cloud("Get-CsTenant")) == "Access Denied."
