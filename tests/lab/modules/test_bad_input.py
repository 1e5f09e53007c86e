# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is asked for cannot be done: one clear sentence with the remedy, and nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab

from tests.controller import Task
from tests.engines import EACH
from tests.lab.modules.people import MOVER, addresses, codes, seeded
from tests.lab.modules.sentences import said
from tests.lab.wire import OverTheWire

USERS = {"users": addresses("onprem")}
TENANT = {"scope": "tenant", "mode": "TeamsOnly"}
ONPREM = [
    (
        Task("teams_upgrade_policy", {**USERS, "mode": "Teams"}),
        "must be one of: Islands, SfBOnly",
        "TeamsOnly, got: Teams",
    ),
    (
        Task("teams_upgrade_policy", {**USERS, "mode": "TeamsOnly", "notify": True}),
        "leave notify out",
        "Nothing was sent",
    ),
    (
        Task("teams_upgrade_policy", {**USERS, "mode": "Islands"}),
        "policies have no coexistence mode",
        "give policy or notify",
    ),
    (Task("meeting_migration", USERS), "sfb01 is not a host with the MicrosoftTeams module", "the other host"),
    (Task("csuser_move", {**USERS, "credential_user": "admin"}), "required together", "credential_password"),
    (
        Task("csuser_move", {**USERS, **MOVER, "target": "pool99.contoso.com"}),
        "pool99.contoso.com is neither",
        "Get-CsPool",
    ),
    (
        Task("csuser_move", {**USERS, **MOVER, "bounds": {"teams_module_max": "newest"}}),
        "teams_module_max",
        "version such as",
    ),
]
ONLINE = [
    (Task("csuser_move", {**USERS, **MOVER}), "teams01 is not a Skype for Business Server host", "the other host"),
    (Task("teams_upgrade_policy", TENANT), "changes everybody", "confirm_tenant_change: true"),
    (
        Task("teams_upgrade_policy", {**TENANT, "confirm_tenant_change": True}),
        "1 users are still homed on-prem",
        "Move every user",
    ),
    (Task("teams_upgrade_policy", {**USERS, "policy": "Notify"}), "no instance Notify", "Name an existing instance"),
    (Task("teams_upgrade_policy", {**USERS, "mode": "TeamsOnly"}), "homed on-prem", "Move the user with csuser_move"),
    (
        Task("teams_upgrade_policy", {"users": addresses("online"), "mode": "Islands"}),
        "is homed online and TeamsOnly and can hold no other mode",
        "csuser_move with a registrar pool as target",
    ),
    (Task("csuser_info", {"ldap_filter": "(cn=*)"}), "Get-CsOnlineUser on teams01 does not offer", "LdapFilter"),
    (Task("meeting_migration_info", {"since": "yesterday"}), "since is 'yesterday'", "2026-12-07T19:00:00Z"),
]


@pytest.fixture
def seed() -> Mapping[str, Any]:
    return {"users": [seeded("onprem"), seeded("online", homing="online")]}


@pytest.mark.parametrize("engine", EACH)
@pytest.mark.parametrize(("host", "asked"), [("sfb01", ONPREM), ("teams01", ONLINE)], ids=["on-prem", "online"])
def test_what_cannot_be_done_is_said_and_left(
    host: str, asked: list[tuple[Task, str, str]], lab: Lab, play: OverTheWire, subtests: pytest.Subtests
) -> None:
    answers = play.tasks(host, [task for task, _what, _remedy in asked])
    for (_task, what, remedy), answer in zip(asked, answers, strict=True):
        with subtests.test(what):
            message = said(answer)
            assert what in message
            assert remedy in message
            assert not answer["changed"]
    assert lab.journal.entries(writes=True) == []


def test_nobody_signs_in_to_move(lab: Lab, play: OverTheWire) -> None:
    unasked, refused = play.tasks(
        "sfb01",
        [
            Task("csuser_move", USERS),
            Task("csuser_move", {**USERS, **MOVER, "credential_password": "not the password"}),
        ],
    )
    assert "credential_user and credential_password" in said(unasked)
    assert "AADSTS50126" in said(refused)
    assert (codes(unasked), codes(refused)) == ({"onprem": "credential_missing"}, {"onprem": "credential_refused"})
    assert (unasked["changed"], refused["changed"]) == (False, False)
    assert "not the password" not in str(lab.journal.entries())
    assert [entry.outcome for entry in lab.journal.entries(writes=True)] == ["failed"]
