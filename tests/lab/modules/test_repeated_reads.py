# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reads that meet a fault which passes, such as throttling. The witness is the hosts' journal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault

from tests.controller import Task
from tests.lab.modules.people import MOVER, addresses, codes, seeded, statuses
from tests.lab.wire import OverTheWire

NAMES = ["alice", "bob", "carol"]
AT_ONCE = {"retry_delay": 0, "return_users": "all"}
READS = {"sfb01": "Get-CsUser", "teams01": "Get-CsOnlineUser"}


@pytest.fixture
def seed() -> Mapping[str, Any]:
    return {"users": [*map(seeded, NAMES)]}


@pytest.mark.parametrize(("host", "cmdlet"), READS.items())
@pytest.mark.parametrize("module", ["csuser_info", "upgrade_readiness_info"])
def test_r40_users_are_known_where_reading_was_throttled_for_a_while(
    lab: Lab, play: OverTheWire, host: str, cmdlet: str, module: str
) -> None:
    lab.faults.order(OrderedFault(cmdlet, "The service is too busy.", times=2))
    asked = {"users": addresses(*NAMES), "retry_delay": 0}
    (info,) = play.tasks(host, [Task(module, asked)])
    assert statuses(info) == dict.fromkeys(NAMES, "ok")


def test_r11_users_are_unknown_where_the_fault_stays(lab: Lab, play: OverTheWire) -> None:
    lab.faults.order(OrderedFault("Get-CsUser", "The service is too busy.", times=None))
    (info,) = play.tasks("sfb01", [Task("csuser_info", {"users": addresses("alice"), "retries": 2, "retry_delay": 0})])
    assert codes(info) == {"alice": "read_failed"}
    assert len(lab.journal.entries(cmdlet="Get-CsUser")) == 3


def test_r36_users_are_moved_once_although_reading_was_throttled(lab: Lab, play: OverTheWire) -> None:
    move = Task("csuser_move", {**MOVER, **AT_ONCE, "users": addresses(*NAMES)})
    for status in ("changed", "ok"):
        lab.faults.order(OrderedFault("Get-CsUser", "The service is too busy.", times=2))
        (moved,) = play.tasks("sfb01", [move])
        assert statuses(moved) == dict.fromkeys(NAMES, status)
    assert [entry.cmdlet for entry in lab.journal.entries(writes=True)] == ["Move-CsUser"] * 3
