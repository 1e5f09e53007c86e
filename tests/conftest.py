# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of all tests. What runs playbooks is in `tests/controller.py`."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.pwsh.engine import PwshEngine
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.pwsh.processes import (
    PwshMissing,
    PwshProcesses,
)

from tests import engines
from tests.controller import COLLECTIONS, Controller
from tests.engines import NewLab
from tests.lab.waiting import Eventually
from tests.ledgers import Place
from tests.postgresql import PostgresqlMissing, PostgresqlServer

# Anything of Ansible that a test imports finds the collection where the tests find it, and nothing of the user's.
os.environ["ANSIBLE_COLLECTIONS_PATH"] = str(COLLECTIONS)
os.environ.pop("ANSIBLE_CONFIG", None)

# The tests that take longest, the slowest first.
SLOW = ("tests/awx", "tests/playbooks", "tests/lab/waves", "tests/lab/test_", "tests/lab/connection", "tests/lab")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--every-engine",
        action="store_true",
        help="run all tests of modules and playbooks on a real PowerShell too, and all repetitions",
    )


def pytest_report_header() -> str:
    return engines.found()


def dealt(items: Sequence[pytest.Item], workers: int) -> list[pytest.Item]:
    """Return the tests so that each worker begins with a part of the slow ones: at the end none waits for another's whole playbooks.

    Workers take even parts of the list, in its order. The tests of a file stay together, since they share what was set up for them.
    """
    files: dict[str, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.nodeid.partition("::")[0], []).append(item)
    order = sorted(files, key=lambda file: next((n for n, part in enumerate(SLOW) if file.startswith(part)), len(SLOW)))
    return [item for worker in range(workers) for file in order[worker::workers] for item in files[file]]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items[:] = dealt(items, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))
    if config.getoption("--every-engine"):
        return
    items[:], left_out = engines.split(items)
    config.hook.pytest_deselected(items=left_out)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [one for name in ("passed", "failed", "skipped") for one in terminalreporter.getreports(name)]
    terminalreporter.write_line(engines.ran(one for one in reports if one.when == "call" or one.skipped))


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """An empty folder with a short path, for what keeps sockets in it (about 100 characters is the most they take)."""
    folder = Path(tempfile.mkdtemp(prefix="tu-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def eventually() -> Eventually:
    """Waits until something holds, for some seconds at most."""

    def waiting(holds: Callable[[], object], seconds: float = 5.0) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, f"did not come true within {seconds} seconds"
            time.sleep(0.02)

    return waiting


@pytest.fixture
def seed() -> Mapping[str, Any]:
    """What the simulated hosts start with; tests that want something in particular have a fixture of this name."""
    return {}


@pytest.fixture(scope="session")
def processes() -> Iterator[PwshProcesses]:
    """PowerShell processes for all labs of a run. Tests that need them are skipped where there is no PowerShell."""
    try:
        shared = PwshProcesses()
    except PwshMissing as missing:
        pytest.skip(str(missing))
    with shared:
        yield shared


@pytest.fixture
def engine() -> str:
    """What answers PowerShell calls on the simulated hosts; where tests run on both engines, a parameter of this name."""
    return "embedded"


@pytest.fixture
def new_lab(engine: str, request: pytest.FixtureRequest) -> NewLab:
    """Makes labs with that engine, which the test starts and closes."""
    if engine == "embedded":
        return Lab
    processes: PwshProcesses = request.getfixturevalue("processes")
    return partial(Lab, engine=lambda organisation: PwshEngine(organisation, processes))


@pytest.fixture
def lab(seed: Mapping[str, Any], new_lab: NewLab) -> Iterator[Lab]:
    """Simulated hosts `sfb01` and `teams01`, with the journal of what they were asked."""
    with new_lab(seed) as running:
        yield running


@pytest.fixture
def controller(lab: Lab, short_folder: Path) -> Controller:
    """Runs modules and playbooks against the simulated hosts."""
    return Controller(short_folder, lab.inventory())


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    """A server. Tests that need one are skipped where there is none."""
    try:
        server = PostgresqlServer()
    except PostgresqlMissing as missing:
        pytest.skip(str(missing))
    with server:
        yield server


@pytest.fixture
def sqlite_place(tmp_path: Path) -> Place:
    return Place(f"sqlite:///{tmp_path / 'ledger.db'}")


@pytest.fixture
def postgresql_place(postgresql: PostgresqlServer) -> Place:
    return Place(postgresql.new_database(), postgresql.password)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest) -> Place:
    found: Place = request.getfixturevalue(f"{request.param}_place")
    return found
