# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What columns of an export say, in every form that module versions and Export-Csv give them."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed import exported_facts as facts
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.assumed import Assumed, Assumption
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.exports import (
    ONLINE_EXPORT,
    ONPREM_EXPORT,
    Export,
    Record,
)

from tests.unit.lab.seed.dialects import DIALECTS, Row, online, onprem


def record(folder: Path, row: Row) -> Record:
    """The record of a row."""
    path = folder / "a.csv"
    path.write_bytes(DIALECTS["7"]([row]))
    source = ONLINE_EXPORT if "OnPremHostingProvider" in row else ONPREM_EXPORT
    (found,) = Export(path, source).records
    return found


LIST = "System.Object[]"
XML = (
    '<XmlValueAssignedPlan><Plan ServiceInstance="x" CapabilityStatus="Enabled" AssignedTimestamp="y"><Capability>'
    '<Capability Plan="MCOProfessional" xmlns="z" /></Capability></Plan></XmlValueAssignedPlan> '
    '<XmlValueAssignedPlan><Plan CapabilityStatus="Deleted"><Capability><Capability Plan="Teams" /></Capability></Plan>'
    "</XmlValueAssignedPlan>"
)
JSON = '[{"Capability":"Teams","CapabilityStatus":"Warning"},{"capability":"MCOEV","capabilityStatus":"Deleted"}]'
BOTH = ("Teams", "MCOProfessional")


@pytest.mark.parametrize(
    ("assigned", "features", "plans", "assumed"),
    [
        ("Teams=Enabled MCOProfessional=Enabled", None, BOTH, None),
        ("teams=enabled mcostandard=ENABLED", None, BOTH, None),
        (
            "TEAMS1=Enabled MCOEV=Warning MCOMEETADD=Suspended MCOPSTN1=Enabled",
            None,
            ("Teams", "MCOEV", "MCOPSTN1"),
            None,
        ),
        ("Teams, MCOProfessional; MCOMEETADV", None, ("Teams", "MCOMEETADD", "MCOProfessional"), None),
        ("Teams=Deleted", LIST, (), None),
        ("", LIST, (), None),
        (JSON, None, ("Teams",), None),
        ('{"Capability":"Teams"}', None, ("Teams",), None),
        (XML, None, ("MCOProfessional",), None),
        # What cannot be read is not taken for no licence.
        (LIST, LIST, BOTH, Assumption.LICENCES),
        ("System.Collections.Generic.List`1[Microsoft.Teams.AssignedPlan]", None, BOTH, Assumption.LICENCES),
        ("Microsoft.Teams.AssignedPlan[]", "", (), None),
        ("= =", None, BOTH, Assumption.LICENCES),
        ("[{", None, BOTH, Assumption.LICENCES),
        ('[{"Capability":null}]', None, BOTH, Assumption.LICENCES),
        (None, "Teams, PhoneSystem", ("Teams", "MCOEV", "MCOProfessional"), Assumption.SKYPE_PLAN),
        (
            LIST,
            "teams AudioConferencing CallingPlan Newer",
            ("Teams", "MCOMEETADD", "MCOPSTN1", "MCOProfessional"),
            Assumption.SKYPE_PLAN,
        ),
        (LIST, "PhoneSystem", ("MCOEV",), None),
    ],
)
def test_licences(
    tmp_path: Path, assigned: str | None, features: str | None, plans: tuple[str, ...], assumed: Assumption | None
) -> None:
    row = {**online(), "AssignedPlan": assigned, "FeatureTypes": features}
    noted = Assumed()
    given = {name: value for name, value in row.items() if value is not None}
    assert facts.licences(record(tmp_path, given), noted, "al") == plans
    assert [each for each in Assumption if noted.users(each)] == ([assumed] if assumed else [])


@pytest.mark.parametrize(
    ("text", "name", "known"),
    [
        ("", None, True),
        ("Global", None, True),
        ("SfBOnly", "SfBOnly", True),
        ("Tag:upgradetoteams", "UpgradeToTeams", True),
        ("Host:Islands", "Islands", True),
        ("@{Authority=Host; Name=SfBOnlyWithNotify}", "SfBOnlyWithNotify", True),
        ("@{Name=Islands; Authority=Host}", "Islands", True),
        ("@{Authority=; Name=}", None, True),
        ("@{Authority=Host}", None, False),
        ("Microsoft.Rtc.Management.UserPolicyDefinition", None, False),
        ("Legacy", None, False),
    ],
)
def test_policies_online(tmp_path: Path, text: str, name: str | None, known: bool) -> None:
    instance, read = facts.online_policy(record(tmp_path, online(TeamsUpgradePolicy=text)))
    assert (instance and instance.name, read) == (name, known)


@pytest.mark.parametrize(
    ("text", "name", "assumed"),
    [
        ("", None, False),
        ("Notify", "Notify", False),
        ("Tag:Notify", "Notify", False),
        ("Global", None, False),
        ("Site:Rome", None, False),
        ("Microsoft.Rtc.Management.ADConnect.Schema.ADUserPolicy", None, True),
        (None, None, True),
    ],
)
def test_policies_on_prem(tmp_path: Path, text: str | None, name: str | None, assumed: bool) -> None:
    row = {each: value for each, value in {**onprem(), "TeamsUpgradePolicy": text}.items() if value is not None}
    noted = Assumed()
    assert facts.notify_policy(record(tmp_path, row), noted, "al") == name
    assert bool(noted.users(Assumption.NOTIFY_POLICY)) is assumed


@pytest.mark.parametrize(
    ("synced", "provider", "sip", "interpreted", "homing"),
    [
        ("SRV:", "SRV:", "a@x.com", "", "onprem"),
        ("srv:", "", "a@x.com", "", "onprem"),
        ("", "SRV:", "a@x.com", "", "onprem"),
        ("sipfed.online.lync.com", "SRV:", "a@x.com", "", "online"),
        ("", "sipfed.online.lync.com", "a@x.com", "", "cloud"),
        ("", "", "a@x.com", "HybridOnpremSfBUser", "onprem"),
        ("", "", "a@x.com", "HybridOnlineTeamsOnlyUser", "online"),
        ("", "", "a@x.com", "EnabledUserWithNoService", "cloud"),
        ("", "", "", "HybridOnpremSfBUser", "none"),
        ("", "sipfed.online.lync.com", "", "", "none"),
    ],
)
def test_homing_for_the_tenant(
    tmp_path: Path, synced: str, provider: str, sip: str, interpreted: str, homing: str
) -> None:
    row = online(
        OnPremHostingProvider=synced, HostingProvider=provider, SipAddress=sip, InterpretedUserType=interpreted
    )
    assert facts.cloud_homing(record(tmp_path, row)) == homing


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"AccountType": "SfBOnPremUser"}, "User"),
        ({"AccountType": "guest"}, "Guest"),
        ({"AccountType": "Newer"}, "User"),
        ({"InterpretedUserType": "PureOnlineApplicationInstance"}, "ResourceAccount"),
        ({"UserPrincipalName": "a_x.com#EXT#@fab.com"}, "Guest"),
        ({}, "User"),
    ],
)
def test_account_types_of_all_module_versions(tmp_path: Path, values: dict[str, str], kind: str) -> None:
    row = {name: value for name, value in online().items() if name != "AccountType"} | values
    assert facts.account_type(record(tmp_path, row)) == kind


@pytest.mark.parametrize(
    ("identity", "place"),
    [
        ("CN=Al Ad,OU=Rome,DC=fab,DC=com", ("OU=Rome", "fab.com")),
        ("CN=Adler\\, Al,OU=A\\,B,OU=Rome,DC=EMEA,DC=fab,DC=com", ("OU=A\\,B,OU=Rome", "emea.fab.com")),
        # Not escaped, as some shells print it.
        ("CN=Adler, Al,OU=Rome,DC=fab,DC=com", ("OU=Rome", "fab.com")),
        ("cn=al, ou=Rome, dc=fab, dc=com", ("ou=Rome", "fab.com")),
        ("CN=al,CN=Users,DC=fab,DC=com", ("CN=Users", "fab.com")),
        ("CN=al,DC=fab,DC=com", ("CN=Users", "fab.com")),
        ("al", None),
        ("", None),
    ],
)
def test_units_and_domains(tmp_path: Path, identity: str, place: tuple[str, str] | None) -> None:
    assert facts.unit_and_domain(record(tmp_path, onprem(Identity=identity))) == place


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("True", True),
        ("FALSE", False),
        ("wahr", True),
        ("FALSCH", False),
        ("Vrai", True),
        ("0", False),
        ("", None),
        (LIST, None),
    ],
)
def test_truth_values_of_spreadsheets(tmp_path: Path, text: str, value: bool | None) -> None:
    assert record(tmp_path, onprem(Enabled=text)).flag("Enabled") is value


@pytest.mark.parametrize(
    ("text", "damaged"),
    [("tel:+33155550100", False), ("+33155550100", False), ("", False), ("33155550100", True), ("3,31556E+10", True)],
)
def test_numbers_that_a_spreadsheet_changed(tmp_path: Path, text: str, damaged: bool) -> None:
    noted = Assumed()
    assert facts.line(text, noted, "al") == (text or None)
    assert bool(noted.users(Assumption.DAMAGED_NUMBER)) is damaged


@pytest.mark.parametrize(
    ("column", "text", "errors", "assumed"),
    [
        ("UserValidationErrors", "one; two;", ("one", "two"), False),
        ("MCOValidationError", "one", ("one",), False),
        ("UserValidationErrors", "", (), False),
        ("UserValidationErrors", "System.Collections.ArrayList", (), True),
        ("Nothing", "one", (), True),
    ],
)
def test_validation_errors(tmp_path: Path, column: str, text: str, errors: tuple[str, ...], assumed: bool) -> None:
    row = {name: value for name, value in online().items() if name != "UserValidationErrors"} | {column: text}
    noted = Assumed()
    assert facts.validation_errors(record(tmp_path, row), noted, "al") == errors
    assert bool(noted.users(Assumption.ERRORS)) is assumed
