# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engines of the simulated hosts, for tests that run on each."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab._lab import Lab

NewLab = Callable[..., Lab]
PWSH = pytest.param("pwsh", marks=pytest.mark.pwsh)
EACH = ["embedded", PWSH]
