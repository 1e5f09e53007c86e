# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every writing module is killed at every call in turn, before and after it, and run again: nobody is changed twice, and nobody lost.

Killed is the module's process, or that of its connection, whereupon no shell may stay on the host for more than five seconds.
"""

from __future__ import annotations

import pytest

from tests.extent import LONG
from tests.lab.crashes.points import Point, everyday, points
from tests.lab.crashes.sweep import Sweep


@pytest.mark.parametrize("point", [pytest.param(each, id=str(each)) for each in (points() if LONG else everyday())])
def test_what_was_killed_is_finished_by_the_next_run(sweep: Sweep, point: Point) -> None:
    assert sweep.problems(point) == []
