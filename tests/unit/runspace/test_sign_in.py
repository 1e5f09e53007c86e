# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the connection signs in to Teams."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.session_faults import NoSession
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.sign_in import SignIn, sign_in_of

OFFERED = (
    "TenantId Credential AccountId CertificateThumbprint ApplicationId AccessTokens Identity TeamsEnvironmentName DisableWAM "
    "WhatIf Confirm"
).split()
OLD = [name for name in OFFERED if name not in {"DisableWAM", "Identity"}]

CERTIFICATE = {"teams_certificate_thumbprint": "AB12", "teams_application_id": "app", "teams_tenant_id": "tenant"}
USER = {"teams_user": "admin@contoso.com", "teams_password": "hush-hush"}
TOKENS = {"teams_access_tokens": ["graph-token", "teams-token"]}
IDENTITY = {"teams_managed_identity": True}
CREDENTIAL = {"type": "credential", "user": "admin@contoso.com", "password": "hush-hush"}


def way(options: dict[str, Any]) -> SignIn:
    found = sign_in_of(options.get)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("options", "parameters"),
    [
        (
            CERTIFICATE,
            {"CertificateThumbprint": "AB12", "ApplicationId": "app", "TenantId": "tenant", "Confirm": False},
        ),
        (IDENTITY, {"Identity": True, "Confirm": False}),
        (TOKENS, {"AccessTokens": ["graph-token", "teams-token"], "Confirm": False}),
        (
            TOKENS | {"teams_tenant_id": "t"},
            {"AccessTokens": ["graph-token", "teams-token"], "TenantId": "t", "Confirm": False},
        ),
        (USER, {"Credential": CREDENTIAL, "DisableWAM": True, "Confirm": False}),
        (
            USER | {"teams_tenant_id": "t", "teams_environment": "TeamsDOD"},
            {
                "Credential": CREDENTIAL,
                "TenantId": "t",
                "TeamsEnvironmentName": "TeamsDOD",
                "DisableWAM": True,
                "Confirm": False,
            },
        ),
    ],
)
def test_each_way_has_its_parameters(options: dict[str, Any], parameters: dict[str, Any]) -> None:
    command = way(options).command(OFFERED, "MicrosoftTeams", "ps01:5986")
    assert command.full_name == "MicrosoftTeams\\Connect-MicrosoftTeams"
    assert command.parameters == parameters


def test_an_older_module_is_not_sent_what_it_does_not_know() -> None:
    assert "DisableWAM" not in way(USER).command(OLD, None, "ps01:5986").parameters


def test_a_module_that_cannot_sign_in_this_way_is_named() -> None:
    with pytest.raises(NoSession, match="has no -Identity") as error:
        way(IDENTITY).command(OLD, None, "ps01:5986")
    assert error.value.fault.code == "sign_in_failed"
    assert "Update-Module" in error.value.fault.remedy


def test_without_options_there_is_no_sign_in() -> None:
    nothing: dict[str, Any] = {}
    assert sign_in_of(nothing.get) is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (CERTIFICATE | IDENTITY, "more than one way"),
        (USER | TOKENS, "access tokens and a user"),
        ({"teams_certificate_thumbprint": "AB12", "teams_tenant_id": "t"}, "needs teams_application_id"),
        ({"teams_user": "admin@contoso.com"}, "both teams_user and teams_password"),
        ({"teams_password": "hush-hush"}, "both teams_user and teams_password"),
        ({"teams_access_tokens": ["one"]}, "needs two"),
        ({"teams_tenant_id": "t"}, "no way to sign in"),
        (CERTIFICATE | {"teams_certificate_thumbprint": "\u200eAB12"}, r"has the character U\+200E"),
        (CERTIFICATE | {"teams_certificate_thumbprint": "ab 12"}, r"has the character U\+0020"),
        (CERTIFICATE | {"teams_environment": "TeamsDOD"}, "teams_environment has no effect"),
    ],
)
def test_options_that_do_not_fit_are_refused_before_anything_is_sent(options: dict[str, Any], message: str) -> None:
    with pytest.raises(NoSession, match=message) as error:
        sign_in_of(options.get)
    assert error.value.fault.code == "invalid_option"
    assert error.value.fault.remedy


def test_a_way_shows_no_secret_when_printed() -> None:
    assert "hush-hush" not in repr(way(USER))
    assert "graph-token" not in repr(way(TOKENS))
