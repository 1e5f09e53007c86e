# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wave ends in the same report and the same calls, whether or not a real PowerShell answers on the hosts, in both worlds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.journal import Entry

from tests.engines import PWSH
from tests.extent import cases
from tests.lab.waves.night import OpenWaves, open_waves
from tests.playbooks.stage import UPGRADE_DAY, plan, wave

WRITTEN = {
    "2020": {"Move-CsUser", "Grant-CsTeamsUpgradePolicy"},
    "today": {"Move-CsUser"},
}
CAUGHT_UP = {"2020": [], "today": [("Start-CsExMeetingMigration", ("sip:carol@contoso.com",))]}
USERS: list[dict[str, Any]] = [
    {"sip": "alice@contoso.com", "meetings": {"skype": 2}},
    {"sip": "siobhan.o'brien@contoso.com", "name": "Siobhán O'Brien", "policy": "SfBWithTeamsCollab"},
    {"sip": "boss@contoso.com", "protected": True},
    {"sip": "carol@contoso.com", "homing": "online", "policy": "Islands", "meetings": {"skype": 1}},
    {"sip": "nolicence@contoso.com", "licences": ["Teams"]},
    {"sip": "nosync@contoso.com", "synced": False},
    {"sip": "phone@contoso.com", "voice": True, "line": "tel:+33155550101"},
    {"sip": "room@contoso.com", "kind": "meeting_room"},
]
PILOT = plan(wave("pilot", [user["sip"] for user in USERS]), failure_budget_percentage=50)


@pytest.mark.parametrize("engine", [PWSH])
@pytest.mark.parametrize("world", cases(["2020", "today"], "today"))
def test_r42_a_wave_is_the_same_on_both_engines_and_converts_only_its_meetings(world: str, hosts: OpenWaves) -> None:
    seed = {"profile": world, "users": USERS}
    with hosts(seed) as on:
        real = on.night(UPGRADE_DAY, PILOT)
    with open_waves(Lab, seed) as on:
        embedded = on.night(UPGRADE_DAY, PILOT)
        caught_up = on.night(UPGRADE_DAY, PILOT, catch_up=True)
    # R42: users who were TeamsOnly before have no meetings converted, unless that is asked for.
    assert [(one.cmdlet, one.users) for one in caught_up.writes if one.users] == CAUGHT_UP[world]
    assert {entry.cmdlet for entry in real.writes} == WRITTEN[world]
    assert real.report == embedded.report
    assert Counter(sent(real.writes)) == Counter(sent(embedded.writes))
    assert asked(real.calls) == asked(embedded.calls)


def sent(calls: Iterable[Entry]) -> list[str]:
    """Calls with all they carried and what came of them, but not when and in which shell."""
    return [
        str((one.host, one.module, one.cmdlet, sorted(one.parameters.items()), one.outcome, one.errors, one.users))
        for one in calls
    ]


def asked(calls: Iterable[Entry]) -> set[tuple[str, str, str, str]]:
    """What was called in which way. How often something is read, and of which users, until it shows, is a matter of time."""
    return {(one.host, one.module, one.cmdlet, " ".join(sorted(one.parameters))) for one in calls}
