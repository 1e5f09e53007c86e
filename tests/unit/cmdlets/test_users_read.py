# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users in the objects of Get-CsUser and Get-CsOnlineUser (R6, R11, R72 to R74, section 10)."""

from __future__ import annotations

import re

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets import get_csonlineuser, get_csuser
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.get_csonlineuser import homing_of
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.users import match, unread
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason, Scope
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.faults import Fault
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId, parse_users
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, Side, User
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._remote import Row
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.cmdlets.hosts import online, onprem

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


def test_r73_the_interpreted_type_does_not_overrule_a_provider() -> None:
    assert homing_of({"HostingProvider": "SRV:", "InterpretedUserType": "PureOnlineTeamsOnlyUser"})[0] is Homing.ONPREM


@given(st.text())
def test_r73_no_interpreted_type_is_too_odd(interpreted: str) -> None:
    user = get_csonlineuser.user_from(ALICE, {"HostingProvider": "SRV:", "InterpretedUserType": interpreted})
    assert isinstance(user, User)
    assert user.interpreted_user_type == interpreted.strip()


def from_cloud(**row: object) -> User:
    user = get_csonlineuser.user_from(ALICE, row)
    assert isinstance(user, User)
    return user


@pytest.mark.parametrize(
    ("value", "assigned"),
    [
        ("UpgradeToTeams", "UpgradeToTeams"),
        ("Tag:UpgradeToTeams", "UpgradeToTeams"),
        ({"Name": "UpgradeToTeams", "Authority": "Host"}, "UpgradeToTeams"),
        ({}, ""),
        ("", ""),
        (None, ""),
    ],
)
def test_r74_an_assignment_is_read_from_text_object_or_null(value: object, assigned: str) -> None:
    assert from_cloud(TeamsUpgradePolicy=value).assigned == assigned
    server = get_csuser.user_from(ALICE, {"TeamsUpgradePolicy": value})
    assert isinstance(server, User)
    assert server.assigned == assigned


def test_r11_an_assignment_that_does_not_exist_is_not_known() -> None:
    assert from_cloud().assigned is None
    assert get_csuser.assigned({}) is None


def test_the_facts_of_a_user_in_the_cloud() -> None:
    user = from_cloud(
        SipAddress="sip:alice@contoso.com",
        UserPrincipalName="alice@fabrikam.com",
        DisplayName="Alice",
        HostingProvider=CLOUD,
        OnPremHostingProvider=CLOUD,
        TeamsUpgradeEffectiveMode="TeamsOnly",
        TeamsUpgradePolicy=None,
        TeamsUpgradeNotificationsEnabled=False,
        TeamsUpgradeOverridePolicy={"Name": "UpgradeToTeams"},
        TeamsUpgradePolicyIsReadOnly="ModeAndNotifications",
        EnterpriseVoiceEnabled="True",
        LineUri="tel:+15551234",
        OnPremEnterpriseVoiceEnabled=True,
        OnPremLineURI="tel:+15551234",
        AccountType="User",
        InterpretedUserType="HybridOnlineTeamsOnlyUser",
        AssignedPlan=[{"Capability": "Teams", "CapabilityStatus": "Enabled"}],
        UserValidationErrors=[],
        SoftDeletionTimestamp=None,
    )
    assert user == User(
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
    found = get_csonlineuser.user_from(ALICE, {"HostingProvider": CLOUD, "SoftDeletionTimestamp": deleted})
    assert isinstance(found, Reason)
    assert found.code == "user_deleted"


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
    assert isinstance(user, User)
    assert (user.side, user.homing, user.registrar_pool, user.enabled) == (
        Side.ONPREM,
        homing,
        "pool01.contoso.com",
        True,
    )
    assert bool(user.why_unknown) is (homing is Homing.UNKNOWN)
    assert user.mode is None


def row(sip: str | None, name: str | None) -> Row:
    return {"SipAddress": sip, "UserPrincipalName": name}


A = row("sip:alice@contoso.com", "alice@fabrikam.com")
B = row("sip:bob@contoso.com", "alice@contoso.com")
C = row(None, "carol@contoso.com")


@pytest.mark.parametrize(
    ("asked", "rows", "found"),
    [
        ("alice@contoso.com", [A], A),
        ("SIP:Alice@Contoso.com", [A], A),
        ("alice@fabrikam.com", [A], A),
        ("carol@contoso.com", [A, C], C),
        # With sip:, a user principal name is not meant.
        ("sip:alice@fabrikam.com", [A], None),
        ("sip:carol@contoso.com", [C], None),
        ("sip:alice@contoso.com", [A, B], A),
        ("bob@contoso.com", [A, B], B),
        ("nobody@contoso.com", [A, B, C], None),
        ("alice@contoso.com", [], None),
        ("alice@contoso.com", [row("", ""), row(None, None)], None),
        # The same user twice is one user.
        (
            "alice@contoso.com",
            [A, row("sip:alice@contoso.com", "alice@contoso.com")],
            row("sip:alice@contoso.com", "alice@contoso.com"),
        ),
    ],
)
def test_a_row_is_found_by_sip_address_before_user_principal_name(
    asked: str, rows: list[Row], found: Row | None
) -> None:
    user = UserId.parse(asked)
    assert match([user], rows) == ({} if found is None else {user: found})


@pytest.mark.parametrize("rows", [[A, B], [B, A]])
def test_an_address_of_two_people_is_ambiguous(rows: list[Row]) -> None:
    found = match([ALICE], rows)[ALICE]
    assert isinstance(found, Reason)
    assert found.code == "ambiguous_user"


def test_many_users_are_read_from_the_server_through_the_pipeline() -> None:
    users = parse_users(f"user{n}@contoso.com" for n in range(120))
    commands = get_csuser.by_identities(users, onprem())
    assert [len(each.input) for each in commands] == [50, 50, 20]
    assert [name for each in commands for name in each.input] == [user.sip for user in users]
    assert all((each.name, each.module, each.parameters) == ("Get-CsUser", "SkypeForBusiness", {}) for each in commands)


def test_many_users_are_read_from_the_cloud_by_a_filter() -> None:
    users = parse_users(["alice@contoso.com", "sip:bob@contoso.com"])
    (command,) = get_csonlineuser.by_identities(users, online())
    assert (command.name, command.module) == ("Get-CsOnlineUser", "MicrosoftTeams")
    assert command.parameters == {
        "Filter": "SipAddress -eq 'sip:alice@contoso.com' -or UserPrincipalName -eq 'alice@contoso.com'"
        " -or SipAddress -eq 'sip:bob@contoso.com'"
    }


def test_a_filter_holds_a_bounded_number_of_users() -> None:
    users = parse_users(f"user{n}@contoso.com" for n in range(45))
    commands = get_csonlineuser.by_identities(users, online())
    assert [str(each.parameters["Filter"]).count("SipAddress") for each in commands] == [20, 20, 5]


@given(st.lists(st.from_regex(r"u[^*?\[\]@\s\x00-\x1f\x7f\x85\u2028\u2029]+@contoso\.com", fullmatch=True), max_size=5))
def test_no_address_changes_what_a_filter_means(addresses: list[str]) -> None:
    for command in get_csonlineuser.by_identities(parse_users(addresses), online()):
        clauses = str(command.parameters["Filter"]).split(" -or ")
        assert all(
            re.fullmatch(r"(SipAddress -eq 'sip:|UserPrincipalName -eq ')[A-Za-z0-9._@+-]+'", each) for each in clauses
        )


def test_without_a_filter_users_of_the_cloud_are_read_one_by_one() -> None:
    assert get_csonlineuser.by_identities([ALICE], online(Get_CsOnlineUser="Identity")) == []
    assert get_csonlineuser.by_identity("sip:alice@contoso.com", online()).parameters == {
        "Identity": "sip:alice@contoso.com"
    }
    assert get_csuser.by_identity("alice@contoso.com", onprem()).parameters == {"Identity": "alice@contoso.com"}


def test_r11_a_failed_read_is_the_users_own_unless_everybody_would_meet_it() -> None:
    one = unread(ALICE, Fault("The request was throttled."))
    assert (one.code, one.scope, one.retryable) == ("read_failed", Scope.USER, True)
    assert one.message == "alice@contoso.com could not be read: The request was throttled."
    all_of_them = unread(ALICE, Fault("Access is denied."))
    assert (all_of_them.code, all_of_them.scope) == ("access_denied", Scope.ORGANISATION)
