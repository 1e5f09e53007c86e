# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Readiness in the form of a module's result, and why a user has none (R11, R28, R39)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model import reasons
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Reason, Scope
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Side
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.readiness import (
    Assessment,
    Stage,
    WaveGoal,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.sides import SideFacts
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.wave import Due

from tests.unit.wave.runs import EVENINGS, NOON, run, wave
from tests.unit.wave.sides import assessment_of
from tests.unit.wave.test_readiness import ABSENT, ALICE, Item, cloud, skype, teams, unread

USER = UserId.parse(ALICE)
NAME = {"user": ALICE}
STOP = Reason("stop", "The tenant refuses.", "Mend it.", Scope.ORGANISATION)


def assessed(onprem: Item | None, online: Item | None, *organisation: Item, **goal: object) -> Assessment:
    wanted = WaveGoal(**goal)  # type: ignore[arg-type]
    return assessment_of([USER], [onprem] if onprem else [], [online] if online else [], organisation, wanted)


@pytest.mark.parametrize(
    ("onprem", "online", "found"),
    [
        (None, teams(), [reasons.READ_FAILED.format(**NAME, fault="the host gave no answer")]),
        (skype(), None, [reasons.READ_FAILED.format(**NAME, fault="the host gave no answer")]),
        (skype(homing="unknown"), teams(), [reasons.HOMING_UNKNOWN.format(**NAME, why="the host does not say")]),
        (unread(), teams(), [Reason.of(unread()["reason"])]),
        (unread(), unread("other"), [Reason.of(unread()["reason"]), Reason.of(unread("other")["reason"])]),
        (unread("not_a_user", "failed"), teams(), [Reason.of(unread("not_a_user")["reason"])]),
        (skype(), ABSENT, [reasons.NOT_SYNCED.format(**NAME, what="is not known to the cloud")]),
        (
            ABSENT,
            teams(),
            [reasons.NOT_A_USER.format(**NAME, what="the cloud homes it on-prem, where it is not among the users")],
        ),
        (ABSENT, ABSENT, [reasons.USER_NOT_FOUND.format(**NAME, host="The organisation")]),
    ],
)
def test_r11_who_has_no_stage_has_the_reason(onprem: Item | None, online: Item | None, found: list[Reason]) -> None:
    (alice,) = assessed(onprem, online).users
    assert alice.stage is Stage.UNKNOWN
    assert list(alice.reasons) == found


def test_an_item_holds_every_reason_and_every_remedy_once() -> None:
    bad = teams(licences=[], validation_errors=["E1", "E2"])
    (alice,) = assessed(skype(enabled=False), bad).users
    assert len(alice.reasons) == 3
    line = alice.to_item()
    assert (line["user"], line["status"], line["actions"]) == (ALICE, "skipped", [])
    reason = line["reason"]
    assert isinstance(reason, dict)
    assert reason["code"] == alice.reasons[0].code
    assert reason["message"] == " ".join(each.message for each in alice.reasons)
    assert reason["remedy"] == " ".join(each.remedy for each in alice.reasons)
    twice = replace(alice, reasons=(alice.reasons[0], alice.reasons[0]))
    again = twice.to_item()["reason"]
    assert isinstance(again, dict)
    assert again["remedy"] == alice.reasons[0].remedy


def test_r39_what_stops_everybody_stands_in_every_item() -> None:
    check = {"ok": False, "code": "stop", "message": "The tenant refuses.", "remedy": "Mend it.", "stops": "move"}
    islands = {**check, "code": "tenant_default", "message": "Islands.", "stops": ""}
    found = assessed(skype(), teams(), check, islands)
    assert found.stop == STOP
    assert found.to_result() == {
        "users": [
            {
                "user": ALICE,
                "status": "skipped",
                "actions": [],
                "reason": reasons.NOT_STARTED.format(**NAME, cause="The tenant refuses").to_result(),
            }
        ],
        "warnings": [Reason("tenant_default", "Islands.", "Mend it.", Scope.ORGANISATION).to_result()],
        "msg": "The tenant refuses. Mend it.",
        "reason": STOP.to_result(),
    }
    fine = assessed(skype(), teams())
    assert fine.to_result() == {"users": [{"user": ALICE, "status": "ok", "actions": []}], "warnings": []}
    assert [each.user.text for each in fine.at(Stage.ONPREM)] == [ALICE]
    assert found.at(Stage.ONPREM) == []


@pytest.mark.parametrize(
    ("onprem", "online", "mode", "found"),
    [
        (skype(mailbox_onprem=True), teams(), Mode.TEAMS_ONLY, ["mailbox_onprem"]),
        # What is worth knowing before a move matters to nobody else.
        (skype(mailbox_onprem=True), teams(), Mode.SFB_ONLY, []),
        (skype(homing="online", mailbox_onprem=True), cloud(), Mode.TEAMS_ONLY, []),
        (skype(homing="online"), teams(user_principal_name="a@fabrikam.com"), Mode.TEAMS_ONLY, []),
        (skype(), teams(user_principal_name="a@fabrikam.com"), Mode.TEAMS_ONLY, ["sip_is_not_upn"]),
        (skype(homing="online"), cloud(user_principal_name="a@fabrikam.com"), Mode.TEAMS_ONLY, ["sip_is_not_upn"]),
        (skype(homing="online"), cloud(mode="TeamsOnly", user_principal_name="a@fabrikam.com"), Mode.TEAMS_ONLY, []),
    ],
)
def test_what_is_worth_knowing_depends_on_what_is_done(
    onprem: Item, online: Item, mode: Mode, found: list[str]
) -> None:
    (alice,) = assessed(onprem, online, mode=mode).users
    assert [each.code for each in alice.warnings] == found


@pytest.mark.parametrize(
    ("item", "absent", "unknown", "code"),
    [
        (ABSENT, True, False, "user_not_found"),
        (unread(), False, True, "read_failed"),
        (unread("user_deleted", "failed"), False, False, "user_deleted"),
        ({"user": ALICE, "status": "unknown"}, False, True, "homing_unknown"),
    ],
)
def test_r11_no_facts_is_not_the_same_as_no_user(item: Item, absent: bool, unknown: bool, code: str) -> None:
    found = SideFacts.from_result(USER, {USER.key: item}, Side.ONPREM)
    assert (found.user, found.absent, found.unread) == (None, absent, unknown)
    assert found.reason is not None
    assert found.reason.code == code


@pytest.mark.parametrize(("due", "notifies"), [(Due.NOTIFY, True), (Due.UPGRADE, False), (Due.NOTHING, False)])
def test_the_goal_of_a_wave_is_its_mode_or_its_notification(due: Due, notifies: bool) -> None:
    state = run(wave(mode=Mode.SFB_ONLY), goal=WaveGoal(without_telephony=True, accepted=frozenset(("x",))))
    state.wave("pilot").due = due
    goal = state.goal_of(state.wave("pilot"))
    assert goal == WaveGoal(Mode.SFB_ONLY, notifies, without_telephony=True, accepted=frozenset(("x",)))


def test_a_wave_is_shown_with_its_window() -> None:
    shown = wave(window=EVENINGS).to_result(NOON)
    assert (shown["window"], shown["window_open"]) == ("mon, tue, wed, thu, fri, sat, sun 19:00 to 23:00", False)
    late = wave(window=EVENINGS).to_result(NOON.replace(hour=20))
    assert late["window_open"] is True
    assert (wave().to_result(NOON)["window"], wave().to_result(NOON)["window_open"]) == ("", True)
