# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The daily job through restricted session configurations: predicted through the one for reading, done through those for its tasks.

`tests/playbooks/test_waves.py` has the prediction through Ansible, `test_modules.py` all writes on a real PowerShell.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._runspace.service import Service

from tests.engines import REPEATED, NewLab
from tests.lab.restricted.endpoints import JEA, SIDES
from tests.lab.waves.night import open_waves
from tests.lab.wire import OverTheWire
from tests.playbooks.stage import UPGRADE_DAY, plan, wave

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


class OfTask(OverTheWire):
    """Modules run through the hosts' session configurations for a task, until closed."""

    def __init__(self, lab: Lab, task: str) -> None:
        super().__init__(lab)
        self._task = task

    def new(self, host: str) -> Service:
        self._options["configuration_name"] = f"TeamsUpgrade{SIDES[host]}{self._task}"
        return super().new(host)


@pytest.mark.parametrize("engine", REPEATED)
def test_a_day_is_predicted_through_reading_and_done_through_what_its_tasks_may(engine: str, new_lab: NewLab) -> None:
    # Notification is two modules more, which pass on a real PowerShell in the tests of modules.
    waves, wanted = ([UPGRADE, NOTIFICATION], DONE) if engine == "embedded" else ([UPGRADE], UPGRADED)
    with open_waves(partial(new_lab, restricted=JEA), SEED) as on:
        with OfTask(on.lab, "Read") as on.job.play:
            predicted = on.night(UPGRADE_DAY, plan(*waves), check=True)
        assert (predicted.report["failed"], predicted.writes) == (False, []), predicted.verdict
        with OfTask(on.lab, "Waves") as on.job.play:
            done = on.night(UPGRADE_DAY, plan(*waves))
        assert not done.report["failed"], done.verdict
        assert predicted.actions() == done.actions() == wanted
        created = [entry.cmdlet for entry in done.writes if not entry.users]
        assert created == ["New-CsTeamsUpgradePolicy"] * (len(waves) - 1)
        assert len(done.writes) == len(wanted) + len(created)
