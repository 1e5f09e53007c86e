# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every writing module is killed at every call in turn, before and after it, and run again: nobody is changed twice, and nobody lost.

Killed is the module's process, or that of its connection, whereupon no shell may stay on the host for more than five seconds.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._cmdlets.allowed_calls import cmdlets

from tests.controller import ROOT
from tests.extent import LONG
from tests.lab.crashes.points import SCENARIOS, Point, everyday, points, thorough, writes
from tests.lab.crashes.sweep import Sweep
from tests.lab.modules.table import READING

# Called by modules that only read, or by the connection before there is a module.
NOT_CALLED = {
    "Debug-CsUnifiedContactStore",
    "Get-CsAccessEdgeConfiguration",
    "Get-CsConferencingPolicy",
    "Get-CsDialInConferencingAccessNumber",
    "Get-CsGroupPolicyAssignment",
    "Get-CsTenantFederationConfiguration",
    "Get-CsUserPolicyAssignment",
    "Get-Module",
    "Test-CsUnifiedContactStore",
}
# They are on no host.
OF_LEDGERS = ("ledger", "ledger_export", "ledger_info")


def named(found: Iterable[Point]) -> list[Any]:
    return [pytest.param(each, id=str(each)) for each in found]


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
@pytest.mark.parametrize("point", named(points() if LONG else everyday()))
def test_what_was_killed_is_finished_by_the_next_run(sweep: Sweep, point: Point) -> None:
    assert sweep.problems(point) == []


@pytest.mark.pwsh
@pytest.mark.repeats
@pytest.mark.parametrize("engine", ["pwsh"], indirect=True)
@pytest.mark.parametrize("point", named(thorough() if LONG else everyday()))
def test_what_was_killed_on_a_real_powershell_is_finished(sweep: Sweep, point: Point) -> None:
    assert sweep.problems(point) == []


def not_swept(modules: Collection[str], called: Collection[str]) -> list[str]:
    """A sentence for each module without a scenario, and for each cmdlet that none of them calls."""
    swept = {scenario.row.module for scenario in SCENARIOS}
    made = {cmdlet for scenario in SCENARIOS for cmdlet in scenario.calls}
    where = "Add a row to a table of tests/lab/crashes/points.py, and its calls to calls.py."
    return [
        *(f"{module} is killed nowhere. {where}" for module in sorted(set(modules) - swept)),
        *(f"No module is killed at {cmdlet}. {where}" for cmdlet in sorted(set(called) - made)),
        *(f"{scenario.name} has no calls in calls.py." for scenario in SCENARIOS if not scenario.calls),
    ]


def test_every_writing_module_is_killed_at_every_cmdlet() -> None:
    # The tasks of a wave are actions that run other modules; their files here are documentation alone.
    paths = (ROOT / "plugins" / "modules").glob("[!_]*.py")
    modules = {path.stem for path in paths if "def main(" in path.read_text("utf-8")}
    assert not_swept(modules - {*READING, *OF_LEDGERS}, set(cmdlets()) - NOT_CALLED) == []
    assert not [cmdlet for cmdlet in NOT_CALLED if writes(cmdlet)]


def test_a_module_or_cmdlet_without_a_kill_is_named() -> None:
    found = not_swept(["csuser_move", "csuser_disable"], ["Move-CsUser", "Disable-CsUser"])
    assert [each.partition(".")[0] for each in found] == [
        "csuser_disable is killed nowhere",
        "No module is killed at Disable-CsUser",
    ]
