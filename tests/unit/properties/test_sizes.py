# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results stay small: users who are as desired are counted, and not listed unless that is asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from ansible_collections.sfb.teams_upgrade.plugins.plugin_utils._lab.app.lab import Lab

from tests.in_process import Result
from tests.lab.modules.people import CLOUD, MOVER
from tests.unit.properties.in_process import Play

MOVE = {**MOVER, "target": "pool01.contoso.com"}
MANY = 10_000
A_FEW_KILOBYTES = 4096


def asked(
    count: int, host: str, module: str, args: Mapping[str, Any], **facts: Any
) -> tuple[Play, Sequence[str], Result]:
    """Ask for something about so many users for which it is true already."""
    users = [{"sip": f"user{number:05}@contoso.com", **facts} for number in range(count)]
    play = Play(Lab({"users": users, "clock_rate": 0, "latency": "none"}))
    named = [user["sip"] for user in users]
    return play, named, play.run(host, module, {**args, "users": named})


def size(result: Result) -> int:
    return len(json.dumps(result).encode())


def test_ten_thousand_users_who_are_as_desired_give_a_few_kilobytes() -> None:
    _play, _named, result = asked(MANY, "sfb01", "csuser_move", MOVE)
    assert (result["failed"], result["changed"], result["summary"]["ok"]) == (False, False, MANY)
    assert (result["users"], result["failures"], result["diff"]) == ([], [], {"before": {}, "after": {}})
    assert size(result) < A_FEW_KILOBYTES


@pytest.mark.parametrize(
    ("host", "module", "args", "facts"),
    [
        ("sfb01", "csuser_move", MOVE, {}),
        ("sfb01", "csuser_move", {**MOVER, "target": CLOUD}, {"homing": "online"}),
        ("sfb01", "teams_upgrade_policy", {"state": "absent"}, {}),
        ("teams01", "teams_upgrade_policy", {"mode": "TeamsOnly"}, {"homing": "online"}),
        ("teams01", "teams_upgrade_policy", {"mode": "SfBOnly", "method": "auto"}, {"policy": "SfBOnly"}),
    ],
)
def test_a_result_does_not_grow_with_those_who_are_as_desired(
    host: str, module: str, args: Mapping[str, Any], facts: Mapping[str, Any]
) -> None:
    few, many = (asked(count, host, module, args, **facts)[2] for count in (10, 99))
    assert (few["summary"]["ok"], many["summary"]["ok"]) == (10, 99)
    assert size(few) == size(many) < A_FEW_KILOBYTES


def test_meetings_that_were_converted_are_counted() -> None:
    play, named, first = asked(30, "teams01", "meeting_migration", {}, homing="online", meetings={"skype": 1})
    play.lab.clock.advance(timedelta(hours=4))
    second = play.run("teams01", "meeting_migration", {"users": named})
    assert (first["summary"]["changed"], len(first["users"])) == (30, 30)
    assert (second["summary"]["ok"], second["users"]) == (30, [])
    assert size(second) < A_FEW_KILOBYTES


def test_those_who_are_as_desired_are_listed_where_that_is_asked_for() -> None:
    _play, named, result = asked(10, "sfb01", "csuser_move", {**MOVE, "return_users": "all"})
    assert [line["user"] for line in result["users"]] == list(named)


@pytest.mark.parametrize(
    ("host", "module", "most"),
    [
        ("sfb01", "csuser_info", 500),
        ("teams01", "csuser_info", 900),
        ("teams01", "teams_upgrade_policy_info", 300),
        ("teams01", "meeting_migration_info", 200),
        ("sfb01", "upgrade_readiness_info", 600),
        ("teams01", "upgrade_readiness_info", 1000),
    ],
)
def test_reading_gives_each_user_a_line_of_bounded_length(host: str, module: str, most: int) -> None:
    few, many = (asked(count, host, module, {})[2] for count in (10, 60))
    assert len(many["users"]) == 60
    assert (size(many) - size(few)) / 50 < most
