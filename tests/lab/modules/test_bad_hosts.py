# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts that cannot be reached, let nobody in, or lack what a module needs: a clear sentence with the remedy, and nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.contract.loader import SKYPE, TEAMS
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import HostSeed

from tests.controller import Controller, Task
from tests.engines import REPEATED, NewLab
from tests.lab.modules.people import MOVER, addresses, seeded
from tests.lab.modules.sentences import assert_clear, said
from tests.lab.wire import OverTheWire

USERS = {"users": addresses("alice")}
MOVE = Task("csuser_move", {**USERS, **MOVER})
NOTIFY = Task("teams_upgrade_policy", {**USERS, "notify": True})
HOSTS: dict[str, dict[str, str]] = {
    "bare": {},
    "lync2013": {SKYPE: "2013"},
    "early2015": {SKYPE: "2015 CU7"},
    "old2015": {SKYPE: "2015 CU9", TEAMS: "6.6.0"},
    "newmodule": {SKYPE: "2019 CU8", TEAMS: "7.3.0"},
    "oldmodule": {SKYPE: "2019 CU8", TEAMS: "5.9.0"},
    "teams71": {TEAMS: "7.1.0"},
}
# The task on each host, and what is said of it.
ASKED: dict[str, tuple[Task, str, str]] = {
    "away": (MOVE, "cannot be reached: the connection was refused", "Check ansible_host and ansible_port"),
    "locked": (MOVE, "does not accept the user or the password", "Check ansible_user and ansible_password"),
    "bare": (MOVE, "Neither the module SkypeForBusiness nor MicrosoftTeams is installed", "Install-Module"),
    "lync2013": (NOTIFY, "lync2013 does not offer Get-CsTeamsUpgradePolicy", "Update Skype for Business Server"),
    "early2015": (
        Task("teams_upgrade_policy_instance", {"identity": "Tell", "notify": True}),
        "early2015 does not offer Get-CsTeamsUpgradePolicy",
        "Update Skype for Business Server",
    ),
    "old2015": (MOVE, "runs build 6.0.9319.548, with which users can no longer be moved", "6.0.9319.619 or later"),
    "newmodule": (MOVE, "has version 7.3.0 of the MicrosoftTeams module, which breaks moves", "7.0.2046.849 or later"),
    "oldmodule": (MOVE, "has version 5.9.0 of the MicrosoftTeams module", "Install version 6.2.1 or later"),
    "teams71": (
        Task("teams_upgrade_policy", {**USERS, "mode": "SfBWithTeamsCollabAndMeetings", "migrate_meetings": True}),
        "has no parameter MigrateMeetingsToTeams",
        "convert meetings with meeting_migration",
    ),
}


@pytest.fixture
def lab(new_lab: NewLab) -> Iterator[Lab]:
    users = {"users": [seeded("alice")]}
    with new_lab(users, hosts=[HostSeed(name, modules) for name, modules in HOSTS.items()]) as running:
        yield running


def inventory(lab: Lab) -> dict[str, Any]:
    """The hosts of the lab, and two that let nobody in."""
    found = lab.inventory()
    servers = found["all"]["children"]["skype_servers"]["hosts"]
    servers["away"] = {"ansible_host": "127.0.0.1", "ansible_port": 9}
    servers["locked"] = {**servers["oldmodule"], "ansible_password": "not the password"}
    return found


# Of these, Ansible's part is tried as well; of the others it is the same.
THROUGH_ANSIBLE = ("away", "locked", "old2015")


@pytest.mark.parametrize("engine", REPEATED)
def test_what_a_host_lacks_is_said(lab: Lab, short_folder: Path, subtests: pytest.Subtests) -> None:
    plays = [{"hosts": host, "gather_facts": False, "tasks": [ASKED[host][0].as_yaml(0)]} for host in THROUGH_ANSIBLE]
    run = Controller(short_folder, inventory(lab)).playbook(plays)
    assert_clear(run)
    assert "not the password" not in run.output
    answers = {host: run.one(host=host).answer for host in THROUGH_ANSIBLE}
    with OverTheWire(lab) as modules:
        for host, (task, *_said) in ASKED.items():
            if host not in answers:
                (answers[host],) = modules.tasks(host, [task])
    for host, (_task, what, remedy) in ASKED.items():
        with subtests.test(host):
            message = said(answers[host])
            assert what in message
            assert remedy in message
    assert lab.journal.entries(writes=True) == []
