# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ledgers to test with: a new one for each test, in SQLite and in PostgreSQL (fixture `place`)."""

from __future__ import annotations

from dataclasses import dataclass

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.ledger import Ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.opening import open_ledger


@dataclass(frozen=True)
class Place:
    """Where a ledger is."""

    url: str
    password: str | None = None

    def open(self, *, lock_timeout: float = 30, lapse: float = 300) -> Ledger:
        return open_ledger(self.url, self.password, lock_timeout=lock_timeout, lapse=lapse)

    def read(self) -> Ledger:
        return open_ledger(self.url, self.password, read_only=True)
