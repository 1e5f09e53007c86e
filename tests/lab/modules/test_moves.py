# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keeps users from being moved, up or back: said before anything is written, in check mode as well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab

from tests.controller import Task
from tests.lab.modules.people import CLOUD, MOVER, address, codes, lines, seeded, statuses
from tests.lab.wire import OverTheWire

POOL = "pool02.contoso.com"


@pytest.fixture
def seed() -> Mapping[str, Any]:
    return {
        "topology": {
            "providers": [
                {"identity": "Office365"},
                {"identity": "Closed", "proxy_fqdn": "sipfed.closed.com", "enabled": False},
            ],
        },
        "users": [
            seeded("up"),
            seeded("side", pool="pool01.contoso.com"),
            seeded("far", domain="emea.contoso.com"),
            seeded("down", homing="online", policy="UpgradeToTeams"),
            seeded("off", homing="online", enabled=False),
            seeded("born", homing="cloud"),
        ],
    }


def task(users: list[str], *, check: bool = False, **args: Any) -> Task:
    return Task("csuser_move", {"users": [address(user) for user in users], "return_users": "all", **args}, check=check)


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
def test_r16_r34_r63_r66_what_forbids_moves(lab: Lab, play: OverTheWire) -> None:
    back: dict[str, Any] = {"target": POOL, **MOVER}
    closing: dict[str, Any] = {"target": "sipfed.closed.com", **MOVER}
    far: dict[str, Any] = {"domain_controller": "dc1.emea.contoso.com", **MOVER}
    unsigned, closed, predicted, done, again, reached = play.tasks(
        "sfb01",
        [
            task(["up"], check=True),
            task(["up"], **closing),
            task(["down", "side", "off", "born"], check=True, **back),
            task(["down", "side", "off", "born"], **back),
            task(["down", "side"], **back),
            task(["far"], **far),
        ],
    )
    assert (unsigned["failed"], unsigned["reason"]["code"]) == (True, "credential_missing")
    assert (closed["failed"], closed["reason"]["code"]) == (True, "provider_closed")
    for answer in (predicted, done):
        assert statuses(answer) == {"down": "changed", "side": "changed", "off": "failed", "born": "failed"}
        assert codes(answer) == {"off": "account_disabled", "born": "not_enabled_onprem"}
        assert lines(answer)["down"]["after"] == {"homing": "onprem", "registrar_pool": POOL}
        assert any("do not get their contacts back" in warning for warning in answer["warnings"])
    assert "Enable-CsUser" in lines(done)["born"]["reason"]["remedy"]
    assert (statuses(again), again["changed"]) == ({"down": "ok", "side": "ok"}, False)
    assert statuses(reached) == {"far": "changed"}
    moves = {entry.parameters["Identity"]: entry.parameters for entry in lab.journal.entries("Move-CsUser")}
    assert set(moves) == {f"sip:{address(name)}" for name in ("down", "side", "far")}
    # Who is of another domain is read from the domain controller that was written to.
    asked = [entry.parameters for entry in lab.journal.entries("Get-CsUser") if "far" in str(entry.parameters)]
    assert {str(parameters.get("DomainController")) for parameters in asked} == {"dc1.emea.contoso.com"}
    assert moves[f"sip:{address('far')}"]["Target"] == CLOUD
