# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which policy applies to a user, and why (R8 to R10)."""

from __future__ import annotations

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import BUILT_IN, Mode, PolicyInstance
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.user import Homing, User
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.effective import (
    inherited_notify,
    notified,
    source,
)

from tests.unit.rules.builders import cloud_user, online, onprem, server_user


@pytest.mark.parametrize(
    ("user", "why"),
    [
        # Microsoft's override outranks everything.
        (onprem(override_policy="UpgradeToTeams", assigned="Islands"), "override"),
        (online(override_policy="UpgradeToTeams"), "override"),
        # A user homed online is TeamsOnly, whatever is assigned.
        (online(), "homing"),
        (online(assigned="Islands"), "homing"),
        (online(assigned=None), "homing"),
        (online(assigned="UpgradeToTeams"), "user"),
        # In a tenant that still allows modes online, an assignment decides as it does on-prem.
        (online(Mode.ISLANDS, "Islands"), "user"),
        (online(Mode.ISLANDS), "tenant"),
        (onprem(assigned="Islands"), "user"),
        (onprem(), "tenant"),
        (onprem(Mode.TEAMS_ONLY), "tenant"),
        # What is not known is not guessed.
        (onprem(assigned=None), "unknown"),
        (online(Mode.ISLANDS, None), "unknown"),
        (cloud_user(Homing.UNKNOWN, Mode.ISLANDS, "Islands"), "unknown"),
        # On-prem instances do not apply to users who are homed online.
        (server_user(Homing.ONLINE, "TeamsUpgradeNotify"), "homing"),
        (server_user(assigned="TeamsUpgradeNotify"), "user"),
        (server_user(), "tenant"),
        (server_user(assigned=None), "unknown"),
    ],
)
def test_r8_what_decides_a_users_policy(user: User, why: str) -> None:
    assert source(user).value == why


@pytest.mark.parametrize(
    ("user", "group", "why"),
    [
        (onprem(), "SfBOnly", "group"),
        (onprem(), "", "tenant"),
        (onprem(), None, "unknown"),
        (onprem(assigned="Islands"), "SfBOnly", "user"),
        (online(), "SfBOnly", "homing"),
    ],
)
def test_r8_a_group_comes_before_the_tenant(user: User, group: str | None, why: str) -> None:
    assert source(user, group).value == why


QUIET_GLOBAL = PolicyInstance("Global", None, notify=False)
LOUD_GLOBAL = PolicyInstance("Global", None, notify=True)
NOTIFY = PolicyInstance("TeamsUpgradeNotify", None, notify=True)
LOUD_SITE = PolicyInstance("site:Paris", None, notify=True)
QUIET_POOL = PolicyInstance("pool:pool01.contoso.com", None, notify=False)


@pytest.mark.parametrize(
    ("user", "instances", "expected"),
    [
        # The service's own word counts where there is one.
        (onprem(assigned="IslandsWithNotify", notify=False), BUILT_IN, False),
        (onprem(assigned="", notify=True), [QUIET_GLOBAL], True),
        # Else the instance that applies.
        (onprem(assigned="IslandsWithNotify"), BUILT_IN, True),
        (onprem(assigned="Tag:islands"), BUILT_IN, False),
        (server_user(assigned="tag:teamsupgradenotify"), [QUIET_GLOBAL, NOTIFY], True),
        (server_user(), [QUIET_GLOBAL, NOTIFY], False),
        (server_user(), [LOUD_GLOBAL], True),
        # And where that is not known, nothing.
        (server_user(assigned="Gone"), [QUIET_GLOBAL, NOTIFY], None),
        (server_user(assigned=None), [QUIET_GLOBAL, NOTIFY], None),
        (server_user(), [QUIET_GLOBAL, LOUD_SITE], None),
        (server_user(), [NOTIFY], None),
    ],
)
def test_r43_whether_a_user_is_notified(user: User, instances: list[PolicyInstance], expected: bool | None) -> None:
    assert notified(user, instances) is expected


@pytest.mark.parametrize(
    ("instances", "expected"),
    [
        ([QUIET_GLOBAL, NOTIFY], False),
        ([LOUD_GLOBAL, LOUD_SITE], True),
        ([QUIET_GLOBAL, QUIET_POOL], False),
        ([LOUD_GLOBAL, QUIET_POOL], None),
        ([LOUD_SITE], None),
        ([], None),
    ],
)
def test_what_is_inherited_is_known_where_all_scopes_agree(
    instances: list[PolicyInstance], expected: bool | None
) -> None:
    assert inherited_notify(instances) is expected
