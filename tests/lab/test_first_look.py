# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One user over the whole stack, on every supported ansible-core: a module, the connection, a simulated host."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab

from tests.controller import Controller, Task

ALICE = "alice@contoso.com"


@pytest.fixture
def seed() -> Mapping[str, Any]:
    return {"users": [{"sip": ALICE}]}


@pytest.mark.oldest
def test_a_user_is_moved_once_and_check_mode_tells_it_before(lab: Lab, controller: Controller) -> None:
    credential = lab.inventory()["all"]["vars"]
    move = {
        "users": [ALICE],
        "credential_user": credential["teams_upgrade_move_credential_user"],
        "credential_password": credential["teams_upgrade_move_credential_password"],
    }
    read = Task("csuser_info", {"users": [ALICE]})
    check, between, done, after, again = controller.tasks(
        "sfb01",
        [
            Task("csuser_move", move, check=True, diff=True),
            read,
            Task("csuser_move", move, diff=True),
            read,
            Task("csuser_move", move),
        ],
    )
    assert not [answer["msg"] for answer in (check, between, done, after, again) if answer["failed"]]
    assert (check["changed"], done["changed"], again["changed"]) == (True, True, False)
    for name in ("users", "summary", "failures", "diff"):
        assert check[name] == done[name], name
    assert (again["users"], again["summary"]["ok"]) == ([], 1)
    assert (between["users"][0]["homing"], after["users"][0]["homing"]) == ("onprem", "online")
    assert [entry.cmdlet for entry in lab.journal.entries(writes=True)] == ["Move-CsUser"]
    assert credential["teams_upgrade_move_credential_password"] not in str((check, done, again))
