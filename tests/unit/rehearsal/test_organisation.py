# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What exports of both sides come to: users, the tenant, and what is assumed. Settings are in test_settings.py."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._rehearsal.organisation import (
    RehearsalFault,
    organisation_of,
)

from tests.unit.lab.seed.dialects import in_cloud, moved, online, onprem
from tests.unit.rehearsal.reading import about, organisation, users


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def test_users_of_one_export_alone(folder: Path) -> None:
    directory = [onprem("al"), onprem("bo"), moved("cy")]
    tenant = [online("al"), online("dan"), in_cloud("eve"), in_cloud("cy")]
    found = organisation(folder, directory, tenant)
    seen = users(found)
    assert {name: one.get("synced", True) for name, one in seen.items()} == dict.fromkeys(
        ["al", "cy", "dan", "eve"], True
    ) | {"bo": False}
    assert (seen["dan"].get("homing", "onprem"), seen["eve"]["homing"]) == ("onprem", "online")
    assert about(found, "Not in the online export").endswith(": 1 user (bo@fab.com).")
    assert about(found, "not in the on-prem export").endswith(": 1 user (dan@fab.com).")


def test_users_left_out_by_a_filter_are_known_to_the_tenant_where_that_is_set(folder: Path) -> None:
    found = organisation(folder, [onprem("al"), onprem("bo")], [online("al")], {"online_is_complete": False})
    assert "synced" not in users(found)["bo"]
    assert about(found, "Not in the online export, and taken for known").endswith(": 1 user (bo@fab.com).")


def test_the_on_prem_export_alone(folder: Path) -> None:
    found = organisation(folder, [onprem(f"u{number}") for number in range(5)])
    assert all("synced" not in one and "licences" not in one for one in found.seed["users"])
    assert about(found, "since there is no online export:").endswith(
        ": 5 users (u0@fab.com, u1@fab.com, u2@fab.com, ...)."
    )
    assert about(found, "The tenant's default is Islands, since no user")
    assert about(found, "Microsoft has neither fixed nor overridden the tenant's mode, since there is no online export")


def test_the_online_export_alone(folder: Path) -> None:
    line = {"OnPremEnterpriseVoiceEnabled": "True", "OnPremLineURI": "tel:+39"}
    found = organisation(folder, None, [online("al", **line), in_cloud("bo") | dict.fromkeys(line, "")])
    al = users(found)["al"]
    assert (al["voice"], al["line"], "pool" in al) == (True, "tel:+39", False)
    assert about(found, "one pool and one OU, since there is no on-prem export").endswith(": 1 user (al@fab.com).")
    assert found.seed["topology"]["pools"] == [{"fqdn": "pool01.fab.com"}]


def test_no_export_at_all() -> None:
    with pytest.raises(RehearsalFault, match="name at least one file as teams_upgrade_rehearsal_onprem"):
        organisation_of(None, None, {})


def test_both_sides_of_a_user_may_differ(folder: Path) -> None:
    directory = [onprem("al"), onprem("bo"), onprem("cy"), onprem("dan"), moved("eve"), onprem("fay")]
    tenant = [
        online("al", SipAddress="sip:alice@fab.com"),
        online("bo", SipAddress=""),
        online("cy", UserPrincipalName="cyril@fab.onmicrosoft.com"),
        online("dan", HostingProvider="sipfed.online.lync.com", OnPremHostingProvider=""),
        online("eve"),
        online("fay", AccountType="ResourceAccount"),
    ]
    found = organisation(folder, directory, tenant)
    seen = users(found)
    assert [seen[name]["cloud_sip"] for name in ("al", "bo")] == ["alice@fab.com", ""]
    assert (seen["cy"]["upn"], "cloud_sip" in seen["cy"]) == ("cy@fab.com", False)
    assert [seen[name]["cloud_homing"] for name in ("dan", "eve")] == ["cloud", "onprem"]
    assert about(found, "Homed differently").endswith(": 2 users (dan@fab.com, eve@fab.com).")
    assert about(found, "another user principal name").endswith(": 1 user (cy@fab.com).")
    assert about(found, "no User by AccountType").endswith(": 1 user (fay@fab.com).")


def test_accounts_that_are_no_users_of_the_directory(folder: Path) -> None:
    tenant = [
        in_cloud("al", SoftDeletionTimestamp="01/02/2026 08:15:00"),
        online("al"),
        in_cloud("room", AccountType="ResourceAccount", OnPremHostingProvider=""),
        in_cloud("x_y.com#EXT#", SipAddress="", HostingProvider="", OnPremHostingProvider="", AccountType="Guest"),
        in_cloud("old", SoftDeletionTimestamp="31.01.2026 08:15:00", UserDirSyncEnabled="False"),
        in_cloud("pure", OnPremHostingProvider="", UserDirSyncEnabled="False"),
        in_cloud("no", AccountType="Unknown", SipAddress="", HostingProvider="", OnPremHostingProvider=""),
    ]
    found = organisation(folder, [onprem("al")], tenant)
    seen = users(found)
    assert (seen["room"]["account_type"], seen["room"]["homing"]) == ("ResourceAccount", "cloud")
    assert (seen["x_y.com#EXT#"]["account_type"], seen["x_y.com#EXT#"]["homing"]) == ("Guest", "none")
    assert (seen["no"]["account_type"], seen["no"]["homing"]) == ("IneligibleUser", "none")
    assert (seen["pure"]["synced"], seen["pure"]["cloud_sip"]) == (False, "pure@fab.com")
    # 31 January or not: that there is a date is all that counts.
    assert (seen["old"]["deleted"], seen["old"]["homing"]) == ("2000-01-01T00:00:00+00:00", "cloud")
    assert "deleted" not in seen["al"]
    assert about(found, "Deleted in the tenant and there again").endswith(": 1 user (al@fab.com).")


def test_rows_that_are_left_out_or_counted_once(folder: Path) -> None:
    directory = [
        onprem("al"),
        onprem("al"),
        onprem("bo", SipAddress=""),
        onprem("cy", HostingProvider=""),
        onprem("dan", HostingProvider="", RegistrarPool=""),
        onprem("eve", Identity="eve", LineURI="3,31556E+10", DisplayName="Ev?"),
    ]
    found = organisation(folder, directory)
    seen = users(found)
    assert list(seen) == ["al", "cy", "eve"]
    assert about(found, "Twice in an export").endswith("(al@fab.com).")
    assert about(found, "Without a SIP address").endswith("(bo@fab.com).")
    assert about(found, "Without HostingProvider in").endswith("(cy@fab.com).")
    assert about(found, "Without HostingProvider and").endswith("(dan@fab.com).")
    assert (seen["eve"]["line"], seen["eve"]["domain"], "ou" in seen["eve"]) == ("3,31556E+10", "emea.fab.com", False)
    assert about(found, "Without a distinguished name").endswith("(eve@fab.com).")
    assert about(found, "lost its form").endswith("(eve@fab.com).")
    assert about(found, "? in the display name").endswith("(eve@fab.com).")


def test_users_of_one_name_in_two_domains_have_logon_names_of_their_own(folder: Path) -> None:
    directory = [
        onprem("al"),
        onprem("al2", UserPrincipalName="al@other.com"),
        onprem("al3", UserPrincipalName="al@third.com"),
    ]
    found = organisation(folder, directory)
    assert [each.get("sam") for each in found.seed["users"]] == [None, "al2", "al3"]


def test_the_tenants_default_and_policies_of_groups_come_from_modes(folder: Path) -> None:
    names = ["al", "bo", "cy", "dan", "eve"]
    tenant = [online("al"), online("bo"), online("cy", TeamsUpgradeEffectiveMode="SfBOnly")]
    tenant += [
        online("dan", TeamsUpgradePolicy="Islands", TeamsUpgradeEffectiveMode="Islands"),
        online(
            "eve",
            TeamsUpgradePolicy="Microsoft.Rtc.Management.UserPolicyDefinition",
            TeamsUpgradeEffectiveMode="SfBOnly",
        ),
    ]
    found = organisation(folder, list(map(onprem, names)), tenant)
    assert found.seed["tenant"]["default_policy"] == "SfBWithTeamsCollab"
    (group,) = found.seed["tenant"]["groups"]
    assert (group["policy"], group["members"]) == ("SfBOnly", ["cy@fab.com"])
    assert [one.get("policy") for one in users(found).values()] == [None, None, None, "Islands", "SfBOnly"]
    assert "The tenant's default is SfBWithTeamsCollab: 2 of 3 users" in about(found, "The tenant's default")
    assert about(found, "as policies of groups are").endswith("(cy@fab.com).")
    assert about(found, "With the policy of their effective mode").endswith("(eve@fab.com).")
    state = Lab(found.seed).organisation.world
    assert [str(each.assigned) for each in state.tenant] == ["None", "None", "None", "Islands", "SfBOnly"]


def test_what_microsoft_fixed_is_read_from_any_user(folder: Path) -> None:
    tenant = [
        online("al", TeamsUpgradeOverridePolicy="UpgradeToTeams", TeamsUpgradePolicyIsReadOnly="ModeAndNotifications")
    ]
    found = organisation(folder, [onprem("al")], tenant)
    assert (found.seed["tenant"]["override"], found.seed["tenant"]["read_only"]) == (True, True)
    objects = [online("al", TeamsUpgradeOverridePolicy="Microsoft.Teams.UserPolicyDefinition")]
    assert about(organisation(folder, [onprem("al")], objects), "TeamsUpgradeOverridePolicy was not exported as text")
    other = organisation(folder, [onprem("al")], [online("al", TeamsUpgradePolicyIsReadOnly="Notifications")])
    assert other.seed["tenant"]["read_only"] is False
    less = {name: value for name, value in online("al").items() if "Override" not in name}
    assert about(organisation(folder, [onprem("al")], [less]), "lacks TeamsUpgradeOverridePolicy or")


def test_users_online_in_other_modes_are_of_another_world(folder: Path) -> None:
    directory, tenant = [moved("al")], [in_cloud("al", TeamsUpgradeEffectiveMode="Islands", TeamsUpgradePolicy="")]
    found = organisation(folder, directory, tenant)
    assert about(found, 'profile: "2020" where the tenant').endswith("(al@fab.com).")
    assert "meetings" not in users(found)["al"]
    old = organisation(folder, directory, tenant, {"profile": "2020"})
    assert (old.seed["profile"], users(old)["al"]["meetings"]) == ("2020", {"skype": 1})
    assert not [each for each in old.assumptions if "2020" in each]


def test_another_domain_of_the_directory_is_mentioned(folder: Path) -> None:
    apart = onprem("bo", Identity="CN=Bo\\, B,OU=X,DC=apac,DC=fab,DC=com")
    found = organisation(folder, [onprem("al"), onprem("cy"), apart])
    assert found.seed["topology"]["domain"] == "emea.fab.com"
    assert (users(found)["bo"]["ou"], users(found)["bo"]["domain"]) == ("OU=X", "apac.fab.com")
    assert about(found, "The servers are in the domain emea.fab.com").endswith("can move: 1 user (bo@fab.com).")
