# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of all tests. What runs playbooks is in `tests/controller.py`."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab._lab import Lab

from tests.controller import COLLECTIONS, Controller

# Anything of Ansible that a test imports finds the collection where the tests find it, and nothing of the user's.
os.environ["ANSIBLE_COLLECTIONS_PATH"] = str(COLLECTIONS)
os.environ.pop("ANSIBLE_CONFIG", None)


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """An empty folder with a short path, for what keeps sockets in it (about 100 characters is the most they take)."""
    folder = Path(tempfile.mkdtemp(prefix="tu-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def seed() -> Mapping[str, Any]:
    """What the simulated hosts start with; tests that want something in particular have a fixture of this name."""
    return {}


@pytest.fixture
def lab(seed: Mapping[str, Any]) -> Iterator[Lab]:
    """Simulated hosts `sfb01` and `teams01`, with the journal of what they were asked."""
    with Lab(seed) as running:
        yield running


@pytest.fixture
def controller(lab: Lab, short_folder: Path) -> Controller:
    """Runs modules and playbooks against the simulated hosts."""
    return Controller(short_folder, lab.inventory())
