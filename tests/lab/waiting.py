# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a test is given that waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Eventually(Protocol):
    """Waits until something holds."""

    def __call__(self, holds: Callable[[], object], seconds: float = 5.0) -> None:
        """Fail when it does not come true within `seconds`."""
