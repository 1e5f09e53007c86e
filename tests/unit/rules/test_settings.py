# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of the tenant and of the clients, and what is done without facts."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model import faults, organisation_reasons, reasons
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import SetConfiguration
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.decision import (
    Change,
    Keep,
    Reason,
    Scope,
    Unknown,
)
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.faults import Fault
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.guards import unless_homing_known, without_facts
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.settings import HoldSettings

from tests.unit.rules.builders import in_short, server_user

SET = "Set-CsTeamsUpgradeConfiguration"
HELD = {"DownloadTeams": True, "SfBMeetingJoinUx": "NativeLimitedClient", "MeetingMigrationEnabled": None}


def test_only_what_differs_is_set() -> None:
    desired = HoldSettings(SET, {"DownloadTeams": False, "SfBMeetingJoinUx": "NativeLimitedClient"})
    decision = desired.decide(HELD)
    assert isinstance(decision, Change)
    assert decision.action == SetConfiguration(SET, (("DownloadTeams", False),))
    assert decision.before == {"DownloadTeams": True, "SfBMeetingJoinUx": "NativeLimitedClient"}
    assert decision.after == {"DownloadTeams": False, "SfBMeetingJoinUx": "NativeLimitedClient"}


def test_what_is_as_desired_is_left_alone_and_shows_only_what_was_asked_for() -> None:
    assert HoldSettings(SET, {"DownloadTeams": True}).decide(HELD) == Keep({"DownloadTeams": True})


@pytest.mark.parametrize("held", [HELD, {}])
def test_r11_what_was_not_read_is_not_overwritten(held: dict[str, object]) -> None:
    decision = HoldSettings("Set-CsTenantMigrationConfiguration", {"MeetingMigrationEnabled": True}).decide(held)
    assert isinstance(decision, Unknown)
    assert decision.reason.code == "setting_unknown"
    assert decision.reason.message.startswith("Get-CsTenantMigrationConfiguration shows no MeetingMigrationEnabled")


@pytest.mark.parametrize(
    ("reason", "decision"),
    [
        (reasons.USER_NOT_FOUND, "refuse user_not_found"),
        (reasons.USER_DELETED, "refuse user_deleted"),
        (reasons.AMBIGUOUS_USER, "refuse ambiguous_user"),
        (reasons.READ_FAILED, "unread read_failed"),
        (faults.classify(Fault("Access is denied.")), "unread access_denied"),
        (organisation_reasons.INSTANCES_UNKNOWN, "unread instances_unknown"),
    ],
)
def test_r11_a_read_that_failed_is_unknown_and_a_user_who_is_not_there_is_not(reason: Reason, decision: str) -> None:
    assert in_short(without_facts(reason)) == decision


def test_r11_a_homing_that_is_unknown_says_why() -> None:
    unread = unless_homing_known(server_user(Homing.UNKNOWN, why_unknown="the sync runs"))
    assert unread is not None
    assert unread.reason.message == "Where alice@contoso.com is homed is not known: the sync runs."
    assert unread.reason.scope is Scope.USER
    silent = unless_homing_known(server_user(Homing.UNKNOWN))
    assert silent is not None
    assert "the host does not say" in silent.reason.message


@pytest.mark.parametrize("homing", [Homing.ONPREM, Homing.ONLINE])
def test_a_homing_that_is_known_stops_nothing(homing: Homing) -> None:
    assert unless_homing_known(server_user(homing)) is None
