# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report on drift, key by key, its verdict, and each line of the table."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.drift import DriftStatus, Judgement
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.drift_report import drift_report, table
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.drift_run import DriftItem
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.drift_since import (
    Changes,
    Seen,
    numbers,
    seen_now,
)

from tests.unit.wave.runs import EVENINGS, NOON, A, B, C, run, wave

DRIFTED, INCONSISTENT, UNKNOWN, PENDING, NOT_DUE, IN_STATE = DriftStatus
LAST = NOON - timedelta(days=1)
FAULT = Reason("unreachable", "The host cannot be reached.", "Start it.")


def item(user: str, status: DriftStatus, code: str = "", of: str = "pilot", message: str = "") -> DriftItem:
    reason = Reason(code, message or f"{user} is so.", "Mend it.") if code else None
    return DriftItem(UserId.parse(user), of, Judgement(status, {"homing": "online"}, {"homing": "onprem"}, reason))


def counts(**found: int) -> dict[str, int]:
    return {"total": sum(found.values()), **dict.fromkeys(map(str, DriftStatus), 0), **found}


def user(address: str, status: str, reason: dict[str, str] | None, of: str) -> dict[str, Any]:
    facts: dict[str, Any] = {"expected": {"homing": "online"}, "found": {"homing": "onprem"}, "since": None}
    return {"user": address, "wave": of, "status": status, "reason": reason, **facts}


NOTHING: dict[str, Any] = {"held": "", "waits": False, "faults": [], "warnings": []}
# A wave that is due, one of another mode that has a filter, and one that the ledger alone knows.
WAVES: list[dict[str, Any]] = [
    {
        "name": "pilot",
        "due": "upgrade",
        "mode": "TeamsOnly",
        "upgrade_on": "2026-12-07",
        "notify_on": "2026-11-30",
        "window": "mon, tue, wed, thu, fri, sat, sun 19:00 to 23:00",
        "filter": {},
        "counts": counts(drifted=1),
        **NOTHING,
    },
    {
        "name": "sfb",
        "due": "notify",
        "mode": "SfBOnly",
        "upgrade_on": "2026-12-10",
        "notify_on": "2026-12-03",
        "window": "",
        "filter": {"registrar_pool": "p"},
        "counts": counts(in_state=1),
        **NOTHING,
    },
    {
        "name": "old",
        "due": "",
        "mode": "",
        "upgrade_on": "",
        "notify_on": "",
        "window": "",
        "filter": {},
        "counts": counts(pending=1),
        **NOTHING,
    },
]


def test_a_report_is_shown_whole() -> None:
    sfb = wave("sfb", [B], mode=Mode.SFB_ONLY, upgrade_on=date(2026, 12, 10), filter={"registrar_pool": "p"})
    state = run(wave(users=[A], window=EVENINGS), sfb, notes=("A note.",))
    changes = Changes(LAST, new=((A, DRIFTED, None),))
    items = [item(B, IN_STATE, of="sfb"), item(A, DRIFTED, "moved_back"), item(C, PENDING, of="old")]
    why = {"code": "moved_back", "message": f"{A} is so.", "remedy": "Mend it."}
    assert drift_report(state, items, changes, None, fail_on_drift=False) == {
        "kind": "drift",
        "check_mode": False,
        "verdict": "3 users: 1 drifted, 1 pending, 1 in state. Since yesterday: 1 new, 0 gone.",
        "failed": False,
        "notes": ["A note."],
        "counts": counts(drifted=1, pending=1, in_state=1),
        "users": [
            user(A, "drifted", why, "pilot"),
            user(C, "pending", None, "old"),
            user(B, "in_state", None, "sfb"),
        ],
        "waves": WAVES,
        "reasons": [{"outcome": "drifted", "count": 1, **why, "alike": True, "users": [A]}],
        "warnings": [],
        "changes": {
            "since": "2026-12-06T12:00:00+00:00",
            "new": [{"user": A, "status": "drifted", "before": None}],
            "gone": [],
        },
    }


@pytest.mark.parametrize(
    ("items", "fault", "verdict"),
    [
        ([], None, "0 users."),
        ([item(A, IN_STATE)], None, "1 user: 1 in state."),
        (
            [item(A, UNKNOWN, "unread"), item(B, UNKNOWN, "other")],
            None,
            f"Nothing is known of 2 of them. For example: {A} is so. Mend it. 2 users: 2 unknown.",
        ),
        ([item(A, UNKNOWN)], None, "Nothing is known of 1 of them. 1 user: 1 unknown."),
        (
            [item(A, UNKNOWN, "unread")],
            FAULT,
            "Nobody could be judged, since one of the sides was not read. The host cannot be reached. Start it. 1 user: 1 unknown.",
        ),
    ],
)
def test_the_verdict_says_first_what_is_not_known(items: list[DriftItem], fault: Reason | None, verdict: str) -> None:
    assert drift_report(run(wave()), items, None, fault, fail_on_drift=False)["verdict"] == verdict


def test_every_status_has_its_word_in_the_numbers() -> None:
    assert numbers(dict(zip(DriftStatus, range(1, 7), strict=True))) == (
        "21 users: 1 drifted, 2 inconsistent, 3 unknown, 4 pending, 5 not due, 6 in state."
    )
    assert numbers({}) == "0 users."


def test_the_last_look_is_dated_by_the_clock_of_the_run() -> None:
    changes = Changes(datetime(2026, 12, 1, 23, 30, 5, 250, tzinfo=UTC))
    paris = timezone(timedelta(hours=1))
    assert changes.sentence(datetime(2026, 12, 7, 1, tzinfo=paris)) == "Since 2026-12-02 00:30: 0 new, 0 gone."
    assert changes.sentence(datetime(2026, 12, 3, 1, tzinfo=paris)) == "Since yesterday: 0 new, 0 gone."
    assert changes.sentence(datetime(2026, 12, 2, 1, tzinfo=paris)) == "Since 2026-12-02 00:30: 0 new, 0 gone."


def test_the_code_of_the_reason_is_kept_with_the_status() -> None:
    first = seen_now(DRIFTED, "moved_back", None, LAST)
    assert first == Seen(DRIFTED, "moved_back", LAST, LAST)
    assert seen_now(DRIFTED, "re_homed", first, NOON) == Seen(DRIFTED, "re_homed", LAST, NOON)
    unread = seen_now(UNKNOWN, "read_failed", first, NOON)
    assert unread == Seen(DRIFTED, "moved_back", LAST, NOON, NOON)
    assert seen_now(UNKNOWN, "read_failed", None, NOON) == Seen(UNKNOWN, "read_failed", NOON, NOON, NOON)


def test_reasons_come_by_status_and_then_by_how_many_they_concern() -> None:
    items = [
        item(A, PENDING, "settling"),
        item(A, DRIFTED, "moved_early"),
        item(B, DRIFTED, "re_homed", message=f"{B} is in p1."),
        item(C, DRIFTED, "re_homed", message=f"{C} is in p2."),
        *(item(f"u{number}@contoso.com", PENDING, "waits") for number in range(25)),
        item(A, PENDING, "mail"),
        item(B, IN_STATE),
    ]
    found = drift_report(run(wave()), items, None, None, fail_on_drift=False)["reasons"]
    assert [(each["outcome"], each["code"], each["count"], each["alike"]) for each in found] == [
        ("drifted", "re_homed", 2, False),
        ("drifted", "moved_early", 1, True),
        ("pending", "waits", 25, True),
        ("pending", "mail", 1, True),
        ("pending", "settling", 1, True),
    ]
    assert [found[0][name] for name in ("message", "remedy", "users")] == [f"{B} is in p1.", "Mend it.", [B, C]]
    assert found[2]["message"] == "u0@contoso.com is so."
    assert found[2]["users"] == [f"u{number}@contoso.com" for number in range(12)]


def test_the_table_has_a_line_for_each_reason_and_the_rest_of_a_status() -> None:
    items = [
        item(A, DRIFTED, "re_homed"),
        item(B, DRIFTED),
        *(item(f"u{number}@contoso.com", PENDING, "waits") for number in range(5)),
        *(item(f"v{number}@contoso.com", UNKNOWN, "unread") for number in range(3)),
        item(C, IN_STATE),
        item(A, NOT_DUE, of="old"),
    ]
    state = run(wave(), wave("empty", []), notes=("A note.",))
    assert table(drift_report(state, items, None, None, fail_on_drift=False)) == [
        "Drift of 12 users in 2 waves",
        "Note: A note.",
        f"   1 drifted, re_homed: {A}",
        "   1 drifted",
        "   3 unknown, unread: v0@contoso.com, v1@contoso.com, v2@contoso.com",
        "   5 pending, waits: u0@contoso.com, u1@contoso.com, u2@contoso.com and 2 more",
        "   1 not due",
        "   1 in state",
    ]


def test_where_lines_run_out_what_is_not_shown_is_named_with_its_number() -> None:
    items = [
        *(item(f"w{number}@contoso.com", PENDING, f"waits_{number}") for number in range(9)),
        *(item(f"u{number}@contoso.com", INCONSISTENT, f"odd_{number}") for number in range(8)),
        item(A, DRIFTED),
        item(B, UNKNOWN),
        item(C, IN_STATE),
    ]
    state = run(wave(), notes=("Note 1.", "Note 2."))
    assert table(drift_report(state, items, None, None, fail_on_drift=False)) == [
        "Drift of 20 users in 1 wave",
        "   1 drifted",
        *(f"   1 inconsistent, odd_{number}: u{number}@contoso.com" for number in range(8)),
        "   1 unknown",
        "   1 pending, waits_0: w0@contoso.com",
        "     and 11 more, see the report: waits_1: 1; waits_2: 1; waits_3: 1; waits_4:",
        "     1; waits_5: 1; waits_6: 1; waits_7: 1; waits_8: 1",
    ]


def test_where_names_take_many_lines_those_have_them_who_have_to_be_looked_at() -> None:
    rows = ((DRIFTED, "a"), (UNKNOWN, "b"), (PENDING, "c"), (PENDING, "d"))
    items = [item(f"{code * 60}{number}@contoso.com", status, code) for status, code in rows for number in range(3)]
    shown = table(drift_report(run(wave()), items, None, None, fail_on_drift=False))
    heads = [index for index, line in enumerate([*shown, "   end"]) if line.startswith("   3") or line == "   end"]
    assert [end - start for start, end in pairwise(heads)] == [4, 4, 3, 1]
