# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reports that moves write on the server: read where they are asked for, and heard where the cmdlet itself says nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault

from tests.controller import Task
from tests.lab.modules.people import MOVER, address, addresses, codes, lines, seeded, statuses
from tests.lab.wire import OverTheWire

FOLDER = r"D:\Teams upgrade\Reports"
NAMES = ("fine", "reported", "both", "late", "mute", "o'dd$x")
UNSYNCED = "HostedMigration fault: Error=(506), Description=(The user could move be moved.)"
PROTECTED = "Insufficient access rights to perform the operation"
FAULTS = (
    OrderedFault("Move-CsUser", UNSYNCED, user=address("reported"), silent=True),
    OrderedFault("Move-CsUser", PROTECTED, user=address("both")),
    OrderedFault("Move-CsUser", UNSYNCED, user=address("late"), silent=True, after=True),
    OrderedFault("Move-CsUser", user=address("mute"), silent=True),
)


@pytest.fixture
def seed() -> Mapping[str, Any]:
    return {"users": [seeded(name) for name in NAMES]}


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
def test_r37_r78_what_a_report_says_is_the_reason(lab: Lab, play: OverTheWire) -> None:
    for fault in FAULTS:
        lab.faults.order(fault)
    args: dict[str, Any] = {
        "users": addresses(*NAMES),
        "return_users": "all",
        "report_dir": FOLDER,
        **MOVER,
        "retry_delay": 0,
    }
    predicted, done = play.tasks(
        "sfb01", [Task("csuser_move", args, check=True), Task("csuser_move", args | {"max_fail_percentage": 100})]
    )
    assert set(statuses(predicted).values()) == {"changed"}
    assert statuses(done) == dict.fromkeys(NAMES, "changed") | dict.fromkeys(("reported", "both"), "failed") | {
        "mute": "unknown"
    }
    assert codes(done) == {"reported": "not_synced", "both": "protected_account", "mute": "not_confirmed"}
    assert lines(done)["reported"]["reason"]["number"] == "506"
    assert lines(done)["late"]["after"] == {"homing": "online"}
    warnings = [*predicted.get("warnings", []), *done["warnings"]]
    unread = f"mute@contoso.com: the report of the move in {FOLDER} could not be read: Could not find"
    assert [warning.startswith(unread) for warning in warnings] == [True, False]
    assert warnings[1].startswith("late@contoso.com: changed, but the host said: ")

    moves = [entry.parameters for entry in lab.journal.entries("Move-CsUser")]
    paths = {str(each["Report"]) for each in moves}
    assert len(moves) == len(paths) == len(NAMES)
    assert all(path.startswith(f"{FOLDER}\\move-") and not set("'$") & set(path) for path in paths)
    read = [entry.parameters["LiteralPath"] for entry in lab.journal.entries("Import-Csv")]
    assert sorted(str(each) for each in read) == sorted(str([path]) for path in paths)

    # The files stay, and hold no credentials.
    files = {path: text for (host, path), text in lab.organisation.world.files.items() if host == "sfb01"}
    rows = [row for text in files.values() for row in csv.DictReader(io.StringIO(text))]
    assert len(rows) == len(files) == len(NAMES) - 1
    assert sorted(row["ErrorMsg"] for row in rows) == sorted([PROTECTED, "Success", "Success", UNSYNCED, UNSYNCED])
    assert not any(MOVER["credential_password"] in text or MOVER["credential_user"] in text for text in files.values())
