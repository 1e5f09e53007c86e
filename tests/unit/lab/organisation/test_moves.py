# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Move-CsUser: what stands in its way, what it changes, and what it loses."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from tests.unit.lab.organisation.builders import (
    CLOUD,
    CREDENTIAL,
    POOL1,
    POOL2,
    Org,
    error,
    server,
    sips,
    succeeded,
    user,
)

HOSTED = "HostedMigration fault: Error="
NOW_HOMED_ONLINE = {"HostingProvider": CLOUD, "RegistrarPool": None}


def homing(org: Org, name: str = "alice") -> dict[str, Any]:
    found = org.onprem(f"{name}@contoso.com")
    return {key: found[key] for key in ("HostingProvider", "RegistrarPool")}


def test_a_move_to_the_cloud_is_seen_on_premises_at_once_and_online_after_a_sync() -> None:
    org = Org(user())
    tenant = org.seed.tenant.tenant_id
    assert org.onprem("alice@contoso.com")["TenantId"] == "00000000-0000-0000-0000-000000000000"

    assert succeeded(org.move("alice@contoso.com"))

    assert homing(org) == NOW_HOMED_ONLINE
    assert org.onprem("alice@contoso.com")["TenantId"] == tenant
    before = org.online("alice@contoso.com")
    assert (before["OnPremHostingProvider"], before["TeamsUpgradeEffectiveMode"]) == ("SRV:", "Islands")
    after = org.later(minutes=31).online("alice@contoso.com")
    assert (after["OnPremHostingProvider"], after["HostingProvider"], after["TeamsUpgradeEffectiveMode"]) == (
        CLOUD,
        CLOUD,
        "TeamsOnly",
    )
    assert after["InterpretedUserType"] == "HybridOnlineTeamsOnlyUser"
    assert after["TeamsUpgradePolicy"].text == "UpgradeToTeams"


@pytest.mark.parametrize(
    ("facts", "seed", "message"),
    [
        ({"licences": []}, {}, HOSTED + "(507)"),
        ({"licences": ["Teams"]}, {}, HOSTED + "(507)"),
        ({"licences": ["MCOProfessional"]}, {}, HOSTED + "(507)"),
        ({"licensed_at": "2026-12-01T07:45:00Z"}, {}, HOSTED + "(507)"),
        ({}, {"tenant": {"shared_sip_address_space": False}}, HOSTED + "(510)"),
        ({"synced": False}, {}, "SetMoveResourceData failed because the user is not provisioned."),
        ({"cloud_sip": "alicia@contoso.com"}, {}, HOSTED + "(506)"),
        ({"validation_errors": ["x"]}, {}, HOSTED + "(506)"),
        (
            {"domain": "emea.fabrikam.com"},
            {},
            "Cannot find user in Active Directory with the following SIP URI: sip:alice@",
        ),
        ({"protected": True}, {}, 'Active Directory operation failed on "DC1.contoso.com". You cannot retry'),
        ({"dial_in": True}, {}, "Audio Conferencing"),
        ({"voice": True}, {}, "Phone System"),
        ({}, {"topology": {"edge": {"federating_pools": ["e1", "e2"]}}}, "multiple federated Edge pools"),
        ({}, {"topology": {"providers": [{"enabled": False}]}}, "not enabled for shared SIP"),
        ({}, {"topology": {"providers": [{"shared_address_space": False}]}}, "not enabled for shared SIP"),
    ],
)
def test_what_stands_in_the_way_of_a_move_leaves_everything_as_it_was(
    facts: dict[str, Any], seed: dict[str, Any], message: str
) -> None:
    org = Org(user(**facts), **seed)
    outcome = org.move("alice@contoso.com")
    assert message in error(outcome)
    (failure,) = outcome.failures
    assert (failure.error_id, failure.exception) == ("MoveError", "Microsoft.Rtc.Management.AD.MoveUserException")
    assert homing(org) == {"HostingProvider": "SRV:", "RegistrarPool": POOL1}
    assert org.journal.entries("Move-CsUser")[0].users == ()


def test_the_published_texts_are_kept_with_their_errors() -> None:
    assert "could move be moved because there appears" in error(
        Org(user(validation_errors=["x"])).move("alice@contoso.com")
    )
    assert "must has an assigned license" in error(Org(user(licences=[])).move("alice@contoso.com"))


@pytest.mark.parametrize(
    ("facts", "parameters"),
    [
        ({"domain": "emea.fabrikam.com"}, {"DomainController": "dc7.emea.fabrikam.com"}),
        ({"dial_in": True, "licences": ["Teams", "MCOProfessional", "MCOMEETADD"]}, {}),
        ({"dial_in": True}, {"BypassAudioConferencingCheck": True}),
        ({"voice": True, "licences": ["Teams", "MCOProfessional", "MCOEV"]}, {}),
        ({"voice": True}, {"BypassEnterpriseVoiceCheck": True}),
        ({"licensed_at": "2026-12-01T07:29:00Z"}, {}),
        (
            {},
            {
                "HostedMigrationOverrideUrl": "https://admin4A.online.lync.com/HostedMigration/hostedmigrationService.svc"
            },
        ),
    ],
)
def test_what_makes_a_move_possible(facts: dict[str, Any], parameters: dict[str, Any]) -> None:
    org = Org(user(**facts))
    assert succeeded(org.move("alice@contoso.com", **parameters))
    assert homing(org) == NOW_HOMED_ONLINE


def test_telephony_comes_along_with_its_licence_only() -> None:
    licensed = {"voice": True, "line": "tel:+331", "licences": ["Teams", "MCOProfessional", "MCOEV"]}
    org = Org(user(**licensed), user("bob", voice=True))
    org.move("alice@contoso.com")
    org.move("bob@contoso.com", BypassEnterpriseVoiceCheck=True)
    assert [org.online(f"{name}@contoso.com")["EnterpriseVoiceEnabled"] for name in ("alice", "bob")] == [True, False]


def test_the_bypass_of_the_voice_check_is_a_reading() -> None:
    org = Org(user(voice=True), readings={"bypass_voice_check": "ignored"})
    assert "Phone System" in error(org.move("alice@contoso.com", BypassEnterpriseVoiceCheck=True))


@pytest.mark.parametrize(
    ("build", "module", "message"),
    [
        ("2019 CU1", "6.6.0", "not supported by this build"),
        ("2015 CU9", "6.6.0", "not supported by this build"),
        ("2019 CU8", None, "version 6.2.1 or later"),
        ("2019 CU8", "6.1.0", "version 6.2.1 or later"),
        ("2019 CU8", "7.2.0", "not compatible"),
        ("SE", "7.3.0", "not compatible"),
        ("2015 CU13", "7.4.0", "not compatible"),
        ("2019 CU8", "5.3.0", "Forest header can't be null"),
        ("2019 CU8", "7.1.2", ""),
        ("SE CU1", "7.4.0", ""),
        ("2015 CU12", "6.2.1", ""),
        ("2013", "6.6.0", ""),
    ],
)
def test_the_window_of_builds_and_modules(build: str, module: str | None, message: str) -> None:
    outcome = Org(user(), hosts=server(build, module)).move("alice@contoso.com")
    assert succeeded(outcome) if not message else message in error(outcome)


def test_the_bound_of_the_window_is_a_reading() -> None:
    org = Org(user(), hosts=server("2019 CU8", "7.2.0"), readings={"move_breaks_above": "7.2"})
    assert succeeded(org.move("alice@contoso.com"))


def test_in_2020_there_was_no_window() -> None:
    assert succeeded(Org(user(), hosts=server("2019 CU1", None), profile="2020").move("alice@contoso.com"))


def test_without_a_credential_a_sign_in_window_opens() -> None:
    outcome = Org(user()).server("Move-CsUser", Identity="alice@contoso.com", Target=CLOUD, Confirm=False)
    assert outcome.prompt
    assert outcome.failures == ()


@pytest.mark.parametrize(
    ("account", "message"),
    [
        ({"user": "admin@contoso.onmicrosoft.com", "password": "other"}, "AADSTS50126"),
        ({"user": "admin@contoso.onmicrosoft.com", "password": "Tenant-Passw0rd", "mfa": True}, "AADSTS50076"),
        ({"user": "admin@contoso.onmicrosoft.com", "password": "Tenant-Passw0rd", "role": False}, "Access Denied."),
    ],
)
def test_who_may_not_move(account: dict[str, Any], message: str) -> None:
    org = Org(user(), tenant={"accounts": [account]}, sign_in=False)
    assert message in error(org.move("alice@contoso.com"))


def test_tokens_sign_in_too() -> None:
    tokens = ["lab-graph-token", "lab-teams-token"]
    assert succeeded(Org(user()).server("Move-CsUser", Identity="alice@contoso.com", Target=CLOUD, AccessTokens=tokens))


def test_a_wrong_override_url() -> None:
    assert "WWW-Authenticate" in error(
        Org(user()).move("alice@contoso.com", HostedMigrationOverrideUrl="https://wrong")
    )


def test_an_unknown_target() -> None:
    assert "nowhere.contoso.com" in error(Org(user()).move("alice@contoso.com", "nowhere.contoso.com"))


def test_force_loses_contacts_and_meetings() -> None:
    org = Org(user(contacts=7, meetings={"skype": 3}), user("bob", contacts=7, meetings={"skype": 3}))
    org.move("alice@contoso.com", Force=True)
    org.move("bob@contoso.com")
    alice, bob = (org.organisation.world.tenant.find(f"{name}@contoso.com") for name in ("alice", "bob"))
    assert alice is not None
    assert bob is not None
    assert (alice.contacts, alice.calendar.skype, org.meetings("alice@contoso.com")) == (0, 0, [])
    assert (bob.contacts, bob.calendar.skype, len(org.meetings("bob@contoso.com"))) == (7, 3, 1)


def test_contacts_in_exchange_do_not_arrive() -> None:
    org = Org(user(contacts=7, contacts_in="exchange"))
    assert succeeded(org.move("alice@contoso.com"))
    found = org.organisation.world.tenant.find("alice@contoso.com")
    assert found is not None
    assert found.contacts == 0


def test_a_wildcard_moves_everybody_it_matches_and_the_journal_shows_it() -> None:
    org = Org(user(name="Alice One"), user("bob", name="Bob One"), user("carl", name="Carl Two"))
    assert succeeded(org.move("* One"))
    assert org.journal.entries("Move-CsUser")[0].users == ("sip:alice@contoso.com", "sip:bob@contoso.com")


def test_nobody_of_that_name() -> None:
    assert (
        error(Org(user()).move("nobody@contoso.com"))
        == 'Management object not found for identity "nobody@contoso.com".'
    )


def test_a_meeting_room_is_no_user() -> None:
    assert "not found" in error(Org(user("room", kind="meeting_room")).move("room@contoso.com"))


def test_moving_to_where_a_user_is_changes_nothing() -> None:
    org = Org(user())
    org.move("alice@contoso.com")
    org.later(minutes=31)
    assert succeeded(org.move("alice@contoso.com"))
    assert org.journal.entries("Move-CsUser")[1].users == ()
    assert len(org.meetings("alice@contoso.com")) == 1


def test_between_pools_nobody_signs_in() -> None:
    org = Org(user(), sign_in=False)
    assert succeeded(org.server("Move-CsUser", Identity="alice@contoso.com", Target=POOL2, Confirm=False))
    assert homing(org) == {"HostingProvider": "SRV:", "RegistrarPool": POOL2}


def test_the_report_has_a_row_for_each_user_with_success_or_the_reason() -> None:
    org = Org(user(name="A One"), user("bob", name="B One", licences=[]))
    outcome = org.move("* One", Report="C:\\r.csv", PassThru=True)
    rows = list(csv.DictReader(io.StringIO(org.organisation.world.files["sfb01", "C:\\r.csv"])))
    assert [row["SipAddress"] for row in rows] == ["sip:alice@contoso.com", "sip:bob@contoso.com"]
    assert rows[0]["ErrorMsg"] == "Success"
    assert "507" in rows[1]["ErrorMsg"]
    assert rows[0]["StartTime"].startswith("2026-12-01T08:00")
    assert len(outcome.output) == 2


def test_a_list_of_users_from_a_file_on_the_server() -> None:
    org = Org(user(), user("bob"), user("carl"))
    org.organisation.world.files["sfb01", "C:\\u.txt"] = (
        "sip:alice@contoso.com,sip:bob@contoso.com, sip:nobody@contoso.com"
    )
    outcome = org.server("Move-CsUser", UserList="C:\\u.txt", Target=CLOUD, Credential=CREDENTIAL)
    assert [failure.message for failure in outcome.failures] == [
        'Management object not found for identity "sip:nobody@contoso.com".'
    ]
    assert sips(org.server("Get-CsUser", Filter=f"HostingProvider -eq '{CLOUD}'")) == ["alice", "bob"]
    assert "C:\\x.txt" in error(org.server("Move-CsUser", UserList="C:\\x.txt", Target=CLOUD, Credential=CREDENTIAL))


def test_what_if_does_nothing() -> None:
    org = Org(user())
    assert succeeded(org.move("alice@contoso.com", WhatIf=True))
    assert homing(org)["HostingProvider"] == "SRV:"
    assert org.journal.entries("Move-CsUser")[0].outcome == "whatif"
