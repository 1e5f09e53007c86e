# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules that only read: which users they list, what they say of each, and what they say of those who cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.meetings import Kind

from tests.controller import Task
from tests.lab.modules.people import CLOUD, address, addresses, codes, lines, seeded, statuses
from tests.lab.wire import OverTheWire

COUNTS = {"total": 0, "ok": 0, "changed": 0, "failed": 0, "skipped": 0, "pending": 0, "unknown": 0}
CONVERTED = ("done", "broken", "running", "waiting")


@pytest.fixture
def seed() -> Mapping[str, Any]:
    meetings = {"skype": 4, "failing": 1, "message": "The mailbox was busy."}
    return {
        "timing": {"meetings_retries": 0},
        "topology": {"policies": [{"identity": "Tell", "notify": True, "description": "A banner"}]},
        "users": [
            seeded("first", upn="f.adams@contoso.com", name="First Adams", pool="pool01.contoso.com", ou="OU=Sales"),
            seeded("second", pool="pool02.contoso.com", notify_policy="Tell", policy="SfBOnlyWithNotify", voice=True),
            seeded("moved", homing="online", attributes={"Department": "Sales"}),
            seeded("apart", synced=False),
            seeded("gone", homing="cloud", deleted="2026-11-01T00:00:00Z"),
            seeded("guest", homing="cloud", account_type="Guest"),
            seeded("wrong", validation_errors=["Duplicate SIP address"]),
            *(
                seeded(name, homing="online", meetings=meetings if name == "broken" else {"skype": 2})
                for name in CONVERTED
            ),
        ],
    }


def test_users_and_instances_of_a_server(lab: Lab, play: OverTheWire) -> None:
    named = ["SIP:First@contoso.com", "f.adams@contoso.com", *addresses("moved", "nobody")]
    users, pool, filtered, ldap, unit, policies = play.tasks(
        "sfb01",
        [
            Task("csuser_info", {"users": named}),
            Task("csuser_info", {"registrar_pool": "POOL02.contoso.com", "homing": "onprem"}),
            Task("csuser_info", {"filter": "HostingProvider -ne 'SRV:'"}),
            Task("csuser_info", {"ldap_filter": "(department=Sales)"}),
            Task("csuser_info", {"ou": "OU=Sales,DC=contoso,DC=com"}),
            Task("teams_upgrade_policy_info", {"users": addresses("first", "second", "moved")}),
        ],
    )
    assert_of_server(users)
    assert statuses(pool) == {"second": "ok"}
    assert set(statuses(filtered)) == {"moved", *CONVERTED}
    assert set(statuses(ldap)) == {"moved"}
    assert set(statuses(unit)) == {"first"}
    assert policies["instances"] == [
        {"identity": "Global", "mode": None, "notify": False, "side": "onprem"},
        {"identity": "Tell", "mode": None, "notify": True, "side": "onprem"},
    ]
    assert [(line["homing"], line["assigned"], line["notify"], line["source"]) for line in policies["users"]] == [
        ("onprem", None, False, "tenant"),
        ("onprem", "Tell", True, "user"),
        ("online", None, None, "homing"),  # instances of the server are for users who are homed there
    ]
    assert lab.journal.entries(writes=True) == []


def assert_of_server(users: Mapping[str, Any]) -> None:
    """Everybody asked for is listed as they were written; who is not there is failed, with the reason."""
    assert (users["changed"], users["failed"]) == (False, False)
    assert users["summary"] == COUNTS | {"total": 4, "ok": 3, "failed": 1}
    first, same = users["users"][:2]
    assert (first["user"], same["user"]) == ("SIP:First@contoso.com", "f.adams@contoso.com")
    assert {**first, "user": same["user"]} == same
    assert (first["homing"], first["registrar_pool"], first["side"]) == ("onprem", "pool01.contoso.com", "onprem")
    assert (first["sip_address"], first["user_principal_name"]) == ("sip:first@contoso.com", "f.adams@contoso.com")
    moved = lines(users)["moved"]
    assert (moved["homing"], moved["hosting_provider"], moved["registrar_pool"]) == ("online", CLOUD, "")
    assert moved["mode"] is None
    assert codes(users) == {"nobody": "user_not_found"}
    assert "homing" not in lines(users)["nobody"]


SECOND_ONLINE = {
    "homing": "onprem",
    "mode": "SfBOnly",
    "assigned": "SfBOnlyWithNotify",
    "notify": True,
    "hosting_provider": "SRV:",
    "account_type": "SfBOnPremUser",
    "licences": ["MCOProfessional", "Teams"],
    "inconsistent": False,
    "validation_errors": [],
}


def test_users_and_instances_of_a_tenant(lab: Lab, play: OverTheWire) -> None:
    named = addresses("second", "moved", "apart", "gone", "wrong")
    users, listed, onprem, guests, policies = play.tasks(
        "teams01",
        [
            Task("csuser_info", {"users": named}),
            Task("csuser_info", {}),
            Task("csuser_info", {"homing": "onprem"}),
            Task("csuser_info", {"account_type": "Guest"}),
            Task("teams_upgrade_policy_info", {"users": addresses("first", "second", "moved", "apart")}),
        ],
    )
    assert statuses(users) == {"second": "ok", "moved": "ok", "apart": "failed", "gone": "failed", "wrong": "ok"}
    assert codes(users) == {"apart": "user_not_found", "gone": "user_deleted"}
    assert lines(users)["second"].items() >= SECOND_ONLINE.items()
    assert lines(users)["moved"].items() >= {"homing": "online", "mode": "TeamsOnly", "assigned": None}.items()
    assert [*map(str, lines(users)["wrong"]["validation_errors"])] == ["Duplicate SIP address"]
    assert set(statuses(listed)) == {"first", "second", "moved", "wrong", *CONVERTED}
    assert set(statuses(onprem)) == {"first", "second", "wrong"}
    assert set(statuses(guests)) == {"guest"}
    instances = {each["identity"]: (each["mode"], each["notify"]) for each in policies["instances"]}
    assert instances["Global"] == ("Islands", False)
    assert instances["UpgradeToTeams"] == ("TeamsOnly", False)
    assert len(instances) == 10
    assert {name: line.get("source") for name, line in lines(policies).items()} == {
        "first": "tenant",
        "second": "user",
        "moved": "homing",
        "apart": None,
    }


def convert(lab: Lab, name: str) -> None:
    """Ask the service to convert somebody's meetings."""
    with lab.organisation.quiet() as world:
        user = world.tenant.find(f"sip:{address(name)}", display_names=False)
        assert user is not None
        lab.organisation.model.meetings.request(user, Kind.SKYPE_TO_TEAMS)


def test_how_far_meetings_are(lab: Lab, play: OverTheWire) -> None:
    for names, minutes in ((("done", "broken"), 130), (("running",), 100), (("waiting",), 10)):
        for name in names:
            convert(lab, name)
        lab.clock.advance(timedelta(minutes=minutes))
        lab.organisation.settle()
    since = (lab.clock.now() - timedelta(minutes=60)).isoformat()
    everybody, failed, lately, named = play.tasks(
        "teams01",
        [
            Task("meeting_migration_info", {}),
            Task("meeting_migration_info", {"state": "failed"}),
            Task("meeting_migration_info", {"since": since}),
            Task("meeting_migration_info", {"users": addresses("done", "moved", "nobody", "first")}),
        ],
    )
    states = {name: line["state"] for name, line in lines(everybody).items()}
    assert states == {"done": "succeeded", "broken": "failed", "running": "in_progress", "waiting": "pending"}
    assert everybody["counts"] == {"pending": 1, "in_progress": 1, "succeeded": 1, "failed": 1}
    assert everybody["summary"] == COUNTS | {"total": 4, "ok": 4}
    broken = lines(failed)["broken"]
    assert (set(lines(failed)), failed["counts"]["failed"]) == ({"broken"}, 1)
    assert (broken["total"], broken["succeeded"], broken["failed"]) == (4, 3, 1)
    assert broken["message"] == "The mailbox was busy."
    assert set(lines(lately)) == {"waiting"}
    assert statuses(named) == {"done": "ok", "moved": "ok", "nobody": "failed", "first": "ok"}
    assert {name: line.get("state") for name, line in lines(named).items() if name != "done"} == dict.fromkeys(
        ("moved", "nobody", "first")
    )
    assert named["counts"] == {"pending": 0, "in_progress": 0, "succeeded": 1, "failed": 0}
