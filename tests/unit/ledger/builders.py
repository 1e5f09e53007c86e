# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What tests write into ledgers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.ledger import Ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.processes import Process, process
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import (
    NewRun,
    Selection,
    Sending,
    UserItem,
)

ALICE, BOB, CAROL = "alice@contoso.com", "bob@contoso.com", "carol@contoso.com"
NOW = datetime.fromisoformat("2026-12-07T19:00:00+01:00")
# A process that is on another machine, as far as anybody can tell.
ELSEWHERE = Process("another machine", 4711, "1")
ONPREM = {"homing": "onprem", "registrar_pool": "pool01.contoso.com"}
ONLINE = {"homing": "online"}
TEAMS_ONLY = {"homing": "online", "mode": "TeamsOnly"}
TOLD = {"homing": "onprem", "notify": True}


def begin(ledger: Ledger, job: str = "", *, by: Process | None = None, now: datetime | None = NOW) -> str:
    """Begin a run, in this process unless it is said by which."""
    return ledger.begin_run(NewRun(by or process(), job=job, now=now)).id


def move(user: str) -> Sending:
    return Sending(user, "Move-CsUser", before=ONPREM, after=ONLINE)


def notify(user: str) -> Sending:
    return Sending(user, "Grant-CsTeamsUpgradePolicy", before={"notify": False}, after=TOLD)


def user(ledger: Ledger, address: str) -> UserItem:
    """What the ledger shows of one user."""
    (found,) = ledger.users(Selection(users=[address]))
    return found


@contextmanager
def another_process() -> Iterator[Process]:
    """A process of this machine, which is gone afterwards."""
    running = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        yield process(running.pid)
    finally:
        running.communicate(b"\n")
