# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs of AWX, as Ansible Runner runs them: the shipped project, inventory and credential types, against simulated hosts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.opening import open_ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import Selection
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import ADMIN

from tests.awx.conftest import ALICE, BOB, SEED, NewJob, NewLaunch
from tests.awx.job import Ended, Job, Launch, plain
from tests.awx.receiver import receiver
from tests.awx.shipped import injected
from tests.extent import LONG, in_long_runs
from tests.lab.interruptions import AFTER, interrupted
from tests.lab.waiting import Eventually

TOKENS = ("lab-graph-token", "lab-teams-token")
MANY = sorted(f"user{number}@contoso.com" for number in range(12))
SIDES = (("skype_servers", "sfb"), ("teams_hosts", "teams"))


def written(lab: Lab) -> list[str]:
    """The users of each call that wrote and was done, in order."""
    done = (entry for entry in lab.journal.entries(writes=True) if entry.outcome == "done")
    return [user.removeprefix("sip:") for entry in done for user in entry.users]


def shown(job: Job, ended: Ended, secrets: Iterable[str]) -> list[str]:
    """Where secrets are in what AWX keeps of a job, and in which files of its private data directory, on either side.

    Ansible Runner itself writes the environment of each job to the file `command`, for its own account, for as long as the job takes.
    """
    folders = (job.sent, job.here)
    texts = {str(path): path.read_bytes() for each in folders for path in each.rglob("*") if path.is_file()}
    texts = {name: text for name, text in texts.items() if not name.endswith(f"artifacts/{job.number}/command")}
    texts |= {f"event {event['counter']}: {event['event']}": json.dumps(event).encode() for event in ended.events}
    return [f"{secret}: {where}" for secret in secrets for where, text in texts.items() if secret.encode() in text]


def secrets_of(lab: Lab) -> list[str]:
    known = lab.inventory()["all"]["vars"]
    return [known["ansible_password"], known["teams_upgrade_move_credential_password"]]


def test_a_survey_narrows_a_job_whose_artifacts_and_webhook_say_what_came_of_it(
    new_job: NewJob,
    launch: NewLaunch,
    lab: Lab,
    found: Mapping[str, Any],
    credentials: Mapping[str, str],
    short_folder: Path,
) -> None:
    answers = {
        "teams_upgrade_waves": "paris\n",
        "teams_upgrade_most_users": "5",
        "teams_upgrade_fail_when_closed": "true",
        "teams_upgrade_accepted_reasons": "",
        "teams_upgrade_meetings_wait": "false",
        "teams_upgrade_report_name": "report",
    }
    types = found["controller_credential_types"]
    with receiver(path="/secret-of-the-address") as received:
        hook = injected(types, "Teams upgrade - webhook", url=received.address, authorization="Bearer S3cret")
        job = new_job(
            launch(answers=answers, credentials={**credentials, **hook}, arguments=["-vvvvv"] if LONG else [])
        )
        ended = job.run()
    assert ended.status == "successful"
    assert written(lab) == [BOB]
    report = json.loads((short_folder / "reports" / "report.json").read_text(encoding="utf-8"))
    ((path, headers, body),) = received.requests
    assert (path, headers["Authorization"], headers["Content-Type"]) == (
        "/secret-of-the-address",
        "Bearer S3cret",
        "application/json",
    )
    assert body == report
    assert ended.artifacts["teams_upgrade_result"] == {
        **{key: report[key] for key in ("kind", "verdict", "counts", "failed", "check_mode", "reasons")},
        "report": str(short_folder / "reports" / "report.html"),
        "webhook": "sent",
    }
    assert shown(job, ended, [*secrets_of(lab), "secret-of-the-address", "S3cret"]) == []


@in_long_runs
def test_a_check_predicts_and_a_webhook_that_fails_is_a_warning(
    new_job: NewJob, launch: NewLaunch, lab: Lab, found: Mapping[str, Any], credentials: Mapping[str, str]
) -> None:
    types = found["controller_credential_types"]
    tenant = {"tenant_id": credentials["TEAMS_UPGRADE_TEAMS_TENANT_ID"], "environment": ""}
    user = injected(types, "Teams sign-in with a user", username=ADMIN[0], password=ADMIN[1], **tenant)
    with receiver(status=302, path="/secret-of-the-address") as received:
        hook = injected(types, "Teams upgrade - webhook", url=received.address, authorization="")
        # Of the other credentials, that of moves is left.
        moves = {name: value for name, value in credentials.items() if "_MOVE_" in name}
        ended = new_job(launch(check=True, credentials={**moves, **user, **hook})).run()
    assert ended.status == "successful"
    assert written(lab) == []
    result = ended.artifacts["teams_upgrade_result"]
    assert (result["check_mode"], result["counts"]["changed"], result["webhook"]) == (True, 2, "failed")
    # One that leads elsewhere is not followed.
    assert [(path, body["check_mode"]) for path, _headers, body in received.requests] == [
        ("/secret-of-the-address", True)
    ]
    assert "(127.0.0.1): it answered with HTTP 302. The run is not affected" in plain(ended.output)
    assert "secret-of-the-address" not in ended.output


@in_long_runs
@pytest.mark.parametrize("seed", [{**SEED, "users": [{"sip": user} for user in MANY], "latency": "Move-CsUser=2"}])
def test_a_job_that_is_cancelled_leaves_no_shell_and_is_finished_by_the_next(
    new_job: NewJob, launch: NewLaunch, lab: Lab, eventually: Eventually, short_folder: Path
) -> None:
    plan = {"waves": [{"name": "pilot", "upgrade_on": "2026-12-07", "users": MANY, "notice": "ignore"}]}
    daily = launch(template_vars={"teams_upgrade_plan": plan, "teams_upgrade_interrupted_timeout": 3})
    cancelled = new_job(daily)
    with interrupted(lab, 1, AFTER, cancelled.cancel) as cancelling:
        cancelled.start()
        ended = cancelled.ended()
    assert (ended.status, cancelling.happened.is_set()) == ("canceled", True)
    eventually(lambda: not lab.journal.shells(still_open=True), seconds=10)
    assert 0 < len(written(lab)) < len(MANY)
    assert new_job(daily).run().status == "successful"
    assert sorted(written(lab)) == MANY
    with open_ledger(f"sqlite:///{short_folder}/ledger.db", None, read_only=True) as ledger:
        events, users, runs = ledger.events(Selection()), ledger.users(Selection()), ledger.runs(Selection())
    assert [each for each in events if each["status"] == "sent"] == []
    assert sorted(each["user"] for each in users if each["phase"] in ("upgraded", "done")) == MANY
    assert [(each["job"], bool(each["verdict"])) for each in runs] == [("41", False), ("42", True)]


def three_of_each(launch: Launch) -> dict[str, Any]:
    """The inventory with each host three times, so that every third by name has both sides."""
    known = launch.inventory
    hostvars = {f"{host[:-1]}{number}": of for host, of in known["_meta"]["hostvars"].items() for number in (1, 2, 3)}
    groups = {
        name: {**known[name], "hosts": [host for host in hostvars if host.startswith(start)]} for name, start in SIDES
    }
    return {**known, **groups, "_meta": {"hostvars": hostvars}}


@in_long_runs
def test_of_three_slices_at_once_one_does_the_work_of_all(new_job: NewJob, launch: NewLaunch, lab: Lab) -> None:
    daily = launch()
    whole = replace(daily, inventory=three_of_each(daily), workflow=(40, daily.template))
    jobs = [new_job(replace(whole, slice=(number, 3))) for number in (1, 2, 3)]
    for job in jobs:
        job.start()
    ended = [job.ended() for job in jobs]
    assert [each.status for each in ended] == ["successful"] * 3
    assert sorted(written(lab)) == [ALICE, BOB]
    worked = [each for each in ended if each.artifacts]
    assert len(worked) == 1
    others = [plain(each.output) for each in ended if each not in worked]
    assert all("Set the number of job slices of the job template to 1" in output for output in others)


@in_long_runs
def test_a_slice_without_one_of_the_sides_says_so(new_job: NewJob, launch: NewLaunch, lab: Lab) -> None:
    daily = launch()
    ended = new_job(replace(daily, workflow=(40, daily.template), slice=(1, 2))).run()
    assert (ended.status, written(lab)) == ("failed", [])
    assert "AWX has given it a part of the inventory only" in plain(ended.output)


def test_a_ledger_that_is_gone_with_the_job_is_refused(new_job: NewJob, launch: NewLaunch, lab: Lab) -> None:
    daily = launch()
    everywhere = {**daily.inventory["all"]["vars"], "teams_upgrade_ledger": "", "teams_upgrade_report_dir": ""}
    inventory = {**daily.inventory, "all": {**daily.inventory["all"], "vars": everywhere}}
    ended = new_job(replace(daily, inventory=inventory)).run()
    assert (ended.status, lab.journal.entries()) == ("failed", [])
    assert "is a file that is gone when this job of AWX ends" in plain(ended.output)
    assert "The report's files in" in plain(ended.output)


@in_long_runs
def test_a_look_for_drift_with_access_tokens_leaves_its_counts_and_its_result(
    new_job: NewJob, launch: NewLaunch, lab: Lab, found: Mapping[str, Any], credentials: Mapping[str, str]
) -> None:
    types, tenant = found["controller_credential_types"], credentials["TEAMS_UPGRADE_TEAMS_TENANT_ID"]
    tokens = {"graph_token": TOKENS[0], "teams_token": TOKENS[1]}
    signed_in = injected(types, "Teams sign-in with access tokens", tenant_id=tenant, **tokens)
    ended = new_job(launch("drift.yml", credentials=signed_in)).run()
    assert (ended.status, written(lab)) == ("successful", [])
    result = ended.artifacts["teams_upgrade_result"]
    assert (result["kind"], result["failed"], result["counts"]) == (
        "drift",
        False,
        ended.artifacts["teams_upgrade_drift"],
    )
    assert result["counts"]["total"] == 2


@in_long_runs
def test_a_rollback_is_previewed_and_then_done(new_job: NewJob, launch: NewLaunch, lab: Lab) -> None:
    assert new_job(launch()).run().status == "successful"
    lab.journal.clear()
    # As the workflow hands them on: its survey's answers, and what the job before has left.
    answers = {
        "teams_upgrade_rollback_wave": "pilot",
        "teams_upgrade_rollback_users": "",
        "teams_upgrade_rollback_pool": "",
    }
    rollback = launch("rollback.yml", answers=answers, workflow=(50, "Teams upgrade - rollback with approval"))
    preview = new_job(replace(rollback, check=True)).run()
    assert (preview.status, written(lab)) == ("successful", [])
    left = preview.artifacts["teams_upgrade_result"]
    assert (left["kind"], left["check_mode"], left["counts"]["changed"]) == ("rollback", True, 1)
    done = new_job(replace(rollback, answers={**answers, "teams_upgrade_result": left})).run()
    assert (done.status, set(written(lab))) == ("successful", {ALICE})
