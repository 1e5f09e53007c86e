# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A failed read is a fact too: nothing is written on the strength of it, and nothing is called done without one."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault

from tests.controller import Task
from tests.lab.modules.people import MOVER, address, addresses, attempts, codes, lines, seeded, statuses
from tests.lab.wire import OverTheWire

BROKEN = "Active Directory server dc1.contoso.com is not available."


@pytest.fixture
def seed() -> Mapping[str, Any]:
    users = [seeded(name) for name in ("dark", "dim", "fine", "other")]
    return {"users": [*users, seeded("meets", homing="online"), seeded("unsure", homing="online")]}


@contextmanager
def once_moving(lab: Lab, name: str, then: OrderedFault) -> Iterator[None]:
    """Order a fault while a user is being moved, which takes a while."""
    slow = OrderedFault("Move-CsUser", user=address(name), seconds=2)
    lab.faults.order(slow)
    ended = threading.Event()

    def watch() -> None:
        while slow in lab.faults.ordered() and not ended.wait(0.02):
            pass
        lab.faults.order(then)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield
    finally:
        ended.set()
        watching.join()


def test_users_who_cannot_be_read_on_prem_are_unknown(lab: Lab, play: OverTheWire) -> None:
    lab.faults.order(OrderedFault("Get-CsUser", BROKEN, user=address("dark"), times=None))
    lab.faults.order(OrderedFault("Get-CsPool", BROKEN, times=None))
    lab.faults.order(OrderedFault("Get-CsTeamsUpgradePolicy", BROKEN, times=None))
    unread = OrderedFault("Get-CsUser", BROKEN, user=address("dim"), times=None)
    with once_moving(lab, "dim", unread):
        moved, info, pool, policy, instance = play.tasks(
            "sfb01",
            [
                Task("csuser_move", {**MOVER, "users": addresses("dark", "dim", "fine"), "retry_delay": 0}),
                Task("csuser_info", {"users": addresses("dark", "fine")}),
                Task("csuser_move", {**MOVER, "users": addresses("other"), "target": "pool01.contoso.com"}),
                Task("teams_upgrade_policy", {"users": addresses("other"), "notify": True}),
                Task("teams_upgrade_policy_instance", {"identity": "Tell", "notify": True}),
            ],
        )
    assert statuses(moved) == {"dark": "unknown", "dim": "unknown", "fine": "changed"}
    assert codes(moved) == {"dark": "read_failed", "dim": "not_read_back"}
    assert lines(moved)["dark"]["actions"] == []
    assert lines(moved)["dim"]["actions"] == ["Move-CsUser"]
    assert "after" not in lines(moved)["dim"]
    assert (moved["failed"], moved["summary"]["unknown"]) == (True, 2)
    assert statuses(info) == {"dark": "unknown", "fine": "ok"}
    assert BROKEN in lines(info)["dark"]["reason"]["message"]
    assert (info["failed"], "homing" in lines(info)["dark"]) == (False, False)
    for answer, code in ((pool, "target_unknown"), (policy, "instances_unknown"), (instance, "instances_unknown")):
        assert (answer["failed"], answer["reason"]["code"]) == (True, code)
        assert BROKEN in answer["msg"]
    assert attempts(lab, "Move-CsUser") == {"dim": ["done"], "fine": ["done"]}
    assert {entry.cmdlet for entry in lab.journal.entries(writes=True)} == {"Move-CsUser"}


def test_users_who_cannot_be_read_online_are_unknown(lab: Lab, play: OverTheWire) -> None:
    lab.faults.order(OrderedFault("Get-CsMeetingMigrationStatus", BROKEN, user=address("unsure"), times=None))
    lab.faults.order(OrderedFault("Get-CsOnlineUser", BROKEN, times=None, user=address("dark")))
    migrated, status, granted = play.tasks(
        "teams01",
        [
            Task("meeting_migration", {"users": addresses("meets", "unsure")}),
            Task("meeting_migration_info", {"users": addresses("unsure")}),
            Task("teams_upgrade_policy", {"users": addresses("dark"), "mode": "SfBOnly"}),
        ],
    )
    assert statuses(migrated) == {"meets": "changed", "unsure": "unknown"}
    assert codes(migrated) == codes(status) == {"unsure": "meetings_unknown"}
    assert (status["failed"], statuses(status), status["counts"]["pending"]) == (False, {"unsure": "unknown"}, 0)
    assert codes(granted) == {"dark": "read_failed"}
    assert [entry.cmdlet for entry in lab.journal.entries(writes=True)] == ["Start-CsExMeetingMigration"]
    assert attempts(lab, "Start-CsExMeetingMigration") == {"meets": ["done"]}
    lab.faults.order(OrderedFault("Get-CsTenantMigrationConfiguration", BROKEN, times=None))
    asked = Task("tenant_migration_configuration", {"meeting_migration_enabled": False})
    (configured,) = play.tasks("teams01", [asked])
    assert (configured["failed"], configured["reason"]["code"]) == (True, "configuration_unknown")
    assert lab.journal.entries("Set-CsTenantMigrationConfiguration") == []
