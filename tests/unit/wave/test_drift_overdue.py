# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A policy of a run that has no effect for longer than that takes is drift (R12)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Status
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.drift_known import assigns

from tests.unit.wave.drifting import GRANT, HOME, MOVE, UPGRADED, History, grant, known, look, move, shown, there
from tests.unit.wave.test_readiness import cloud

COLLAB = "SfBWithTeamsCollab"
GRANTED = HOME[0], there(assigned=COLLAB)


def late(history: History) -> History:
    """The same, so long ago that it should have its effect by now."""
    return lambda: replace(history(), overdue=True)


@pytest.mark.parametrize(
    ("history", "sides", "facts"),
    [
        (known("planned", grant(COLLAB, COLLAB, "pending", "onprem")), GRANTED, {"mode": Mode(COLLAB)}),
        (known("moved", move()), (UPGRADED[0], cloud()), {}),
    ],
)
def test_r12_what_a_run_has_assigned_long_ago_should_have_its_effect(
    history: History, sides: tuple[dict[str, object], dict[str, object]], facts: dict[str, Any]
) -> None:
    assert shown(look(sides, history, **facts)) == ("pending", "settling")
    found = look(sides, late(history), **facts)
    assert shown(found) == ("drifted", "not_in_effect")
    reason = found.judgement.reason
    assert reason is not None
    assert reason.message.endswith(", for more than 24 hours now.")


def test_who_is_as_they_should_be_is_not_overdue() -> None:
    assert shown(look(UPGRADED, late(known("done", move())))) == ("in_state", "")


@pytest.mark.parametrize(
    ("action", "status", "expected"),
    [
        (GRANT, Status.CHANGED, True),
        (GRANT, Status.PENDING, True),
        (MOVE, Status.CHANGED, True),
        (GRANT, Status.FAILED, False),
        (GRANT, Status.UNKNOWN, False),
        ("Start-CsExMeetingMigration", Status.CHANGED, False),
    ],
)
def test_a_policy_is_assigned_by_what_was_done_with_or_without_its_effect(
    action: str, status: Status, expected: bool
) -> None:
    assert assigns(action, status) is expected
