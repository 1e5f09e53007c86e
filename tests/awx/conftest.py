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
from tests.controller import ROOT

BIN = Path(sys.executable).parent
SEED = {"clock": "2026-12-07T17:55:00Z", "users": [{"sip": "alice@contoso.com"}, {"sip": "bob@contoso.com"}]}


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the built collection is installed."""
    folder = tmp_path_factory.mktemp("ee")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "PYTHON"))}
    environment["HOME"] = str(folder)

    def run(*command: str, cwd: Path = folder) -> None:
        done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False)
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
