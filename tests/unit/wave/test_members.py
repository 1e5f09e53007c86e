# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waves whose members a filter finds, what is said of users that other waves list, and what a plan does not have."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.plan_users import PlanProblem
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.members import nameable, notes_on, take, to_find
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.plan import Plan, UnsoundPlan, parse_now
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.run import RunState
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.wave import Due, Wave

from tests.unit.sentences import sound
from tests.unit.wave.runs import NOON, A, B, C, run, wave


def by_filter(name: str) -> Wave:
    return replace(wave(name, filter={"registrar_pool": "pool01"}), users=None)


def waves() -> RunState:
    return run(wave("listed", [A]), by_filter("pool"), by_filter("later"))


def test_members_are_looked_for_where_something_is_due() -> None:
    state = waves()
    state.wave("later").due = Due.NOTHING
    assert [each.wave.name for each in to_find(state)] == ["pool"]
    state.wave("listed").due = Due.NOTHING
    assert [each.wave.name for each in to_find(state)] == ["pool"]


@pytest.mark.parametrize(
    ("found", "members", "notes"),
    [
        ([B, C], (B, C), []),
        ([], (), []),
        ([A, B], (B,), [f"Wave 'pool': {A}, found by its filter, is left to wave 'listed', which lists them."]),
    ],
)
def test_a_wave_gets_the_members_that_were_found(found: list[str], members: tuple[str, ...], notes: list[str]) -> None:
    state = waves()
    state.notes = ("Before.",)
    take(state, {"pool": found}, {})
    assert state.wave("pool").users == members
    assert state.wave("listed").users == (A,)
    assert state.wave("later").wave.users is None
    assert list(state.notes) == ["Before.", *notes]


@pytest.mark.parametrize(
    ("remembered", "found", "members"),
    [
        # Who was moved has left the registrar pool, and stays a member; who is new comes after.
        ([A, B], [C], (A, B, C)),
        ([A, B], [], (A, B)),
        ([], [B, C], (B, C)),
        ([C], [B, C], (C, B)),
        ([A, B], ["sip:BOB@contoso.com", C], (A, "sip:BOB@contoso.com", C)),
    ],
)
def test_who_was_a_member_stays_one_and_those_who_join_come_after(
    remembered: list[str], found: list[str], members: tuple[str, ...]
) -> None:
    state = run(by_filter("pool"), by_filter("later"))
    take(state, {"pool": found}, {"pool": remembered, "later": [C]})
    assert state.wave("pool").users == members
    assert state.wave("later").wave.users is None


def test_a_member_whom_no_module_can_name_is_left_out_with_a_note() -> None:
    found = [A, "a b@contoso.com", "o,brien@contoso.com", "o'brien@contoso.com"]
    named, odd = nameable(found)
    assert (named, odd) == ([A, "o'brien@contoso.com"], ["a b@contoso.com", "o,brien@contoso.com"])
    first, second, said = notes_on("paris", odd, ["sfb01 said of Get-CsUser: Some alone."])
    assert first.startswith("Wave 'paris': 'a b@contoso.com' is left out")
    assert "o,brien" in second
    assert said == "Wave 'paris': sfb01 said of Get-CsUser: Some alone."


def test_members_who_are_excluded_since_are_left_out() -> None:
    state = run(replace(by_filter("pool"), excluded=(UserId.parse(A.upper()),)))
    take(state, {"pool": [B]}, {"pool": [A, C]})
    assert state.wave("pool").users == (C, B)


def test_members_whom_another_wave_lists_since_are_left_to_it() -> None:
    state = run(wave("listed", [A]), by_filter("pool"))
    take(state, {"pool": [B]}, {"pool": [A]})
    assert (state.wave("listed").users, state.wave("pool").users) == ((A,), (B,))
    assert len(state.notes) == 1


def test_a_member_that_the_filter_of_another_wave_finds_stays_a_member() -> None:
    state = run(by_filter("pool"), by_filter("later"))
    take(state, {"pool": [], "later": [A.upper(), B, C]}, {"pool": [A, B]})
    assert (state.wave("pool").users, state.wave("later").users) == ((A, B), (C,))
    assert state.notes == (
        f"Wave 'later': {A.upper()} and 1 more, found by its filter, are left to wave 'pool', which had them before.",
    )


def test_a_user_who_was_a_member_of_two_waves_is_a_problem() -> None:
    with pytest.raises(UnsoundPlan, match=f"{A} is in wave 'pool' and in wave 'later'"):
        take(run(by_filter("pool"), by_filter("later")), {"pool": [], "later": []}, {"pool": [A], "later": [A]})


def test_several_users_that_other_waves_list_are_counted() -> None:
    state = run(wave("listed", [A, B, C]), by_filter("pool"))
    take(state, {"pool": [A, B, C]}, {})
    assert state.notes == (
        f"Wave 'pool': {A} and 2 more, found by its filter, are left to wave 'listed', which lists them.",
    )


def test_a_user_that_two_filters_find_is_a_problem() -> None:
    with pytest.raises(UnsoundPlan) as refused:
        take(waves(), {"pool": [B, C], "later": [C, B]}, {})
    assert str(refused.value) == " ".join(map(str, refused.value.problems))
    (problem,) = refused.value.problems
    assert problem.message == f"{C} and 1 more are in wave 'pool' and in wave 'later'."


def test_several_problems_are_named_one_after_the_other() -> None:
    one, other = PlanProblem("One.", "Do it."), PlanProblem("Two.", "Do that.")
    assert str(UnsoundPlan([one, other])) == "One. Do it. Two. Do that."


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("pilott", "Did you mean 'pilot'? The waves are pilot, Rest."),
        ("REST1", "Did you mean 'Rest'? The waves are pilot, Rest."),
        ("zzz", "The waves are pilot, Rest."),
    ],
)
def test_a_wave_that_is_not_there_has_the_others_named(name: str, remedy: str) -> None:
    with pytest.raises(UnsoundPlan) as refused:
        Plan((wave("pilot"), wave("Rest", ["dora@contoso.com"]))).only([name])
    (problem,) = refused.value.problems
    assert (problem.message, problem.remedy) == (f"teams_upgrade_waves: there is no wave {name!r}.", remedy)


@pytest.mark.parametrize(
    ("text", "words"), [("noon", "is no time"), ("2026-12-07T19:00:00", "without an offset from UTC")]
)
def test_a_moment_that_is_none_is_refused_with_an_example(text: str, words: str) -> None:
    with pytest.raises(PlanProblem) as refused:
        parse_now(text)
    assert words in sound(refused.value.message)
    assert refused.value.remedy == "Write it as 2026-12-07T19:00:00+01:00."
    assert parse_now("2026-12-07T12:00:00+00:00") == NOON
