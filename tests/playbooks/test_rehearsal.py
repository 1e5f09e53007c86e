# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shipped playbook rehearses a plan, and a real run of the same plan on hosts of its own ends in the same, user by user."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab

from tests.controller import ROOT, Controller, Run
from tests.engines import NewLab
from tests.extent import in_long_runs
from tests.lab.waves.night import open_waves
from tests.playbooks.rehearsing import (
    MARK,
    ONE_WAVE,
    PLAYBOOK,
    SEED,
    SETTINGS,
    USERS,
    exported,
    marked,
    plan_for,
)
from tests.playbooks.stage import code_of

DONE = ("changed", "ok")
# An address at which nobody is: whoever asks for it waits.
NOBODY = {"ansible_host": "192.0.2.1", "ansible_user": "real", "ansible_password": "real"}
REAL_HOSTS = {
    "all": {
        "vars": {"ansible_connection": "sfb.teams_upgrade.runspace"},
        "children": {"skype_servers": {"hosts": {"sfb01": NOBODY}}, "teams_hosts": {"hosts": {"teams01": NOBODY}}},
    }
}


def rehearsed(folder: Path, variables: Mapping[str, Any], *, check: bool = False) -> tuple[Run, dict[str, Any]]:
    """Rehearse; return the run and the report. Nothing is left of it."""
    temporary, reports = folder / "t", folder / "reports"
    temporary.mkdir()
    known = {"teams_upgrade_report_dir": str(reports), "teams_upgrade_report_name": "rehearsal"}
    run = Controller(folder / "c", REAL_HOSTS).playbook(
        PLAYBOOK,
        check=check,
        extra_vars=known | dict(variables),
        environment={"TMPDIR": str(temporary), MARK: str(temporary)},
        timeout=1800,
    )
    assert marked(str(temporary)) == []
    assert list(temporary.glob("tu-*")) == []
    assert run.returncode == 0, run.output
    return run, json.loads((reports / "rehearsal.json").read_text(encoding="utf-8"))


def outcomes(report: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    """How each user ended, and why. Who is done is so however they became it."""
    return {
        user["user"]: ("done" if user["status"] in DONE else user["status"], code_of(user)) for user in report["users"]
    }


def rehearsed_and_done(folder: Path, new_lab: NewLab, plan: Mapping[str, Any]) -> tuple[Run, dict[str, Any]]:
    """Rehearse a plan in check mode, and carry it out on other hosts on the same days: every user has to end alike."""
    given = {"teams_upgrade_plan": plan, "teams_upgrade_rehearsal_settings": SETTINGS} | exported(folder)
    run, report = rehearsed(folder, given, check=True)
    with open_waves(new_lab, SEED) as on:
        for day in [day["at"] for day in report["days"]]:
            real = on.night(day, plan)
    assert outcomes(report) == outcomes(real.report)
    return run, report


def test_a_rehearsal_from_exports_agrees_with_a_real_run(short_folder: Path, new_lab: NewLab) -> None:
    run, report = rehearsed_and_done(short_folder, new_lab, ONE_WAVE)
    assert report["counts"] == {
        "total": 6,
        "ok": 1,
        "changed": 3,
        "skipped": 2,
        "pending": 0,
        "unknown": 0,
        "failed": 0,
    }
    assert {user["user"]: user["on"] for user in report["users"] if user["outcome"] == "changed"} == dict.fromkeys(
        ("alice@contoso.com", "bob@contoso.com", "online@contoso.com"), "2026-12-07"
    )
    assert [day["date"] for day in report["days"]] == ["2026-12-07"]
    assert "7 December 2026 (1 of about 1): wave pilot upgraded: " in run.output
    assert (report["kind"], report["check_mode"], report["failed"]) == ("rehearsal", False, False)
    assert report["assumptions"]
    (took,) = report["duration"]
    assert (took["wave"], took["from"], took["sessions"], took["fits"]) == ("pilot", "documented", 4, True)
    stats = run.one(task="Rehearse").result["ansible_stats"]["data"]["teams_upgrade_rehearsal"]
    assert stats["counts"] == report["counts"]
    assert stats["report"] == str(short_folder / "reports" / "rehearsal.html")
    latest = short_folder / "reports" / "latest-rehearsal.json"
    assert latest.resolve() == (short_folder / "reports" / "rehearsal.json").resolve()


@in_long_runs
def test_users_who_fail_have_another_job_and_end_as_in_a_real_run(short_folder: Path, new_lab: NewLab) -> None:
    plan = plan_for([user["sip"] for user in USERS], meetings=True)
    _run, report = rehearsed_and_done(short_folder, new_lab, plan)
    assert [(day["date"], day["counts"]["pending"]) for day in report["days"]] == [
        ("2026-12-07", 4),
        ("2026-12-08", 0),
        ("2026-12-09", 0),
    ]
    assert [user["user"] for user in report["users"] if user["outcome"] == "failed"] == ["mailbox@contoso.com"]


@in_long_runs
def test_a_rehearsal_of_the_demo_agrees_with_its_real_runs(short_folder: Path, new_lab: NewLab) -> None:
    seed = yaml.safe_load((ROOT / "demo" / "seed.yml").read_text(encoding="utf-8"))
    given_plan = yaml.safe_load((ROOT / "demo" / "plan.yml").read_text(encoding="utf-8"))["teams_upgrade_plan"]
    plan = json.loads(json.dumps(given_plan, default=str))
    listed = Lab(seed).seed.users
    settings = {
        "profile": "2020",
        "mailboxes_onprem": [user.sip for user in listed if user.mailbox == "onprem"],
        "contacts_in_exchange": [user.sip for user in listed if user.contacts_in == "exchange"],
    }
    given = {"teams_upgrade_plan": plan, "teams_upgrade_rehearsal_settings": settings} | exported(short_folder, seed)
    (short_folder / "waves").mkdir()
    (short_folder / "waves" / "pilot.csv").write_bytes((ROOT / "demo" / "waves" / "pilot.csv").read_bytes())
    _run, report = rehearsed(short_folder, given)
    pilot, everybody = plan["waves"]
    waves = [pilot | {"users_file": str(ROOT / "demo" / pilot["users_file"])}, everybody]
    with open_waves(new_lab, seed | {"clock": "2026-11-29T18:00:00Z"}) as on:
        for day in [day["at"] for day in report["days"]]:
            real = on.night(day, {**plan, "waves": waves})
    expected = outcomes(real.report)
    # Who is no user is in no export.
    assert expected["room.mediterranee@contoso.com"] == ("skipped", "not_a_user")
    assert outcomes(report) == expected | {"room.mediterranee@contoso.com": ("skipped", "user_not_found")}
    assert report["counts"]["failed"] == 1
