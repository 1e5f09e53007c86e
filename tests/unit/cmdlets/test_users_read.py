# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users in the objects of Get-CsUser and Get-CsOnlineUser (R6, R11, R72 to R74, section 10)."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets import get_csonlineuser, get_csuser
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.get_csonlineuser import homing_of
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import Failure
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, Side, User
from hypothesis import given
from hypothesis import strategies as st

ALICE = UserId.parse("alice@contoso.com")
CLOUD = "sipfed.online.lync.com"


@pytest.mark.parametrize(
    ("hosting", "onprem_hosting", "homing"),
    [
        ("SRV:", "SRV:", Homing.ONPREM),
        ("srv:", None, Homing.ONPREM),
        (None, "SRV:", Homing.ONPREM),
        ("", "SRV:", Homing.ONPREM),
        (CLOUD, CLOUD, Homing.ONLINE),
        # Never on-prem: the synced attribute is empty.
        (CLOUD, None, Homing.ONLINE),
        (CLOUD, "", Homing.ONLINE),
        ("sipfed.online.lync.cn", None, Homing.ONLINE),
        # Two facts that contradict each other: the sync is under way.
        (CLOUD, "SRV:", Homing.UNKNOWN),
        ("SRV:", CLOUD, Homing.UNKNOWN),
        (None, None, Homing.UNKNOWN),
    ],
)
def test_r11_the_cloud_tells_the_homing_by_its_provider(
    hosting: str | None, onprem_hosting: str | None, homing: Homing
) -> None:
    found, why = homing_of({"HostingProvider": hosting, "OnPremHostingProvider": onprem_hosting})
    assert found is homing
    assert bool(why) is (homing is Homing.UNKNOWN)


def test_r11_a_contradiction_names_both_facts() -> None:
    _homing, why = homing_of({"HostingProvider": CLOUD, "OnPremHostingProvider": "SRV:"})
    assert why == f"HostingProvider is {CLOUD} but OnPremHostingProvider is SRV:"


@pytest.mark.parametrize(
    ("interpreted", "homing"),
    [
        ("HybridOnpremSfBUser", Homing.ONPREM),
        ("HybridOnpremTeamsOnlyUser", Homing.ONPREM),
        ("HybridOnPremSomethingNew", Homing.ONPREM),
        ("HybridOnlineTeamsOnlyUserWithMCOValidationError", Homing.ONLINE),
        ("PureOnlineTeamsOnlyUser", Homing.ONLINE),
        ("DirSyncEnabledOnlineTeamsOnlyUser", Homing.ONLINE),
        ("AADConnectEnabledOnlineTeamsOnlyUser", Homing.ONLINE),
        ("SomethingElse", Homing.UNKNOWN),
        ("", Homing.UNKNOWN),
    ],
)
def test_r73_the_interpreted_type_stands_in_by_its_prefix(interpreted: str, homing: Homing) -> None:
    assert homing_of({"InterpretedUserType": interpreted})[0] is homing


@pytest.mark.parametrize("kind", ["EnabledUserWithNoService", "EnabledUserWithTeamsLicense", "SomethingElse"])
@pytest.mark.parametrize("providers", [{}, {"HostingProvider": None, "OnPremHostingProvider": ""}])
def test_r73_an_interpreted_type_that_does_not_tell_the_home_is_named(
    kind: str, providers: dict[str, str | None]
) -> None:
    assert homing_of({"InterpretedUserType": kind, **providers}) == (
        Homing.UNKNOWN,
        f"HostingProvider and OnPremHostingProvider are empty or missing, and InterpretedUserType is {kind}, which "
        "does not say it",
    )


def test_r73_the_interpreted_type_does_not_overrule_a_provider() -> None:
    assert homing_of({"HostingProvider": "SRV:", "InterpretedUserType": "PureOnlineTeamsOnlyUser"})[0] is Homing.ONPREM


@given(st.text())
def test_r73_no_interpreted_type_is_too_odd(interpreted: str) -> None:
    user = get_csonlineuser.user_from(ALICE, {"HostingProvider": "SRV:", "InterpretedUserType": interpreted})
    assert user.interpreted_user_type == interpreted.strip()


def from_cloud(**row: object) -> User:
    return get_csonlineuser.user_from(ALICE, row)


@pytest.mark.parametrize(
    ("value", "assigned"),
    [
        ("UpgradeToTeams", "UpgradeToTeams"),
        ("Tag:UpgradeToTeams", "UpgradeToTeams"),
        ({"Name": "UpgradeToTeams", "Authority": "Host"}, "UpgradeToTeams"),
        ({"Anchor": 5, "FriendlyName": "UpgradeToTeams"}, "UpgradeToTeams"),
        ({"Name": "", "FriendlyName": "Tag:UpgradeToTeams"}, "UpgradeToTeams"),
        ({"Identity": "Tag:UpgradeToTeams", "Description": None}, "UpgradeToTeams"),
        ([{"Name": "UpgradeToTeams"}], "UpgradeToTeams"),
        ({}, ""),
        ("", ""),
        (None, ""),
        ([], ""),
        # Objects of versions 3.0 to 4.3.1 for no assignment.
        ({"Authority": None, "Name": None}, ""),
        # Something is assigned, and nobody can say what: unknown, never none (R11).
        ({"Anchor": 5, "FriendlyName": None}, None),
        ({"Anchor": 5}, None),
        ({"Name": {"Key": "UpgradeToTeams"}}, None),
        ("Microsoft.Rtc.Management.UserPolicyDefinition", None),
        ("Lab.Models.Policy", None),
        ("@{Name=UpgradeToTeams; Authority=Host}", None),
        ([{"Name": "Islands"}, {"Name": "UpgradeToTeams"}], None),
    ],
)
def test_r74_an_assignment_is_read_from_text_object_or_null(value: object, assigned: str | None) -> None:
    assert from_cloud(TeamsUpgradePolicy=value).assigned == assigned
    server = get_csuser.user_from(ALICE, {"TeamsUpgradePolicy": value})
    assert server.assigned == assigned
    conferencing = get_csuser.user_from(ALICE, {"ConferencingPolicy": value})
    assert conferencing.conferencing_policy == assigned


@pytest.mark.parametrize(
    ("value", "override"),
    [(None, None), ("", None), ({}, None), ("TeamsOnly", "TeamsOnly"), ({"Name": "UpgradeToTeams"}, "UpgradeToTeams")],
)
def test_r9_the_override_is_read_as_any_policy(value: object, override: str | None) -> None:
    assert from_cloud(TeamsUpgradeOverridePolicy=value).override_policy == override


def test_r9_an_override_whose_name_cannot_be_read_is_one_all_the_same() -> None:
    assert from_cloud(TeamsUpgradeOverridePolicy={"Anchor": 5}).override_policy == "one whose name cannot be read"


def test_r11_an_assignment_that_does_not_exist_is_not_known() -> None:
    assert from_cloud().assigned is None
    assert get_csuser.assigned({}) is None


AS_LISTED = {
    "SipAddress": "sip:alice@contoso.com",
    "UserPrincipalName": "alice@fabrikam.com",
    "DisplayName": "Alice",
    "HostingProvider": CLOUD,
    "OnPremHostingProvider": CLOUD,
    "TeamsUpgradeEffectiveMode": "TeamsOnly",
    "TeamsUpgradePolicy": None,
    "TeamsUpgradeNotificationsEnabled": False,
    "TeamsUpgradeOverridePolicy": {"Name": "UpgradeToTeams"},
    "TeamsUpgradePolicyIsReadOnly": "ModeAndNotifications",
    "EnterpriseVoiceEnabled": "True",
    "LineUri": "tel:+15551234",
    "OnPremEnterpriseVoiceEnabled": True,
    "OnPremLineURI": "tel:+15551234",
    "AccountType": "User",
    "InterpretedUserType": "HybridOnlineTeamsOnlyUser",
    "AssignedPlan": [{"Capability": "Teams", "CapabilityStatus": "Enabled"}],
    "UserValidationErrors": [],
    "SoftDeletionTimestamp": None,
}


def test_the_facts_of_a_user_in_the_cloud() -> None:
    assert from_cloud(**AS_LISTED) == User(
        ALICE,
        Side.ONLINE,
        Homing.ONLINE,
        sip_address="sip:alice@contoso.com",
        user_principal_name="alice@fabrikam.com",
        display_name="Alice",
        mode=Mode.TEAMS_ONLY,
        assigned="",
        notify=False,
        hosting_provider=CLOUD,
        on_prem_hosting_provider=CLOUD,
        enterprise_voice=True,
        line_uri="tel:+15551234",
        on_prem_enterprise_voice=True,
        on_prem_line_uri="tel:+15551234",
        account_type="User",
        interpreted_user_type="HybridOnlineTeamsOnlyUser",
        licences=frozenset(("Teams",)),
        validation_errors=(),
        override_policy="UpgradeToTeams",
        policy_read_only="ModeAndNotifications",
    )


def test_what_an_endpoint_leaves_out_is_not_known() -> None:
    user = from_cloud(HostingProvider="SRV:")
    unknown = (
        user.mode,
        user.notify,
        user.licences,
        user.validation_errors,
        user.override_policy,
        user.policy_read_only,
    )
    assert set(unknown) == {None}


@pytest.mark.parametrize("deleted", ["2026-01-01T00:00:00Z", "01/01/2026 00:00:00"])
def test_r72_a_deleted_user_is_no_user(deleted: str) -> None:
    with pytest.raises(Failure) as failed:
        get_csonlineuser.user_from(ALICE, {"HostingProvider": CLOUD, "SoftDeletionTimestamp": deleted})
    assert failed.value.reason.code == "user_deleted"
    assert "alice@contoso.com" in failed.value.reason.message


@pytest.mark.parametrize(
    ("provider", "homing"),
    [
        ("SRV:", Homing.ONPREM),
        ("srv:", Homing.ONPREM),
        (CLOUD, Homing.ONLINE),
        ("", Homing.UNKNOWN),
        (None, Homing.UNKNOWN),
    ],
)
def test_r36_the_server_tells_the_homing_by_hosting_provider(provider: str | None, homing: Homing) -> None:
    user = get_csuser.user_from(
        ALICE, {"HostingProvider": provider, "RegistrarPool": "pool01.contoso.com", "Enabled": True}
    )
    assert (user.side, user.homing, user.registrar_pool, user.enabled) == (
        Side.ONPREM,
        homing,
        "pool01.contoso.com",
        True,
    )
    assert bool(user.why_unknown) is (homing is Homing.UNKNOWN)
    assert user.mode is None


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({}, "HostingProvider, OnPremHostingProvider and InterpretedUserType are all empty or missing"),
        (
            {"HostingProvider": "", "OnPremHostingProvider": None, "InterpretedUserType": ""},
            "HostingProvider, OnPremHostingProvider and InterpretedUserType are all empty or missing",
        ),
    ],
)
def test_r11_a_row_of_the_cloud_without_any_fact_says_which(row: dict[str, object], why: str) -> None:
    user = get_csonlineuser.user_from(ALICE, row)
    assert (user.homing, user.why_unknown) == (Homing.UNKNOWN, why)


def test_the_facts_that_only_directories_in_sync_show() -> None:
    user = from_cloud(HostingProvider="SRV:", UserDirSyncEnabled="True", OnPremLineURI="tel:+1", LineUri="tel:+2")
    assert (user.dir_synced, user.on_prem_line_uri, user.line_uri) == (True, "tel:+1", "tel:+2")
