# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which options of an assignment contradict each other (R5, R7, R54, R56, R62)."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.failure import InvalidOption
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._model.policy import Mode
from ansible_collections.sfb.teams_upgrade.plugins.module_utils._rules.policy_options import check_options

from tests.unit.sentences import sound

DEFAULTS: dict[str, Any] = {
    "users": ["alice@contoso.com"],
    "scope": "user",
    "mode": None,
    "policy": None,
    "notify": None,
    "state": "present",
    "migrate_meetings": None,
    "confirm_tenant_change": False,
    "onprem_users": None,
}
TENANT = {"scope": "tenant", "users": None, "confirm_tenant_change": True}


def about(**options: Any) -> str | None:
    """What is wrong with these options and the defaults of the others."""
    try:
        check_options(DEFAULTS | options)
    except InvalidOption as invalid:
        return sound(invalid.problem)
    return None


@pytest.mark.parametrize(
    "options",
    [
        *({"mode": mode.value} for mode in Mode),
        {"mode": "Islands", "notify": True},
        {"mode": "TeamsOnly", "notify": False},
        {"policy": "SfBOnly"},
        {"policy": "TeamsUpgradeNotify", "notify": True},
        {"notify": True},
        {"notify": False},
        {"state": "absent"},
        {"mode": "TeamsOnly", "migrate_meetings": True},
        {"mode": "SfBWithTeamsCollabAndMeetings", "migrate_meetings": False},
        {"policy": "Tag:UpgradeToTeams", "migrate_meetings": True},
        {"policy": "SfbWithTeamsCollabAndMeetingsWithNotify", "migrate_meetings": True},
        {**TENANT, "mode": "SfBOnly"},
        {**TENANT, "mode": "SfBOnly", "notify": True, "users": []},
    ],
)
def test_options_that_go_together(options: dict[str, Any]) -> None:
    assert about(**options) is None


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "Nothing is asked for"),
        ({"state": "absent", "mode": "Islands"}, "With state: absent"),
        ({"state": "absent", "policy": "Islands"}, "With state: absent"),
        ({"state": "absent", "notify": False}, "With state: absent"),
        ({"state": "absent", "migrate_meetings": False}, "With state: absent"),
        ({"policy": ""}, "policy is empty"),
    ],
)
def test_options_that_say_nothing_or_two_things(options: dict[str, Any], words: str) -> None:
    assert words in (about(**options) or "")


@pytest.mark.parametrize(
    "options", [{"mode": "TeamsOnly"}, {"policy": "UpgradeToTeams"}, {"policy": "tag:upgradetoteams"}]
)
def test_r5_teams_only_cannot_notify(options: dict[str, Any]) -> None:
    assert "leave notify out" in (about(**options, notify=True) or "")


@pytest.mark.parametrize("policy", ["Global", "global", "Tag:Global"])
def test_r7_global_is_never_granted_to_a_user(policy: str) -> None:
    assert "cannot be granted to users" in (about(policy=policy) or "")


@pytest.mark.parametrize("policy", ["site:Paris", "SITE:Paris", "Tag:site:Paris", "pool:pool01.contoso.com"])
def test_r7_what_belongs_to_a_site_or_pool_is_never_granted_to_a_user(policy: str) -> None:
    assert "site or pool" in (about(policy=policy) or "")


@pytest.mark.parametrize(
    "options", [{"mode": "Islands"}, {"mode": "SfBOnly"}, {"policy": "IslandsWithNotify"}, {"notify": True}]
)
@pytest.mark.parametrize("migrate", [True, False])
def test_m12_meetings_are_migrated_with_two_modes_only(options: dict[str, Any], migrate: bool) -> None:
    assert "migrate_meetings goes with" in (about(**options, migrate_meetings=migrate) or "")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"mode": "SfBOnly", "users": ["alice@contoso.com"]}, "no users are named"),
        ({"state": "absent"}, "only set: give mode"),
        ({"policy": "Tell"}, "only set: give mode"),
        ({"policy": "SfBOnly", "notify": True}, "The instance SfBOnly says otherwise than notify"),
        ({"notify": True}, "only set: give mode"),
        ({"mode": "TeamsOnly", "migrate_meetings": True}, "use meeting_migration"),
    ],
)
def test_a_tenant_default_has_a_mode_and_concerns_no_single_user(options: dict[str, Any], words: str) -> None:
    assert words in (about(**(TENANT | options)) or "")


def test_r62_a_change_for_everybody_has_to_be_confirmed() -> None:
    assert about(**(TENANT | {"mode": "TeamsOnly", "onprem_users": 0})) is None
    for wrong in (TENANT | {"mode": "SfBOnly"}, {"mode": "TeamsOnly"}):
        assert "onprem_users goes with" in (about(**(wrong | {"onprem_users": 0})) or "")
    assert "confirm_tenant_change: true" in (
        about(**(TENANT | {"mode": "SfBOnly", "confirm_tenant_change": False})) or ""
    )
