# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests for meetings that others made before, that show late, or whose status cannot be read for a while (R11, R50 to R52)."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault

from tests.lab.modules.people import addresses, codes, lines, seeded, statuses
from tests.unit.properties.in_process import Play

ALICE = {"users": addresses("alice")}
WAIT = {"wait": True, "wait_timeout": 14400}
STATUS = "Get-CsMeetingMigrationStatus"


def play(*requests: dict[str, str], **seed: Any) -> Play:
    """A user with two meetings of Skype for Business and these earlier requests."""
    meetings = {"skype": 2, "requests": list(requests)}
    return Play(Lab({"users": [seeded("alice", homing="online", meetings=meetings)], "clock_rate": 0, **seed}))


def asked(on: Play) -> int:
    """How often the conversion was asked for."""
    return len(on.lab.journal.entries("Start-CsExMeetingMigration"))


@pytest.mark.parametrize(
    ("older", "status"), [("Pending", "pending"), ("InProgress", "pending"), ("Succeeded", "ok"), ("Failed", "failed")]
)
def test_r50_a_later_request_of_another_kind_hides_none(older: str, status: str) -> None:
    on = play({"state": older, "age": "3h"}, {"kind": "TeamsToTeams", "age": "1h"})
    done = on.run("teams01", "meeting_migration", {**ALICE, "return_users": "all"})
    assert (statuses(done), asked(on)) == ({"alice": status}, 0)


def test_r50_a_request_of_another_kind_alone_is_none() -> None:
    on = play({"kind": "TeamsToTeams", "age": "1h"})
    assert statuses(on.run("teams01", "meeting_migration", ALICE)) == {"alice": "changed"}
    assert asked(on) == 1


@pytest.mark.parametrize(
    "text", ["User not found", "The mailbox server of the user could not be reached: host not found."]
)
@pytest.mark.parametrize("requests", [(), ({"state": "Pending"},)])
def test_r11_r50_an_error_never_says_that_there_is_no_request(requests: tuple[dict[str, str], ...], text: str) -> None:
    on = play(*requests)
    on.open("teams01")
    on.lab.faults.order(OrderedFault(STATUS, text, times=None, category="ObjectNotFound"))
    done = on.run("teams01", "meeting_migration", ALICE)
    assert (statuses(done), codes(done)) == ({"alice": "unknown"}, {"alice": "meetings_unknown"})
    assert asked(on) == 0


@pytest.mark.parametrize("times", [1, 3])
def test_r50_a_request_that_was_made_before_the_cmdlet_failed_is_not_made_again(times: int) -> None:
    on = play()
    on.open("teams01")
    busy = "The service is temporarily unavailable."
    on.lab.faults.order(OrderedFault("Start-CsExMeetingMigration", busy, times=times, after=True))
    done = on.run("teams01", "meeting_migration", {**ALICE, "retry_delay": 1})
    assert (statuses(done), asked(on)) == ({"alice": "changed"}, 1)
    assert any(busy in warning for warning in done["warnings"])


def test_r52_a_request_that_shows_late_is_waited_for() -> None:
    on = play(timing={"meetings_listed": "5m"})
    done = on.run("teams01", "meeting_migration", {**ALICE, **WAIT})
    assert (statuses(done), asked(on)) == ({"alice": "changed"}, 1)
    assert lines(done)["alice"]["after"]["migration"] == "succeeded"


def test_r28_a_filter_finds_users_and_nothing_else() -> None:
    users = [seeded("alice", homing="online"), seeded("room", homing="online", account_type="ResourceAccount")]
    on = Play(Lab({"users": users, "clock_rate": 0}))
    done = on.run("teams01", "meeting_migration", {"filter": "UserPrincipalName -like '*'"})
    assert (done["failed"], statuses(done), asked(on)) == (False, {"alice": "changed"}, 1)
    named = on.run("teams01", "meeting_migration", {"users": addresses("room")})
    assert (named["failed"], codes(named), asked(on)) == (True, {"room": "not_a_user"}, 1)
