# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lines of a report on a console, whole."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.console import NAMED_USERS, WIDTH, table

from tests.unit.wave.runs import A, B, C, item, record, report

LONG = "A" * 200


def lines(**facts: Any) -> list[str]:
    """The lines of a report on nothing, but for these facts."""
    return table({"failed": True, "verdict": "", "waves": [], "check_mode": False, "reasons": [], **NOBODY, **facts})


NOBODY = {"counts": {"total": 0, "changed": 0, "ok": 0, "pending": 0, "skipped": 0, "unknown": 0, "failed": 0}}


def of(changed: int = 0, failed: int = 0) -> dict[str, Any]:
    return {**NOBODY["counts"], "total": changed + failed, "changed": changed, "failed": failed}


def test_a_wave_is_shown_with_counts_and_reasons() -> None:
    found = report(record("move", [A, B, C], item(A, "changed"), item(B, "skipped", "not_licensed")))
    assert table({**found, "notes": []}) == [
        "Wave pilot: upgrade, planned for 2026-12-07, 3 users",
        "  users  outcome    reason",
        "      1  changed",
        "      1  done",
        "      1  left out   not_licensed: <user>: not_licensed.",
        *str(found["verdict"]).split("\n"),
    ]


@pytest.mark.parametrize(("check_mode", "word"), [(True, "to change"), (False, "changed")])
def test_check_mode_says_what_is_to_change(check_mode: bool, word: str) -> None:
    assert lines(counts=of(changed=2), check_mode=check_mode) == ["  users  outcome    reason", f"      2  {word}"]


def test_a_wave_without_a_plan_has_no_date_and_one_without_users_is_left_out() -> None:
    one = {"name": "named", "due": "", "upgrade_on": "", "users": [{"outcome": "ok"}], "counts": {"total": 1}}
    assert lines(waves=[one, {**one, "users": []}]) == ["Wave named, 1 users"]


def test_notes_come_first_and_what_is_not_printable_is_replaced() -> None:
    assert lines(notes=["One\x1b[2J.", "Two."]) == ["Note: One\ufffd[2J.", "Note: Two."]
    assert lines() == []


@pytest.mark.parametrize(("size", "cut"), [(WIDTH, False), (WIDTH + 1, True)])
def test_a_long_reason_is_cut_to_the_width(size: int, cut: bool) -> None:
    head = "      1  changed    x: "
    reason = {
        "outcome": "changed",
        "count": 1,
        "code": "x",
        "message": LONG[: size - len(head)],
        "remedy": "",
        "users": [],
    }
    line = lines(counts=of(changed=1), reasons=[reason])[1]
    assert len(line) == WIDTH
    assert line == (f"{head}{LONG}"[: WIDTH - 3] + "..." if cut else f"{head}{LONG}"[:WIDTH])


@pytest.mark.parametrize(("count", "more"), [(1, 0), (NAMED_USERS, 0), (NAMED_USERS + 1, 1), (NAMED_USERS + 3, 3)])
def test_some_of_those_who_failed_are_named(count: int, more: int) -> None:
    users = [{"user": f"u{number}@contoso.com", "outcome": "failed", "code": "x"} for number in range(count)]
    shown = [f"    u{number}@contoso.com: x" for number in range(min(count, NAMED_USERS))]
    tail = [f"    and {more} more, who are in the report"] if more else []
    wave = {"name": "pilot", "due": "", "upgrade_on": "", "users": users, "counts": {"total": count}}
    assert lines(waves=[wave])[1:] == shown + tail


@pytest.mark.parametrize("last", [39, 40, 41])
def test_a_paragraph_is_broken_between_words_at_the_width(last: int) -> None:
    words = f"{'a' * 33} {'b' * last} c"
    found = lines(failed=False, verdict=f"12345 {words}")
    assert " ".join(found) == f"12345 {words}"
    assert found[0] == (f"12345 {'a' * 33} {'b' * last}" if 6 + 33 + 1 + last <= WIDTH else f"12345 {'a' * 33}")
    assert all(len(line) <= WIDTH for line in found)
    assert lines(failed=False, verdict="") == []
    assert lines(failed=False, verdict=LONG) == [LONG]
