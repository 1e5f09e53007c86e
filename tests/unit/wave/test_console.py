# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a console of 80 columns shows of a run, in how many lines."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.console import (
    LINES,
    LINES_OF_MEMBERS,
    WIDTH,
    table,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.report import summarise

from tests.unit.wave.runs import A, B, C, Shown, item, record, report, run, wave

USERS = [f"user{number:02}@contoso.com" for number in range(12)]
LONG = "A long sentence of the host that says what it could not do and where. "


def lines_of(*items: Shown, users: list[str] = USERS, notes: tuple[str, ...] = ()) -> list[str]:
    """The table on a wave of these users; the ones without an item are done."""
    return table(report(record("move", users, *items), notes=notes))


def test_the_console_says_how_many_ended_how_and_why() -> None:
    failing = [item(user, "failed", "protected_account") for user in (B, C)]
    assert lines_of(item(A, "changed"), *failing, users=[A, B, C]) == [
        "Wave pilot: upgrade, planned for 2026-12-07, 3 users",
        "   1 changed",
        "   2 failed, protected_account: <user>: protected_account. Mend it.",
        "     bob@contoso.com, carol@contoso.com",
        # A task is about to fail with the verdict.
    ]
    assert lines_of(item(A, "changed"), users=[A])[-1] == "1 user: 1 changed."


def test_a_sentence_about_one_user_names_them_once() -> None:
    shown = lines_of(item(A, "failed", "x"), item(B, "failed", "y", message="No.", remedy="Wait."), users=[A, B])
    assert shown[1:] == ["   1 failed, x: alice@contoso.com: x. Mend it.", "   1 failed, y: No. Wait. bob@contoso.com"]


def test_unknown_faults_are_told_apart_by_what_the_host_said() -> None:
    texts = {A: "Something odd", B: "Something odd", C: "Another thing"}
    failing = [item(user, "failed", "fault", message=f"{text} about {user}.") for user, text in texts.items()]
    assert lines_of(*failing, users=[A, B, C])[1:] == [
        "   2 failed, fault: Something odd about <user>. Mend it. alice@contoso.com,",
        "     bob@contoso.com",
        # The same remedy is not repeated.
        "   1 failed, fault: Another thing about carol@contoso.com.",
    ]


def test_first_users_are_named_and_the_others_counted() -> None:
    shown = " ".join(" ".join(lines_of(*(item(user, "failed", "x") for user in USERS))).split())
    assert shown.endswith(f"Mend it. {', '.join(USERS[:3])} and 9 more, see the report")


def test_a_sentence_is_wrapped_and_not_cut_where_there_is_room() -> None:
    shown = lines_of(item(A, "skipped", "not_licensed", message=LONG * 3), users=[A])
    assert " ".join(" ".join(shown).split()).count(LONG.strip()) == 3
    assert max(map(len, shown)) <= WIDTH


def test_what_is_cut_fills_its_line() -> None:
    names = [f"{'x' * 50}.{number:02}@contoso.com" for number in range(20)]
    shown = lines_of(
        *(
            item(user, "skipped", f"code{user[51:53]}", message=f"The contacts of {user} are in Exchange.")
            for user in names
        ),
        item(A, "failed", "x"),
        users=[A, *names],
    )
    assert all(len(line) > WIDTH - 2 for line in shown if line.endswith(" ..."))


@pytest.mark.parametrize("left_out", [0, 3, 6])
@pytest.mark.parametrize("failed", [1, 3, 6])
def test_many_reasons_take_a_bounded_number_of_lines(left_out: int, failed: int) -> None:
    items = [
        *(item(user, "skipped", f"reason_{user[4:6]}", message=LONG) for user in USERS[:left_out]),
        *(
            item(user, "failed", f"reason_{user[4:6]}", message=LONG * 2)
            for user in USERS[left_out : left_out + failed]
        ),
    ]
    shown = lines_of(*items)
    assert len(shown) <= 1 + LINES
    assert max(map(len, shown)) <= WIDTH
    for user in USERS[: left_out + failed]:
        assert f"reason_{user[4:6]}" in " ".join(shown)
    assert sum(LONG[:20] in line for line in shown) >= failed


def test_more_reasons_than_lines_are_counted_failures_last() -> None:
    users = [f"user{number:02}@contoso.com" for number in range(40)]
    notes = tuple(f"Line {number} was cleaned." for number in range(5))
    shown = lines_of(*(item(user, "failed", f"x{user[4:6]}") for user in users[:20]), users=users, notes=notes)
    assert len(shown) == 1 + LINES
    assert shown[-1] == f"     and {5 + 1 + 20 - (LINES - 1)} more, see the report"
    assert not any(line.startswith("Note") for line in shown)


def test_a_wave_by_filter_leaves_room_for_the_task_that_finds_its_members() -> None:
    state = run(wave(users=USERS, filter={"registrar_pool": "pool01.contoso.com"}))
    state.wave("pilot").record(record("move", USERS, *(item(user, "failed", user[:6]) for user in USERS)))
    assert len(table(summarise(state))) == 1 + LINES - LINES_OF_MEMBERS


def test_characters_that_act_on_a_terminal_are_not_printed() -> None:
    lines = lines_of(item(A, "failed", "x", message="\x1b[31mred\x1b[0m \u202egnp.exe"), users=[A])
    assert not any("\x1b" in line or "\u202e" in line for line in lines)
