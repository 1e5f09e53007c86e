# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""TeamsUpgradePolicy on-premises: instances that are made there, and only notify."""

from __future__ import annotations

import pytest

from tests.unit.lab.organisation.builders import Org, all_properties, error, properties, succeeded, user

ALICE = "alice@contoso.com"


def identities(org: Org) -> list[object]:
    return [one["Identity"] for one in all_properties(org.server("Get-CsTeamsUpgradePolicy"))]


def test_only_global_is_there_at_first_and_it_has_no_mode() -> None:
    found = properties(Org().server("Get-CsTeamsUpgradePolicy"))
    assert found == {"Identity": "Global", "Description": "Notifications are disabled", "NotifySfbUsers": False}


@pytest.mark.parametrize(
    ("given", "kept"),
    [("Notify", "Tag:Notify"), ("Tag:Notify", "Tag:Notify"), ("site:paris", "Site:Paris"), ("Site:Lyon", "Site:Lyon")],
)
def test_making_instances(given: str, kept: str) -> None:
    org = Org()
    made = properties(org.server("New-CsTeamsUpgradePolicy", Identity=given, NotifySfbUsers=True, Description="d"))
    assert made == {"Identity": kept, "Description": "d", "NotifySfbUsers": True}
    assert identities(org) == ["Global", kept]
    assert "already exists" in error(org.server("New-CsTeamsUpgradePolicy", Identity=given.upper()))


def test_what_cannot_be_made() -> None:
    org = Org()
    assert "already exists" in error(org.server("New-CsTeamsUpgradePolicy", Identity="Global"))
    assert "Mars" in error(org.server("New-CsTeamsUpgradePolicy", Identity="site:Mars"))


def test_changing_and_removing() -> None:
    org = Org()
    org.server("New-CsTeamsUpgradePolicy", Identity="Notify")
    org.server("Set-CsTeamsUpgradePolicy", Identity="notify", NotifySfbUsers=True)
    org.server("Set-CsTeamsUpgradePolicy", NotifySfbUsers=True, Description="all")
    assert properties(org.server("Get-CsTeamsUpgradePolicy", Identity="Notify"))["NotifySfbUsers"] is True
    assert properties(org.server("Get-CsTeamsUpgradePolicy", Identity="global"))["Description"] == "all"
    instance = org.server("Get-CsTeamsUpgradePolicy", Identity="Notify").output[0]
    org.server("Set-CsTeamsUpgradePolicy", Instance=instance, Description="piped")
    assert properties(org.server("Get-CsTeamsUpgradePolicy", Identity="Notify"))["Description"] == "piped"
    assert succeeded(org.server("Remove-CsTeamsUpgradePolicy", Identity="Notify"))
    assert succeeded(org.server("Remove-CsTeamsUpgradePolicy", Identity="Global"))
    assert properties(org.server("Get-CsTeamsUpgradePolicy"))["NotifySfbUsers"] is False
    for cmdlet in ("Get-CsTeamsUpgradePolicy", "Set-CsTeamsUpgradePolicy", "Remove-CsTeamsUpgradePolicy"):
        assert "does not exist" in error(org.server(cmdlet, Identity="Notify"))


def test_granting_and_taking_away() -> None:
    org = Org(user(), user("bob", homing="online"))
    org.server("New-CsTeamsUpgradePolicy", Identity="Notify", NotifySfbUsers=True)
    for name in (ALICE, "bob@contoso.com"):
        assert succeeded(org.server("Grant-CsTeamsUpgradePolicy", Identity=name, PolicyName="notify"))
        assert org.onprem(name)["TeamsUpgradePolicy"] == "Notify"
    assert properties(org.server("Get-CsEffectivePolicy", Identity=ALICE))["TeamsUpgradePolicy"] == "Tag:Notify"
    assert org.mode(ALICE) == "Islands"
    org.server("Grant-CsTeamsUpgradePolicy", Identity=ALICE, PolicyName=None)
    assert org.onprem(ALICE)["TeamsUpgradePolicy"] is None
    assert properties(org.server("Get-CsEffectivePolicy", Identity=ALICE))["TeamsUpgradePolicy"] == "Global"


@pytest.mark.parametrize("name", ["Global", "site:Paris", "Islands", "UpgradeToTeams"])
def test_the_services_instances_and_scopes_are_no_user_policies_here(name: str) -> None:
    org = Org(user())
    org.server("New-CsTeamsUpgradePolicy", Identity="site:Paris")
    message = f'Policy "{name}" is not a user policy. You can assign only a user policy to a specific user.'
    assert error(org.server("Grant-CsTeamsUpgradePolicy", Identity=ALICE, PolicyName=name)) == message


def test_a_grant_of_what_was_removed_has_no_effect() -> None:
    org = Org(user())
    org.server("New-CsTeamsUpgradePolicy", Identity="Notify")
    org.server("Grant-CsTeamsUpgradePolicy", Identity=ALICE, PolicyName="Notify")
    org.server("Remove-CsTeamsUpgradePolicy", Identity="Notify")
    assert org.onprem(ALICE)["TeamsUpgradePolicy"] is None


def test_the_configuration_knows_only_the_download() -> None:
    org = Org()
    assert properties(org.server("Get-CsTeamsUpgradeConfiguration")) == {"Identity": "Global", "DownloadTeams": True}
    org.server("Set-CsTeamsUpgradeConfiguration", DownloadTeams=False)
    org.server("New-CsTeamsUpgradeConfiguration", Identity="site:Paris", DownloadTeams=True)
    listed = all_properties(org.server("Get-CsTeamsUpgradeConfiguration"))
    assert [one["DownloadTeams"] for one in listed] == [False, True]
    assert "does not exist" in error(org.server("Get-CsTeamsUpgradeConfiguration", Identity="site:Mars"))
