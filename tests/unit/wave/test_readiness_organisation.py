# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What of the organisation keeps everybody from being started, and what is only worth knowing."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.readiness import (
    Assessment,
    Stage,
    WaveGoal,
)

from tests.unit.wave.sides import assessment_of
from tests.unit.wave.test_readiness import ALICE, Item, cloud, skype, teams


def check(stops: str | None, ok: bool | None = False, code: str = "server_too_old") -> Item:
    given = {"code": code, "message": "The server is old.", "remedy": "Update it."}
    return {"check": "some", "ok": ok, "stops": stops} | (dict.fromkeys(given) if ok else given)


def assessed(onprem: Item, online: Item, *checks: Item, **goal: Any) -> Assessment:
    return assessment_of([UserId.parse(ALICE)], [onprem], [online], checks, WaveGoal(**goal))


@pytest.mark.parametrize(
    ("onprem", "online", "stops", "options", "stopped"),
    [
        (skype(), teams(), "move", {}, True),
        (skype(), teams(), "mode", {}, True),
        (skype(), teams(), None, {}, False),
        (skype(), teams(), "notify", {}, False),
        (skype(), teams(), "move", {"notifies": True}, False),
        (skype(), teams(), "notify", {"notifies": True}, True),
        (skype(), teams(), "move", {"mode": Mode.ISLANDS}, False),
        (skype(), teams(), "mode", {"mode": Mode.ISLANDS}, True),
        (skype(), teams(), "move", {"accepted": frozenset(("server_too_old",))}, False),
        # Nobody is left to be moved, or to be moved and not ready.
        (skype(homing="online"), cloud(mode="TeamsOnly"), "move", {}, False),
        (skype(homing="online"), cloud(mode="TeamsOnly"), "mode", {}, False),
        (skype(), teams(licences=[]), "move", {}, False),
        (skype(homing="online"), cloud(), "mode", {}, True),
        (skype(homing="online"), cloud(), "notify", {"notifies": True}, False),
    ],
)
def test_r17_r39_the_organisation_stops_everybody_that_it_concerns(
    onprem: Item, online: Item, stops: str | None, options: Any, stopped: bool
) -> None:
    found = assessed(onprem, online, check(stops), **options)
    assert (found.stop is not None, len(found.concerns)) == (stopped, 0 if stopped else 1)
    line: Any = found.users[0].to_item(found.stop)
    if stopped:
        assert found.to_result()["reason"] == found.stop.to_result() if found.stop else None
        assert (found.at(*Stage), line["status"], line["reason"]["code"]) == ([], "skipped", "not_started")
        assert "The server is old" in line["reason"]["message"]
    elif line["status"] == "ok":
        assert [each.user.text for each in found.at(*Stage)] == [ALICE]


def test_what_could_not_be_read_of_the_organisation_is_a_warning_and_stops_nobody() -> None:
    found = assessed(skype(), teams(), check(None, ok=None, code="check_unread"), check(None, ok=True))
    assert (found.stop, [each.code for each in found.concerns]) == (None, ["check_unread"])
    assert found.at(Stage.ONPREM)
