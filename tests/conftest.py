# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Fixtures of all tests. What runs playbooks is in `tests/controller.py`."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.controller import COLLECTIONS

# Anything of Ansible that a test imports finds the collection where the tests find it, and nothing of the user's.
os.environ["ANSIBLE_COLLECTIONS_PATH"] = str(COLLECTIONS)
os.environ.pop("ANSIBLE_CONFIG", None)


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """An empty folder with a short path, for what keeps sockets in it (about 100 characters is the most they take)."""
    folder = Path(tempfile.mkdtemp(prefix="tu-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
