# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A policy that has no effect for longer than that takes is drift (R12)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model import drift_reasons, reasons
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.drift import DriftStatus, Judgement
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.drift_since import Seen, overdue, seen_now

from tests.unit.wave.runs import NOON, A

SETTLING = reasons.SETTLING.format(user=A, policy="UpgradeToTeams", mode="Islands")
BUSY = drift_reasons.BEING_CHANGED.format(user=A)
UNREAD = reasons.READ_FAILED.format(user=A, fault="Nobody answers.")
OF = {
    "settling": Judgement(DriftStatus.PENDING, {}, {}, SETTLING),
    "busy": Judgement(DriftStatus.PENDING, {}, {}, BUSY),
    "unread": Judgement(DriftStatus.UNKNOWN, {}, {}, UNREAD),
    "in state": Judgement(DriftStatus.IN_STATE, {}, {}),
}


def looks(found: dict[int, str]) -> list[tuple[int, str, int]]:
    """What comes of looks that find this at these hours: the hour, the code, and the hour since when it is so."""
    before: Seen | None = None
    shown = []
    for hour, what in found.items():
        now = NOON + timedelta(hours=hour)
        judgement = overdue(OF[what], before, now)
        code = judgement.reason.code if judgement.reason else ""
        assert (judgement.status is DriftStatus.DRIFTED) == (code == "not_in_effect")
        before = seen_now(judgement.status, code, before, now)
        shown.append((hour, code, round((before.since - NOON) / timedelta(hours=1))))
    return shown


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        ({0: "settling", 24: "settling"}, [(0, "settling", 0), (24, "settling", 0)]),
        ({0: "settling", 25: "settling"}, [(0, "settling", 0), (25, "not_in_effect", 25)]),
        (
            {0: "settling", 25: "settling", 49: "settling", 50: "in state", 51: "settling"},
            [
                (0, "settling", 0),
                (25, "not_in_effect", 25),
                (49, "not_in_effect", 25),
                (50, "", 50),
                (51, "settling", 51),
            ],
        ),
        # Who was pending for another reason begins to settle when they do.
        (
            {0: "busy", 72: "settling", 73: "settling", 97: "settling"},
            [(0, "being_changed", 0), (72, "settling", 72), (73, "settling", 72), (97, "not_in_effect", 97)],
        ),
        # Who cannot be read for a while goes on from where they were.
        (
            {0: "settling", 24: "unread", 48: "settling", 72: "unread", 96: "settling"},
            [
                (0, "settling", 0),
                (24, "read_failed", 0),
                (48, "not_in_effect", 48),
                (72, "read_failed", 48),
                (96, "not_in_effect", 48),
            ],
        ),
    ],
)
def test_r12_who_settles_for_more_than_a_day_is_drifted(
    found: dict[int, str], shown: list[tuple[int, str, int]]
) -> None:
    assert looks(found) == shown


def test_the_reason_says_what_was_seen() -> None:
    before = Seen(DriftStatus.PENDING, "settling", NOON, NOON)
    late = overdue(OF["settling"], before, NOON + timedelta(days=2))
    assert late.reason is not None
    assert late.reason.message == (
        f"{A} is assigned UpgradeToTeams and the effective mode is still Islands, for more than 24 hours now."
    )
