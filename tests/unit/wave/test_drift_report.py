# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Since when users are as they are, what is new, and what the report and the console say of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.drift import DriftStatus, Judgement
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.drift_report import drift_report, table
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.drift_run import DriftItem
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.drift_since import (
    Seen,
    changes_between,
    seen_now,
)

from tests.unit.wave.runs import NOON, A, B, C, run, wave

NIGHT = datetime(2026, 12, 8, 2, tzinfo=UTC)
DRIFTED, INCONSISTENT, UNKNOWN, IN_STATE = (
    DriftStatus.DRIFTED,
    DriftStatus.INCONSISTENT,
    DriftStatus.UNKNOWN,
    DriftStatus.IN_STATE,
)


def nights(*statuses: DriftStatus) -> list[tuple[DriftStatus, int, int]]:
    """What is kept after each night: the status, and in which night it and the status that is shown began."""
    found: list[tuple[DriftStatus, int, int]] = []
    before: Seen | None = None
    for number, status in enumerate(statuses):
        before = seen_now(status, "", before, NIGHT + timedelta(days=number))
        found.append((before.status, (before.since - NIGHT).days, (before.shown_since - NIGHT).days))
        assert (before.seen - NIGHT).days == number
    return found


@pytest.mark.parametrize(
    ("statuses", "kept"),
    [
        ([IN_STATE, IN_STATE], [(IN_STATE, 0, 0), (IN_STATE, 0, 0)]),
        ([IN_STATE, DRIFTED, DRIFTED], [(IN_STATE, 0, 0), (DRIFTED, 1, 1), (DRIFTED, 1, 1)]),
        ([DRIFTED, UNKNOWN, UNKNOWN, DRIFTED], [(DRIFTED, 0, 0), (DRIFTED, 0, 1), (DRIFTED, 0, 1), (DRIFTED, 0, 0)]),
        ([DRIFTED, UNKNOWN, IN_STATE], [(DRIFTED, 0, 0), (DRIFTED, 0, 1), (IN_STATE, 2, 2)]),
        ([UNKNOWN, UNKNOWN, DRIFTED], [(UNKNOWN, 0, 0), (UNKNOWN, 0, 0), (DRIFTED, 2, 2)]),
    ],
)
def test_r11_who_cannot_be_read_is_drifted_since_the_same_moment_afterwards(
    statuses: list[DriftStatus], kept: list[tuple[DriftStatus, int, int]]
) -> None:
    assert nights(*statuses) == kept


def seen(status: DriftStatus) -> Seen:
    return Seen(status, "", NIGHT, NIGHT)


def test_what_is_new_and_gone_is_said_and_who_cannot_be_read_is_neither() -> None:
    before = {A: seen(DRIFTED), B: seen(IN_STATE), C: seen(DRIFTED), "left": seen(DRIFTED), "was": seen(IN_STATE)}
    now = {A: UNKNOWN, B: DRIFTED, C: IN_STATE, "joined": INCONSISTENT, "unread": UNKNOWN}
    changes = changes_between(before, now, ["left", "was"])
    assert changes is not None
    assert changes.to_result() == {
        "since": NIGHT.isoformat(),
        "new": [
            {"user": B, "status": "drifted", "before": "in_state"},
            {"user": "joined", "status": "inconsistent", "before": None},
        ],
        "gone": [
            {"user": C, "status": "in_state", "before": "drifted"},
            {"user": "left", "status": None, "before": "drifted"},
        ],
    }
    assert changes.sentence(NIGHT + timedelta(days=1)) == "Since yesterday: 2 new, 2 gone."
    assert changes.sentence(NIGHT + timedelta(days=3)) == "Since 2026-12-08 02:00: 2 new, 2 gone."
    assert changes_between({}, now, []) is None
    assert changes_between({A: seen(DRIFTED)}, {A: INCONSISTENT}, []) == replace(changes, new=(), gone=())


def item(user: str, status: DriftStatus, code: str = "") -> DriftItem:
    reason = Reason(code, f"{user} is so.", "Mend it.") if code else None
    return DriftItem(UserId.parse(user), "pilot", Judgement(status, {"homing": "online"}, {"homing": "onprem"}, reason))


ITEMS = [item(A, IN_STATE), item(B, DRIFTED, "moved_back"), item(C, UNKNOWN, "read_failed")]


def test_the_report_has_everybody_once_with_those_first_who_have_to_be_looked_at() -> None:
    report = drift_report(run(wave()), ITEMS, None, None, fail_on_drift=False)
    assert [(user["user"], user["status"]) for user in report["users"]] == [
        (B, "drifted"),
        (C, "unknown"),
        (A, "in_state"),
    ]
    counted = {"total": 3, "drifted": 1, "inconsistent": 0, "unknown": 1, "pending": 0, "not_due": 0, "in_state": 1}
    assert report["counts"] == counted == report["waves"][0]["counts"]
    assert report["users"][0]["reason"] == {"code": "moved_back", "message": f"{B} is so.", "remedy": "Mend it."}
    assert report["verdict"].startswith("Nothing is known of 1 of them.")
    assert report["verdict"].endswith("3 users: 1 drifted, 1 unknown, 1 in state.")
    (first, second) = report["reasons"]
    assert (first["outcome"], first["code"], first["count"], first["alike"]) == ("drifted", "moved_back", 1, True)
    assert second["outcome"] == "unknown"


@pytest.mark.parametrize(
    ("items", "fault", "asked", "failed"),
    [
        (ITEMS, None, False, False),
        (ITEMS, None, True, True),
        (ITEMS[::2], None, True, False),
        ([item(A, INCONSISTENT)], None, True, True),
        (ITEMS[2:], Reason("unreachable", "The host cannot be reached.", "Start it."), False, True),
    ],
)
def test_a_look_fails_for_drift_where_asked_for_and_always_without_an_answer(
    items: list[DriftItem], fault: Reason | None, asked: bool, failed: bool
) -> None:
    report = drift_report(run(wave()), items, None, fault, fail_on_drift=asked)
    assert report["failed"] is failed
    assert ("Nobody could be judged" in report["verdict"]) is (fault is not None)


def test_the_table_fits_a_screen_whatever_there_is() -> None:
    users = [
        item(f"user{number:03}.with.a.long.name@contoso.com", status, f"reason_{number % 7}")
        for number, status in enumerate(list(DriftStatus) * 20)
    ]
    state = run(wave(), now=NOON, notes=("A note that takes more than a line. " * 4,))
    shown = table(drift_report(state, users, None, None, fail_on_drift=False))
    assert shown[0] == "Drift of 120 users in 1 wave"
    assert len(shown) <= 14
    assert max(map(len, shown)) <= 80
    assert any("drifted" in line for line in shown)
