# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of all tests with simulated hosts."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.lab.waiting import Eventually


@pytest.fixture
def eventually() -> Eventually:
    """Waits until something holds, for some seconds at most."""

    def waiting(holds: Callable[[], object], seconds: float = 5.0) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, f"did not come true within {seconds} seconds"
            time.sleep(0.02)

    return waiting
