# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waves without Ansible between."""

from __future__ import annotations

from functools import partial

import pytest

from tests.engines import NewLab
from tests.lab.waves.night import OpenWaves, open_waves


@pytest.fixture
def hosts(new_lab: NewLab) -> OpenWaves:
    """Opens hosts for waves: `with hosts(seed) as on`."""
    return partial(open_waves, new_lab)
