# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A change of the tenant default: the users that it concerns are read before it, and their meetings are taken over afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab

from tests.controller import Task
from tests.lab.modules.people import address, addresses, calls, seeded, statuses
from tests.lab.wire import OverTheWire


@pytest.fixture
def seed() -> Mapping[str, Any]:
    """The tenants of 2020, in which users homed online may hold any mode."""
    return {
        "profile": "2020",
        "users": [
            *(seeded(name, homing="online", meetings={"skype": 2}) for name in ("heir1", "heir2")),
            seeded("own", homing="online", policy="Islands"),
            seeded("granted", homing="online", policy="UpgradeToTeams"),
        ],
    }


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
def test_r54_r61_the_users_that_the_tenant_default_concerns(lab: Lab, play: OverTheWire) -> None:
    change = {"scope": "tenant", "confirm_tenant_change": True, "mode": "TeamsOnly"}
    predicted, done, again, taking, taken, repeated, nobody = play.tasks(
        "teams01",
        [
            Task("teams_upgrade_policy", change, check=True),
            Task("teams_upgrade_policy", change),
            Task("teams_upgrade_policy", change),
            Task("meeting_migration", {"inheriting": True}, check=True),
            Task("meeting_migration", {"inheriting": True}),
            Task("meeting_migration", {"inheriting": True, "filter": "UserPrincipalName -like 'heir*'"}),
            Task("meeting_migration", {}),
        ],
    )
    heirs = addresses("heir1", "heir2")
    for answer in (predicted, done):
        assert answer["changed"]
        assert (answer["inheriting"], answer["meetings_not_migrated"]) == ({"count": 2, "users": heirs}, heirs)
        said = [warning for warning in answer["warnings"] if "get TeamsOnly by the tenant default" in warning]
        assert said[0].startswith(
            f"2 users without an assignment of their own get TeamsOnly by the tenant default: {heirs[0]}"
        )
    assert (again["changed"], "inheriting" in again) == (False, False)
    assert statuses(taking) == statuses(taken) == {"heir1": "changed", "heir2": "changed"}
    assert (statuses(repeated), repeated["changed"]) == ({"heir1": "pending", "heir2": "pending"}, False)
    assert (nobody["failed"], nobody["reason"]["code"]) == (True, "invalid_option")
    asked = calls(lab, "Start-CsExMeetingMigration")
    assert {name: len(entries) for name, entries in asked.items()} == {"heir1": 1, "heir2": 1}
    assert asked["heir1"][0].parameters["TargetMeetingType"] == "Teams"
    # Users that inherit are listed before the tenant is touched.
    sent = [entry.cmdlet for entry in lab.journal.entries()]
    assert "Get-CsOnlineUser" in sent[: sent.index("Grant-CsTeamsUpgradePolicy")]
    assert address("own") not in str(asked)
