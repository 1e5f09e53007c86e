# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rollbacks of users and policies that others have changed, and of which something fails half way."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.rollback_report import lines
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.identities import fold

from tests.lab.waves.returning import LATER, QUIET, names, outcomes, upgraded
from tests.playbooks.stage import code_of

LOST = ["Did not come back: contacts (1 user)", "Did not come back: meetings (they stay Teams meetings) (1 user)"]


def test_r66_what_others_assign_after_a_rollback_is_kept(tmp_path: Path) -> None:
    with upgraded("today", f"sqlite:///{tmp_path}/ledger.db", 0, "inheriting", "granted", "quiet") as wave:
        wave.back()
        with wave.lab.organisation.quiet() as world:
            for seen in world.tenant:
                seen.assigned = "SfBOnly"
        again = wave.back(LATER)
        assert wave.lab.journal.entries(writes=True) == []
        assert {
            user["user"]: (user["status"], [each["code"] for each in user["warnings"]]) for user in again["users"]
        } == {name: ("ok", ["changed_since_rollback"]) for name in wave.users}


@pytest.mark.parametrize("check", [True, False])
def test_nobody_is_moved_whose_former_policy_is_no_instance_any_more(tmp_path: Path, check: bool) -> None:
    with upgraded("today", f"sqlite:///{tmp_path}/ledger.db", 4, "quiet", "inheriting") as wave:
        with wave.lab.organisation.quiet() as world:
            world.topology.policies.pop(next(key for key in world.topology.policies if fold(QUIET) in key))
        report = wave.back(check=check)
        expected = {"quiet": ("failed", "former_policy_missing"), "inheriting": ("changed", "")}
        assert {name[:-15]: outcome for name, outcome in outcomes(report).items()} == expected
        moved = {name[:-15] for name, _cmdlet in names(wave.lab.journal.entries(writes=True))}
        assert moved == (set() if check else {"inheriting"})
        (kept, *_others) = [user for user in report["users"] if user["status"] == "failed"]
        assert (kept["returns"], kept["lost"]) == ([], [])


def test_r64_who_was_moved_and_got_nothing_else_back_has_lost_contacts(tmp_path: Path) -> None:
    with upgraded("today", f"sqlite:///{tmp_path}/ledger.db", 0, "granted") as wave:
        wave.lab.faults.order(OrderedFault("Grant-CsTeamsUpgradePolicy", "Something odd happened.", times=None))
        report = wave.back()
        ((name, (status, _code)),) = outcomes(report).items()
        assert status == "failed"
        (user,) = report["users"]
        assert user["returns"] == ["homed in pool01.contoso.com"]
        assert lines(report) == ["Came back: homed in pool01.contoso.com (1 user)", *LOST]
        # Somebody who looks for drift is told that the rollback is to be run again, and not to look for a culprit.
        drift = wave.job.drift(wave.at(LATER), wave.plan)
        assert [(each["status"], code_of(each)) for each in drift["users"]] == [("pending", "fault")]
        wave.lab.faults.clear()
        assert outcomes(wave.back(LATER)) == {name: ("changed", "")}
        assert wave.astray() == []


def test_who_is_half_way_comes_before_others(tmp_path: Path) -> None:
    with upgraded("today", f"sqlite:///{tmp_path}/ledger.db", 6, "granted") as wave:
        last = sorted(wave.users)[-2:]
        wave.lab.faults.order(OrderedFault("Grant-CsTeamsUpgradePolicy", "Something odd happened.", times=None))
        wave.back(wave="", users=last)
        wave.lab.faults.clear()
        report = wave.back(LATER, most_users=2)
        done = {name for name, (status, _code) in outcomes(report).items() if status == "changed"}
        assert done == set(last)
