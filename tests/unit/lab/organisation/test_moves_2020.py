# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Moves in the world of 2020: the switch decides, and there were two steps."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.lab.organisation.builders import Org, error, succeeded, user


@pytest.mark.parametrize(
    ("parameters", "mode", "kind"), [({}, "Islands", "SfbToSfb"), ({"MoveToTeams": True}, "TeamsOnly", "SfbToTeams")]
)
def test_in_2020_the_switch_decides(parameters: dict[str, Any], mode: str, kind: str) -> None:
    org = Org(user(), profile="2020")
    org.move("alice@contoso.com", **parameters)
    assert org.later(minutes=31).mode("alice@contoso.com") == mode
    assert [row["MigrationType"] for row in org.meetings("alice@contoso.com")] == [kind]


def test_in_2020_two_steps_made_a_user_teams_only() -> None:
    org = Org(user(meetings={"skype": 2}), profile="2020")
    org.move("alice@contoso.com")
    assert "Move-CsUser" in error(org.grant("alice@contoso.com", "UpgradeToTeams"))
    org.later(minutes=31)
    assert succeeded(org.grant("alice@contoso.com", "UpgradeToTeams"))
    assert org.mode("alice@contoso.com") == "TeamsOnly"
