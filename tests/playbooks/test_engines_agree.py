# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A wave ends in the same report and the same calls, whether or not a real PowerShell answers on the hosts, in both worlds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.organisation.journal import Entry

from tests.engines import PWSH
from tests.playbooks.stage import UPGRADE_DAY, Night, SetStage, plan, set_stage, wave

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
# Enough for a few users, and each costs a process of a real PowerShell.
ONE_SESSION: dict[str, Any] = {"ansible_runspace_sessions": 1}
PILOT = plan(wave("pilot", [user["sip"] for user in USERS]), failure_budget_percentage=50)


@pytest.mark.parametrize("engine", [PWSH])
@pytest.mark.parametrize("world", ["2020", "today"])
def test_r42_a_wave_is_the_same_on_both_engines_and_changes_only_what_is_due(
    world: str, stage: SetStage, short_folder: Path
) -> None:
    seed = {"profile": world, "users": USERS}
    with stage(seed) as on:
        real = on.night(UPGRADE_DAY, PILOT, **ONE_SESSION)
    with set_stage(Lab, short_folder / "e", seed) as on:
        embedded = on.night(UPGRADE_DAY, PILOT, **ONE_SESSION)
        caught_up = on.night(UPGRADE_DAY, PILOT, **ONE_SESSION, teams_upgrade_meetings_catch_up=True)
    # R42: whoever was TeamsOnly before has no meetings converted, unless that is asked for.
    assert [(one.cmdlet, one.users) for one in caught_up.writes if one.users] == CAUGHT_UP[world]
    assert {entry.cmdlet for entry in real.writes} == WRITTEN[world]
    assert lasting(real) == lasting(embedded)
    assert Counter(sent(real.writes)) == Counter(sent(embedded.writes))
    assert asked(real.calls) == asked(embedded.calls)
    assert (real.run.returncode, real.run.changed) == (embedded.run.returncode, embedded.run.changed)


def lasting(night: Night) -> Mapping[str, Any]:
    """The report, except for when it was written."""
    return {name: value for name, value in night.report.items() if name != "written"}


def sent(calls: Iterable[Entry]) -> list[str]:
    """Calls with all they carried and what came of them, but not when and in which shell."""
    return [
        str((one.host, one.module, one.cmdlet, sorted(one.parameters.items()), one.outcome, one.errors, one.users))
        for one in calls
    ]


def asked(calls: Iterable[Entry]) -> set[tuple[str, str, str, str]]:
    """What was called in which way. How often something is read, and of whom, until it shows, is a matter of time."""
    return {(one.host, one.module, one.cmdlet, " ".join(sorted(one.parameters))) for one in calls}
