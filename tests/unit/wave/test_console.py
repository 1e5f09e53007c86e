# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a console of 80 columns shows of a run, in how many lines."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.console import LINES, LINES_OF_MEMBERS, table
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.report import summarise
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.rows import WIDTH
from hypothesis import given
from hypothesis import strategies as st

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
        "   2 failed, protected_account: bob@contoso.com, carol@contoso.com: the user:",
        "     protected_account. Mend it.",
        # A task is about to fail with the verdict.
    ]
    assert lines_of(item(A, "changed"), users=[A])[-1] == "1 user: 1 changed."


def test_a_sentence_about_one_user_names_them_once() -> None:
    shown = lines_of(item(A, "failed", "x"), item(B, "failed", "y", message="No.", remedy="Wait."), users=[A, B])
    assert shown[1:] == ["   1 failed, x: alice@contoso.com: x. Mend it.", "   1 failed, y: bob@contoso.com: No. Wait."]


def test_unknown_faults_are_distinguished_by_what_the_host_said() -> None:
    texts = {A: "Something odd", B: "Something odd", C: "Another thing"}
    failing = [item(user, "failed", "fault", message=f"{text} about {user}.") for user, text in texts.items()]
    assert lines_of(*failing, users=[A, B, C])[1:] == [
        "   2 failed, fault: alice@contoso.com, bob@contoso.com: Something odd about the",
        "     user. Mend it.",
        # The same remedy is not repeated.
        "   1 failed, fault: carol@contoso.com: Another thing about carol@contoso.com.",
    ]


def in_one_line(shown: list[str]) -> str:
    return " ".join(" ".join(shown).split())


def test_all_of_a_wave_of_twelve_who_failed_are_named_behind_the_code() -> None:
    shown = in_one_line(lines_of(*(item(user, "failed", "x") for user in USERS)))
    assert shown.endswith(f"12 failed, x: {', '.join(USERS)}: the user: x. Mend it.")


def test_of_more_users_the_first_are_named_and_the_others_counted() -> None:
    users = [f"user{number:03}@contoso.com" for number in range(200)]
    shown = in_one_line(lines_of(*(item(user, "failed", "x") for user in users), users=users))
    assert shown.endswith(f"200 failed, x: {', '.join(users[:12])} and 188 more: the user: x. Mend it.")
    # Of three reasons each names its share.
    failing = [item(user, "failed", f"x{number % 3}", message=LONG) for number, user in enumerate(users)]
    shown = in_one_line(lines_of(*failing, users=users))
    assert f"67 failed, x0: {', '.join(users[0:12:3])} and 63 more: A long sentence" in shown
    assert f"66 failed, x2: {', '.join(users[2:12:3])}" in shown


@pytest.mark.parametrize("filter", [{}, {"registrar_pool": "pool01.contoso.com"}])
@pytest.mark.parametrize("reasons", [1, 2, 3, 5, 7, 11, 12])
@pytest.mark.parametrize("long", [1, 30])
def test_each_of_twelve_failed_users_is_named_however_many_reasons(reasons: int, long: int, filter: Shown) -> None:
    """Sentences are cut for it, and names that do not get a line of their own stand in the last lines."""
    state = run(wave(users=USERS, filter=filter))
    failing = [
        item(user, "failed", f"reason_{number % reasons:02}", message=f"{LONG * long} {user}", remedy="Call the desk.")
        for number, user in enumerate(USERS)
    ]
    state.wave("pilot").record(record("move", USERS, *failing))
    shown = table(summarise(state))
    assert len(shown) <= 1 + LINES - (LINES_OF_MEMBERS if filter else 0)
    assert max(map(len, shown)) <= WIDTH
    assert all(user in in_one_line(shown) for user in USERS)
    if reasons <= 3:
        assert "Call the desk." in in_one_line(shown)


def test_a_long_sentence_is_cut_before_its_remedy() -> None:
    remedies = {A: "Ask the directory team.", B: "Call the Exchange team.", C: "Wait for the licence."}
    failing = [item(user, "failed", user[:3], message=LONG * 20, remedy=each) for user, each in remedies.items()]
    shown = lines_of(*failing, users=[A, B, C])
    assert len(shown) == 1 + LINES
    for each in remedies.values():
        assert any(line.endswith(f" ... {each}") for line in shown)


def test_facts_of_one_user_are_an_example_where_those_of_others_differ() -> None:
    licences = {A: "E3", B: "F1", C: "E3"}
    texts = {user: f"{user} has no licence (enabled: {found})." for user, found in licences.items()}
    for status, word in (("failed", f"failed, not_licensed: {A}, {B}, {C}:"), ("skipped", "left out, not_licensed:")):
        items = [item(user, status, "not_licensed", message=text) for user, text in texts.items()]
        assert f"3 {word} for example {texts[A]}" in in_one_line(lines_of(*items, users=[A, B, C]))
        # A sentence without a name is given the one that it is about.
        items = [item(user, status, "not_licensed", message=found) for user, found in licences.items()]
        assert f"3 {word} for example {A}: E3." in in_one_line(lines_of(*items, users=[A, B, C]))
        # Those who are the same but for the name have none.
        items = [item(user, status, "not_licensed", message=texts[A].replace(A, user)) for user in (A, B, C)]
        assert f"3 {word} the user has no licence (enabled: E3)." in in_one_line(lines_of(*items, users=[A, B, C]))


def test_a_sentence_is_wrapped_and_not_cut_where_there_is_room() -> None:
    shown = lines_of(item(A, "skipped", "not_licensed", message=LONG * 3), users=[A])
    assert " ".join(" ".join(shown).split()).count(LONG.strip()) == 3
    assert max(map(len, shown)) <= WIDTH


def test_sentences_are_cut_between_words_and_words_longer_than_a_line_anywhere() -> None:
    words = LONG.split()
    shown = lines_of(*(item(user, "failed", user[:6], message=LONG * 9) for user in USERS))
    cut = [line.partition(" ...")[0].split()[-1] for line in shown if " ..." in line]
    assert len(cut) == len(USERS)
    assert set(cut) <= set(words)
    path = "\\\\server\\share\\" + "x" * 400
    shown = lines_of(*(item(user, "failed", user[:6], message=f"No {path}") for user in USERS))
    assert {len(line) for line in shown[1:]} == {WIDTH}
    whole = lines_of(item(A, "failed", "x", message=f"No {path}"), users=[A])
    assert path in "".join(line.strip() for line in whole)
    assert max(map(len, whole)) <= WIDTH


TEXTS = st.text(st.sampled_from("ab.@ -\n\u00a0\u2028\U0001f600"), max_size=200) | st.integers(0, 500).map("x".__mul__)
FAILING = st.lists(st.tuples(st.sampled_from("abcdef"), TEXTS, TEXTS), min_size=1, max_size=30)


@given(FAILING, st.integers(1, 90))
def test_whatever_hosts_say_takes_a_bounded_number_of_lines(said: list[tuple[str, str, str]], length: int) -> None:
    users = [f"{'u' * length}{number:02}@contoso.com" for number in range(len(said))]
    failing = [
        item(user, "failed", code, message=message, remedy=remedy)
        for user, (code, message, remedy) in zip(users, said, strict=True)
    ]
    shown = lines_of(*failing, users=users, notes=("A note.",))
    assert len(shown) <= 1 + LINES
    assert max(map(len, shown)) <= WIDTH


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


def test_more_reasons_than_lines_are_named_notes_last() -> None:
    users = [f"user{number:02}@contoso.com" for number in range(40)]
    notes = tuple(f"Line {number} was cleaned." for number in range(5))
    shown = lines_of(*(item(user, "failed", f"x{user[4:6]}") for user in users[:20]), users=users, notes=notes)
    assert len(shown) == 1 + LINES
    assert all(f"x{user[4:6]}: {user}" in in_one_line(shown) for user in users[:20])
    assert not any(line.startswith("Note") for line in shown)
    # Where not all can be named, most of them are.
    shown = lines_of(*(item(user, "failed", f"x{user[4:6]}") for user in users), users=users, notes=notes)
    assert len(shown) == 1 + LINES
    assert sum(user in in_one_line(shown) for user in users) >= LINES
    assert f"     and {5 + 40 - (LINES - 2)} more, see the report: x10: {users[10]}; x11:" in shown[-2]
    assert shown[-1].endswith(" ...")


def test_characters_that_act_on_a_terminal_are_not_printed() -> None:
    lines = lines_of(item(A, "failed", "x", message="\x1b[31mred\x1b[0m \u202egnp.exe"), users=[A])
    assert not any("\x1b" in line or "\u202e" in line for line in lines)
