# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What starts tasks whose processes can be killed, and the sweep that kills them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.pwsh.engine import PwshEngine

from tests.lab.crashes.sweep import Sweep
from tests.lab.crashes.task import Tasks


@pytest.fixture(scope="package")
def engine(request: pytest.FixtureRequest) -> str:
    """The engine of the hosts, a parameter of the tests."""
    return str(request.param)


@pytest.fixture(scope="package")
def tasks() -> Iterator[Tasks]:
    # What the modules of these tests are given is in ansible-core from 2.19 on.
    pytest.importorskip("ansible.module_utils.testing")
    started = Tasks()
    yield started
    started.close()


@pytest.fixture(scope="package")
def sweep(engine: str, tasks: Tasks, request: pytest.FixtureRequest) -> Sweep:
    """The sweep on hosts with that engine."""
    if engine == "embedded":
        return Sweep(tasks, Lab)
    processes = request.getfixturevalue("processes")
    return Sweep(tasks, partial(Lab, engine=lambda organisation: PwshEngine(organisation, processes)))
