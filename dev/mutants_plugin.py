# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What pytest does otherwise while `make mutants` tries them (dev/mutants.py): tables before properties, and no failure is minimised."""

from __future__ import annotations

import pytest
from hypothesis import Phase, settings


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    settings.register_profile("mutants", settings.default, phases=[Phase.explicit, Phase.generate])
    settings.load_profile("mutants")
    items.sort(key=_is_property)


def _is_property(item: pytest.Item) -> bool:
    return bool(getattr(getattr(item, "obj", None), "is_hypothesis_test", False))
