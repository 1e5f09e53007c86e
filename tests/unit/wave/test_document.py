# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one shape of written reports: what is added to the summary of a run, and what stays empty."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.document import (
    EMPTY,
    Campaign,
    document,
    user_of,
    whole,
)

from tests.unit.wave.runs import A, B

WRITTEN, NOW = "2026-12-07T20:00:00+01:00", "2026-12-07T19:00:00+01:00"
WHY = {"code": "not_licensed", "message": "No licence.", "remedy": "Assign one."}
NONE = {"code": "", "message": "", "remedy": ""}


def user(name: str, outcome: str, reason: dict[str, str]) -> dict[str, Any]:
    steps = [{"step": "move", "status": outcome, "actions": [], **reason}]
    return {"user": name, "outcome": outcome, "changed": outcome == "changed", "steps": steps, "warnings": [], **reason}


ALICE, BOB = user(A, "changed", NONE), user(B, "skipped", WHY)


def test_the_summary_of_a_run_becomes_one_list_of_users_and_waves_without_them() -> None:
    waves = [
        {"name": "pilot", "due": "upgrade", "users": [ALICE, BOB]},
        {"name": "rest", "due": "nothing", "users": [user(B, "ok", NONE)]},
    ]
    summary = {"check_mode": True, "verdict": "Done.", "notes": ["A note."], "waves": waves}
    progress = {"planned": 0, "notified": 0, "upgraded": 1, "left_out": 1, "failed": 0}
    history = ({"date": "2026-12-07", "upgraded": 1},)
    campaign = Campaign({"pilot": progress}, history, {"wave": "rest"})
    assert document(summary, written=WRITTEN, now=NOW, campaign=campaign) == {
        **EMPTY,
        "written": WRITTEN,
        "now": NOW,
        "check_mode": True,
        "verdict": "Done.",
        "notes": ["A note."],
        "waves": [
            {"name": "pilot", "due": "upgrade", "progress": progress},
            {"name": "rest", "due": "nothing", "progress": None},
        ],
        "users": [user_of("pilot", ALICE), user_of("pilot", BOB), user_of("rest", user(B, "ok", NONE))],
        "history": [{"date": "2026-12-07", "upgraded": 1}],
        "next": {"wave": "rest"},
    }


def test_a_report_that_has_its_users_keeps_them() -> None:
    listed = [{"user": A, "wave": "old", "status": "drifted"}]
    summary = {"kind": "drift", "users": listed, "waves": [{"name": "pilot"}], "changes": {"new": []}}
    assert document(summary, written=WRITTEN, now=NOW) == {
        **EMPTY,
        "kind": "drift",
        "written": WRITTEN,
        "now": NOW,
        "users": listed,
        "waves": [{"name": "pilot", "progress": None}],
        "changes": {"new": []},
    }


@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        (ALICE, None),
        (BOB, WHY),
        # What an answer says without a code is a reason as well.
        (user(B, "failed", NONE | {"message": "It is odd."}), NONE | {"message": "It is odd."}),
        (user(B, "failed", NONE | {"code": "odd"}), NONE | {"code": "odd"}),
    ],
)
def test_a_user_has_their_wave_and_a_reason_where_there_is_one(
    shown: dict[str, Any], reason: dict[str, str] | None
) -> None:
    assert user_of("pilot", shown) == {
        "user": shown["user"],
        "wave": "pilot",
        "status": shown["outcome"],
        "reason": reason,
        "changed": shown["changed"],
        "steps": shown["steps"],
        "warnings": [],
    }


def test_what_has_no_meaning_for_a_kind_is_empty_and_nothing_is_lost() -> None:
    assert whole({}) == EMPTY
    assert list(whole({"verdict": "So.", "more": 1})) == [*EMPTY, "more"]
    assert whole({"failed": True, "more": 1}) == {**EMPTY, "failed": True, "more": 1}
