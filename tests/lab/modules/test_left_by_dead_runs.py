# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Moves that a dead run has sent, and that may still be at work. The witness is the hosts' journal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.opening import open_ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import NewRun, Selection, Sending
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab

from tests.lab.modules.people import MOVER, address, seeded, statuses
from tests.lab.wire import OverTheWire
from tests.unit.ledger.builders import another_process

POOL = {"homing": "onprem", "registrar_pool": "pool01.contoso.com"}


@pytest.fixture
def seed() -> Mapping[str, Any]:
    return {"users": [seeded("ann"), seeded("ben")]}


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A ledger in which a run has sent a move of Ann, and died."""
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    with open_ledger(url) as ledger, another_process() as dead:
        run = ledger.begin_run(NewRun(dead)).id
        ledger.event_sent(run, Sending(address("ann"), "Move-CsUser", POOL, {"homing": "online"}))
    return url


def moved(lab: Lab) -> list[str]:
    return [str(entry.parameters["Identity"]) for entry in lab.journal.entries("Move-CsUser")]


def test_r50_who_is_as_before_is_moved_once_the_move_can_no_more_be_at_work(
    lab: Lab, play: OverTheWire, url: str
) -> None:
    args = {"users": [address("ann"), address("ben")], "ledger": url, "return_users": "all", **MOVER}
    done = play.run("sfb01", "csuser_move", {**args, "interrupted_timeout": 5})
    assert statuses(done) == {"ann": "changed", "ben": "changed"}
    with open_ledger(url, read_only=True) as ledger:
        dead, sent = (datetime.fromisoformat(each["at"]) for each in ledger.events(Selection(users=[address("ann")])))
    assert (sent - dead).total_seconds() >= 5
    assert sorted(moved(lab)) == ["sip:ann@contoso.com", "sip:ben@contoso.com"]


def test_r50_whose_move_comes_to_its_end_is_not_moved_again(lab: Lab, play: OverTheWire, url: str) -> None:
    def at_last() -> None:
        with lab.organisation.quiet() as world:
            user = world.directory.find(address("ann"))[0]
            user.locator, user.pool = "sipfed.online.lync.com", None

    timer = Timer(1, at_last)
    timer.start()
    args = {"users": [address("ann"), address("ben")], "ledger": url, "return_users": "all", **MOVER}
    done = play.run("sfb01", "csuser_move", {**args, "interrupted_timeout": 60})
    timer.join()
    assert statuses(done) == {"ann": "ok", "ben": "changed"}
    assert moved(lab) == ["sip:ben@contoso.com"]
    with open_ledger(url, read_only=True) as ledger:
        events = {event["user"]: event["status"] for event in ledger.events(Selection())}
    assert events == {address("ann"): "changed", address("ben"): "changed"}
