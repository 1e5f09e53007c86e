# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks are tried on hosts with either engine."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from tests.engines import REPEATED, NewLab
from tests.playbooks.stage import SetStage, set_stage


@pytest.fixture(params=REPEATED)
def engine(request: pytest.FixtureRequest) -> str:
    """The engine of the hosts."""
    return str(request.param)


@pytest.fixture
def stage(new_lab: NewLab, short_folder: Path) -> SetStage:
    """Sets the stage for the playbook: `with stage(seed) as on`."""
    return partial(set_stage, new_lab, short_folder)
