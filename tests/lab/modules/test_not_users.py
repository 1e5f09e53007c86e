# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rooms, phones, devices and endpoints, which Get-CsUser does not return, are named as what they are (R28)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.allowed_calls import NOT_USERS
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import KINDS

from tests.controller import Task
from tests.engines import REPEATED, NewLab
from tests.lab.modules.people import MOVER, address, addresses, codes, lines, seeded, statuses
from tests.lab.restricted.endpoints import JEA, Restricted
from tests.lab.wire import OverTheWire

THINGS = {kind.replace("_", ""): kind for kind in KINDS if kind != "user"}
NAMED = addresses("alice", *THINGS, "nobody")


@pytest.fixture
def seed() -> Mapping[str, Any]:
    return {"users": [seeded("alice"), *(seeded(name, kind=kind) for name, kind in THINGS.items())]}


def test_r28_what_is_no_user_is_named_as_what_it_is(lab: Lab, play: OverTheWire) -> None:
    ready, moved = play.tasks(
        "sfb01",
        [
            Task("upgrade_readiness_info", {"users": NAMED}),
            Task("csuser_move", {"users": NAMED, "max_fail_percentage": 99, **MOVER}),
        ],
    )
    for answer in (ready, moved):
        assert codes(answer) == {**dict.fromkeys(THINGS, "not_a_user"), "nobody": "user_not_found"}
    assert {statuses(ready)[name] for name in THINGS} == {"failed"}
    assert "Get-CsMeetingRoom returns it as a meeting room" in lines(ready)["meetingroom"]["reason"]["message"]
    assert set(statuses(moved)) == {"alice", "nobody", *THINGS}
    assert {entry.parameters["Identity"] for entry in lab.journal.entries("Move-CsUser")} == {f"sip:{address('alice')}"}


def test_r28_many_who_are_not_known_are_looked_for_in_lists(lab: Lab, play: OverTheWire) -> None:
    (found,) = play.tasks(
        "sfb01", [Task("csuser_info", {"users": [*NAMED, *addresses(*(f"n{n}" for n in range(30)))]})]
    )
    assert {name for name, code in codes(found).items() if code == "not_a_user"} == set(THINGS)
    assert all(len(lab.journal.entries(cmdlet)) == 1 for cmdlet in NOT_USERS)


@pytest.mark.parametrize("engine", REPEATED)
def test_r28_users_who_are_known_are_looked_for_nowhere_else(lab: Lab, play: OverTheWire) -> None:
    play.tasks("sfb01", [Task("csuser_info", {"users": addresses("alice")})])
    assert not any(lab.journal.entries(cmdlet) for cmdlet in NOT_USERS)


@pytest.mark.parametrize("shown", [{"Get-CsMeetingRoom"}, NOT_USERS.keys(), set()])
def test_r28_an_endpoint_need_not_show_the_cmdlets_for_them(
    new_lab: NewLab, seed: Mapping[str, Any], shown: set[str]
) -> None:
    with new_lab(seed, restricted=JEA) as lab:
        known = lab.configurations["teamsupgradeonpremread"]
        visible = {name: each for name, each in known.visible.items() if name not in NOT_USERS.keys() - shown}
        lab.configurations["some-1"] = replace(known, visible=visible)
        with Restricted(lab, "sfb01", "some-1") as play:
            found = play.module("csuser_info", {"users": NAMED})
    reported = {name for name, code in codes(found).items() if code == "not_a_user"}
    assert ("meetingroom" in reported) is ("Get-CsMeetingRoom" in shown)
    assert codes(found)["nobody"] == "user_not_found"
    assert (reported == set(THINGS)) is (shown == NOT_USERS.keys())
