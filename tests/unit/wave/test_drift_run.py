# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""A look for drift: who is read, what is known of whom, and what is said where a side does not answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.phase import UserPhase
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave import drift_run
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.drift import DriftStatus, Judgement
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.drift_report import dated
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.drift_run import (
    NO_ANSWER,
    DriftItem,
    Remembered,
    everybody,
    fault_of,
    judged,
    unread_filter,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.run import DriftRun, RunState, WaveState
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.step_record import StepRecord
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.wave import Due, Wave

from tests.unit.wave.drifting import (
    BEFORE,
    HOME,
    TELL,
    UPGRADED,
    History,
    grant,
    here,
    known,
    looking,
    move,
    notice,
    there,
)
from tests.unit.wave.runs import NOON, A, B, C, record, run, wave
from tests.unit.wave.sides import assessment_of
from tests.unit.wave.stepping import of
from tests.unit.wave.test_readiness import Item, unread

D = "dave@contoso.com"
SAID = {"code": "unreachable", "message": "The host cannot be reached.", "remedy": "Start it."}
TOLD = here(assigned=TELL), there()


def reading(*waves: Wave, in_ledger: Sequence[str] = (), whole: bool = True) -> RunState:
    """A run that reads everybody, and has not read anybody yet."""
    state = looking(run(*waves, now=NOON), frozenset())
    state.drift = DriftRun(whole=whole)
    state.drift.everybody = everybody(state, in_ledger)
    return state


def found(state: RunState, sides: Mapping[str, tuple[Item, Item]], past: Mapping[str, History] | None = None) -> Any:
    """Who is found how: with the wave, the status and the code of the reason."""
    everyone = state.wave("")
    everyone.assessment = assessment_of(
        everyone.wave.members,
        [of(user, each[0]) for user, each in sides.items()],
        [of(user, each[1]) for user, each in sides.items()],
    )
    return judged_so(state, past)


def judged_so(state: RunState, past: Mapping[str, History] | None = None) -> Any:
    known_of_them = {user: history() for user, history in (past or {}).items()}
    items = judged(state, lambda _users: {user: Remembered(each, each.phase) for user, each in known_of_them.items()})
    return {
        each.user.text: (
            each.wave,
            each.judgement.status.value,
            each.judgement.reason.code if each.judgement.reason else "",
        )
        for each in items
    }


def test_everybody_is_read_as_one_wave_that_changes_nobody() -> None:
    state = run(wave(users=[A, B]), wave("rest", [C]))
    state.drift = DriftRun()
    assert everybody(state, [B, D]) == WaveState(
        Wave(
            name="",
            upgrade_on=date(2026, 12, 7),
            lead_days=0,
            mode=Mode.TEAMS_ONLY,
            migrate_meetings=False,
            window=None,
            users=tuple(map(UserId.parse, (A, B, C, D))),
        ),
        Due.NOTHING,
        open=True,
        planned=False,
    )


@pytest.mark.parametrize(("drift", "users"), [(DriftRun(whole=False), (A,)), (None, (A,)), (DriftRun(), (A, D))])
def test_who_is_in_the_ledger_alone_is_read_with_the_whole_plan(drift: DriftRun | None, users: tuple[str, ...]) -> None:
    state = run(wave(users=[A]))
    state.drift = drift
    assert everybody(state, [D]).users == users


def test_each_user_has_their_wave_and_who_is_in_none_that_of_the_ledger() -> None:
    paris = wave("paris", [B], upgrade_on=date(2026, 12, 31))
    state = reading(wave(users=[A, B]), paris, wave("rest", [A, C]), in_ledger=[D])
    sides = {A: HOME, B: HOME, C: UPGRADED, D: HOME}
    assert found(state, sides, {D: known("done", move(), wave="old")}) == {
        # Who is in two waves counts in the first.
        A: ("pilot", "pending", "not_done_yet"),
        B: ("pilot", "pending", "not_done_yet"),
        C: ("rest", "in_state", ""),
        D: ("old", "drifted", "moved_back"),
    }
    assert found(reading(wave(users=[]), in_ledger=[D]), {D: HOME}) == {D: ("", "not_due", "")}


def test_who_is_in_no_wave_is_judged_by_the_phase_of_the_ledger() -> None:
    state = reading(wave(users=[]), in_ledger=[D])
    everyone = state.wave("")
    everyone.assessment = assessment_of(everyone.wave.members, [of(D, TOLD[0])], [of(D, TOLD[1])])
    history = known("notified", before={})()
    (item,) = judged(state, lambda _users: {D: Remembered(history, UserPhase.PLANNED)})
    assert item.user == UserId.parse(D)
    assert item.judgement.expected == {"notify_policy": TELL}


def test_each_is_assessed_for_the_goal_of_their_wave_with_what_is_remembered() -> None:
    state = reading(wave(users=[A, B]), wave("sfb", [C], mode=Mode.SFB_ONLY))
    no_licence = here(), there(licences=[])
    assert found(state, {A: no_licence, C: no_licence, B: (unread(), there())}) == {
        A: ("pilot", "pending", "not_licensed"),
        B: ("pilot", "unknown", "read_failed"),
        C: ("sfb", "pending", "not_done_yet"),
    }


def test_what_is_remembered_is_asked_of_some_users_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drift_run, "JUDGED_AT_ONCE", 2)
    state = reading(wave(users=[A, B, C]), in_ledger=[D])
    sides = dict.fromkeys((A, B, C, D), TOLD)
    found(state, sides)
    asked: list[list[str]] = []

    def remembered(users: Sequence[UserId]) -> Mapping[str, Remembered]:
        asked.append([user.text for user in users])
        told = known("notified", notice())()
        return {user.key: Remembered(told, UserPhase.NOTIFIED, NOON - timedelta(days=20)) for user in users}

    items = {each.user.text: each.judgement for each in judged(state, remembered)}
    assert asked == [[A, B], [C], [D]]
    assert {user: each.reason.code if each.reason else "" for user, each in items.items()} == dict.fromkeys(
        (A, B, C), "not_done_yet"
    ) | {D: ""}
    # Facts that are equal are in memory once.
    assert items[A].found is items[C].found


def test_who_was_granted_another_mode_is_expected_in_that_of_the_wave_then() -> None:
    waves = wave(users=[A], upgrade_on=date(2026, 12, 31)), wave("sfb", [B], mode=Mode.SFB_ONLY)
    upgraded = known("upgraded", before=BEFORE, wave="sfb")
    sides = here(), there(mode="SfBOnly", assigned="SfBOnly")
    assert found(reading(*waves), {A: sides, B: sides}, {A: upgraded}) == {
        A: ("pilot", "in_state", ""),
        B: ("sfb", "in_state", ""),
    }
    granted = known("upgraded", grant("SfBOnly", "SfBOnly", homing="onprem"), wave="sfb")
    assert found(reading(*waves), {A: sides, B: sides}, {A: granted})[A] == ("pilot", "in_state", "")
    # In a wave that the plan does not have any more, TeamsOnly is what everybody was upgraded to.
    gone = known("upgraded", before=BEFORE, wave="gone")
    assert found(reading(*waves), {A: sides, B: sides}, {A: gone})[A] == ("pilot", "drifted", "moved_back")


@pytest.mark.parametrize(
    ("sides", "due", "wanted"),
    [
        (HOME, date(2026, 12, 7), ("pending", "stopped")),
        (HOME, date(2026, 12, 10), ("pending", "not_done_yet")),
        ((here(), there(licences=[])), date(2026, 12, 7), ("pending", "not_licensed")),
        # A user who is homed online needs no move.
        ((UPGRADED[0], there(homing="online")), date(2026, 12, 7), ("pending", "not_done_yet")),
    ],
)
def test_what_stops_everybody_is_why_those_on_prem_wait(
    sides: tuple[Item, Item], due: date, wanted: tuple[str, str]
) -> None:
    state = reading(wave(users=[A], upgrade_on=due))
    everyone = state.wave("")
    assessment = assessment_of(everyone.wave.members, [of(A, sides[0])], [of(A, sides[1])])
    everyone.assessment = replace(assessment, stop=Reason("stopped", "The tenant is not ready.", "Set it up."))
    assert judged_so(state)[A][1:] == wanted


@pytest.mark.parametrize(
    ("records", "wanted"),
    [
        ([], NO_ANSWER),
        ([record("readiness", [A])], NO_ANSWER),
        ([record("onprem", [A]), StepRecord("", "online", (A,), {"msg": "No.", "reason": SAID})], Reason.of(SAID)),
        ([StepRecord("", "online", (A,), {"msg": "No session."})], Reason("step_failed", "No session.", NO_ANSWER.remedy)),
        (
            [StepRecord("", "online", (A,), {"msg": "One."}), StepRecord("", "online", (A,), {"msg": "Two."})],
            Reason("step_failed", "One.", "Mend the cause and run again."),
        ),
    ],
)  # fmt: skip
def test_r11_where_a_side_does_not_answer_everybody_is_unknown_for_that(
    records: list[StepRecord], wanted: Reason
) -> None:
    state = reading(wave(users=[A]), in_ledger=[D])
    for each in records:
        state.wave("").record(each)
    assert fault_of(state) == wanted
    items = {
        each.user.text: each
        for each in judged(state, lambda _users: {D: Remembered(known("done", move())(), UserPhase.DONE)})
    }
    assert {user: (each.wave, each.judgement.status, each.judgement.reason) for user, each in items.items()} == {
        A: ("pilot", DriftStatus.UNKNOWN, wanted),
        D: ("pilot", DriftStatus.UNKNOWN, wanted),
    }
    assert items[D].judgement.expected == {"homing": "online", "mode": "TeamsOnly"}
    assert items[D].judgement.found == {"homing": None, "mode": None}


def test_a_run_that_has_read_nobody_judges_nobody() -> None:
    state = run(wave())
    assert (fault_of(state), list(judged(state, lambda _users: {}))) == (NO_ANSWER, [])
    state.drift = DriftRun()
    assert (fault_of(state), list(judged(state, lambda _users: {}))) == (NO_ANSWER, [])
    assert found(reading(wave(users=[])), {}) == {}
    answered = reading(wave(users=[]))
    found(answered, {})
    assert fault_of(answered) is None


SILENT = "The host gave no answer."


@pytest.mark.parametrize(
    ("answer", "said"), [({"msg": "No session."}, "No session."), ({}, SILENT), ({"msg": ""}, SILENT)]
)
def test_a_filter_that_could_not_be_read_is_named_with_the_cause(answer: Item, said: str) -> None:
    head = "Wave 'pilot': its filter could not be read, so that only the members in the ledger are listed."
    assert unread_filter(run().wave("pilot"), answer) == f"{head} {said}"


def test_a_user_is_shown_whole_with_since_when_by_the_clock_of_the_run() -> None:
    judgement = Judgement(DriftStatus.DRIFTED, {"homing": "online"}, {"homing": "onprem"}, Reason("why", "So.", "Do."))
    item = DriftItem(UserId.parse(f"sip:{A}"), "pilot", judgement)
    shown = {
        "user": A,
        "wave": "pilot",
        "status": "drifted",
        "expected": {"homing": "online"},
        "found": {"homing": "onprem"},
        "since": None,
        "reason": {"code": "why", "message": "So.", "remedy": "Do."},
    }
    assert item.to_result() == shown
    since = datetime(2026, 12, 1, 23, 30, 5, 250, tzinfo=UTC)
    (later,) = dated([item], {A: since}, NOON.astimezone(timezone(timedelta(hours=1))))
    assert later.to_result() == shown | {"since": "2026-12-02T00:30:05+01:00"}
    assert replace(item, judgement=replace(judgement, reason=None)).to_result() == shown | {"reason": None}
