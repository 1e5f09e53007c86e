# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs of AWX, as Ansible Runner runs them: the shipped project, inventory and credential types, against simulated hosts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab

from tests.awx.conftest import NewJob
from tests.awx.job import Launch, plain
from tests.awx.shipped import configuration, injected, inventory

NOW = "2026-12-07T19:05:00+01:00"
ALICE, BOB = "alice@contoso.com", "bob@contoso.com"
PLAN = {
    "failure_budget_percentage": 5,
    "waves": [
        {"name": name, "upgrade_on": "2026-12-07", "users": [user], "notice": "ignore"}
        for name, user in (("pilot", ALICE), ("paris", BOB))
    ],
}


@pytest.fixture
def found(shipped: Path) -> dict[str, Any]:
    return configuration(shipped)


@pytest.fixture
def credentials(found: dict[str, Any], lab: Lab) -> dict[str, str]:
    """What the credentials of the daily job inject."""
    hosts = lab.inventory()["all"]
    (teams,) = hosts["children"]["teams_hosts"]["hosts"].values()
    prefix = "ansible_runspace_teams_"
    tenant = {name.removeprefix(prefix): value for name, value in teams.items() if name.startswith(prefix)}
    administrator = {
        "username": hosts["vars"]["teams_upgrade_move_credential_user"],
        "password": hosts["vars"]["teams_upgrade_move_credential_password"],
    }
    types = found["controller_credential_types"]
    return {
        **injected(types, "Teams sign-in with a certificate", **tenant),
        **injected(types, "Teams upgrade - administrator of moves", **administrator),
    }


@pytest.fixture
def launch(found: dict[str, Any], credentials: dict[str, str], lab: Lab, short_folder: Path) -> Any:
    """Launches of the daily job."""
    account = lab.inventory()["all"]["vars"]

    def make(playbook: str = "waves.yml", **changed: Any) -> Launch:
        reports = {"teams_upgrade_report_dir": str(short_folder / "reports"), "teams_upgrade_sync_interval": 1}
        hosts = inventory(found, lab, teams_upgrade_ledger=f"sqlite:///{short_folder}/ledger.db", **reports)
        given = {"teams_upgrade_now": NOW, "teams_upgrade_plan": PLAN} | changed.pop("template_vars", {})
        known = {"credentials": credentials, "user": account["ansible_user"], "password": account["ansible_password"]}
        return Launch(playbook, hosts, template_vars=given, **(known | changed))

    return make


def test_a_survey_narrows_a_job_and_its_artifacts_say_what_came_of_it(new_job: NewJob, launch: Any, lab: Lab, short_folder: Path) -> None:
    answers = {
        "teams_upgrade_waves": "paris\n",
        "teams_upgrade_most_users": "5",
        "teams_upgrade_fail_when_closed": "true",
        "teams_upgrade_accepted_reasons": "",
        "teams_upgrade_meetings_wait": "false",
        "teams_upgrade_report_name": "report",
    }
    ended = new_job(launch(answers=answers)).run()
    assert ended.status == "successful"
    assert [entry.users for entry in lab.journal.entries(writes=True)] == [("bob@contoso.com",)]
    report = json.loads((short_folder / "reports" / "report.json").read_text(encoding="utf-8"))
    result = ended.artifacts["teams_upgrade_result"]
    assert {key: result[key] for key in ("verdict", "counts", "failed")} == {key: report[key] for key in ("verdict", "counts", "failed")}
    assert (result["kind"], result["check_mode"], result["report"]) == ("waves", False, str(short_folder / "reports" / "report.html"))
    assert plain(result["verdict"]) in plain(ended.output)
