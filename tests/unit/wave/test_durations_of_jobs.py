# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long the upgrades take that check mode of the daily job predicts: by the hosts of the inventory and the times of the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._ledger.opening import open_ledger
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Status
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.run import DriftRun
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.durations import durations
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._wave_run.ledger import RunLedger

from tests.unit.ledger.builders import ALICE, begin, move
from tests.unit.wave.runs import run, wave
from tests.unit.wave.test_variables import HostVars

MOVES = [{"step": "move", "actions": ["Move-CsUser"]}]
EVENINGS = {"from": "19:00", "to": "20:00"}
HOSTS = {"teams_upgrade_skype_host": "sfb01", "teams_upgrade_teams_host": "teams01"}


def report(many: int) -> dict[str, Any]:
    return {"users": [{"user": f"u{number}@x.com", "wave": "pilot", "steps": MOVES} for number in range(many)]}


def found(
    folder: Path, many: int = 100, of_skype: Mapping[str, Any] | None = None, **facts: Any
) -> list[dict[str, Any]]:
    """The durations of a run in check mode, whose wave has a window of an hour."""
    state = run(wave(window=EVENINGS), **{"check_mode": True} | facts)
    hosts = HostVars(sfb01=dict(of_skype or {}), teams01={})
    ledger = RunLedger(f"sqlite:///{folder}/ledger.db", None, 300)
    templar = SimpleNamespace(template=lambda value: value)
    return durations(state, report(many), ledger, {"hostvars": hosts, **HOSTS}, templar)


def test_what_was_measured_counts(tmp_path: Path) -> None:
    with open_ledger(f"sqlite:///{tmp_path}/ledger.db") as ledger:
        event = ledger.event_sent(begin(ledger), move(ALICE))
        ledger.event_completed(event, Status.CHANGED, seconds=360.0)
    (took,) = found(tmp_path)
    assert (took["from"], took["sessions"], took["users"], took["users_per_window"]) == ("ledger", 4, 100, 37)
    assert took["warning"].startswith("Wave pilot does not fit its window: 100 users take 2.6 hours")


@pytest.mark.parametrize(
    ("of_skype", "sessions"),
    [
        ({}, 4),
        ({"ansible_runspace_sessions": "2"}, 2),
        ({"ansible_runspace_sessions": 3, "ansible_runspace_more_hosts": ["sfb02", {"address": "sfb03"}]}, 9),
        ({"ansible_runspace_sessions": "many"}, 4),
    ],
)
def test_sessions_are_those_of_the_host_and_of_those_that_share_its_work(
    tmp_path: Path, of_skype: Mapping[str, Any], sessions: int
) -> None:
    (took,) = found(tmp_path, of_skype=of_skype)
    assert (took["from"], took["sessions"], took["fits"]) == ("documented", sessions, True)


@pytest.mark.parametrize("facts", [{"check_mode": False}, {"rolls_back": True}, {"drift": DriftRun()}])
def test_only_check_mode_of_the_daily_job_predicts(tmp_path: Path, facts: Mapping[str, Any]) -> None:
    assert found(tmp_path, **facts) == []
