# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Moves back to a pool: what they need, what they lose."""

from __future__ import annotations

import pytest

from tests.unit.lab.organisation.builders import CLOUD, POOL1, POOL2, Org, error, properties, server, succeeded, user


def test_back_to_a_pool_the_grant_is_gone_and_the_mode_is_the_tenants() -> None:
    org = Org(
        user(homing="online", policy="UpgradeToTeams", contacts=9), tenant={"default_policy": "SfBWithTeamsCollab"}
    )
    assert org.mode("alice@contoso.com") == "TeamsOnly"
    assert succeeded(org.move("alice@contoso.com", POOL2))
    assert org.onprem("alice@contoso.com")["RegistrarPool"] == POOL2
    after = org.later(minutes=31).online("alice@contoso.com")
    assert (after["TeamsUpgradePolicy"], after["TeamsUpgradeEffectiveMode"]) == (None, "SfBWithTeamsCollab")
    assert org.meetings("alice@contoso.com") == []


@pytest.mark.parametrize(("profile", "contacts"), [("today", 0), ("2020", 9)])
def test_contacts_came_back_in_2020(profile: str, contacts: int) -> None:
    org = Org(user(homing="online", contacts=9), profile=profile)
    org.move("alice@contoso.com", POOL1)
    (found,) = org.organisation.world.directory.find("alice@contoso.com")
    assert found.contacts == contacts


def test_back_needs_the_hybrid() -> None:
    org = Org(user(homing="online"), tenant={"shared_sip_address_space": False})
    assert "(510)" in error(org.move("alice@contoso.com", POOL1))
    org = Org(user(homing="online"), topology={"providers": [{"enabled": False}]})
    assert "not enabled" in error(org.move("alice@contoso.com", POOL1))


def test_a_user_born_in_the_cloud_needs_to_be_enabled_and_synchronised_first() -> None:
    org = Org(user(homing="cloud"))
    assert "not found" in error(org.move("alice@contoso.com", POOL1))
    enabled = org.server(
        "Enable-CsUser",
        Identity="alice@contoso.com",
        SipAddress="sip:alice@contoso.com",
        HostingProviderProxyFqdn=CLOUD,
    )
    assert succeeded(enabled)
    assert "(506)" in error(org.move("alice@contoso.com", POOL1))
    assert succeeded(org.later(minutes=31).move("alice@contoso.com", POOL1))


def test_an_old_server_does_not_take_the_policy_away_itself() -> None:
    org = Org(user(homing="online", policy="UpgradeToTeams"), hosts=server("2015 CU7", None), profile="2020")
    assert "Remove it" in error(org.move("alice@contoso.com", POOL1))


def test_a_user_disabled_on_premises_is_gone_for_good() -> None:
    org = Org(user(homing="online"))
    assert succeeded(org.server("Disable-CsUser", Identity="alice@contoso.com"))
    assert "not found" in error(org.move("alice@contoso.com", POOL1))
    assert "not found" in error(org.server("Get-CsUser", Identity="alice@contoso.com"))
    assert properties(org.cloud("Get-CsOnlineUser", Identity="alice@contoso.com"))["OnPremHostingProvider"] == CLOUD
