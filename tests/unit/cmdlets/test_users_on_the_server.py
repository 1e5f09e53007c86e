# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users in the objects of Get-CsUser, with all that they show or nothing (R11, R36, R74, section 10)."""

from __future__ import annotations

from types import ModuleType

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets import get_csonlineuser, get_csuser
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, Side, User

ALICE = UserId.parse("alice@contoso.com")
ON_THE_SERVER = {
    "SipAddress": "sip:alice@contoso.com",
    "UserPrincipalName": "alice@fabrikam.com",
    "DisplayName": "Alice",
    "HostingProvider": "SRV:",
    "RegistrarPool": {"FriendlyName": "pool01.contoso.com", "Port": 5061},
    "Enabled": True,
    "EnterpriseVoiceEnabled": "True",
    "LineURI": "tel:+15551234",
    "ConferencingPolicy": "Tag:Talkers",
    "TeamsUpgradePolicy": {"Anchor": 5, "FriendlyName": "Notify"},
}


def test_the_facts_of_a_user_on_the_server() -> None:
    assert get_csuser.user_from(ALICE, ON_THE_SERVER) == User(
        ALICE,
        Side.ONPREM,
        Homing.ONPREM,
        sip_address="sip:alice@contoso.com",
        user_principal_name="alice@fabrikam.com",
        display_name="Alice",
        assigned="Notify",
        hosting_provider="SRV:",
        registrar_pool="pool01.contoso.com",
        enabled=True,
        enterprise_voice=True,
        line_uri="tel:+15551234",
        conferencing_policy="Talkers",
    )
    assert get_csuser.user_from(ALICE, ON_THE_SERVER).why_unknown == ""


@pytest.mark.parametrize("side", [get_csuser, get_csonlineuser])
@pytest.mark.parametrize("value", [None, ""])
def test_addresses_and_name_that_are_empty_or_missing_are_empty(side: ModuleType, value: str | None) -> None:
    names = ("SipAddress", "UserPrincipalName", "DisplayName")
    for row in ({}, dict.fromkeys(names, value)):
        user = side.user_from(ALICE, {"HostingProvider": "SRV:", **row})
        assert (user.sip_address, user.user_principal_name, user.display_name) == ("", "", "")


@pytest.mark.parametrize("row", [{}, {"HostingProvider": ""}, {"HostingProvider": None}])
def test_r11_what_the_server_does_not_show_is_not_known(row: dict[str, object]) -> None:
    user = get_csuser.user_from(ALICE, row)
    assert user == User(ALICE, Side.ONPREM, Homing.UNKNOWN, hosting_provider="" if row else None)
    assert user.why_unknown == "HostingProvider is empty or missing"
