# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is known of users and of their meetings (R6, R10, R50, R55)."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.actions import MoveUser
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.identity import UserId
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.meeting import Meeting, MigrationState
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, Side, User

from tests.unit.rules.builders import ALICE, cloud_user, online, onprem, server_user


@pytest.mark.parametrize(
    ("user", "identity"),
    [
        (User(ALICE, Side.ONLINE, Homing.ONLINE, "sip:a@x.com", "b@x.com"), "sip:a@x.com"),
        (User(ALICE, Side.ONLINE, Homing.ONLINE, "", "b@x.com"), "b@x.com"),
        (User(UserId.parse("SIP:c@x.com"), Side.ONLINE, Homing.ONLINE), "SIP:c@x.com"),
    ],
)
def test_cmdlets_are_given_the_sip_address_where_there_is_one(user: User, identity: str) -> None:
    assert user.identity == identity


def test_an_address_is_a_sip_uri_without_doubling_the_prefix() -> None:
    assert UserId.parse("alice@contoso.com").sip == UserId.parse("sip:alice@contoso.com").sip == "sip:alice@contoso.com"


@pytest.mark.parametrize("mode", [*Mode, None])
def test_r10_teams_only_while_homed_onprem_is_inconsistent(mode: Mode | None) -> None:
    assert onprem(mode).inconsistent is (mode is Mode.TEAMS_ONLY)
    assert not online(mode).inconsistent
    assert not cloud_user(Homing.UNKNOWN, mode).inconsistent


@pytest.mark.parametrize(
    ("user", "state"),
    [
        (online(), {"homing": "online", "mode": "TeamsOnly", "policy": None}),
        (onprem(None, None), {"homing": "onprem", "mode": None}),
        (
            onprem(Mode.ISLANDS, "IslandsWithNotify", notify=True),
            {"homing": "onprem", "mode": "Islands", "policy": "IslandsWithNotify", "notify": True},
        ),
        (server_user(), {"homing": "onprem", "policy": None}),
        (server_user(assigned=None, registrar_pool="pool01.contoso.com"), {"homing": "onprem"}),
    ],
)
def test_a_state_shows_only_what_the_side_knows(user: User, state: dict[str, object]) -> None:
    assert user.state() == state


@pytest.mark.parametrize(
    ("user", "home"),
    [
        (
            server_user(registrar_pool="pool01.contoso.com"),
            {"homing": "onprem", "registrar_pool": "pool01.contoso.com"},
        ),
        (server_user(registrar_pool=""), {"homing": "onprem", "registrar_pool": None}),
        (server_user(), {"homing": "onprem"}),
        (server_user(Homing.ONLINE, registrar_pool="pool01.contoso.com"), {"homing": "online"}),
    ],
)
def test_a_home_has_a_pool_onprem_only(user: User, home: dict[str, object]) -> None:
    assert user.home() == home


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ("Pending", MigrationState.PENDING),
        ("InProgress", MigrationState.IN_PROGRESS),
        ("inprogress", MigrationState.IN_PROGRESS),
        ("Succeeded", MigrationState.SUCCEEDED),
        ("FAILED", MigrationState.FAILED),
        ("", None),
        (None, None),
        ("Unknown", None),
    ],
)
def test_states_of_a_migration_as_the_service_writes_them(value: object, state: MigrationState | None) -> None:
    assert MigrationState.read(value) is state


@pytest.mark.parametrize(
    ("state", "failed", "under_way", "complete"),
    [
        (MigrationState.PENDING, 0, True, False),
        (MigrationState.IN_PROGRESS, 0, True, False),
        (MigrationState.SUCCEEDED, 0, False, True),
        (MigrationState.SUCCEEDED, None, False, True),
        (MigrationState.SUCCEEDED, 1, False, False),
        (MigrationState.FAILED, 0, False, False),
    ],
)
def test_r55_a_migration_with_failed_meetings_is_not_complete(
    state: MigrationState, failed: int | None, under_way: bool, complete: bool
) -> None:
    assert state.under_way is under_way
    assert Meeting(state, 1, 0, failed, "", None).complete is complete


def test_r78_a_password_is_not_written_where_an_action_is() -> None:
    move = MoveUser("sip:a@x.com", "pool", credential_user="admin", credential_password="s3cret")
    assert "s3cret" not in repr(move)
    assert "s3cret" not in str(move)
