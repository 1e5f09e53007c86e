# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several servers share the moves of one task: each user is moved on one of them, that of their pool where one is named."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault

from tests.lab.modules.people import MOVER, addresses, seeded, statuses
from tests.lab.waiting import Eventually
from tests.lab.wire import OverTheWire

POOLS = ("pool01.contoso.com", "pool02.contoso.com")
NAMES = tuple(f"user{number}" for number in range(12))
FOLDER = r"D:\Reports"
SERVER = {"skype": "2019 CU8", "teams": "6.6.0"}


@pytest.fixture
def engine() -> str:
    return "embedded"


@pytest.fixture
def seed() -> Mapping[str, Any]:
    users = [seeded(name, pool=POOLS[place % 2]) for place, name in enumerate(NAMES)]
    return {"hosts": {"sfb01": SERVER, "sfb02": SERVER}, "users": users}


def both(lab: Lab, **options: Any) -> OverTheWire:
    """Modules on the first server, which the second shares the work of."""
    second = lab.front["sfb02"]
    more = [{"address": second.address, "port": second.port, "registrar_pool": POOLS[1]}]
    return OverTheWire(lab, sessions=2, more_hosts=more, registrar_pool=POOLS[0], **options)


def moves(lab: Lab) -> dict[str, str]:
    """Where each user was moved."""
    return {user: entry.host for entry in lab.journal.entries("Move-CsUser") for user in entry.users}


def test_users_are_moved_and_their_reports_read_on_the_server_of_their_pool(lab: Lab) -> None:
    args = {"users": addresses(*NAMES), "return_users": "all", "report_dir": FOLDER, **MOVER}
    with both(lab) as play:
        done = play.run("sfb01", "csuser_move", args)
    assert statuses(done) == dict.fromkeys(NAMES, "changed")
    assert not done.get("warnings")
    assert moves(lab) == {f"sip:{user}": ("sfb01", "sfb02")[n % 2] for n, user in enumerate(addresses(*NAMES))}
    written = {str([entry.parameters["Report"]]): entry.host for entry in lab.journal.entries("Move-CsUser")}
    read = {str(entry.parameters["LiteralPath"]): entry.host for entry in lab.journal.entries("Import-Csv")}
    assert read == written


def test_users_of_a_server_that_is_lost_are_moved_by_the_other(lab: Lab, eventually: Eventually) -> None:
    lab.faults.order(OrderedFault("Move-CsUser", seconds=0.3, times=None))
    args = {"users": addresses(*NAMES), "return_users": "all", "max_fail_percentage": 100, **MOVER}

    def lose() -> None:
        eventually(lambda: lab.journal.entries("Move-CsUser"), seconds=60)
        lab.front["sfb02"].close()

    losing = threading.Thread(target=lose)
    losing.start()
    with both(lab, reconnect_timeout=0) as play:
        done = play.run("sfb01", "csuser_move", args)
        again = play.run("sfb01", "csuser_move", args)
    losing.join()
    assert set(statuses(done).values()) <= {"changed", "unknown"}
    assert set(statuses(again).values()) <= {"changed", "ok"}
    times = Counter(
        user for entry in lab.journal.entries("Move-CsUser") if entry.outcome == "done" for user in entry.users
    )
    assert times == dict.fromkeys((f"sip:{user}" for user in addresses(*NAMES)), 1)
    assert {user: host for user, host in moves(lab).items() if host == "sfb01"}.keys() >= {
        f"sip:{user}" for user in addresses(*NAMES[::2])
    }
