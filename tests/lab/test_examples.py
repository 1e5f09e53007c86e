# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The examples in the documentation of modules run as they are, on hosts that are as the example's name says."""

from __future__ import annotations

import importlib
import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.opening import open_ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.plan import read_plan
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.ledger import NAME
from jinja2 import StrictUndefined
from jinja2.nativetypes import NativeEnvironment

from tests.controller import COLLECTION, ROOT, Controller
from tests.engines import NewLab
from tests.extent import in_long_runs
from tests.in_process import MODULES
from tests.lab.modules.people import seeded
from tests.lab.wire import OverTheWire

ROLE = "roles/teams_upgrade/README.md"
SKYPE, TEAMS = "sfb01", "teams01"
PARIS = "pool-par.contoso.com"
ON_SKYPE = (
    "csuser_info",
    "csuser_move",
    "teams_upgrade_configuration",
    "teams_upgrade_policy_instance",
    "upgrade_readiness_info",
)
OF_A_WAVE = ("wave_drift", "wave_plan", "wave_report", "wave_rollback", "wave_step")
# See tests/unit/ledger/test_modules.py, test_export.py, and tests/playbooks/test_rehearsal.py.
WITHOUT_HOSTS = ("ledger", "ledger_info", "ledger_export", "wave_rehearsal")
# Before the upgrade users are homed on-prem. After it nobody is, and DNS points to the cloud.
BEFORE: Mapping[str, Any] = {
    "users": [seeded("alice"), seeded("bob"), seeded("dave"), seeded("erin")],
    "topology": {"policies": [{"identity": "TeamsUpgradeNotify", "notify": True}]},
}
AFTER: Mapping[str, Any] = {
    "timing": {"meetings": "2m", "meetings_running": "1m"},
    "users": [seeded(name, homing="online", policy="UpgradeToTeams") for name in ("alice", "bob", "carol")],
    "tenant": {"domains": [{"name": "contoso.com", "enabled": True, "lyncdiscover": "cloud"}]},
}
PLANNED: Mapping[str, Any] = {
    "users": [
        *(seeded("alice"), seeded("bob"), seeded("dave", pool=PARIS), seeded("boss", pool=PARIS)),
        seeded("erin", homing="online", policy="UpgradeToTeams"),
    ],
    "topology": {"pools": [{"fqdn": fqdn, "site": "Paris"} for fqdn in ("pool01.contoso.com", PARIS)]},
}
BEFORE_THE_UPGRADE = {
    "Move two users to Teams",
    "Read two users",
    "List who is still homed on-prem in a pool",
    "Check the deployment and a wave's users on the Skype for Business side",
    "Have the instance that notifies users who are homed on-prem",
    "Notify users who are homed on-prem",
}


def examples(module: str) -> list[dict[str, Any]]:
    """The tasks of a module's documentation."""
    tasks: list[dict[str, Any]] = yaml.safe_load(text_of(module))
    return tasks


def text_of(module: str) -> str:
    return str(importlib.import_module(f"{MODULES}.{module}").EXAMPLES)


def single_modules() -> list[str]:
    names = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
    return [name for name in names if name not in (*OF_A_WAVE, *WITHOUT_HOSTS)]


def filled(value: Any, variables: Mapping[str, Any]) -> Any:
    """Fill in the variables of a template; fails for one that is not defined."""
    if isinstance(value, Mapping):
        return {key: filled(each, variables) for key, each in value.items()}
    if isinstance(value, list):
        return [filled(each, variables) for each in value]
    if not isinstance(value, str) or "{{" not in value:
        return value
    return NativeEnvironment(undefined=StrictUndefined).from_string(value).render(variables)


def host_of(task: Mapping[str, Any], module: str) -> str:
    """The host on which a task of a module's documentation is to run."""
    return str(task.get("delegate_to") or (SKYPE if module in ON_SKYPE else TEAMS))


@pytest.fixture
def plays(new_lab: NewLab) -> Iterator[Mapping[bool, OverTheWire]]:
    """Hosts as they are before the upgrade (True), and after it (False)."""
    with new_lab(BEFORE) as before, new_lab(AFTER) as after, OverTheWire(before) as first, OverTheWire(after) as second:
        yield {True: first, False: second}


@pytest.mark.parametrize("module", single_modules())
@pytest.mark.parametrize("check", [pytest.param(True, marks=in_long_runs), False], ids=["check", "run"])
def test_every_example_runs_as_it_is(module: str, check: bool, plays: Mapping[bool, OverTheWire]) -> None:
    registered: dict[str, Any] = {}
    for task in examples(module):
        play = plays[task["name"] in BEFORE_THE_UPGRADE]
        (name,) = (key for key in task if key.startswith(f"{COLLECTION}."))
        variables = {**play.lab.inventory()["all"]["vars"], **registered}
        args = filled(task[name] or {}, variables)
        answer = play.run(host_of(task, module), name.removeprefix(f"{COLLECTION}."), args, check=check)
        assert not answer["failed"], (task["name"], answer["msg"])
        assert [user for user in answer.get("users", ()) if user.get("status") in ("failed", "unknown")] == []
        if "register" in task:
            registered[task["register"]] = answer
    if check:
        assert [entry for play in plays.values() for entry in play.lab.journal.entries(writes=True)] == []


def test_examples_of_a_wave_run_one_after_the_other(short_folder: Path) -> None:
    tasks = "".join(text_of(module) for module in OF_A_WAVE)
    play = "- hosts: localhost\n  gather_facts: false\n  tasks:\n" + textwrap.indent(tasks, "    ")
    # Whom a rollback may be about.
    with open_ledger(f"sqlite:///{short_folder / NAME}") as ledger:
        ledger.remember_members("pilot", ["alice@contoso.com"])
    with Lab(BEFORE) as lab:
        run = Controller(short_folder, lab.inventory()).playbook(written(short_folder, "play.yml", play), check=True)
        assert run.returncode == 0, run.output
        assert lab.journal.entries(writes=True) == []
    assert len(run.results) == len(yaml.safe_load(tasks))


def written(folder: Path, name: str, text: str) -> Path:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def blocks(page: str, start: str | tuple[str, ...]) -> list[str]:
    """The blocks of YAML on a page that start with one of these texts."""
    found = re.findall(r"```yaml\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    return [block for block in found if block.startswith(start)]


PLANS = [block for page in ("README.md", ROLE) for block in blocks(page, ("# plan.yml", "teams_upgrade_plan:"))]
PLAYS = [block for page in ("README.md", ROLE) for block in blocks(page, "- hosts:")]


def test_the_pages_have_plans_and_plays() -> None:
    assert (len(PLANS), len(PLAYS)) == (2, 2)


def test_the_plans_of_both_pages_are_sound_and_have_the_same_waves() -> None:
    plans = [yaml.safe_load(text)["teams_upgrade_plan"] for text in PLANS]
    assert plans[0]["waves"] == plans[1]["waves"]
    for plan in plans:
        assert len(read_plan(plan, lambda _path: b"user\nerin@contoso.com\n").waves) == 3


@pytest.mark.parametrize("text", [PLAYS[0], pytest.param(PLAYS[1], marks=in_long_runs)], ids=["README", "role"])
def test_a_play_of_a_page_runs_as_it_is(short_folder: Path, text: str) -> None:
    # Whom a rollback may be about.
    with open_ledger(f"sqlite:///{short_folder / NAME}") as ledger:
        ledger.remember_members("pilot", ["alice@contoso.com"])
    with Lab(BEFORE) as lab:
        run = Controller(short_folder, lab.inventory()).playbook(written(short_folder, "play.yml", text), check=True)
        assert run.returncode == 0, run.output
        assert lab.journal.entries("Get-CsUser")
        assert lab.journal.entries(writes=True) == []


# Every day one of two plans that have the same waves.
@pytest.mark.parametrize("text", [PLANS[0], pytest.param(PLANS[1], marks=pytest.mark.repeats)], ids=["README", "role"])
def test_a_plan_of_a_page_runs_as_it_is(short_folder: Path, text: str) -> None:
    written(short_folder, "waves/pilot.csv", "user\nerin@contoso.com\n")
    plan = written(short_folder, "plan.yml", text)
    now = {"teams_upgrade_now": "2027-01-12T19:30:00+01:00"}
    with Lab(PLANNED) as lab:
        controller = Controller(short_folder, lab.inventory())
        run = controller.playbook(
            f"{COLLECTION}.waves", check=True, extra_vars=now, arguments=["--extra-vars", f"@{plan}"]
        )
        assert run.returncode == 0, run.output
        assert lab.journal.entries(writes=True) == []
    reports = short_folder / "teams-upgrade-reports"
    assert (reports / "latest-check.html").exists()
    report = json.loads((reports / "latest-check.json").read_text(encoding="utf-8"))
    assert [(user["wave"], user["user"]) for user in report["users"]] == [
        ("pilot", "erin@contoso.com"),
        ("paris", "dave@contoso.com"),
    ]
