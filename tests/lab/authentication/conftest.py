# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A Kerberos realm, certificates, and clients for the tests of authentication."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.seed.model import ACCOUNT

from tests.kerberos import KerberosMissing, KerberosRealm
from tests.lab.connection.client import Client

ConnectWith = Callable[[Mapping[str, Any]], Client]


@pytest.fixture(scope="session")
def running_realm() -> Iterator[KerberosRealm]:
    """A realm with the account of the simulated hosts. Tests that need one are skipped where there is none."""
    try:
        realm = KerberosRealm(*ACCOUNT)
    except KerberosMissing as missing:
        pytest.skip(str(missing))
    with realm:
        yield realm


@pytest.fixture
def realm(running_realm: KerberosRealm, monkeypatch: pytest.MonkeyPatch) -> Iterator[KerberosRealm]:
    """That realm as the one of this process, without tickets."""
    for name, value in running_realm.environment.items():
        monkeypatch.setenv(name, value)
    yield running_realm
    running_realm.drop_tickets()


@pytest.fixture
def connect_with() -> Iterator[ConnectWith]:
    """Opens sessions with options of the connection."""
    clients: list[Client] = []

    def connecting(options: Mapping[str, Any]) -> Client:
        clients.append(Client(options))
        return clients[-1]

    yield connecting
    for client in clients:
        client.service.close(5)
