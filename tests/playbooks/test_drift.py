# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The look for drift as an administrator runs it. The hosts' journal is the witness that nothing was written."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.controller import Controller
from tests.engines import NewLab
from tests.extent import LONG, in_long_runs
from tests.lab.restricted.endpoints import JEA
from tests.playbooks.stage import UPGRADE_DAY, Stage, plan, set_stage, wave

PLAYBOOK = "sfb.teams_upgrade.drift"
NIGHT = "2026-12-08T02:00:00+01:00"
LINES = 45
MOVED, EARLY, WAITING, ROOM = (f"{name}@contoso.com" for name in ("moved", "early", "waiting", "room"))
BY_FILTER = {"name": "rest", "upgrade_on": "2027-02-01", "filter": {"registrar_pool": "pool02.contoso.com"}}
PLAN = plan(wave("pilot", [MOVED, EARLY]), wave("later", [WAITING, ROOM], upgrade_on="2027-01-11"), BY_FILTER)
SEED: dict[str, Any] = {
    "users": [
        {"sip": MOVED},
        {"sip": EARLY, "homing": "online"},
        {"sip": WAITING, "homing": "online"},
        {"sip": ROOM, "kind": "meeting_room"},
        {"sip": "found@contoso.com", "pool": "pool02.contoso.com"},
    ],
    "topology": {"pools": [{"fqdn": f"pool0{number}.contoso.com", "site": "Paris"} for number in (1, 2)]},
}
# The pilot is due: who was upgraded by others is as planned. Who is in a later wave was upgraded early.
STATUSES = {
    MOVED: "pending",
    EARLY: "in_state",
    WAITING: "drifted",
    ROOM: "not_due",
    "found@contoso.com": "not_due",
}


def look(on: Stage, name: str, *, check: bool = False, **variables: object) -> tuple[Any, dict[str, Any]]:
    """Run the playbook, and return the run with its report."""
    known: dict[str, object] = {"teams_upgrade_plan": PLAN, "teams_upgrade_now": NIGHT}
    folder = on.folder / name
    known |= {"teams_upgrade_report_dir": str(folder), "teams_upgrade_report_name": "drift"}
    on.lab.journal.clear()
    run = on.controller.playbook(PLAYBOOK, check=check, extra_vars=known | variables)
    assert "Traceback" not in run.output
    assert on.lab.journal.entries(writes=True) == []
    assert (folder / "latest-drift.json").readlink() == Path("drift.json")
    return run, json.loads((folder / "drift.json").read_text(encoding="utf-8"))


@in_long_runs
@pytest.mark.oldest
def test_drift_is_read_through_sessions_that_may_only_read(new_lab: NewLab, short_folder: Path) -> None:
    with set_stage(partial(new_lab, restricted=JEA), short_folder, SEED) as on:
        inventory = on.lab.inventory()
        for group, side in (("skype_servers", "Onprem"), ("teams_hosts", "Online")):
            inventory["all"]["children"][group]["vars"] = {
                "ansible_psrp_configuration_name": f"TeamsUpgrade{side}Read",
                "ansible_runspace_sessions": 1,
            }
        on.controller = Controller(short_folder / "reading", inventory)
        run, report = look(on, "first")
        checked, again = look(on, "second", check=True, teams_upgrade_fail_on_drift=True)
    assert (run.returncode, checked.returncode) == (0, 2), run.output
    for each in (report, again):
        assert {user["user"]: user["status"] for user in each["users"]} == STATUSES
        assert each["kind"] == "drift"
    assert (report["changes"], report["failed"]) == (None, False)
    assert (again["changes"]["new"], again["failed"]) == ([], True)
    stats = run.one(task="Compare").result["ansible_stats"]["data"]["teams_upgrade_drift"]
    assert stats == report["counts"]
    assert (stats["total"], stats["drifted"]) == (len(STATUSES), 1)
    assert len(run.output.splitlines()) < LINES
    assert f"   1 drifted, moved_early: {WAITING}" in run.output
    # Nobody has become a member, which would decide who gets which notice.
    assert "5 users: 1 drifted, 1 pending, 2 not due, 1 in state." in report["verdict"]


@pytest.mark.skipif(not LONG, reason="in process, tests/lab/waves does the same every day")
def test_a_host_that_cannot_be_read_makes_nobody_drifted(new_lab: NewLab, short_folder: Path) -> None:
    with set_stage(new_lab, short_folder, SEED) as on:
        _run, before = look(on, "before")
        on.lab.front["teams01"].refuse_connections()
        run, report = look(on, "unread", teams_upgrade_fail_on_drift=True, ansible_runspace_start_timeout=5)
        on.lab.front["teams01"].refuse_connections(False)
        _run, after = look(on, "after")
    assert before["counts"]["drifted"] == 1
    assert {user["status"] for user in report["users"]} == {"unknown"}
    assert report["verdict"].startswith("Nobody could be judged")
    assert run.returncode == 2
    assert report["changes"]["new"] == report["changes"]["gone"] == []
    assert after["changes"]["new"] == after["changes"]["gone"] == []
    since = [{user["user"]: user["since"] for user in each["users"]} for each in (before, after)]
    assert since[0] == since[1]


@pytest.mark.skipif(not LONG, reason="costs two playbooks; which variables there are is checked without them")
def test_the_waves_take_the_variables_of_drift_and_drift_those_of_the_waves(
    new_lab: NewLab, short_folder: Path
) -> None:
    with set_stage(new_lab, short_folder, SEED) as on:
        night = on.night(UPGRADE_DAY, PLAN, teams_upgrade_fail_on_drift=True)
        run, report = look(on, "drift", teams_upgrade_most_users=3, teams_upgrade_sync_timeout=5)
    assert (night.run.returncode, run.returncode) == (0, 0), run.output
    assert {user["user"]: user["status"] for user in report["users"]}[MOVED] == "in_state"
