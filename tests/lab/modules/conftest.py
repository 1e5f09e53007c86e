# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules are tried on hosts with either engine; of several cases of a test, the first on both."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab

from tests.engines import REPEATED
from tests.lab.wire import OverTheWire


@pytest.fixture(params=REPEATED)
def engine(request: pytest.FixtureRequest) -> str:
    """The engine of the hosts."""
    return str(request.param)


@pytest.fixture
def play(lab: Lab) -> Iterator[OverTheWire]:
    """Runs modules against the simulated hosts, without Ansible between: what it does is the same for all of them."""
    with OverTheWire(lab) as running:
        yield running
