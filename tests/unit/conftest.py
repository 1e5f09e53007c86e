# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How properties are tried out: as often on a busy machine as on an idle one, and the same examples every time."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.extent import examples

settings.register_profile(
    "steady",
    deadline=None,
    derandomize=True,
    max_examples=examples(100),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("steady")
