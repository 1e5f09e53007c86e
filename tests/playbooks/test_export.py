# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ledger as files, by the shipped playbook: on the controller, without a host."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.opening import open_ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.processes import process
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import NewRun, Sending
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason, Status
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.ledger import default_url

from tests.controller import Controller, Run

EXPORT = "sfb.teams_upgrade.export"
NOBODY: dict[str, Any] = {"all": {"hosts": {}}}
FORMULA = "=cmd|'/c calc'!a0@contoso.com"  # a local part may begin so
ODD_FOLDER = "a b?c#d%41é;@:1"
ONPREM = {"homing": "onprem", "registrar_pool": "pool01.contoso.com", "mode": "Islands"}
FILES = [f"ledger-{kind}.{suffix}" for kind in ("events", "runs", "users") for suffix in ("csv", "json")]


@pytest.fixture
def controller(short_folder: Path) -> Controller:
    return Controller(short_folder / ODD_FOLDER, NOBODY)


@pytest.fixture
def ledger(controller: Controller) -> str:
    """The URL of the default ledger, in which a user was moved and another one's move failed."""
    url = default_url({"ansible_inventory_sources": [str(controller.inventory)]})
    odd = Reason("odd", f"-1+1 is what {FORMULA} said;@SUM(1)", "Look.")
    with open_ledger(url) as opened:
        run = opened.begin_run(NewRun(process(), job="+4711")).id
        opened.remember_members("=pilot", [FORMULA])
        opened.remember_members("rest", ["bob@contoso.com"])
        opened.remember_before({FORMULA: ONPREM})
        sending = [Sending(user, "Move-CsUser", ONPREM, {"homing": "online"}) for user in (FORMULA, "bob@contoso.com")]
        first, second = opened.events_sent(run, sending)
        opened.event_completed(first, Status.FAILED, after=ONPREM, reason=odd, seconds=2.5)
        opened.event_completed(second, Status.CHANGED, after={"homing": "online"})
        opened.event_completed(opened.event_sent(run, Sending("", "Set-CsTeamsUpgradePolicy")), Status.CHANGED)
        opened.end_run(run, "=1+1")
    return url


def export(controller: Controller, *, check: bool = False, **variables: object) -> Run:
    run = controller.playbook(EXPORT, check=check, extra_vars=variables)
    assert "Traceback" not in run.output
    return run


def tables(folder: Path) -> dict[str, list[dict[str, str]]]:
    return {
        kind: list(csv.DictReader((folder / f"ledger-{kind}.csv").open(encoding="utf-8", newline="")))
        for kind in ("users", "events", "runs")
    }


def objects(folder: Path, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / f"ledger-{kind}.json").read_text(encoding="utf-8"))
    return found


def test_the_ledger_is_written_to_files_beside_the_inventory(controller: Controller, ledger: str) -> None:
    folder = controller.folder / "teams-upgrade-reports"
    preview = export(controller, check=True)
    assert (preview.returncode, preview.changed, folder.exists()) == (0, 1, False)
    first, again = export(controller), export(controller)
    assert [(run.returncode, run.changed) for run in (first, again)] == [(0, 1), (0, 0)]
    assert sorted(path.name for path in folder.iterdir()) == FILES
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o640}
    users = objects(folder, "users")
    assert [(user["user"], user["phase"]) for user in users] == [(FORMULA, "planned"), ("bob@contoso.com", "moved")]
    assert users[0]["before"] == ONPREM
    assert [event["user"] for event in objects(folder, "events")] == [FORMULA, "bob@contoso.com", None]
    assert objects(folder, "runs")[0]["verdict"] == "=1+1"


def test_no_cell_is_a_formula_of_a_spreadsheet(controller: Controller, ledger: str) -> None:
    export(controller)
    found = tables(controller.folder / "teams-upgrade-reports")
    assert {kind: len(rows) for kind, rows in found.items()} == {"users": 2, "events": 3, "runs": 1}
    cells = [cell for rows in found.values() for row in rows for cell in row.values()]
    assert [cell for cell in cells if cell.startswith(tuple("=+-@"))] == []
    user, run = found["users"][0], found["runs"][0]
    assert (user["user"], user["wave"], user["before_mode"]) == (f"'{FORMULA}", "'=pilot", "Islands")
    assert user["last_reason_message"] == f"'-1+1 is what {FORMULA} said;'@SUM(1)"
    assert (run["job"], run["verdict"], run["check_mode"]) == ("'+4711", "'=1+1", "false")
    assert found["events"][0]["seconds"] == "2.5"


def test_some_waves_are_exported_and_an_unknown_one_is_refused(controller: Controller, ledger: str) -> None:
    folder = controller.folder / "some"
    run = export(controller, teams_upgrade_waves="rest", teams_upgrade_report_dir=str(folder))
    assert run.returncode == 0
    assert [user["user"] for user in objects(folder, "users")] == ["bob@contoso.com"]
    assert [event["user"] for event in objects(folder, "events")] == ["bob@contoso.com"]
    refused = export(controller, teams_upgrade_waves=["rest", "rset"], teams_upgrade_report_dir=str(folder / "more"))
    assert "Nothing was written: the ledger knows no wave 'rset'" in refused.output
    assert (refused.returncode, (folder / "more").exists()) == (2, False)


@pytest.mark.oldest
def test_where_there_is_no_ledger_none_is_made(controller: Controller) -> None:
    run = export(controller)
    assert "Nothing was written. There is no ledger in" in run.output
    assert run.returncode == 2
    assert [path.name for path in controller.folder.iterdir() if path.suffix == ".db"] == []


def test_a_limit_that_leaves_out_the_controller_is_refused(controller: Controller, ledger: str) -> None:
    controller.inventory.write_text(json.dumps({"all": {"hosts": {"sfb01": {}}}}), encoding="utf-8")
    run = controller.playbook(EXPORT, arguments=["--limit", "sfb01"])
    assert run.returncode == 2
    assert "Nothing was written: --limit leaves out localhost" in run.output
