# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ledgers to test with: a new one for each test, in SQLite and in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.ledger import Ledger

from tests.ledgers import Place


@pytest.fixture
def ledger(place: Place) -> Iterator[Ledger]:
    with place.open() as opened:
        yield opened


@pytest.fixture
def new_ledger(place: Place) -> Callable[[], Ledger]:
    """Opens the same ledger again, as another job does. The test closes it."""
    return place.open
