# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ledgers to test with: a new one for each test, in SQLite and in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.ledger import Ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.opening import open_ledger

from tests.postgresql import PostgresqlMissing, PostgresqlServer


@dataclass(frozen=True)
class Place:
    """Where a ledger is."""

    url: str
    password: str | None = None

    def open(self, *, lock_timeout: float = 30, lapse: float = 300) -> Ledger:
        return open_ledger(self.url, self.password, lock_timeout=lock_timeout, lapse=lapse)

    def read(self) -> Ledger:
        return open_ledger(self.url, self.password, read_only=True)


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


@pytest.fixture
def ledger(place: Place) -> Iterator[Ledger]:
    with place.open() as opened:
        yield opened


@pytest.fixture
def new_ledger(place: Place) -> Callable[[], Ledger]:
    """Opens the same ledger again, as another job does. The test closes it."""
    return place.open
