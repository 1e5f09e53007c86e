# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A single resource whose change was sent over a connection that then broke."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import RemoveInstance
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import (
    Change,
    Decision,
    Keep,
    Reason,
    Status,
    Unknown,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.recorder import Recorder
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._run.resource import ResourceRunner

from tests.unit.cmdlets.hosts import onprem
from tests.unit.cmdlets.scripted import Scripted

CHANGE = Change({"state": "present"}, {"state": "absent"}, RemoveInstance("Tell"))
UNREAD = Unknown(Reason("connection", "There is no session.", "Run again."))


@pytest.mark.parametrize(
    ("now", "status", "code"),
    [
        (Keep({"state": "absent"}), Status.CHANGED, None),
        (UNREAD, Status.UNKNOWN, "not_read_back"),
        (CHANGE, Status.UNKNOWN, "outcome_unknown"),
    ],
)
def test_what_is_read_afterwards_decides(now: Decision, status: Status, code: str | None) -> None:
    connection = Scripted(lambda _command: {"state": "completed"}, breaks_after=0)
    decisions: Iterator[Decision] = iter((CHANGE, now))
    run: Any = SimpleNamespace(
        recorder=Recorder(),
        predicts_only=False,
        host=onprem(Remove_CsTeamsUpgradePolicy="Identity"),
        remote=connection.remote(),
        module=SimpleNamespace(check_mode=False, warn=lambda _text: None),
    )
    outcome = ResourceRunner("Tell", lambda _run: next(decisions), lambda decision: decision).run(run)
    assert (outcome.status, outcome.reason and outcome.reason.code) == (status, code)
    assert outcome.actions == ("Remove-CsTeamsUpgradePolicy",)
    assert outcome.touched
