# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The daily job through restricted session configurations: foreseen through the one for reading, done through those for its tasks."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.controller import Controller
from tests.engines import EACH, NewLab
from tests.lab.restricted.endpoints import JEA
from tests.playbooks.stage import NOTIFICATION_DAY, UPGRADE_DAY, Stage, plan, set_stage, wave

USERS = {"alice@contoso.com": "onprem", "bob@contoso.com": "onprem", "carol@contoso.com": "online"}
SEED: dict[str, Any] = {
    "profile": "2020",
    "users": [{"sip": name, "homing": homing, "meetings": {"skype": 1}} for name, homing in USERS.items()],
}
PILOT = plan(wave("pilot", list(USERS)))
NOTIFIED = {name: ["Grant-CsTeamsUpgradePolicy"] for name in USERS}
UPGRADED = {
    "alice@contoso.com": ["Move-CsUser"],
    "bob@contoso.com": ["Move-CsUser"],
    "carol@contoso.com": ["Grant-CsTeamsUpgradePolicy"],
}


def enter(on: Stage, skype: str, teams: str) -> None:
    """From now on, have the hosts' restricted session configurations for these tasks opened."""
    inventory = on.lab.inventory()
    groups = inventory["all"]["children"]
    for group, name in (("skype_servers", f"Onprem{skype}"), ("teams_hosts", f"Online{teams}")):
        # One session is enough for three users, and each costs a process of a real PowerShell.
        groups[group]["vars"] = {
            "ansible_psrp_configuration_name": f"TeamsUpgrade{name}",
            "ansible_runspace_sessions": 1,
        }
    on.controller = Controller(on.folder / f"{skype}-{teams}", inventory)


@pytest.mark.parametrize("engine", EACH)
def test_a_wave_is_foreseen_through_reading_and_done_through_what_its_tasks_may(
    engine: str, new_lab: NewLab, short_folder: Path
) -> None:
    with set_stage(partial(new_lab, restricted=JEA), short_folder, SEED) as on:
        if engine == "embedded":
            enter(on, "Notify", "Notify")
            notified = on.night(NOTIFICATION_DAY, PILOT)
            assert (notified.run.returncode, notified.actions()) == (0, NOTIFIED), notified.verdict
        enter(on, "Read", "Read")
        foreseen = on.night(UPGRADE_DAY, PILOT, check=True)
        assert (foreseen.run.returncode, foreseen.writes) == (0, []), foreseen.verdict
        assert foreseen.actions() == UPGRADED
        if engine == "embedded":
            kept_from_writing(on)
        enter(on, "Move", "Upgrade") if engine == "embedded" else enter(on, "Waves", "Waves")
        done = on.night(UPGRADE_DAY, PILOT)
        assert (done.run.returncode, done.actions()) == (0, UPGRADED), done.verdict
        wrote = {"Move-CsUser", "Grant-CsTeamsUpgradePolicy"}
        assert {entry.cmdlet for entry in done.writes} == wrote


def kept_from_writing(on: Stage) -> None:
    """Through the configuration for reading, the job ends in front of the first thing to write, with a sentence on it."""
    night = on.night(UPGRADE_DAY, PILOT)
    assert (night.run.returncode, night.writes) == (2, [])
    sentence = "does not offer Move-CsUser, which TeamsUpgradeOnpremMove.psrc has to make visible."
    assert sentence in night.verdict
