# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Get-CsUser and its likes: which users an identity names, and what narrows a listing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.lab.organisation.builders import CLOUD, POOL1, POOL2, Org, error, properties, sips, succeeded, user

PEOPLE = (
    user("alice", name="Alice Adler", ou="OU=Paris,OU=People", attributes={"Department": "Finance", "City": "Paris"}),
    user("bob", name="Bob Adler", ou="OU=People", pool=POOL2, voice=True, attributes={"Department": "Finance"}),
    user("carl", name="Carl *Star*", homing="online", attributes={"Department": "IT", "Title": "Manager"}),
    user("dora", upn="d.ora@contoso.com", sam="dora7", name="Dora Dunn", notify_policy="Notify"),
    user("room", kind="meeting_room"),
    user("phone", kind="common_area_phone"),
    user("ivan", homing="cloud"),
)
TOPOLOGY = {"policies": [{"identity": "Notify", "notify": True}]}


@pytest.fixture(scope="module")
def org() -> Org:
    return Org(*PEOPLE, topology=TOPOLOGY, synthetic={"count": 0})


@pytest.mark.parametrize(
    "identity",
    [
        "sip:alice@contoso.com",
        "SIP:Alice@Contoso.com",
        "alice@contoso.com",
        "CONTOSO\\alice",
        "Alice Adler",
        "alice adler",
        "CN=Alice Adler,OU=Paris,OU=People,DC=contoso,DC=com",
        "Alice*",
        "*ce Ad*",
    ],
)
def test_identities(org: Org, identity: str) -> None:
    assert sips(org.server("Get-CsUser", Identity=identity)) == ["alice"]


def test_a_user_principal_name_that_is_not_the_address(org: Org) -> None:
    for identity in ("d.ora@contoso.com", "dora@contoso.com", "contoso\\dora7"):
        assert sips(org.server("Get-CsUser", Identity=identity)) == ["dora"]


@pytest.mark.parametrize(
    "identity", ["nobody@contoso.com", "ivan@contoso.com", "room@contoso.com", "alic", "Al?ce Adler"]
)
def test_who_is_not_there(org: Org, identity: str) -> None:
    outcome = org.server("Get-CsUser", Identity=identity)
    (failure,) = outcome.failures
    assert failure.message == f'Management object not found for identity "{identity}".'
    assert (failure.error_id, failure.terminating) == ("ManagementObjectNotFound", False)


def test_a_wildcard_may_match_many_or_nobody(org: Org) -> None:
    assert sips(org.server("Get-CsUser", Identity="* Adler")) == ["alice", "bob"]
    assert sips(org.server("Get-CsUser", Identity="*")) == ["alice", "bob", "carl", "dora"]
    outcome = org.server("Get-CsUser", Identity="Zoe*")
    assert succeeded(outcome)
    assert outcome.output == ()


def test_rooms_and_phones_have_their_own_cmdlets(org: Org) -> None:
    assert sips(org.server("Get-CsMeetingRoom")) == ["room"]
    assert sips(org.server("Get-CsCommonAreaPhone", Identity="phone@contoso.com")) == ["phone"]
    assert sips(org.server("Get-CsAnalogDevice")) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("HostingProvider -eq 'SRV:'", "alice bob dora"),
        ('HostingProvider -eq "srv:"', "alice bob dora"),
        (f"HostingProvider -eq '{CLOUD}'", "carl"),
        ("HostingProvider -ne 'SRV:'", "carl"),
        (f"RegistrarPool -eq '{POOL2}'", "bob"),
        ("RegistrarPool -eq $null", "carl"),
        ("EnterpriseVoiceEnabled -eq $true", "bob"),
        ("enterprisevoiceenabled -EQ $True -or DisplayName -like 'dora*'", "bob dora"),
        ("DisplayName -like '*Adler' -and -not (EnterpriseVoiceEnabled -eq $true)", "alice"),
        ("DisplayName -notlike '*Adler'", "carl dora"),
        ("(DisplayName -like 'A*') -or (DisplayName -like 'C*')", "alice carl"),
        ("TeamsUpgradePolicy -eq 'Notify'", "dora"),
        ("TeamsUpgradePolicy -eq $null", "alice bob carl"),
        ("DisplayName -like 'Al?ce [AB]dler'", "alice"),
        ("DisplayName -ge 'carl'", "carl dora"),
        ("DisplayName -lt 'carl' -and DisplayName -gt 'B'", "bob"),
    ],
)
def test_filters(org: Org, text: str, found: str) -> None:
    assert " ".join(sips(org.server("Get-CsUser", Filter=text))) == found


@pytest.mark.parametrize(
    "text",
    [
        "HostingProvider",
        "HostingProvider -eq",
        "HostingProvider -eq SRV:",
        "HostingProvider eq 'SRV:'",
        "HostingProvider -match 'SRV'",
        "HostingProvider -eq 'SRV:' -and",
        "(HostingProvider -eq 'SRV:'",
        "HostingProvider -eq 'SRV:') -or",
        "HostingProvider -eq 'SRV:",
        "Colour -eq 'blue'",
        "HostingProvider -eq 'SRV:'; Remove-Item x",
        'DisplayName -eq "$(evil)"',
        "{HostingProvider -eq 'SRV:'}",
        "'SRV:' -eq HostingProvider",
        "HostingProvider -like $null",
        "HostingProvider -eq 'a' 'b'",
    ],
)
def test_a_filter_that_cannot_be_read_is_an_error(org: Org, text: str) -> None:
    assert error(org.server("Get-CsUser", Filter=text)).startswith("Cannot parse the filter: ")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Department=Finance", "alice bob"),
        ("(department=finance)", "alice bob"),
        ("&(Department=Finance)(l=Paris)", "alice"),
        ("|(Title=Manager)(l=Paris)", "alice carl"),
        ("(&(Department=*)(!(Department=IT)))", "alice bob"),
        ("!(Department=Finance)", "carl dora"),
        ("displayName=* Adler", "alice bob"),
        ("displayName=Carl \\2aStar\\2a", "carl"),
        ("msRTCSIP-DeploymentLocator=SRV:", "alice bob dora"),
        ("sAMAccountName=dora7", "dora"),
        ("msRTCSIP-PrimaryUserAddress=SIP:Dora@contoso.com", "dora"),
        ("|(msRTCSIP-PrimaryUserAddress=sip:dora@contoso.com)(userPrincipalName=BOB@contoso.com)", "bob dora"),
        ("&(Department=IT)(|(userPrincipalName=carl@contoso.com)(userPrincipalName=bob@contoso.com))", "carl"),
        ("!(userPrincipalName=bob@contoso.com)", "alice carl dora"),
        ("userPrincipalName=*o*@contoso.com", "bob dora"),
        # A name of somebody in another attribute finds nobody.
        ("userPrincipalName=Alice Adler", ""),
        ("msRTCSIP-PrimaryUserAddress=dora@contoso.com", ""),
        ("msRTCSIP-PrimaryUserAddress=sip:room@contoso.com", ""),
        ("pager=*", ""),
        ("pager=", ""),
    ],
)
def test_ldap_filters(org: Org, text: str, found: str) -> None:
    assert " ".join(sorted(sips(org.server("Get-CsUser", LdapFilter=text)))) == found


@pytest.mark.parametrize(
    "text", ["Department", "(Department=IT", "&", "(&(a=b)", "(a=b)(c=d)", "!(a=b)(c=d)", "&(a)(b=c)"]
)
def test_an_ldap_filter_that_cannot_be_read_is_an_error(org: Org, text: str) -> None:
    assert "LDAP" in error(org.server("Get-CsUser", LdapFilter=text))


def test_the_two_filters_exclude_each_other(org: Org) -> None:
    outcome = org.server("Get-CsUser", Filter="Enabled -eq $true", LdapFilter="l=Paris")
    assert "cannot be used together" in error(outcome)


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({"OU": "OU=People,DC=contoso,DC=com"}, "alice bob carl dora"),
        ({"OU": "ou=paris,ou=people,dc=contoso,dc=com"}, "alice"),
        ({"ResultSize": 2}, "alice bob"),
        ({"ResultSize": 0}, ""),
        ({"ResultSize": "Unlimited"}, "alice bob carl dora"),
        ({"OnModernServer": True}, "alice bob dora"),
        ({"OnOfficeCommunicationServer": True}, ""),
        ({"UnAssignedUser": True}, ""),
        ({"OU": "OU=Paris,OU=People,DC=contoso,DC=com", "Filter": "Enabled -eq $true"}, "alice"),
    ],
)
def test_what_else_narrows_a_listing(org: Org, parameters: dict[str, Any], found: str) -> None:
    assert " ".join(sips(org.server("Get-CsUser", **parameters))) == found


def test_an_ou_that_is_not_there(org: Org) -> None:
    assert "was not found" in error(org.server("Get-CsUser", OU="OU=Mars,DC=contoso,DC=com"))


def test_the_policy_on_the_user_is_a_reading() -> None:
    shown = Org(*PEOPLE, topology=TOPOLOGY).onprem("dora@contoso.com")
    hidden = Org(*PEOPLE, topology=TOPOLOGY, readings={"user_policy_property": "absent"}).onprem("dora@contoso.com")
    assert shown["TeamsUpgradePolicy"] == "Notify"
    assert "TeamsUpgradePolicy" not in hidden


def test_setting_and_enabling_users() -> None:
    org = Org(user(), user("ivan", homing="cloud"))
    org.server(
        "Set-CsUser", Identity="alice@contoso.com", EnterpriseVoiceEnabled=True, LineURI="tel:+331", Enabled=False
    )
    found = org.onprem("alice@contoso.com")
    assert (found["EnterpriseVoiceEnabled"], found["LineURI"], found["Enabled"]) == (True, "tel:+331", False)
    assert org.online("alice@contoso.com")["OnPremLineURI"] is None
    assert org.later(minutes=31).online("alice@contoso.com")["OnPremLineURI"] == "tel:+331"
    assert "already enabled" in error(org.server("Enable-CsUser", Identity="alice@contoso.com", RegistrarPool=POOL1))
    assert "either" in error(org.server("Enable-CsUser", Identity="ivan@contoso.com"))
    named = {"SipAddressType": "SamAccountName", "SipDomain": "contoso.com"}
    outcome = org.server("Enable-CsUser", Identity="ivan@contoso.com", RegistrarPool=POOL1, PassThru=True, **named)
    assert properties(outcome)["SipAddress"] == "sip:ivan@contoso.com"


def test_a_changed_address_reaches_the_tenant_later() -> None:
    org = Org(user())
    org.server("Set-CsUser", Identity="alice@contoso.com", SipAddress="sip:alicia@contoso.com")
    assert sips(org.server("Get-CsUser", Identity="alicia@contoso.com")) == ["alicia"]
    assert "(506)" in error(org.move("alicia@contoso.com"))
    assert succeeded(org.later(minutes=31).move("alicia@contoso.com"))


def test_contacts_in_exchange_are_found_and_rolled_back() -> None:
    org = Org(user(contacts_in="exchange"), user("bob"), user("carl", contacts_in="exchange", contacts=0))

    def result(name: str) -> object:
        parameters = {"TargetFqdn": POOL1, "UserSipAddress": f"sip:{name}@contoso.com"}
        return properties(org.server("Test-CsUnifiedContactStore", **parameters))["Result"]

    assert [result(name) for name in ("alice", "bob", "carl")] == ["Success", "Failure", "Failure"]
    assert properties(org.server("Debug-CsUnifiedContactStore", PoolFqdn=POOL1))["UcsMigratedCount"] == 2
    assert properties(org.server("Debug-CsUnifiedContactStore", Identity="alice@contoso.com"))["UcsState"] == "Migrated"
    org.server("Invoke-CsUcsRollback", Identity="alice@contoso.com")
    assert result("alice") == "Failure"
