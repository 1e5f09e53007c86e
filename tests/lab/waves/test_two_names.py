# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""One person who is named twice in a wave: nothing is said of one name that was not done (R36)."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.faults import OrderedFault

from tests.lab.waves.night import OpenWaves
from tests.playbooks.stage import UPGRADE_DAY, plan, wave

ALICE, SMITH, BOB = (f"{name}@contoso.com" for name in ("alice", "a.smith", "bob"))
SEED = {"users": [{"sip": ALICE, "upn": SMITH}, {"sip": BOB}], "timing": {"sync": 0}}


@pytest.mark.parametrize("names", [(ALICE, SMITH), (SMITH, ALICE)])
@pytest.mark.parametrize("fails", [False, True])
def test_r36_the_second_name_of_a_user_is_left_out_and_never_called_done(
    hosts: OpenWaves, names: tuple[str, str], fails: bool
) -> None:
    with hosts(SEED) as on:
        if fails:
            fault = "HostedMigration fault: Error=(999), Description=(Something odd.)"
            on.lab.faults.order(OrderedFault("Move-CsUser", fault, user=ALICE, times=None))
        night = on.night(UPGRADE_DAY, plan(wave("pilot", [*names, BOB], notice="ignore", migrate_meetings=False)))
        outcomes = night.outcomes()
        assert outcomes[names[1]] == ("skipped", "same_user")
        assert outcomes[names[0]][0] == ("failed" if fails else "changed")
        assert outcomes[BOB][0] == "changed"
        counts = night.report["counts"]
        assert (counts["total"], counts["skipped"], counts["ok"]) == (3, 1, 0)
        assert f"another name of {names[0]}" in str(night.users[names[1]])
