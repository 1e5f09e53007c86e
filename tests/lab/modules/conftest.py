# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules are tried on hosts with either engine."""

from __future__ import annotations

import pytest

from tests.engines import REPEATED


@pytest.fixture(params=REPEATED)
def engine(request: pytest.FixtureRequest) -> str:
    """The engine of the hosts."""
    return str(request.param)
