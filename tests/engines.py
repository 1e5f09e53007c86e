# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engines of the simulated hosts, for tests that run on each.

A run of all tests on a real PowerShell takes too long for every day. Every day those are there which send what modules write, read large
waves and bad input, and go through restricted endpoints; the others are on the embedded engine, which `tests/unit/lab/engine` holds
equal to a real PowerShell, and are repeated there with the option `--every-engine` only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.engine.pwsh.processes import PwshMissing, find_pwsh

NewLab = Callable[..., Lab]
PWSH = pytest.param("pwsh", marks=pytest.mark.pwsh)
EACH = ["embedded", PWSH]
FIRST_CASE = ["embedded", pytest.param("pwsh", marks=[pytest.mark.pwsh, pytest.mark.first_case])]
REPEATED = ["embedded", pytest.param("pwsh", marks=[pytest.mark.pwsh, pytest.mark.repeats])]


def split(items: Iterable[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """The tests to run, and the repetitions that an everyday run leaves out."""
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    tried: set[str] = set()
    for item in items:
        test = item.nodeid.partition("[")[0]
        again = item.get_closest_marker("first_case") is not None and test in tried
        (left_out if again or item.get_closest_marker("repeats") else kept).append(item)
        if item.get_closest_marker("first_case"):
            tried.add(test)
    return kept, left_out


def found() -> str:
    """A line about the PowerShell that is there, or why there is none."""
    try:
        return f"simulated hosts: embedded engine, and a real PowerShell: {find_pwsh()}"
    except PwshMissing as missing:
        return f"simulated hosts: embedded engine only. {missing}"


def ran(reports: Iterable[pytest.TestReport]) -> str:
    """A line about how many tests ran on a real PowerShell."""
    outcomes = Counter(one.outcome for one in reports if "pwsh" in getattr(one, "keywords", ()))
    counted = ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items()))
    return f"on a real PowerShell: {counted or 'none'}"
