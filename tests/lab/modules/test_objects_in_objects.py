# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects in the properties of other objects, of which only the text arrives unless they are projected (R74).

The witness is the journal of the hosts, or an _info module.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab

from tests.controller import Task
from tests.engines import NewLab
from tests.lab.modules.people import addresses, calls, lines, seeded, statuses
from tests.lab.restricted.endpoints import JEA, Restricted
from tests.lab.wire import OverTheWire

NOTIFIED, NOT_NOTIFIED = ["notified", "informed", "warned"], ["quiet", "still"]
MOVED = ["moved", "gone", "left"]


@pytest.fixture
def seed() -> Mapping[str, Any]:
    """Get-CsUser shows policies as objects that print as their name."""
    return {
        "profile": "2020",
        "readings": {"onprem_policies": "objects"},
        "topology": {"policies": [{"identity": "Notify", "notify": True}]},
        "users": [
            *(seeded(name, notify_policy="Notify", dial_in=True) for name in NOTIFIED),
            *(seeded(name) for name in NOT_NOTIFIED),
            *(seeded(name, homing="online", policy="Islands") for name in MOVED),
        ],
    }


def test_r74_policies_that_are_objects_are_read_of_every_user(lab: Lab, play: OverTheWire) -> None:
    notify = Task(
        "teams_upgrade_policy", {"users": addresses(*NOTIFIED, *NOT_NOTIFIED), "notify": True, "return_users": "all"}
    )
    first, second, ready = play.tasks(
        "sfb01", [notify, notify, Task("upgrade_readiness_info", {"users": addresses(*NOTIFIED, *NOT_NOTIFIED)})]
    )
    assert statuses(first) == {**dict.fromkeys(NOTIFIED, "ok"), **dict.fromkeys(NOT_NOTIFIED, "changed")}
    assert set(statuses(second).values()) == {"ok"}
    assert set(calls(lab, "Grant-CsTeamsUpgradePolicy")) == set(NOT_NOTIFIED)
    assert {name for name, line in lines(ready).items() if line["dial_in"]} == set(NOTIFIED)
    (listed,) = play.tasks("sfb01", [Task("csuser_info", {"homing": "onprem"})])
    assert {line["assigned"] for line in lines(listed).values()} == {"Notify"}


GRANT = (
    "teams_upgrade_policy",
    {"users": addresses(*MOVED), "mode": "TeamsOnly", "method": "batch", "batch_timeout": 600},
)


def test_r74_users_of_a_batch_are_granted_once(lab: Lab, play: OverTheWire) -> None:
    (done,) = play.tasks("teams01", [Task(*GRANT)])
    assert set(statuses(done).values()) == {"changed"}
    assert len(lab.journal.entries("New-CsBatchPolicyAssignmentOperation")) == 1
    assert calls(lab, "Grant-CsTeamsUpgradePolicy") == {}


def test_r11_users_of_a_batch_are_not_granted_again_where_an_endpoint_returns_text(
    new_lab: NewLab, seed: Mapping[str, Any]
) -> None:
    with new_lab(seed, restricted=JEA) as lab, Restricted(lab, "teams01", "Upgrade") as play:
        done = play.module(*GRANT)
        assert set(statuses(done).values()) == {"changed"}
        assert len(lab.journal.entries("New-CsBatchPolicyAssignmentOperation")) == 1
        assert calls(lab, "Grant-CsTeamsUpgradePolicy") == {}
