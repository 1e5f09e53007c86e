# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Hosts and clients for the tests of the connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.wsman.front import Endpoint

from tests.lab.connection.client import Client, options_for

Connect = Callable[..., Client]


@pytest.fixture
def seed() -> Mapping[str, Any]:
    """A server with both modules, as moves need it, one with its own alone, and a host with the tenant's."""
    return {
        "hosts": {
            "sfb01": {"skype": "2019 CU8", "teams": "6.6.0"},
            "alone01": {"skype": "2019 CU8"},
            "teams01": {"teams": "6.6.0"},
        },
        "users": [{"sip": f"user{number}@contoso.com"} for number in range(8)],
    }


@pytest.fixture
def connect(lab: Lab) -> Iterator[Connect]:
    """Opens sessions on a simulated host, with options of the connection."""
    clients: list[Client] = []

    def connecting(host: str | Endpoint = "sfb01", **options: Any) -> Client:
        endpoint = lab.front[host] if isinstance(host, str) else host
        clients.append(Client(options_for(endpoint, **{"sessions": 2, **options})))
        return clients[-1]

    yield connecting
    for client in clients:
        client.service.close(5)
