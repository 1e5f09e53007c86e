# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users who are left of a wave, since they fail alike day after day."""

from __future__ import annotations

from datetime import datetime, timedelta

from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault

from tests.lab.waves.night import OpenWaves
from tests.playbooks.stage import UPGRADE_DAY, plan, wave

FIRST = [f"first{number:02}@contoso.com" for number in range(20)]
REST = [f"rest{number:02}@contoso.com" for number in range(6)]
NEVER = FIRST[1::5]
NEXT_DAY = (datetime.fromisoformat(UPGRADE_DAY) + timedelta(days=1)).isoformat()


def test_users_who_fail_alike_every_day_keep_no_other_wave_from_being_started(hosts: OpenWaves) -> None:
    waves = [wave("first", FIRST), wave("rest", REST, upgrade_on=NEXT_DAY[:10])]
    with hosts({"users": [{"sip": user} for user in (*FIRST, *REST)]}) as on:
        for user in NEVER:
            on.lab.faults.order(OrderedFault("Move-CsUser", "Something odd happened.", user=user, times=None))
        first = on.night(UPGRADE_DAY, plan(*waves, failure_budget_percentage=30))
        assert {user for user, outcome in first.outcomes().items() if outcome[0] == "failed"} == set(NEVER)
        second = on.night(NEXT_DAY, plan(*waves, failure_budget_percentage=30))
    assert not second.report["failed"], second.verdict
    assert second.actions() == {user: ["Move-CsUser"] for user in REST}
    assert [user for user, outcome in second.outcomes().items() if outcome[0] == "failed"] == NEVER


def test_a_fault_that_the_first_others_all_meet_stops_the_wave(hosts: OpenWaves) -> None:
    with hosts({"users": [{"sip": user} for user in FIRST]}) as on:
        on.lab.faults.order(OrderedFault("Move-CsUser", "Something odd happened.", times=None))
        for now in (UPGRADE_DAY, NEXT_DAY):
            night = on.night(now, plan(wave("first", FIRST), failure_budget_percentage=30))
            assert "The first 5 users all failed alike" in night.verdict
            assert len(night.writes) < len(FIRST) // 2
