# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an administrator sees when the plan or the inventory is not sound: a sentence with its remedy, before anything is done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.controller import Controller, Run

PLAYBOOK = "sfb.teams_upgrade.waves"
HOSTS: dict[str, Any] = {
    "all": {
        "vars": {
            "ansible_connection": "sfb.teams_upgrade.runspace",
            "ansible_host": "127.0.0.1",
            "ansible_user": "admin",
            "ansible_password": "not the password",
            "ansible_psrp_auth": "basic",
            "ansible_psrp_protocol": "http",
            "ansible_psrp_message_encryption": "never",
            "ansible_port": 9,
        },
        "children": {"skype_servers": {"hosts": {"sfb01": {}}}, "teams_hosts": {"hosts": {"teams01": {}}}},
    }
}


def refused(run: Run) -> str:
    """The output of a run that ended early, in the user's words and no others."""
    assert run.returncode == 2
    assert "Traceback" not in run.output
    assert not run.of(action="wave_step")
    failed = [result for result in run.results if result.status == "failed"]
    assert len(failed) == 1
    return str(failed[0].result["msg"])


def plan(*waves: dict[str, Any], **top: object) -> dict[str, Any]:
    return {"teams_upgrade_plan": {"waves": list(waves)} | top, "teams_upgrade_now": "2026-12-07T09:00:00+01:00"}


def test_every_fault_of_a_plan_is_named_in_few_lines_before_anything_is_done(short_folder: Path) -> None:
    (short_folder / "empty.csv").write_bytes(b"user\n")
    (short_folder / "latin.csv").write_bytes("user\nrenée@contoso.com\n".encode("latin-1"))
    day = {"upgrade_on": "2026-12-07"}
    waves: list[dict[str, Any]] = [
        day | {"name": "mode", "users": ["a@contoso.com"], "mode": "TeamOnly"},
        day | {"name": "notify", "users": ["b@contoso.com"], "mode": "TeamsOnly", "notify": True},
        day | {"name": "gone", "users_file": "gone.csv"},
        day | {"name": "empty", "users_file": "empty.csv"},
        day | {"name": "latin", "users_file": "latin.csv"},
        day | {"name": "all", "users": ["*@contoso.com"]},
        day | {"name": "one", "users": ["carol@contoso.com"]},
        day | {"name": "two", "users": ["SIP:Carol@Contoso.com"]},
    ]
    run = Controller(short_folder, HOSTS).playbook(PLAYBOOK, extra_vars=plan(*waves))
    assert len(run.output.splitlines()) < 60
    message = refused(run)
    assert message.startswith("Nothing was done, since the plan is not sound.")
    for sentence in (
        "Wave 'mode': there is no mode 'TeamOnly'. The modes are Islands,",
        "Wave 'notify' has an unknown key 'notify'. Did you mean 'notify_days_before'?",
        f"Wave 'gone': there is no file {short_folder}/gone.csv. Correct the path;",
        "Wave 'empty': empty.csv names no user.",
        "Wave 'latin': latin.csv is not UTF-8: line 2 holds the byte 0xE9. In Excel, save it as 'CSV UTF-8 ",
        "Wave 'all', users: The user '*@contoso.com' contains a wildcard",
        "Carol@Contoso.com is in wave 'one' and in wave 'two'. Keep each user in one wave",
    ):
        assert sentence in message


def test_a_plan_that_is_missing_is_named(short_folder: Path) -> None:
    run = Controller(short_folder, HOSTS).playbook(PLAYBOOK)
    assert "teams_upgrade_plan" in refused(run)


def test_a_plan_with_nothing_due_touches_no_host_and_says_when(short_folder: Path) -> None:
    values = plan({"name": "pilot", "upgrade_on": "2027-12-07", "users": ["alice@contoso.com"]})
    run = Controller(short_folder, HOSTS).playbook(PLAYBOOK, extra_vars=values)
    assert (run.returncode, run.changed) == (0, 0)
    assert "Nothing was due. Next is the notification of wave 'pilot' on 2027-11-30." in " ".join(run.output.split())
    assert not run.of(action="wave_step", task="Check")
    # Beside the inventory, and not inside of one.
    reports = short_folder / "teams-upgrade-reports"
    assert f"Report: {reports}/teams-upgrade-" in run.output
    assert (reports / "latest.html").exists()


PILOT = plan({"name": "pilot", "upgrade_on": "2026-12-07", "users": ["alice@contoso.com"]})


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"teams_upgrade_users": ["eve@contoso.com"]}, "The extra variable teams_upgrade_users has no effect"),
        ({"__teams_upgrade_wave": "x"}, "The extra variable __teams_upgrade_wave would replace"),
        ({"teams_upgrade_sync_timeout": "soon"}, "argument 'teams_upgrade_sync_timeout' is of type"),
    ],
)
def test_a_variable_that_is_not_what_it_looks_like_is_refused_by_name(
    short_folder: Path, more: dict[str, Any], words: str
) -> None:
    message = refused(Controller(short_folder, HOSTS).playbook(PLAYBOOK, extra_vars=PILOT | more))
    assert words in message
    assert "Nothing was done" in message


def test_a_variable_of_the_role_that_is_set_for_a_host_is_refused(short_folder: Path) -> None:
    hosts = {
        "skype_servers": {"hosts": {"sfb01": {"teams_upgrade_waves": "pilot"}}},
        "teams_hosts": {"hosts": {"teams01": {}}},
    }
    inventory = {"all": {**HOSTS["all"], "children": hosts}}
    inventory["all"]["vars"] = {**HOSTS["all"]["vars"], "teams_upgrade_sync_timeout": 60}
    message = refused(Controller(short_folder, inventory).playbook(PLAYBOOK, extra_vars=PILOT))
    assert "The variable teams_upgrade_waves is set for the host sfb01 and has no effect there" in message


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--limit", "teams01"], "--limit leaves out localhost"),
        (["--tags", "readines"], "there is no tag readines. Did you mean readiness?"),
    ],
)
def test_a_limit_or_a_tag_that_would_do_nothing_is_refused(
    short_folder: Path, arguments: list[str], words: str
) -> None:
    message = refused(Controller(short_folder, HOSTS).playbook(PLAYBOOK, extra_vars=PILOT, arguments=arguments))
    assert words in message


@pytest.mark.repeats
def test_a_host_that_does_not_answer_fails_the_wave_and_the_next_does_not_start(
    short_folder: Path,
) -> None:
    values = plan(
        {"name": "pilot", "upgrade_on": "2026-12-07", "users": ["alice@contoso.com"]},
        {"name": "rest", "upgrade_on": "2026-12-07", "users": ["bob@contoso.com"]},
    )
    values["teams_upgrade_report_dir"] = str(short_folder / "reports")
    run = Controller(short_folder, HOSTS).playbook(PLAYBOOK, extra_vars=values)
    assert run.returncode == 2
    assert "Traceback" not in run.output
    message = next(str(result.result["msg"]) for result in run.results if result.status == "failed")
    assert message.startswith("Wave 'pilot', readiness: ")
    assert "127.0.0.1" in message
    assert "Wave 'rest' was not started, because wave 'pilot' met a fault that concerns everybody." in message
    assert len([path for path in (short_folder / "reports").iterdir() if not path.is_symlink()]) == 2


@pytest.mark.oldest
def test_dates_need_no_quotes(short_folder: Path) -> None:
    dates = (
        "teams_upgrade_plan: {waves: [{name: pilot, upgrade_on: 2099-12-07, notify_days_before: 1, users: [a@b.c]}]}\n"
    )
    (short_folder / "plan.yml").write_text(dates, encoding="utf-8")
    given = {"teams_upgrade_report_dir": str(short_folder / "reports")}
    run = Controller(short_folder, HOSTS).playbook(
        "sfb.teams_upgrade.waves", extra_vars=given, arguments=["-e", f"@{short_folder}/plan.yml"]
    )
    assert run.returncode == 0, run.output
    assert "Nothing was due" in run.output or "pilot" in run.output
