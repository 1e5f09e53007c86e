# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What keeps a rollback from bringing somebody back, or lets it go only so far; and what comes after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.records import Selection
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.profile import PROFILES
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.ledger import RunLedger

from tests.lab.waves.returning import (
    BACK,
    LATER,
    UPGRADED,
    Returning,
    actions,
    kinds_of,
    names,
    outcomes,
    seed_of,
    upgraded,
)
from tests.unit.properties.in_process import Play

EVENINGS = {"from": "19:00", "to": "23:00", "timezone": "Europe/Paris"}
NOON = "2026-12-10T12:00:00+01:00"
MOVED = ["Move-CsUser", "Grant-CsTeamsUpgradePolicy"]


@contextmanager
def wave(tmp_path: Path, total: int, *kinds: str, world: str = "today") -> Iterator[Returning]:
    with upgraded(world, f"sqlite:///{tmp_path}/ledger.db", total, *kinds) as found:
        yield found


def planned(of: Returning, **settings: Any) -> dict[str, Any]:
    waves = [{**of.plan["waves"][0], **settings.pop("wave", {})}]
    return {"waves": waves, **settings}


@pytest.mark.parametrize("check", [True, False])
def test_r63_a_pool_that_is_gone_needs_another_one(tmp_path: Path, check: bool) -> None:
    with wave(tmp_path, 4, "gone", "inheriting") as found:
        report = found.back(pool="", check=check)
        codes = {name[:-15]: outcome for name, outcome in outcomes(report).items()}
        assert codes == {"gone": ("failed", "pool_gone"), "inheriting": ("changed", "")}
        assert report["failed"]
        assert "teams_upgrade_rollback_pool" in report["verdict"]
        again = found.back(check=check)
        assert set(outcomes(again).values()) <= {("changed", ""), ("ok", "")}
        assert check or found.astray() == []


def test_r63_the_other_pool_must_be_there_as_well(tmp_path: Path) -> None:
    with wave(tmp_path, 2, "gone") as found:
        report = found.back(pool="pool09.contoso.com")
        assert found.lab.journal.entries(writes=True) == []
        assert report["failed"]
        assert "teams_upgrade_rollback_pool is pool09.contoso.com" in report["verdict"]


def test_r17_r65_nobody_is_started_where_hybrid_is_closed(tmp_path: Path) -> None:
    with wave(tmp_path, 3, "inheriting", "notified", "disabled") as found:
        with found.lab.organisation.quiet() as world:
            world.tenant.settings.shared_sip_address_space = False
        report = found.back()
        assert found.lab.journal.entries(writes=True) == []
        assert report["failed"]
        assert "SharedSipAddressSpace is false" in report["verdict"]
        assert {status for status, _code in outcomes(report).values()} == {"skipped", "failed"}


def test_the_budget_of_the_plan_stops_the_rollback(tmp_path: Path) -> None:
    with wave(tmp_path, 20, "inheriting") as found:
        for name in list(found.users)[:4]:
            found.lab.faults.order(OrderedFault("Move-CsUser", f"Something odd: {name}.", user=name, times=None))
        report = found.back(plan=planned(found, failure_budget_percentage=5))
        counts = Counter(status for status, _code in outcomes(report).values())
        assert (counts["failed"], counts["changed"]) == (2, 0)
        assert report["failed"]
        report = found.back()
        assert Counter(status for status, _code in outcomes(report).values()) == {"failed": 4, "changed": 16}
        failed = {name for name, outcome in outcomes(report).items() if outcome[0] == "failed"}
        assert {actions(report)[name] == [] for name in failed} == {True}


def test_nobody_is_started_outside_the_window_of_the_plan(tmp_path: Path) -> None:
    with wave(tmp_path, 2, "inheriting", "notified") as found:
        plan = planned(found, wave={"window": EVENINGS})
        report = found.back(NOON, plan=plan)
        assert set(outcomes(report).values()) == {("skipped", "window_closed")}
        assert (report["failed"], "waits for its window" in report["verdict"]) == (False, True)
        assert found.back(NOON, plan=plan, fail_when_closed=True)["failed"]
        assert found.lab.journal.entries(writes=True) == []
        assert set(outcomes(found.back("2026-12-10T20:00:00+01:00", plan=plan)).values()) == {("changed", "")}


def test_one_run_starts_so_many_users_at_most(tmp_path: Path) -> None:
    with wave(tmp_path, 6, "inheriting", "granted") as found:
        counts = []
        for _run in range(3):
            report = found.back(most_users=3)
            counts.append(Counter(outcomes(report).values()))
        left = ("skipped", "left_for_next_run")
        assert counts == [{("changed", ""): 3, left: 3}, {("changed", ""): 3, ("ok", ""): 3}, {("ok", ""): 6}]
        assert found.astray() == []


def test_users_are_rolled_back_by_name_as_well(tmp_path: Path) -> None:
    with wave(tmp_path, 3, "inheriting") as found:
        first, second, third = found.users
        report = found.back(wave="", users=[first, f"sip:{second}".upper(), "nobody@contoso.com"])
        assert outcomes(report) | {} == {
            first: ("changed", ""),
            second.upper(): ("changed", ""),
            "nobody@contoso.com": ("failed", "user_not_found"),
        }
        assert {user["user"]: user["wave"] for user in report["users"]}[first] == "pilot"
        assert found.states()[third].mode == "TeamsOnly"
        with found.job.ledger.open() as ledger:
            assert {user["wave"] for user in ledger.users(Selection())} == {"pilot"}


def test_r64_who_is_upgraded_again_can_be_rolled_back_again(tmp_path: Path) -> None:
    with wave(tmp_path, 2, "both", "inheriting") as found:
        found.back()
        plan = planned(found, wave={"again": True, "notice": "ignore"})
        found.job.run(found.at("2026-12-14T19:00:00+01:00"), plan)
        assert {state.mode for state in found.states().values()} == {"TeamsOnly"}
        report = found.back("2026-12-15T19:00:00+01:00")
        assert set(outcomes(report).values()) == {("changed", "")}
        assert found.astray() == []


def test_who_was_rolled_back_and_moved_by_somebody_else_is_left_alone(tmp_path: Path) -> None:
    with wave(tmp_path, 2, "inheriting") as found:
        found.back()
        known = found.lab.inventory()["all"]["vars"]
        credential = {name: known[f"teams_upgrade_move_{name}"] for name in ("credential_user", "credential_password")}
        found.job.play.run("sfb01", "csuser_move", {"users": list(found.users), **credential})
        report = found.back(LATER)
        assert set(outcomes(report).values()) == {("skipped", "not_upgraded_by_us")}
        assert not report["failed"]
        assert found.lab.journal.entries(writes=True) == []


def test_r2_a_tenant_that_has_come_to_refuse_other_modes_says_so(tmp_path: Path) -> None:
    with wave(tmp_path, 2, "online", world="2020") as found:
        with found.lab.organisation.quiet() as world:
            world.profile = PROFILES["today"]
        report = found.back()
        assert {status for status, _code in outcomes(report).values()} == {"failed"}
        assert "can only be in TeamsOnly mode" in report["verdict"]
        with found.job.ledger.open() as ledger:
            assert {user["phase"] for user in ledger.users(Selection())} == {"done"}


def test_r36_who_could_not_be_moved_gets_no_policies(tmp_path: Path) -> None:
    with wave(tmp_path, 3, "both") as found:
        first = next(iter(found.users))
        found.lab.faults.order(OrderedFault("Move-CsUser", "Something odd.", user=first, times=None))
        report = found.back(BACK)
        assert outcomes(report)[first][0] == "failed"
        assert {cmdlet for name, cmdlet in names(found.lab.journal.entries(writes=True)) if name == first} == {
            "Move-CsUser"
        }
        assert {tuple(made) for name, made in actions(report).items() if name != first} == {
            ("Move-CsUser", "Grant-CsTeamsUpgradePolicy", "Grant-CsTeamsUpgradePolicy")
        }


def test_r10_r12_who_is_still_called_teams_only_is_not_back_yet(tmp_path: Path) -> None:
    with wave(tmp_path, 4, "inheriting", "granted") as found:
        found.lab.organisation.world.timing.policy = timedelta(hours=12)
        report = found.back()
        assert set(outcomes(report).values()) == {("pending", "settling")}
        early = found.back("2026-12-09T22:00:00+01:00")
        assert set(outcomes(early).values()) == {("pending", "settling")}
        late = found.back("2026-12-10T19:00:00+01:00")
        assert set(outcomes(late).values()) == {("ok", "")}
        assert found.astray() == []


def test_a_mode_that_was_granted_without_a_move_comes_back(tmp_path: Path) -> None:
    with Lab(seed_of("today", kinds_of("today", "inheriting", "granted"), 4)) as lab:
        ledger = RunLedger(f"sqlite:///{tmp_path}/ledger.db", None, 300)
        found = Returning(lab, Play(lab), ledger, kinds_of("today", "inheriting", "granted"), 4)
        plan = planned(found, wave={"mode": "SfBOnly", "notify_days_before": 0})
        found.job.run(found.at(UPGRADED), plan)
        assert {state.mode for state in found.states().values()} == {"SfBOnly"}
        preview, report = found.back(check=True), found.back()
        assert set(outcomes(report).values()) == {("changed", "")}
        assert actions(preview) == actions(report)
        assert found.astray() == []
        with ledger.open() as opened:
            assert {user["phase"] for user in opened.users(Selection())} == {"rolled_back"}


def test_r39_a_fault_of_one_wave_stops_the_others(tmp_path: Path) -> None:
    with wave(tmp_path, 3, "inheriting") as found:
        first, second, third = found.users
        with found.job.ledger.open() as ledger:
            ledger.remember_members("paris", [second])
        with found.lab.organisation.quiet() as world:
            world.tenant.settings.shared_sip_address_space = False
        report = found.back(wave="", users=[first, second, third])
        assert set(outcomes(report).values()) == {("skipped", "not_started")}
        assert {user["user"]: user["wave"] for user in report["users"]} == {
            first: "pilot",
            second: "paris",
            third: "pilot",
        }
        assert report["failed"]
