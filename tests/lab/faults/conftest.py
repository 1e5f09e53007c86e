# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts that behave badly, and clients of theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab

from tests.engines import REPEATED
from tests.hostile import Hostile, hostile
from tests.lab.connection.client import Client, options_at

RUNSPACE = "ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace"
ConnectTo = Callable[..., Client]


@pytest.fixture(params=REPEATED)
def engine(request: pytest.FixtureRequest) -> str:
    """The engine of the hosts."""
    return str(request.param)


@pytest.fixture
def seed() -> Mapping[str, Any]:
    return {"users": [{"sip": f"user{number}@contoso.com"} for number in range(8)]}


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions are opened again, and commands that were interrupted looked at, sooner than on real hosts."""
    monkeypatch.setattr(f"{RUNSPACE}.worker._REOPENING_PAUSES", (0.0, 0.2, 0.4))
    monkeypatch.setattr(f"{RUNSPACE}.session._RESUMED_TIMEOUT", 1)


@pytest.fixture
def host(lab: Lab) -> Iterator[Hostile]:
    """A Skype for Business Server that behaves badly where a test says so."""
    with hostile(lab.front["sfb01"]) as host:
        yield host


@pytest.fixture
def connect(host: Hostile) -> Iterator[ConnectTo]:
    """Opens sessions on that host."""
    clients: list[Client] = []

    def connecting(**options: Any) -> Client:
        known = {"sessions": 1, "side": "onprem", "read_timeout": 10, "operation_timeout": 1, "reconnect_timeout": 1}
        clients.append(Client(options_at(host.name, host.address, host.port, **{**known, **options})))
        return clients[-1]

    yield connecting
    for client in clients:
        client.service.close(5)
