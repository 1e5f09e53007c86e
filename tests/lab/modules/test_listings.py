# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A listing of users may show less than reading one of them: what it leaves out is read by identity, and never taken for none.

The witness is the journal of the hosts, or an _info module.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.comparing import SOME
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.readings import CHOICES

from tests.controller import Task
from tests.engines import NewLab
from tests.lab.modules.people import addresses, calls, lines, seeded, statuses
from tests.lab.wire import OverTheWire

LESS = [reading for reading in CHOICES["listed_users"] if reading not in ("by_version", "whole")]
MANY = [f"user{number:03}" for number in range(60)]
ONPREM = ["first", "second", "double", "third"]
ONLINE = ["new", "granted", "given"]
DUPLICATE = "The SIP address is in use by another user."
GRANT = Task("teams_upgrade_policy", {"users": addresses(*ONLINE), "mode": "TeamsOnly", "return_users": "all"})
READY = Task("upgrade_readiness_info", {"users": addresses(*ONPREM, *ONLINE)})


def world(listed: str, **host: Any) -> Mapping[str, Any]:
    """Users homed on-prem, one of them with an error, and users homed online, some of which are assigned the mode already."""
    return {
        "profile": "2020",
        "readings": {"listed_users": listed},
        "hosts": {"sfb01": {"skype": "2019 CU8", "teams": "6.6.0"}, "teams01": {"teams": "6.6.0", **host}},
        "users": [
            *(seeded(name) for name in ONPREM if name != "double"),
            seeded("double", validation_errors=[DUPLICATE]),
            seeded("new", homing="online"),
            *(seeded(name, homing="online", policy="UpgradeToTeams") for name in ONLINE[1:]),
            *(seeded(name) for name in MANY),
        ],
    }


@pytest.fixture(params=LESS)
def seed(request: pytest.FixtureRequest) -> Mapping[str, Any]:
    return world(request.param)


def singles(lab: Lab) -> int:
    """How many reads named one user."""
    return sum("Identity" in entry.parameters for entry in lab.journal.entries("Get-CsOnlineUser"))


def test_r11_nobody_is_ready_whose_errors_a_listing_does_not_show(lab: Lab, play: OverTheWire) -> None:
    (found,) = play.tasks("teams01", [READY])
    ready = {name: line["ready"] for name, line in lines(found).items()}
    assert ready == {name: name != "double" for name in [*ONPREM, *ONLINE]}
    assert [each["code"] for each in lines(found)["double"]["reasons"]] == ["validation_errors"]
    assert {name: lines(found)[name]["homing"] for name in (*ONPREM, *ONLINE)} == {
        **dict.fromkeys(ONPREM, "onprem"),
        **dict.fromkeys(ONLINE, "online"),
    }


def test_r11_nobody_is_granted_again_whose_policy_a_listing_does_not_show(lab: Lab, play: OverTheWire) -> None:
    before, after, again = play.tasks(
        "teams01", [GRANT, Task("teams_upgrade_policy_info", {"users": addresses(*ONLINE)}), GRANT]
    )
    assert statuses(before) == {"new": "changed", "granted": "ok", "given": "ok"}
    assert {name: line["assigned"] for name, line in lines(after).items()} == dict.fromkeys(ONLINE, "UpgradeToTeams")
    assert set(statuses(again).values()) == {"ok"}
    assert {name: len(entries) for name, entries in calls(lab, "Grant-CsTeamsUpgradePolicy").items()} == {"new": 1}


def test_r11_users_who_are_listed_are_shown_as_they_are(lab: Lab, play: OverTheWire) -> None:
    (listed, named) = play.tasks(
        "teams01",
        [Task("csuser_info", {"account_type": "User"}), Task("csuser_info", {"users": addresses(*ONLINE)})],
    )
    assert lines(listed) == lines(named)
    (onprem,) = play.tasks(
        "teams01", [Task("csuser_info", {"filter": "TeamsUpgradePolicy -eq ' '", "homing": "onprem"})]
    )
    assert set(lines(onprem)) == {*ONPREM, *MANY}
    assert lines(onprem)["double"]["validation_errors"] == [DUPLICATE]


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
@pytest.mark.parametrize("seed", [world("whole")])
def test_a_host_that_lists_whole_users_is_asked_for_few_of_them_singly(lab: Lab, play: OverTheWire) -> None:
    play.tasks("teams01", [Task("upgrade_readiness_info", {"users": addresses(*MANY)})])
    # One to compare with the listing, and some since a listing without any policy says little; the one may be among these.
    assert singles(lab) <= 1 + SOME
    lab.journal.clear()
    play.tasks("teams01", [Task("csuser_info", {"account_type": "SfBOnPremUser"})])
    assert singles(lab) <= 1 + SOME
    lab.journal.clear()
    play.tasks("teams01", [Task("upgrade_readiness_info", {"users": addresses(*ONLINE, *MANY)})])
    assert singles(lab) == 1


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
@pytest.mark.parametrize(("version", "less"), [("4.5.0", True), ("4.4.1", False), ("6.6.0", False)])
def test_the_version_of_a_report_lists_no_errors(new_lab: NewLab, version: str, less: bool) -> None:
    with new_lab(world("by_version", teams=version)) as lab, OverTheWire(lab) as play:
        (found,) = play.tasks("teams01", [READY])
        assert {name for name, line in lines(found).items() if not line["ready"]} == {"double"}
        assert (singles(lab) >= len(ONPREM) + len(ONLINE)) is less


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
@pytest.mark.parametrize(
    "seed",
    [
        # Nothing homes the first user: with that one, a listing that shows no homing says the same as a single read.
        {**world("blank_homing"), "users": [
            seeded("empty", homing="online", interpreted_user_type="EnabledUserWithNoService"),
            *(seeded(name, homing="online", policy="UpgradeToTeams") for name in ONLINE),
        ]}
    ],
)  # fmt: skip
def test_r11_a_homing_that_a_listing_leaves_blank_is_read_singly(lab: Lab, play: OverTheWire) -> None:
    named, listed = play.tasks(
        "teams01",
        [Task("csuser_info", {"users": addresses("empty", *ONLINE)}), Task("csuser_info", {"account_type": "User"})],
    )
    assert {name: line["homing"] for name, line in lines(named).items()} == {
        "empty": "unknown",
        **dict.fromkeys(ONLINE, "online"),
    }
    assert {line["homing"] for name, line in lines(listed).items() if name in ONLINE} == {"online"}
    assert singles(lab) >= 2 * len(ONLINE)
