# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts that are listed among users and are none (R28)."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import Refuse
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.meeting import UserMeetings
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.reasons import NOT_A_USER, USER_NOT_FOUND
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.assign import AssignOnline, InheritOnline
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.guards import without_facts
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.inheriting import Inheriting, never_converted
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.migrate import Migrate

from tests.unit.rules.builders import in_short, online, onprem
from tests.unit.wave.sides import assessment_of

NO_USERS = ["ResourceAccount", "resourceaccount", "Guest"]
COLLAB = AssignOnline(Mode.SFB_WITH_TEAMS_COLLAB)


@pytest.mark.parametrize("kind", NO_USERS)
@pytest.mark.parametrize("desired", [AssignOnline(Mode.TEAMS_ONLY), COLLAB, AssignOnline(notify=True), InheritOnline()])
def test_r28_an_account_that_is_no_users_is_granted_nothing(desired: AssignOnline | InheritOnline, kind: str) -> None:
    for user in (online(Mode.ISLANDS, "Islands", account_type=kind), onprem(assigned="Islands", account_type=kind)):
        assert in_short(desired.decide(user)) == "refuse not_a_user"


@pytest.mark.parametrize("kind", NO_USERS)
def test_r28_nothing_is_requested_for_an_account_that_is_no_users(kind: str) -> None:
    assert in_short(Migrate().decide(UserMeetings(online(account_type=kind)))) == "refuse not_a_user"


@pytest.mark.parametrize(("kind", "concerned"), [("ResourceAccount", False), ("Guest", False), ("User", True)])
def test_r28_r61_only_users_inherit(kind: str, concerned: bool) -> None:
    assert bool(Inheriting.of([onprem(account_type=kind)], Mode.ISLANDS, Mode.SFB_ONLY).users) is concerned
    assert never_converted(online(account_type=kind)) is concerned


@pytest.mark.parametrize("kind", [None, "User", "SfBOnPremUser", "IneligibleUser", "SomethingNew"])
def test_r28_what_may_be_a_user_is_dealt_with_as_one(kind: str | None) -> None:
    assert in_short(COLLAB.decide(onprem(account_type=kind))) == "change Grant-CsTeamsUpgradePolicy"


def test_r28_what_the_server_calls_no_user_is_left_out_of_a_wave() -> None:
    room = {
        "user": "room@contoso.com",
        "status": "failed",
        "reason": NOT_A_USER.format(
            user="room@contoso.com", what="Get-CsMeetingRoom returns it as a meeting room"
        ).to_result(),
    }
    unknown = {
        "user": "room@contoso.com",
        "status": "failed",
        "reason": USER_NOT_FOUND.format(user="room@contoso.com", host="teams01").to_result(),
    }
    found: Any = assessment_of([UserId.parse("room@contoso.com")], [room], [unknown]).users[0].to_item()
    assert (found["status"], found["reason"]["code"]) == ("skipped", "not_a_user")
    assert without_facts(NOT_A_USER) == Refuse(NOT_A_USER)
