# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The daily job through restricted session configurations: predicted through the one for reading, done through those for its tasks."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.controller import Controller
from tests.engines import EACH, NewLab
from tests.lab.restricted.endpoints import JEA
from tests.playbooks.stage import UPGRADE_DAY, Stage, plan, set_stage, wave

LATER = {"dora@contoso.com": "onprem", "emil@contoso.com": "online"}
PILOT = {"alice@contoso.com": "onprem", "carol@contoso.com": "online"}
SEED: dict[str, Any] = {
    "profile": "2020",
    "users": [{"sip": name, "homing": home, "meetings": {"skype": 1}} for name, home in (LATER | PILOT).items()],
}
UPGRADE = wave("pilot", list(PILOT))
# Notified on the day on which the pilot is upgraded.
NOTIFICATION = wave("later", list(LATER), upgrade_on="2026-12-14")
UPGRADED = {"alice@contoso.com": ["Move-CsUser"], "carol@contoso.com": ["Grant-CsTeamsUpgradePolicy"]}
DONE = UPGRADED | {
    "dora@contoso.com": ["Grant-CsTeamsUpgradePolicy"],
    "emil@contoso.com": ["Grant-CsTeamsUpgradePolicy"],
}


def enter(on: Stage, task: str) -> None:
    """From now on, have the hosts' restricted session configurations for a task opened."""
    inventory = on.lab.inventory()
    groups = inventory["all"]["children"]
    for group, side in (("skype_servers", "Onprem"), ("teams_hosts", "Online")):
        # One session is enough for few users, and each costs a process of a real PowerShell.
        groups[group]["vars"] = {
            "ansible_psrp_configuration_name": f"TeamsUpgrade{side}{task}",
            "ansible_runspace_sessions": 1,
        }
    on.controller = Controller(on.folder / task, inventory)


@pytest.mark.parametrize("engine", EACH)
def test_a_day_is_predicted_through_reading_and_done_through_what_its_tasks_may(
    engine: str, new_lab: NewLab, short_folder: Path
) -> None:
    # Notification is two modules more, which pass on a real PowerShell in the tests of modules.
    waves, wanted = ([UPGRADE, NOTIFICATION], DONE) if engine == "embedded" else ([UPGRADE], UPGRADED)
    with set_stage(partial(new_lab, restricted=JEA), short_folder, SEED) as on:
        enter(on, "Read")
        predicted = on.night(UPGRADE_DAY, plan(*waves), check=True)
        assert (predicted.run.returncode, predicted.writes) == (0, []), predicted.verdict
        enter(on, "Waves")
        done = on.night(UPGRADE_DAY, plan(*waves))
        assert done.run.returncode == 0, done.verdict
        assert predicted.actions() == done.actions() == wanted
        created = [entry.cmdlet for entry in done.writes if not entry.users]
        assert created == ["New-CsTeamsUpgradePolicy"] * (len(waves) - 1)
        assert len(done.writes) == len(wanted) + len(created)
