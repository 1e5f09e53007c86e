# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What hosts have said in public reports (docs/reports.md), and what the modules make of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault

from tests.controller import Task
from tests.lab.modules.people import MOVER, address, addresses, attempts, codes, lines, seeded, statuses
from tests.lab.wire import OverTheWire

NAMES = [f"user{number}" for number in range(6)]
NOT_FOUND = "NotFound,Microsoft.Teams.ConfigAPI.Cmdlets.Generated.Cmdlets.GetCsUser_Get"
GRANT = "Grant-CsTeamsUpgradePolicy"


@pytest.fixture
def seed() -> Mapping[str, Any]:
    return {"users": [*map(seeded, NAMES), seeded("named", upn="other.name@contoso.com")]}


@pytest.mark.parametrize(
    "text", ["userId was not found", "One or more errors occurred. ([NotFound] : userId was not found)"]
)
def test_r11_a_user_id_that_was_not_found_is_no_failed_read(lab: Lab, play: OverTheWire, text: str) -> None:
    asked = ["other.name@contoso.com", "nobody@contoso.com"]
    for user in asked:
        times = 1 if user == asked[0] else None
        lab.faults.order(
            OrderedFault("Get-CsOnlineUser", text, user, times=times, error_id=NOT_FOUND, category="InvalidOperation")
        )
    (info,) = play.tasks("teams01", [Task("csuser_info", {"users": asked})])
    assert {line["user"]: line["status"] for line in info["users"]} == {asked[0]: "ok", asked[1]: "failed"}
    assert codes(info) == {"nobody": "user_not_found"}


def test_r11_a_category_alone_does_not_say_that_a_user_is_missing(lab: Lab, play: OverTheWire) -> None:
    fault = OrderedFault(
        "Get-CsOnlineUser",
        "Error processing request.",
        times=None,
        category="ObjectNotFound",
        error_id="Error processing request.",
    )
    lab.faults.order(fault)
    info, granted = play.tasks(
        "teams01",
        [
            Task("csuser_info", {"users": addresses(*NAMES[:3])}),
            Task("teams_upgrade_policy", {"users": addresses(*NAMES[:3]), "mode": "SfBOnly"}),
        ],
    )
    for answer in (info, granted):
        assert statuses(answer) == dict.fromkeys(NAMES[:3], "unknown")
        assert set(codes(answer).values()) == {"read_failed"}
    assert lab.journal.entries(writes=True) == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Service is too busy", "failed"),
        ("Code: TooManyRequests", "failed"),
        ("A task was canceled.", "unknown"),
        ("MI_RESULT_FAILED", "unknown"),
        ("Code: BadGateway", "unknown"),
        ("The operation has timed out.", "unknown"),
    ],
)
def test_r40_what_passes_is_tried_again_and_done(lab: Lab, play: OverTheWire, text: str, left: str) -> None:
    lab.faults.order(OrderedFault(GRANT, text, user=address("user0")))
    lab.faults.order(OrderedFault(GRANT, text, user=address("user1"), times=None))
    args = {"users": addresses(*NAMES[:3]), "mode": "SfBOnly", "retry_delay": 0, "retries": 1}
    (granted,) = play.tasks("teams01", [Task("teams_upgrade_policy", args)])
    assert statuses(granted) == {"user0": "changed", "user1": left, "user2": "changed"}
    assert attempts(lab, GRANT) == {"user0": ["failed", "done"], "user1": ["failed", "failed"], "user2": ["done"]}
    assert lines(granted)["user1"]["reason"]["retryable"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Code: Authentication_ExpiredToken", "token_expired"),
        ("Could not load file or assembly 'Newtonsoft.Json, Version=12.0.0.0'", "module_broken"),
        ("Tenant Domain is empty", "tenant_unknown_to_module"),
        ("Invalid input parameters forest", "tenant_unknown_to_module"),
        (
            'Active Directory operation failed on "DC1". You cannot retry this operation: "An operations error occurred."',
            "no_second_hop",
        ),
    ],
)
def test_r39_what_meets_everybody_stops_at_the_first(lab: Lab, play: OverTheWire, text: str, code: str) -> None:
    lab.faults.order(OrderedFault("Move-CsUser", text, times=None))
    args = {**MOVER, "users": addresses(*NAMES), "max_failures": 0}
    (moved,) = play.tasks("sfb01", [Task("csuser_move", args)])
    assert (moved["failed"], moved["reason"]["code"], moved["reason"]["scope"]) == (True, code, "organisation")
    tried = attempts(lab, "Move-CsUser")
    assert statuses(moved) == {name: "failed" if name in tried else "skipped" for name in NAMES}
    assert len(tried) < len(NAMES)
    assert moved["reason"]["remedy"] in moved["msg"]
