# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""An execution environment as far as jobs see one: a home with the collection installed as it is published."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab

from tests.awx.job import Job, Launch
from tests.awx.shipped import configuration, injected, inventory
from tests.controller import ROOT

BIN = Path(sys.executable).parent
NOW = "2026-12-07T19:05:00+01:00"
ALICE, BOB = "alice@contoso.com", "bob@contoso.com"
# The waves of the tests, with a users file of the shipped project.
WAVES = {
    "failure_budget_percentage": 5,
    "waves": [
        {
            "name": "pilot",
            "upgrade_on": "2026-12-07",
            "users_file": "waves/pilot.csv",
            "exclude": [BOB],
            "notice": "ignore",
        },
        {"name": "paris", "upgrade_on": "2026-12-07", "users": [BOB], "notice": "ignore"},
    ],
}
SEED = {"clock": "2026-12-07T17:55:00Z", "users": [{"sip": ALICE}, {"sip": BOB}]}


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the built collection is installed."""
    folder = tmp_path_factory.mktemp("ee")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "PYTHON"))}
    environment["HOME"] = str(folder)

    def run(*command: str, cwd: Path = folder) -> None:
        done = subprocess.run(
            command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    run(sys.executable, "dev/copy_collection.py", str(folder / "copy"), cwd=ROOT)
    galaxy = str(BIN / "ansible-galaxy")
    run(galaxy, "collection", "build", str(folder / "copy" / "ansible_collections" / "sfb" / "teams_upgrade"))
    (package,) = map(str, folder.glob("*.tar.gz"))
    run(galaxy, "collection", "install", package, "--offline", "-p", str(folder / ".ansible" / "collections"))
    return folder


@pytest.fixture(scope="session")
def shipped(home: Path) -> Path:
    """The folder for AWX, in the installed collection."""
    return home / ".ansible" / "collections" / "ansible_collections" / "sfb" / "teams_upgrade" / "docs" / "awx"


@pytest.fixture
def seed() -> Mapping[str, Any]:
    return SEED


@pytest.fixture
def lab(seed: Mapping[str, Any]) -> Iterator[Lab]:
    """Hosts whose clock runs fast, so that a synchronisation takes a quarter of a second."""
    with Lab(seed) as running:
        running.clock.rate = 7200
        yield running


NewJob = Callable[..., Job]


@pytest.fixture
def new_job(shipped: Path, short_folder: Path, home: Path) -> NewJob:
    """Makes jobs of the shipped project."""
    numbers = iter(range(41, 99))
    short_home = short_folder / "home"
    short_home.symlink_to(home, target_is_directory=True)

    def make(launch: Launch) -> Job:
        return Job(next(numbers), launch, shipped / "project", short_folder, short_home)

    return make


NewLaunch = Callable[..., Launch]


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
def launch(found: dict[str, Any], credentials: dict[str, str], lab: Lab, short_folder: Path) -> NewLaunch:
    """Launches of the daily job."""
    account = lab.inventory()["all"]["vars"]

    def make(playbook: str = "waves.yml", **changed: Any) -> Launch:
        reports = {"teams_upgrade_report_dir": str(short_folder / "reports"), "teams_upgrade_sync_interval": 1}
        hosts = inventory(found, lab, teams_upgrade_ledger=f"sqlite:///{short_folder}/ledger.db", **reports)
        given = {"teams_upgrade_now": NOW, "teams_upgrade_plan": WAVES} | changed.pop("template_vars", {})
        known = {"credentials": credentials, "user": account["ansible_user"], "password": account["ansible_password"]}
        return Launch(playbook, hosts, template_vars=given, **(known | changed))

    return make
