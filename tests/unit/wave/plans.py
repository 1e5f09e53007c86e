# Copyright (c) 2026 sfb.teams_upgrade contributors
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wave plans for tests, and what reading them gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from ansible_collections.sfb.teams_upgrade.plugins.module_utils._wave.plan import UnsoundPlan, read_plan

from tests.unit.sentences import sound

NOON = datetime(2026, 12, 7, 12, 0, tzinfo=UTC)
Plan = dict[str, Any]


def no_files(path: str) -> bytes:
    raise FileNotFoundError(2, "No such file or directory", path)


def holding(data: bytes) -> Callable[[str], bytes]:
    return lambda _path: data


def wave(**settings: object) -> Plan:
    return {"name": "pilot", "upgrade_on": "2026-12-07", "users": ["alice@contoso.com"]} | settings


def without(entry: Plan, *keys: str) -> Plan:
    return {key: value for key, value in entry.items() if key not in keys}


def plan(*waves: object, **top: object) -> Plan:
    return {"waves": list(waves)} | top


def read(value: object, now: datetime = NOON, data: bytes | None = None, **members: list[str]) -> Mapping[str, Any]:
    """What a run begins with: the waves as tasks see them, with their users, or what is wrong with the plan."""
    try:
        found = read_plan(value, no_files if data is None else holding(data)).with_members(members)
    except UnsoundPlan as unsound:
        problems = [{"message": each.message, "remedy": each.remedy} for each in unsound.problems]
        return {"problems": problems, "waves": []}
    waves = [each.to_result(now) | {"users": [user.address for user in each.members]} for each in found.waves]
    return {"problems": [], "waves": waves, "failure_budget_percentage": found.failure_budget_percentage}


def problem(value: object, data: bytes | None = None, **members: list[str]) -> str:
    """The only problem of a plan, which then has no waves."""
    found = read(value, NOON, data, **members)
    assert found["waves"] == []
    assert len(found["problems"]) == 1, found["problems"]
    only = found["problems"][0]
    assert sound(only["message"]).endswith("."), only
    assert sound(only["remedy"]).endswith("."), only
    return f"{only['message']} {only['remedy']}"
