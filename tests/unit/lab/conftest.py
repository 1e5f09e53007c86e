# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts to try engines on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.embedded.engine import EmbeddedEngine
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.interface import Engine
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.pwsh.engine import PwshEngine
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.front import Endpoint, Front, HostSettings

from tests.engines import EACH
from tests.unit.lab.engine.clients import PASSWORD, USER, Client, opened
from tests.unit.lab.engine.trial import BOTH, ONLINE, ONPREM, Trial


def make_engine(name: str, trial: Trial, request: pytest.FixtureRequest) -> Engine:
    """An engine by name."""
    if name == "embedded":
        return EmbeddedEngine(trial)
    return PwshEngine(trial, request.getfixturevalue("processes"))


@pytest.fixture(scope="session", params=EACH)
def shared(request: pytest.FixtureRequest) -> Iterator[tuple[Trial, Front]]:
    """Hosts that all tests of a run share; what they change they put back."""
    trial = Trial()
    hosts = [HostSettings(name, {USER: PASSWORD}) for name in (ONPREM, ONLINE, BOTH)]
    with Front(make_engine(request.param, trial, request), hosts) as front:
        yield trial, front


@pytest.fixture(scope="session")
def shared_client(shared: tuple[Trial, Front]) -> Iterator[Client]:
    """A shell on the host with Skype for Business Server that tests share."""
    with opened(shared[1][ONPREM]) as client:
        yield client


@pytest.fixture
def trial(shared: tuple[Trial, Front]) -> Iterator[Trial]:
    """The organisation behind the hosts, with no calls noted yet."""
    organisation = shared[0]
    organisation.calls.clear()
    yield organisation
    organisation.seconds = organisation.import_seconds = 0.0


@pytest.fixture
def front(shared: tuple[Trial, Front], trial: Trial) -> Front:
    """The hosts."""
    return shared[1]


@pytest.fixture
def onprem(front: Front) -> Endpoint:
    """The host with Skype for Business Server's module."""
    return front[ONPREM]


@pytest.fixture
def client(shared_client: Client, trial: Trial) -> Client:
    """The shared shell, for tests that leave it as it was."""
    return shared_client
